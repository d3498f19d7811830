"""Totals are exact, whatever the size of the amounts and however the records are cut into chunks."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.activity.identified import canonical, run_over

from speccom.activity.labels import FATES, LAYERS, Answers
from speccom.activity.totals import Agreement, Facts, Names, Totals, months_of
from speccom.criteria.columns import EPOCH, Dictionary, NumberColumn, TextColumn
from speccom.problem import Problem

CODES = ["HEART", "LUNG", "MIND"]
PROVIDERS = ["RJ1", "RX1"]

RECORDS = st.lists(
    st.tuples(
        st.sampled_from([0, 1]),  # dataset
        st.sampled_from([-1, 0, 1]),  # provider
        st.sampled_from([-1, 2025 * 12 + 3, 2025 * 12 + 4]),  # month
        st.sampled_from([-1, 0, 1, 2]),  # the spell's line
        st.sampled_from([-1, 0, 2]),  # layer
        st.sampled_from([0, 1, 2]),  # fate
        st.sampled_from([0, 1, -1, 99_999, 10**12, -(10**15), 10**16 + 1]),  # pence
        st.booleans(),  # first of its spell
    ),
    max_size=40,
)


def added(totals: Totals, rows: list[tuple[int, ...]]) -> None:
    """Add records to totals, with the answers of those that are not wholly ordinary."""
    dataset, provider, month, line, layer, fate, cost, first = (
        np.array(column) for column in (zip(*rows, strict=True) if rows else [[]] * 8)
    )
    told = np.flatnonzero((line >= 0) | (layer >= 0) | (fate != FATES.index("not_specialised")) | (first > 0))
    place = line[told].astype(np.int16)
    answers = Answers(
        np.zeros(len(told), dtype=np.int64),
        place,
        place,
        layer[told].astype(np.int8),
        fate[told].astype(np.int8),
    )
    facts = Facts(
        dataset.astype(np.int8), provider.astype(np.int32), month.astype(np.int32), cost.astype(np.int64)
    )
    totals.add(facts, answers, told, first[told].astype(np.bool_))


@given(RECORDS, st.integers(1, 7))
def test_the_cube_is_the_sum_of_its_records(rows: list[tuple[int, ...]], chunk: int) -> None:
    totals = Totals(CODES)
    for start in range(0, len(rows), chunk):
        added(totals, rows[start : start + chunk])
    expected: defaultdict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for dataset, provider, month, line, layer, fate, cost, first in rows:
        key = (
            ("apc", "op")[dataset],
            None if provider < 0 else PROVIDERS[provider],
            None if month < 0 else f"{month // 12}-{month % 12 + 1:02d}",
            None if line < 0 else CODES[line],
            None if layer < 0 else LAYERS[layer],
            FATES[fate],
        )
        for place, value in enumerate((1, int(first), cost)):
            expected[key][place] += value
    found = {
        tuple(row[name] for name in ("dataset", "provider", "month", "service_line", "layer", "fate")): [
            row["records"],
            row["spells"],
            row["cost"] * 100,
        ]
        for row in totals.table(PROVIDERS).to_pylist()
    }
    assert found == expected
    costs = [(row[3], row[6]) for row in rows]
    assert totals.cost() == (
        Decimal(sum(cost for _, cost in costs)) / 100,
        Decimal(sum(cost for line, cost in costs if line >= 0)) / 100,
    )
    assert totals.fates() == {name: sum(row[5] == place for row in rows) for place, name in enumerate(FATES)}


def test_the_order_of_the_cube_is_fixed() -> None:
    rows = [(0, 1, -1, 1, 0, 0, 5, 1), (0, -1, 24303, -1, -1, 1, 6, 0), (1, 0, 24304, 2, 0, 0, 7, 1)]
    tables = []
    for order in (rows, rows[::-1]):
        totals = Totals(CODES)
        for row in order:
            added(totals, [row])
        tables.append(totals.table(PROVIDERS))
    assert tables[0] == tables[1]


def test_large_amounts_lose_no_penny() -> None:
    totals = Totals(CODES)
    added(totals, [(0, 0, -1, 0, 0, 0, 2**53 + 1, 1)] * 3)
    assert totals.cost()[0] == Decimal(3 * (2**53 + 1)) / 100


def test_amounts_beyond_counting_are_refused_in_words() -> None:
    totals = Totals(CODES)
    with pytest.raises(Problem, match="more than can be counted"):
        added(totals, [(0, 0, -1, 0, 0, 0, 10**18 - 1, 1)] * 20)


def test_agreement_counts_pairs_with_their_first_row() -> None:
    agreement = Agreement(CODES)
    official = TextColumn(Dictionary(["HEART", None, "OTHER"]), np.array([0, 0, -1, 2, 1], dtype=np.int32))
    ours, cost = np.array([0, 1, 0, -1, -1], dtype=np.int16), np.full(5, 10, dtype=np.int64)
    numbers = agreement.official.of(official, 5)
    agreement.add(numbers, ours, cost, 0)
    agreement.add(numbers, ours, cost, 5)
    assert [tuple(row.values()) for row in agreement.table().to_pylist()] == [
        ("HEART", "HEART", 2, Decimal("0.20"), 0),
        ("HEART", "LUNG", 2, Decimal("0.20"), 1),
        ("OTHER", None, 2, Decimal("0.20"), 3),
        (None, "HEART", 2, Decimal("0.20"), 2),
        (None, None, 2, Decimal("0.20"), 4),
    ]


def test_a_spell_is_counted_once_however_its_lines_reach(tmp_path: Path) -> None:
    drug, lung = {"unbundled_hrgs": ["SB1"]}, {"diagnoses": ["C34"]}
    path = canonical(
        tmp_path / "year.parquet",
        {"spell_id": "S1", **drug},
        {"spell_id": "S1"},
        {"spell_id": "S1", **drug},
        {"spell_id": "S2", **lung},
        {"spell_id": " S1", **drug},
        {"spell_id": "S2", **drug},
        drug,
        drug,
        row_group_size=2,
    )
    cube = run_over(tmp_path, path).table("summary")
    assert [(row["service_line"], row["records"], row["spells"]) for row in cube] == [
        ("DRUG", 5, 3),
        ("LUNG", 2, 1),
        (None, 1, 0),
    ]


def test_names_are_numbered_over_all_dictionaries() -> None:
    names = Names()
    first = TextColumn(Dictionary(["b", None, "a"]), np.array([2, 1, 0, -1], dtype=np.int32))
    second = TextColumn(Dictionary(["c", "a"]), np.array([0, 1], dtype=np.int32))
    assert names.of(first, 4).tolist() == [1, -1, 0, -1]
    assert names.of(second, 2).tolist() == [2, 1]
    assert names.of(None, 2).tolist() == [-1, -1]
    assert names.listed() == ["b", "a", "c"]


def test_months() -> None:
    days = np.array([0, (EPOCH.replace(year=2025, month=12, day=31) - EPOCH).days, 5], dtype=np.int64)
    missing = np.array([False, False, True])
    assert months_of(NumberColumn(days, missing), 3).tolist() == [1970 * 12, 2025 * 12 + 11, -1]
    assert months_of(None, 2).tolist() == [-1, -1]
