"""What the pages of a case's documents show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.timezone import localtime

from speccom.casework.documents.kept import about
from speccom.casework.documents.kinds import TAKEN, DocumentKind
from speccom.casework.documents.limits import Limits
from speccom.casework.documents.scanner import Outcome
from speccom.casework.documents.sending import Slip
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
_BYTES = ((1_000_000, "MB"), (1_000, "KB"))


@dataclass(frozen=True)
class VersionItem:
    """One version of a document."""

    number: int
    name: str
    href: str
    words: str
    added: str


@dataclass(frozen=True)
class DocumentItem:
    """A document in the list, by its latest version."""

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
    """The documents of a case, those that are held, and the form where one may be added.

    `question` is the one for which a document is added, where it is added for one.
    """

    done: str
    warning: str
    documents: tuple[DocumentItem, ...]
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
class Shown:
    """What it takes to show documents: the key that names them, the case, and the names of people."""

    key: bytes
    reference: str
    names: Mapping[str, str]


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
    name, kind = about(version, shown.key).name, DocumentKind(version.kind)
    by = shown.names.get(version.added_by, "")
    added = f"Added on {formats.day_and_time(localtime(version.added_at))}"
    return VersionItem(
        number=version.number,
        name=name,
        href=address("case-document-file", reference=shown.reference, version=version.id),
        words=f"{kind.label}, {size_in_words(version.size)}. {_SCANS[Outcome(version.scan)]}.",
        added=f"{added} by {by}." if by else f"{added}.",
    )


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
    earlier = len(versions) - 1
    return DocumentItem(
        title=about(document, shown.key).title,
        href=address("case-document", reference=shown.reference, document=document.id),
        confidentiality=class_in_words(document.confidentiality)[0],
        latest=version_item(versions[0], shown),
        earlier=f"{formats.counted(earlier, 'earlier version')}" if earlier else "",
    )
