"""Tells a file whose columns are shifted from one with slips, by the unusable share of each column."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from speccom.activity.contract.feeds import Mapped, Shifted
from speccom.problem import Problem

_MOST_NAMED = 4
_WORDS = {
    "financial_year": "financial year",
    "financial_month": "financial month",
    "created": "date",
    "activity_date": "date",
    "provider": "organisation's code",
    "commissioner": "organisation's code",
    "service_code": "code",
    "point_of_delivery": "code",
}
_OTHERWISE = "amount"


@dataclass
class ColumnShares:
    """How many rows of a file have something in each column that cannot be used, with an example."""

    mapped: Mapped
    rows: int = 0
    _unusable: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _blank: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _examples: dict[str, str] = field(default_factory=dict)

    def count(self, column: str, text: str, rows: int, *, unusable: bool) -> None:
        """Count rows whose value in this column is blank or cannot be used."""
        if unusable:
            self._unusable[column] += rows
            self._examples.setdefault(column, text)
        else:
            self._blank[column] += rows

    def beyond(self, limits: Shifted) -> list[str]:
        """The columns of which too much cannot be used, each with its share and an example in words.

        In a column that must be filled, blank is unusable too.
        """
        return [
            self._in_words(column, name)
            for column, name in self.mapped.sources.items()
            if _too_many(self._lost(column), self.rows, limits)
        ]

    def _lost(self, column: str) -> int:
        dated = "activity_date" in self.mapped.sources and column.startswith("financial_")
        needed = column in self.mapped.shape.required and not dated
        return self._unusable[column] + (self._blank[column] if needed else 0)

    def _in_words(self, column: str, name: str) -> str:
        example = self._examples.get(column)
        such = f" (such as {example[:40]!r})" if example else " (they are blank)"
        share = self._lost(column) / self.rows
        return f"{share:.0%} of {name} is no {_WORDS.get(column, _OTHERWISE)}{such}"


def refuse_shifted(shares: ColumnShares, wrong_width: int, limits: Shifted, file: str) -> None:
    """Raise Problem, naming the columns, where a file cannot be what its header says."""
    rows = shares.rows + wrong_width
    if not rows:
        raise Problem(
            "the file has a header and no rows",
            where=file,
            mend="Export it again; a month without activity needs no file",
        )
    if _too_many(wrong_width, rows, limits):
        raise Problem(
            f"{wrong_width:,} of its {rows:,} rows have more or fewer values than the header; "
            "nothing of the file was used",
            where=file,
            mend="Look for a comma in a value that is not in quotation marks, and export the file again",
        )
    beyond = shares.beyond(limits)
    if beyond:
        more = len(beyond) - _MOST_NAMED
        raise Problem(
            f"the columns do not hold what their names say, as if they were shifted: "
            f"{'; '.join(beyond[:_MOST_NAMED])}{f'; and {more} more columns' if more > 0 else ''}; "
            "nothing of the file was used",
            where=file,
            mend="Compare the header with the first rows, and ask the provider for the file again",
        )


def _too_many(lost: int, rows: int, limits: Shifted) -> bool:
    return lost > limits.most_unusable * rows and (lost >= limits.fewest_unusable or lost == rows)
