"""Which implementation of the bit tables runs: Numba where it is installed, NumPy everywhere."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from threading import Lock, Thread

import numpy as np
import numpy.typing as npt

from speccom.criteria.binding import Binder, BoundBatch
from speccom.criteria.bit_tables import BitTables, Told, Words
from speccom.criteria.columns import Batch
from speccom.problem import Problem

Telling = Callable[[BoundBatch], tuple[npt.NDArray[np.int64], Words]]


class Kernel:
    """Answers batches of records from bit tables in this process. One kernel may serve several threads."""

    def __init__(self, tables: BitTables, implementation: str = "") -> None:
        self.tables = tables
        self._telling = begin_loading(implementation)
        self.implementation = self._telling.implementation
        self._binder = Binder(tables)

    def told(self, batch: Batch) -> Told:
        """Return the records for which any rule may hold, with their final bits."""
        bound = self._binder.bind(batch)
        records, bits = self._telling.get()(bound)
        return Told(records, self.tables.settle(bits) if self.tables.needs_settling else bits)

    def answer(self, batch: Batch) -> Words:
        """Return every record's final bits, (records, words)."""
        told = self.told(batch)
        bits = np.zeros((batch.rows, self.tables.words), dtype=np.uint64)
        bits[told.records] = told.bits
        return bits


class _Loading(Thread):
    """Loads an implementation beside other work: Numba alone takes longer to load than a file to read."""

    def __init__(self, implementation: str) -> None:
        super().__init__(daemon=True)
        self.implementation = implementation
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            with _not_looked_through():
                module = import_module(f"speccom.criteria.kernel_{self.implementation}")
                self._found: Telling = module.telling
        except BaseException as failure:
            self.failure = failure

    def get(self) -> Telling:
        """Return the implementation, once it is loaded."""
        self.join()
        if self.failure is not None:
            raise self.failure
        return self._found


_begun: dict[str, _Loading] = {}
_lock = Lock()


def begin_loading(implementation: str = "") -> _Loading:
    """Begin to load an implementation, before any kernel needs it; it is loaded once in a process."""
    name = implementation or ("numba" if find_spec("numba") else "numpy")
    _refuse_unknown(name)
    with _lock:
        loading = _begun.get(name)
        if loading is None or loading.failure is not None:
            loading = _begun[name] = _Loading(name)
            loading.start()
        return loading


@contextmanager
def _not_looked_through() -> Iterator[None]:
    """Spare Python from looking for garbage among the modules being loaded, now or ever: they all stay.

    So does, once in a process, whatever else is there at that moment and would have been garbage in a circle.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def _refuse_unknown(name: str) -> None:
    if name not in ("numba", "numpy"):
        raise Problem(f"There is no kernel “{name}”", mend="Choose numba or numpy")
    if name == "numba" and not find_spec("numba"):
        raise Problem("Numba is not installed here", mend="Install speccom[fast], or use the numpy kernel")
