"""Files as people send them, and as those who mean harm would make them; all made here."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache

import docx
import typst
import xlsxwriter

# Eight by six grey points, written by Pillow.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAKBueIx4ZKCMgoy0qqC+8P//8Nzc8P////////////////////////////"
    "//////////////////////////////wAALCAAGAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAv/EABQQAQAAAAAA"
    "AAAAAAAAAAAAAAD/2gAIAQEAAD8AL//Z"
)
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ACTION = "<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>"


@cache
def pdf(words: str = "A paper") -> bytes:
    return typst.compile(f"#set document(title: [A paper])\n{words}".encode(), ignore_system_fonts=True)


@cache
def word() -> bytes:
    made, out = docx.Document(), io.BytesIO()
    made.add_heading("A paper", 1)
    made.add_paragraph("Some words.")
    made.save(out)
    return out.getvalue()


@cache
def workbook(chart: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Year", "Cost"])
    sheet.write_formula(1, 1, '=SUM(A1:A2)&"|"')
    sheet.write_url(2, 0, "https://www.example.org/")
    book.close()
    return out.getvalue()


def png(width: int = 4, height: int = 3, *more: tuple[bytes, bytes]) -> bytes:
    rows = b"".join(b"\0" + bytes(3 * width) for _ in range(min(height, 10)))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        *more,
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    written = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def jpeg_sized(width: int, height: int) -> bytes:
    place = JPEG.index(b"\xff\xc0")
    return JPEG[: place + 5] + struct.pack(">HH", height, width) + JPEG[place + 9 :]


def pdf_of(objects: Iterable[bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A small PDF of these objects, numbered from 1, with a list of contents that is right."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, start)
    return bytes(out)


PAGES = (
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
)


def pdf_with(action: bytes, catalogue: bytes = b"/OpenAction 4 0 R") -> bytes:
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue, *PAGES, action])


def object_stream(*values: bytes, packed: Callable[[bytes], bytes] | None = zlib.compress) -> bytes:
    """An object stream with these values as objects 10, 11, ..."""
    heading, body = b"", b""
    for number, value in enumerate(values, start=10):
        heading += b"%d %d " % (number, len(body))
        body += value + b" "
    data = heading + body
    how = b"/Filter /FlateDecode " if packed else b""
    data = packed(data) if packed else data
    head = b"<< /Type /ObjStm /N %d /First %d %s/Length %d >>" % (len(values), len(heading), how, len(data))
    return head + b"\nstream\n" + data + b"\nendstream"


def archive(entries: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in entries.items():
            file.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def changed(content: bytes, changes: Mapping[str, bytes | Callable[[bytes], bytes]]) -> bytes:
    """An archive with some parts added or changed."""
    parts = parts_of(content)
    for name, change in changes.items():
        parts[name] = change if isinstance(change, bytes) else change(parts[name])
    return archive(parts)


def with_relationship(content: bytes, type_: str, target: str, external: bool, of: str = "") -> bytes:
    mode = ' TargetMode="External"' if external else ""
    added = f'<Relationship Id="rId999" Type="{REL}/{type_}" Target="{target}"{mode}/></Relationships>'
    of = of or "word/_rels/document.xml.rels"
    return changed(content, {of: lambda part: part.replace(b"</Relationships>", added.encode())})


def with_type(content: bytes, old: bytes, new: bytes) -> bytes:
    return changed(content, {"[Content_Types].xml": lambda part: part.replace(old, new)})


def in_word(words: str) -> bytes:
    """A Word document with some more of its own XML in the body."""
    return changed(
        word(), {"word/document.xml": lambda part: part.replace(b"<w:body>", b"<w:body>" + words.encode())}
    )


def overlapping() -> bytes:
    """An archive two of whose parts are the same bytes."""
    good = bytearray(archive({"a": b"x" * 1000, "b": b"x" * 1000}))
    second = good.rindex(b"PK\x01\x02")
    good[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(good)
