"""What a CSV file is, before its rows are read: its encoding, its separator and its header."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from speccom.problem import Problem

SEPARATORS = (",", ";", "\t", "|")
# Lines before the header that are none: remarks, and the separator that Excel is told of.
NOT_A_HEADER = ("#", "sep=")

_BLOCK = 1 << 22
_HEADER_LIMIT = 1 << 20
_BOM = codecs.BOM_UTF8
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHER_KINDS = {
    b"PK\x03\x04": ("a spreadsheet or a zip archive", "Save the sheet as CSV (UTF-8), or unpack the archive"),
    b"\x1f\x8b": ("compressed with gzip", "Unpack it first"),
    b"\x28\xb5\x2f\xfd": ("compressed with zstd", "Unpack it first"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "Save the sheet as CSV (UTF-8)"),
}


@dataclass(frozen=True)
class CsvFile:
    """A CSV file that has been looked through once.

    `encoding` is utf-8, cp1252 or latin-1; `first_row_at` is the byte at which the rows begin; `header`
    has every column's name, trimmed.
    """

    path: Path
    size: int
    digest: str
    encoding: str
    byte_order_mark: bool
    nul_bytes: int
    quotation_marks: int
    separator: str
    header: tuple[str, ...]
    first_row_at: int


@dataclass(frozen=True)
class _Contents:
    digest: str
    size: int
    nul_bytes: int
    quotation_marks: int
    encoding: str


def look_through(path: Path) -> CsvFile:
    """Read the whole file once for its digest and encoding, and its header.

    Raises Problem where it is empty, is no CSV, or is in an encoding that cannot be told apart safely.
    """
    with path.open("rb") as file:
        start = file.read(_HEADER_LIMIT)
    _refuse_other_kinds(start, path)
    contents = _contents(path)
    if not start.removeprefix(_BOM).strip():
        raise Problem(
            "the file is empty", where=str(path), mend="Export it again; it needs a header at least"
        )
    marked = start.startswith(_BOM)
    header, separator, end = _header(start.removeprefix(_BOM), contents.encoding, path)
    return CsvFile(
        path,
        contents.size,
        contents.digest,
        contents.encoding,
        marked,
        contents.nul_bytes,
        contents.quotation_marks,
        separator,
        header,
        end + (len(_BOM) if marked else 0),
    )


def _refuse_other_kinds(start: bytes, path: Path) -> None:
    for sign, (kind, mend) in _OTHER_KINDS.items():
        if start.startswith(sign):
            raise Problem(f"this is no CSV or Parquet file but {kind}", where=str(path), mend=mend)
    sample = start[:4096]
    if start.startswith(_UTF16) or (len(sample) > 8 and sample.count(0) > len(sample) // 4):
        raise Problem(
            "the file is in UTF-16, which Excel calls Unicode text",
            where=str(path),
            mend="Save it again as CSV UTF-8",
        )


def _contents(path: Path) -> _Contents:
    """What only the whole file can tell, in one pass."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = nul_bytes = quotation_marks = 0
    utf8, undefined = True, False
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
            if b"\0" in block:
                nul_bytes += block.count(0)
            quotation_marks += block.count(b'"')
            if block.isascii() and not decoder.getstate()[0]:
                continue
            if utf8:
                utf8 = _decodes(decoder, block)
            undefined = undefined or any(byte in block for byte in b"\x81\x8d\x8f\x90\x9d")
    if utf8:
        utf8 = _decodes(decoder, b"", final=True)
    encoding = "utf-8" if utf8 else "latin-1" if undefined else "cp1252"
    return _Contents(digest.hexdigest(), size, nul_bytes, quotation_marks, encoding)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _header(start: bytes, encoding: str, path: Path) -> tuple[tuple[str, ...], str, int]:
    """Column names, separator, and the length in bytes of everything before the first row."""
    text = start.replace(b"\0", b"").decode(encoding, errors="ignore")
    begin = _first_line(text)
    end = _end_of_record(text, begin)
    written = text[begin:end]
    candidates = {separator: _names(written, separator) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda each: len(candidates[each]))
    names = candidates[separator]
    if not any(names):
        raise Problem(
            "the file has no header", where=str(path), mend="Put the columns' names in the first row"
        )
    before = text[:end].encode(encoding)
    return names, separator, _offset_with_nuls(start, len(before))


def _offset_with_nuls(start: bytes, length: int) -> int:
    """The place in `start` after `length` bytes that are not NUL."""
    if b"\0" not in start:
        return length
    seen = 0
    for place, byte in enumerate(start):
        if seen == length:
            return place
        seen += byte != 0
    return len(start)


def _first_line(text: str) -> int:
    """Where the header begins: after blank lines and lines that are no header."""
    place = 0
    while place < len(text):
        end = _end_of_line(text, place)
        line = text[place:end].strip()
        if line and not line.startswith(NOT_A_HEADER):
            break
        place = end
    return place


def _end_of_line(text: str, place: int) -> int:
    for number in range(place, len(text)):
        if text[number] == "\n":
            return number + 1
        if text[number] == "\r":
            return number + 2 if text[number + 1 : number + 2] == "\n" else number + 1
    return len(text)


def _end_of_record(text: str, place: int) -> int:
    """The end of the line that begins here, line ends inside quotation marks not counting."""
    end = _end_of_line(text, place)
    while text[place:end].count('"') % 2 and end < len(text):
        end = _end_of_line(text, end)
    return end


def _names(written: str, separator: str) -> tuple[str, ...]:
    row = next(csv.reader(io.StringIO(written, newline=""), delimiter=separator), [])
    return tuple(name.strip() for name in row)
