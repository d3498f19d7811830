"""Why a record has its commissioner: the path box by box, with the values that were seen and where from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from speccom.activity.assign.assigner import DATE, SERVICE_CODE, Assigner, Assignment, fields_of
from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.assign.prepared import prepare_for_assignment
from speccom.activity.assign.run import assigner_of
from speccom.activity.assign.stretch import LINE
from speccom.activity.records import find_row, record_at
from speccom.criteria.decision_table import Visit
from speccom.criteria.evaluate import Finding
from speccom.criteria.expression import CodeMatch
from speccom.criteria.vocabulary import Field
from speccom.criteria.words import Explanation, describe, explain, set_words, value_words
from speccom.problem import Problem


@dataclass(frozen=True)
class Explained:
    """One payable part of a record (all of it where parts are not asked for), and its answer."""

    record_id: str
    part: str
    record: Mapping[str, object]
    assignment: Assignment


def explain_record(order: AssignmentOrder, record_id: str) -> tuple[Assigner, list[Explained]]:
    """Assign one record of the order's files, in the slow and obvious way."""
    assigner = assigner_of(order)
    record = _find(order, record_id)
    if order.labels is not None:
        record = {**record, SERVICE_CODE: _line_of(order.labels, record_id)}
    if not order.parts:
        return assigner, [Explained(record_id, "", record, assigner.assign(record))]
    return assigner, [
        Explained(record_id, str(part["part"]), part, assigner.assign(part))
        for part in assigner.parts_of(record)
    ]


def in_words(assigner: Assigner, explained: Explained) -> str:
    """Return the answer, the reason and the path as text."""
    assignment, outcome = explained.assignment, explained.assignment.outcome
    what = f"Record {explained.record_id}" + (f", {explained.part}" if explained.part else "")
    if outcome.commissioner:
        category = f", service category {outcome.service_category}" if outcome.service_category else ""
        lines = [f"{what}: {outcome.commissioner} pays (code {outcome.code}{category})."]
    else:
        code = f" (code {outcome.code})" if outcome.code else ""
        lines = [f"{what}: no commissioner is named{code}."]
    if outcome.reason:
        lines.append(_sentence(outcome.reason))
    if assignment.path:
        lines += ["", "The path:"]
    for visit in assignment.path:
        lines += _visit_in_words(assigner, visit, {**explained.record, **assignment.facts})
    sources = _sources_in_words(_facts_seen(assigner, explained))
    if sources:
        lines += ["", "Looked up as at the date of the activity:", *sources]
    book = assigner.rulebook
    lines += [
        "",
        f"Rulebook {book.identity} ({book.status}); reference tables {assigner.reference.digest[:12]}.",
    ]
    return "\n".join(lines)


def as_json(assigner: Assigner, explained: Explained) -> dict[str, Any]:
    """Return the same for programs, with each criterion's whole tree of findings."""
    outcome = explained.assignment.outcome
    return {
        "record_id": explained.record_id,
        **({"part": explained.part} if explained.part else {}),
        "assignment_code": outcome.code,
        "commissioner": outcome.commissioner,
        "service_category": outcome.service_category,
        "reason": outcome.reason,
        "path": explained.assignment.path_text,
        "rows": [_visit_as_json(assigner, visit) for visit in explained.assignment.path],
        "facts": _facts_seen(assigner, explained),
        "method": assigner.rulebook.method,
        "rulebook": assigner.rulebook.identity,
        "reference": assigner.reference.digest,
    }


def _find(order: AssignmentOrder, record_id: str) -> dict[str, object]:
    with TemporaryDirectory() as folder:
        for number, path in enumerate(order.activity):
            file = prepare_for_assignment(
                path,
                layout=order.layout,
                dataset=order.dataset,
                folder=Path(folder),
                name=f"part-{number:03d}",
            )
            row = find_row(file.prepared.path, record_id)
            if row is not None:
                record = record_at(file.prepared.path, row, dataset=file.dataset)
                return record if file.dataset_in_rows else {**record, "dataset": file.dataset}
    raise Problem(
        f"there is no record {record_id}",
        where=", ".join(str(path) for path in order.activity),
        mend="Check the identifier; a row that was rejected cannot be explained",
    )


def _line_of(labels: Path, record_id: str) -> str | None:
    row = find_row(labels, record_id)
    if row is None:
        raise Problem(f"there is no record {record_id}", where=str(labels), mend="Label the same files")
    file = pq.ParquetFile(labels)
    ends = np.cumsum([file.metadata.row_group(n).num_rows for n in range(file.metadata.num_row_groups)])
    group = int(np.searchsorted(ends, row, side="right"))
    start = int(ends[group - 1]) if group else 0
    value = file.read_row_group(group, columns=[LINE]).column(0)[row - start].as_py()
    return None if value is None else str(value)


def _visit_in_words(assigner: Assigner, visit: Visit, known: Mapping[str, object]) -> list[str]:
    row = assigner.rulebook.by_name[visit.row.name]
    if visit.finding is None:
        undecidable = " Cannot be decided here." if assigner.lacking(row) else ""
        return [f"  {row.box}: {row.question or 'nothing else is left'}{undecidable} ({visit.row.name})"]
    question = row.question or f"{describe(visit.finding.expression)}?"
    verdict = {True: "Yes", False: "No", None: "Not known, so no"}[visit.finding.value]
    return [
        f"  {row.box}: {question} {verdict}. ({visit.row.name})",
        f"      {'; '.join(_seen(visit.finding, known))}",
    ]


def _seen(finding: Finding, known: Mapping[str, object]) -> list[str]:
    """Return each value that a criterion looked at, once, and the codes that its code sets met."""
    found: dict[str, None] = {}
    waiting = [finding]
    while waiting:
        each = waiting.pop(0)
        waiting = [*each.parts, *waiting]
        if isinstance(each.expression, CodeMatch):
            codes = ", ".join(each.seen) if isinstance(each.seen, tuple) else ""
            found[
                f"{each.expression.field.title}: {codes or f'none is {set_words(each.expression.codeset)}'}"
            ] = None
        elif not each.parts:
            field: Field = each.expression.field  # type: ignore[attr-defined]
            found[f"{field.title}: {_value_in_words(field, known.get(field.name))}"] = None
    return list(found)


def _value_in_words(field: Field, value: object) -> str:
    if value is None and field.origin == "lookup":
        return "none"
    return value_words(field, value)


def _visit_as_json(assigner: Assigner, visit: Visit) -> dict[str, Any]:
    row = assigner.rulebook.by_name[visit.row.name]
    found: dict[str, Any] = {
        "row": visit.row.name,
        "box": row.box,
        "question": row.question,
        "met": visit.met,
    }
    if visit.finding is not None and visit.row.criterion is not None:
        found["criterion"] = visit.row.criterion.text
        found["finding"] = _tree(explain(visit.finding))
    return found


def _tree(explanation: Explanation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "statement": explanation.statement,
        "verdict": explanation.verdict,
        "sentence": explanation.sentence,
    }
    if explanation.parts:
        found["parts"] = [_tree(part) for part in explanation.parts]
    return found


def _facts_seen(assigner: Assigner, explained: Explained) -> list[dict[str, Any]]:
    """The facts that the path asked for, each with the row that it came from."""
    day = explained.record.get(DATE)
    asked: dict[str, Field] = {}
    for visit in explained.assignment.path:
        row = assigner.rulebook.by_name[visit.row.name]
        if visit.finding is not None:
            asked |= fields_of([visit.finding.expression])
        if visit.met and row.answer.field in assigner.rulebook.lookups:
            asked[row.answer.field] = assigner.rulebook.lookups[row.answer.field].field
    found = []
    for name in asked:
        lookup = assigner.rulebook.lookups.get(name)
        if lookup is None:
            continue
        key = explained.record.get(lookup.key.name)
        source = assigner.reference.row(lookup, key, day if isinstance(day, date) else None)
        found.append(
            {
                "fact": name,
                "title": lookup.field.title,
                "value": explained.assignment.facts.get(name),
                "key": key,
                "table": f"{lookup.table}.csv",
                "line": source.line if source else None,
                "table_missing": lookup.table in assigner.reference.missing,
            }
        )
    return found


def _sources_in_words(facts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the rows that facts came from, and the keys for which a table holds nothing."""
    found = sorted({(fact["table"], fact["line"], fact["key"]) for fact in facts if fact["line"] is not None})
    known = {(table, key) for table, _, key in found}
    none = {
        f"  {fact['table']}: "
        + ("not in the folder" if fact["table_missing"] else f"nothing for {fact['key']}")
        for fact in facts
        if fact["key"] is not None and (fact["table"], fact["key"]) not in known
    }
    return [*(f"  {table}, line {line}: {key}" for table, line, key in found), *sorted(none)]


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
