"""One object of a PDF, read from its bytes: every name in it, and the keys of its dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

_TOKEN = re.compile(
    rb"(?P<words>[^()<>\[\]{}/%]+)|(?P<comment>%[^\r\n]*)"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|(?P<hex><[^<>]*>)|(?P<string>\()"
    rb"|(?P<name>/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)"
    rb"|(?P<stray>.)",
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
    depth, key, awaits_value = 0, "", False
    for kind, words, found.end in _tokens(data, start):
        if kind == "name":
            found.names.add(words[0][1:])
        if kind == "close":
            depth -= 1
        elif depth == 1 and kind == "name" and not awaits_value:
            key, awaits_value = words[0][1:], True
            found.entries.setdefault(key, [])
        elif key:
            found.entries[key] += words
            awaits_value = False
        if kind == "open":
            depth += 1
            if depth > _DEEPEST:
                raise Tangled
        if depth <= 0:
            return found
    raise Tangled


def _tokens(data: bytes, place: int) -> Iterator[tuple[str | None, list[str], int]]:
    """Return each token's kind, what it stands for, and where it ends; white space and comments are none."""
    while place < len(data):
        token = _TOKEN.match(data, place)
        assert token is not None  # its last alternative takes any byte
        kind, place = token.lastgroup, token.end()
        if kind == "words":
            words = token[0].replace(b"\0", b" ").decode("latin-1").split()
            if words:
                yield kind, words, place
        elif kind == "name":
            yield kind, [_name(token[0])], place
        elif kind == "string":
            place = _end_of_string(data, place)
            yield kind, ["("], place
        elif kind != "comment":
            yield kind, [token[0].decode("latin-1")], place


@lru_cache(maxsize=4096)
def _name(written: bytes) -> str:
    return _CODED.sub(lambda coded: bytes([int(coded[1], 16)]), written).decode("latin-1")


def _end_of_string(data: bytes, place: int) -> int:
    depth = 1
    for part in _IN_STRING.finditer(data, place):
        depth += {b"(": 1, b")": -1}.get(part[0], 0)
        if depth == 0:
            return part.end()
    raise Tangled
