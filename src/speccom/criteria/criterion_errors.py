"""What is wrong with a criterion: the message, the place in its text, and the nearest valid name."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from speccom.problem import Problem

_SHOWN = 100
_LONGEST_LINE = 2_000
_AROUND = 500


@dataclass(frozen=True)
class CriterionError:
    """One thing wrong with a criterion, its place in the text, and the nearest valid name if there is one."""

    message: str
    start: int
    end: int
    suggestion: str = ""

    def __str__(self) -> str:
        return f"{self.message} Did you mean {self.suggestion}?" if self.suggestion else self.message


class CriterionErrors(Problem):
    """Everything found wrong with one criterion."""

    def __init__(self, text: str, errors: tuple[CriterionError, ...]) -> None:
        self.text = text
        self.errors = errors
        super().__init__(" ".join(str(each) for each in errors))

    def __str__(self) -> str:
        """Each error on a line, with the place in the text under it."""
        shown = [f"{each}\n{pointed(self.text, each)}" for each in self.errors[:_SHOWN]]
        left = len(self.errors) - len(shown)
        return "\n".join([*shown, f"There are {left} more."] if left else shown)


def pointed(text: str, error: CriterionError) -> str:
    """Return the line of the text that holds the error, or the part of a long one around it, with carets
    under the place."""
    line_start = text.rfind("\n", 0, error.start) + 1
    line_end = text.find("\n", error.start)
    line_end = line_end if line_end >= 0 else len(text)
    before, after = "", ""
    if line_end - line_start > _LONGEST_LINE:
        if line_start < error.start - _AROUND:
            line_start, before = error.start - _AROUND, "…"
        if error.start + _AROUND < line_end:
            line_end, after = error.start + _AROUND, "…"
    width = max(1, min(error.end, line_end) - error.start)
    line = f"{before}{text[line_start:line_end]}{after}"
    return f"    {line}\n    {' ' * (len(before) + error.start - line_start)}{'^' * width}"


def nearest(name: str, known: list[str]) -> str:
    """Return the known name most like this one, or an empty text when none is close."""
    close = get_close_matches(name.lower(), [each.lower() for each in known], n=1, cutoff=0.6)
    return next((each for each in known if close and each.lower() == close[0]), "")
