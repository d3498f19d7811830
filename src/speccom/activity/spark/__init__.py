"""Identification on Apache Spark: where activity lives in tables, or is more than one machine can take.

The rules are the same bit tables, run by the same kernel inside Spark's Python workers; answers are those
of `identify`. Needs pyspark (`pip install speccom[spark]`, or the platform's own).
"""
