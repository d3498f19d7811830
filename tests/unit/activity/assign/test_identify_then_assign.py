"""`speccom identify --assign`: lines and payers in one command, the same as by two."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.spec.assignment.chapters import DEMONSTRATION
from tests.unit.activity.assign.conftest import WriteActivity

from speccom import commands

RULEBOOK = DEMONSTRATION.parents[1] / "identification" / "illustrative" / "2025-26"
METHOD = "validation-tool-5.3"


@pytest.fixture(params=["all kept", "one repeated"])
def activity(request: pytest.FixtureRequest, write_activity: WriteActivity) -> Path:
    common: dict[str, object] = {
        "dataset": "apc",
        "activity_date": date(2025, 9, 1),
        "age": 50,
        "gp_practice": "A81001",
        "gp_responsibility": "14L",
        "host_sub_icb": "72Q",
        "provider": "RJ1",
    }
    rows = [
        {**common, "record_id": "1", "spell_id": "S", "procedures": ["K012"]},
        {**common, "record_id": "2", "spell_id": "S"},
        {**common, "record_id": "3" if request.param == "all kept" else "2", "spell_id": "T"},
        {**common, "record_id": "4"},
    ]
    return write_activity("activity.parquet", rows, 2)


def words(activity: Path, out: Path, *more: str) -> list[str]:
    return ["identify", "--rulebook", str(RULEBOOK), "--activity", str(activity), "--out", str(out), *more]


def test_one_command_is_two(activity: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    together = tmp_path / "together.parquet"
    assigning = ["--assign", METHOD, "--reference", str(DEMONSTRATION)]
    assert commands.main(words(activity, together, *assigning)) == 0
    said = capsys.readouterr().out
    apart, payers = tmp_path / "apart.parquet", tmp_path / "payers.parquet"
    assert commands.main(words(activity, apart)) == 0
    line = ["assign", "--reference", str(DEMONSTRATION), "--activity", str(activity), "--method", METHOD]
    assert commands.main([*line, "--labels", str(apart), "--out", str(payers)]) == 0
    found = pq.read_table(tmp_path / "together-payers.parquet")
    assert found.equals(pq.read_table(payers))
    assert found.column("commissioner").null_count < found.num_rows
    assert pq.read_table(together).equals(pq.read_table(apart))
    assert "labelled as specialised" in said
    assert "with a commissioner" in said
    manifest = json.loads((tmp_path / "together.run-payers" / "manifest.json").read_text())
    assert manifest["kind"] == "assignment"


def test_half_an_order_is_refused(activity: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for half in (["--assign", METHOD], ["--reference", str(DEMONSTRATION)]):
        assert commands.main(words(activity, tmp_path / "out.parquet", *half)) == 2
        assert "Give both --assign and --reference" in capsys.readouterr().err


def test_a_method_or_tables_that_are_not_there_are_refused_before_any_work(
    activity: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.parquet"
    assert commands.main(words(activity, out, "--assign", "nothing", "--reference", str(DEMONSTRATION))) == 2
    assert "nothing" in capsys.readouterr().err
    assert commands.main(words(activity, out, "--assign", METHOD, "--reference", str(tmp_path / "no"))) == 2
    assert not out.exists()
    assert not (tmp_path / "out.run").exists()
