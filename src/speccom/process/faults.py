"""The faults of a process rulebook: each part is read to its end, and all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import TypeVar

from speccom.criteria.criterion_errors import CriterionErrors, nearest
from speccom.criteria.parse import Criterion, parse
from speccom.criteria.vocabulary import Vocabulary
from speccom.rulebook.errors import RulebookError

Word = TypeVar("Word", bound=StrEnum)


class Faults:
    """What is wrong so far, and the readers of single values that add to it."""

    def __init__(self) -> None:
        self.errors: list[RulebookError] = []

    def add(self, where: str, message: str, mend: str = "") -> None:
        """Add one error."""
        self.errors.append(RulebookError(where, message, mend))

    def text(self, written: Mapping[str, object], key: str, where: str) -> str:
        """Return a text that must be there."""
        value = written.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
            self.add(where, f"`{key}` is missing")
            return ""
        return str(value).strip()

    def whole(self, written: Mapping[str, object], key: str, where: str) -> int | None:
        """Return a whole number of nought or more, or None where it is not there."""
        value = written.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.add(where, f"`{key}` is no whole number", f"Write {key} = 1")
            return None
        return value

    def flag(self, written: Mapping[str, object], key: str, where: str, *, otherwise: bool) -> bool:
        """Return true or false."""
        value = written.get(key, otherwise)
        if not isinstance(value, bool):
            self.add(where, f"`{key}` is true or false, not “{value}”")
            return otherwise
        return value

    def word(self, words: type[Word], written: str, where: str, key: str) -> Word | None:
        """Return the word of a list that is written."""
        try:
            return words(written)
        except ValueError:
            self.add(where, f"`{key}` is one of {', '.join(words)}, not “{written}”")
            return None

    def one_of(self, written: str, known: Collection[str], where: str, key: str) -> str:
        """Return what is written, which is one of some words."""
        if written not in known:
            self.add(where, f"`{key}` is one of {', '.join(known)}, not “{written}”")
        return written

    def known(self, name: str, known: Collection[str], where: str, what: str) -> bool:
        """Whether a name is known; where it is not, the nearest one that is goes with the error."""
        if name in known:
            return True
        near = nearest(name, sorted(known))
        self.errors.append(RulebookError(where, f"{what}: there is no `{name}`", suggestion=near))
        return False

    def names(self, written: str, known: Collection[str], where: str) -> tuple[str, ...]:
        """Return the names of a cell, which stand with `;` between them."""
        names = tuple(name.strip() for name in written.split(";") if name.strip())
        for name in names:
            self.known(name, known, where, "a name")
        return names

    def listed(self, written: Mapping[str, object], key: str, where: str) -> tuple[str, ...]:
        """Return a list of names."""
        value = written.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.add(where, f"`{key}` is no list of names", f'Write {key} = ["…"]')
            return ()
        return tuple(value)

    def options(self, written: Mapping[str, object], key: str, where: str) -> dict[str, str]:
        """Return a table of words by name."""
        value = written.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            self.add(where, f"`{key}` is no table of words", f'Write {key} = {{ name = "words" }}')
            return {}
        return {str(name): str(each) for name, each in value.items()}

    def tables(
        self, written: Mapping[str, object], key: str, where: str, *, named: bool = True
    ) -> list[tuple[str, Mapping[str, object]]]:
        """Return tables by name (`[key.NAME]`), or in order (`[[key]]`) by their number."""
        value = written.get(key, {} if named else [])
        if named and isinstance(value, dict) and all(isinstance(each, dict) for each in value.values()):
            return list(value.items())
        if not named and isinstance(value, list) and all(isinstance(each, dict) for each in value):
            return [(str(place), each) for place, each in enumerate(value, start=1)]
        shape = f"[{key}.NAME]" if named else f"[[{key}]]"
        self.add(f"{where}, {key}", f"this is no table of {key}", f"Write each as {shape}")
        return []

    def criterion(self, text: str, vocabulary: Vocabulary, where: str) -> Criterion | None:
        """Return a criterion over some fields."""
        try:
            return parse(text, vocabulary, {})
        except CriterionErrors as problem:
            self.errors += [
                RulebookError(
                    where,
                    each.message,
                    suggestion=each.suggestion,
                    criterion=text,
                    start=each.start,
                    end=each.end,
                )
                for each in problem.errors
            ]
            return None
