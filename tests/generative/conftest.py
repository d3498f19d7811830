"""Small blocks, so that batches are several; and the shares, printed at the end of the run."""

from collections.abc import Iterator

import pytest
from tests.generative.comparison import BLOCK

from speccom.criteria import kernel_numba, kernel_numpy


@pytest.fixture(scope="module", autouse=True)
def small_blocks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel_numpy, "RECORDS_AT_ONCE", BLOCK)
        patch.setattr(kernel_numba, "RECORDS_AT_ONCE", BLOCK)
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "shares":
                terminalreporter.section("random criteria and records, and how many were of the hard kinds")
                terminalreporter.write_line(str(value))
