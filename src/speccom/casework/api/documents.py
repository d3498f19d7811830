"""Documents of cases: added and withdrawn with the same checks as in a page, read and given back."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, File, Form, Router
from ninja.files import UploadedFile

from speccom.casework.api import document_shapes as shapes
from speccom.casework.api.asking import case_asked_for, command_of
from speccom.casework.api.told import told
from speccom.casework.documents.answer import answer_of
from speccom.casework.documents.download import file_of
from speccom.casework.documents.kept import about, documents_seen, held_seen
from speccom.casework.documents.kinds import DocumentKind
from speccom.casework.documents.sending import NotAdded, Sent, add_document, add_version, scan_held
from speccom.casework.documents.taking import Held, role_to_add, version_added
from speccom.casework.documents.withdrawing import may_withdraw, reason_of, withdraw, withdrawal_of
from speccom.casework.door import Done
from speccom.casework.models import Document, DocumentVersion
from speccom.casework.open_case import Opened
from speccom.casework.sight import Viewer, classes_of
from speccom.criteria.vocabulary import Confidentiality
from speccom.interface.problem_details import problem_details
from speccom.process.decide import Refused

_MOST_VERSIONS = 1_000_000
_DOCUMENTS = "/cases/{reference}/documents"
_FIELDS = {"class": "confidentiality"}
_NEWEST_FIRST = Prefetch("versions", DocumentVersion.objects.select_related("withdrawal").order_by("-number"))

Number = Annotated[int, Field(ge=1, le=_MOST_VERSIONS)]

router = Router(tags=["documents"])


@router.get(_DOCUMENTS, response=shapes.DocumentsOut, url_name="api-case-documents")
def documents(request: HttpRequest, reference: str) -> Any:
    """List the documents of a case, and those that wait for the virus scanner."""
    looking, opened = case_asked_for(request, reference)
    classes = classes_of(looking, opened.row)
    found = documents_seen(opened, classes).prefetch_related(_NEWEST_FIRST)
    held = held_seen(opened, classes)
    return {
        "documents": [_document(each, opened, looking) for each in found],
        "held": [
            {
                "id": each.id,
                "title": about(each, opened.key).title,
                "confidentiality": each.confidentiality,
                "why": each.why,
            }
            for each in held
        ],
        "may_add": bool(role_to_add(opened, looking)),
    }


@router.post(_DOCUMENTS, response=shapes.AddedOut, url_name="api-case-documents")
def add(
    request: HttpRequest,
    reference: str,
    file: File[UploadedFile],
    confidentiality: Form[Confidentiality],
    title: Form[str] = "",
) -> Any:
    """Add a document. Without a title it is called as its file is."""
    looking, opened = case_asked_for(request, reference)
    sent = Sent(file, title, confidentiality)
    return _told(add_document(opened, looking, command_of(request), sent), opened, looking)


@router.get(f"{_DOCUMENTS}/{{document}}", response=shapes.DocumentOut, url_name="api-case-document")
def document(request: HttpRequest, reference: str, document: UUID) -> Any:
    """Show a document."""
    looking, opened = case_asked_for(request, reference)
    return _document(_found(opened, looking, document), opened, looking)


@router.post(
    f"{_DOCUMENTS}/{{document}}/versions", response=shapes.AddedOut, url_name="api-case-document-versions"
)
def add_another(request: HttpRequest, reference: str, document: UUID, file: File[UploadedFile]) -> Any:
    """Add a version of a document."""
    looking, opened = case_asked_for(request, reference)
    found = _found(opened, looking, document)
    return _told(add_version(opened, looking, command_of(request), found, Sent(file)), opened, looking)


@router.get(f"{_DOCUMENTS}/{{document}}/versions/{{number}}", url_name="api-case-document-file")
def give_back(
    request: HttpRequest,
    reference: str,
    document: UUID,
    number: Number,
) -> HttpResponse:
    """Give a version back, byte for byte as it was added."""
    looking, opened = case_asked_for(request, reference)
    version = _version_of(_found(opened, looking, document), number)
    if withdrawal_of(version) and not may_withdraw(opened, looking, version):
        raise Http404
    return file_of(opened, version)


@router.post(
    f"{_DOCUMENTS}/{{document}}/versions/{{number}}/withdrawal",
    response=shapes.DocumentOut,
    url_name="api-case-document-withdrawal",
)
def withdraw_one(
    request: HttpRequest, reference: str, document: UUID, number: Number, order: shapes.WithdrawIn
) -> Any:
    """Withdraw a version that was filed by mistake."""
    looking, opened = case_asked_for(request, reference)
    version = _version_of(_found(opened, looking, document), number)
    outcome = withdraw(opened, looking, command_of(request), version, order.reason)
    if isinstance(outcome, Refused):
        return told(outcome)
    return _document(_found(opened, looking, document), opened, looking)


@router.post(
    "/cases/{reference}/held-documents/{held}/scan",
    response=shapes.AddedOut,
    url_name="api-case-document-scan",
)
def scan(request: HttpRequest, reference: str, held: UUID) -> Any:
    """Have a held document scanned again."""
    looking, opened = case_asked_for(request, reference)
    command_of(request)  # every write carries one; a held document is taken once in any case
    found = held_seen(opened, classes_of(looking, opened.row)).filter(id=held).first()
    if found is None:
        raise Http404
    return _told(scan_held(opened, looking, found), opened, looking)


def _found(opened: Opened, looking: Viewer, document: UUID) -> Document:
    seen = documents_seen(opened, classes_of(looking, opened.row)).prefetch_related(_NEWEST_FIRST)
    found = seen.filter(id=document).first()
    if found is None:
        raise Http404
    return found


def _version_of(document: Document, number: int) -> DocumentVersion:
    version = next((each for each in document.versions.all() if each.number == number), None)
    if version is None:
        raise Http404
    return version


def _told(outcome: Done | Held | NotAdded, opened: Opened, looking: Viewer) -> Any:
    match outcome:
        case Done():
            added = _found(opened, looking, version_added(outcome).document_id)
            return {"document": _document(added, opened, looking)}
        case Held(why):
            return {"document": None, "held": why}
        case NotAdded(slips):
            errors = [
                {"where": _FIELDS.get(each.field, each.field), "message": f"{each.text} {each.more}".strip()}
                for each in slips
            ]
            return problem_details(422, "The document was not added", errors=errors)


def _document(found: Document, opened: Opened, looking: Viewer) -> dict[str, Any]:
    by_name = Confidentiality.OFFICIAL in classes_of(looking, opened.row)
    versions = list(found.versions.all())
    seen = {each for each in versions if not withdrawal_of(each) or may_withdraw(opened, looking, each)}
    return {
        "id": found.id,
        "title": about(found, opened.key).title if seen else "",
        "confidentiality": found.confidentiality,
        "versions": [_version(each, opened, by_name=by_name, is_seen=each in seen) for each in versions],
    }


def _version(version: DocumentVersion, opened: Opened, *, by_name: bool, is_seen: bool) -> dict[str, Any]:
    kind, withdrawal = DocumentKind(version.kind), withdrawal_of(version)
    return {
        "number": version.number,
        "name": about(version, opened.key).name if is_seen else "",
        "kind": kind,
        "media_type": kind.media_type,
        "size": version.size,
        "scan": version.scan,
        "added_by": version.added_by if by_name else "",
        "added_at": version.added_at,
        "answer": answer_of(version),
        "withdrawal": withdrawal
        and {
            "at": withdrawal.withdrawn_at,
            "by": withdrawal.withdrawn_by if by_name else "",
            "reason": reason_of(withdrawal, opened.key),
        },
    }
