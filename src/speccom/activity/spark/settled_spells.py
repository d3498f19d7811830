"""The second step on Spark: what makes a spell specialised is shared by its records, and each has its answer.

The same sentences as `labels.py` and `spells.py` say over arrays, as expressions over columns; generated
tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as fn

from speccom.activity.labels import FATES
from speccom.activity.spark.table_labels import POSITION
from speccom.rulebook.entries import Reach
from speccom.rulebook.identification import IdentificationRulebook


def settled(kept: DataFrame, rulebook: IdentificationRulebook, beside: Sequence[str]) -> DataFrame:
    """Return the answers for labelled rows without repeated ones, and the columns kept beside them."""
    pays = fn.coalesce("spell_line", "spell_any")
    alone = kept.where("spell_id IS NULL").withColumn("pays", pays)
    in_spells = kept.where("spell_id IS NOT NULL")
    specialised = (
        in_spells.where("spell_any IS NOT NULL")
        .groupBy("spell_id")
        .agg(fn.min("spell_line").alias("spell_line"), fn.min("spell_any").alias("spell_any"))
        .select("spell_id", pays.alias("pays"))
    )
    # Apart from each other, or all records without a spell would meet in one task of the join.
    together = in_spells.join(specialised, "spell_id", "left").unionByName(alone)
    return _answers(together, rulebook, beside)


def _answers(frame: DataFrame, rulebook: IdentificationRulebook, beside: Sequence[str]) -> DataFrame:
    services = rulebook.services.values()
    staying = [each.code for each in services if each.reach == Reach.EPISODE]
    codes = fn.array(*(fn.lit(each.code) for each in services))
    programmes = fn.create_map(
        *(fn.lit(text) for each in services for text in (each.code, each.programme_of_care))
    )
    lines = fn.when(fn.col("pays").isNotNull(), fn.col("lines")).otherwise(
        fn.filter("lines", lambda line: line.isin(staying))
    )
    frame = frame.withColumn("service_lines", lines)
    frame = frame.withColumn("service_line", fn.get("service_lines", fn.lit(0)))
    spell_line = fn.when(fn.col("pays").isNotNull(), fn.get(codes, fn.col("pays"))).otherwise(
        fn.col("service_line")
    )
    frame = frame.withColumn("spell_service_line", spell_line)
    return frame.select(
        "record_id",
        "spell_id",
        "service_lines",
        "service_line",
        programmes[fn.col("service_line")].alias("programme_of_care"),
        "spell_service_line",
        fn.col("spell_service_line").isNotNull().alias("specialised"),
        fn.when(fn.col("service_line").isNotNull(), fn.col("layer")).alias("layer"),
        fn.lit(rulebook.identity).alias("rulebook"),
        _fate().alias("fate"),
        *beside,
        POSITION,
    )


def _fate() -> Column:
    labelled, not_specialised, not_attended = (fn.lit(each) for each in FATES)
    return (
        fn.when(fn.col("missed"), not_attended)
        .when(fn.col("spell_service_line").isNotNull(), labelled)
        .otherwise(not_specialised)
    )
