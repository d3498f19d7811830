"""What the pages of a case's documents show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localtime

from speccom.casework.documents.kept import about
from speccom.casework.documents.kinds import TAKEN, DocumentKind
from speccom.casework.documents.limits import Limits
from speccom.casework.documents.scanner import Outcome
from speccom.casework.documents.sending import Slip
from speccom.casework.documents.withdrawing import reason_of, withdrawal_of
from speccom.casework.models import Document, DocumentVersion, HeldDocument
from speccom.criteria.vocabulary import Confidentiality
from speccom.interface import formats
from speccom.interface.frame import Link
from speccom.interface.pages import address

_CLASSES = {
    Confidentiality.PUBLIC: ("Public", "Anybody who may see the case may read it, also the public."),
    Confidentiality.OFFICIAL: ("Official", "For those who work on the case."),
    Confidentiality.COMMERCIAL: ("Commercial", "It tells of prices or of a company’s affairs."),
    Confidentiality.IDENTITY: ("Identity", "It tells who the patient is."),
}
_SCANS = {
    Outcome.CLEAN: "No virus was found",
    Outcome.NOT_SCANNED: "Not checked for viruses",
}
TITLE_WITHDRAWN, NAME_WITHDRAWN = "A withdrawn document", "A withdrawn file"
_BYTES = ((1_000_000, "MB"), (1_000, "KB"))


@dataclass(frozen=True)
class VersionItem:
    """One version of a document; `href` is blank where it may not be opened.

    `withdrawn` says when it was withdrawn, and by whom; `withdraw` is where that is done, for who may.
    """

    number: int
    name: str
    href: str
    words: str
    added: str
    withdrawn: str = ""
    reason: str = ""
    withdraw: str = ""


@dataclass(frozen=True)
class DocumentItem:
    """A document in the list, by its latest version that stands, or else the latest that was withdrawn."""

    title: str
    href: str
    confidentiality: str
    latest: VersionItem
    earlier: str


@dataclass(frozen=True)
class HeldItem:
    """A document that waits for the scanner."""

    title: str
    href: str
    words: str


@dataclass(frozen=True)
class Choice:
    """A class of confidentiality that may be chosen."""

    value: str
    text: str
    hint: str
    chosen: bool


@dataclass(frozen=True)
class UploadForm:
    """The form to add a document, or a version of one; `choices` are none for a version."""

    command: str
    hint: str
    title: str = ""
    choices: tuple[Choice, ...] = ()
    slips: tuple[Slip, ...] = ()

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong with each field, in full."""
        return {each.field: f"{each.text} {each.more}".strip() for each in self.slips}


@dataclass(frozen=True)
class DocumentsPage:
    """The documents of a case, those withdrawn, those held, and the form where one may be added.

    `question` is the one for which a document is added, where it is added for one.
    """

    done: str
    warning: str
    documents: tuple[DocumentItem, ...]
    withdrawn: tuple[DocumentItem, ...]
    held: tuple[HeldItem, ...]
    may_scan: bool
    form: UploadForm | None
    command: str
    question: Link | None = None


@dataclass(frozen=True)
class DocumentPage:
    """One document with all of its versions, the newest first."""

    done: str
    confidentiality: str
    meaning: str
    versions: tuple[VersionItem, ...]
    form: UploadForm | None


@dataclass(frozen=True)
class WithdrawPage:
    """The form to withdraw a version: `control` is the field of the reason, `document` the way back."""

    version: VersionItem
    control: str
    reason: str
    problem: str
    command: str
    document: str


@dataclass(frozen=True)
class Shown:
    """What it takes to show documents: the key that names them, the case, and the names of people.

    `theirs` are the versions that are the person's to withdraw, and to look at once they are withdrawn.
    """

    key: bytes
    reference: str
    names: Mapping[str, str]
    theirs: Collection[UUID] = ()


def document_items(
    documents: Iterable[tuple[Document, list[DocumentVersion]]], shown: Shown
) -> tuple[DocumentItem, ...]:
    """Return documents with their versions (the newest first), by title."""
    items = (_document_item(document, versions, shown) for document, versions in documents)
    return tuple(sorted(items, key=lambda each: each.title.casefold()))


def held_items(held: Iterable[HeldDocument], shown: Shown) -> tuple[HeldItem, ...]:
    """Return the documents that wait for the scanner."""
    return tuple(
        HeldItem(
            title=about(each, shown.key).title or about(each, shown.key).name,
            href=address("case-document-held", reference=shown.reference, held=each.id),
            words=f"Sent on {formats.day_and_time(localtime(each.added_at))}. {formats.sentence(each.why)}",
        )
        for each in held
    )


def version_item(version: DocumentVersion, shown: Shown) -> VersionItem:
    """Return one version in words."""
    kind, withdrawal = DocumentKind(version.kind), withdrawal_of(version)
    may_be_withdrawn = version.id in shown.theirs and withdrawal is None
    place = {"reference": shown.reference, "version": version.id}
    return VersionItem(
        number=version.number,
        name=about(version, shown.key).name if is_open(version, shown) else NAME_WITHDRAWN,
        href=address("case-document-file", **place) if is_open(version, shown) else "",
        words=f"{kind.label}, {size_in_words(version.size)}. {_SCANS[Outcome(version.scan)]}.",
        added=_done("Added", version.added_at, version.added_by, shown),
        withdrawn=(
            _done("Withdrawn", withdrawal.withdrawn_at, withdrawal.withdrawn_by, shown) if withdrawal else ""
        ),
        reason=reason_of(withdrawal, shown.key) if withdrawal else "",
        withdraw=address("case-document-withdraw", **place) if may_be_withdrawn else "",
    )


def is_open(version: DocumentVersion, shown: Shown) -> bool:
    """Whether somebody may see what a version is called and holds: one withdrawn, only where it is theirs."""
    return withdrawal_of(version) is None or version.id in shown.theirs


def title_of(document: Document, versions: Iterable[DocumentVersion], shown: Shown) -> str:
    """Return a document's title, where any of its versions may be seen."""
    is_seen = any(is_open(each, shown) for each in versions)
    return about(document, shown.key).title if is_seen else TITLE_WITHDRAWN


def upload_form(
    command: str,
    limits: Limits,
    classes: Collection[Confidentiality] = (),
    *,
    title: str = "",
    chosen: str = "",
    slips: tuple[Slip, ...] = (),
) -> UploadForm:
    """Return the form; with `classes`, for a new document."""
    choices = tuple(
        Choice(str(each), *_CLASSES[each], chosen=chosen == each) for each in _CLASSES if each in classes
    )
    hint = f"{TAKEN}, of up to {size_in_words(limits.size)}. It may hold no macros, scripts or other files."
    return UploadForm(command, hint, title, choices, slips)


def class_in_words(confidentiality: str) -> tuple[str, str]:
    """Return what a class is called and what it means."""
    return _CLASSES[Confidentiality(confidentiality)]


def size_in_words(size: int) -> str:
    """1234567 -> "1.2 MB"."""
    for each, unit in _BYTES:
        if size >= each:
            return f"{size / each:.1f} {unit}".replace(".0 ", " ")
    return formats.counted(size, "byte")


def _document_item(document: Document, versions: list[DocumentVersion], shown: Shown) -> DocumentItem:
    latest = next((each for each in versions if withdrawal_of(each) is None), versions[0])
    others = len(versions) - 1
    which = "earlier version" if latest is versions[0] else "other version"
    return DocumentItem(
        title=title_of(document, versions, shown),
        href=address("case-document", reference=shown.reference, document=document.id),
        confidentiality=class_in_words(document.confidentiality)[0],
        latest=version_item(latest, shown),
        earlier=formats.counted(others, which) if others else "",
    )


def _done(what: str, at: datetime, by: str, shown: Shown) -> str:
    name = shown.names.get(by, "")
    said = f"{what} on {formats.day_and_time(localtime(at))}"
    return f"{said} by {name}." if name else f"{said}."
