"""Answers for the addresses of a case's documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from speccom.casework.documents import documents_page as page_of
from speccom.casework.documents.asked_for import PARAMETER, AskedFor, asked_for, choose
from speccom.casework.documents.documents_page import DocumentPage, DocumentsPage, Shown
from speccom.casework.documents.download import file_of
from speccom.casework.documents.kept import about, documents_seen, held_seen
from speccom.casework.documents.sending import (
    NotAdded,
    Sent,
    Slip,
    add_document,
    add_version,
    limits,
    scan_held,
)
from speccom.casework.documents.taking import Held, role_to_add, version_added
from speccom.casework.door import Done
from speccom.casework.models import DocumentVersion
from speccom.casework.open_case import Opened
from speccom.casework.sight import Viewer, classes_of
from speccom.casework.views import case_frame, command_of, of_case
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.people import names_of
from speccom.interface.frame import Crumb, Link, show
from speccom.interface.pages import address

_REFUSED = 422
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
    sent = Sent(request.FILES.get("file"), request.POST.get("title", ""), request.POST.get("class", ""))
    asked = asked_for(opened, looking, request.GET.get(PARAMETER, ""))
    slips: tuple[Slip, ...] = ()
    if request.method == "POST":
        outcome = add_document(opened, looking, command_of(request), sent)
        if not isinstance(outcome, NotAdded):
            return _added(outcome, opened, looking, asked)
        slips = outcome.slips
    form = page_of.upload_form(
        str(uuid4()), limits(), classes, title=sent.title, chosen=sent.confidentiality, slips=slips
    )
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
        question=Link(asked.question.label, asked.href()) if asked else None,
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
        outcome = add_version(opened, looking, command_of(request), found, Sent(request.FILES.get("file")))
        if not isinstance(outcome, NotAdded):
            return _done(outcome, request.path)
        slips = outcome.slips
    versions = list(found.versions.all())
    shown = _shown(opened, classes, versions)
    name, meaning = page_of.class_in_words(found.confidentiality)
    page = DocumentPage(
        done=_DONE.get(request.GET.get("done", ""), ""),
        confidentiality=name,
        meaning=meaning,
        versions=tuple(page_of.version_item(each, shown) for each in versions),
        form=page_of.upload_form(str(uuid4()), limits(), slips=slips) if role else None,
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
    return file_of(opened, found)


@of_case
def held(request: HttpRequest, looking: Viewer, opened: Opened, held: UUID) -> HttpResponse:
    """Have a held document scanned again."""
    found = held_seen(opened, classes_of(looking, opened.row)).filter(id=held).first()
    if found is None:
        raise Http404
    outcome = scan_held(opened, looking, found)
    here = address("case-documents", reference=opened.row.reference)
    if not isinstance(outcome, NotAdded):
        return _done(outcome, here)
    frame = case_frame(opened, "The document was removed", inside=True)
    page = {"slips": outcome.slips, "href": here}
    return show(request, "casework/document_removed.jinja", frame, page, status=_REFUSED)


def _added(outcome: Done | Held, opened: Opened, looking: Viewer, asked: AskedFor | None) -> HttpResponse:
    """Go to the documents, or back to the question for which one was added, where it is chosen then."""
    if asked is None or isinstance(outcome, Held):
        return _done(outcome, address("case-documents", reference=opened.row.reference))
    choose(opened, looking, asked, version_added(outcome))
    return HttpResponseRedirect(asked.href(done=True))


def _done(outcome: Done | Held, where: str) -> HttpResponse:
    return HttpResponseRedirect(f"{where}?done={'held' if isinstance(outcome, Held) else 'added'}")


def _shown(opened: Opened, classes: Iterable[Confidentiality], versions: Iterable[DocumentVersion]) -> Shown:
    """Return what it takes to show documents; people are named to those who work on the case."""
    ids = [each.added_by for each in versions] if Confidentiality.OFFICIAL in classes else ()
    return Shown(opened.key, opened.row.reference, names_of(ids))
