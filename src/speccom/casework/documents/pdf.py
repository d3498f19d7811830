"""PDFs: whole from first byte to last, and without scripts, programs, files inside or passwords.

Every object is looked at wherever it begins, also inside object streams: readers of PDF differ in which
objects they find, so none may act.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from speccom.casework.documents.archive import holds_archive_at_end, protected
from speccom.casework.documents.kinds import DocumentKind
from speccom.casework.documents.limits import Limits
from speccom.casework.documents.pdf_object import PdfObject, Tangled, read_object
from speccom.casework.documents.refusal import NotTaken, active, damaged, too_large_inside, two_in_one

PDF_SIGN = b"%PDF-"
_WHAT = DocumentKind.PDF.words
_BEGINS = re.compile(rb"(?<=[\x00\t\n\x0c\r 0-9])obj(?![A-Za-z])|\btrailer\b")
_STREAM = re.compile(rb"stream(\r\n|\n|\r)")
_STREAM_WITHIN = 1024
_END = re.compile(rb"startxref[\x00\t\n\x0c\r ]+(\d{1,10})[\x00\t\n\x0c\r ]+%%EOF[\x00\t\n\x0c\r ]*\Z")
_AT_PLACE = re.compile(rb"[\x00\t\n\x0c\r ]*(xref\b|\d+\s+\d+\s+obj)")
_NUMBERS = re.compile(rb"\d+")
_ENDING = 2048
_WORK = 4

_FORBIDDEN = {
    "JavaScript": "a script",
    "JS": "a script",
    "Launch": "a command that starts a program",
    "EmbeddedFile": "another file inside of it",
    "EmbeddedFiles": "another file inside of it",
    "RichMedia": "sound, film or an interactive scene",
    "Movie": "sound, film or an interactive scene",
    "Rendition": "sound, film or an interactive scene",
    "XFA": "a form of a kind that runs scripts",
    "GoToR": "a link that opens another file",
    "GoToE": "a link that opens another file",
    "SubmitForm": "a form that sends data elsewhere",
    "ImportData": "a form that fetches data from elsewhere",
}


def check_pdf(content: bytes, limits: Limits) -> None:
    """Raise NotTaken for a PDF that is damaged, protected, acts, or is something else besides."""
    ending = _END.search(content, max(0, len(content) - _ENDING))
    if ending is None:
        raise damaged(_WHAT, "its end is missing, or something follows it")
    if not _AT_PLACE.match(content, int(ending[1])):
        raise damaged(_WHAT, "its list of contents is not where it says")
    if holds_archive_at_end(content):
        raise two_in_one(_WHAT, "an archive")
    try:
        for each in _objects(content, limits):
            _check_object(each)
    except Tangled:
        raise _unusual() from None


def _check_object(each: PdfObject) -> None:
    if "Encrypt" in each.entries:
        raise protected(_WHAT)
    for name in sorted(each.names & _FORBIDDEN.keys()):
        raise active(
            _WHAT, _FORBIDDEN[name], "Print it to a new PDF, which keeps only its pages, and send that"
        )


def _objects(content: bytes, limits: Limits) -> Iterator[PdfObject]:
    work, left = _WORK * len(content), limits.unpacked
    for beginning in _BEGINS.finditer(content):
        each = read_object(content, beginning.end())
        work -= each.end - beginning.end()
        if work < 0:
            raise Tangled
        yield each
        if "N" in each.entries and "First" in each.entries:
            stream = _STREAM.search(content, each.end, each.end + _STREAM_WITHIN)
            if stream is None:
                raise Tangled
            packed = _unpacked(content, stream.end(), each, left)
            left -= len(packed)
            yield from _packed_objects(packed, each)


def _packed_objects(packed: bytes, stream: PdfObject) -> Iterator[PdfObject]:
    first = stream.entries["First"]
    if len(first) != 1 or not first[0].isdecimal():
        raise Tangled
    heading = [int(each) for each in _NUMBERS.findall(packed, 0, int(first[0]))]
    work = _WORK * len(packed)
    for offset in sorted(set(heading[1::2])):
        start = int(first[0]) + offset
        if start >= len(packed):
            raise Tangled
        each = read_object(packed, start)
        work -= each.end - start
        if work < 0:
            raise Tangled
        yield each


def _unpacked(content: bytes, start: int, stream: PdfObject, left: int) -> bytes:
    filters = [each for each in stream.entries.get("Filter", []) if each != "["]
    if "DecodeParms" in stream.entries or "F" in stream.entries:
        raise Tangled
    if not filters and "Filter" not in stream.entries:
        return content[start : content.find(b"endstream", start)]
    if filters != ["/FlateDecode"]:
        raise Tangled
    unpacker = zlib.decompressobj()
    try:
        packed = unpacker.decompress(memoryview(content)[start:], left + 1)
    except zlib.error:
        raise damaged(_WHAT, "a part of it cannot be unpacked") from None
    if len(packed) > left:
        raise too_large_inside(_WHAT, "its objects take more than is allowed")
    return packed


def _unusual() -> NotTaken:
    return NotTaken(
        f"This is {_WHAT} put together in an unusual way",
        why="It cannot be made sure that it holds nothing but pages",
        mend="Print it to a new PDF and send that",
    )
