"""What a draft can change: rules of both layers, sets of codes, and service lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from speccom.rulebook.address_part import fits_an_address, fits_with_slashes
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

    @property
    def fits_an_address(self) -> bool:
        """Whether it can have a page; rules of a rulebook may be called by names with a slash."""
        return (fits_with_slashes if self.kind in RULES_OF_BOTH_LAYERS else fits_an_address)(self.key)


Cells = Mapping[str, str]
Changes = Mapping[Item, Cells | None]
"""What was changed, as it was left; None for what was taken out."""
