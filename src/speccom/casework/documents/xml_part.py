"""XML inside of Office files, read without document types, entities or anything from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Never
from xml.parsers import expat

OnElement = Callable[[str, Mapping[str, str]], None]
"""Is told each element's local name and its attributes, by their namespaces and names, a space between."""
OnText = Callable[[str, str], None]
"""Is told the name of an element and text in it."""

_DEEPEST = 256
_TOGETHER = 1 << 16


class UnsafeXml(Exception):
    """XML that declares a document type or entities, or nests without end."""


class BrokenXml(Exception):
    """What is no well-formed XML."""


def read_xml(content: bytes, element: OnElement, text: OnText | None = None) -> None:
    """Tell of every element and, where asked, every text. Raises UnsafeXml or BrokenXml."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text, parser.buffer_size = True, _TOGETHER
    open_elements: list[str] = []

    def started(name: str, attributes: dict[str, str]) -> None:
        open_elements.append(_local(name))
        if len(open_elements) > _DEEPEST:
            raise UnsafeXml
        element(open_elements[-1], attributes)

    def ended(_name: str) -> None:
        open_elements.pop()

    def said(words: str) -> None:
        if text and open_elements:
            text(open_elements[-1], words)

    def refused(*_: object) -> Never:
        raise UnsafeXml

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = started, ended, said
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = refused
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BrokenXml(str(error)) from None


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
