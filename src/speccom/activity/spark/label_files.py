"""The first pass of a run on Spark, one task a file; the run then goes on from what the tasks left.

Reading, converting, judging and labelling are spread over the machines that Spark has; what a stopped run
would have left is what they leave, so that answers, totals and faults are those of any other run.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from speccom.activity.doubts import Doubtful
from speccom.activity.encode import ActivityReader, Chunk
from speccom.activity.label_journal import LabelJournal, Labelled
from speccom.activity.labelling import Labelling
from speccom.activity.lines import LineBook
from speccom.activity.order import Order
from speccom.activity.prepared_pieces import PreparedPieces
from speccom.activity.run_folder import SCRATCH
from speccom.activity.scratch import Scratch
from speccom.activity.spark.file_labels import OUTCOMES, FileLabels, Part
from speccom.problem import Problem
from speccom.rulebook.identification import IdentificationRulebook

Tell = Callable[[str, int, int], None]
Numbers = npt.NDArray[np.int32]

_PARTS = "spark"
_TAKEN_OVER = "taken over"
_SECONDS_BETWEEN_LOOKS = 0.5
_TAG = "speccom-label-files"


def label_files(order: Order, rulebook: IdentificationRulebook, run: Path, tell: Tell) -> None:
    """Label a run's files on Spark, and leave the labels in the run's folder, for the run to go on from.

    Raises Problem where a file cannot be used, Spark is not there or fails.
    """
    if find_spec("pyspark") is None:
        raise Problem(
            "Spark is not installed here", mend="Install speccom[spark], or choose --engine kernel or duckdb"
        )
    if not all(path.is_file() for path in order.activity):
        return  # which, and what to do, the run itself says at once
    book = LineBook(rulebook)
    work = FileLabels(
        rulebook=rulebook,
        tables=book.tables,
        activity=tuple(path.resolve() for path in order.activity),
        layout=order.layout,
        dataset=order.dataset,
        check=order.check,
        pieces=PreparedPieces(run.resolve() / SCRATCH, run.resolve() / "activity"),
        parts=run.resolve() / SCRATCH / _PARTS,
    )
    taken_over = work.parts / _TAKEN_OVER
    if not taken_over.exists():
        _raise_the_first(_outcomes(work, order.threads, tell))
        _take_over(work, book)
        taken_over.touch()
    for part in work.parts.glob("*/"):
        shutil.rmtree(part)


def _outcomes(work: FileLabels, threads: int, tell: Tell) -> list[tuple[int, bytes | None]]:
    """Carry out the work, saying how far it is, and return what became of each file, in any order."""
    from pyspark.errors import PySparkException

    from speccom.activity.spark.session import nothing_said_of_pandas, session

    numbers = range(len(work.activity))
    tell("labelling on Spark", 0, len(numbers))
    with session(threads=threads) as spark, nothing_said_of_pandas(), ThreadPoolExecutor(1) as beside:
        going = beside.submit(_tasks, spark, work)
        try:
            while (outcomes := _after_a_while(going)) is None:
                tell("labelling on Spark", sum(map(work.is_whole, numbers)), len(numbers))
        except PySparkException as error:
            raise Problem(
                f"Spark could not label the files ({_in_short(str(error))})",
                mend="Look into what Spark says above, or choose --engine kernel",
            ) from error
        except BaseException:
            spark.interruptTag(_TAG)
            raise
    return [(row.number, row.problem) for row in outcomes]


def _in_short(failure: str) -> str:
    """Return what failed in one line: of a worker's traceback, the last one."""
    lines = [line.strip() for line in failure.splitlines() if line.strip() and "SQLSTATE" not in line]
    before_java = list(takewhile(lambda line: not line.startswith(("at ", "JVM stacktrace")), lines))
    return (before_java or ["it did not say why"])[-1]


def _raise_the_first(outcomes: Sequence[tuple[int, bytes | None]]) -> None:
    for _, problem in sorted(outcomes, key=lambda outcome: outcome[0]):
        if problem is not None:
            what, where, mend = pickle.loads(problem)
            raise Problem(what, where=where, mend=mend)


def _tasks(spark: Any, work: FileLabels) -> list[Any]:
    from pyspark.sql.pandas.types import from_arrow_schema

    files = len(work.activity)
    spark.addTag(_TAG)
    a_row_a_file = spark.range(0, files, 1, files)
    outcomes: list[Any] = a_row_a_file.mapInArrow(work, from_arrow_schema(OUTCOMES)).collect()
    return outcomes


def _after_a_while(going: Future[list[Any]]) -> list[Any] | None:
    try:
        return going.result(timeout=_SECONDS_BETWEEN_LOOKS)
    except NotYet:
        return None


def _take_over(work: FileLabels, book: LineBook) -> None:
    """Put the files' labels together, numbered alike, where the run looks for what it had done."""
    files = [work.prepared(number) for number in range(len(work.activity))]
    reader = ActivityReader(file.path for file in files)
    chunks = {(chunk.file, chunk.group): chunk for chunk in reader.chunks}
    scratch = Scratch(work.pieces.notes, kept=True)
    with scratch, LabelJournal(scratch.folder, book) as journal:
        labelling = Labelling(reader, book, files, scratch, "kernel")
        for number, file in enumerate(files):
            with work.part(number, file) as part:
                labels = _renumbered(part, book)
                for chunk in part.reader.chunks:
                    here = chunks[number, chunk.group]
                    if here.number not in journal.labelled:
                        _take_chunk(part, chunk, labelling, here, labels)
                        journal.add(_noted(part, chunk, labelling, here))


def _renumbered(part: Part, book: LineBook) -> Numbers:
    """Return the run's number for each label of a part."""
    sets = part.book.numbered()
    book.number(sets)
    numbers = {each: number for number, each in enumerate(book.numbered())}
    return np.array([numbers[each] for each in sets], dtype=np.int32)


def _take_chunk(part: Part, chunk: Chunk, labelling: Labelling, here: Chunk, numbers: Numbers) -> None:
    left = part.labelling
    labels = left.labels.read(chunk.start, chunk.rows)
    labelling.labels.write(here.start, np.where(labels < 0, labels, numbers[labels]))
    labelling.record_ids.write(here.start, left.record_ids.read(chunk.start, chunk.rows))
    for column, of_part in zip(labelling.spell_ids, left.spell_ids, strict=True):
        column.write(here.start, of_part.read(chunk.start, chunk.rows))


def _noted(part: Part, chunk: Chunk, labelling: Labelling, here: Chunk) -> Labelled:
    values, outside = part.journal.labelled[chunk.number].doubtful
    of_this_file = Doubtful(
        tuple(value._replace(file=here.file) for value in values),
        tuple((here.file, count) for _, count in outside),
    )
    return Labelled(here.number, labelling.checksums(here), of_this_file)
