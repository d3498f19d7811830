"""Text and CSV: whether they are text, in which letters, and whether a spreadsheet would run part of them."""

from __future__ import annotations

import codecs
import csv
import io
import re

from speccom.casework.documents.kinds import DocumentKind
from speccom.casework.documents.refusal import NotTaken, active

_CHARSETS = {"utf-8-sig": "utf-8", "utf-16": "utf-16", "cp1252": "windows-1252"}
"""How each encoding is called between computers."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_MARKUP = re.compile(r"\s*<\s*[!?/a-z]", re.IGNORECASE)
_SCRIPT = re.compile(r"\s*(#!|\{\\rtf|@echo\b)", re.IGNORECASE)
_FORMULA = re.compile(r"\s*[=@＝＠]|\s*[+\-＋－][^|!(]*[|!(]")


def check_text(content: bytes, kind: DocumentKind) -> None:
    """Raise NotTaken where this is no text, or text that a program would run."""
    text = decoded(content)
    if text is None:
        raise NotTaken(
            "The content of this file is of no kind that is known here",
            why="What cannot be recognised cannot be checked, or opened by those who must read it",
            mend="Save it as PDF, Word (docx), Excel (xlsx), CSV, plain text, PNG or JPEG",
        )
    if _MARKUP.match(text):
        raise active(kind.words, "a web page, a drawing or XML", "Print the page to a PDF and send that")
    if _SCRIPT.match(text):
        raise active(kind.words, "a script or another kind of document", "Save it as a PDF and send that")
    if kind is DocumentKind.CSV:
        _check_cells(text)


def decoded(content: bytes) -> str | None:
    """Return the text of these bytes, as UTF-8, UTF-16 with its mark, or Windows' letters; None if none."""
    found = _read(content)
    return None if found is None or _CONTROL.search(found[0]) else found[0]


def charset_of(content: bytes) -> str:
    """Return what a browser is told about the letters of a text; blank where it is none."""
    found = _read(content)
    return _CHARSETS[found[1]] if found else ""


def _read(content: bytes) -> tuple[str, str] | None:
    """Return the text of these bytes and how it is encoded; None where it is no text."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None


def _check_cells(text: str) -> None:
    try:
        for line, row in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
            for place, cell in enumerate(row, start=1):
                if _FORMULA.match(cell):
                    raise active(
                        DocumentKind.CSV.words,
                        f"a formula, in row {line}, column {place}",
                        "Copy the cells and paste them as values, or put a word before the sign",
                    )
    except csv.Error as error:
        raise NotTaken(
            f"This is a CSV file that cannot be read as rows and columns: {error}",
            why="Nobody could be sure to read it as it was meant",
            mend="Open it in a spreadsheet, save it again as CSV, and send the new file",
        ) from None
