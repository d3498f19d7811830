"""Letters of a process: text with blanks that a case fills in, made into a paper.

Three forms are allowed and no others: headings (`# ` for the title, `## ` and `### ` below it), paragraphs,
and points (`- `). A blank is `{{field}}`. What fills it is text and stays text, whatever signs it holds: the
letter is taken apart before its blanks are filled. A point that is nothing but a blank becomes as many points
as it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from speccom.casework.papers.paper import Paper, Paragraph, Part, Points, Section, tidy
from speccom.problem import Problem

Value = str | tuple[str, ...]

_BLANK = re.compile(r"\{\{ *([a-z][a-z0-9_]*) *\}\}")
_NOT_ALLOWED = (
    (re.compile(r"#"), "headings are “# ”, “## ” and “### ”"),
    (re.compile(r"\d+[.)] "), "numbered lists are not used"),
    (re.compile(r"[*+•] "), "points begin with “- ”"),
    (re.compile(r">|\||```|---|==="), "quotations, tables and rules are not used"),
)
_NOT_WITHIN = (
    (re.compile(r"\*\*|__|`"), "bold, italics and code are not used"),
    (re.compile(r"</?[a-zA-Z!]"), "HTML is not used"),
    (re.compile(r"\]\("), "links are not used: write the address out"),
)


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, or the points of a list, with their blanks; `line` is where it stands."""

    form: str
    texts: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Letter:
    """A letter with blanks. `blanks` are the fields that it needs, in their order."""

    name: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def blanks(self) -> tuple[str, ...]:
        """The fields that it needs, in the order in which they come."""
        texts = (self.title, *(text for block in self.blocks for text in block.texts))
        return tuple(dict.fromkeys(name for text in texts for name in _BLANK.findall(text)))


def read_letter(name: str, text: str) -> Letter:
    """Return a letter from its text. Raises Problem, with the line, for what is none of the three forms."""
    blocks = list(_blocks(name, text))
    if not blocks or blocks[0].form != "#":
        raise _problem(
            name, 1, "a letter begins with its title", "Write “# ” and the title in its first line"
        )
    headings = [block for block in blocks[1:] if block.form.startswith("#")]
    for block in headings:
        if block.form == "#":
            raise _problem(name, block.line, "there is a second title", "Use “## ” for headings")
    if headings and headings[0].form == "###":
        raise _problem(name, headings[0].line, "a “### ” stands under no “## ”", "Use “## ” here")
    return Letter(name, blocks[0].texts[0], tuple(blocks[1:]))


def filled(
    letter: Letter,
    values: Mapping[str, Value],
    *,
    reference: str,
    version: str,
    made: datetime,
    mark: str = "",
    facts: tuple[tuple[str, str], ...] = (),
) -> Paper:
    """Return the letter as a paper, its blanks filled. Raises Problem naming every blank without a value."""
    missing = [name for name in letter.blanks if name not in values]
    if missing:
        raise Problem(
            f"nothing is there to fill in {', '.join(f'“{name}”' for name in missing)}",
            where=f"the letter {letter.name}",
            mend="Enter it in the case, or take the blank out of the letter",
        )
    return Paper(
        title=_fill(letter.title, values),
        reference=reference,
        version=version,
        made=made,
        facts=facts,
        sections=tuple(_sections(letter.blocks, values)),
        mark=mark,
    )


def _blocks(name: str, text: str) -> Iterable[Block]:
    waiting: list[str] = []
    form, began = "", 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        words = line.strip()
        kind, words = _form_of(name, number, words)
        if waiting and kind != form:
            yield _block(form, waiting, began)
            waiting = []
        if kind.startswith("#"):
            yield Block(kind, (words,), number)
        elif kind:
            began = began if waiting else number
            waiting.append(words)
        form = kind


def _block(form: str, waiting: list[str], line: int) -> Block:
    return Block(form, tuple(waiting) if form == "-" else (" ".join(waiting),), line)


def _form_of(name: str, number: int, words: str) -> tuple[str, str]:
    """Return the form of a line (its heading's signs, "-", "text" or nothing) and its words."""
    if not words:
        return "", ""
    heading = re.match(r"(#{1,3}) +(?=\S)", words)
    if heading:
        form, words = heading[1], words[heading.end() :]
    elif re.match(r"- +\S", words):
        form, words = "-", words[1:].strip()
    else:
        form = "text"
        _refuse(name, number, words, _NOT_ALLOWED, re.Pattern.match)
    _refuse(name, number, words, _NOT_WITHIN, re.Pattern.search)
    if re.search(r"\{\{|\}\}", _BLANK.sub("", words)):
        raise _problem(name, number, "a blank is not written as one", "Write {{field}}, in small letters")
    return form, words


def _refuse(
    name: str,
    number: int,
    words: str,
    signs: tuple[tuple[re.Pattern[str], str], ...],
    found: Callable[[re.Pattern[str], str], object],
) -> None:
    for sign, why in signs:
        if found(sign, words):
            raise _problem(name, number, f"“{words[:40]}” is not allowed", why[0].upper() + why[1:])


def _sections(blocks: tuple[Block, ...], values: Mapping[str, Value]) -> Iterable[Section]:
    heading, depth, parts = "", 1, list[Part]()
    for block in blocks:
        if block.form.startswith("#"):
            if heading or parts:
                yield Section(heading, tuple(parts), depth)
            heading, depth, parts = _fill(block.texts[0], values), len(block.form) - 1, []
        else:
            parts += _parts(block, values)
    if heading or parts:
        yield Section(heading, tuple(parts), depth)


def _parts(block: Block, values: Mapping[str, Value]) -> Iterable[Part]:
    if block.form == "-":
        points = tuple(point for text in block.texts for point in _points(text, values))
        return (Points(points),) if points else ()
    alone = _BLANK.fullmatch(block.texts[0])
    if alone:
        return tuple(Paragraph(line) for text in _several(values[alone[1]]) for line in _paragraphs(text))
    return (Paragraph(_fill(block.texts[0], values)),)


def _points(text: str, values: Mapping[str, Value]) -> tuple[str, ...]:
    alone = _BLANK.fullmatch(text)
    return tuple(filter(tidy, _several(values[alone[1]]))) if alone else (_fill(text, values),)


def _paragraphs(text: str) -> Iterable[str]:
    """Return what somebody wrote in several paragraphs as several."""
    return filter(tidy, re.split(r"\r?\n\s*\r?\n|\u2029", text))


def _several(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _fill(text: str, values: Mapping[str, Value]) -> str:
    return _BLANK.sub(lambda blank: ", ".join(_several(values[blank[1]])), text)


def _problem(name: str, line: int, what: str, mend: str) -> Problem:
    return Problem(what, where=f"the letter {name}, line {line}", mend=mend)
