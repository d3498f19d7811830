"""Words by which cases are found: those of the reference and of the subject, by how they begin.

A word with marks in it is found by each part of it as well: `IFR-2026-0042-7` by `0042`, `CAR-T` by `t`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from speccom.casework.models import CaseRow, CaseWord
from speccom.criteria.vocabulary import Confidentiality
from speccom.process.procedure import Procedure

_MARKS = re.compile(r"[\W_]+")
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_LONGEST = 60
_AFTER_ALL = b"\xff"
"""Greater than any byte of UTF-8."""


def words_of(row: CaseRow, procedure: Procedure) -> list[CaseWord]:
    """Return the words of a case; those of a subject that is not public are for those who may see it."""
    subject = procedure.vocabulary.get(procedure.subject)
    of_subject = set(_words(row.subject))
    public = set(_words(row.reference))
    if subject is not None and subject.confidentiality == Confidentiality.PUBLIC:
        public |= of_subject
    return [
        CaseWord(case=row, word=each.encode(), is_public=each in public)
        for each in sorted(public | of_subject)
    ]


def beginnings_asked(text: str) -> tuple[tuple[bytes, bytes], ...]:
    """Return the range of words that begin with each word of a text, the longest word first."""
    asked = {_folded(each)[:_LONGEST] for each in text.split()} - {""}
    ranges = ((each.encode(), each.encode() + _AFTER_ALL) for each in asked)
    return tuple(sorted(ranges, key=lambda each: (-len(each[0]), each)))


def _words(text: str) -> Iterator[str]:
    for written in text.split():
        whole = _folded(written)
        starts = (0, *(mark.end() for mark in _MARKS.finditer(whole))) if whole else ()
        yield from (whole[start:][:_LONGEST] for start in starts)


def _folded(written: str) -> str:
    """Return a word without capitals, accents, and the marks around it."""
    plain = unicodedata.normalize("NFKD", written.casefold())
    return _AROUND.sub("", "".join(each for each in plain if not unicodedata.combining(each)))
