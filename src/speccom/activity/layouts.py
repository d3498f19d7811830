"""Layouts: how the columns of other people's files become the columns of the activity record."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from speccom.criteria.vocabulary import FieldType
from speccom.problem import Problem
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.entries import DATASETS

# Kept beside the record where a layout has it: whether an outpatient came.
ATTENDED = "attended"

CODE_LISTS = tuple(name for name, field in ACTIVITY.items() if field.type is FieldType.CODES)

_RUN = re.compile(r"\{(\d+)\.\.(\d+)\}")


@dataclass(frozen=True)
class Layout:
    """One shape of file.

    `columns` gives, for each scalar column of the activity record, the source columns in order of
    preference; `lists` gives, for each list, the wide source columns in order of position. With
    `own_names` every column stands under its own name, and a list is one column.
    """

    id: str
    title: str
    source: str
    recognised_by: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, tuple[str, ...]]
    dataset: str | None = None
    own_names: bool = False
    list_separator: str = ";"
    null_text: frozenset[str] = frozenset()
    missing_dates: frozenset[date] = frozenset()
    ages_under_one: frozenset[int] = frozenset()
    not_attended: frozenset[str] = frozenset()
    none_values: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def source_columns(self) -> Iterable[str]:
        """Every source column that the layout can use."""
        for names in (*self.columns.values(), *self.lists.values()):
            yield from names

    def is_none(self, column: str, text: str) -> bool:
        """Whether this text, in this column of the activity record, means that there is no code."""
        plain = plain_code(text)
        return not plain or plain in self.none_values.get(column, frozenset())


def plain_code(text: str) -> str:
    """Upper case, without white space and dots: the form in which none-values are matched."""
    return "".join(text.upper().split()).replace(".", "")


def load_layouts(shelf: Path) -> dict[str, Layout]:
    """All layouts of a shelf by id. Raises Problem where there are none, or one is not well formed."""
    folder = shelf / "layouts"
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise Problem(
            "there are no layouts here",
            where=str(folder),
            mend="Point SPECCOM_RULEBOOKS at the folder of rulebooks that comes with speccom",
        )
    layouts = [_read(path) for path in paths]
    return {layout.id: layout for layout in layouts}


def _read(path: Path) -> Layout:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        return _layout(given)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        reason = f"{error.args[0]} is not given" if isinstance(error, KeyError) else str(error)
        raise Problem(
            f"this layout cannot be read ({reason})",
            where=str(path),
            mend="Compare it with the layouts that come with speccom",
        ) from error


def _layout(given: dict[str, object]) -> Layout:
    own_names = bool(given.pop("own_names", False))
    columns = _names_by_column(given.pop("columns", {}))
    lists = _names_by_column(given.pop("lists", {}))
    if own_names:
        columns = {name: (name,) for name in (*ACTIVITY, ATTENDED) if name not in CODE_LISTS}
        lists = {name: (name,) for name in CODE_LISTS}
    unknown = [name for name in (*columns, *lists) if name not in ACTIVITY and name != ATTENDED]
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is no column of the activity record")
    if "record_id" not in columns:
        raise ValueError("no column is given for record_id")
    layout = Layout(
        id=_text(given.pop("id")),
        title=_text(given.pop("title")),
        source=_text(given.pop("source", "")),
        recognised_by=_texts(given.pop("recognised_by")),
        columns=columns,
        lists=lists,
        dataset=_dataset(given.pop("dataset", None)),
        own_names=own_names,
        list_separator=_text(given.pop("list_separator", ";")),
        null_text=frozenset(_texts(given.pop("null_text", []))),
        missing_dates=frozenset(date.fromisoformat(each) for each in _texts(given.pop("missing_dates", []))),
        ages_under_one=frozenset(map(int, _items(given.pop("ages_under_one", [])))),
        not_attended=frozenset(_texts(given.pop("not_attended", []))),
        none_values={
            column: frozenset(map(plain_code, _texts(values)))
            for column, values in _table(given.pop("none_values", {})).items()
        },
    )
    if given:
        raise ValueError(f"{', '.join(sorted(given))} is not known in a layout")
    return layout


def _names_by_column(given: object) -> dict[str, tuple[str, ...]]:
    """Column -> source names, with `{01..20}` written out."""
    return {
        column: tuple(
            name
            for written in ([names] if isinstance(names, str) else _texts(names))
            for name in _written_out(written)
        )
        for column, names in _table(given).items()
    }


def _written_out(name: str) -> list[str]:
    run = _RUN.search(name)
    if run is None:
        return [name]
    first, last = run.groups()
    numbers = range(int(first), int(last) + 1)
    return [f"{name[: run.start()]}{number:0{len(first)}d}{name[run.end() :]}" for number in numbers]


def _table(given: object) -> dict[str, object]:
    if not isinstance(given, dict):
        raise TypeError(f"a table was expected, not {given!r}")
    return given


def _items(given: object) -> list[int | str]:
    if not isinstance(given, list):
        raise TypeError(f"a list was expected, not {given!r}")
    return given


def _texts(given: object) -> tuple[str, ...]:
    return tuple(_text(each) for each in _items(given))


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError(f"text was expected, not {given!r}")
    return given


def _dataset(given: object) -> str | None:
    if given is not None and given not in DATASETS:
        raise ValueError(f"the dataset is apc or op, not {given!r}")
    return None if given is None else _text(given)
