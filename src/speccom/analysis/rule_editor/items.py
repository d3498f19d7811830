"""What a draft can change: rules of both layers, sets of codes, and service lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from speccom.rulebook.shape import CODESETS, LOCAL_RULES, RULES, SERVICES, TableShape


class Kind(StrEnum):
    """The kind of a thing, by the table of the rulebook that it stands in."""

    RULE = "rules"
    LOCAL_RULE = "local_rules"
    CODE_SET = "codesets"
    LINE = "services"

    @property
    def shape(self) -> TableShape:
        """The table's shape."""
        return _SHAPES[self]

    @property
    def columns(self) -> tuple[str, ...]:
        """The cells of a thing of this kind in a draft, where a set of codes is one thing."""
        return SET_COLUMNS if self is Kind.CODE_SET else self.shape.columns


_SHAPES = {
    Kind.RULE: RULES,
    Kind.LOCAL_RULE: LOCAL_RULES,
    Kind.CODE_SET: CODESETS,
    Kind.LINE: SERVICES,
}
TITLE, CLASSIFICATION, CODES = SET_COLUMNS = ("title", "classification", "codes")
RULES_OF_BOTH_LAYERS = (Kind.RULE, Kind.LOCAL_RULE)


@dataclass(frozen=True, order=True)
class Item:
    """One thing that can be changed, by its table and what it is called there."""

    kind: Kind
    key: str


Cells = Mapping[str, str]
Changes = Mapping[Item, Cells | None]
"""What was changed, as it was left; None for what was taken out."""
