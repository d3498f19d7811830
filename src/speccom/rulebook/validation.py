"""Check what a rulebook says, table by table, and collect every error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from speccom.criteria.codes import CLASSIFICATIONS, normal_form, normal_prefix
from speccom.criteria.codesets import CodeSet
from speccom.criteria.criterion_errors import CriterionErrors, nearest
from speccom.criteria.parse import parse
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.address_part import fits_an_address, fits_with_slashes
from speccom.rulebook.entries import DATASETS, ROUTE_KINDS, STATUSES, Reach, Route, Rule, Service
from speccom.rulebook.errors import RulebookError
from speccom.rulebook.read_folder import clean_cell, forbidden_characters
from speccom.rulebook.shape import (
    CODESET_TITLES,
    CODESETS,
    LOCAL_RULES,
    METADATA_OPTIONAL,
    METADATA_REQUIRED,
    PROGRAMMES,
    ROUTES,
    RULES,
    SERVICES,
    TableShape,
)
from speccom.rulebook.written import Row, Table, WrittenRulebook

_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,15}")


@dataclass
class Contents:
    """What was found in a rulebook, right or wrong; worth using only where there were no errors."""

    metadata: dict[str, str] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    codesets: dict[str, CodeSet] = field(default_factory=dict)
    empty_sets: dict[str, str] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    local_rules: list[Rule] = field(default_factory=list)
    programmes: dict[str, str] = field(default_factory=dict)


def check_contents(written: WrittenRulebook, errors: list[RulebookError]) -> Contents:
    """Check all tables; errors are added to `errors` in the order of the files."""
    found = Contents(metadata=_metadata(written, errors))
    found.services, service_codes = _services(written, errors)
    found.routes = _routes(written, errors)
    titles = _titles(written, CODESET_TITLES, errors)
    found.codesets, doubtful = _codesets(written, titles, errors)
    found.empty_sets = {k: v for k, v in titles.items() if k not in found.codesets and k not in doubtful}
    known = _Known(
        found.codesets,
        doubtful,
        service_codes,
        all_sets=CODESETS.name in written.tables,
        all_services=SERVICES.name in written.tables,
    )
    rules = _Rules(known, errors)
    found.rules = rules.read(written, RULES)
    found.local_rules = rules.read(written, LOCAL_RULES)
    found.programmes = _titles(written, PROGRAMMES, errors)
    _expect_rows(written, errors)
    return found


def _metadata(written: WrittenRulebook, errors: list[RulebookError]) -> dict[str, str]:
    if not written.metadata:
        return {}  # the missing or broken file is the error, and was reported
    found: dict[str, str] = {}
    for key in METADATA_REQUIRED + METADATA_OPTIONAL:
        value = written.metadata.get(key, "")
        if key in ("valid_from", "valid_to") and isinstance(value, date) and not isinstance(value, datetime):
            value = value.isoformat()
        if not isinstance(value, str):
            errors.append(RulebookError(written.where(key), "the value is not text", f'Write {key} = "…"'))
            continue
        found[key] = clean_cell(value)
        if not found[key] and key in METADATA_REQUIRED:
            errors.append(RulebookError(written.where(key), f"`{key}` is missing", f'Write {key} = "…"'))
        elif forbidden_characters(found[key]):
            errors.append(RulebookError(written.where(key), f"`{key}` holds a control character"))
    _check_identity(written, found, errors)
    _check_dates(written, found, errors)
    if found.get("status"):
        _one_of(found["status"], STATUSES, "status", written.where("status"), errors)
    return found


def _check_identity(written: WrittenRulebook, found: Mapping[str, str], errors: list[RulebookError]) -> None:
    errors.extend(
        RulebookError(
            written.where(key),
            f"`{found[key]}` holds a character that an identity cannot",
            f"Leave @, #, / and new lines out of `{key}`",
        )
        for key in ("id", "version")
        if any(mark in found.get(key, "") for mark in "@#/\n") or found.get(key) in (".", "..")
    )


def _check_dates(written: WrittenRulebook, found: Mapping[str, str], errors: list[RulebookError]) -> None:
    dates: dict[str, date] = {}
    for key in ("valid_from", "valid_to"):
        text = found.get(key, "")
        if not text:
            continue
        day = _day(text)
        if day is None:
            errors.append(
                RulebookError(written.where(key), f"`{text}` is not a date", "Write it as 2025-04-01")
            )
        else:
            dates[key] = day
    if len(dates) == 2 and dates["valid_to"] < dates["valid_from"]:
        errors.append(
            RulebookError(
                written.where("valid_to"),
                f"the rulebook ends on {dates['valid_to']}, before it begins on {dates['valid_from']}",
            )
        )


def _day(text: str) -> date | None:
    """Return the date that is written in full, 2025-04-01; Python reads other forms besides."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _services(written: WrittenRulebook, errors: list[RulebookError]) -> tuple[dict[str, Service], set[str]]:
    """Return the services without error, and the codes of all: a faulty service is still a known one."""
    found: dict[str, Service] = {}
    seen: dict[str, Row] = {}
    for table, row in _rows(written, SERVICES):
        before = len(errors)
        cells = row.cells
        _required(table, row, errors)
        code = cells["service_code"]
        _addressable(table, row, "service_code", errors)
        if code and code in seen:
            errors.append(_repeated(table, row, "service_code", code, seen[code]))
        seen.setdefault(code, row)
        _check_rank(table, row, errors)
        _check_excluded(table, row, errors)
        _one_of(cells["reach"], tuple(Reach), "reach", table.where(row, "reach"), errors)
        if len(errors) == before:
            found[code] = Service(
                code,
                cells["title"],
                cells["programme_of_care"],
                int(cells["rank"]),
                cells["spell_excluded"].lower() in _YES,
                cells["delegation"],
                Reach(cells["reach"]),
            )
    return found, set(seen) - {""}


def _check_rank(table: Table, row: Row, errors: list[RulebookError]) -> None:
    rank = row.cells["rank"]
    if rank and not _WHOLE_NUMBER.fullmatch(rank):
        errors.append(
            RulebookError(
                table.where(row, "rank"),
                f"the rank `{rank}` is not a whole number",
                "A lower rank wins; write it as 10",
            )
        )


def _check_excluded(table: Table, row: Row, errors: list[RulebookError]) -> None:
    excluded = row.cells["spell_excluded"]
    if excluded.lower() not in _YES + _NO:
        errors.append(
            RulebookError(
                table.where(row, "spell_excluded"),
                f"`{excluded}` is neither true nor false",
                "Write true or false",
            )
        )


def _routes(written: WrittenRulebook, errors: list[RulebookError]) -> list[Route]:
    found: list[Route] = []
    for table, row in _rows(written, ROUTES):
        _required(table, row, errors)
        cells = row.cells
        if cells["route"]:
            _one_of(cells["route"], ROUTE_KINDS, "route", table.where(row, "route"), errors)
        found.append(Route(cells["service_code"], cells["route"], cells["source"]))
    return found


@dataclass
class _SetRows:
    """What the rows of one code set have given so far."""

    classification: str
    first: Row
    prefixes: set[str] = field(default_factory=set)
    exact: set[str] = field(default_factory=set)


def _codesets(
    written: WrittenRulebook, titles: Mapping[str, str], errors: list[RulebookError]
) -> tuple[dict[str, CodeSet], set[str]]:
    """Return the sets with their titles, and the names of those whose classification is in doubt."""
    gathered: dict[str, _SetRows] = {}
    doubtful: set[str] = set()
    for table, row in _rows(written, CODESETS):
        _required(table, row, errors)
        _addressable(table, row, "codeset", errors)
        name, classification = row.cells["codeset"], row.cells["classification"]
        if classification and not _one_of(
            classification, CLASSIFICATIONS, "classification", table.where(row, "classification"), errors
        ):
            classification = ""
        if not name:
            continue
        if not classification:
            doubtful.add(name)
            continue
        rows = gathered.setdefault(name, _SetRows(classification, row))
        if rows.classification != classification:
            doubtful.add(name)
            errors.append(_two_classifications(table, row, name, rows))
            continue
        _add_code(table, row, rows, errors)
    sets = {
        name: CodeSet(
            name, rows.classification, frozenset(rows.prefixes), frozenset(rows.exact), titles.get(name, "")
        )
        for name, rows in gathered.items()
    }
    return sets, doubtful


def _two_classifications(table: Table, row: Row, name: str, rows: _SetRows) -> RulebookError:
    return RulebookError(
        table.where(row, "classification"),
        f"the set `{name}` holds codes of two classifications, {rows.classification} (since "
        f"{table.where(rows.first)}) and {row.cells['classification']}",
        "Make two sets of it",
    )


def _add_code(table: Table, row: Row, rows: _SetRows, errors: list[RulebookError]) -> None:
    match, code = row.cells["match"], row.cells["code"]
    if not _one_of(match, ("prefix", "exact"), "match", table.where(row, "match"), errors) or not code:
        return
    normal = (normal_prefix if match == "prefix" else normal_form)(rows.classification, code)
    if normal is None:
        errors.append(
            RulebookError(
                table.where(row, "code"),
                f"`{code}` of the set `{row.cells['codeset']}` is no {_CODE_WORDS[rows.classification]}",
                _CODE_MENDS[rows.classification]
                + (" (a prefix may be as short as its letter)" if match == "prefix" else ""),
            )
        )
        return
    (rows.prefixes if match == "prefix" else rows.exact).add(normal)


_CODE_WORDS = {
    "icd10": "ICD-10 code",
    "opcs4": "OPCS-4 code",
    "treatment_function": "treatment function code",
    "main_specialty": "main specialty code",
    "hrg": "HRG code",
    "provider": "provider code",
    "site": "site code",
}
_CODE_MENDS = dict.fromkeys(CLASSIFICATIONS, "Write the code without any other text") | {
    "icd10": "An ICD-10 code is a letter, two digits and at most two more letters or digits",
    "opcs4": "An OPCS-4 code is a letter, two digits and at most one more letter or digit",
}


@dataclass(frozen=True)
class _Known:
    """What rules may speak of. What is doubtful or could not be read is no error of the rule that uses it."""

    codesets: Mapping[str, CodeSet]
    doubtful: set[str]
    service_codes: set[str]
    all_sets: bool
    all_services: bool

    def excuses(self, text: str, start: int, end: int) -> bool:
        """Whether the place is the name of a set whose own error was already reported."""
        if not self.all_sets and _BEFORE_A_SET.search(text, 0, start):
            return True
        return text[start:end].strip("'\" ") in self.doubtful


_BEFORE_A_SET = re.compile(r"(\b(any|primary|secondary)_\w+\(|\bin_codeset\(\s*\w+\s*,)\s*\Z", re.IGNORECASE)


class _Rules:
    """Reads the rules of both layers; a rule_id is used once in the whole rulebook."""

    def __init__(self, known: _Known, errors: list[RulebookError]) -> None:
        self._known = known
        self._errors = errors
        self._seen: dict[str, tuple[Table, Row]] = {}

    def read(self, written: WrittenRulebook, shape: TableShape) -> list[Rule]:
        """Return the rules of one table that have no error."""
        return [rule for table, row in _rows(written, shape) if (rule := self._rule(table, row))]

    def _rule(self, table: Table, row: Row) -> Rule | None:
        before = len(self._errors)
        cells = row.cells
        _required(table, row, self._errors)
        _addressable(table, row, "rule_id", self._errors)
        rule_id, service = cells["rule_id"], cells["service_code"]
        if rule_id and rule_id in self._seen:
            self._errors.append(self._repeated_rule(table, row))
        self._seen.setdefault(rule_id, (table, row))
        if service and self._known.all_services and service not in self._known.service_codes:
            self._errors.append(
                RulebookError(
                    table.where_rule(row, "service_code"),
                    f"there is no service `{service}` in the services",
                    suggestion=nearest(service, sorted(self._known.service_codes)),
                    rule_id=rule_id,
                )
            )
        if cells["dataset"]:
            where = table.where_rule(row, "dataset")
            _one_of(cells["dataset"], DATASETS, "dataset", where, self._errors)
        if not cells["criterion"]:
            return None
        try:
            criterion = parse(cells["criterion"], ACTIVITY, self._known.codesets)
        except CriterionErrors as faults:
            self._errors.extend(self._criterion_errors(table, row, faults))
            return None
        if len(self._errors) > before:
            return None
        return Rule(rule_id, service, cells["dataset"], criterion, cells["reasoning"])

    def _repeated_rule(self, table: Table, row: Row) -> RulebookError:
        rule_id = row.cells["rule_id"]
        first_table, first_row = self._seen[rule_id]
        return RulebookError(
            table.where(row, "rule_id"),
            f"the rule_id `{rule_id}` was used before, in {first_table.where(first_row, 'rule_id')}",
            "Give each rule an id of its own",
            rule_id=rule_id,
        )

    def _criterion_errors(self, table: Table, row: Row, faults: CriterionErrors) -> Iterable[RulebookError]:
        text = row.cells["criterion"]
        for fault in faults.errors:
            if self._known.excuses(text, fault.start, fault.end):
                continue
            yield RulebookError(
                table.where_rule(row),
                fault.message,
                suggestion=fault.suggestion or "",
                rule_id=row.cells["rule_id"],
                criterion=text,
                start=fault.start,
                end=fault.end,
            )


def _titles(written: WrittenRulebook, shape: TableShape, errors: list[RulebookError]) -> dict[str, str]:
    """Return the second column by the first; a key that is given twice is an error."""
    key = shape.required[0]
    found: dict[str, str] = {}
    seen: dict[str, Row] = {}
    for table, row in _rows(written, shape):
        _required(table, row, errors)
        name = row.cells[key]
        if name and name in seen:
            errors.append(_repeated(table, row, key, name, seen[name]))
        seen.setdefault(name, row)
        found.setdefault(name, row.cells["title"])
    return found


def _rows(written: WrittenRulebook, shape: TableShape) -> Iterator[tuple[Table, Row]]:
    """Yield the rows of a table, each with the table; none where it is not there."""
    table = written.tables.get(shape.name)
    if table is not None:
        for row in table.rows:
            yield table, row


def _expect_rows(written: WrittenRulebook, errors: list[RulebookError]) -> None:
    for shape, what in ((SERVICES, "services"), (RULES, "rules")):
        table = written.tables.get(shape.name)
        if table is not None and not table.rows:
            errors.append(RulebookError(table.place, f"there are no {what}, so the rulebook is empty"))


def _required(table: Table, row: Row, errors: list[RulebookError]) -> None:
    errors.extend(
        RulebookError(
            table.where_rule(row, name) if name != "rule_id" else table.where(row, name),
            f"`{name}` is blank",
            rule_id=row.cells.get("rule_id", ""),
        )
        for name in table.shape.required
        if not row.cells[name] and name not in table.shape.may_be_blank
    )


def _addressable(table: Table, row: Row, column: str, errors: list[RulebookError]) -> None:
    """Refuse a name that cannot be a part of a web address, for each has a page."""
    name = row.cells[column]
    with_slashes = column == "rule_id"
    if name and not (fits_with_slashes if with_slashes else fits_an_address)(name):
        left_out = "what cannot be seen" if with_slashes else "/ and what cannot be seen"
        errors.append(
            RulebookError(
                table.where(row, column),
                f"`{name}` cannot be a {column}",
                f"Leave out {left_out}, such as a new line, and do not call it by dots alone",
                rule_id=row.cells.get("rule_id", ""),
            )
        )


def _repeated(table: Table, row: Row, column: str, value: str, first: Row) -> RulebookError:
    return RulebookError(
        table.where(row, column), f"the {column} `{value}` was used before, in {table.where(first, column)}"
    )


def _one_of(value: str, allowed: Iterable[str], what: str, where: str, errors: list[RulebookError]) -> bool:
    """Whether the value is allowed; where it is not, the error is added with the nearest one that is."""
    names = [str(each) for each in allowed]
    if value in names:
        return True
    errors.append(
        RulebookError(
            where,
            f"`{value}` is no {what}",
            f"It is one of {', '.join(names)}",
            suggestion=nearest(value, names),
        )
    )
    return False
