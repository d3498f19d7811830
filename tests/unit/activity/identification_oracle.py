"""A second opinion on `identify`: the contract's sentences in plain Python, one row at a time.

Slow and obvious on purpose. It reads the rulebook's CSV files and the rows as they were written, and
shares with the product only the criteria's parser and reference evaluator (which have tests of their own).
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from speccom.criteria.codesets import CodeSet
from speccom.criteria.evaluate import evaluate
from speccom.criteria.expression import Expression
from speccom.criteria.parse import parse
from speccom.rulebook.activity_record import ACTIVITY

TEXT_COLUMNS = (
    "spell_id",
    "provider",
    "site",
    "sex",
    "treatment_function",
    "main_specialty",
    "admission_method",
    "hrg",
    "spell_hrg",
    "submitted_service_line",
    "official_service_line",
)
LISTS = {"diagnoses": "icd10", "procedures": "opcs4", "unbundled_hrgs": "hrg"}
NOT_ATTENDED = ("2", "3", "4", "7")


@dataclass(frozen=True)
class WrittenFile:
    """A file's rows as they were written, under canonical names whatever the layout (canonical or hes-op);
    `dataset` is what a row without one is taken for.
    """

    name: str
    rows: Sequence[Mapping[str, object]]
    layout: str = "canonical"
    dataset: str | None = None


@dataclass(frozen=True)
class Line:
    """A service line as the rulebook's file has it."""

    code: str
    programme: str
    rank: int
    excluded: bool
    reach: str

    @property
    def order(self) -> tuple[int, str]:
        return (self.rank, self.code)


@dataclass
class Book:
    """A rulebook, read without the product's reader."""

    lines: dict[str, Line]
    rules: dict[str, list[tuple[str, str, Expression]]]
    accepted_statements: set[str]
    valid_from: date
    valid_to: date


@dataclass
class Expected:
    """What a run should give: its rows in order, its rejected rows, and its sums."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[tuple[str, int, str]] = field(default_factory=list)
    not_codes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    stated: Counter[tuple[str, str]] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)
    cost: Decimal = Decimal(0)
    specialised_cost: Decimal = Decimal(0)
    outside_validity: int = 0
    specialised_spells: int = 0
    agreement: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)


def code_in_normal_form(classification: str, text: str) -> str | None:
    """The contract's paragraph "Codes", sentence by sentence."""
    code = re.sub(r"\s", "", text).upper()
    if classification in ("icd10", "opcs4"):
        code = code.replace(".", "")
    if classification == "icd10":
        if len(code) >= 5 and code[4] in "DA":
            code = code[:4] + code[5:]
        if len(code) >= 4 and code[3] in "X-":
            code = code[:3] + code[4:]
        return code if re.fullmatch("[A-Z][0-9][0-9][A-Z0-9]?[A-Z0-9]?", code) else None
    if classification == "opcs4":
        return code if re.fullmatch("[A-Z][0-9][0-9][A-Z0-9]?", code) else None
    return code or None


def means_none(column: str, layout: str, text: str) -> bool:
    """The values that mean "none", and are no fault."""
    plain = re.sub(r"\s", "", text).upper().replace(".", "")
    listed = {
        "diagnoses": {"-", "&"} | ({"R69X"} if layout == "hes-op" else set()),
        "procedures": {"-", "&", "X998", "X999"},
        "unbundled_hrgs": set(),
    }[column]
    return not plain or plain in listed


def read_book(folder: Path) -> Book:
    """Read a rulebook's folder."""
    metadata = tomllib.loads((folder / "rulebook.toml").read_text(encoding="utf-8"))
    sets: dict[str, tuple[str, set[str], set[str]]] = {}
    for row in _table(folder / "codesets.csv"):
        _, prefixes, exact = sets.setdefault(row["codeset"], (row["classification"], set(), set()))
        (exact if row.get("match") == "exact" else prefixes).add(_written_code(row))
    codesets = {
        name: CodeSet(name, classification, frozenset(prefixes), frozenset(exact))
        for name, (classification, prefixes, exact) in sets.items()
    }
    lines = {
        row["service_code"]: Line(
            row["service_code"],
            row["programme_of_care"],
            int(row["rank"]),
            row.get("spell_excluded") == "true",
            row.get("reach") or "spell",
        )
        for row in _table(folder / "services.csv")
    }
    rules = {
        layer: [
            (row["service_code"], row["dataset"], parse(row["criterion"], ACTIVITY, codesets).expression)
            for row in _table(folder / file)
        ]
        for layer, file in (("rules", "rules.csv"), ("local", "local_rules.csv"))
    }
    statements = {
        row["service_code"] for row in _table(folder / "routes.csv") if row["route"] == "provider_statement"
    }
    return Book(
        lines,
        rules,
        statements & set(lines),
        date.fromisoformat(str(metadata["valid_from"])),
        date.fromisoformat(str(metadata["valid_to"])),
    )


def expect(book: Book, files: Iterable[WrittenFile]) -> Expected:
    """Say what a run over these files should give."""
    expected = Expected()
    kept: list[tuple[dict[str, object], str | None]] = []
    seen: set[str] = set()
    for file in files:
        for number, written in enumerate(file.rows):
            record = _normal(written, file)
            identifier = str(record["record_id"] or "")
            known = record["dataset"] in ("apc", "op")
            if identifier and known:
                _count_not_codes(expected, file, written)
                _count_statement(expected, book, file, record)
                day = record["activity_date"]
                if isinstance(day, date) and not book.valid_from <= day <= book.valid_to:
                    expected.outside_validity += 1
            if not identifier or not known or identifier in seen:
                expected.rejected.append((file.name, number, identifier))
                continue
            seen.add(identifier)
            kept.append((record, "not_attended" if _missed(file, record) else None))
    _answer(book, kept, expected)
    return expected


def _answer(book: Book, kept: list[tuple[dict[str, object], str | None]], expected: Expected) -> None:
    found = [((), None) if fate else _lines_of(book, record) for record, fate in kept]
    makers: defaultdict[object, set[str]] = defaultdict(set)
    for place, ((record, _), (lines, _layer)) in enumerate(zip(kept, found, strict=True)):
        makers[_spell(record, place)] |= {code for code in lines if book.lines[code].reach == "spell"}
    counted: set[object] = set()
    for place, ((record, fate), (lines, layer)) in enumerate(zip(kept, found, strict=True)):
        spell = makers[_spell(record, place)]
        if fate == "not_attended":
            spell_line = None
        elif spell:
            payers = [code for code in spell if not book.lines[code].excluded] or list(spell)
            spell_line = _best(book, payers)
        else:
            lines = tuple(code for code in lines if book.lines[code].reach == "episode")
            spell_line = lines[0] if lines else None
        line = lines[0] if lines else None
        fate = fate or ("labelled" if spell_line else "not_specialised")
        cost = record["total_cost"] or Decimal(0)
        assert isinstance(cost, Decimal)
        expected.fates[fate] += 1
        expected.cost += cost
        if spell_line:
            expected.specialised_cost += cost
            counted.add(_spell(record, place))
        official = record["official_service_line"]
        expected.agreement[None if official is None else str(official), line] += 1
        expected.rows.append(
            {
                "record_id": record["record_id"],
                "spell_id": record["spell_id"],
                "service_lines": list(lines),
                "service_line": line,
                "programme_of_care": book.lines[line].programme or None if line else None,
                "spell_service_line": spell_line,
                "specialised": spell_line is not None,
                "layer": layer if lines else None,
                "fate": fate,
            }
        )
    expected.specialised_spells = len(counted)


def _lines_of(book: Book, record: Mapping[str, object]) -> tuple[tuple[str, ...], str | None]:
    """The lines of one record by the first layer that has any, in rank order."""
    for layer, rules in book.rules.items():
        holding = {
            code
            for code, dataset, criterion in rules
            if dataset == record["dataset"] and evaluate(criterion, record).value is True
        }
        if holding:
            return tuple(sorted(holding, key=lambda code: book.lines[code].order)), layer
    stated = record["submitted_service_line"]
    return ((str(stated),), "provider") if stated in book.accepted_statements else ((), None)


def _spell(record: Mapping[str, object], place: int) -> object:
    return record["spell_id"] or place


def _best(book: Book, codes: Iterable[str]) -> str:
    return min(codes, key=lambda code: book.lines[code].order)


def _normal(written: Mapping[str, object], file: WrittenFile) -> dict[str, object]:
    record: dict[str, object] = dict.fromkeys(ACTIVITY)
    for name in ("record_id", "dataset", "attended", *TEXT_COLUMNS):
        record[name] = _text(written.get(name), hes=file.layout != "canonical")
    record["dataset"] = record["dataset"] or file.dataset
    for name in ("age", "activity_date", "total_cost"):
        record[name] = written.get(name)
    for name, classification in LISTS.items():
        given = written.get(name)
        assert given is None or isinstance(given, list)
        record[name] = [
            None
            if text is None or means_none(name, file.layout, text)
            else code_in_normal_form(classification, text)
            for text in given or []
        ]
    return record


def _text(value: object, *, hes: bool) -> str | None:
    text = "" if value is None else str(value).strip()
    return None if not text or (hes and text in ("&", "-")) else text


def _count_not_codes(expected: Expected, file: WrittenFile, written: Mapping[str, object]) -> None:
    for name, classification in LISTS.items():
        given = written.get(name)
        assert given is None or isinstance(given, list)
        for text in given or []:
            if text is None or means_none(name, file.layout, text):
                continue
            if code_in_normal_form(classification, text) is None:
                expected.not_codes[file.name, name, text.strip()] += 1


def _count_statement(expected: Expected, book: Book, file: WrittenFile, record: Mapping[str, object]) -> None:
    stated = record["submitted_service_line"]
    if stated is None or str(stated) in book.accepted_statements:
        return
    if str(stated) not in book.lines:
        expected.stated["stated_line_unknown", str(stated)] += 1
    elif not _missed(file, record) and not _lines_of(book, record)[0]:
        expected.stated["stated_line_not_used", str(stated)] += 1


def _missed(file: WrittenFile, record: Mapping[str, object]) -> bool:
    return file.layout == "hes-op" and record["attended"] in NOT_ATTENDED


def _written_code(row: Mapping[str, str]) -> str:
    if row.get("match") == "exact" or row["classification"] not in ("icd10", "opcs4"):
        code = code_in_normal_form(row["classification"], row["code"])
        assert code is not None
        return code
    return row["code"].replace(".", "").upper()


def _table(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
