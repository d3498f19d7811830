"""The synthetic year: reproducible, marked as what it is, and plausible as care."""

import ast
import datetime as dt
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

import speccom.activity.synthesise as package
from speccom.activity.synthesise import synthesise, year_files
from speccom.activity.synthesise.canonical import SCHEMA
from speccom.commands import main
from speccom.problem import Problem

RECORDS = 40_000


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    files = synthesise(RECORDS, tmp_path_factory.mktemp("year"))
    return {pq.read_table(file)["dataset"][0].as_py(): pq.read_table(file) for file in files}


def rows(table: pa.Table, *columns: str) -> list[dict[str, object]]:
    return table.select(list(columns)).to_pylist()


@pytest.mark.parametrize("layout", ["canonical", "hes-apc", "hes-op"])
@pytest.mark.parametrize("dirty", [False, True])
def test_the_same_order_gives_the_same_bytes(tmp_path: Path, layout: str, dirty: bool) -> None:
    first = synthesise(3_000, tmp_path / "first", seed=7, layout=layout, dirty=dirty)
    again = synthesise(3_000, tmp_path / "again", seed=7, layout=layout, dirty=dirty)
    other = synthesise(3_000, tmp_path / "other", seed=8, layout=layout, dirty=dirty)
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in again]
    assert [file.read_bytes() for file in first] != [file.read_bytes() for file in other]
    assert (tmp_path / "first/README.txt").read_bytes() == (tmp_path / "again/README.txt").read_bytes()


def test_exactly_as_many_records_as_asked_for(year: dict[str, pa.Table], tmp_path: Path) -> None:
    assert sum(table.num_rows for table in year.values()) == RECORDS
    for records in (1, 2, 333):
        files = synthesise(records, tmp_path / str(records))
        assert sum(pq.read_metadata(file).num_rows for file in files) == records


def test_a_large_year_comes_in_parts_of_at_most_a_million_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert year_files.ROWS_IN_BATCH * year_files.BATCHES_IN_PART < 900_000
    monkeypatch.setattr(year_files, "ROWS_IN_BATCH", 1_000)
    files = synthesise(9_500, tmp_path, layout="hes-op")
    assert [file.name for file in files] == [
        "synthetic-hes-op-2025-26-001.csv",
        "synthetic-hes-op-2025-26-002.csv",
    ]
    lines = [file.read_bytes().count(b"\n") - 1 for file in files]
    assert sum(lines) == 9_500
    assert max(lines) <= 1_000 * year_files.BATCHES_IN_PART * 1.1
    ids = [line.split(",")[1] for file in files for line in file.read_text().splitlines()[1:]]
    assert ids == sorted(set(ids))


def test_every_file_says_that_it_is_synthetic(tmp_path: Path) -> None:
    for layout, file_format in (("canonical", "parquet"), ("canonical", "csv"), ("hes-apc", "csv")):
        out = tmp_path / layout / file_format
        for file in synthesise(500, out, layout=layout, file_format=file_format):
            assert file.name.startswith("synthetic-")
            assert file.name in (out / "README.txt").read_text()
            if file_format == "parquet":
                assert b"speccom.synthetic" in pq.read_schema(file).metadata
        assert "NO REAL PATIENTS" in (out / "README.txt").read_text()


def test_record_ids_are_different_and_say_what_they_are(year: dict[str, pa.Table]) -> None:
    for table in year.values():
        assert pc.all(pc.starts_with(table["record_id"], "SYN")).as_py()
        assert len(pc.unique(table["record_id"])) == table.num_rows


def test_the_canonical_types(year: dict[str, pa.Table]) -> None:
    for table in year.values():
        assert table.schema.remove_metadata() == SCHEMA


def test_nothing_in_it_could_be_a_person_or_a_real_practice(year: dict[str, pa.Table]) -> None:
    for table in year.values():
        assert not {"nhs_number", "name", "home_postcode"} & set(table.column_names)
        assert all(re.fullmatch(r"Z\d{5}", code) for code in pc.unique(table["gp_practice"]).to_pylist())


def test_cancers_and_births_belong_to_the_right_sex_and_age(year: dict[str, pa.Table]) -> None:
    only_men, only_women = ("C61", "C62", "C60", "N40"), ("O", "C53", "C54", "C56", "N80", "Z34")
    for table in year.values():
        for row in rows(table, "sex", "age", "diagnoses", "treatment_function"):
            for code in row["diagnoses"]:
                assert row["sex"] != "2" or not code.startswith(only_men), row
                assert row["sex"] != "1" or not code.startswith(only_women), row
                assert not code.startswith("O8") or 12 <= row["age"] <= 55, row
            if row["treatment_function"] in ("501", "560", "505"):
                assert row["sex"] == "2"
                assert 12 <= row["age"] <= 55


def test_childrens_functions_see_only_children_and_babies_are_born_at_nought(
    year: dict[str, pa.Table],
) -> None:
    childrens = {str(code) for code in (*range(211, 224), *range(241, 243), *range(251, 265), 321, 421)}
    for table in year.values():
        for row in rows(table, "age", "treatment_function", "admission_method"):
            assert row["treatment_function"] not in childrens or row["age"] < 19, row
            assert row["admission_method"] not in ("82", "83") or row["age"] == 0, row


def test_procedure_goes_with_diagnosis_and_cost_with_care(year: dict[str, pa.Table]) -> None:
    costs: dict[str, list[float]] = {"hip": [], "cataract": []}
    for row in rows(year["apc"], "procedures", "diagnoses", "total_cost", "hrg", "treatment_function"):
        first = row["procedures"][0] if row["procedures"] else ""
        if first in ("W371", "W381"):
            assert row["treatment_function"] in ("110", "111")
            costs["hip"].append(float(row["total_cost"]))
        if first == "C751":
            costs["cataract"].append(float(row["total_cost"]))
    assert min(len(costs["hip"]), len(costs["cataract"])) > 50
    mean = {name: sum(all_of) / len(all_of) for name, all_of in costs.items()}
    assert 5_000 < mean["hip"] < 10_000
    assert 600 < mean["cataract"] < 1_700


def test_a_spell_holds_one_patient_and_its_episodes(year: dict[str, pa.Table]) -> None:
    spells: dict[str, set[tuple[object, ...]]] = {}
    episodes: dict[str, int] = {}
    for row in rows(year["apc"], "spell_id", "age", "sex", "provider", "activity_date", "gp_practice"):
        patient = tuple(value for name, value in row.items() if name != "spell_id")
        spells.setdefault(str(row["spell_id"]), set()).add(patient)
        episodes[str(row["spell_id"])] = episodes.get(str(row["spell_id"]), 0) + 1
    assert all(len(patients) == 1 for patients in spells.values())
    assert 1.08 < sum(episodes.values()) / len(episodes) < 1.6
    assert max(episodes.values()) >= 3
    assert year["op"]["spell_id"].null_count == year["op"].num_rows


def test_days_fall_in_the_year_and_clinics_rest_at_weekends(year: dict[str, pa.Table]) -> None:
    for table in year.values():
        days = table["activity_date"].to_pylist()
        assert min(days) >= dt.date(2025, 4, 1)
        assert max(days) <= dt.date(2026, 3, 31)
    clinics = year["op"]["activity_date"].to_pylist()
    assert sum(day.weekday() >= 5 for day in clinics) / len(clinics) < 0.05
    assert dt.date(2025, 12, 25) not in clinics or clinics.count(dt.date(2025, 12, 25)) < 20


def test_pneumonia_is_a_winter_illness(year: dict[str, pa.Table]) -> None:
    months = [
        row["activity_date"].month
        for row in rows(year["apc"], "hrg", "activity_date")
        if str(row["hrg"]).startswith(("DZ11", "DZ65", "DZ19"))
    ]
    assert sum(month in (12, 1, 2) for month in months) > 1.5 * sum(month in (6, 7, 8) for month in months)


def test_those_who_did_not_come_cost_nothing(year: dict[str, pa.Table]) -> None:
    missed = [
        row for row in rows(year["op"], "attended", "total_cost") if row["attended"] in ("2", "3", "4", "7")
    ]
    assert 0.05 < len(missed) / year["op"].num_rows < 0.12
    assert all(row["total_cost"] == 0 for row in missed)
    assert min(row["total_cost"] for row in rows(year["apc"], "total_cost")) > 0


def test_some_lines_are_stated_by_their_providers(year: dict[str, pa.Table]) -> None:
    stated = {line for table in year.values() for line in table["submitted_service_line"].to_pylist() if line}
    assert {"NCBPS11B", "NCBPS22E", "NCBPS05P"} <= stated


def test_it_never_reads_a_rulebook() -> None:
    folder = Path(package.__file__).parent
    writing = ("speccom.activity.disk_full", "speccom.activity.written_whole")
    may_import = ("speccom.activity.synthesise", "speccom.criteria.codes", "speccom.problem", *writing)
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in names:
                assert not name.startswith("speccom") or name.startswith(may_import), (
                    f"{file.name} imports {name}"
                )


def test_hospital_episodes_have_their_own_columns(tmp_path: Path) -> None:
    (file,) = synthesise(2_000, tmp_path, layout="hes-apc")
    text = pacsv.ConvertOptions(column_types={"PROCODE3": pa.string()}, strings_can_be_null=False)
    table = pacsv.read_csv(file, convert_options=text)
    assert {"EPIKEY", "DIAG_4_20", "OPERTN_4_24", "STARTAGE", "PROCODE3", "TRETSPEF"} <= set(
        table.column_names
    )
    assert "spell_id" not in table.column_names
    assert b'"' not in file.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--records", "0"], "0 records cannot be made"),
        (["--records", "10", "--seed", "-1"], "negative"),
        (["--records", "10", "--layout", "hes-op", "--format", "parquet"], "not written as parquet"),
    ],
)
def test_an_order_that_cannot_be_met_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["synthesise", *arguments, "--out", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Problem, match="could not be written"):
        synthesise(10, tmp_path / "file" / "year")


def test_parts_of_a_larger_year_are_not_left_beside_a_smaller_one(tmp_path: Path) -> None:
    (first, _) = synthesise(400, tmp_path)
    synthesise(300, tmp_path)  # the same parts are replaced
    first.rename(tmp_path / "synthetic-apc-2025-26-002.parquet")
    with pytest.raises(Problem, match=r"synthetic-apc-2025-26-002\.parquet is part of another"):
        synthesise(400, tmp_path)


def test_a_year_that_is_stopped_leaves_no_half_file(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesise(400, tmp_path, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_the_command_names_its_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synthesise", "--records", "100", "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert [Path(line).name for line in printed.out.splitlines()] == [
        "synthetic-apc-2025-26-001.parquet",
        "synthetic-op-2025-26-001.parquet",
    ]
    assert printed.err == ""
