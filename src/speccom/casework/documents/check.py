"""Whether a document is taken: its name, its size and its content must agree, and it may only be read."""

from __future__ import annotations

from dataclasses import dataclass

from speccom.casework.documents.archive import ZIP_SIGN, holds_archive_at_end, protected
from speccom.casework.documents.file_name import clean_name, ending_of
from speccom.casework.documents.kinds import TAKEN, DocumentKind
from speccom.casework.documents.limits import Limits
from speccom.casework.documents.office import OLE_SIGN, check_office
from speccom.casework.documents.pdf import PDF_SIGN, check_pdf
from speccom.casework.documents.pictures import JPEG_SIGN, PNG_SIGN, check_jpeg, check_png
from speccom.casework.documents.plain_text import check_text, decoded
from speccom.casework.documents.refusal import NotTaken, two_in_one
from speccom.interface.formats import number

_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_PDF_READERS_LOOK_AT = 1024
_KNOWN_BUT_NOT_TAKEN = (
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a bitmap picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"PK", "an archive"),
)


@dataclass(frozen=True)
class Checked:
    """A document that may be taken: its kind, the name it is shown and saved by, and its content."""

    kind: DocumentKind
    name: str
    content: bytes


def check_document(name: str, content: bytes, limits: Limits) -> Checked:
    """Return the document as it may be taken. Raises NotTaken: what it is, why not, and how to mend it."""
    check_size(len(content), limits)
    kind = _kind_by_content(name, content, limits)
    ending = ending_of(name)
    if ending and ending not in kind.endings:
        raise NotTaken(
            f"The name ends in .{ending}, and the content is {kind.words}",
            why="A file that is not what its name says misleads those who open it",
            mend=f"If it is {kind.words}, end its name in .{kind.endings[0]}; if not, choose the right file",
        )
    return Checked(kind, clean_name(name, kind), content)


def check_size(size: int, limits: Limits) -> None:
    """Raise NotTaken for a file of nothing, or of too much; may be asked before the file is read."""
    if size == 0:
        raise NotTaken(
            "The file is empty",
            why="There is nothing in it to read",
            mend="Make sure that it was saved, and choose it again",
        )
    if size > limits.size:
        raise NotTaken(
            f"The file has {number(size)} bytes",
            why=f"Documents of up to {number(limits.size)} bytes are taken",
            mend="Save its pictures smaller, or divide it into several documents",
        )


def _kind_by_content(name: str, content: bytes, limits: Limits) -> DocumentKind:
    if content.startswith(ZIP_SIGN):
        kind = check_office(content, limits)
        _holds_no_pdf(content, kind)
        return kind
    if content.startswith(PDF_SIGN):
        check_pdf(content, limits)
        return DocumentKind.PDF
    for sign, kind, check in (
        (PNG_SIGN, DocumentKind.PNG, check_png),
        (JPEG_SIGN, DocumentKind.JPEG, check_jpeg),
    ):
        if content.startswith(sign):
            check(content, limits)
            _is_alone(content, kind)
            return kind
    if decoded(content) is None:
        _refuse_known(content)
    kind = DocumentKind.CSV if ending_of(name) == "csv" else DocumentKind.TEXT
    check_text(content, kind)
    _is_alone(content, kind)
    return kind


def _is_alone(content: bytes, kind: DocumentKind) -> None:
    _holds_no_pdf(content, kind)
    if holds_archive_at_end(content):
        raise two_in_one(kind.words, "an archive")


def _holds_no_pdf(content: bytes, kind: DocumentKind) -> None:
    if PDF_SIGN in content[:_PDF_READERS_LOOK_AT]:
        raise two_in_one(kind.words, "a PDF")


def _refuse_known(content: bytes) -> None:
    if content.startswith(OLE_SIGN):
        if _ENCRYPTED_OFFICE in content:
            raise protected("an Office file")
        raise _not_a_kind_taken("an Office file of the older kind (doc, xls or msg)")
    if content[4:8] == b"ftyp":
        raise _not_a_kind_taken("a film, or a picture of a kind that not every machine can show (HEIC)")
    if content.startswith(b"RIFF"):
        raise _not_a_kind_taken("a WebP picture, sound or film")
    for sign, words in _KNOWN_BUT_NOT_TAKEN:
        if content.startswith(sign):
            raise _not_a_kind_taken(words)


def _not_a_kind_taken(words: str) -> NotTaken:
    return NotTaken(
        f"This is {words}",
        why=f"Documents that everybody can read and that can be checked are taken: {TAKEN}",
        mend="Save it as one of these and send the new file",
    )
