"""Taking a document into a case, with an event that the ledger holds; or holding it until it is scanned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from django.conf import settings
from django.db.models import Max

from speccom.casework.documents.check import Checked
from speccom.casework.documents.kept import About, about, remove_unless_used, store
from speccom.casework.documents.kinds import DocumentKind
from speccom.casework.documents.scanner import Outcome, Scan, scanner_from
from speccom.casework.door import Done, Note, note
from speccom.casework.models import CaseRow, Document, DocumentVersion, HeldDocument
from speccom.casework.open_case import Opened
from speccom.casework.sight import Viewer, actor
from speccom.criteria.vocabulary import Confidentiality
from speccom.problem import Problem
from speccom.process.decide import Actor, Refused
from speccom.process.event import Reference

ADDED = "document_added.1"
"""The kind of the event; its reference is the version's."""

VERSION = "document_version"
"""The kind of the reference by which an event speaks of a version; its digest is the content's address."""


@dataclass(frozen=True)
class Offer:
    """A checked document that somebody adds to a case: a new one, or a new version of `document`.

    `id` is new for each offer, and the same again only when it is sent again. `sent_by` is whose it is,
    where another has had it scanned again.
    """

    id: str
    title: str
    confidentiality: Confidentiality
    checked: Checked
    actor: Actor
    role: str
    at: datetime
    document: Document | None = None
    sent_by: str = ""


@dataclass(frozen=True)
class Held:
    """The document is held: the scanner could not look at it."""

    why: str


@dataclass(frozen=True)
class Infected:
    """The document is refused: the scanner found a virus in it."""

    virus: str


Outcomes = Done | Refused | Held | Infected


def role_to_add(opened: Opened, looking: Viewer) -> str:
    """Return the role in which somebody may add documents, blank for none.

    While a case is open, whoever has an act in its process may, where that role lets them see the case.
    """
    if opened.row.is_closed:
        return ""
    taking_part = {each.role for each in opened.procedure.transitions}
    return next(iter(sorted(taking_part & actor(looking, opened.procedure, "", opened.row).roles)), "")


def offer(opened: Opened, offered: Offer) -> Outcomes:
    """Scan a document, then take it, hold it or refuse it.

    Raises Problem where the offer's id was used for something else.
    """
    scan = scanner_from(settings.SCANNER).scan(offered.checked.content)
    match scan.outcome:
        case Outcome.INFECTED:
            return Infected(scan.said)
        case Outcome.FAILED:
            return _hold(opened, offered, scan)
        case _:
            return _take(opened, offered, scan)


def version_added(done: Done) -> DocumentVersion:
    """Return the version that was added."""
    (added,) = (each.id for event in done.events for each in event.references if each.kind == VERSION)
    return DocumentVersion.objects.select_related("document").get(id=added)


def scan_again(opened: Opened, held: HeldDocument, by: Actor, role: str, at: datetime) -> Outcomes:
    """Scan a held document again: it is taken, removed for the virus in it, or held as before."""
    called = about(held, opened.key)
    content = store().get(held.address, opened.key)
    scan = scanner_from(settings.SCANNER).scan(content)
    if scan.outcome is Outcome.FAILED:
        return Held(scan.said)
    outcome: Outcomes = Infected(scan.said)
    if scan.outcome is not Outcome.INFECTED:
        checked = Checked(DocumentKind(held.kind), called.name, content)
        confidentiality = Confidentiality(held.confidentiality)
        offered = Offer(
            str(held.id), called.title, confidentiality, checked, by, role, at, held.document, held.added_by
        )
        outcome = _take(opened, offered, scan)
    if not isinstance(outcome, Refused):
        held.delete()
        remove_unless_used(opened.row, held.address)
    return outcome


def _take(opened: Opened, offered: Offer, scan: Scan) -> Done | Refused:
    key, version_id = opened.key, _id_of(offered, "version")
    address = store().put(offered.checked.content, key)

    def keep(row: CaseRow) -> tuple[Reference, ...]:
        if row.is_closed:
            raise Problem(f"{row.reference} was closed meanwhile", mend="Add the document to another case")
        document = offered.document or _new_document(row, offered, key)
        last = document.versions.aggregate(last=Max("number"))["last"] or 0
        DocumentVersion.objects.create(
            id=version_id,
            document=document,
            number=last + 1,
            about=About(name=offered.checked.name).sealed(key, version_id),
            kind=offered.checked.kind,
            size=len(offered.checked.content),
            address=address,
            scan=scan.outcome,
            added_by=offered.sent_by or offered.actor.id,
            added_at=offered.at,
        )
        return ()

    said = Note(
        id=offered.id,
        kind=ADDED,
        actor=offered.actor,
        role=offered.role,
        at=offered.at,
        case=opened.row.reference,
        references=(Reference(VERSION, str(version_id), address),),
    )
    try:
        return note(said, keep)
    finally:
        remove_unless_used(opened.row, address)


def _hold(opened: Opened, offered: Offer, scan: Scan) -> Held:
    key, held_id = opened.key, _id_of(offered, "held")
    address = store().put(offered.checked.content, key)
    HeldDocument.objects.get_or_create(
        id=held_id,
        defaults={
            "case": opened.row,
            "document": offered.document,
            "confidentiality": offered.confidentiality,
            "about": About(offered.title, offered.checked.name).sealed(key, held_id),
            "kind": offered.checked.kind,
            "size": len(offered.checked.content),
            "address": address,
            "why": scan.said,
            "added_by": offered.actor.id,
            "added_at": offered.at,
        },
    )
    return Held(scan.said)


def _new_document(row: CaseRow, offered: Offer, key: bytes) -> Document:
    document_id = _id_of(offered, "document")
    return Document.objects.create(
        id=document_id,
        case=row,
        confidentiality=offered.confidentiality,
        about=About(offered.title).sealed(key, document_id),
    )


def _id_of(offered: Offer, what: str) -> UUID:
    """Return an id that the same offer gives again, so that what is sent twice is kept once."""
    return uuid5(NAMESPACE_OID, f"speccom {what} {offered.id}")
