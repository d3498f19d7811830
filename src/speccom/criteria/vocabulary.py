"""What a criterion may speak of: the fields of one kind of record, with their types and meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FieldType(StrEnum):
    """The type of a field's values; `CODES` is an ordered list of classification codes."""

    TEXT = "text"
    WHOLE_NUMBER = "whole number"
    DECIMAL = "decimal"
    DATE = "date"
    CODES = "codes"

    @property
    def is_number(self) -> bool:
        """Whether values of this type are compared as numbers."""
        return self in (FieldType.WHOLE_NUMBER, FieldType.DECIMAL)


class Confidentiality(StrEnum):
    """Who may see a value: everyone, who works here, who may see prices, or who may know the patient."""

    PUBLIC = "public"
    OFFICIAL = "official"
    COMMERCIAL = "commercial"
    IDENTITY = "identity"


@dataclass(frozen=True)
class Field:
    """One field of a record.

    `title` is a noun phrase that fits into a sentence ("the treatment function"); `classification` says
    which code sets the field may be tested against; a `CODES` field has a `singular` ("diagnosis") from
    which its functions take their names (in words `singular_title`, where that differs), and the
    `positions` that criteria may ask about.
    """

    name: str
    type: FieldType
    title: str
    meaning: str = ""
    confidentiality: str = Confidentiality.OFFICIAL
    classification: str | None = None
    singular: str | None = None
    singular_title: str = ""
    positions: tuple[str, ...] = ("any", "primary", "secondary")
    values: Mapping[str, str] = field(default_factory=dict, compare=False)
    origin: str = "record"


@dataclass(frozen=True)
class CodeFunction:
    """A function over a list of codes: `any_diagnosis('…')` is (diagnoses, any)."""

    field: Field
    position: str


class Vocabulary(Mapping[str, Field]):
    """Fields by name. Names are looked up in any case, as SQL does."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._fields = {each.name: each for each in fields}
        self.functions: Mapping[str, CodeFunction] = {
            f"{position}_{each.singular}": CodeFunction(each, position)
            for each in self._fields.values()
            if each.singular
            for position in each.positions
        }

    def __getitem__(self, name: str) -> Field:
        return self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)
