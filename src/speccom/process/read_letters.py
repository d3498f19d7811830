"""Read the letters of a process rulebook: headings, paragraphs and lists, with what is filled in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from speccom.criteria.vocabulary import Confidentiality, Vocabulary
from speccom.process.faults import Faults
from speccom.process.form import fields_read
from speccom.process.letter import PLACEHOLDER, Block, BlockKind, Letter, Part
from speccom.rulebook.read_folder import read_text

LETTERS = "letters"

_FENCE = "+++"
_DIRECTIVE = re.compile(r"\{\{\s*(when|each|end)\b\s*(.*?)\s*\}\}")
_MARKS = (("# ", BlockKind.TITLE), ("## ", BlockKind.HEADING), ("- ", BlockKind.ITEM))


def read_letters(
    folder: Path,
    vocabulary: Vocabulary,
    collections: Mapping[str, Vocabulary],
    acts: Collection[str],
    faults: Faults,
) -> tuple[dict[str, Letter], dict[str, str]]:
    """Return the letters by name, and their texts."""
    found: dict[str, Letter] = {}
    texts: dict[str, str] = {}
    for path in sorted((folder / LETTERS).glob("*.md")):
        text = read_text(path, faults.errors)
        if text is not None:
            texts[path.name] = text
            found[path.stem] = _LetterReader(path, vocabulary, collections, acts, faults).read(text)
    return found, texts


class _LetterReader:
    def __init__(
        self,
        path: Path,
        vocabulary: Vocabulary,
        collections: Mapping[str, Vocabulary],
        acts: Collection[str],
        faults: Faults,
    ) -> None:
        self.path = path
        self.where = f"{LETTERS}/{path.name}"
        self.vocabulary = vocabulary
        self.collections = collections
        self.acts = acts
        self.faults = faults

    def read(self, text: str) -> Letter:
        head, body, first_line = self._split(text)
        acts = self.faults.listed(head, "acts", self.where)
        for act in acts:
            self.faults.known(act, self.acts, self.where, "acts")
        letter = Letter(
            self.path.stem,
            self.faults.text(head, "title", self.where),
            self.faults.text(head, "to", self.where),
            acts,
            tuple(self._parts(body, first_line)),
            self.faults.flag(head, "public", self.where, otherwise=False),
        )
        if letter.published:
            self._refuse_unpublic(letter)
        return letter

    def _refuse_unpublic(self, letter: Letter) -> None:
        conditions = {
            ("", name) for part in letter.parts if part.condition for name in fields_read(part.condition)
        }
        for collection, name in sorted({*letter.placeholders, *conditions}):
            known = self.collections.get(collection) if collection else self.vocabulary
            field = known.get(name) if known is not None else None
            if field is not None and field.confidentiality != Confidentiality.PUBLIC:
                said = f"everybody may read it, and `{name}` is {field.confidentiality}"
                self.faults.add(self.where, said, "Leave it out, or make the field public")

    def _split(self, text: str) -> tuple[Mapping[str, object], str, int]:
        """Return what stands between the two fences as TOML, the rest, and the line on which that begins."""
        lines = text.split("\n")
        ends = [place for place, line in enumerate(lines) if line.strip() == _FENCE]
        if len(ends) < 2 or ends[0] != 0:
            self.faults.add(
                self.where,
                f"the letter does not say what it is between two lines of {_FENCE}",
                "Begin it with title, to and acts",
            )
            return {}, text, 1
        try:
            head = tomllib.loads("\n".join(lines[1 : ends[1]]))
        except tomllib.TOMLDecodeError as fault:
            self.faults.add(
                self.where, f"what stands between the lines of {_FENCE} is not valid TOML: {fault}"
            )
            head = {}
        return head, "\n".join(lines[ends[1] + 1 :]), ends[1] + 2

    def _parts(self, body: str, first_line: int) -> list[Part]:
        """Return the parts, which begin at {{when …}} or {{each …}} and end at {{end}}."""
        found: list[Part] = []
        part, blocks, open_since = Part(()), list[Block](), 0
        for line, text in _paragraphs(body, first_line):
            where = f"{self.where}, line {line}"
            directive = _DIRECTIVE.fullmatch(text)
            if directive is None:
                blocks.append(self._block(text, part.collection, where))
                continue
            word, rest = directive[1], " ".join(directive[2].split())
            if (word == "end") != bool(open_since):
                said = "nothing is open here" if word == "end" else "a part is open, and parts do not nest"
                self.faults.add(where, said, "Write {{end}} once after each {{when …}} or {{each …}}")
            found.append(Part(tuple(blocks), part.condition, part.collection))
            part, blocks = (Part(()) if word == "end" else self._opened(word, rest, where)), []
            open_since = 0 if word == "end" else line
        if open_since:
            self.faults.add(
                f"{self.where}, line {open_since}", "this part has no end", "Write {{end}} after it"
            )
        found.append(Part(tuple(blocks), part.condition, part.collection))
        return [each for each in found if each.blocks]

    def _opened(self, word: str, rest: str, where: str) -> Part:
        if word == "when":
            return Part((), condition=self.faults.criterion(rest, self.vocabulary, where))
        self.faults.known(rest, self.collections, where, "each")
        return Part((), collection=rest)

    def _block(self, text: str, collection: str, where: str) -> Block:
        kind, words = BlockKind.PARAGRAPH, text
        for mark, named in _MARKS:
            if text.startswith(mark):
                kind, words = named, text.removeprefix(mark)
        if "{{" in PLACEHOLDER.sub("", words):
            self.faults.add(where, "a placeholder is not a name between {{ and }}", "Write {{title}}")
        known = self.collections.get(collection) if collection else self.vocabulary
        for name in PLACEHOLDER.findall(words) if known is not None else ():
            self.faults.known(name, set(known or ()), where, "a placeholder")
        return Block(kind, " ".join(words.split()))


def _paragraphs(body: str, first_line: int) -> list[tuple[int, str]]:
    """Return the paragraphs, each with its line: blank lines part them, and marks begin them."""
    found: list[tuple[int, str]] = []
    joins = False
    for line, text in enumerate(body.split("\n"), start=first_line):
        stripped = text.strip()
        begins = stripped.startswith(tuple(mark for mark, _ in _MARKS)) or _DIRECTIVE.fullmatch(stripped)
        if not stripped:
            joins = False
        elif joins and not begins:
            found[-1] = (found[-1][0], f"{found[-1][1]} {stripped}")
        else:
            found.append((line, stripped))
            joins = not _DIRECTIVE.fullmatch(stripped)
    return found
