"""Reads the chapters of the manual: what each table and block claims of the language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from speccom.criteria.codesets import CodeSet
from speccom.criteria.decision_table import DecisionTable, Row
from speccom.criteria.parse import Criterion, parse
from speccom.criteria.vocabulary import FieldType
from speccom.rulebook.activity_record import ACTIVITY

CHAPTERS = sorted(Path(__file__).parent.glob("[0-9]*.md"))

_TRUTHS: dict[str, bool | None] = {"TRUE": True, "FALSE": False, "unknown": None}


@dataclass(frozen=True)
class Claim:
    """Something that the manual says; `where` is chapter, heading and line."""

    where: str


@dataclass(frozen=True)
class AnswersClaim(Claim):
    """Each criterion has a truth for each record."""

    criteria: tuple[Criterion, ...]
    records: tuple[dict[str, object], ...]
    truths: tuple[tuple[bool | None, ...], ...]


@dataclass(frozen=True)
class NormalFormClaim(Claim):
    """A code as written has a normal form, or is no code (None)."""

    classification: str
    written: str
    normal: str | None


@dataclass(frozen=True)
class SameClaim(Claim):
    """Two texts mean the same."""

    written: Criterion
    means: Criterion


@dataclass(frozen=True)
class RefusedClaim(Claim):
    """A text is refused with exactly this message."""

    text: str
    message: str
    codesets: dict[str, CodeSet]


@dataclass(frozen=True)
class DecisionClaim(Claim):
    """A decision table gives a record an answer by a path."""

    table: DecisionTable
    record: dict[str, object]
    answer: str | None
    path: str


@dataclass
class _Chapter:
    codesets: dict[str, CodeSet] = field(default_factory=dict)
    decisions: DecisionTable | None = None
    claims: list[Claim] = field(default_factory=list)


def claims_of(path: Path) -> list[Claim]:
    """Return all that a chapter claims, in order."""
    chapter = _Chapter()
    lines = path.read_text(encoding="utf-8").splitlines()
    heading, at = "", 0
    while at < len(lines):
        line = lines[at]
        where = f"{path.stem}: {heading}, line {at + 1}"
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("```"):
            end = lines.index("```", at + 1)
            if line == "```refused":
                chapter.claims.append(_refused(where, lines[at + 1 : end], chapter))
            at = end
        elif line.startswith("|"):
            end = next((n for n in range(at, len(lines)) if not lines[n].startswith("|")), len(lines))
            rows = [[cell.strip() for cell in each.strip("|").split("|")] for each in lines[at:end]]
            _table(where, rows[0], rows[2:], chapter)
            at = end - 1
        at += 1
    return chapter.claims


def _table(where: str, headings: list[str], rows: list[list[str]], chapter: _Chapter) -> None:
    match headings:
        case ["code set", "classification", "begins with", "is exactly"]:
            chapter.codesets |= {_bare(row[0]): _codeset(row) for row in rows}
        case ["classification", "as written", "normal form"]:
            chapter.claims += [
                NormalFormClaim(where, row[0], _bare(row[1]), None if row[2] == "no code" else _bare(row[2]))
                for row in rows
            ]
        case ["written", "means"]:
            chapter.claims += [
                SameClaim(where, _criterion(row[0], chapter), _criterion(row[1], chapter)) for row in rows
            ]
        case ["row", "criterion", "answer", "when met, go to", "otherwise, go to"]:
            chapter.decisions = DecisionTable([_decision_row(row, chapter) for row in rows])
        case [*names, "answer", "path"]:
            assert chapter.decisions is not None
            chapter.claims += [
                DecisionClaim(
                    where,
                    chapter.decisions,
                    _record(names, row),
                    None if row[-2] == "none" else row[-2],
                    row[-1],
                )
                for row in rows
            ]
        case _:
            _answers(where, headings, rows, chapter)


def _answers(where: str, headings: list[str], rows: list[list[str]], chapter: _Chapter) -> None:
    criteria = [each for each in headings if each.startswith("`")]
    names = headings[: len(headings) - len(criteria)]
    assert criteria, f"{where}: a table that claims nothing"
    assert headings == names + criteria, f"{where}: fields first, then criteria"
    chapter.claims.append(
        AnswersClaim(
            where,
            tuple(_criterion(each, chapter) for each in criteria),
            tuple(_record(names, row) for row in rows),
            tuple(tuple(_TRUTHS[cell] for cell in row[len(names) :]) for row in rows),
        )
    )


def _criterion(cell: str, chapter: _Chapter) -> Criterion:
    return parse(_bare(cell), ACTIVITY, chapter.codesets)


def _record(names: list[str], row: list[str]) -> dict[str, object]:
    """Return a record; a cell that says `absent` leaves the column out."""
    cells = zip(names, row, strict=False)
    return {name: _value(name, cell) for name, cell in cells if cell != "absent"}


def _value(name: str, cell: str) -> object:
    if cell == "missing":
        return None
    match ACTIVITY[name].type:
        case FieldType.WHOLE_NUMBER:
            return int(cell)
        case FieldType.DECIMAL:
            return Decimal(cell)
        case FieldType.DATE:
            return date.fromisoformat(cell)
        case FieldType.CODES:
            codes = [] if cell == "empty" else cell.split(", ")
            return [None if code == "no code" else code for code in codes]
    return _bare(cell)


def _codeset(row: list[str]) -> CodeSet:
    prefixes, exact = (frozenset(cell.split(", ")) if cell else frozenset[str]() for cell in row[2:])
    return CodeSet(_bare(row[0]), row[1], prefixes, exact)


def _decision_row(row: list[str], chapter: _Chapter) -> Row:
    criterion = _criterion(row[1], chapter) if row[1] else None
    return Row(row[0], criterion, row[2] or None, row[3], row[4])


def _refused(where: str, lines: list[str], chapter: _Chapter) -> RefusedClaim:
    """Read a block: the criterion, an empty line, what is said of it."""
    gap = lines.index("")
    return RefusedClaim(where, "\n".join(lines[:gap]), "\n".join(lines[gap + 1 :]), dict(chapter.codesets))


def _bare(cell: str) -> str:
    return cell[1:-1] if cell.startswith("`") and cell.endswith("`") else cell
