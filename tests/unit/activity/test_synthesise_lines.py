"""The synthetic year, made without rulebooks: each line of the shipped ones wins some of it."""

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from speccom.activity.identify import identify
from speccom.activity.order import Order
from speccom.activity.synthesise import synthesise
from speccom.rulebook import find
from speccom.rulebook.identification import load_identification

DEMONSTRATION = 300_000


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return synthesise(DEMONSTRATION, tmp_path_factory.mktemp("year"))


@pytest.mark.parametrize("version", ["2025-26", "2026-27"])
def test_every_shipped_line_wins_a_record_and_few_records_are_specialised(
    year: list[Path], tmp_path: Path, version: str
) -> None:
    folder = find.shelf() / "identification" / "illustrative" / version
    out = tmp_path / "labels.parquet"
    identify(Order(rulebook=folder, activity=year, out=out, run=tmp_path / "run"))
    won = Counter(pq.read_table(out, columns=["service_line"])["service_line"].to_pylist())
    lines = {rule.service_code for rule in load_identification(folder).rules}
    assert len(lines) >= 80
    assert not lines - set(won)
    assert 0.05 < 1 - won[None] / DEMONSTRATION < 0.12
