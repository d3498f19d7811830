"""Orders that cannot be carried out, and activity that cannot be counted or read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.activity.identified import canonical, small_rulebook

from speccom.activity.compare.movements import Moved, Movements
from speccom.activity.compare.order import CompareOrder
from speccom.activity.compare.run import compare
from speccom.problem import Problem

RULES = "rule_id,service_code,dataset,criterion\nlung,SAID,apc,any_diagnosis('lung')\n"


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (
            CompareOrder(Path("old"), [], [Path("a")]),
            "no rulebook to compare with was named. Name one or more",
        ),
        (CompareOrder(Path("old"), [Path("new")], []), "no activity was named. Name one or more files"),
    ],
)
def test_an_order_without_its_parts_is_refused(order: CompareOrder, message: str) -> None:
    with pytest.raises(Problem, match=message):
        order.refuse_impossible()


def test_costs_beyond_counting_are_refused() -> None:
    many = 100
    moved = Moved(
        np.zeros(many, dtype=np.int16),
        np.ones(many, dtype=np.int16),
        np.zeros(many, dtype=np.int8),
        np.zeros(many, dtype=np.int32),
        np.full(many, 10**18 - 1, dtype=np.int64),
        np.zeros(many, dtype=np.bool_),
        np.zeros(many, dtype=np.uint64),
    )
    with pytest.raises(
        Problem, match=r"more than can be counted\. Look for impossible amounts in total_cost"
    ):
        Movements().add(moved)


def test_sums_over_stretches_have_no_limit() -> None:
    movements = Movements()
    one = Moved(
        np.array([0], dtype=np.int16),
        np.array([-1], dtype=np.int16),
        np.array([1], dtype=np.int8),
        np.array([-1], dtype=np.int32),
        np.array([10**18 - 1], dtype=np.int64),
        np.array([False]),
        np.array([7], dtype=np.uint64),
    )
    for _ in range(30):
        movements.add(one)
    (movement,) = movements.cells.values()
    assert movement.pence == 30 * (10**18 - 1)
    assert (movement.records, movement.spells) == (30, 1)


def test_text_that_is_not_utf8_is_said_plainly(tmp_path: Path) -> None:
    old = small_rulebook(tmp_path / "old")
    new = small_rulebook(tmp_path / "new", **{"rules.csv": RULES})
    path = canonical(tmp_path / "a.parquet", {"diagnoses": ["C34"], "total_cost": Decimal(1)})
    table = pq.read_table(path)
    broken = pa.array([b"R\xff1"], type=pa.binary()).view(pa.string())
    pq.write_table(table.append_column("provider", broken), path)
    with pytest.raises(Problem, match="Export the activity again, with its text in UTF-8"):
        compare(CompareOrder(old, [new], [path], out=tmp_path / "moved.csv"))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.parquet", "new", "old"]


def test_a_place_that_cannot_be_written_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = small_rulebook(tmp_path / "old")
    new = small_rulebook(tmp_path / "new", **{"rules.csv": RULES})
    path = canonical(tmp_path / "a.parquet", {"diagnoses": ["C34"]})

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "moved.csv")

    monkeypatch.setattr("speccom.activity.compare.run.moved_records", full)
    with pytest.raises(Problem, match=r"the disk is full\. Make room, and compare again") as refused:
        compare(CompareOrder(old, [new], [path], out=tmp_path / "moved.csv"))
    assert refused.value.where == "moved.csv"


def test_a_comparison_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """The file of moved records is written whole or not at all."""
    old = small_rulebook(tmp_path / "old")
    new = small_rulebook(tmp_path / "new", **{"rules.csv": RULES})
    path = canonical(tmp_path / "a.parquet", {"diagnoses": ["C34"], "total_cost": Decimal(1)})
    out = tmp_path / "moved.parquet"
    compare(CompareOrder(old, [new], [path], out=out))
    before = out.read_bytes()
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(Problem):
        compare(CompareOrder(old, [new], [path], out=out))
    assert out.read_bytes() == before
