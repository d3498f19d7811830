"""Many random cases as one table under one rulebook, since every Spark job takes long to begin.

Each case's rules meet only its own records (by a practice of its own), and its identifiers and lines are
marked as its own; what is expected is worked out case by case, by the second implementation of the contract.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
from tests.generative.criterion_text import text_of
from tests.generative.generator import Generator
from tests.generative.generator import Record as Generated
from tests.unit.activity.identification_oracle import LISTS, WrittenFile, expect, read_book
from tests.unit.activity.random_activity import make_case, write_rulebook

from speccom.rulebook.activity_record import ACTIVITY

CASES = range(40)
HARD_CASES = range(1000, 1016)
HARD_CRITERIA, HARD_RECORDS = 14, 48
ROW = "row"
TYPES = {
    "age": pa.int32(),
    "activity_date": pa.date32(),
    "total_cost": pa.decimal128(18, 2),
    ROW: pa.int64(),
    **dict.fromkeys(LISTS, pa.list_(pa.string())),
}
IN_NO_RECORD = {
    "icd10": "Q99",
    "opcs4": "Q99",
    "hrg": "ZZ99Z",
    "provider": "ZZZ",
    "treatment_function": "999",
}
_MOST = Decimal(10**9)


@dataclass
class Batch:
    """All cases: the rows of the table in order, and what should come of them."""

    rulebook: Path
    rows: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    rejected: int = 0
    cost: Decimal = Decimal(0)

    @property
    def table(self) -> pa.Table:
        """The rows as Arrow, with their place in the order."""
        rows = [{ROW: number, **row} for number, row in enumerate(self.rows)]
        names = [ROW, *(name for name in ACTIVITY if any(name in row for row in self.rows))]
        schema = pa.schema([(name, TYPES.get(name, pa.string())) for name in names])
        return pa.Table.from_pylist(rows, schema)


def make_batch(folder: Path) -> Batch:
    """Make all cases under a folder, and the rulebook of them all."""
    batch = Batch(folder / "rulebook")
    books = []
    for seed in CASES:
        case = make_case(folder / str(seed), seed)
        rows = [
            {**row, "dataset": row.get("dataset") or case.dataset}
            for file in case.files
            if file.layout == "canonical"
            for row in file.rows
        ]
        books.append((seed, case.rulebook))
        _add(batch, seed, case.rulebook, rows)
    for seed in HARD_CASES:
        rows = _hard_case(folder / str(seed), seed)
        books.append((seed, folder / str(seed)))
        _add(batch, seed, folder / str(seed), rows)
    _join(batch.rulebook, books)
    return batch


def _add(batch: Batch, seed: int, rulebook: Path, rows: list[dict[str, Any]]) -> None:
    expected = expect(read_book(rulebook), [WrittenFile("the table", rows)])
    services = {row["service_code"] for row in _rows(rulebook / "services.csv")}
    for row in expected.rows:
        batch.answers.append(
            {
                **row,
                "record_id": _own(seed, row["record_id"]),
                "spell_id": _own(seed, row["spell_id"]),
                "service_lines": [f"{code}-{seed}" for code in row["service_lines"]],
                "service_line": row["service_line"] and f"{row['service_line']}-{seed}",
                "spell_service_line": row["spell_service_line"] and f"{row['spell_service_line']}-{seed}",
            }
        )
    batch.rejected += len(expected.rejected)
    batch.cost += expected.cost
    for row in rows:
        stated = row.get("submitted_service_line")
        known = stated is not None and stated.strip() in services
        batch.rows.append(
            {
                **row,
                "record_id": _own(seed, row.get("record_id")),
                "spell_id": _own(seed, row.get("spell_id")),
                "gp_practice": f"P{seed}",
                "submitted_service_line": f" {stated.strip()}-{seed}" if known and stated else stated,
            }
        )


def _own(seed: int, identifier: str | None) -> str | None:
    """Mark an identifier as a case's own, with the white space around it left as it is."""
    plain = (identifier or "").strip()
    return identifier.replace(plain, f"{seed}/{plain}") if identifier and plain else identifier


def _hard_case(folder: Path, seed: int) -> list[dict[str, Any]]:
    """Write a rulebook of criteria that are deep, negated or exploding; return records that meet them."""
    codes = write_rulebook(folder, Random(seed))
    generator = Generator(seed)
    made = generator.rulebook(HARD_CRITERIA)
    texts = [text_of(each, generator.chance) for each in made.criteria]
    rules = [
        [f"h{number}", generator.chance.choice(codes), generator.chance.choice(("apc", "op")), text]
        for number, text in enumerate(texts)
        if "remark" not in text.lower()
    ]
    _write(folder / "rules.csv", ["rule_id", "service_code", "dataset", "criterion"], rules)
    sets = [list(row.values()) for row in _rows(folder / "codesets.csv")]
    for each in made.codesets.values():
        nothing = [] if each.prefixes or each.exact else [IN_NO_RECORD[each.classification]]
        sets += [[each.name, each.classification, code, "prefix"] for code in sorted(each.prefixes)]
        sets += [[each.name, each.classification, code, "exact"] for code in [*sorted(each.exact), *nothing]]
    _write(folder / "codesets.csv", ["codeset", "classification", "code", "match"], sets)
    records = generator.records(HARD_RECORDS)
    return [_plausible(record, number, generator.chance) for number, record in enumerate(records)]


def _plausible(record: Generated, number: int, chance: Random) -> dict[str, Any]:
    """Return a record as a file may hold it: what conversion would judge impossible is left out."""
    row: dict[str, Any] = {name: value for name, value in record.items() if name != "remark"}
    age, cost, day = row.get("age"), row.get("total_cost"), row.get("activity_date")
    row["age"] = age if age is not None and 0 <= age <= 120 else None
    row["total_cost"] = cost if cost is not None and cost < _MOST else None
    row["activity_date"] = day if day is not None and 1970 <= day.year <= 2100 else None
    row |= {"record_id": f"R{number}", "dataset": chance.choice(("apc", "apc", "op"))}
    return {**row, "spell_id": chance.choice((None, "S1", "S2", "S3", "S4", f"own {number}"))}


def _join(target: Path, books: Iterable[tuple[int, Path]]) -> None:
    """Write one rulebook with the services, sets and rules of all, each case's marked as its own."""
    target.mkdir(parents=True)
    sources = list(books)
    (target / "rulebook.toml").write_text((sources[0][1] / "rulebook.toml").read_text())
    sets = {seed: {row["codeset"] for row in _rows(folder / "codesets.csv")} for seed, folder in sources}
    for name, mark in (
        ("services.csv", {"service_code": "{}-{}"}),
        ("codesets.csv", {"codeset": "{}_{}"}),
        ("rules.csv", {"service_code": "{}-{}", "rule_id": "{}-{}", "criterion": ""}),
        ("local_rules.csv", {"service_code": "{}-{}", "rule_id": "{}-{}", "criterion": ""}),
        ("routes.csv", {"service_code": "{}-{}"}),
    ):
        rows = [
            {column: _marked(seed, text, mark.get(column), sets[seed]) for column, text in row.items()}
            for seed, folder in sources
            for row in _rows(folder / name)
        ]
        _write(target / name, list(rows[0]), [list(row.values()) for row in rows])


def _marked(seed: int, text: str, mark: str | None, sets: set[str]) -> str:
    """Return a text marked as a case's own; a criterion (mark "") is marked by its sets and its records."""
    if mark is None:
        return text
    if mark:
        return mark.format(text, seed)
    names = re.sub(r"'(\w+)'", lambda found: f"'{found[1]}_{seed}'" if found[1] in sets else found[0], text)
    return f"({names}) AND gp_practice = 'P{seed}'"


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _write(path: Path, names: list[str], rows: list[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([names, *rows])
