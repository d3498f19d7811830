"""`identify` against a second implementation of the contract, on random rulebooks and random dirty files."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.unit.activity.identification_oracle import Expected, expect, read_book
from tests.unit.activity.random_activity import Case, make_case

from speccom.activity.identify import identify
from speccom.activity.order import Order

SEEDS = range(24)
MORE_SEEDS = range(24, 1000)
SAME_TO_THE_BYTE = ("labels", "rows", "summary", "faults", "rejected", "agreement")


def run(case: Case, folder: Path, **options: Any) -> dict[str, Any]:
    """Identify a case's files; return the manifest."""
    folder.mkdir(exist_ok=True)
    return identify(
        Order(
            rulebook=case.rulebook,
            activity=case.paths,
            out=folder / "labels.parquet",
            run=folder / "run",
            dataset=case.dataset,
            **{"threads": 2, **options},
        )
    )


def digests(manifest: dict[str, Any]) -> tuple[str, ...]:
    outputs = manifest["outputs"]
    return tuple(outputs[name]["sha256"] for name in SAME_TO_THE_BYTE if name in outputs)


def check(case: Case, folder: Path, manifest: dict[str, Any]) -> None:
    """Compare everything that a run left with what the contract says."""
    expected = expect(read_book(case.rulebook), case.files)
    labels = pq.read_table(folder / "labels.parquet").to_pylist()
    identities = {row.pop("rulebook") for row in labels}
    assert labels == expected.rows
    assert identities <= {manifest["rulebook"]["identity"]}
    rejected = pq.read_table(folder / "run" / "rejected.parquet").to_pylist()
    places = sorted((each["file"], each["row"], each["record_id"]) for each in rejected)
    assert places == sorted(expected.rejected)
    _check_sums(expected, folder, manifest)
    _check_faults(expected, pq.read_table(folder / "run" / "faults.parquet").to_pylist())


def _check_sums(expected: Expected, folder: Path, manifest: dict[str, Any]) -> None:
    assert manifest["counts"] == {
        "rows": len(expected.rows) + len(expected.rejected),
        "rejected": len(expected.rejected),
        **{name: expected.fates[name] for name in ("labelled", "not_specialised", "not_attended")},
    }
    assert manifest["cost"] == {
        "total": f"{expected.cost:.2f}",
        "specialised": f"{expected.specialised_cost:.2f}",
    }
    cube = pq.read_table(folder / "run" / "summary.parquet").to_pylist()
    by_line = Counter(row["spell_service_line"] for row in expected.rows)
    assert sum(row["records"] for row in cube) == len(expected.rows)
    for line in {row["service_line"] for row in cube}:
        assert sum(row["records"] for row in cube if row["service_line"] == line) == by_line[line]
    assert sum(row["cost"] for row in cube) == expected.cost
    assert sum(row["cost"] for row in cube if row["service_line"]) == expected.specialised_cost
    assert sum(row["spells"] for row in cube) == expected.specialised_spells
    agreement = folder / "run" / "agreement.parquet"
    if agreement.exists():
        pairs = pq.read_table(agreement).to_pylist()
        found = {(each["official_line"], each["our_line"]): each["records"] for each in pairs}
        assert found == dict(expected.agreement)


def _check_faults(expected: Expected, faults: list[dict[str, Any]]) -> None:
    not_codes: Counter[tuple[str, str, str]] = Counter()
    for each in faults:
        if each["kind"] == "not_a_code":
            not_codes[each["example_file"], each["column"], each["value"].strip()] += each["count"]
    assert not_codes == expected.not_codes
    stated: Counter[tuple[str, str]] = Counter()
    for each in faults:
        if each["kind"].startswith("stated_line"):
            stated[each["kind"], each["value"]] += each["count"]
    assert stated == expected.stated
    outside = sum(each["count"] for each in faults if each["kind"] == "outside_validity")
    assert outside == expected.outside_validity
    assert not [each for each in faults if each["kind"] == "explanation_disagrees"]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_engine_gives_what_the_contract_says(seed: int, tmp_path: Path) -> None:
    case = make_case(tmp_path / "case", seed)
    found = {
        engine: run(case, tmp_path / engine, engine=engine, threads=threads)
        for engine, threads in (("numba", 2), ("numpy", 1), ("duckdb", 2))
    }
    check(case, tmp_path / "numba", found["numba"])
    assert len({digests(manifest) for manifest in found.values()}) == 1, "the engines' files differ"


@pytest.mark.full
@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_more_of_the_same(seed: int, tmp_path: Path) -> None:
    case = make_case(tmp_path / "case", seed)
    check(case, tmp_path, run(case, tmp_path, engine="numba"))


def test_neither_threads_nor_a_second_run_make_a_difference(tmp_path: Path) -> None:
    case = make_case(tmp_path / "case", 3)
    runs = [run(case, tmp_path / str(number), threads=threads) for number, threads in enumerate((1, 2, 5, 5))]
    assert len({digests(manifest) for manifest in runs}) == 1


def test_the_random_cases_meet_what_is_hard(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        case = make_case(tmp_path / str(seed), seed)
        book = read_book(case.rulebook)
        expected = expect(book, case.files)
        seen.update({f"fate {name}": count for name, count in expected.fates.items()})
        seen["rejected"] += len(expected.rejected)
        seen["not a code"] += len(expected.not_codes)
        seen["outside validity"] += expected.outside_validity
        for row in expected.rows:
            lines = [book.lines[code] for code in row["service_lines"]]
            payer = row["spell_service_line"]
            seen.update(f"reach {line.reach}" for line in lines)
            seen[f"layer {row['layer']}"] += 1
            seen["several lines"] += len(lines) > 1
            seen["tied ranks"] += len({line.rank for line in lines}) < len(lines)
            seen["neighbour only"] += bool(payer and not lines)
            seen["another line pays"] += bool(payer and payer != row["service_line"])
            seen["excluded line pays"] += bool(payer and book.lines[payer].excluded)
            seen["episode line alone"] += bool(payer and book.lines[payer].reach == "episode")
    wanted = """fate labelled, fate not_specialised, fate not_attended, layer rules, layer local,
        layer provider, rejected, not a code, outside validity, several lines, tied ranks, neighbour only,
        another line pays, excluded line pays, episode line alone, reach spell, reach episode,
        reach if_spell_specialised"""
    rare = {name: seen[name] for name in re.split(r",\s+", wanted) if seen[name] < 10}
    assert not rare, "too rare among the random cases"
