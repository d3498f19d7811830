"""Identify a year of activity: which service line each record counts as, at the speed of reading it.

Two passes over the files. The first asks the bit tables which rules hold for each record and leaves small
numbers on disk (a label, hashes of identifiers); between the passes, repeated records are found and the
spells that any record makes specialised; the second writes each record's answer and adds up the totals.
A stopped run goes on with the files it had prepared and the numbers it had left, where they are whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock
from typing import Any, TypeVar

from speccom import __version__
from speccom.activity.answering import PLACES, READ, Answering
from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.begun import Begun
from speccom.activity.column_chunks.writer import chunk_writer
from speccom.activity.doubts import Doubts
from speccom.activity.encode import ActivityReader, Chunk
from speccom.activity.faults import Fault, Rejected
from speccom.activity.label_journal import LabelJournal, Labelled
from speccom.activity.labelling import SPARK, Labelling, Repeats, begin_loading_engine
from speccom.activity.labels import LABELS
from speccom.activity.lines import LineBook
from speccom.activity.memory import stretches_at_once
from speccom.activity.order import Order
from speccom.activity.prepare import PreparedFile, is_parquet, prepare
from speccom.activity.prepared_pieces import PreparedPieces, refuse_changed_inputs
from speccom.activity.repeats import repeated_rows
from speccom.activity.run_folder import SCRATCH, OpenRun, keep_rulebook, nothing_left, rulebook_folder
from speccom.activity.run_manifest import (
    input_facts,
    output_facts,
    rulebook_facts,
    says_synthetic,
    unseen_lines,
)
from speccom.activity.scratch import Scratch
from speccom.activity.spark.label_files import label_files
from speccom.activity.spells import LabelledSpells
from speccom.rulebook.identification import IdentificationRulebook, load_identification

Tell = Callable[[str, int, int], None]
Result = TypeVar("Result")


KIND = "identification"


def identify(
    order: Order, tell: Tell = lambda stage, done, total: None, asked_to_stop: Event | None = None
) -> dict[str, Any]:
    """Identify activity, leave a sealed run folder, and return its manifest.

    `tell` hears of each stage: its name, how much is done, of how much. Raises Problem for what a person
    must put right, and RunStopped once `asked_to_stop` is set; a row that cannot be used is counted and
    listed instead.
    """
    begin_loading_engine(order.engine)
    rulebook, begun = _begun(order)
    run = OpenRun.begin(order.run, begun, asked_to_stop)
    with nothing_left(run):
        return _Identification(order, rulebook, run, tell).carry_out()


def leave_identification(order: Order, by: str, then: AssignmentOrder | None = None) -> None:
    """Leave an order in a new folder, for a process that goes on with it; an assignment may follow.

    Raises Problem for what a person must put right.
    """
    _, begun = _begun(order)
    OpenRun.leave(order.run, begun.wished(by, None if then is None else then.settings()))


def _begun(order: Order) -> tuple[IdentificationRulebook, Begun]:
    order.refuse_impossible()
    rulebook = load_identification(order.rulebook)
    return rulebook, Begun.now(KIND, {"rulebook": rulebook.digest}, order.activity, order.settings())


def resume_identification(
    run: OpenRun, begun: Begun, tell: Tell = lambda stage, done, total: None
) -> dict[str, Any]:
    """Go on with a stopped run and return its manifest.

    Raises Problem, and leaves the folder as it is, where the activity or the rulebook has changed since.
    """
    order = Order.from_settings(begun.settings, [Path(each.path) for each in begun.inputs], run.path)
    begin_loading_engine(order.engine)
    folder = rulebook_folder(order.rulebook, run.path)
    rulebook = load_identification(folder)
    begun.refuse_other_rulebook("rulebook", rulebook.digest, folder)
    pieces = PreparedPieces(run.path / SCRATCH, run.path / "activity")
    refuse_changed_inputs(begun, pieces)
    run.go_on()
    with nothing_left(run):
        return _Identification(order, rulebook, run, tell).carry_out()


class _Identification:
    def __init__(self, order: Order, rulebook: IdentificationRulebook, run: OpenRun, tell: Tell) -> None:
        self.order = order
        self.rulebook = rulebook
        self.run = run
        self.pieces = PreparedPieces(run.path / SCRATCH, run.path / "activity")
        self._tell_others = tell
        self._one_at_a_time = Lock()
        self.timings: dict[str, float] = {}

    def tell(self, stage: str, done: int, total: int) -> None:
        """Say how far the run is, in its folder and to whoever listens."""
        with self._one_at_a_time:
            self.run.note(stage, done, total)
            self._tell_others(stage, done, total)

    def carry_out(self) -> dict[str, Any]:
        with self._timed("prepare"):
            keep_rulebook(self.order.rulebook, self.run.path)
            if self.order.engine == SPARK:
                label_files(self.order, self.rulebook, self.run.path, self.tell)
            self.files = self._prepare()
        self.reader = ActivityReader(file.path for file in self.files)
        self.book = LineBook(self.rulebook)
        self.doubts = Doubts(self.rulebook, self.reader, self.files)
        with Scratch(self.run.path / SCRATCH, kept=True) as scratch:
            labels = Labelling(
                self.reader, self.book, self.files, scratch, self.order.engine, self.order.memory_of_a_thread
            )
            self.at_once = self._stretches_at_once(labels)
            with self._timed("label"), LabelJournal(scratch.folder, self.book) as journal:
                self._each("labelling", lambda chunk: self._label(chunk, labels, journal))
            with self._timed("match"):
                self.tell("matching", 0, 1)
                repeats = self._repeats(labels)
                spells = labels.spells(repeats)
            with self._timed("write"):
                self._write(labels, repeats, spells)
            return self._seal()

    def _label(self, chunk: Chunk, labels: Labelling, journal: LabelJournal) -> None:
        """Label a chunk, or go on with what the run had left of it."""
        left = journal.labelled.get(chunk.number)
        if left is not None and left.checksums == labels.checksums(chunk):
            labels.take_up(chunk)
            self.doubts.add(left.doubtful)
            return
        doubts = self.doubts.of_a_stretch()
        labels.label(chunk, doubts if self.order.check else None)
        self.doubts.add(doubts.doubtful())
        journal.add(Labelled(chunk.number, labels.checksums(chunk), doubts.doubtful()))

    def _repeats(self, labels: Labelling) -> Repeats:
        if not self.order.check:
            return {}
        return repeated_rows(self.reader, labels.record_ids, self.order.threads)

    def _prepare(self) -> list[PreparedFile]:
        """Make the files ready: Parquet side by side, for most of it can be used as it stands."""
        paths = self.order.activity
        shares = [0.0] * len(paths)

        def prepared(number: int) -> PreparedFile:
            def share_read(share: float) -> None:
                shares[number] = share
                self.tell("reading", round(sum(shares) * 100), len(paths) * 100)

            share_read(0.0)
            file = self.pieces.prepared(
                number,
                lambda: prepare(
                    paths[number],
                    layout=self.order.layout,
                    dataset=self.order.dataset,
                    folder=self.pieces.activity,
                    name=f"part-{number:03d}",
                    progress=share_read,
                ),
            )
            share_read(1.0)
            return file

        at_once = self.order.threads if _all_parquet(paths) else 1
        with ThreadPoolExecutor(at_once) as threads:
            files = list(threads.map(prepared, range(len(paths))))
        self.tell("reading", len(paths) * 100, len(paths) * 100)
        return files

    def _each(self, stage: str, work: Callable[[Chunk], Result]) -> None:
        for _ in self._in_order(stage, work):
            pass

    def _in_order(self, stage: str, work: Callable[[Chunk], Result]) -> Iterator[tuple[Chunk, Result]]:
        """Do the work on every chunk in several threads; yield the results in order, a few ahead at most."""
        chunks = self.reader.chunks
        self.tell(stage, 0, self.reader.rows)
        with ThreadPoolExecutor(min(self.order.threads, self.at_once)) as threads:
            waiting: list[tuple[Chunk, Future[Result]]] = []
            for chunk in chunks:
                waiting.append((chunk, threads.submit(work, chunk)))
                if len(waiting) >= self.at_once:
                    yield self._finished(stage, waiting)
            while waiting:
                yield self._finished(stage, waiting)

    def _stretches_at_once(self, labels: Labelling) -> int:
        columns = {*labels.columns(), *READ}
        paths = [file.path for file in self.files]
        most = self.order.threads + 2
        return stretches_at_once(self.order.memory, paths, columns, most=most)

    def _finished(self, stage: str, waiting: list[tuple[Chunk, Future[Result]]]) -> tuple[Chunk, Result]:
        chunk, future = waiting.pop(0)
        result = future.result()
        self.tell(stage, chunk.start + chunk.rows, self.reader.rows)
        return chunk, result

    def _write(
        self,
        labels: Labelling,
        repeats: Repeats,
        spells: LabelledSpells,
    ) -> None:
        answering = Answering(
            self.reader, self.rulebook, labels, repeats, spells, self.doubts, checked=self.order.check
        )
        self.answering = answering
        self.order.out.parent.mkdir(parents=True, exist_ok=True)
        partial = self.order.out.with_name(f"{self.order.out.name}.{self.run.path.name}.partial")
        places = self.run.path / "rows.partial"
        try:
            with ThreadPoolExecutor(1) as beside:
                checked = self._write_rows(answering, partial, places, beside)
                self.tell("checking", 0, 1)
                with self._timed("check"):
                    checked.result()
            partial.replace(self.order.out)
            places.replace(self.run.path / "rows.parquet")
        finally:
            partial.unlink(missing_ok=True)
            places.unlink(missing_ok=True)

    def _write_rows(
        self, answering: Answering, labels: Path, places: Path, beside: ThreadPoolExecutor
    ) -> Future[None]:
        """Write a row for each record; return the comparison of explanations, begun as soon as it can be."""
        checked: Future[None] | None = None
        with chunk_writer(labels, LABELS) as rows, chunk_writer(places, PLACES) as index:
            for chunk, answered in self._in_order("writing", answering.answer):
                rows.write(answered.labels)
                index.write(answered.places)
                answering.add(chunk, answered)
                if checked is None and self.doubts.has_examples_enough:
                    checked = beside.submit(self.doubts.check_explanations)
        return checked or beside.submit(self.doubts.check_explanations)

    def _seal(self) -> dict[str, Any]:
        rejected = sorted(
            [each for file in self.files for each in file.rejected] + self.doubts.rejected,
            key=lambda each: (each.file, each.row, each.record_id),
        )
        faults = [each for file in self.files for each in file.faults] + self.doubts.faults()
        self.run.write_faults(faults, rejected)
        tables = {"summary": self.answering.totals.table(self.answering.providers.listed())}
        if self.answering.agreement is not None:
            tables["agreement"] = self.answering.agreement.table()
        paths = {name: self.run.write_table(name, table) for name, table in tables.items()}
        paths |= {name: self.run.path / f"{name}.parquet" for name in ("faults", "rejected", "rows")}
        manifest = self._manifest(paths, faults, rejected)
        self.run.seal(manifest)
        return manifest

    def _manifest(
        self, paths: dict[str, Path], faults: Sequence[Fault], rejected: Sequence[Rejected]
    ) -> dict[str, Any]:
        fates = self.answering.totals.fates()
        total, specialised = self.answering.totals.cost()
        paths["labels"] = self.order.out
        with self._timed("seal"), ThreadPoolExecutor(self.order.threads) as threads:
            facts = threads.map(lambda path: output_facts(path, self.run.path), paths.values())
            outputs = dict(sorted(zip(paths, facts, strict=True)))
        return {
            "run": self.run.path.name,
            "title": self.order.title or ", ".join(path.name for path in self.order.activity),
            "synthetic": self.order.synthetic or any(says_synthetic(path) for path in self.order.activity),
            "by": "" if self.run.begun is None else self.run.begun.by,
            "engine": self.order.engine,
            "code_version": __version__,
            "rulebook": rulebook_facts(self.rulebook),
            "inputs": [input_facts(file, self.run.path) for file in self.files],
            "counts": {"rows": self.answering.written + len(rejected), **fates, "rejected": len(rejected)},
            "cost": {"total": f"{total:.2f}", "specialised": f"{specialised:.2f}"},
            "warnings": self.doubts.warnings(),
            "faults": sum(fault.count for fault in faults),
            "unseen_lines": unseen_lines(self.rulebook),
            "outputs": outputs,
            "started": self.run.started.isoformat(timespec="seconds"),
            "resumed": [] if self.run.begun is None else list(self.run.begun.resumed),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "timings": {name: round(seconds, 3) for name, seconds in self.timings.items()},
        }

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.timings[name] = self.timings.get(name, 0.0) + time.perf_counter() - begun


def _all_parquet(paths: Sequence[Path]) -> bool:
    try:
        return all(is_parquet(path) for path in paths)
    except OSError:
        return False  # said in words when its turn comes
