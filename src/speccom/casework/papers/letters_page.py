"""What the pages of a case's letters show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.timezone import localdate

from speccom.casework.papers.paper import Paper
from speccom.casework.papers.sent_letters import SentLetter
from speccom.interface import formats
from speccom.interface.frame import Link
from speccom.interface.pages import address

DOWNLOADS = {"pdf": "PDF", "docx": "Word"}


@dataclass(frozen=True)
class LetterItem:
    """A letter in the list."""

    title: str
    href: str
    words: str


@dataclass(frozen=True)
class LetterPage:
    """One letter, and the forms in which it can be saved."""

    words: str
    paper: Paper
    downloads: tuple[Link, ...]


def present_letters(reference: str, sent: Iterable[SentLetter]) -> tuple[LetterItem, ...]:
    """Return the letters of a case, as they come."""
    return tuple(
        LetterItem(each.letter.title, _address("case-letter", reference, each), _words(each)) for each in sent
    )


def present_letter(reference: str, sent: SentLetter, paper: Paper) -> LetterPage:
    """Return one letter."""
    downloads = tuple(
        Link(f"Download as {words}", _address("case-letter-file", reference, sent, form=form))
        for form, words in DOWNLOADS.items()
    )
    return LetterPage(_words(sent), paper, downloads)


def _words(sent: SentLetter) -> str:
    return f"To {sent.letter.addressee}, {formats.day(localdate(sent.event.effective_at))}"


def _address(page: str, reference: str, sent: SentLetter, **more: str) -> str:
    return address(page, reference=reference, letter=sent.letter.id, version=sent.event.case_version, **more)
