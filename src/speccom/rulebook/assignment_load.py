"""Load an assignment rulebook from its folder, with every error at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from speccom.criteria.codes import CLASSIFICATIONS, normal_form, normal_prefix
from speccom.criteria.codesets import CodeSet
from speccom.criteria.criterion_errors import CriterionErrors, nearest
from speccom.criteria.decision_table import Row, table_faults
from speccom.criteria.expression import leaves
from speccom.criteria.parse import Criterion, parse
from speccom.criteria.vocabulary import Field, FieldType, Vocabulary
from speccom.problem import Problem
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.assignment import (
    AssignmentRow,
    AssignmentRulebook,
    Part,
    ReasonTable,
    Template,
    content_digest,
    vocabulary_of,
)
from speccom.rulebook.entries import STATUSES
from speccom.rulebook.errors import RulebookError, RulebookErrors
from speccom.rulebook.lookups import Lookup, Presence, ReferenceTable
from speccom.rulebook.metadata_file import read_metadata
from speccom.rulebook.shape import METADATA_FILE, METADATA_OPTIONAL, METADATA_REQUIRED
from speccom.rulebook.table_file import FileRow, read_table_file

ROWS, TABLES, LOOKUPS, CODESETS, PARTS = (
    "rows.csv",
    "tables.csv",
    "lookups.csv",
    "codesets.csv",
    "parts.csv",
)
COLUMNS: Mapping[str, Sequence[str]] = {
    ROWS: (
        "row",
        "box",
        "question",
        "criterion",
        "when_met",
        "otherwise",
        "answer",
        "commissioner",
        "service_category",
        "reason",
    ),
    TABLES: ("table", "title", "presence", "first_day", "last_day"),
    LOOKUPS: ("fact", "title", "table", "key", "column", "value", "key_form"),
    CODESETS: ("codeset", "title", "classification", "code", "match"),
    PARTS: ("part", "title", "criterion", "service_code", "leaves_core"),
}
_OPTIONAL = (CODESETS, PARTS)
_SQUEEZED = "squeezed"
_REASONS = ("table", "code", "commissioner", "service_category", "reason")

Written = Mapping[str, tuple[FileRow, ...]]


def load_assignment(folder: Path) -> AssignmentRulebook:
    """Read a rulebook and check it whole.

    Raises RulebookErrors with every error at once; Problem where there is no such folder.
    """
    if not (folder / METADATA_FILE).is_file():
        raise Problem(
            "there is no assignment rulebook here", where=str(folder), mend=f"It holds {METADATA_FILE}"
        )
    errors: list[RulebookError] = []
    metadata = read_metadata(folder, STATUSES, errors)
    written: Written = {
        file: read_table_file(folder / file, columns, errors)
        for file, columns in COLUMNS.items()
        if file not in _OPTIONAL or (folder / file).exists()
    }
    checker = _Checker(folder, written, errors)
    reasons = _reasons(metadata, checker.tables, errors)
    if errors:
        raise RulebookErrors(errors, rulebook=str(folder))
    words = {key: str(metadata.get(key, "")) for key in (*METADATA_REQUIRED, *METADATA_OPTIONAL)}
    return AssignmentRulebook(
        **{key: words[key] for key in ("id", "version", "title", "source", "status", "scope")},
        valid_from=date.fromisoformat(words["valid_from"]),
        valid_to=date.fromisoformat(words["valid_to"]),
        folder=folder,
        digest=content_digest(_content(folder, metadata, written)),
        tables=checker.tables,
        lookups=checker.lookups,
        codesets=checker.codesets,
        rows=checker.rows,
        parts=checker.parts,
        reasons=reasons,
    )


class _Checker:
    """Turns what was written into a rulebook, collecting errors."""

    def __init__(self, folder: Path, written: Written, errors: list[RulebookError]) -> None:
        self.folder = folder
        self.written = written
        self.errors = errors
        self.tables = {each.name: each for each in self._tables()}
        self.lookups = {each.field.name: each for each in self._lookups()}
        self.codesets = self._codesets()
        self.vocabulary: Vocabulary = vocabulary_of(self.lookups)
        self.rows = tuple(self._rows())
        self.parts = tuple(self._parts())
        self._check_path()
        self._check_use()

    def error(self, file: str, row: FileRow, message: str, mend: str = "") -> None:
        name = row.cells.get("row") or row.cells.get("fact") or row.cells.get("table") or ""
        where = f"{file}, line {row.line}" + (f" ({name})" if name else "")
        self.errors.append(RulebookError(where, message, mend))

    def _once(self, file: str, column: str) -> list[FileRow]:
        """The rows whose name is filled and not taken yet."""
        seen: dict[str, int] = {}
        kept = []
        for row in self.written.get(file, ()):
            name = row.cells[column]
            if not name:
                self.error(file, row, f"`{column}` is blank", "Give it a name")
            elif name in seen:
                self.error(
                    file, row, f"“{name}” is there already, in line {seen[name]}", "Rename one of them"
                )
            else:
                seen[name] = row.line
                kept.append(row)
        return kept

    def _tables(self) -> list[ReferenceTable]:
        found = []
        for row in self._once(TABLES, "table"):
            cells = row.cells
            if cells["presence"] not in tuple(Presence):
                self.error(
                    TABLES, row, f"`{cells['presence']}` is no presence", f"Write {', '.join(Presence)}"
                )
                continue
            if bool(cells["first_day"]) != bool(cells["last_day"]):
                self.error(
                    TABLES, row, "only one of `first_day` and `last_day` is given", "Give both or none"
                )
            own = (self.folder / "tables" / f"{cells['table']}.csv").exists()
            found.append(
                ReferenceTable(
                    cells["table"],
                    cells["title"],
                    Presence(cells["presence"]),
                    cells["first_day"],
                    cells["last_day"],
                    own,
                )
            )
        return found

    def _lookups(self) -> list[Lookup]:
        found = []
        for row in self._once(LOOKUPS, "fact"):
            cells = row.cells
            if cells["fact"] in ACTIVITY:
                self.error(LOOKUPS, row, "a field of the record has this name", "Name the fact otherwise")
                continue
            if cells["table"] not in self.tables:
                self._unknown(LOOKUPS, row, "table", cells["table"], self.tables)
                continue
            key = ACTIVITY.get(cells["key"]) if cells["key"] in ACTIVITY else None
            if key is None or key.type is not FieldType.TEXT:
                text = [name for name, each in ACTIVITY.items() if each.type is FieldType.TEXT]
                self._unknown(LOOKUPS, row, "key", cells["key"], text)
                continue
            if not cells["title"] or not cells["column"] or not cells["value"]:
                self.error(LOOKUPS, row, "`title`, `column` or `value` is blank", "Fill all of them")
                continue
            if cells["key_form"] not in ("", _SQUEEZED):
                self.error(
                    LOOKUPS,
                    row,
                    f"`{cells['key_form']}` is no form of a key",
                    f"Write {_SQUEEZED} or nothing",
                )
            field = Field(cells["fact"], FieldType.TEXT, cells["title"], origin="lookup")
            squeezed = cells["key_form"] == _SQUEEZED
            found.append(Lookup(field, cells["table"], key, cells["column"], cells["value"], squeezed))
        return found

    def _unknown(
        self, file: str, row: FileRow, what: str, name: str, known: Sequence[str] | Mapping[str, object]
    ) -> None:
        near = nearest(name, sorted(known)) if name else ""
        self.error(file, row, f"the {what} `{name}` is not known", f"Did you mean `{near}`?" if near else "")

    def _codesets(self) -> dict[str, CodeSet]:
        kinds: dict[str, tuple[str, str]] = {}
        codes: dict[str, dict[str, set[str]]] = {}
        for row in self.written.get(CODESETS, ()):
            cells = row.cells
            kind = cells["classification"]
            if not cells["codeset"] or kind not in CLASSIFICATIONS:
                self.error(
                    CODESETS, row, "a set needs a name and a classification", ", ".join(CLASSIFICATIONS)
                )
                continue
            if kinds.setdefault(cells["codeset"], (kind, cells["title"]))[0] != kind:
                self.error(CODESETS, row, f"the set “{cells['codeset']}” has two classifications")
                continue
            match = cells["match"] or "prefix"
            code = (normal_form if match == "exact" else normal_prefix)(kind, cells["code"])
            if match not in ("exact", "prefix") or code is None:
                self.error(CODESETS, row, f"`{cells['code']}` ({match}) is no code of {kind}")
                continue
            codes.setdefault(cells["codeset"], {"exact": set(), "prefix": set()})[match].add(code)
        return {
            name: CodeSet(
                name, kinds[name][0], frozenset(each["prefix"]), frozenset(each["exact"]), kinds[name][1]
            )
            for name, each in codes.items()
        }

    def _rows(self) -> list[AssignmentRow]:
        found = []
        for row in self._once(ROWS, "row"):
            cells = row.cells
            answer, commissioner = Template(cells["answer"]), Template(cells["commissioner"])
            for column, template in (("answer", answer), ("commissioner", commissioner)):
                for name in template.fields:
                    if name not in self.vocabulary:
                        self._unknown(ROWS, row, "field", name, self.vocabulary)
                if len(template.fields) > 1:
                    self.error(ROWS, row, f"`{column}` names more than one field", "Name one at most")
            if commissioner.field and commissioner.field != answer.field:
                self.error(ROWS, row, "`commissioner` names another field than `answer`", "Name the same")
            if cells["when_met"] and (cells["answer"] or cells["reason"]):
                self.error(
                    ROWS, row, "the row leads on and answers too", "Leave `when_met` or the answer out"
                )
            if not cells["when_met"] and not cells["answer"] and not cells["reason"]:
                self.error(ROWS, row, "the row gives neither an answer nor a reason for none", "Give one")
            criterion = self._criterion(ROWS, row)
            decision = Row(
                cells["row"], criterion, cells["answer"] or None, cells["when_met"], cells["otherwise"]
            )
            found.append(
                AssignmentRow(
                    decision,
                    cells["box"] or cells["row"],
                    cells["question"],
                    answer,
                    commissioner,
                    cells["service_category"],
                    cells["reason"],
                )
            )
        return found

    def _parts(self) -> list[Part]:
        found = []
        for row in self._once(PARTS, "part"):
            criterion = self._criterion(PARTS, row)
            if criterion is None:
                if not row.cells["criterion"]:
                    self.error(PARTS, row, "a part needs a criterion")
                continue
            leaves_core = self._criterion(PARTS, row, "leaves_core") or criterion
            cells = row.cells
            found.append(Part(cells["part"], cells["title"], criterion, cells["service_code"], leaves_core))
        return found

    def _criterion(self, file: str, row: FileRow, column: str = "criterion") -> Criterion | None:
        text = row.cells[column]
        if not text:
            return None
        try:
            return parse(text, self.vocabulary, self.codesets)
        except CriterionErrors as found:
            name = row.cells.get("row") or row.cells.get("part") or ""
            self.errors.extend(
                RulebookError(
                    f"{file}, line {row.line} ({name})",
                    each.message,
                    suggestion=each.suggestion,
                    rule_id=name,
                    criterion=text,
                    start=each.start,
                    end=each.end,
                )
                for each in found.errors
            )
            return None

    def _check_path(self) -> None:
        """Rows that lead nowhere, back, or are never reached."""
        lines = {row.cells["row"]: row for row in self.written.get(ROWS, ())}
        sound = not self.errors  # else a row may only seem to be without a criterion
        for fault in table_faults([each.row for each in self.rows]):
            if fault.stops or sound:
                self.error(ROWS, lines[fault.row], fault.message, fault.mend)

    def _check_use(self) -> None:
        """Facts and tables that nothing asks for are mistakes more often than not."""
        used = {
            leaf.field.name  # type: ignore[attr-defined]
            for each in (
                *(row.row.criterion for row in self.rows),
                *(part.criterion for part in self.parts),
                *(part.leaves_core for part in self.parts),
            )
            if each
            for leaf in leaves(each.expression)
        }
        used |= {name for each in self.rows for name in each.answer.fields}
        for row in self.written.get(LOOKUPS, ()):
            if row.cells["fact"] in self.lookups and row.cells["fact"] not in used and not self.errors:
                self.error(LOOKUPS, row, "no row asks for this fact", "Take it out, or use it")


def _reasons(
    metadata: Mapping[str, object], tables: Mapping[str, ReferenceTable], errors: list[RulebookError]
) -> ReasonTable | None:
    written = metadata.get("reasons")
    if written is None:
        return None
    if not isinstance(written, dict) or any(not isinstance(written.get(key), str) for key in _REASONS):
        errors.append(
            RulebookError(f"{METADATA_FILE}, reasons", f"it needs {', '.join(_REASONS)}", "Give all as text")
        )
        return None
    if written["table"] not in tables:
        errors.append(
            RulebookError(f"{METADATA_FILE}, reasons", f"the table `{written['table']}` is not in {TABLES}")
        )
    return ReasonTable(**{key: written[key] for key in _REASONS})


def _content(folder: Path, metadata: Mapping[str, object], written: Written) -> dict[str, object]:
    """Everything that is hashed: the decision table in its order, all else in an order of its own."""
    own = {
        path.name: path.read_text(encoding="utf-8-sig").splitlines()
        for path in sorted((folder / "tables").glob("*.csv"))
    }

    def cells(file: str) -> list[list[str]]:
        rows = [[row.cells[name] for name in COLUMNS[file]] for row in written.get(file, ())]
        return rows if file == ROWS else sorted(rows)

    said = {key: value.isoformat() if isinstance(value, date) else value for key, value in metadata.items()}
    return {"metadata": said, "own": own, **{file: cells(file) for file in COLUMNS}}
