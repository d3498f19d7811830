"""From records to service lines to payers: the worked cases in which one depends on the other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.spec.assignment.chapters import DEMONSTRATION
from tests.unit.activity.assign.conftest import WriteActivity

from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.assign.run import assign
from speccom.activity.identify import identify
from speccom.activity.order import Order

RULEBOOK = DEMONSTRATION.parents[1] / "identification" / "illustrative" / "2025-26"

Payers = dict[tuple[str, str], tuple[str | None, str | None]]


@pytest.fixture
def payers(tmp_path: Path, write_activity: WriteActivity) -> Payers:
    """Identify some spells, assign them with the flowchart part by part: payers by part."""
    common = {
        "dataset": "apc",
        "activity_date": date(2025, 9, 1),
        "age": 50,
        "gp_practice": "A81001",
        "gp_responsibility": "14L",
        "host_sub_icb": "72Q",
        "provider": "RJ1",
        "contracted_hub": "13R",
        "home_country": "E92000001",
        "spell_hrg": "LB35D",
    }
    rows: list[dict[str, object]] = [
        {**common, "record_id": "K16-1", "spell_id": "K16", "unbundled_hrgs": ["SB12Z"]},
        {**common, "record_id": "K16-2", "spell_id": "K16"},
        {**common, "record_id": "K18-1", "spell_id": "K18", "unbundled_hrgs": ["XC03Z"]},
        {**common, "record_id": "K19-1", "spell_id": "K19"},
        {**common, "record_id": "K19-2", "spell_id": "K19", "procedures": ["K012"]},
        {**common, "record_id": "K19-3", "spell_id": "K19", "unbundled_hrgs": ["XC03Z"]},
    ]
    activity = write_activity("activity.parquet", rows, 4)
    labels = tmp_path / "labels.parquet"
    identify(Order(RULEBOOK, [activity], labels, tmp_path / "labels.run"))
    out = tmp_path / "assigned.parquet"
    order = AssignmentOrder(
        reference=DEMONSTRATION,
        activity=[activity],
        out=out,
        run=tmp_path / "assigned.run",
        method="flowchart-2025-26",
        labels=labels,
        parts=True,
    )
    assign(order)
    return {
        (row["record_id"], row["part"]): (row["assignment_code"], row["commissioner"])
        for row in pq.read_table(out).to_pylist()
    }


def test_k16_chemotherapy_stays_on_its_episode(payers: Payers) -> None:
    """The core of the spell goes to the sub-ICB location, on both episodes."""
    assert payers["K16-1", "core"] == payers["K16-2", "core"] == ("14L_C_5_1", "14L")
    assert payers["K16-1", "chemotherapy"] == ("14L_C_6_1", "14L")
    assert ("K16-2", "chemotherapy") not in payers


def test_k18_critical_care_of_an_ordinary_spell_is_not_specialised(payers: Payers) -> None:
    assert {part: answer for (record, part), answer in payers.items() if record == "K18-1"} == {
        "core": ("14L_C_5_1", "14L")
    }


def test_k19_one_specialised_episode_carries_all_three(payers: Payers) -> None:
    """The line is retained, so the hub of the provider pays; critical care goes with it."""
    for record in ("K19-1", "K19-2", "K19-3"):
        assert payers[record, "core"] == ("13R_C_2_1", "13R")
    assert payers["K19-3", "adult critical care"] == ("14L_C_6_1", "14L")
