"""What is taken, and what is refused: every refusal says what the file is, why not, and how to mend it."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.casework.documents import files

from speccom.casework.documents.check import check_document, check_size
from speccom.casework.documents.kinds import DocumentKind
from speccom.casework.documents.limits import Limits, limits_from
from speccom.casework.documents.refusal import NotTaken
from speccom.problem import Problem

LIMITS = Limits()
SMALL = Limits(size=5_000_000, unpacked=2_000_000, entries=60)

TAKEN: dict[str, tuple[str, Callable[[], bytes], DocumentKind]] = {
    "pdf": ("paper.pdf", files.pdf, DocumentKind.PDF),
    "pdf by hand": ("a.PDF", lambda: files.pdf_with(b"<< /S /GoTo /D [3 0 R /Fit] >>"), DocumentKind.PDF),
    "pdf that writes of scripts": (
        "a.pdf",
        lambda: files.pdf_with(b"<< /S /URI /URI (https://example.org/JavaScript/Launch\\(1\\)) >>"),
        DocumentKind.PDF,
    ),
    "pdf with an object stream": (
        "a.pdf",
        lambda: files.pdf_with(files.object_stream(b"<< /S /URI >>", b"[1 2]", b"(/JS)"), b""),
        DocumentKind.PDF,
    ),
    "word": ("Business case.docx", files.word, DocumentKind.WORD),
    "word with a web link": (
        "a.docx",
        lambda: files.with_relationship(files.word(), "hyperlink", "https://example.org", external=True),
        DocumentKind.WORD,
    ),
    "word with a chart's workbook": (
        "a.docx",
        lambda: files.changed(files.word(), {"word/embeddings/Sheet1.xlsx": files.workbook()}),
        DocumentKind.WORD,
    ),
    "workbook": ("costs.xlsx", files.workbook, DocumentKind.EXCEL),
    "csv": ("costs.csv", lambda: "year,cost\r\n2025,£-5\r\n2026,-5.20\r\n".encode(), DocumentKind.CSV),
    "csv of Excel": ("costs.csv", lambda: "year;cost\r\n2025;£5\r\n".encode("cp1252"), DocumentKind.CSV),
    "csv with a telephone number": ("a.csv", lambda: b"who,phone\nme,+44 20 7946 0000\n", DocumentKind.CSV),
    "text": ("note.txt", lambda: "Costs fell — by £5.\n".encode(), DocumentKind.TEXT),
    "text like a picture's sign": ("note.txt", lambda: b"BMJ 2026; PK studies, MZ twins", DocumentKind.TEXT),
    "text in UTF-16": ("note.txt", lambda: "Costs fell.".encode("utf-16"), DocumentKind.TEXT),
    "text without an ending": ("README", lambda: b"Costs fell.", DocumentKind.TEXT),
    "png": ("scan.png", files.png, DocumentKind.PNG),
    "jpeg": ("scan.JPEG", lambda: files.JPEG, DocumentKind.JPEG),
    "jpeg with a second picture": ("scan.jpg", lambda: files.JPEG + files.JPEG + b"\0\0", DocumentKind.JPEG),
}


@pytest.mark.parametrize("case", TAKEN)
def test_taken(case: str) -> None:
    name, make, kind = TAKEN[case]
    content = make()
    checked = check_document(name, content, LIMITS)
    assert (checked.kind, checked.content) == (kind, content)


def _pdf(action: bytes) -> Callable[[], bytes]:
    return lambda: files.pdf_with(action)


def _word_with(**parts: bytes) -> Callable[[], bytes]:
    return lambda: files.changed(
        files.word(), {name.replace("__", "/"): each for name, each in parts.items()}
    )


def _word_related(type_: str, target: str, external: bool = True) -> Callable[[], bytes]:
    return lambda: files.with_relationship(files.word(), type_, target, external)


def _encrypted_entry() -> bytes:
    content = bytearray(files.word())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _renamed(new: bytes) -> bytes:
    """A Word file with a part named as given; both lists of the archive say so."""
    old = b"x" * len(new)
    made = files.archive({**files.parts_of(files.word()), old.decode(): b"harm"})
    return made.replace(old, new)


def _linked_entry() -> bytes:
    made = bytearray(files.word())
    last = made.rindex(b"PK\x01\x02")
    made[last + 38 : last + 42] = struct.pack("<I", 0o120777 << 16)
    return bytes(made)


def _twice_named() -> bytes:
    made = files.archive({**files.parts_of(files.word()), "word/documenu.xml": b"<other/>"})
    return made.replace(b"word/documenu.xml", b"word/document.xml")


def _sheet(old: bytes, new: bytes) -> bytes:
    return files.changed(files.workbook(), {"xl/worksheets/sheet1.xml": lambda part: part.replace(old, new)})


BOMB = b"\0" * 1_900_000
JS = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
MACRO_TYPE = b"application/vnd.ms-word.document.macroEnabled.main+xml"
WORD_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'

REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    # Name and content, and what is no document.
    "nothing": ("a.pdf", lambda: b"", "empty"),
    "too large": ("a.txt", lambda: b"a" * 5_000_001, "5,000,001 bytes"),
    "a name that says otherwise": ("a.pdf", files.word, "The name ends in .pdf, and the content is a Word"),
    "a picture called text": ("a.txt", files.png, "the content is a PNG picture"),
    "a program's ending": ("a.pdf.exe", files.pdf, "The name ends in .exe"),
    "macros' ending": ("a.docm", files.word, "The name ends in .docm"),
    "a program": ("a.txt", lambda: b"MZ\x90\0\x03\0", "a program"),
    "gif": ("a.png", lambda: b"GIF89a\x01\0\x01\0", "a GIF picture"),
    "heic": ("a.jpg", lambda: b"\0\0\0\x18ftypheic\0\0", "HEIC"),
    "bytes": ("a.txt", lambda: bytes(range(256)), "of no kind that is known"),
    "an older Word file": ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "older kind"),
    "Word under a password": (
        "a.docx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99) + "EncryptedPackage".encode("utf-16-le"),
        "a password protects",
    ),
    # Text.
    "a web page": ("a.txt", lambda: b"\n <!DOCTYPE html><script>1</script>", "a web page"),
    "an svg": ("a.txt", lambda: b"<svg onload='x()'/>", "a web page"),
    "a shell script": ("a.txt", lambda: b"#!/bin/sh\nrm x", "a script"),
    "rich text": ("a.txt", lambda: b"{\\rtf1 hello}", "another kind of document"),
    "a formula in a CSV": ("a.csv", lambda: b"a,b\n1,=cmd|' /C calc'!A0\n", "a formula, in row 2, column 2"),
    "a formula after a sign": ("a.csv", lambda: b"-2+3+cmd|' /C calc'!A0\n", "a formula, in row 1, column 1"),
    "a formula at an at sign": ("a.csv", lambda: b'"x","@SUM(1)"\n', "a formula, in row 1, column 2"),
    # Archives.
    "an archive": ("a.zip", lambda: files.archive({"a.txt": b"a"}), "a zip archive"),
    "an empty archive": ("a.zip", lambda: files.archive({}), "an archive"),
    "a part that grows": ("a.docx", _word_with(word__big=BOMB), "more than 100 times"),
    "many parts": (
        "a.docx",
        lambda: files.changed(files.word(), {f"word/{number}": b"" for number in range(60)}),
        "parts, and 60 are allowed",
    ),
    "large parts": (
        "a.docx",
        _word_with(**{f"word__{number}": bytes(900_000) for number in range(3)}),
        "2,000,000 are allowed",
    ),
    "overlapping parts": ("a.docx", files.overlapping, "overlap"),
    "a part above": ("a.docx", lambda: _renamed(b"../../evil.xml"), "leads out of it"),
    "a part in the middle above": ("a.docx", lambda: _renamed(b"word/../../e.x"), "leads out of it"),
    "a part at the root": ("a.docx", lambda: _renamed(b"/etc/cron.d/ev"), "leads out of it"),
    "a part on a drive": ("a.docx", lambda: _renamed(b"C:/windows/evi"), "leads out of it"),
    "a part of Windows": ("a.docx", lambda: _renamed(b"..\\..\\evil.ex"), "leads out of it"),
    "a part that is a link": ("a.docx", _linked_entry, "leads out of it"),
    "two parts of one name": ("a.docx", _twice_named, "two parts of one name"),
    "a password on a part": ("a.docx", _encrypted_entry, "a password protects"),
    "an unusual packing": (
        "a.docx",
        lambda: files.archive(files.parts_of(files.word()), zipfile.ZIP_BZIP2),
        "packed in a way",
    ),
    "an archive inside": ("a.docx", _word_with(word__a=files.archive({"a": b"a"})), "an archive (word/a)"),
    "an archive among embeddings": (
        "a.docx",
        _word_with(word__embeddings__a=files.archive({"a": b"a"})),
        "a zip archive",
    ),
    "archives in archives": (
        "a.docx",
        lambda: files.changed(
            files.word(),
            {
                "word/embeddings/a.docx": files.changed(
                    files.word(), {"word/embeddings/b.xlsx": files.workbook()}
                )
            },
        ),
        "an archive (word/embeddings/b.xlsx)",
    ),
    "compressed otherwise": ("a.docx", _word_with(word__a=b"\x1f\x8b\x08\0"), "an archive (word/a)"),
    "a damaged part": ("a.docx", lambda: _damaged(files.word()), "do not agree"),
    "words before": ("a.docx", lambda: b"PK\x03\x04" + files.word(), "something else before"),
    "words after": ("a.docx", lambda: files.word() + b"<script>", "something else before or after"),
    # Word and Excel.
    "macros by type": (
        "a.docx",
        lambda: files.with_type(files.word(), WORD_TYPE, MACRO_TYPE),
        "an Office file with macros",
    ),
    "a template": (
        "a.docx",
        lambda: files.with_type(files.word(), b".document.main+xml", b".template.main+xml"),
        "made as a template",
    ),
    "slides": (
        "a.pptx",
        lambda: files.with_type(
            files.word(), b"wordprocessingml.document.main", b"presentationml.presentation"
        ),
        "of slides",
    ),
    "macros by name": ("a.docx", _word_with(word__vbaProject__bin=b"x"), "macros or controls"),
    "macros by another name": (
        "a.docx",
        lambda: files.changed(
            files.with_type(
                files.word(),
                b"</Types>",
                b'<Override PartName="/word/m.bin" '
                b'ContentType="application/vnd.ms-office.vbaProject"/></Types>',
            ),
            {"word/m.bin": b"x"},
        ),
        "macros or controls",
    ),
    "an old macro sheet": (
        "a.xlsx",
        lambda: files.changed(files.workbook(), {"xl/macrosheets/sheet1.xml": b"<x/>"}),
        "macros or controls",
    ),
    "an embedded object": (
        "a.docx",
        _word_with(word__embeddings__o=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        "an embedded object",
    ),
    "an embedded program": ("a.docx", _word_with(word__o=b"MZ\x90\0"), "an embedded object"),
    "a template elsewhere": (
        "a.docx",
        _word_related("attachedTemplate", "https://evil.example.org/t.dotm"),
        "a link to its template",
    ),
    "a picture elsewhere": (
        "a.docx",
        _word_related("image", "https://evil.example.org/i.png"),
        "outside of it",
    ),
    "a link to a share": ("a.docx", _word_related("hyperlink", "file:///\\\\evil\\s"), "outside of it"),
    "a link that is a script": ("a.docx", _word_related("hyperlink", "javascript:x"), "outside of it"),
    "an object elsewhere": ("a.docx", _word_related("oleObject", "file:///c:/o"), "outside of it"),
    "another document's text": ("a.docx", _word_related("aFChunk", "a.html", False), "embedded objects"),
    "a data connection": (
        "a.xlsx",
        lambda: files.with_relationship(
            files.workbook(), "connections", "connections.xml", False, of="xl/_rels/workbook.xml.rels"
        ),
        "data connections",
    ),
    "a field that starts a program": (
        "a.docx",
        lambda: files.in_word(
            "<w:p><w:r><w:instrText>DD</w:instrText></w:r>"
            "<w:r><w:instrText>EAUTO c:\\x</w:instrText></w:r></w:p>"
        ),
        "a field that starts another program",
    ),
    "a simple field that starts one": (
        "a.docx",
        lambda: files.in_word('<w:p><w:fldSimple w:instr=" dde cmd x"/></w:p>'),
        "a field that starts another program",
    ),
    "a cell that starts a program": (
        "a.xlsx",
        lambda: _sheet(b"SUM(A1:A2)", b"cmd|'/C calc'!A0"),
        "a formula that starts another program",
    ),
    "XML with entities": (
        "a.docx",
        lambda: files.changed(files.word(), {"word/styles.xml": ENTITIES}),
        "XML with definitions of its own",
    ),
    "XML with entities in UTF-16": (
        "a.docx",
        lambda: files.changed(files.word(), {"word/styles.xml": ENTITIES[21:].decode().encode("utf-16")}),
        "XML with definitions of its own",
    ),
    "XML without end": (
        "a.docx",
        lambda: files.changed(files.word(), {"word/styles.xml": b"<a>" * 300 + b"</a>" * 300}),
        "XML with definitions of its own",
    ),
    "broken XML": (
        "a.docx",
        lambda: files.changed(files.word(), {"word/styles.xml": b"<a><b></a>"}),
        "its part word/styles.xml is not whole",
    ),
    "a drawing with entities": (
        "a.docx",
        lambda: files.changed(files.word(), {"word/a.vml": ENTITIES}),
        "XML with definitions of its own",
    ),
    # PDF.
    "a script": ("a.pdf", _pdf(JS), "a script"),
    "a script under a coded name": ("a.pdf", _pdf(b"<< /S /Java#53cript /#4AS (x) >>"), "a script"),
    "a script after an open string": ("a.pdf", lambda: files.pdf_of([b"(", JS, *files.PAGES]), "unusual way"),
    "a script hidden by a comment": (
        "a.pdf",
        lambda: files.pdf_with(b"<< /A ( % ) /B (\\)) /S % (\n /JavaScript >>"),
        "a script",
    ),
    "a script in an object stream": ("a.pdf", _pdf(files.object_stream(b"1", JS)), "a script"),
    "a script in a plain object stream": ("a.pdf", _pdf(files.object_stream(JS, packed=None)), "a script"),
    "a script in a stream packed otherwise": (
        "a.pdf",
        _pdf(files.object_stream(JS).replace(b"/FlateDecode", b"/LZWDecode")),
        "unusual way",
    ),
    "a script in a stream packed twice": (
        "a.pdf",
        _pdf(files.object_stream(JS).replace(b"/FlateDecode", b"[/ASCIIHexDecode /FlateDecode]")),
        "unusual way",
    ),
    "a script in a stream with a predictor": (
        "a.pdf",
        _pdf(
            files.object_stream(b"1").replace(
                b"/FlateDecode", b"/FlateDecode /DecodeParms << /Predictor 12 >>"
            )
        ),
        "unusual way",
    ),
    "a script in a stream of another type": (
        "a.pdf",
        _pdf(files.object_stream(JS).replace(b"/ObjStm", b"/XObject")),
        "a script",
    ),
    "objects that grow": (
        "a.pdf",
        _pdf(files.object_stream(b"(" + bytes(2_100_000) + b")")),
        "more than is allowed",
    ),
    "a program to start": ("a.pdf", _pdf(b"<< /S /Launch /F (cmd.exe) >>"), "starts a program"),
    "a file inside": ("a.pdf", _pdf(b"<< /EmbeddedFiles 5 0 R >>"), "another file inside"),
    "a file inside, as a stream": ("a.pdf", _pdf(b"<< /Type /EmbeddedFile >>"), "another file inside"),
    "a link to a file": ("a.pdf", _pdf(b"<< /S /GoToR /F (\\\\\\\\evil\\\\s) >>"), "opens another file"),
    "a scripted form": ("a.pdf", _pdf(b"<< /XFA 5 0 R >>"), "a form of a kind"),
    "a form that sends": ("a.pdf", _pdf(b"<< /S /SubmitForm >>"), "sends data elsewhere"),
    "a film": ("a.pdf", _pdf(b"<< /Subtype /RichMedia >>"), "film"),
    "a password": (
        "a.pdf",
        lambda: files.pdf_of([b"<< /Type /Catalog >>"], b"/Root 1 0 R /Encrypt 9 0 R"),
        "a password protects",
    ),
    "a PDF without end": ("a.pdf", lambda: files.pdf()[:-200], "its end is missing"),
    "a PDF with more after it": ("a.pdf", lambda: files.pdf() + b"<script>", "something follows it"),
    "a PDF whose list is elsewhere": (
        "a.pdf",
        lambda: files.pdf_with(b"null").replace(b"startxref\n", b"startxref\n9"),
        "its list of contents",
    ),
    "nested without end": ("a.pdf", _pdf(b"[" * 600 + b"]" * 600), "unusual way"),
    "a PDF that is an archive": ("a.pdf", lambda: _pdf_and_archive(), "an archive"),
    # Pictures.
    "a wide png": ("a.png", lambda: files.png(20_001, 1), "20,001 by 1 points"),
    "a huge png": ("a.png", lambda: files.png(20_000, 20_000), "20,000 by 20,000 points"),
    "a huge jpeg": ("a.jpg", lambda: files.jpeg_sized(60_000, 60_000), "60,000 by 60,000 points"),
    "a png of no size": ("a.png", lambda: files.png(0, 5), "no width or no height"),
    "a moving png": ("a.png", lambda: files.png(4, 3, (b"acTL", bytes(8))), "that moves"),
    "a png with hidden text": (
        "a.png",
        lambda: files.png(4, 3, (b"zTXt", b"a\0\0" + zlib.compress(bytes(6_000_000)))),
        "a large text",
    ),
    "half a png": ("a.png", lambda: files.png()[:-15], "its end is missing"),
    "a changed png": (
        "a.png",
        lambda: files.png().replace(b"\x04\0\0\0\x03", b"\x05\0\0\0\x03"),
        "check sums",
    ),
    "a png with more after it": ("a.png", lambda: files.png() + b"<script>", "after its end"),
    "a png that is an archive": ("a.png", lambda: files.png() + files.archive({"a": b"a"}), "after its end"),
    "a png that holds an archive": ("a.png", lambda: _png_and_archive(), "an archive"),
    "a png that holds a PDF": ("a.png", lambda: files.png(4, 3, (b"tEXt", b"a\0%PDF-1.7")), "a PDF"),
    "half a jpeg": ("a.jpg", lambda: files.JPEG[:-2], "its end is missing"),
    "a jpeg out of order": ("a.jpg", lambda: files.JPEG[:20] + b"x" + files.JPEG[20:], "not in order"),
    "a jpeg without a picture": ("a.jpg", lambda: b"\xff\xd8\xff\xd9", "no picture"),
    "a jpeg with more after it": ("a.jpg", lambda: files.JPEG + b"<?php", "after its end"),
    "text that is a PDF": ("a.txt", lambda: b"Hello\n" + files.pdf_with(b"null"), "a PDF"),
}


def _damaged(content: bytes) -> bytes:
    made = bytearray(content)
    made[200:220] = bytes(20)
    return bytes(made)


def _png_and_archive() -> bytes:
    """A PNG with an archive in a text, whose closing comment takes in the rest of the picture."""
    inside = files.archive({"a.txt": b"harm"})
    whole = files.png(4, 3, (b"tEXt", b"a\0" + inside))
    after = len(whole) - whole.index(inside) - len(inside)
    return files.png(4, 3, (b"tEXt", b"a\0" + inside[:-2] + struct.pack("<H", after)))


def _pdf_and_archive() -> bytes:
    """A PDF with an archive in a stream, whose closing comment takes in the PDF's own end."""
    inside = files.archive({"a.txt": b"harm"})
    whole = files.pdf_with(b"<< /Length 1 >>\nstream\n" + inside + b"\nendstream")
    after = len(whole) - whole.index(inside) - len(inside)
    return files.pdf_with(
        b"<< /Length 1 >>\nstream\n" + inside[:-2] + struct.pack("<H", after) + b"\nendstream"
    )


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    name, make, finding = REFUSED[case]
    with pytest.raises(NotTaken) as refused:
        check_document(name, make(), SMALL)
    assert finding in refused.value.finding
    _is_in_words(refused.value)


def _is_in_words(refused: NotTaken) -> None:
    for part in (refused.finding, refused.why, refused.mend):
        assert part
        assert not part.endswith(".")
        assert part[0].isupper()


@given(st.binary(max_size=300), st.sampled_from(["a.pdf", "a.docx", "a.csv", "a.png", "a"]))
def test_any_bytes_are_taken_or_refused_in_words(content: bytes, name: str) -> None:
    for begin in (b"", b"%PDF-", b"PK\x03\x04", files.png()[:8], b"\xff\xd8\xff"):
        try:
            check_document(name, begin + content, SMALL)
        except NotTaken as refused:
            _is_in_words(refused)


@given(st.sampled_from([files.pdf, files.word, files.workbook, files.png, lambda: files.JPEG]), st.data())
def test_a_changed_byte_never_leaves_a_trace(make: Callable[[], bytes], data: st.DataObject) -> None:
    content = bytearray(make())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        check_document("a", bytes(content), SMALL)
    except NotTaken as refused:
        _is_in_words(refused)


def test_size_may_be_asked_before_reading() -> None:
    check_size(LIMITS.size, LIMITS)
    with pytest.raises(NotTaken, match="25,000,001 bytes"):
        check_size(LIMITS.size + 1, LIMITS)


def test_limits_are_settings() -> None:
    assert limits_from({"size": 7}) == Limits(size=7)
    for written in ({"weight": 1}, {"size": 0}, {"size": True}, {"size": "9"}):
        with pytest.raises(Problem, match="DOCUMENT_LIMITS"):
            limits_from(written)
