"""`compare` against separate runs of `identify` joined row by row, on random rulebooks and dirty files."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.activity.random_activity import criterion, make_case, write_rulebook

from speccom.activity.compare.order import CompareOrder
from speccom.activity.compare.run import Compared, compare
from speccom.activity.compare.terms import NO_LINE
from speccom.activity.identify import identify
from speccom.activity.order import Order
from speccom.activity.synthesise import synthesise
from speccom.rulebook import find

Row = dict[str, Any]


@contextmanager
def a_folder() -> Iterator[Path]:
    """A folder for one example: Hypothesis gives all of a test's examples the same `tmp_path`."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def identified(folder: Path, rulebook: Path, files: Sequence[Path], dataset: str | None) -> list[Row]:
    """The payer of every record that was kept, with what the totals need, in order."""
    out, run = folder / "labels.parquet", folder / "run"
    identify(Order(rulebook, files, out, run, dataset=dataset, threads=2))
    labels = pq.read_table(out, columns=["record_id", "spell_id", "spell_service_line"]).to_pylist()
    places = pq.read_table(run / "rows.parquet", columns=["dataset", "provider", "cost"]).to_pylist()
    return [label | place for label, place in zip(labels, places, strict=True)]


def joined(old: list[Row], new: list[Row]) -> list[Row]:
    """The records whose payers differ."""
    return [
        {**before, "old": before["spell_service_line"], "new": after["spell_service_line"]}
        for before, after in zip(old, new, strict=True)
        if before["spell_service_line"] != after["spell_service_line"]
    ]


def flows_of(moved: list[Row]) -> dict[tuple[str, str, str, str | None], list[int]]:
    """Records, spells and pence by line, line, dataset and provider; a spell with its first moved record."""
    found: dict[tuple[str, str, str, str | None], list[int]] = {}
    seen = set()
    for row in moved:
        key = (row["old"] or NO_LINE, row["new"] or NO_LINE, row["dataset"], row["provider"])
        sums = found.setdefault(key, [0, 0, 0])
        spell = row["spell_id"]
        sums[0] += 1
        sums[1] += spell is None or spell not in seen
        sums[2] += row["cost"]
        seen.add(spell)
    return found


def check(compared: Compared, number: int, moved: list[Row]) -> None:
    """Compare what one comparison adds up to with the joined runs."""
    flows = compared.comparisons[number].flows
    found = {
        (flow.old, flow.new, flow.dataset, flow.provider): [flow.records, flow.spells, flow.arrives.notional]
        for flow in flows
    }
    assert len(found) == len(flows)
    assert found == flows_of(moved)


def written(out: Path) -> list[tuple[Any, ...]]:
    names = ("record_id", "dataset", "provider", "old_line", "new_line", "cost", "new_rulebook")
    rows = pq.read_table(out).to_pylist()
    return [
        tuple(int((row[name] or 0) * 100) if name == "cost" else row[name] for name in names) for row in rows
    ]


def edited(rulebook: Path, folder: Path, chance: Random) -> Path:
    """A copy in which a few rules ask something else, and sometimes a line has another rank or reach."""
    shutil.copytree(rulebook, folder)
    metadata = (folder / "rulebook.toml").read_text()
    (folder / "rulebook.toml").write_text(metadata.replace('version = "1"', f'version = "{folder.name}"'))
    _edit(folder / "rules.csv", lambda row: row | {"criterion": criterion(chance)}, chance)
    if chance.random() < 0.3:
        _edit(folder / "services.csv", lambda row: row | {"rank": str(chance.randint(1, 3))}, chance)
    if chance.random() < 0.2:
        reaches = ("spell", "episode", "if_spell_specialised")
        _edit(folder / "services.csv", lambda row: row | {"reach": chance.choice(reaches)}, chance)
    return folder


def _edit(path: Path, change: Any, chance: Random) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for place in chance.sample(range(len(rows)), min(2, len(rows))):
        rows[place] = change(rows[place])
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32), unrelated=st.booleans())
def test_comparing_is_two_runs_joined(seed: int, unrelated: bool) -> None:
    chance = Random(seed)
    with a_folder() as folder:
        case = make_case(folder / "case", seed)
        others = [edited(case.rulebook, folder / f"edited-{number}", chance) for number in range(2)]
        if unrelated:
            write_rulebook(folder / "unrelated", chance)
            others.append(folder / "unrelated")
        old = identified(folder / "old", case.rulebook, case.paths, case.dataset)
        news = [
            identified(folder / f"new-{at}", each, case.paths, case.dataset) for at, each in enumerate(others)
        ]
        out = folder / "moved.parquet"
        order = CompareOrder(case.rulebook, others, case.paths, out=out, dataset=case.dataset, threads=2)
        compared = compare(order)
        assert compared.records == len(old)
        rows = written(out)
        for number, new in enumerate(news):
            moved = joined(old, new)
            check(compared, number, moved)
            identity = compared.comparisons[number].new.identity
            assert [row[:-1] for row in rows if row[-1] == identity] == [
                (row["record_id"], row["dataset"], row["provider"], row["old"], row["new"], row["cost"])
                for row in moved
            ]
        assert not list(folder.glob("speccom-compare-*"))


@settings(max_examples=5)
@given(seed=st.integers(0, 2**32))
def test_one_pass_for_many_versions_is_a_pass_for_each(seed: int) -> None:
    chance = Random(seed)
    with a_folder() as folder:
        case = make_case(folder / "case", seed)
        others = [edited(case.rulebook, folder / f"edited-{number}", chance) for number in range(6)]
        together = compare(CompareOrder(case.rulebook, others, case.paths, dataset=case.dataset))
        for number, other in enumerate(others):
            alone = compare(CompareOrder(case.rulebook, [other], case.paths, dataset=case.dataset))
            assert together.comparisons[number].flows == alone.comparisons[0].flows


def test_the_random_cases_do_move_something(tmp_path: Path) -> None:
    """A comparison of rulebooks that never differ would prove nothing."""
    moving: Counter[str] = Counter()
    for seed in range(26, 38):
        case = make_case(tmp_path / f"case-{seed}", seed)
        other = edited(case.rulebook, tmp_path / f"edited-{seed}", Random(seed))
        flows = (
            compare(CompareOrder(case.rulebook, [other], case.paths, dataset=case.dataset))
            .comparisons[0]
            .flows
        )
        moving["any"] += bool(flows)
        moving["line to line"] += any(NO_LINE not in (flow.old, flow.new) for flow in flows)
        moving["in a spell of several"] += sum(f.spells for f in flows) < sum(f.records for f in flows)
    assert min(moving["any"], moving["line to line"], moving["in a spell of several"]) >= 3


def test_the_shipped_rulebooks_on_a_synthetic_year(tmp_path: Path) -> None:
    shelf = find.shelf() / "identification" / "illustrative"
    synthesise(records=4_000, out=tmp_path / "year", seed=7)
    files = sorted((tmp_path / "year").glob("*.parquet"))
    old, new = (identified(tmp_path / each, shelf / each, files, None) for each in ("2025-26", "2026-27"))
    compared = compare(CompareOrder(shelf / "2025-26", [shelf / "2026-27"], files))
    moved = joined(old, new)
    assert moved
    check(compared, 0, moved)
    cost = sum(Decimal(flow.arrives.notional) for flow in compared.comparisons[0].flows)
    assert cost == sum(row["cost"] for row in moved)


@pytest.mark.parametrize("threads", [1, 3])
def test_nothing_moves_between_a_rulebook_and_itself(tmp_path: Path, threads: int) -> None:
    case = make_case(tmp_path / "case", 5)
    order = CompareOrder(case.rulebook, [case.rulebook], case.paths, dataset=case.dataset, threads=threads)
    assert compare(order).comparisons[0].flows == ()
