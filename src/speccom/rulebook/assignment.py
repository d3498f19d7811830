"""An assignment rulebook: a decision table that says who pays for a record, and the lookups that it needs.

A folder holds `rulebook.toml`, `rows.csv` (the decision table), `tables.csv` and `lookups.csv` (which
reference tables it reads, and the facts that it takes from them), and optionally `codesets.csv`,
`parts.csv` (parts of an admission that are paid for apart) and `tables/` (small tables of its own).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from speccom.criteria.codesets import CodeSet
from speccom.criteria.criterion_errors import nearest
from speccom.criteria.decision_table import Row
from speccom.criteria.parse import Criterion
from speccom.criteria.vocabulary import Field, FieldType, Vocabulary
from speccom.problem import Problem
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.find import ShelvedRulebook, list_rulebooks
from speccom.rulebook.lookups import Lookup, Reference, ReferenceTable, read_reference

KIND = "assignment"
_FORM = "speccom assignment rulebook, form 1"
_PLACE = re.compile(r"\{([a-z0-9_]+)\}")

PART = Field(
    "part",
    FieldType.TEXT,
    "the part of the admission",
    "Which part is paid for: the core, or care that is unbundled from it.",
    origin="parts",
)


@dataclass(frozen=True)
class Template:
    """Text with at most one field's value in it: `{gp_sub_icb}_C_6_1`."""

    text: str

    @property
    def field(self) -> str:
        """The field whose value is put in; empty where the text stands for itself."""
        found = _PLACE.search(self.text)
        return found[1] if found else ""

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields that are named, each once."""
        return tuple(dict.fromkeys(_PLACE.findall(self.text)))

    def filled(self, value: str | None) -> str | None:
        """Return the text with a value in its place; None where the value is missing."""
        if not self.field:
            return self.text
        return None if value is None else _PLACE.sub(lambda _: value, self.text)


@dataclass(frozen=True)
class AssignmentRow:
    """A row of the decision table: its box in the published method, its question, and what it answers.

    A row that answers without an `answer` leaves the record without a commissioner, and `reason` says why.
    """

    row: Row
    box: str
    question: str
    answer: Template
    commissioner: Template
    service_category: str
    reason: str


@dataclass(frozen=True)
class Part:
    """A part of an admission that is paid for apart where its criterion is TRUE, under a service line.

    Where `leaves_core` is TRUE a record that has this line has it for the part alone.
    """

    name: str
    title: str
    criterion: Criterion
    service_code: str
    leaves_core: Criterion


@dataclass(frozen=True)
class ReasonTable:
    """The table that gives commissioner, category and reason for a code."""

    table: str
    code: str
    commissioner: str
    service_category: str
    reason: str


@dataclass(frozen=True)
class AssignmentRulebook:
    """A rulebook that has been checked whole; its vocabulary is the activity record's and the lookups."""

    id: str
    version: str
    title: str
    valid_from: date
    valid_to: date
    source: str
    status: str
    scope: str
    folder: Path
    digest: str
    tables: Mapping[str, ReferenceTable]
    lookups: Mapping[str, Lookup]
    codesets: Mapping[str, CodeSet]
    rows: tuple[AssignmentRow, ...]
    parts: tuple[Part, ...]
    reasons: ReasonTable | None

    @property
    def identity(self) -> str:
        """`id@version#hash`, with the first twelve characters of the hash."""
        return f"{self.id}@{self.version}#{self.digest[:12]}"

    @property
    def method(self) -> str:
        """What `speccom assign --method` calls it."""
        return f"{self.id}-{self.version}"

    @cached_property
    def by_name(self) -> Mapping[str, AssignmentRow]:
        """The rows by name."""
        return {each.row.name: each for each in self.rows}

    def reference(self, folder: Path) -> Reference:
        """Read the tables that the lookups need. Raises ReferenceErrors with everything that is wrong."""
        columns: dict[str, set[str]] = {name: set() for name in self.tables}
        for lookup in self.lookups.values():
            columns[lookup.table] |= {lookup.column, lookup.value}
        if self.reasons:
            asked = self.reasons
            columns[asked.table] |= {asked.code, asked.commissioner, asked.service_category, asked.reason}
        return read_reference(folder, self.tables, columns, self.folder / "tables")


def vocabulary_of(lookups: Mapping[str, Lookup]) -> Vocabulary:
    """What an assignment criterion may speak of."""
    return Vocabulary([*ACTIVITY.values(), PART, *(each.field for each in lookups.values())])


def find_assignment(method: str, shelf: Path | None = None) -> ShelvedRulebook:
    """Return the rulebook of a method (`validation-tool-5.3`). Raises Problem where there is none."""
    shelved = {f"{each.id}-{each.version}": each for each in list_rulebooks(KIND, shelf)}
    if method not in shelved:
        near = nearest(method, sorted(shelved))
        raise Problem(
            f"there is no assignment method `{method}`" + (f"; did you mean `{near}`?" if near else ""),
            mend=f"The methods are {', '.join(sorted(shelved))}"
            if shelved
            else "No rulebook is on the shelf",
        )
    return shelved[method]


def content_digest(content: Mapping[str, object]) -> str:
    """Return the SHA-256 of all that can change an answer or its words, in a form others can make again."""
    whole = {"form": _FORM, **content}
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
