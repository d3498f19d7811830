"""Which part of a run a page speaks of: filters as they stand in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from speccom.catalogue.programmes import programme_of
from speccom.rulebook.identification import IdentificationRulebook

NO_LINE = "none"
UNKNOWN = "unknown"
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Selection:
    """Every filter that is in force; None takes everything.

    ``line`` "none" are records without a line; ``provider`` and ``month`` "unknown" those without one.
    """

    dataset: str | None = None
    programme: str | None = None
    line: str | None = None
    provider: str | None = None
    month: str | None = None
    layer: str | None = None
    fate: str | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing is filtered."""
        return all(getattr(self, each.name) is None for each in fields(self))

    def as_query(self) -> dict[str, str]:
        """Return the filters as they stand in an address."""
        pairs = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in pairs if value is not None}


def is_month(text: str | None) -> bool:
    """Whether this is a month as summaries write them, "2025-04"."""
    return bool(text and _MONTH.fullmatch(text))


FILTER_NAMES = tuple(each.name for each in fields(Selection))


def selection_of(asked: Mapping[str, str]) -> Selection:
    """Return the filters that an address asks for."""
    return Selection(**{name: asked[name] for name in FILTER_NAMES if name in asked})


def lines_of_programme(rulebook: IdentificationRulebook, code: str) -> tuple[str, ...]:
    """Return the lines of a programme of care, by its letter or by a clinical area's code."""
    return tuple(
        service.code
        for service in rulebook.services.values()
        if code in (service.programme_of_care, programme_of(rulebook, service.programme_of_care).code)
    )


def where(selection: Selection, rulebook: IdentificationRulebook) -> tuple[str, list[object]]:
    """Return a selection as an SQL condition over the summary's columns, with its values."""
    conditions: list[str] = []
    values: list[object] = []
    for column, value, missing in (
        ("dataset", selection.dataset, UNKNOWN),
        ("provider", selection.provider, UNKNOWN),
        ("month", selection.month, UNKNOWN),
        ("service_line", selection.line, NO_LINE),
        ("layer", selection.layer, NO_LINE),
        ("fate", selection.fate, UNKNOWN),
    ):
        if value == missing:
            conditions.append(f"{column} IS NULL")
        elif value is not None:
            conditions.append(f"{column} = ?")
            values.append(value)
    if selection.programme is not None:
        lines = lines_of_programme(rulebook, selection.programme)
        conditions.append("service_line IN (SELECT unnest(?::VARCHAR[]))")
        values.append(list(lines))
    return " AND ".join(conditions) or "TRUE", values
