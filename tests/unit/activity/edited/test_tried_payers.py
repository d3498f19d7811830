"""Totals by commissioner after a trial are those of identifying by the draft and assigning that in full."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.spec.assignment.chapters import reference_folder
from tests.unit.activity.assign.random_records import _VALUES as ASKED
from tests.unit.activity.edited.random_edits import edited
from tests.unit.activity.random_activity import Case, make_case

from speccom import commands
from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.assign.run import assign
from speccom.activity.edited.trial import Trials
from speccom.activity.identify import identify
from speccom.activity.order import Order
from speccom.activity.plan import canonical_type
from speccom.rulebook.identification import load_identification

Row = dict[str, Any]


def with_payers(case: Case, chance: Random) -> list[Path]:
    """The case's Parquet files with what assignment asks for beside."""
    found = []
    for path in case.paths:
        if path.suffix != ".parquet" or "dataset" not in pq.read_schema(path).names:
            continue
        table = pq.read_table(path)
        for name in ("gp_practice", "gp_responsibility", "residence_responsibility", "host_sub_icb"):
            values = [chance.choice([*ASKED[name], None]) for _ in range(table.num_rows)]
            table = table.append_column(name, pa_text(values))
        out = path.with_name(f"payers-{path.name}")
        pq.write_table(table, out, row_group_size=50)
        found.append(out)
    return found


def pa_text(values: Sequence[str | None]) -> Any:
    import pyarrow as pa

    return pa.array(values, canonical_type("gp_practice"))


def lines_known_to(reference: Path, rulebook: Path, *like: str) -> None:
    """Have the reference tables know the lines of a random rulebook: as they know some of their own."""
    table = reference / "service_codes.csv"
    header, *rows = table.read_text(encoding="utf-8").splitlines()
    known = dict(row.split(",", 1) for row in rows)
    patterns = [known[code] for code in like or ("GREEN1", "RED1", "HIGH1", "BLUE1", "NONE1")]
    codes = [line.split(",")[0] for line in (rulebook / "services.csv").read_text().splitlines()[1:]]
    more = [f"{code},{patterns[place % len(patterns)]}" for place, code in enumerate([*codes, "NCBPS99A"])]
    table.write_text("\n".join([header, *rows, *more]) + "\n", encoding="utf-8")


def case_with_payers(folder: Path, first: int, chance: Random) -> tuple[Case, list[Path]]:
    """The first random case from a seed on that has enough records whose payers can be found."""
    for seed in range(first, first + 50):
        case = make_case(folder / f"case-{seed}", seed)
        files = with_payers(case, chance)
        if sum(pq.read_metadata(file).num_rows for file in files) > 30:
            return case, files
    raise AssertionError("no case has enough records")


def both(
    files: Sequence[Path], rulebook: Path, reference: Path, folder: Path, dataset: str | None
) -> tuple[Path, Path]:
    """Identify, and assign what was found; the folders of both runs."""
    folder.mkdir()
    labels, run, payers = folder / "labels.parquet", folder / "run", folder / "payers"
    identify(Order(rulebook, files, labels, run, dataset=dataset, threads=2))
    assign(
        AssignmentOrder(
            reference, files, folder / "assigned.parquet", payers, labels=labels, dataset=dataset, threads=2
        )
    )
    return run, payers


def by_commissioner(summary: Sequence[Row]) -> dict[str | None, tuple[int, Decimal]]:
    records: Counter[str | None] = Counter()
    cost: dict[str | None, Decimal] = {}
    for row in summary:
        records[row["commissioner"]] += row["records"]
        cost[row["commissioner"]] = cost.get(row["commissioner"], Decimal(0)) + row["cost"]
    return {name: (records[name], cost[name]) for name in records}


@pytest.mark.parametrize("seed", [2, 3])
def test_payers_of_a_trial_are_those_of_a_full_run(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    made, files = case_with_payers(tmp_path, seed * 100, chance)
    reference = reference_folder(tmp_path / "reference")
    lines_known_to(reference, made.rulebook)
    run, payers = both(files, made.rulebook, reference, tmp_path / "old", made.dataset)
    trials = Trials(run, assigned=payers, threads=2)
    changed = 0
    for number in range(3):
        draft = edited(made.rulebook, tmp_path / f"draft-{number}", chance)
        found = trials.try_rulebook(load_identification(draft)).payers
        assert found is not None
        _, full = both(files, draft, reference, tmp_path / f"full-{number}", made.dataset)
        wanted = pq.read_table(full / "summary.parquet")
        assert _in_order(found.after.to_pylist()) == _in_order(wanted.to_pylist())
        assert found.after.schema.equals(wanted.schema)
        before, after = by_commissioner(found.before.to_pylist()), by_commissioner(found.after.to_pylist())
        for name in {*before, *after}:
            change = after.get(name, (0, Decimal(0)))[1] - before.get(name, (0, Decimal(0)))[1]
            gained = sum(flow.arrives.notional for flow in found.flows if flow.new == (name or "none"))
            lost = sum(flow.leaves.notional for flow in found.flows if flow.old == (name or "none"))
            assert gained - lost == int(change * 100)
            changed += change != 0
    assert changed


def _in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: json.dumps(row, default=str))


@pytest.fixture
def ready(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A run, its assignment, and a draft that moves something."""
    chance = Random(2)
    made, files = case_with_payers(tmp_path, 200, chance)
    reference = reference_folder(tmp_path / "reference")
    lines_known_to(reference, made.rulebook, "RED1")
    run, payers = both(files, made.rulebook, reference, tmp_path / "old", made.dataset)
    draft = tmp_path / "draft"
    shutil.copytree(made.rulebook, draft)
    rules = (draft / "rules.csv").read_text().splitlines()
    (draft / "rules.csv").write_text("\n".join(rules[:2]) + "\n")
    return run, payers, draft


def test_the_command_tells_of_commissioners(
    ready: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    run, payers, draft = ready
    line = ["try-edit", str(run), "--rulebook", str(draft), "--assigned", str(payers)]
    assert commands.main(line) == 0
    said = capsys.readouterr().out
    assert "Gains less losses, by commissioner (none: nobody is named)" in said
    assert commands.main([*line, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["commissioners"]
    assert sum(each["before"]["records"] for each in found) == sum(each["after"]["records"] for each in found)
    assert any(each["net"]["notional"] != "0.00" for each in found)


def test_an_assignment_of_something_else_is_refused(
    ready: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, payers, draft = ready
    line = ["try-edit", str(run), "--rulebook", str(draft), "--assigned"]
    assert commands.main([*line, str(run)]) == 2
    assert "no finished assignment here" in capsys.readouterr().err
    manifest = payers / "manifest.json"
    kept = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**kept, "labels": None}))
    assert commands.main([*line, str(payers)]) == 2
    assert "not of the lines that the run found" in capsys.readouterr().err
    manifest.write_text(json.dumps({**kept, "parts": True}))
    assert commands.main([*line, str(payers)]) == 2
    assert "a row for each part" in capsys.readouterr().err
    manifest.write_text(json.dumps(kept))
    (tmp_path / "reference" / "provider_hubs.csv").unlink(missing_ok=True)
    table = tmp_path / "reference" / "sub_icb_to_direct_commissioner.csv"
    table.write_text(table.read_text().replace("13R", "14F"))
    assert commands.main([*line, str(payers)]) == 2
    assert "not as they were when the run read them" in capsys.readouterr().err
