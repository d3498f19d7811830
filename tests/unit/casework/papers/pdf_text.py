"""The words of a PDF as a reader takes them: from its content, by the letters that its typefaces map to."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_MARKED = re.compile(
    rb"/(?P<tag>\w+)\s*(?:<<[^>]*>>)?\s*(?P<begin>BDC|BMC)\b|(?P<end>\bEMC\b)"
    rb"|/(?P<font>\w+) [\d.]+ Tf|(?P<text>\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\))",
    re.DOTALL,
)


def words_of(pdf: bytes) -> str:
    """All text but that of artifacts, such as the foot of each page, in the order of the content."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    return " ".join(_words_of_page(page, objects) for page in pages)


def _words_of_page(page: bytes, objects: dict[int, bytes]) -> str:
    content = _stream(objects[_reference(page, b"Contents")])
    fonts = {
        name.decode(): _letters(objects[int(number)], objects)
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", objects[_reference(page, b"Resources")])
    }
    said, font, open_parts = [], "", []
    for part in _MARKED.finditer(content):
        kind = part.lastgroup
        if kind == "begin":
            open_parts.append(part["tag"] != b"Artifact")
        elif kind == "end":
            open_parts.pop()
        elif kind == "font":
            font = part["font"].decode()
        elif all(open_parts):
            codes = _unescaped(part["text"][1:-1])
            said += [fonts[font][codes[place : place + 2]] for place in range(0, len(codes), 2)]
    return "".join(said)


def _letters(font: bytes, objects: dict[int, bytes]) -> dict[bytes, str]:
    table = _stream(objects[_reference(font, b"ToUnicode")])
    return {
        bytes.fromhex(code.decode()): bytes.fromhex(letters.decode()).decode("utf-16-be")
        for code, letters in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    }


def _reference(body: bytes, key: bytes) -> int:
    found = re.search(rb"/" + key + rb" (\d+) 0 R", body)
    assert found, key
    return int(found[1])


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    return zlib.decompress(found[1])


def _unescaped(text: bytes) -> bytes:
    def plain(escape: re.Match[bytes]) -> bytes:
        code = escape[1]
        return bytes([int(code, 8)]) if code.isdigit() else _ESCAPES.get(code, code)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, text, flags=re.DOTALL)
