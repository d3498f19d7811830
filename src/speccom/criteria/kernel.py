"""Which implementation of the bit tables runs: Numba where it is installed, NumPy everywhere."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from speccom.criteria.bit_tables import BitTables, Words
from speccom.criteria.columns import Batch, Binder, BoundBatch
from speccom.problem import Problem


class Kernel:
    """Answers batches of records from bit tables in this process. One kernel may serve several threads."""

    def __init__(self, tables: BitTables, implementation: str = "") -> None:
        self.tables = tables
        self.implementation = implementation or ("numba" if find_spec("numba") else "numpy")
        self._and_of_rows = _implementation(self.implementation)
        self._binder = Binder(tables)

    def answer(self, batch: Batch) -> Words:
        """Return each record's final bits, (records, words)."""
        bits = self._and_of_rows(self._binder.bind(batch))
        return self.tables.settle(bits) if self.tables.needs_settling else bits


def _implementation(name: str) -> Callable[[BoundBatch], Words]:
    if name not in ("numba", "numpy"):
        raise Problem(f"There is no kernel “{name}”", mend="Choose numba or numpy")
    if name == "numba" and not find_spec("numba"):
        raise Problem("Numba is not installed here", mend="Install speccom[fast], or use the numpy kernel")
    module = import_module(f"speccom.criteria.kernel_{name}")
    return module.and_of_rows  # type: ignore[no-any-return]
