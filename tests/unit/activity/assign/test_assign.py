"""Assigning files: the published sample, two ways held equal, and what order and splitting leave alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.batches import batch_of
from tests.spec.assignment.chapters import assigner_of, reference_folder
from tests.unit.activity.assign.conftest import WriteActivity
from tests.unit.activity.assign.random_records import records

from speccom.activity.assign import bulk as bulk_module
from speccom.activity.assign.bulk import BulkAssigner
from speccom.activity.assign.explain import explain_record
from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.assign.run import assign
from speccom.problem import Problem
from speccom.rulebook.assignment import vocabulary_of

TOOL, FLOWCHART = "validation-tool-5.3", "flowchart-2025-26"
COLUMNS = ["record_id", "assignment_code", "commissioner", "service_category", "reason", "path", "rulebook"]


def order_of(reference: Path, activity: Sequence[Path], folder: Path, **changes: object) -> AssignmentOrder:
    order = AssignmentOrder(
        reference=reference,
        activity=list(activity),
        out=folder / "assigned.parquet",
        run=folder / "assigned.run",
        threads=2,
    )
    return replace(order, **changes)  # type: ignore[arg-type]


def answers(order: AssignmentOrder) -> list[dict[str, object]]:
    assign(order)
    found: list[dict[str, object]] = pq.read_table(order.out).to_pylist()
    return found


def test_agrees_with_the_published_sample(published: Path, tmp_path: Path) -> None:
    sample = published / "expected_sample_2000.parquet"
    expected = {row["record_id"]: row for row in pq.read_table(sample).to_pylist()}
    found = answers(order_of(published, [sample], tmp_path))
    assert [row["record_id"] for row in found] == list(expected)
    assert len(found) == 2000
    for row in found:
        wanted = expected[row["record_id"]]
        assert row["assignment_code"] == wanted["expected_assignment_code"]
        assert row["commissioner"] == wanted["expected_commissioner"]
        assert row["service_category"] == wanted["expected_service_category"]


def test_one_record_of_the_published_sample_at_a_time(published: Path) -> None:
    assigner = assigner_of(TOOL, published)
    rows = pq.read_table(published / "expected_sample_2000.parquet").to_pylist()
    wrong = [
        row["record_id"]
        for row in rows
        if assigner.assign(row).outcome.code != row["expected_assignment_code"]
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("method", "missing"),
    [
        (TOOL, ()),
        (FLOWCHART, ()),
        (FLOWCHART, ("provider_hubs.csv", "pre_1991_services.csv", "justice_establishments.csv")),
    ],
)
def test_in_bulk_as_one_by_one(method: str, missing: Sequence[str]) -> None:
    """Whatever the records and their order, bulk gives what the slow way gives, batch after batch."""
    with TemporaryDirectory() as folder:
        reference = reference_folder(Path(folder))
        for name in missing:
            (reference / name).unlink()
        assigner = assigner_of(method, reference)
    bulk = BulkAssigner(assigner)

    @settings(max_examples=60)
    @given(st.lists(records(), min_size=1, max_size=30), st.randoms())
    def check(drawn: list[dict[str, object]], chance: Random) -> None:
        answered = bulk.assign(batch_of(drawn, vocabulary_of({}), chance))
        for record, answer, path in zip(drawn, answered.answers, answered.paths, strict=True):
            slow = assigner.assign(record)
            assert (bulk.outcomes[answer], bulk.paths[path]) == (slow.outcome, slow.path_text)

    check()


@settings(max_examples=12)
@given(
    st.lists(records(), min_size=1, max_size=12),
    st.sampled_from([TOOL, FLOWCHART]),
    st.booleans(),
    st.randoms(),
)
def test_order_and_splitting_change_nothing(
    drawn: list[dict[str, object]], method: str, parts: bool, chance: Random
) -> None:
    rows = [{"record_id": f"R{number}", **record} for number, record in enumerate(drawn)]
    shuffled = chance.sample(rows, len(rows))
    cut = chance.randrange(len(rows) + 1)
    with TemporaryDirectory() as name:
        folder = Path(name)
        reference = reference_folder(folder / "reference")

        def answered(place: str, *files: list[dict[str, object]], group: int = 3) -> list[dict[str, object]]:
            paths = [_write(folder / f"{place}-{n}.parquet", file, group) for n, file in enumerate(files)]
            order = order_of(reference, paths, folder, method=method, parts=parts and method == FLOWCHART)
            return answers(replace(order, out=folder / f"{place}.out", run=folder / f"{place}.run"))

        whole = answered("whole", rows)
        assert answered("split", rows[:cut], rows[cut:], group=2) == whole
        by_id = {str(row["record_id"]): [] for row in whole}
        for row in answered("shuffled", shuffled):
            by_id[str(row["record_id"])].append(row)
        assert [row for each in by_id.values() for row in each] == whole


def _write(path: Path, rows: list[dict[str, object]], group: int) -> Path:
    texts = (
        [
            name
            for name in rows[0]
            if name not in ("activity_date", "diagnoses", "procedures", "unbundled_hrgs")
        ]
        if rows
        else ["record_id", "dataset"]
    )
    schema = pa.schema([(name, pa.string()) for name in texts])
    if rows:
        for name in ("diagnoses", "procedures", "unbundled_hrgs"):
            schema = schema.append(pa.field(name, pa.list_(pa.string())))
        schema = schema.append(pa.field("activity_date", pa.date32()))
    # Rows without a dataset would be rejected, which is another test's matter.
    filled = [{**row, "dataset": row["dataset"] or "apc"} for row in rows]
    pq.write_table(pa.Table.from_pylist(filled, schema), path, row_group_size=group)
    return path


def test_the_outputs_columns_and_a_row_for_every_record(
    reference: Path, tmp_path: Path, write_activity: WriteActivity
) -> None:
    rows: list[dict[str, object]] = [
        {"record_id": "1", "gp_responsibility": "72Q", "activity_date": None, "point_of_delivery": None},
        {"record_id": "2", "gp_responsibility": "72Q", "point_of_delivery": "DRUG"},
    ]
    activity = write_activity("activity.parquet", rows)
    order = order_of(reference, [activity], tmp_path)
    found = answers(order)
    assert list(found[0]) == COLUMNS
    assert [row["assignment_code"] for row in found] == [None, None]
    assert all("date" in str(row["reason"]) for row in found)
    assert len({row["rulebook"] for row in found}) == 1


def test_a_file_that_says_nothing_of_its_dataset(
    reference: Path, tmp_path: Path, write_activity: WriteActivity
) -> None:
    """The flowchart asks whether a record is an outpatient's: where nothing says so, it is unknown."""

    row: dict[str, object] = {
        "record_id": "1",
        "activity_date": date(2025, 6, 1),
        "home_postcode": "ZZ2 1AA",
        "gp_responsibility": "72Q",
    }
    activity = write_activity("activity.parquet", [row])
    order = order_of(reference, [activity], tmp_path, method=FLOWCHART)
    assert answers(order)[0]["assignment_code"] == "72Q_C_5_1"
    again = replace(order, dataset="op", out=tmp_path / "op.parquet", run=tmp_path / "op.run")
    assert answers(again)[0]["assignment_code"] == "14M_E_1"
    _, explained = explain_record(order, "1")
    assert explained[0].assignment.outcome.code == "72Q_C_5_1"


def test_repeated_records_are_rejected_and_named(
    reference: Path, tmp_path: Path, write_activity: WriteActivity
) -> None:

    rows: list[dict[str, object]] = [
        {"record_id": "1", "activity_date": date(2025, 6, 1), "gp_responsibility": "72Q"},
        {"record_id": "1 ", "activity_date": date(2025, 6, 1), "gp_responsibility": "01F"},
        {"record_id": "2", "activity_date": date(2025, 6, 1), "gp_responsibility": "01F"},
    ]
    first = write_activity("first.parquet", rows, 2)
    second = write_activity("second.parquet", rows[2:])
    order = order_of(reference, [first, second], tmp_path)
    assert [(row["record_id"], row["commissioner"]) for row in answers(order)] == [("1", "72Q"), ("2", "01F")]
    rejected = pq.read_table(order.run / "rejected.parquet").to_pylist()
    assert [(row["file"], row["row"]) for row in rejected] == [("first.parquet", 1), ("second.parquet", 0)]
    manifest = json.loads((order.run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["counts"] == {
        "rows": 4,
        "answers": 2,
        "with_commissioner": 2,
        "without_commissioner": 0,
        "rejected": 2,
    }


def test_faults_are_counted_with_an_example(
    reference: Path, tmp_path: Path, write_activity: WriteActivity
) -> None:

    rows: list[dict[str, object]] = [
        {"record_id": "1", "activity_date": date(2025, 6, 1), "gp_responsibility": "72Q"},
        {"record_id": "2", "activity_date": date(1999, 6, 1), "gp_responsibility": "72Q"},
        {"record_id": "3", "activity_date": date(2050, 3, 15), "gp_responsibility": "72Q"},
        {"record_id": "4", "activity_date": None, "gp_responsibility": "72Q"},
    ]
    order = order_of(reference, [write_activity("activity.parquet", rows)], tmp_path)
    assert [row["assignment_code"] for row in answers(order)] == ["72Q_C_5_1", None, None, None]
    faults = {row["kind"]: row for row in pq.read_table(order.run / "faults.parquet").to_pylist()}
    assert {kind: row["count"] for kind, row in faults.items()} == {
        "date_outside_rulebook": 1,
        "date_outside_tables": 1,
        "no_date": 1,
    }
    assert faults["date_outside_tables"]["example_record_id"] == "3"
    assert "the list of service codes" in faults["date_outside_tables"]["message"]


def test_the_summary_adds_up(reference: Path, tmp_path: Path, write_activity: WriteActivity) -> None:

    rows: list[dict[str, object]] = [
        {
            "record_id": str(number),
            "activity_date": date(2025, 6, 1),
            "gp_responsibility": ["72Q", "01F"][number % 2],
            "total_cost": Decimal(cost),
        }
        for number, cost in enumerate(["0.10", "123456789012.34", "-0.20", "0.01", "0.10"])
    ]
    order = order_of(reference, [write_activity("activity.parquet", rows, 2)], tmp_path)
    assign(order)
    summary = pq.read_table(order.run / "summary.parquet").to_pylist()
    assert [(row["commissioner"], row["records"], str(row["cost"])) for row in summary] == [
        ("72Q", 3, "0.00"),
        ("01F", 2, "123456789012.35"),
    ]


def test_lines_of_an_identification_stand_for_submitted_codes(
    reference: Path, tmp_path: Path, write_activity: WriteActivity
) -> None:
    """K19: one specialised episode makes the spell so, and all three are paid for by its line."""

    rows: list[dict[str, object]] = [
        {
            "record_id": str(number),
            "activity_date": date(2025, 6, 1),
            "gp_responsibility": "72Q",
            "provider": "RNOR",
            "service_code": None,
        }
        for number in range(3)
    ]
    activity = write_activity("activity.parquet", rows, 2)
    labels = tmp_path / "labels.parquet"
    pq.write_table(pa.table({"record_id": ["0", "1", "2"], "spell_service_line": ["RED1"] * 3}), labels)
    order = order_of(reference, [activity], tmp_path, method=FLOWCHART, labels=labels)
    assert [row["assignment_code"] for row in answers(order)] == ["27T_C_2_1"] * 3
    _, explained = explain_record(order, "1")
    assert explained[0].assignment.outcome.code == "27T_C_2_1"
    other = tmp_path / "other.parquet"
    pq.write_table(pa.table({"record_id": ["0", "2", "1"], "spell_service_line": ["RED1"] * 3}), other)
    with pytest.raises(Problem, match="the labels are of other records"):
        assign(replace(order, labels=other, out=tmp_path / "o.parquet", run=tmp_path / "o.run"))
    assert not (tmp_path / "o.run").exists()
    short = tmp_path / "short.parquet"
    pq.write_table(pa.table({"record_id": ["0"], "spell_service_line": ["RED1"]}), short)
    with pytest.raises(Problem, match="the labels are of 1 records, and the activity has 3"):
        assign(replace(order, labels=short, out=tmp_path / "o.parquet", run=tmp_path / "o.run"))


def test_parts_in_bulk_as_one_by_one(reference: Path, tmp_path: Path, write_activity: WriteActivity) -> None:

    row = {"activity_date": date(2025, 6, 1), "gp_responsibility": "72Q", "provider": "RLON"}
    rows: list[dict[str, object]] = [
        {
            **row,
            "record_id": "1",
            "unbundled_hrgs": ["SB12Z"],
            "service_code": "NCBPS01C",
            "spell_hrg": "LB35D",
        },
        {**row, "record_id": "2", "unbundled_hrgs": ["XA02Z"], "service_code": None, "spell_hrg": "PB01A"},
        {**row, "record_id": "3", "unbundled_hrgs": ["XC03Z"], "service_code": None, "spell_hrg": "LB35D"},
        {**row, "record_id": "4", "unbundled_hrgs": None, "service_code": "GREEN1", "spell_hrg": None},
    ]
    activity = write_activity("activity.parquet", rows, 3)
    order = order_of(reference, [activity], tmp_path, method=FLOWCHART, parts=True)
    found = [(row["record_id"], row["part"], row["assignment_code"]) for row in answers(order)]
    assert found == [
        ("1", "core", "72Q_C_5_1"),
        ("1", "chemotherapy", "72Q_C_6_1"),
        ("2", "core", "72Q_C_5_1"),
        ("2", "neonatal critical care", "13R_C_2_1"),
        ("3", "core", "72Q_C_5_1"),
        ("4", "core", "72Q_C_6_1"),
    ]
    one_by_one = [
        (record, each.part, each.assignment.outcome.code)
        for record in ("1", "2", "3", "4")
        for each in explain_record(order, record)[1]
    ]
    assert one_by_one == found


def test_parts_of_a_method_that_has_none(
    reference: Path, tmp_path: Path, write_activity: WriteActivity
) -> None:
    activity = write_activity("activity.parquet", [{"record_id": "1", "service_code": "RED1"}])
    with pytest.raises(Problem, match="names no parts"):
        assign(order_of(reference, [activity], tmp_path, parts=True))
    assert not (tmp_path / "assigned.run").exists()


def test_a_box_whose_table_is_missing_says_so_by_name(
    reference: Path, tmp_path: Path, write_activity: WriteActivity
) -> None:

    (reference / "provider_hubs.csv").unlink()
    row = {"activity_date": date(2025, 6, 1), "provider": "RLON", "gp_responsibility": "72Q"}
    rows: list[dict[str, object]] = [
        {**row, "record_id": "1", "service_code": "RED1", "contracted_hub": None},
        {**row, "record_id": "2", "service_code": "RED1", "contracted_hub": "14F"},
        {**row, "record_id": "3", "service_code": "GREEN1", "contracted_hub": None},
    ]
    order = order_of(reference, [write_activity("activity.parquet", rows)], tmp_path, method=FLOWCHART)
    manifest = assign(order)
    found = pq.read_table(order.out).to_pylist()
    assert [row["assignment_code"] for row in found] == [None, "14F_C_2_1", "72Q_C_6_1"]
    assert found[0]["reason"] == (
        "Cannot be decided here: box C-2 asks for the list of providers with the hub that holds their "
        "contract (provider_hubs.csv), which the reference folder does not hold."
    )
    warned = {
        each["table"]: each["message"] for each in manifest["warnings"] if each["kind"] == "table_missing"
    }
    assert warned["provider_hubs"].endswith("boxes B-2, C-1, C-2, C-3 cannot be decided")


def test_many_combinations_are_found_by_sorting_too(reference: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    assigner = assigner_of(TOOL, reference)
    chance = Random(7)
    drawn = [_draw(chance) for _ in range(300)]
    plain = BulkAssigner(assigner)
    first = [plain.outcomes[n] for n in plain.assign(batch_of(drawn, vocabulary_of({}))).answers]
    monkeypatch.setattr(bulk_module, "WIDEST_TABLE", 10)
    monkeypatch.setattr(bulk_module, "MOST_COMBINATIONS", 20)
    sorting = BulkAssigner(assigner)
    for _ in range(2):
        found = [sorting.outcomes[n] for n in sorting.assign(batch_of(drawn, vocabulary_of({}))).answers]
        assert found == first


def _draw(chance: Random) -> dict[str, object]:

    return {
        "activity_date": chance.choice([date(2024, 12, 1), date(2025, 6, 1), None]),
        "service_code": chance.choice(["GREEN1", "RED1", "AMBER1", "MIND1", None]),
        "gp_responsibility": chance.choice(["72Q", "QKK", "A91901", None]),
        "host_sub_icb": chance.choice(["01F", "18C", None]),
        "treatment_function": chance.choice(["100", "140"]),
    }
