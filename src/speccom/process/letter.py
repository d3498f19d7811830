"""Letters and published papers: plain paragraphs over the record, filled with no logic but criteria."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from speccom.criteria.evaluate import evaluate
from speccom.criteria.parse import Criterion
from speccom.process.form import fields_read

PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")


class BlockKind(StrEnum):
    """What a block of a letter is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"


@dataclass(frozen=True)
class Block:
    """One block: a title, a heading, a paragraph or an item of a list, in plain text."""

    kind: BlockKind
    text: str


@dataclass(frozen=True)
class Part:
    """Blocks that belong together: always there, only where a criterion is true, or once for each row."""

    blocks: tuple[Block, ...]
    condition: Criterion | None = None
    collection: str = ""


@dataclass(frozen=True)
class Letter:
    """One letter: to whom, by which acts it is sent, and its parts. Everybody may read a `published` one."""

    id: str
    title: str
    addressee: str
    acts: tuple[str, ...]
    parts: tuple[Part, ...]
    published: bool = False

    @property
    def reads(self) -> frozenset[str]:
        """The fields and collections that it fills in, and those on which it depends what it says."""
        conditions = (fields_read(part.condition) for part in self.parts if part.condition is not None)
        return frozenset(collection or name for collection, name in self.placeholders).union(*conditions)

    @property
    def placeholders(self) -> Iterator[tuple[str, str]]:
        """Each name that a letter fills in, with the collection whose row it comes from (or "")."""
        for part in self.parts:
            for block in part.blocks:
                for name in PLACEHOLDER.findall(block.text):
                    yield part.collection, name


Shown = Callable[[str, str, object], str]
"""How a value is written: the collection ("" for the record), the name, and the value (None where blank)."""


def filled(
    letter: Letter,
    record: Mapping[str, object],
    rows: Mapping[str, Sequence[Mapping[str, object]]],
    shown: Shown,
) -> tuple[Block, ...]:
    """Return a letter's blocks with every placeholder filled."""
    return tuple(block for part in letter.parts for block in _filled(part, record, rows, shown))


def _filled(
    part: Part,
    record: Mapping[str, object],
    rows: Mapping[str, Sequence[Mapping[str, object]]],
    shown: Shown,
) -> Iterator[Block]:
    if part.condition is not None and evaluate(part.condition.expression, record).value is not True:
        return
    for each in rows.get(part.collection, ()) if part.collection else (record,):
        for block in part.blocks:
            yield Block(block.kind, _words(block.text, part.collection, each, shown))


def _words(text: str, collection: str, values: Mapping[str, object], shown: Shown) -> str:
    return PLACEHOLDER.sub(lambda found: shown(collection, found[1], values.get(found[1])), text)
