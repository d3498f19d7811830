"""Reference tables from published files: SQL scripts, CSV and Excel, recognised by their columns."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
import xlsxwriter

from speccom.commands import main
from speccom.problem import Problem
from speccom.rulebook.assignment import find_assignment
from speccom.rulebook.assignment_load import load_assignment
from speccom.rulebook.import_reference import import_reference
from speccom.rulebook.published_tables import known_tables

_INTO = (
    "INSERT INTO [CAM_Ref].[SubICBtoDirectComm]([SubICB_Code],[ICB_Code],[ODSCommHub],[ODSRegion],"
    "[ODSHealthandJustice],[ProvisionalICBDelegationStatus],[Effective_From],[Effective_To])\n"
)
SCRIPT = f"""SET ANSI_NULLS ON
GO
CREATE TABLE [CAM_Ref].[SubICBtoDirectComm]([SubICB_Code] [varchar](10) NOT NULL)
GO
{_INTO}     VALUES('72Q','QKK','13R','Y56','14M','No','2024-04-01 00:00:00.000','2025-03-31')
{_INTO}     VALUES('01F', N'O''Brien', NULL,'Y62','32T','Yes',CAST(N'2024-04-01' AS Date),'2050-03-31'),
     ('18C','QGH','14A','Y60','14Q','Yes',CAST('2024-04-01T00:00:00.000' AS DateTime2 (7)),'2050-03-31')
"""


@pytest.fixture(scope="session")
def published() -> Path:
    """The published tables as CSV; the test is skipped where they are absent."""
    shared = Path(os.environ.get("SPECCOM_SHARED_DATA") or Path(__file__).parents[4] / "shared" / "data")
    path = shared / "commissioner_assignment"
    if not path.is_dir():
        pytest.skip(
            "the shared data is absent: commissioner_assignment (SPECCOM_SHARED_DATA names its folder)"
        )
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_published_script(tmp_path: Path, encoding: str) -> None:
    script = tmp_path / "CAM_Ref SubICBtoDirectComm.sql"
    script.write_bytes(SCRIPT.replace("\n", "\r\n").encode(encoding))
    taken = import_reference([script], tmp_path / "reference")
    assert [(each.table, each.rows, each.left_out) for each in taken] == [
        ("sub_icb_to_direct_commissioner", 3, ())
    ]
    rows = rows_of(tmp_path / "reference" / "sub_icb_to_direct_commissioner.csv")
    assert [list(row.values()) for row in rows] == [
        ["72Q", "QKK", "13R", "Y56", "14M", "No", "2024-04-01", "2025-03-31"],
        ["01F", "O'Brien", "", "Y62", "32T", "Yes", "2024-04-01", "2050-03-31"],
        ["18C", "QGH", "14A", "Y60", "14Q", "Yes", "2024-04-01", "2050-03-31"],
    ]


def test_the_shared_tables_come_through_as_they_are(published: Path, tmp_path: Path) -> None:
    files = sorted(published.glob("*.csv"))
    taken = import_reference(files, tmp_path / "reference")
    assert {each.table: each.rows for each in taken} == {
        "armed_forces_practices": 152,
        "assignment_reasons": 871,
        "justice_establishments": 145,
        "service_category_flags": 5,
        "service_codes": 989,
        "sub_icb_to_direct_commissioner": 152,
    }
    for path in files:
        trimmed = [{name: cell.strip() for name, cell in row.items()} for row in rows_of(path)]
        assert rows_of(tmp_path / "reference" / path.name) == trimmed


def test_a_workbook_and_columns_that_nothing_is_taken_from(tmp_path: Path) -> None:
    path = tmp_path / "published.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("About").write_row(0, 0, ["Some words"])
        sheet = book.add_worksheet("Hubs")
        sheet.write_row(0, 0, ["Provider Code", "Provider name", "Commissioning Hub Code"])
        sheet.write_row(1, 0, ["RLON", "London", "13R"])
    taken = {each.found: each for each in import_reference([path], tmp_path / "reference")}
    assert taken["About"].table == ""
    assert (taken["Hubs"].table, taken["Hubs"].left_out) == ("provider_hubs", ("Provider name",))
    assert rows_of(tmp_path / "reference" / "provider_hubs.csv") == [
        {"provider_code": "RLON", "commissioning_hub": "13R", "effective_from": "", "effective_to": ""}
    ]


@pytest.mark.parametrize(
    "written",
    [
        "2025-04-01",
        "20250401",
        "01/04/2025",
        "2025-04-01 00:00:00.000",
        "01/04/2025 00:00",
        "2025-04-01T00:00:00",
    ],
)
def test_days_however_they_are_written(tmp_path: Path, written: str) -> None:
    path = tmp_path / "hubs.csv"
    path.write_text(
        f"Provider Code,Commissioning Hub Code,Effective From\nRLON,13R,{written}\nRNOR,27T,soon\n",
        encoding="utf-8",
    )
    import_reference([path], tmp_path / "reference")
    rows = rows_of(tmp_path / "reference" / "provider_hubs.csv")
    assert [row["effective_from"] for row in rows] == ["2025-04-01", "soon"]


def test_two_years_of_a_table_are_put_together_and_others_stay(tmp_path: Path) -> None:
    out = tmp_path / "reference"
    for name, rows in (("a", "RLON,13R\nRNOR,27T\n"), ("b", "RNOR,27T\nRSOU,14G\n")):
        (tmp_path / f"{name}.csv").write_text(f"provider_code,commissioning_hub\n{rows}", encoding="utf-8")
    local = tmp_path / "local.csv"
    local.write_text("service_code,local_authority\nX,E09000001\n", encoding="utf-8")
    import_reference([local], out)
    import_reference([tmp_path / "a.csv", tmp_path / "b.csv"], out)
    assert [row["provider_code"] for row in rows_of(out / "provider_hubs.csv")] == ["RLON", "RNOR", "RSOU"]
    assert [(row["table"], row["file"]) for row in rows_of(out / "origin.csv")] == [
        ("local_public_health", "local.csv"),
        ("provider_hubs", "a.csv"),
        ("provider_hubs", "b.csv"),
    ]


def test_every_table_that_a_method_reads_can_be_imported() -> None:
    known = {table.name: set(table.columns) for table in known_tables()}
    for method in ("validation-tool-5.3", "flowchart-2025-26"):
        rulebook = load_assignment(find_assignment(method).folder)
        for table in rulebook.tables.values():
            if not table.own:
                needed = {each.column for each in rulebook.lookups.values() if each.table == table.name}
                needed |= {each.value for each in rulebook.lookups.values() if each.table == table.name}
                needed |= {table.first_day, table.last_day} - {""}
                assert needed <= known[table.name], table.name


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("odd.csv", "a,b\n1,2\n", "none of these files holds a table"),
        ("near.csv", "provider_code,hub\n1,2\n", "lacks commissioning_hub"),
        ("empty.csv", "", "the file is empty"),
        ("x.sql", "INSERT INTO t (a, b) VALUES (1)", "a row has 1 values for 2 columns"),
        ("x.sql", "INSERT INTO t (a) SELECT 1", "VALUES should stand here"),
        ("x.sql", "CREATE TABLE t (a int)", "it holds no rows"),
    ],
)
def test_what_cannot_be_imported(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(Problem) as raised:
        import_reference([tmp_path / name], tmp_path / "reference")
    assert said in str(raised.value)
    assert not (tmp_path / "reference").exists()


def test_the_command_says_what_it_took(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script, other = tmp_path / "hubs.sql", tmp_path / "other.csv"
    script.write_text(SCRIPT, encoding="utf-8")
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    out = tmp_path / "reference"
    assert main(["import", "reference", str(script), str(other), "--out", str(out)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        (
            "hubs.sql (SubICBtoDirectComm): 3 rows of sub-ICB locations with their hubs and regions "
            "(sub_icb_to_direct_commissioner.csv)"
        ),
        "other.csv: nothing was taken; its columns are those of no table",
        f"Tables: {out}",
    ]
    assert main(["import", "referense", str(script), "--out", str(out)]) == 2
    assert "cannot import" in capsys.readouterr().err
    assert main(["import", "reference", str(tmp_path / "gone.csv"), "--out", str(out)]) == 2
    assert "there is no such file" in capsys.readouterr().err
