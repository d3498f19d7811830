"""Answers for the addresses of a case's documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from speccom.casework.documents import documents_page as page_of
from speccom.casework.documents.check import Checked, check_document, check_size
from speccom.casework.documents.documents_page import DocumentPage, DocumentsPage, Shown, Slip
from speccom.casework.documents.file_name import as_attachment, ending_of
from speccom.casework.documents.kept import about, content_of, documents_seen, held_seen
from speccom.casework.documents.kinds import DocumentKind
from speccom.casework.documents.limits import Limits, limits_from
from speccom.casework.documents.refusal import NotTaken
from speccom.casework.documents.taking import (
    Held,
    Infected,
    Offer,
    Outcomes,
    offer,
    role_to_add,
    scan_again,
)
from speccom.casework.models import Document, DocumentVersion
from speccom.casework.open_case import Opened
from speccom.casework.sight import Viewer, actor, classes_of
from speccom.casework.views import case_frame, command_of, of_case
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.people import names_of
from speccom.interface.formats import sentence
from speccom.interface.frame import Crumb, show
from speccom.interface.pages import address
from speccom.process.decide import Refused

_NOTHING_MAY_RUN = "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
_REFUSED = 422
_TITLE_AT_MOST = 150
_DONE = {
    "added": "The document was added",
    "held": "The document is held: the virus scanner could not look at it. Have it scanned again later",
}
_NO_SCANNER = (
    "No virus scanner is set up here, so nobody has looked for viruses in these files. Open them with care."
)
_NEWEST_FIRST = Prefetch("versions", DocumentVersion.objects.order_by("-number"))


@of_case
def documents(request: HttpRequest, looking: Viewer, opened: Opened) -> HttpResponse:
    """Show the documents of a case, or add one."""
    classes, role = classes_of(looking, opened.row), role_to_add(opened, looking)
    typed = request.POST.get("title", "").strip()
    chosen = request.POST.get("class", "")
    slips: tuple[Slip, ...] = ()
    if request.method == "POST":
        if not role:
            raise PermissionDenied
        checked, slips = _checked(request)
        if chosen not in classes:
            slips += (Slip("Choose who may read the document", "class"),)
        if len(typed) > _TITLE_AT_MOST:
            slips += (Slip(f"The title has more than {_TITLE_AT_MOST} letters; shorten it", "title"),)
        if checked and not slips:
            title = typed or checked.name.removesuffix(f".{ending_of(checked.name)}")
            outcome = offer(opened, _offer(request, looking, opened, checked, title, Confidentiality(chosen)))
            slips = _slips_of(outcome)
            if not slips:
                return _done(outcome, address("case-documents", reference=opened.row.reference))
    form = page_of.upload_form(str(uuid4()), _limits(), classes, title=typed, chosen=chosen, slips=slips)
    found = list(documents_seen(opened, classes).prefetch_related(_NEWEST_FIRST))
    shown = _shown(opened, classes, (version for each in found for version in each.versions.all()))
    page = DocumentsPage(
        done=_DONE.get(request.GET.get("done", ""), ""),
        warning="" if settings.SCANNER else _NO_SCANNER,
        documents=page_of.document_items(((each, list(each.versions.all())) for each in found), shown),
        held=page_of.held_items(held_seen(opened, classes), shown),
        may_scan=bool(role),
        form=form if role else None,
        command=str(uuid4()),
    )
    return show(
        request,
        "casework/documents.jinja",
        case_frame(opened, "Documents", inside=True),
        page,
        status=_REFUSED if slips else 200,
    )


@of_case
def document(request: HttpRequest, looking: Viewer, opened: Opened, document: UUID) -> HttpResponse:
    """Show a document with its versions, or add one."""
    classes, role = classes_of(looking, opened.row), role_to_add(opened, looking)
    found = documents_seen(opened, classes).prefetch_related(_NEWEST_FIRST).filter(id=document).first()
    if found is None:
        raise Http404
    slips: tuple[Slip, ...] = ()
    if request.method == "POST":
        if not role:
            raise PermissionDenied
        checked, slips = _checked(request)
        if checked:
            confidentiality = Confidentiality(found.confidentiality)
            offered = _offer(request, looking, opened, checked, "", confidentiality, found)
            outcome = offer(opened, offered)
            slips = _slips_of(outcome)
            if not slips:
                return _done(outcome, request.path)
    versions = list(found.versions.all())
    shown = _shown(opened, classes, versions)
    name, meaning = page_of.class_in_words(found.confidentiality)
    page = DocumentPage(
        done=_DONE.get(request.GET.get("done", ""), ""),
        confidentiality=name,
        meaning=meaning,
        versions=tuple(page_of.version_item(each, shown) for each in versions),
        form=page_of.upload_form(str(uuid4()), _limits(), slips=slips) if role else None,
    )
    frame = case_frame(opened, about(found, opened.key).title, inside=True)
    crumb = Crumb("Documents", address("case-documents", reference=opened.row.reference))
    return show(
        request,
        "casework/document.jinja",
        replace(frame, crumbs=(*frame.crumbs, crumb)),
        page,
        status=_REFUSED if slips else 200,
    )


@of_case
def document_file(request: HttpRequest, looking: Viewer, opened: Opened, version: UUID) -> HttpResponse:
    """Give a version back as a file to save; a browser may not show it, run it or guess what it is."""
    seen = documents_seen(opened, classes_of(looking, opened.row))
    found = DocumentVersion.objects.filter(id=version, document__in=seen).first()
    if found is None:
        raise Http404
    response = HttpResponse(content_of(found, opened.key), content_type=DocumentKind(found.kind).media_type)
    response["Content-Disposition"] = as_attachment(about(found, opened.key).name)
    response["Content-Security-Policy"] = _NOTHING_MAY_RUN
    response["X-Content-Type-Options"] = "nosniff"
    return response


@of_case
def held(request: HttpRequest, looking: Viewer, opened: Opened, held: UUID) -> HttpResponse:
    """Have a held document scanned again."""
    role = role_to_add(opened, looking)
    found = held_seen(opened, classes_of(looking, opened.row)).filter(id=held).first()
    if found is None:
        raise Http404
    if not role:
        raise PermissionDenied
    acting = actor(looking, opened.procedure, "", opened.row)
    outcome = scan_again(opened, found, acting, role, looking.at)
    slips = _slips_of(outcome)
    here = address("case-documents", reference=opened.row.reference)
    if not slips:
        return _done(outcome, here)
    frame = case_frame(opened, "The document was removed", inside=True)
    page = {"slips": slips, "href": here}
    return show(request, "casework/document_removed.jinja", frame, page, status=_REFUSED)


def _checked(request: HttpRequest) -> tuple[Checked | None, tuple[Slip, ...]]:
    """Return the file that was sent, checked; or what is wrong with it."""
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile) or not sent.name:
        return None, (Slip("Choose a file", "file"),)
    try:
        check_size(sent.size or 0, _limits())
        return check_document(sent.name, sent.read(), _limits()), ()
    except NotTaken as refused:
        more = f"{sentence(refused.why)} {sentence(refused.mend)}"
        return None, (Slip(sentence(refused.finding), "file", more),)


def _offer(
    request: HttpRequest,
    looking: Viewer,
    opened: Opened,
    checked: Checked,
    title: str,
    confidentiality: Confidentiality,
    document: Document | None = None,
) -> Offer:
    return Offer(
        id=command_of(request),
        title=title,
        confidentiality=confidentiality,
        checked=checked,
        actor=actor(looking, opened.procedure, "", opened.row),
        role=role_to_add(opened, looking),
        at=looking.at,
        document=document,
    )


def _slips_of(outcome: Outcomes) -> tuple[Slip, ...]:
    match outcome:
        case Infected(virus):
            return (
                Slip(
                    f"The file was refused: the virus scanner found {virus} in it.",
                    "file",
                    "Ask whoever made it for a clean copy, and have the computer that it lay on looked at.",
                ),
            )
        case Refused():
            return (Slip(sentence(outcome.message), "file"),)
        case _:
            return ()


def _done(outcome: Outcomes, where: str) -> HttpResponse:
    return HttpResponseRedirect(f"{where}?done={'held' if isinstance(outcome, Held) else 'added'}")


def _shown(opened: Opened, classes: Iterable[Confidentiality], versions: Iterable[DocumentVersion]) -> Shown:
    """Return what it takes to show documents; people are named to those who work on the case."""
    ids = [each.added_by for each in versions] if Confidentiality.OFFICIAL in classes else ()
    return Shown(opened.key, opened.row.reference, names_of(ids))


def _limits() -> Limits:
    return limits_from(settings.DOCUMENT_LIMITS)
