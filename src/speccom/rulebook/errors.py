"""What is wrong with a rulebook: every error at once, each with its place and the way to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from speccom.problem import Problem

_EXCERPT = 96


@dataclass(frozen=True)
class RulebookError:
    """One error of a rulebook.

    `where` is the file and row or the sheet's cell ("rules.csv, rule R12"; "Rules!D17"). An error inside a
    criterion carries the criterion's text and the place in it (`start`, `end`), and where there is one the
    nearest valid name.
    """

    where: str
    message: str
    mend: str = ""
    suggestion: str = ""
    rule_id: str = ""
    criterion: str = ""
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        """Sentences, and for a criterion its text with carets under the place."""
        words = [_sentence(f"{self.where}: {self.message}")]
        if self.suggestion:
            words.append(f"Did you mean `{self.suggestion}`?")
        if self.mend:
            words.append(_sentence(self.mend))
        said = " ".join(words)
        if not self.criterion:
            return said
        return f"{said}\n{underlined(self.criterion, self.start, self.end)}"

    def as_json(self) -> dict[str, object]:
        """Return the fields that say something, for programs."""
        found: dict[str, object] = {"where": self.where, "message": self.message}
        for name in ("mend", "suggestion", "rule_id", "criterion"):
            if value := getattr(self, name):
                found[name] = value
        if self.criterion:
            found |= {"start": self.start, "end": self.end}
        return found


class RulebookErrors(Problem):
    """A rulebook that cannot be used. `errors` holds every error found, in order of file and row."""

    def __init__(self, errors: Iterable[RulebookError], *, rulebook: str) -> None:
        self.errors = tuple(errors)
        count = len(self.errors)
        super().__init__(
            f"this rulebook has {count} error{'' if count == 1 else 's'} and cannot be used", where=rulebook
        )

    def __str__(self) -> str:
        """The head line, then each error as a paragraph of its own."""
        return "\n\n".join([super().__str__(), *(str(error) for error in self.errors)])


def underlined(text: str, start: int, end: int) -> str:
    """Return the line of `text` that holds the place, cut to a readable width, and carets under it."""
    start = max(0, min(start, len(text)))
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line = text[line_start : len(text) if line_end < 0 else line_end]
    first = start - line_start
    last = max(first + 1, min(end - line_start, len(line)))
    cut = max(0, min(first - _EXCERPT // 2, len(line) - _EXCERPT))
    shown = line[cut : cut + _EXCERPT]
    before, after = ("…" if cut else ""), ("…" if cut + _EXCERPT < len(line) else "")
    padding = "".join("\t" if letter == "\t" else " " for letter in before + line[cut:first])
    carets = "^" * max(1, min(last, cut + _EXCERPT) - first)
    return f"    {before}{shown}{after}\n    {padding}{carets}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", ":")) else f"{text}."
