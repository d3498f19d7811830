"""Identify activity that lives in a table: a Spark data frame in, one with an answer for each record out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as fn
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from pyspark.sql.types import StructField, StructType

from speccom.activity.layouts import load_layouts
from speccom.activity.lines import LineBook
from speccom.activity.plan import make_plan
from speccom.activity.read_parquet import refuse_impossible_types
from speccom.activity.recognise import AUTO, choose_layout
from speccom.activity.spark.session import nothing_said_of_pandas
from speccom.activity.spark.settled_spells import settled
from speccom.activity.spark.summary import summary_of
from speccom.activity.spark.table_labels import FAULTS, POSITION, TABLE, TableFaults, TableLabels
from speccom.problem import Problem
from speccom.rulebook import find
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.entries import DATASETS
from speccom.rulebook.identification import IdentificationRulebook

BESIDE = ("dataset", "provider", "activity_date", "total_cost")
"""What totals are added up by."""
REPEATED = "an earlier row has the same record_id; the first is kept"


@dataclass(frozen=True)
class IdentifiedTable:
    """The answers for a table, in no order, worked out when they are first asked for.

    `answers` are `labels` with the rows' position. `rejected` has the rows that were left out, each with its
    reason. `kept` is what Spark keeps of the first step until the table is closed. `faults` has the values
    that could not be used, counted; the table is read again for them. `warnings` are for whoever reads the
    answers.
    """

    answers: DataFrame
    rejected: DataFrame
    kept: DataFrame
    faults: DataFrame
    warnings: tuple[str, ...]

    @property
    def labels(self) -> DataFrame:
        """The columns that `speccom identify` writes, and those of the activity kept beside them."""
        return self.answers.drop(POSITION)

    @property
    def summary(self) -> DataFrame:
        """Records, spells and cost by dataset, provider, month, line, layer and fate; needs BESIDE."""
        return summary_of(self.answers)

    def close(self) -> None:
        """Free what Spark keeps."""
        self.kept.unpersist()

    def __enter__(self) -> IdentifiedTable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def identify_table(
    frame: DataFrame,
    rulebook: IdentificationRulebook,
    *,
    layout: str = AUTO,
    dataset: str | None = None,
    order_by: str | None = None,
    beside: Sequence[str] = BESIDE,
    check: bool = True,
) -> IdentifiedTable:
    """Identify the rows of a data frame in any layout that files may have.

    `layout` and `dataset` are as for files. `order_by` names a column by which a repeated record is known to
    be later; without it, the one kept is the same every time, but any of them. `beside` are columns of the
    activity record that are kept beside the answers. Without `check`, repeated records are not looked for.
    Raises Problem where the table cannot be used at all.
    """
    whole = _work(frame, rulebook, layout, dataset, order_by, tuple(beside))
    work = whole.for_answers()
    with nothing_said_of_pandas():
        labelled = frame.select(*map(_column, work.needed)).mapInArrow(work, _schema(work, frame))
        faults = _faults(frame, whole)
    order = fn.xxhash64(*labelled.columns) if order_by is None else fn.col(POSITION)
    labelled = labelled.withColumn(POSITION, fn.struct(order, fn.monotonically_increasing_id())).persist()
    kept = labelled.where("reason IS NULL")
    rejected = labelled.where("reason IS NOT NULL").select("record_id", "reason")
    if check:
        kept, again = _apart(kept)
        rejected = rejected.unionByName(again.select("record_id", fn.lit(REPEATED).alias("reason")))
    answers = settled(kept, rulebook, beside)
    return IdentifiedTable(answers, rejected, labelled, faults, whole.warnings())


def _work(
    frame: DataFrame,
    rulebook: IdentificationRulebook,
    layout: str,
    dataset: str | None,
    order_by: str | None,
    beside: tuple[str, ...],
) -> TableLabels:
    if dataset is not None and dataset not in DATASETS:
        raise Problem(f"the dataset is apc or op, not {dataset}")
    _refuse_unknown(frame, order_by, beside)
    names = frame.columns
    chosen = choose_layout(names, load_layouts(find.shelf()), asked=layout, file=TABLE)
    plan = make_plan(names, chosen, dataset, TABLE)
    work = TableLabels(rulebook, LineBook(rulebook).tables, plan, beside, order_by)
    refuse_impossible_types(to_arrow_schema(frame.select(*map(_column, work.needed)).schema), plan, TABLE)
    return work


def _refuse_unknown(frame: DataFrame, order_by: str | None, beside: Sequence[str]) -> None:
    unknown = [name for name in beside if name not in ACTIVITY]
    if unknown:
        raise Problem(
            f"the activity record has no column {unknown[0]} to keep beside the answers",
            mend="Name columns of the activity record, and join the table's own columns by record_id",
        )
    if order_by is not None and order_by not in frame.columns:
        raise Problem(
            f"the table has no column {order_by} to order its rows by",
            mend=f"Its columns are {', '.join(frame.columns)}",
        )


def _schema(work: TableLabels, frame: DataFrame) -> StructType:
    fields = from_arrow_schema(work.schema()).fields
    if work.order_by is not None:
        fields.append(StructField(POSITION, frame.schema[work.order_by].dataType))
    return StructType(fields)


def _faults(frame: DataFrame, work: TableLabels) -> DataFrame:
    counted = frame.select(*map(_column, work.needed)).mapInArrow(
        TableFaults(work), from_arrow_schema(FAULTS)
    )
    return counted.groupBy("kind", "column", "value").agg(
        fn.sum("count").alias("count"),
        fn.min("message").alias("message"),
        fn.min("example_record_id").alias("example_record_id"),
    )


def _column(name: str) -> Column:
    """Return a column by its exact name, whatever characters it has."""
    return fn.col("`" + name.replace("`", "``") + "`")


def _apart(kept: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Return the rows without those whose record_id an earlier one has, and those."""
    often = (
        kept.groupBy("record_id")
        .agg(fn.count("*").alias("times"), fn.min(POSITION).alias("first"))
        .where("times > 1")
        .select("record_id", "first")
    )
    known = kept.join(often, "record_id", "left")
    is_again = fn.coalesce(fn.col(POSITION) > fn.col("first"), fn.lit(False))
    return known.where(~is_again).drop("first"), known.where(is_again)
