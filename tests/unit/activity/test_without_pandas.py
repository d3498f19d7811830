"""PyArrow works without pandas, and with it where it is asked for."""

import subprocess
import sys


def test_pandas_is_loaded_only_where_it_is_asked_for() -> None:
    program = """
import sys
import numpy
import pyarrow
from speccom.activity.without_pandas import spare_pandas
before = list(sys.meta_path)
spare_pandas()
made = pyarrow.array(numpy.arange(3)).fill_null(0)
assert made.to_pylist() == [0, 1, 2]
assert "pandas" not in sys.modules
assert sys.meta_path == before
assert list(made.to_pandas()) == [0, 1, 2]
assert list(pyarrow.array(made.to_pandas())) == list(made)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
