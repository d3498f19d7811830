"""Answers for the addresses of a case's documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from speccom.casework.documents import documents_page as page_of
from speccom.casework.documents.asked_for import PARAMETER, AskedFor, asked_for, choose
from speccom.casework.documents.documents_page import DocumentPage, DocumentsPage, Shown, WithdrawPage
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
from speccom.casework.documents.withdrawing import may_withdraw, withdrawal_of
from speccom.casework.documents.withdrawing import withdraw as withdraw_version
from speccom.casework.door import Done
from speccom.casework.models import DocumentVersion, Withdrawal
from speccom.casework.open_case import Opened
from speccom.casework.sight import Viewer, classes_of
from speccom.casework.views import case_frame, command_of, of_case
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.people import names_of
from speccom.interface.frame import Crumb, Frame, Link, show
from speccom.interface.message import in_one_line
from speccom.interface.pages import address
from speccom.problem import Problem

_REFUSED = 422
_REASON = "q-reason"
_DONE = {
    "added": "The document was added",
    "held": "The document is held: the virus scanner could not look at it. Have it scanned again later",
    "withdrawal": "The version was withdrawn",
}
_NO_SCANNER = (
    "No virus scanner is set up here, so nobody has looked for viruses in these files. Open them with care."
)
_NEWEST_FIRST = Prefetch("versions", DocumentVersion.objects.select_related("withdrawal").order_by("-number"))


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
    versions = {each: list(each.versions.all()) for each in found}
    shown = _shown(opened, looking, chain.from_iterable(versions.values()))
    stand = {each for each, some in versions.items() if any(withdrawal_of(one) is None for one in some)}
    page = DocumentsPage(
        done=_DONE.get(request.GET.get("done", ""), ""),
        warning="" if settings.SCANNER else _NO_SCANNER,
        documents=page_of.document_items((each for each in versions.items() if each[0] in stand), shown),
        withdrawn=page_of.document_items((each for each in versions.items() if each[0] not in stand), shown),
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
    shown = _shown(opened, looking, versions)
    name, meaning = page_of.class_in_words(found.confidentiality)
    page = DocumentPage(
        done=_DONE.get(request.GET.get("done", ""), ""),
        confidentiality=name,
        meaning=meaning,
        versions=tuple(page_of.version_item(each, shown) for each in versions),
        form=page_of.upload_form(str(uuid4()), limits(), slips=slips) if role else None,
    )
    frame = _frame(opened, page_of.title_of(found, versions, shown))
    return show(request, "casework/document.jinja", frame, page, status=_REFUSED if slips else 200)


@of_case
def document_file(request: HttpRequest, looking: Viewer, opened: Opened, version: UUID) -> HttpResponse:
    """Give a version back as a file to save; a browser may not show it, run it or guess what it is."""
    found = _found(opened, looking, version)
    if withdrawal_of(found) and not may_withdraw(opened, looking, found):
        raise Http404
    return file_of(opened, found)


@of_case
def withdraw(request: HttpRequest, looking: Viewer, opened: Opened, version: UUID) -> HttpResponse:
    """Ask why a version is withdrawn, or withdraw it."""
    found, problem = _found(opened, looking, version), ""
    if not may_withdraw(opened, looking, found):
        raise PermissionDenied
    document = address("case-document", reference=opened.row.reference, document=found.document_id)
    why = request.POST.get(_REASON, "")
    if request.method != "POST" and withdrawal_of(found):
        return HttpResponseRedirect(document)
    if request.method == "POST":
        try:
            if isinstance(withdraw_version(opened, looking, command_of(request), found, why), Done):
                return HttpResponseRedirect(f"{document}?done=withdrawal")
            raise PermissionDenied
        except Problem as wrong:
            problem = in_one_line(wrong)
    title = about(found.document, opened.key).title
    page = WithdrawPage(
        version=page_of.version_item(found, _shown(opened, looking, (found,))),
        control=_REASON,
        reason=why,
        problem=problem,
        command=str(uuid4()),
        document=document,
    )
    frame = _frame(opened, "Withdraw a version", Crumb(title, document))
    return show(request, "casework/withdraw.jinja", frame, page, status=_REFUSED if problem else 200)


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


def _found(opened: Opened, looking: Viewer, version: UUID) -> DocumentVersion:
    seen = documents_seen(opened, classes_of(looking, opened.row))
    versions = DocumentVersion.objects.select_related("document", "withdrawal")
    found = versions.filter(id=version, document__in=seen).first()
    if found is None:
        raise Http404
    return found


def _frame(opened: Opened, title: str, *after: Crumb) -> Frame:
    frame = case_frame(opened, title, inside=True)
    documents = Crumb("Documents", address("case-documents", reference=opened.row.reference))
    return replace(frame, crumbs=(*frame.crumbs, documents, *after))


def _shown(opened: Opened, looking: Viewer, versions: Iterable[DocumentVersion]) -> Shown:
    """Return what it takes to show documents; people are named to those who work on the case."""
    shown = tuple(versions)
    insider = Confidentiality.OFFICIAL in classes_of(looking, opened.row)
    people = {each.added_by for each in shown} | {each.withdrawn_by for each in _withdrawals(shown)}
    theirs = frozenset(each.id for each in shown if may_withdraw(opened, looking, each))
    return Shown(opened.key, opened.row.reference, names_of(people if insider else ()), theirs)


def _withdrawals(versions: Iterable[DocumentVersion]) -> Iterator[Withdrawal]:
    return (found for each in versions if (found := withdrawal_of(each)))
