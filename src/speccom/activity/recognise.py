"""Which layout a file has: the one that was asked for, or the one that its columns show."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from speccom.activity.layouts import Layout
from speccom.problem import Problem
from speccom.rulebook.activity_record import ACTIVITY

AUTO = "auto"


def squeezed_name(name: str) -> str:
    """A column's name as it is compared: letters and digits alone, in upper case."""
    return "".join(each for each in name.upper() if each.isalnum())


class Header:
    """The column names of one file, found again whatever their case, spaces and punctuation."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._by_squeezed: dict[str, list[str]] = {}
        for name in names:
            self._by_squeezed.setdefault(squeezed_name(name), []).append(name)

    def find(self, name: str) -> str | None:
        """The file's own name for this column, or None; an exact name goes before a similar one."""
        similar = self._by_squeezed.get(squeezed_name(name), [])
        return name if name in similar else next(iter(similar), None)

    def has(self, names: Iterable[str]) -> list[str]:
        """Those of the names that the file has."""
        return [name for name in names if self.find(name) is not None]

    def lacks(self, names: Iterable[str]) -> list[str]:
        """Those of the names that the file does not have."""
        return [name for name in names if self.find(name) is None]

    def repeated(self, name: str) -> bool:
        """Whether more than one column of the file answers to this name."""
        return len(self._by_squeezed.get(squeezed_name(name), [])) > 1


def choose_layout(names: Sequence[str], layouts: Mapping[str, Layout], *, asked: str, file: str) -> Layout:
    """The layout asked for by id, or with `auto` the one that the columns show. Raises Problem otherwise."""
    header = Header(names)
    if asked == AUTO:
        return _recognised(header, layouts, file)
    layout = layouts.get(asked)
    if layout is None:
        nearest = difflib.get_close_matches(asked, layouts, n=1)
        meant = f"Did you mean {nearest[0]}? " if nearest else ""
        raise Problem(
            f"there is no layout called {asked}",
            mend=f"{meant}The layouts are {', '.join(sorted(layouts))}, and auto to recognise the file",
        )
    if not header.has(layout.columns["record_id"]):
        wanted = " or ".join(layout.columns["record_id"])
        raise Problem(
            f"the layout {layout.id} needs a column {wanted} for the record's identifier, "
            f"and the file has none",
            where=file,
            mend=_columns_seen(header),
        )
    return layout


def nearest_column(name: str) -> str | None:
    """The column of the activity record that is spelled most like this one, None where none is."""
    return next(iter(difflib.get_close_matches(name.lower(), ACTIVITY, n=1)), None)


def _recognised(header: Header, layouts: Mapping[str, Layout], file: str) -> Layout:
    fitting = [
        each for each in layouts.values() if len(header.has(each.recognised_by)) == len(each.recognised_by)
    ]
    if not fitting:
        raise _not_recognised(header, layouts, file)
    scores = {each.id: len(header.has(each.source_columns())) for each in fitting}
    best = [each for each in fitting if scores[each.id] == max(scores.values())]
    if len(best) > 1:
        titles = " and ".join(f"{each.id} ({each.title})" for each in best)
        raise Problem(
            f"the columns fit more than one layout: {titles}",
            where=file,
            mend=f"Say which it is, for example with --layout {best[0].id}",
        )
    return best[0]


def _not_recognised(header: Header, layouts: Mapping[str, Layout], file: str) -> Problem:
    def closeness(layout: Layout) -> tuple[float, int]:
        shown = len(header.has(layout.recognised_by)) / len(layout.recognised_by)
        return shown, len(header.has(layout.source_columns()))

    nearest = max(layouts.values(), key=closeness)
    if closeness(nearest) == (0.0, 0):
        return Problem(
            "no layout knows any of these columns",
            where=file,
            mend=f"{_columns_seen(header)}. The layouts are {', '.join(sorted(layouts))}; "
            f"a file in speccom's own layout has at least the column record_id",
        )
    missing = header.lacks(nearest.recognised_by)
    return Problem(
        f"no layout fits these columns. The nearest is {nearest.id} ({nearest.title}), "
        f"which also needs {_listed(missing)}",
        where=file,
        mend=f"{_columns_seen(header)}. Name the columns as the layout has them, or choose one with --layout",
    )


def _columns_seen(header: Header) -> str:
    shown = [name for name in header.names if name.strip()][:8]
    more = len(header.names) - len(shown)
    return f"The file has the columns {', '.join(shown)}" + (f" and {more} more" if more > 0 else "")


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
