"""PyArrow kept from loading pandas, which takes a fifth of a second and of which nothing here has need."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from threading import get_ident
from types import ModuleType

import pyarrow as pa


def spare_pandas() -> None:
    """Let PyArrow make its first array as it does where pandas is not installed.

    It looks for pandas then and never again, save where it is asked for what only pandas can do. Where
    pandas is loaded already, and for other threads that load it meanwhile, nothing is changed.
    """
    hidden = _Hidden(get_ident())
    sys.meta_path.insert(0, hidden)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(hidden)


class _Hidden(MetaPathFinder):
    """Hides pandas from one thread."""

    def __init__(self, thread: int) -> None:
        self.thread = thread

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "pandas" and get_ident() == self.thread:
            raise ModuleNotFoundError(fullname)
        return None
