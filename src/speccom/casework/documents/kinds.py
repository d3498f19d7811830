"""The kinds of documents that a case takes, and what each is called by people, names and browsers."""

from __future__ import annotations

from enum import StrEnum


class DocumentKind(StrEnum):
    """A kind of document, told by its content; only text and CSV are told apart by their names."""

    PDF = "pdf"
    WORD = "docx"
    EXCEL = "xlsx"
    CSV = "csv"
    TEXT = "txt"
    PNG = "png"
    JPEG = "jpg"

    @property
    def words(self) -> str:
        """Its name for people, to stand in a sentence."""
        return _WORDS[self]

    @property
    def label(self) -> str:
        """Its name for people, to stand alone."""
        words = self.words.removeprefix("a ").removeprefix("an ")
        return words[0].upper() + words[1:]

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings that a file name of this kind may have, the usual one first."""
        return (self.value, "jpeg") if self is DocumentKind.JPEG else (self.value,)

    @property
    def media_type(self) -> str:
        """What a browser is told that it is."""
        return _MEDIA_TYPES[self]


_WORDS = {
    DocumentKind.PDF: "a PDF",
    DocumentKind.WORD: "a Word document",
    DocumentKind.EXCEL: "an Excel workbook",
    DocumentKind.CSV: "a CSV file",
    DocumentKind.TEXT: "plain text",
    DocumentKind.PNG: "a PNG picture",
    DocumentKind.JPEG: "a JPEG picture",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MEDIA_TYPES = {
    DocumentKind.PDF: "application/pdf",
    DocumentKind.WORD: f"{_OFFICE}wordprocessingml.document",
    DocumentKind.EXCEL: f"{_OFFICE}spreadsheetml.sheet",
    DocumentKind.CSV: "text/csv",
    DocumentKind.TEXT: "text/plain",
    DocumentKind.PNG: "image/png",
    DocumentKind.JPEG: "image/jpeg",
}

TAKEN = "PDF, Word (docx), Excel (xlsx), CSV, plain text, PNG and JPEG"
"""The kinds as a sentence names them."""
