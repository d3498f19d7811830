"""One object of a PDF, read from its bytes: every name in it, and the keys of its dictionary."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    rb"(?P<space>[\x00\t\n\x0c\r ]+|%[^\r\n]*)"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|(?P<hex><[^<>]*>)|(?P<string>\()"
    rb"|/(?P<name>[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)"
    rb"|(?P<word>[^\x00\t\n\x0c\r ()<>\[\]{}/%]+|.)",
    re.DOTALL,
)
_IN_STRING = re.compile(rb"[^()\\]+|\\.|[()]", re.DOTALL)
_CODED = re.compile(rb"#([0-9A-Fa-f]{2})")
_DEEPEST = 500


class Tangled(Exception):
    """An object without an end, or nested without end."""


@dataclass
class PdfObject:
    """An object: all names in it, its own dictionary (keys to all words of their values), and its end."""

    end: int
    names: set[str] = field(default_factory=set)
    entries: dict[str, list[str]] = field(default_factory=dict)


def read_object(data: bytes, start: int) -> PdfObject:
    """Read the one object that begins here. Raises Tangled."""
    found = PdfObject(start)
    depth, place, key, awaits_value = 0, start, "", False
    while place < len(data):
        token = _TOKEN.match(data, place)
        assert token is not None  # its last alternative takes any byte
        kind, place = token.lastgroup, token.end()
        if kind == "space":
            continue
        if kind == "string":
            place = _end_of_string(data, place)
        word = _word(token[0], kind)
        if kind == "name":
            found.names.add(word)
        if kind == "close":
            depth -= 1
        elif depth == 1 and kind == "name" and not awaits_value:
            key, awaits_value = word, True
            found.entries.setdefault(key, [])
        elif depth >= 1 and key:
            found.entries[key].append(f"/{word}" if kind == "name" else word)
            awaits_value = False
        if kind == "open":
            depth += 1
            if depth > _DEEPEST:
                raise Tangled
        if depth <= 0:
            found.end = place
            return found
    raise Tangled


def _word(token: bytes, kind: str | None) -> str:
    if kind == "name":
        return _CODED.sub(lambda coded: bytes([int(coded[1], 16)]), token[1:]).decode("latin-1")
    return "[" if kind == "open" else token.decode("latin-1")


def _end_of_string(data: bytes, place: int) -> int:
    depth = 1
    for part in _IN_STRING.finditer(data, place):
        depth += {b"(": 1, b")": -1}.get(part[0], 0)
        if depth == 0:
            return part.end()
    raise Tangled
