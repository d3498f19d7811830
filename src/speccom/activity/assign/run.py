"""Assign activity: read once to find repeated records, and once to give every record its commissioner."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from speccom import __version__
from speccom.activity.assign.answers_table import AnswersTable, Totals
from speccom.activity.assign.assigner import Assigner
from speccom.activity.assign.bulk import Answered, BulkAssigner
from speccom.activity.assign.find_repeats import find_repeats
from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.assign.prepared import AssignmentFile, prepare_for_assignment
from speccom.activity.assign.stretch import Labels, Rows, Stretch, Stretches
from speccom.activity.begun import Begun
from speccom.activity.digest import digest_of
from speccom.activity.disk_full import naming
from speccom.activity.encode import ActivityReader, Chunk
from speccom.activity.faults import Fault, Rejected
from speccom.activity.in_order import in_order
from speccom.activity.memory import stretches_at_once
from speccom.activity.prepared_pieces import PreparedPieces, refuse_changed_inputs
from speccom.activity.run_folder import SCRATCH, OpenRun, keep_rulebook, nothing_left, refuse_unfinished
from speccom.activity.run_manifest import input_facts, output_facts, says_synthetic
from speccom.activity.scratch import Scratch
from speccom.problem import Problem
from speccom.rulebook.assignment import find_assignment
from speccom.rulebook.assignment_load import load_assignment

Tell = Callable[[str, int, int], None]


KIND = "assignment"


def assign(
    order: AssignmentOrder,
    tell: Tell = lambda stage, done, total: None,
    asked_to_stop: Event | None = None,
) -> dict[str, Any]:
    """Assign activity, leave a sealed run folder, and return its manifest.

    `tell` hears of each stage: its name, how much is done, of how much. Raises Problem for what a person
    must put right, and RunStopped once `asked_to_stop` is set; a row that cannot be used is counted and
    listed instead.
    """
    assigner, begun = _begun(order)
    run = OpenRun.begin(order.run, begun, asked_to_stop)
    with nothing_left(run):
        return _Run(order, assigner, run, tell).carry_out()


def leave_assignment(order: AssignmentOrder, by: str) -> None:
    """Leave an order in a new folder, for a process that goes on with it.

    Raises Problem for what a person must put right.
    """
    _, begun = _begun(order)
    OpenRun.leave(order.run, begun.wished(by))


def _begun(order: AssignmentOrder) -> tuple[Assigner, Begun]:
    order.refuse_impossible()
    assigner = assigner_of(order)
    if order.parts and not assigner.rulebook.parts:
        raise Problem(
            f"the method {assigner.rulebook.method} names no parts that are paid for apart",
            mend="Leave --parts out, or choose another --method",
        )
    if order.labels is not None:
        refuse_unfinished(order.labels)
        Labels(order.labels)  # read or refused before any work
    return assigner, Begun.now(KIND, _digests(assigner), order.inputs, order.settings())


def resume_assignment(
    run: OpenRun, begun: Begun, tell: Tell = lambda stage, done, total: None
) -> dict[str, Any]:
    """Go on with a stopped run and return its manifest.

    Raises Problem, and leaves the folder as it is, where what it works from has changed since.
    """
    order = AssignmentOrder.from_settings(
        begun.settings, [Path(each.path) for each in begun.inputs], run.path
    )
    assigner = assigner_of(order)
    for what, digest in _digests(assigner).items():
        folder = assigner.rulebook.folder if what == "rulebook" else order.reference
        begun.refuse_other_rulebook(what, digest, folder)
    refuse_changed_inputs(begun, PreparedPieces(run.path / SCRATCH, run.path / "activity"))
    run.go_on()
    with nothing_left(run):
        return _Run(order, assigner, run, tell).carry_out()


def _digests(assigner: Assigner) -> dict[str, str]:
    return {"rulebook": assigner.rulebook.digest, "folder of reference tables": assigner.reference.digest}


def assigner_of(order: AssignmentOrder) -> Assigner:
    """Load the rulebook and the reference tables that an order names."""
    folder = order.rulebook or find_assignment(order.method).folder
    rulebook = load_assignment(folder)
    return Assigner(rulebook, rulebook.reference(order.reference))


class _Run:
    def __init__(self, order: AssignmentOrder, assigner: Assigner, run: OpenRun, tell: Tell) -> None:
        self.order = order
        self.assigner = assigner
        self.run = run
        self.pieces = PreparedPieces(run.path / SCRATCH, run.path / "activity")
        self._tell_others = tell
        self.timings: dict[str, float] = {}
        self.totals = Totals()
        self.repeats: dict[int, Rows] = {}

    def tell(self, stage: str, done: int, total: int) -> None:
        """Say how far the run is, in its folder and to whoever listens."""
        self.run.note(stage, done, total)
        self._tell_others(stage, done, total)

    def carry_out(self) -> dict[str, Any]:
        with self._timed("prepare"):
            keep_rulebook(self.assigner.rulebook.folder, self.run.path)
            self.files = self._prepare()
        self.reader = ActivityReader(file.prepared.path for file in self.files)
        self.bulk = BulkAssigner(self.assigner)
        labels = Labels(self.order.labels) if self.order.labels else None
        with self._timed("match"):
            if self.order.check and (labels is None or labels.records != self.reader.rows):
                with Scratch(self.run.path / SCRATCH) as scratch:
                    self.repeats = find_repeats(self.reader, scratch, partial(self._in_order, "matching"))
        datasets = [(file.dataset, file.dataset_in_rows) for file in self.files]
        self.stretches = Stretches(self.reader, self.bulk, datasets, labels, parts=self.order.parts)
        kept = self._kept_before()
        if labels is not None:
            labels.refuse_other_number(int(kept[-1]))
        with self._timed("assign"):
            self._write(kept)
        return self._seal()

    def _prepare(self) -> list[AssignmentFile]:
        prepared = []
        total = len(self.order.activity) * 100
        for number, path in enumerate(self.order.activity):

            def share_read(share: float, before: int = number * 100) -> None:
                self.tell("reading", before + round(share * 100), total)

            share_read(0.0)
            prepared.append(
                prepare_for_assignment(
                    path,
                    layout=self.order.layout,
                    dataset=self.order.dataset,
                    folder=self.pieces.activity,
                    name=f"part-{number:03d}",
                    progress=share_read,
                    pieces=partial(self.pieces.prepared, number),
                )
            )
        self.tell("reading", total, total)
        return prepared

    def _kept_before(self) -> Rows:
        sizes = [chunk.rows - len(self.repeats.get(chunk.number, ())) for chunk in self.reader.chunks]
        return np.cumsum([0, *sizes])

    def _write(self, kept: Rows) -> None:
        answers = AnswersTable(self.bulk, parts=self.order.parts)
        none = np.zeros(0, dtype=np.int64)

        def work(chunk: Chunk) -> tuple[Stretch, Answered, Any]:
            repeated = self.repeats.get(chunk.number, none)
            stretch = self.stretches.read(chunk, repeated, int(kept[chunk.number]))
            answered = self.bulk.assign(stretch.batch)
            return stretch, answered, answers.rows(stretch, answered)

        self.order.out.parent.mkdir(parents=True, exist_ok=True)
        half = self.order.out.with_name(f"{self.order.out.name}.{self.run.path.name}.partial")
        try:
            with (
                naming(half),
                pq.ParquetWriter(
                    half,
                    answers.schema,
                    compression="zstd",
                    compression_level=1,
                    use_dictionary=[name for name in answers.schema.names if name != "record_id"],
                    store_schema=False,
                    write_statistics=False,
                ) as writer,
            ):
                for chunk, (stretch, answered, table) in self._in_order("assigning", work):
                    writer.write_table(table)
                    self.totals.add(chunk.number, stretch, answered)
            half.replace(self.order.out)
        finally:
            half.unlink(missing_ok=True)

    def _in_order(self, stage: str, work: Callable[[Chunk], Any]) -> Iterator[tuple[Chunk, Any]]:
        """Do the work on every chunk in several threads; yield the results in order, a few ahead at most."""
        self.tell(stage, 0, self.reader.rows)
        most = self.order.threads + 2
        paths = [file.prepared.path for file in self.files]
        columns = self.stretches.columns if stage == "assigning" else ["record_id"]
        at_once = stretches_at_once(self.order.memory, paths, columns, most=most)
        for chunk, result in in_order(self.reader.chunks, work, threads=self.order.threads, at_once=at_once):
            self.tell(stage, chunk.start + chunk.rows, self.reader.rows)
            yield chunk, result

    def _seal(self) -> dict[str, Any]:
        rejected = sorted(
            [each for file in self.files for each in file.prepared.rejected] + self._repeated(),
            key=lambda each: (each.file, each.row),
        )
        faults = [each for file in self.files for each in file.prepared.faults] + self._faults()
        self.run.write_faults(faults, rejected)
        self.run.write_table("summary", self.totals.table(self.bulk.outcomes))
        with self._timed("seal"):
            manifest = self._manifest(faults, rejected)
        self.run.seal(manifest)
        return manifest

    def _repeated(self) -> list[Rejected]:
        found = []
        for number, rows in self.repeats.items():
            chunk = self.reader.chunks[number]
            ids = self.reader.table(chunk, ["record_id"]).column("record_id").take(rows).to_pylist()
            for row, record_id in zip(rows, ids, strict=True):
                file = self.files[chunk.file].prepared
                found.append(
                    Rejected(
                        file.original.name,
                        chunk.first_row + int(row),
                        str(record_id).strip(),
                        "an earlier row has the same record identifier",
                    )
                )
        return found

    def _faults(self) -> list[Fault]:
        """Each answer that could not be given for a fault, counted, with where it was met first."""
        found = []
        first = [(place, self.bulk.outcomes[number], number) for number, place in self.totals.first.items()]
        first.sort(key=lambda each: (each[0], each[1].fault or "", each[1].code or "", each[1].reason or ""))
        for (chunk_number, row), outcome, number in first:
            if outcome.fault:
                chunk = self.reader.chunks[chunk_number]
                ids = self.reader.table(chunk, ["record_id"]).column("record_id")
                found.append(
                    Fault(
                        outcome.fault,
                        "activity_date" if "date" in outcome.fault else "",
                        outcome.code or "",
                        int(self.totals.records[number]),
                        (outcome.reason or "").rstrip("."),
                        self.files[chunk.file].prepared.original.name,
                        chunk.first_row + row,
                        str(ids[row].as_py()).strip(),
                    )
                )
        return found

    def _manifest(self, faults: list[Fault], rejected: list[Rejected]) -> dict[str, Any]:
        rulebook, reference = self.assigner.rulebook, self.assigner.reference
        paths = {name: self.run.path / f"{name}.parquet" for name in ("faults", "rejected", "summary")}
        paths["answers"] = self.order.out
        named = sum(
            int(count)
            for outcome, count in zip(self.bulk.outcomes, self.totals.records, strict=False)
            if outcome.commissioner
        )
        return {
            "run": self.run.path.name,
            "kind": KIND,
            "title": self.order.title or ", ".join(path.name for path in self.order.activity),
            "by": "" if self.run.begun is None else self.run.begun.by,
            "method": rulebook.method,
            "parts": self.order.parts,
            "synthetic": any(says_synthetic(path) for path in self.order.activity),
            "code_version": __version__,
            "rulebook": {
                "id": rulebook.id,
                "version": rulebook.version,
                "identity": rulebook.identity,
                "digest": rulebook.digest,
                "title": rulebook.title,
                "status": rulebook.status,
                "valid_from": rulebook.valid_from.isoformat(),
                "valid_to": rulebook.valid_to.isoformat(),
            },
            "reference": {
                "folder": str(self.order.reference.resolve()),
                "digest": reference.digest,
                "missing": sorted(reference.missing),
                "rows": {name: len(rows.rows) for name, rows in sorted(reference.rows.items())},
            },
            "labels": None if self.order.labels is None else digest_of(self.order.labels),
            "inputs": [input_facts(file.prepared, self.run.path) for file in self.files],
            "counts": {
                "rows": int(sum(chunk.rows for chunk in self.reader.chunks))
                + sum(len(file.prepared.rejected) for file in self.files),
                "answers": self.totals.rows,
                "with_commissioner": named,
                "without_commissioner": self.totals.rows - named,
                "rejected": len(rejected),
            },
            "warnings": self._warnings(),
            "faults": sum(fault.count for fault in faults),
            "outputs": {name: output_facts(path, self.run.path) for name, path in sorted(paths.items())},
            "started": self.run.started.isoformat(timespec="seconds"),
            "resumed": [] if self.run.begun is None else list(self.run.begun.resumed),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "timings": {name: round(seconds, 3) for name, seconds in self.timings.items()},
        }

    def _warnings(self) -> list[dict[str, object]]:
        return [*self._absent_columns(), *self._missing_tables()]

    def _absent_columns(self) -> Iterator[dict[str, object]]:
        asked = {field.name for field in self.stretches.fields}
        for file in self.files:
            absent = sorted(asked & {*file.prepared.absent_columns, *file.prepared.blank_columns})
            if absent:
                what = "them" if len(absent) > 1 else "it"
                said = f"{file.prepared.original.name} has nothing in {', '.join(absent)}"
                message = f"{said}, so what the method asks of {what} is unknown"
                yield {"kind": "absent_column", "columns": absent, "message": message}

    def _missing_tables(self) -> Iterator[dict[str, object]]:
        for name in sorted(self.assigner.reference.missing):
            rows = [row for row in self.assigner.undecidable() if name in self.assigner.lacking(row)]
            boxes = sorted({row.box for row in rows})
            named = f"box{'es' if len(boxes) > 1 else ''} {', '.join(boxes)}"
            effect = f"{named} cannot be decided" if rows else "what only it knows is not found"
            title = self.assigner.reference.tables[name].title
            message = f"the reference folder does not hold {title} ({name}.csv): {effect}"
            yield {"kind": "table_missing", "table": name, "message": message}

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.timings[name] = self.timings.get(name, 0.0) + time.perf_counter() - begun
