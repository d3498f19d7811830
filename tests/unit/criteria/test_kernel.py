"""How an implementation of the bit tables is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from speccom.criteria import kernel
from speccom.criteria.bit_tables import compile_rules


def test_an_implementation_is_loaded_once() -> None:
    begun = kernel.begin_loading("numpy")
    assert kernel.begin_loading("numpy") is begun
    made = kernel.Kernel(compile_rules([]), "numpy")
    assert made.implementation == "numpy"
    assert made._telling is begun


def test_loading_that_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(name: str) -> None:
        raise MemoryError(name)

    monkeypatch.setattr(kernel, "_begun", {})
    with monkeypatch.context() as patch:
        patch.setattr(kernel, "import_module", fails)
        failed = kernel.begin_loading("numpy")
        with pytest.raises(MemoryError):
            failed.get()
    assert callable(kernel.begin_loading("numpy").get())


def test_numba_is_loaded_without_linear_algebra_and_works_with_it() -> None:
    program = """
import sys
from speccom.criteria import kernel_numba
assert "scipy.linalg" not in sys.modules
import numba, numpy
product = numba.njit(lambda left, right: left @ right)
assert (product(numpy.eye(3), numpy.ones((3, 2))) == 1).all()
assert "scipy.linalg" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
