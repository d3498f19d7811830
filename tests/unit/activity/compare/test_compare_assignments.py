"""Comparing assignments against separate runs of `assign` joined row by row, and what the command says."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.assignment.chapters import reference_folder
from tests.unit.activity.assign.random_records import records

from speccom import commands
from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.assign.run import assign
from speccom.activity.compare.assignments import compare_assignments
from speccom.activity.compare.order import CompareOrder
from speccom.activity.compare.transfers import NO_COMMISSIONER
from speccom.activity.plan import canonical_type
from speccom.problem import Problem
from speccom.rulebook import find

TOOL, FLOWCHART = "validation-tool-5.3", "flowchart-2025-26"
Row = dict[str, Any]


def written(path: Path, rows: Sequence[Row], group: int = 7) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = pa.table(
        {name: pa.array([row.get(name) for row in rows], canonical_type(name)) for name in names}
    )
    pq.write_table(table, path, row_group_size=group)
    return path


def with_money(rows: Sequence[Row], seed: int) -> list[Row]:
    """Give each record an identifier, some twice, a cost and a provider."""
    chance = Random(seed)
    return [
        {
            **row,
            "dataset": row["dataset"] or "apc",
            "record_id": f"r{number if chance.random() < 0.9 else 0}",
            "total_cost": chance.choice((None, Decimal("0.01"), Decimal("-5.50"), Decimal("1234.56"))),
        }
        for number, row in enumerate(rows)
    ]


def assigned(files: Sequence[Path], reference: Path, method: str, folder: Path) -> list[Row]:
    order = AssignmentOrder(
        reference=reference,
        activity=list(files),
        out=folder / "assigned.parquet",
        run=folder / "assigned.run",
        method=method,
        threads=2,
    )
    assign(order)
    found: list[Row] = pq.read_table(order.out).to_pylist()
    return found


def changed_tables(reference: Path, folder: Path) -> Path:
    """A copy of the reference tables in which some areas have another commissioner."""
    shutil.copytree(reference, folder)
    table = folder / "sub_icb_to_direct_commissioner.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("13R", "14F").replace("Y56", "Y61"), encoding="utf-8")
    return folder


def firsts(files: Sequence[Path]) -> dict[str, Row]:
    """The records by identifier, the first of each."""
    found: dict[str, Row] = {}
    for file in files:
        for row in pq.read_table(file).to_pylist():
            found.setdefault(row["record_id"], row)
    return found


@settings(max_examples=8)
@given(rows=st.lists(records(), min_size=1, max_size=120), seed=st.integers(0, 2**16))
def test_comparing_is_two_assignments_joined(rows: list[Row], seed: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        half = len(rows) // 2
        priced = with_money(rows, seed)
        parts = [part for part in (priced[:half], priced[half:]) if part]
        files = [written(folder / f"{number}.parquet", part) for number, part in enumerate(parts)]
        reference = reference_folder(folder / "reference")
        other = changed_tables(reference, folder / "other")
        out = folder / "moved.parquet"
        order = CompareOrder(
            Path(TOOL), [Path(FLOWCHART), Path(TOOL)], files, out, threads=2, reference=[reference, other]
        )
        compared = compare_assignments(order)
        known = firsts(files)
        old = assigned(files, reference, TOOL, folder / "old")
        moved = pq.read_table(out).to_pylist()
        assert compared.records == len(old) == len(known)
        for number, method in enumerate((FLOWCHART, TOOL)):
            new = assigned(files, other, method, folder / f"new{number}")
            each = compared.comparisons[number]
            pairs = [(a, b) for a, b in zip(old, new, strict=True) if a["commissioner"] != b["commissioner"]]
            assert [
                (row["record_id"], row["old_commissioner"], row["new_commissioner"], row["cost"])
                for row in moved
                if row["new_rulebook"] == each.new.identity
            ] == [
                (a["record_id"], a["commissioner"], b["commissioner"], known[a["record_id"]]["total_cost"])
                for a, b in pairs
            ]
            assert {
                (row["record_id"], row["old_code"], row["new_code"], row["old_path"], row["new_path"])
                for row in moved
                if row["new_rulebook"] == each.new.identity
            } == {
                (
                    a["record_id"],
                    a["assignment_code"],
                    b["assignment_code"],
                    a["path"],
                    b["path"],
                )
                for a, b in pairs
            }
            assert each.otherwise == sum(
                a["commissioner"] == b["commissioner"] and a["assignment_code"] != b["assignment_code"]
                for a, b in zip(old, new, strict=True)
            )
            assert _sums(each.transfers) == _joined(pairs, known)


def _sums(transfers: Sequence[Any]) -> dict[tuple[object, ...], tuple[int, int]]:
    return {
        (each.old, each.new, each.line, each.dataset, each.provider): (each.records, each.arrives.notional)
        for each in transfers
    }


def _joined(
    pairs: Sequence[tuple[Row, Row]], known: dict[str, Row]
) -> dict[tuple[object, ...], tuple[int, int]]:
    count: Counter[tuple[object, ...]] = Counter()
    pence: Counter[tuple[object, ...]] = Counter()
    for before, after in pairs:
        record = known[before["record_id"]]
        key = (
            before["commissioner"] or NO_COMMISSIONER,
            after["commissioner"] or NO_COMMISSIONER,
            record.get("service_code") or "none",
            record.get("dataset") or "",
            record.get("provider"),
        )
        count[key] += 1
        pence[key] += int((record["total_cost"] or 0) * 100)
    return {key: (count[key], pence[key]) for key in count}


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return reference_folder(tmp_path / "reference")


@pytest.fixture
def activity(tmp_path: Path) -> Path:
    """Two records of a line that is not delegated, whose hub the two folders of tables name differently."""
    common: Row = {
        "activity_date": date(2025, 6, 1),
        "gp_responsibility": "72Q",
        "residence_responsibility": "72Q",
        "host_sub_icb": "72Q",
        "gp_practice": "A81001",
        "provider": "RLON",
        "dataset": "apc",
    }
    return written(
        tmp_path / "year.parquet",
        [
            {**common, "record_id": "a", "service_code": "RED1", "total_cost": Decimal("100.10")},
            {**common, "record_id": "b", "service_code": "GREEN1", "total_cost": Decimal("7.00")},
        ],
    )


def words(reference: Path, other: Path, activity: Path, *more: str) -> list[str]:
    return [
        *("compare", "--rulebook", TOOL, "--with", TOOL, "--reference", str(reference), str(other)),
        *("--activity", str(activity), *more),
    ]


def test_two_versions_of_the_tables_say_who_gains(
    tmp_path: Path, reference: Path, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = changed_tables(reference, tmp_path / "other")
    terms = tmp_path / "terms.csv"
    terms.write_text("service_line,variable_share\nRED1,0.25\n")
    assert commands.main(words(reference, other, activity, "--terms", str(terms), "--json")) == 0
    found = json.loads(capsys.readouterr().out)
    (comparison,) = found["comparisons"]
    assert comparison["movements"] == [
        {
            "old_commissioner": "13R",
            "new_commissioner": "14F",
            "service_line": "RED1",
            "dataset": "apc",
            "provider": "RLON",
            "records": 1,
            "without_cost": 0,
            "notional": "100.10",
            "payable": "25.02",
            "baseline": "75.08",
        }
    ]
    net = {each["commissioner"]: each["net"]["notional"] for each in comparison["commissioners"]}
    assert net == {"13R": "-100.10", "14F": "100.10"}
    assert commands.main(words(reference, other, activity)) == 0
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "1 record moves to another commissioner or none" in said
    assert "13R to 14F: 1 record, £100.10" in said
    assert "13R −£100.10 not known not known" in said
    assert "RLON £100.10 not known not known" in said


def test_nothing_moves_between_an_assignment_and_itself(
    reference: Path, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(words(reference, reference, activity)) == 0
    assert "Nothing moves: every record has the same commissioner under both." in capsys.readouterr().out


def test_a_folder_may_stand_for_a_method(
    tmp_path: Path, reference: Path, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(find.shelf() / "assignment" / TOOL, folder)
    out = tmp_path / "moved.csv"
    line = ["compare", "--rulebook", str(folder), "--with", FLOWCHART, "--reference", str(reference)]
    assert commands.main([*line, "--activity", str(activity), "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8").startswith('"record_id","dataset","provider","service_line"')
    assert f"Moved records: {out}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reference": [], "labels": Path("labels.parquet")}, "labels stand for the service codes"),
        ({"others": [Path("no-such-method")]}, "no-such-method"),
        ({"terms": Path("terms.csv")}, "neither rulebook has a service line"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    changes: dict[str, Any], said: str, tmp_path: Path, reference: Path, activity: Path
) -> None:
    (tmp_path / "terms.csv").write_text("service_line,variable_share\nNOSUCH,0.5\n")
    given_order: dict[str, Any] = {
        "rulebook": Path(TOOL),
        "others": [Path(FLOWCHART)],
        "activity": [activity],
        "reference": [reference],
        **changes,
    }
    if given_order.get("terms"):
        given_order["terms"] = tmp_path / "terms.csv"
    with pytest.raises(Problem) as raised:
        compare_assignments(CompareOrder(**given_order))
    assert said in str(raised.value)
