"""A Spark session of one's own: on this machine, or on the cluster that the environment names."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pyspark.sql import SparkSession

from speccom.activity.spark.java import java_for_spark

LOCAL = "127.0.0.1"
_OF_PANDAS = "PySpark does not yet fully support pandas"
_ERRORS_ONLY = """
rootLogger.level = error
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
"""


@contextmanager
def session(*, threads: int | None = None, memory: str = "2g", **settings: str) -> Iterator[SparkSession]:
    """Start a session, or use the one that runs, and stop it only if it was started here.

    `threads` are used on this machine, unless the variable MASTER names a cluster; `memory` is what Java may
    take here, beside Spark's Python workers. `settings` are Spark's own, with _ for a dot. Raises Problem
    where there is no Java.
    """
    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    started = _started(threads, memory, {name.replace("_", "."): text for name, text in settings.items()})
    try:
        yield started
    finally:
        started.stop()


def _started(threads: int | None, memory: str, settings: dict[str, str]) -> SparkSession:
    wanted = {
        "spark.app.name": "speccom",
        "spark.driver.memory": memory,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    with TemporaryDirectory(prefix="speccom-java-") as folder, nothing_said_of_pandas():
        if "MASTER" not in os.environ:
            wanted |= _on_this_machine(threads, Path(folder))
        wanted |= settings
        java = java_for_spark(Path(folder) / "java")
        if java is not None:
            os.environ["JAVA_HOME"] = str(java)
        try:
            builder = SparkSession.builder
            for name, text in wanted.items():
                builder = builder.config(name, text)
            return builder.getOrCreate()
        finally:
            if java is not None:
                del os.environ["JAVA_HOME"]


@contextmanager
def nothing_said_of_pandas() -> Iterator[None]:
    """Leave out what Spark says of pandas: rows go to and fro as Arrow, so that it does not concern us."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=_OF_PANDAS, category=FutureWarning)
        yield


def _on_this_machine(threads: int | None, folder: Path) -> dict[str, str]:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    log = folder / "log4j2.properties"
    log.write_text(_ERRORS_ONLY)
    return {
        "spark.driver.extraJavaOptions": f'"-Dlog4j2.configurationFile={log}"',
        "spark.master": f"local[{threads or '*'}]",
        "spark.driver.host": LOCAL,
        "spark.driver.bindAddress": LOCAL,
    }
