"""The totals of a table's answers: the same cube that a run over files leaves as `summary.parquet`."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as fn
from pyspark.sql.types import DecimalType

from speccom.activity.spark.table_labels import POSITION

CELL = ("dataset", "provider", "month", "service_line", "layer", "fate")
_MONEY = DecimalType(20, 2)


def summary_of(answers: DataFrame) -> DataFrame:
    """Return records, spells and cost in each cell. A spell counts where its first specialised record does.

    `answers` have dataset, provider, activity_date and total_cost beside them.
    """
    cells = answers.select(
        "spell_id",
        "specialised",
        POSITION,
        "dataset",
        "provider",
        fn.date_format("activity_date", "yyyy-MM").alias("month"),
        fn.col("spell_service_line").alias("service_line"),
        "layer",
        "fate",
        fn.coalesce("total_cost", fn.lit(0).cast(_MONEY)).alias("cost"),
    )
    alone = (fn.col("specialised") & fn.col("spell_id").isNull()).cast("long")
    sums = cells.groupBy(*CELL).agg(
        fn.count("*").alias("records"), fn.sum(alone).alias("spells"), fn.sum("cost").alias("cost")
    )
    firsts = (
        cells.where("specialised AND spell_id IS NOT NULL")
        .groupBy("spell_id")
        .agg(fn.min_by(fn.struct(*CELL), POSITION).alias("cell"))
        .groupBy(*(fn.col(f"cell.{name}") for name in CELL))
        .agg(fn.lit(0).cast("long").alias("records"), fn.count("*").alias("spells"))
        .withColumn("cost", fn.lit(0).cast(_MONEY))
    )
    return (
        sums.unionByName(firsts)
        .groupBy(*CELL)
        .agg(
            *(fn.sum(name).alias(name) for name in ("records", "spells")),
            fn.sum("cost").cast(_MONEY).alias("cost"),
        )
    )
