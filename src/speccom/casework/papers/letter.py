"""A letter of a process as a paper. What filled its blanks stays text, and never becomes form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from speccom.casework.papers.paper import Paper, Paragraph, Part, Points, Section, tidy
from speccom.process.letter import Block, BlockKind


def paper_of_letter(
    title: str, blocks: Iterable[Block], *, reference: str, version: str, made: datetime, mark: str = ""
) -> Paper:
    """Return a filled letter as a paper; `title` is what it is called where it gives no title itself."""
    written = list(blocks)
    titles = [each.text for each in written if each.kind is BlockKind.TITLE]
    body = [each for each in written if each.kind is not BlockKind.TITLE]
    return Paper(
        title=titles[0] if titles else title,
        reference=reference,
        version=version,
        made=made,
        sections=tuple(_sections(body)),
        mark=mark,
    )


def _sections(blocks: Iterable[Block]) -> Iterator[Section]:
    heading, parts = "", list[Part]()
    for kind, together in groupby(blocks, key=lambda each: each.kind):
        texts = [each.text for each in together]
        if kind is not BlockKind.HEADING:
            parts += _parts(kind, texts)
            continue
        for text in texts:
            if heading or parts:
                yield Section(heading, tuple(parts))
            heading, parts = text, []
    if heading or parts:
        yield Section(heading, tuple(parts))


def _parts(kind: BlockKind, texts: list[str]) -> list[Part]:
    """Return points as one list, and each line that somebody wrote as a paragraph of its own."""
    if kind is BlockKind.ITEM:
        return [Points(tuple(texts))]
    return [Paragraph(line) for text in texts for line in text.splitlines() if tidy(line)]
