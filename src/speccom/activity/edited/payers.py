"""Who pays under the draft: what an edit moves is assigned again, by the method of a finished run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from speccom.activity.assign.answers_table import COLUMNS, SUMMARY
from speccom.activity.assign.assigner import SERVICE_CODE, Assigner
from speccom.activity.assign.bulk import BulkAssigner
from speccom.activity.assign.prepared import says_dataset
from speccom.activity.assign.run import KIND
from speccom.activity.compare.accounts import Flow, money_of
from speccom.activity.compare.terms import NO_LINE, Terms
from speccom.activity.compare.transfers import NO_COMMISSIONER
from speccom.activity.edited.finished_run import FinishedRun
from speccom.activity.edited.moving import Moving
from speccom.activity.edited.workings import Rows, Workings
from speccom.activity.encode import Chunk, pence
from speccom.activity.in_order import in_order
from speccom.activity.run_folder import MANIFEST
from speccom.criteria.columns import Batch, Column, Dictionary, TextColumn
from speccom.problem import Problem
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.assignment_load import load_assignment

_NUMBERS = ("old", "new", "old_line", "new_line")
_SUMS = ("records", "pence", "uncosted")


@dataclass(frozen=True)
class NewPayers:
    """Totals by answer of the assignment, before and after an edit, and what moves between commissioners."""

    before: pa.Table
    after: pa.Table
    flows: tuple[Flow, ...]


class AssignedRun:
    """A finished assignment of the lines that a run of identification found."""

    def __init__(self, folder: Path, identified: FinishedRun) -> None:
        self.folder = folder
        self.manifest = _manifest(folder)
        if self.manifest.get("labels") != identified.manifest["outputs"]["labels"]["sha256"]:
            raise Problem(
                "this assignment is not of the lines that the run found",
                where=str(folder),
                mend="Assign with --labels the run's labels, and name the folder that this leaves",
            )
        if self.manifest["parts"]:
            raise Problem(
                "this assignment has a row for each part of an admission, and an edit is tried on whole ones",
                where=str(folder),
                mend="Assign again without --parts",
            )

    @cached_property
    def bulk(self) -> BulkAssigner:
        """Assigns by the method and the tables of the run. Raises Problem where the tables have changed."""
        rulebook = load_assignment(self.folder / "rulebook")
        tables = Path(self.manifest["reference"]["folder"])
        assigner = Assigner(rulebook, rulebook.reference(tables))
        if assigner.reference.digest != self.manifest["reference"]["digest"]:
            raise Problem(
                "the reference tables are not as they were when the run read them",
                where=str(tables),
                mend="Put them back as they were, or assign again",
            )
        return BulkAssigner(assigner)

    @cached_property
    def datasets(self) -> list[tuple[str | None, bool]]:
        """For each file, its dataset where the run was told one, and whether its rows say theirs."""
        inputs = self.manifest["inputs"]
        return [(each["dataset"], says_dataset(Path(each["original"]))) for each in inputs]

    def new_payers(self, workings: Workings, moving: Moving, terms: Terms | None, threads: int) -> NewPayers:
        """Assign what an edit moves, by its old line and by its new one."""
        before = pq.read_table(self.folder / "summary.parquet")
        chosen = {chunk.number: _rows_in(chunk, moving.rows) for chunk in workings.chunks}
        chunks = [each for each in workings.chunks if chosen[each.number].start < chosen[each.number].stop]
        answers = np.full((2, len(moving.rows)), -1, dtype=np.int32)
        bulk = self.bulk  # one for all threads: it numbers its outcomes as it meets them

        def assign(chunk: Chunk) -> None:
            mine = chosen[chunk.number]
            batch = self._batch(workings, chunk, moving.rows[mine] - chunk.start)
            for side, lines in enumerate((moving.old, moving.new)):
                code = TextColumn(Dictionary(moving.codes), lines[mine].astype(np.int32))
                answers[side, mine] = bulk.assign(
                    Batch(batch.rows, {**batch.columns, SERVICE_CODE: code})
                ).answers

        for _ in in_order(chunks, assign, threads=threads, at_once=threads + 2):
            pass
        left, came = (_totals(bulk, side, moving.pence) for side in answers)
        return NewPayers(before, _after(before, left, came), self._flows(answers, moving, terms))

    def _batch(self, workings: Workings, chunk: Chunk, rows: Rows) -> Batch:
        """Return what the method asks of some records of a chunk."""
        asked = dict.fromkeys([ACTIVITY["activity_date"], *self.bulk.fields])
        fields = [field for field in asked if field.name != SERVICE_CODE]
        table = workings.reader.table(chunk, [field.name for field in fields])
        columns: dict[str, Column] = {}
        if table.column_names:
            columns |= workings.reader.encode(table.take(pa.array(rows)), fields).columns
        dataset, in_rows = self.datasets[chunk.file]
        if not in_rows:
            columns.pop("dataset", None)
            if dataset:
                columns["dataset"] = TextColumn(Dictionary([dataset]), np.zeros(len(rows), dtype=np.int32))
        return Batch(len(rows), columns)

    def _flows(self, answers: npt.NDArray[np.int32], moving: Moving, terms: Terms | None) -> tuple[Flow, ...]:
        names = [outcome.commissioner or NO_COMMISSIONER for outcome in self.bulk.outcomes]
        listed = sorted(set(names))
        payers = np.array([listed.index(name) for name in names] or [0], dtype=np.int64)[answers]
        table = pa.table(
            {
                "old": payers[0],
                "new": payers[1],
                "old_line": moving.old,
                "new_line": moving.new,
                "records": np.ones_like(moving.pence),
                "pence": moving.pence,
                "uncosted": moving.uncosted.astype(np.int64),
            }
        )
        sums = table.group_by(list(_NUMBERS)).aggregate([(name, "sum") for name in _SUMS])
        flows = [self._flow(row, listed, moving.codes, terms or Terms()) for row in sums.to_pylist()]
        return tuple(
            sorted(flows, key=lambda flow: (flow.old, flow.new, str(flow.leaves), str(flow.arrives)))
        )

    @staticmethod
    def _flow(row: Mapping[str, int], listed: Sequence[str], codes: Sequence[str], terms: Terms) -> Flow:
        leaving, coming = (
            codes[row[name]] if row[name] >= 0 else NO_LINE for name in ("old_line", "new_line")
        )
        return Flow(
            listed[row["old"]],
            listed[row["new"]],
            None,
            None,
            "",
            None,
            row["records_sum"],
            0,
            row["uncosted_sum"],
            money_of(terms, leaving, row["pence_sum"]),
            money_of(terms, coming, row["pence_sum"]),
        )


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
        kind = manifest.get("kind")
    except (OSError, ValueError, AttributeError):
        kind = None
    if kind != KIND:
        raise Problem(
            "there is no finished assignment here",
            where=str(folder),
            mend="Name the folder that `speccom assign` left",
        )
    return manifest


def _rows_in(chunk: Chunk, rows: Rows) -> slice:
    first, last = np.searchsorted(rows, [chunk.start, chunk.start + chunk.rows])
    return slice(int(first), int(last))


def _totals(bulk: BulkAssigner, answers: npt.NDArray[np.int32], cost: npt.NDArray[np.int64]) -> pa.Table:
    """Return records and cost by answer."""
    names = {
        column: pa.array([getattr(outcome, name) for outcome in bulk.outcomes] or [None], type=pa.string())
        for column, name in zip(COLUMNS, ("code", "commissioner", "service_category", "reason"), strict=True)
    }
    table = pa.table({"answer": answers, "records": np.ones_like(cost), "pence": cost})
    sums = table.group_by("answer").aggregate([("records", "sum"), ("pence", "sum")])
    taken = {name: values.take(sums.column("answer")) for name, values in names.items()}
    return pa.table({**taken, "records": sums.column("records_sum"), "pence": sums.column("pence_sum")})


def _after(before: pa.Table, left: pa.Table, came: pa.Table) -> pa.Table:
    """Return the totals with what left taken off and what came put on, the most frequent first."""
    whole = before.append_column("pence", pa.array(pence(before.column("cost").combine_chunks())))
    for name in ("records", "pence"):
        left = left.set_column(left.column_names.index(name), name, pc.negate(left.column(name)))
    together = pa.concat_tables([each.select([*COLUMNS, "records", "pence"]) for each in (whole, left, came)])
    sums = together.group_by(list(COLUMNS)).aggregate([("records", "sum"), ("pence", "sum")])
    rows = [
        {
            **{name: row[name] for name in COLUMNS},
            "records": row["records_sum"],
            "cost": Decimal(row["pence_sum"]).scaleb(-2),
        }
        for row in sums.to_pylist()
        if row["records_sum"]
    ]
    rows.sort(key=lambda row: (-row["records"], [row[name] or "" for name in COLUMNS]))
    return pa.Table.from_pylist(rows, SUMMARY)
