"""CSV of every kind of dirt: a clear message, or a counted fault."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.activity import read_csv
from speccom.activity.csv_file import look_through
from speccom.activity.faults import OTHER_VALUES, VALUES_LISTED, FaultCounter
from speccom.activity.layouts import load_layouts
from speccom.activity.prepare import PreparedFile, prepare
from speccom.problem import Problem
from speccom.rulebook import find


def rows(prepared: PreparedFile) -> list[dict[str, object]]:
    return pq.read_table(prepared.path).to_pylist()


def faults(prepared: PreparedFile) -> dict[tuple[str, str, str], int]:
    return {(fault.column, fault.kind, fault.value): fault.count for fault in prepared.faults}


def test_a_canonical_file(prepare_bytes) -> None:
    prepared = prepare_bytes(
        b"record_id,dataset,activity_date,age,provider,diagnoses,total_cost\n"
        b"A1,apc,2025-04-01,41,RTA,I251;E119,1234.5\n"
        b'A2,op,02/04/2025,5.0, RJ1 ,"-;;X999;-","\xc2\xa31,000.00"\n'
        b"A3,apc,,,,,\n"
    )
    assert prepared.layout == "canonical"
    assert prepared.dataset is None
    assert prepared.rows == 3
    assert prepared.faults == ()
    assert prepared.rejected == ()
    assert rows(prepared) == [
        {
            "record_id": "A1",
            "dataset": "apc",
            "activity_date": date(2025, 4, 1),
            "provider": "RTA",
            "age": 41,
            "diagnoses": ["I251", "E119"],
            "total_cost": Decimal("1234.50"),
            "source_row": 0,
        },
        {
            "record_id": "A2",
            "dataset": "op",
            "activity_date": date(2025, 4, 2),
            "provider": "RJ1",
            "age": 5,
            "diagnoses": [None, None, "X999"],
            "total_cost": Decimal("1000.00"),
            "source_row": 1,
        },
        {
            "record_id": "A3",
            "dataset": "apc",
            "activity_date": None,
            "provider": None,
            "age": None,
            "diagnoses": [],
            "total_cost": None,
            "source_row": 2,
        },
    ]


def test_wide_columns_keep_their_positions(prepare_bytes) -> None:
    prepared = prepare_bytes(
        b"EPIKEY,PROCODE3,TRETSPEF,DIAG_4_01,DIAG_4_02,DIAG_4_04,OPERTN_4_01,OPERTN_4_02,STARTAGE\n"
        b"1,RTA,&,,R54X,K26.2,-   ,X999,7003\n"
        b"2,RTA,100,I251,,,&\t ,K262,\n"
        b"3,RTA,100,,,,,,7009\n"
    )
    assert prepared.layout == "hes-apc"
    first, second, third = rows(prepared)
    assert first["diagnoses"] == [None, "R54X", None, "K26.2"]
    assert first["procedures"] == []
    assert first["treatment_function"] is None
    assert first["age"] == 0
    assert second["diagnoses"] == ["I251"]
    assert second["procedures"] == [None, "K262"]
    assert third["diagnoses"] == []
    assert faults(prepared) == {("age", "impossible_age", "7009"): 1}
    assert prepared.faults[0].example_record_id == "3"
    assert prepared.faults[0].example_row == 2
    assert prepared.faults[0].example_file == "activity.csv"
    assert "activity_date" in prepared.absent_columns


def test_an_unfinished_admission_is_dated_by_its_start(prepare_bytes) -> None:
    prepared = prepare_bytes(
        b"EPIKEY,PROCODE3,TRETSPEF,ADMIDATE,DISDATE\n"
        b"1,RTA,100,2001-09-27,2001-10-01\n"
        b"2,RTA,100,2001-09-27,\n"
        b"3,RTA,100,2001-09-27,1801-01-01\n"
        b"4,RTA,100,2001-09-27,soon\n"
        b"5,RTA,100,1800-01-01,1800-01-01\n"
        b"6,RTA,100,nonsense,2001-10-01\n"
    )
    dates = [row["activity_date"] for row in rows(prepared)]
    started = date(2001, 9, 27)
    assert dates == [date(2001, 10, 1), started, started, None, None, date(2001, 10, 1)]
    assert faults(prepared) == {("activity_date", "unreadable_date", "soon"): 1}


def test_outpatients_keep_whether_they_came(prepare_bytes) -> None:
    prepared = prepare_bytes(
        b"ATTENDKEY,PROCODE3,TRETSPEF,ATTENDED,DIAG_4_01,GPPRAC\n1,RTA,100,5,R69X,V81999\n2,RTA,100,3,I251,A81001\n"
    )
    assert prepared.dataset == "op"
    assert prepared.not_attended == {"2", "3", "4", "7"}
    first, second = rows(prepared)
    assert (first["attended"], first["diagnoses"], first["gp_practice"]) == ("5", [], None)
    assert (second["attended"], second["diagnoses"], second["gp_practice"]) == ("3", ["I251"], "A81001")


@pytest.mark.parametrize("layout", ["hes-apc", "hes-op", "sus-apc", "sus-op"])
def test_every_layout_reads_its_own_columns(layout: str, prepare_bytes) -> None:
    shape = load_layouts(find.shelf())[layout]
    values = {name: f"V{place}" for place, name in enumerate(dict.fromkeys(shape.source_columns()))}
    for column, value in (("age", "41"), ("activity_date", "2025-04-01"), ("total_cost", "12.50")):
        values |= dict.fromkeys(shape.columns.get(column, ()), value)
    text = io.StringIO()
    csv.writer(text).writerows([values.keys(), values.values()])
    prepared = prepare_bytes(text.getvalue().encode())
    (row,) = rows(prepared)
    assert (prepared.layout, prepared.faults, prepared.blank_columns) == (layout, (), ())
    assert row["dataset"] == shape.dataset
    for column, (first, *_) in shape.columns.items():
        if column not in ("age", "activity_date", "total_cost"):
            assert row[column] == values[first]
    for column, names in shape.lists.items():
        assert row[column] == [values[name] for name in names]
    assert (row["age"], row["activity_date"]) == (41, date(2025, 4, 1))


def test_faults_are_counted_by_value(prepare_bytes) -> None:
    prepared = prepare_bytes(
        b"record_id,age,total_cost,activity_date\n"
        b"A,old,TBC,215551-01-01\nB,old,TBC,2025-02-30\nC,200,5,2025-01-01\n",
        dataset="apc",
    )
    assert faults(prepared) == {
        ("activity_date", "impossible_date", "2025-02-30"): 1,
        ("activity_date", "impossible_year", "215551-01-01"): 1,
        ("age", "impossible_age", "200"): 1,
        ("age", "unreadable_age", "old"): 2,
        ("total_cost", "unreadable_amount", "TBC"): 2,
    }
    by_kind = {fault.kind: fault for fault in prepared.faults}
    assert by_kind["unreadable_age"].example_record_id == "A"
    assert by_kind["impossible_age"].example_row == 2
    assert by_kind["unreadable_amount"].message


def test_a_column_of_nothing_but_faults_is_cut_short() -> None:
    counter = FaultCounter("f.csv")
    for number in range(VALUES_LISTED + 50):
        counter.add("unreadable_age", "age", f"x{number}", "no number", row=number, record_id=str(number))
    counter.add("unreadable_age", "age", "x0", "no number")
    found = counter.faults()
    assert len(found) == VALUES_LISTED + 1
    assert sum(fault.count for fault in found) == VALUES_LISTED + 51
    assert next(fault.count for fault in found if fault.value == OTHER_VALUES) == 50


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(separator: str, line_end: str, prepare_bytes) -> None:
    lines = [["record_id", "dataset", "age", "provider"], ["A", "apc", "5", "RTA"], ["B", "op", "6", "RJ1"]]
    text = line_end.join(separator.join(line) for line in lines)
    found = rows(prepare_bytes(text.encode()))
    assert [(row["record_id"], row["age"], row["provider"]) for row in found] == [
        ("A", 5, "RTA"),
        ("B", 6, "RJ1"),
    ]


def test_rows_of_the_wrong_width_are_rejected(prepare_bytes) -> None:
    prepared = prepare_bytes(
        b"record_id,dataset,age\nA,apc,1\nB,apc\nC,apc,3\nD,apc,4,5\n\nE,apc,5\n,apc,6\nF,ae,7\nG,,8\nH,apc,9\n"
    )
    assert [(row["record_id"], row["source_row"]) for row in rows(prepared)] == [
        ("A", 0),
        ("C", 2),
        ("E", 4),
        ("H", 8),
    ]
    assert [(each.row, each.record_id, each.reason) for each in prepared.rejected] == [
        (1, "B", "the row has 2 values where the header has 3 values"),
        (3, "D", "the row has 4 values where the header has 3 values"),
        (5, "", "the row has no record identifier"),
        (6, "F", "the dataset ae is neither apc nor op"),
        (7, "G", "the row has no dataset"),
    ]
    assert prepared.rows_read == 9


def test_places_of_rows_across_many_stretches(prepare_bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_csv, "ROWS_IN_A_STRETCH", 10)
    monkeypatch.setattr(read_csv, "_BLOCK", 64)
    lines = ["record_id,dataset,age"]
    bad = {0, 1, 17, 18, 40, 99}
    lines += [f"R{place},apc" + ("" if place in bad else ",5") for place in range(100)]
    prepared = prepare_bytes("\n".join(lines).encode())
    assert {each.row for each in prepared.rejected} == bad
    assert all(row["record_id"] == f"R{row['source_row']}" for row in rows(prepared))
    assert prepared.rows == 94


@pytest.mark.parametrize("wrong", [3, 5000])
def test_a_header_that_no_row_fits(wrong: int, prepare_bytes) -> None:
    with pytest.raises(Problem) as problem:
        prepare_bytes(b"record_id,dataset,age\n" + b"A,apc,5,\n" * wrong)
    assert "no row fits the header: the row has 4 values where the header has 3 values" in str(problem.value)


def test_quoted_newlines_separators_and_marks(prepare_bytes) -> None:
    prepared = prepare_bytes(b'record_id,dataset,provider,age\n"A\n1",apc,"R""T,A",5\n"B",apc,RJ1,6\n')
    assert [row["record_id"] for row in rows(prepared)] == ["A\n1", "B"]
    assert rows(prepared)[0]["provider"] == 'R"T,A'


def test_a_quotation_mark_that_is_never_closed(prepare_bytes) -> None:
    text = b"record_id,dataset,age\n" + b"A,apc,5\n" * 10 + b'"B,apc,5\n' + b"C,apc,5\n" * 400_000
    with pytest.raises(Problem, match="most likely a quotation mark is opened and not closed"):
        prepare_bytes(text)


def test_a_quotation_mark_that_swallows_the_last_rows(prepare_bytes) -> None:
    prepared = prepare_bytes(b'record_id,dataset,age\nA,apc,1\n"B,apc,2\nC,apc,3\n')
    assert [row["record_id"] for row in rows(prepared)] == ["A"]
    assert prepared.rejected[0].reason.endswith(
        "a quotation mark in it is not closed, and it runs over 2 lines"
    )
    assert [fault.kind for fault in prepared.faults] == ["odd_quotation_marks"]


def test_a_header_with_a_line_end_in_a_name(prepare_bytes) -> None:
    prepared = prepare_bytes(b'record_id,"notes\nof the ward",dataset\nA,x,apc\n')
    assert rows(prepared)[0]["record_id"] == "A"
    assert prepared.faults[0].kind == "unknown_column"


@pytest.mark.parametrize(
    "before", [b"\n\n", b"# Synthetic: no person stands behind these rows\n", b"sep=,\r\n"]
)
def test_lines_before_the_header(before: bytes, prepare_bytes) -> None:
    prepared = prepare_bytes(before + b"record_id,dataset\nA,apc\n")
    assert prepared.rows == 1
    assert rows(prepared)[0]["source_row"] == 0


@pytest.mark.parametrize(
    ("contents", "kind", "value"),
    [
        ("record_id,dataset,provider\nA,apc,Zoë\n".encode("latin-1"), "not_utf8", "Windows-1252"),
        (
            b"\xef\xbb\xbf" + "record_id,dataset,provider\nA,apc,Zoë\n".encode("latin-1"),
            "not_utf8",
            "Windows-1252",
        ),
        (b"record_id,dataset,provider\nA,apc,Zo\xeb\nB,apc,\x81\n", "not_utf8", "Latin-1"),
        ("record_id,dataset,provider\nA,apc,Zoë\n".encode(), "", ""),
        ("record_id,dataset,provider\nA,apc,Zoë\n".encode("utf-8-sig"), "", ""),
        ("record_id,dataset,provider\nA,apc,Zo\0ë\n".encode(), "nul_bytes", ""),
        (b"record\0_id,dataset,provider\nA,apc,Zo\xeb\n", "not_utf8", "Windows-1252"),
    ],
)
def test_encodings(contents: bytes, kind: str, value: str, prepare_bytes) -> None:
    prepared = prepare_bytes(contents)
    first = rows(prepared)[0]
    assert (first["record_id"], first["provider"]) == ("A", "Zoë")
    if kind:
        assert (kind, value) in {(fault.kind, fault.value) for fault in prepared.faults}
    else:
        assert prepared.faults == ()


def test_latin_1_under_the_mark_of_utf_8_is_said(prepare_bytes) -> None:
    prepared = prepare_bytes(b"\xef\xbb\xbfrecord_id,dataset,provider\nA,apc,Zo\xeb\n")
    assert prepared.faults[0].message == (
        "the file is not in UTF-8 and yet begins with the mark of UTF-8; it was read as Windows-1252"
    )


def test_a_character_cut_by_the_reading_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("speccom.activity.csv_file._BLOCK", 7)
    path = tmp_path / "f.csv"
    for text in ("record_id\nëëëëëë\nabcdefghijk\n", "record_id,ë\nabcdefghij,éééé\n"):
        path.write_bytes(text.encode())
        assert look_through(path).encoding == "utf-8"
    path.write_bytes(b"record_id\nab\xc3")
    assert look_through(path).encoding == "cp1252"


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        ("record_id,dataset\nA,apc\n".encode("utf-16"), "UTF-16"),
        ("record_id,dataset\nA,apc\n".encode("utf-16-le"), "UTF-16"),
        (b"PK\x03\x04whatever", "a spreadsheet or a zip archive"),
        (b"\x1f\x8b\x08whatever", "compressed with gzip"),
        (b"\xd0\xcf\x11\xe0whatever", "an old Excel workbook"),
        (b",,,\n1,2,3,4\n", "no header"),
        (b"record_id,dataset,age,age\nA,apc,1,2\n", "the column age is there more than once"),
        (b"record_id,age\nA,5\n", "Add a column dataset"),
        (b"EPIKEY,PROCODE3\n1,RTA\n", "also needs TRETSPEF"),
    ],
)
def test_files_that_cannot_be_used(contents: bytes, said: str, prepare_bytes) -> None:
    with pytest.raises(Problem) as problem:
        prepare_bytes(contents)
    assert said in str(problem.value)
    assert "activity.csv" in str(problem.value)


def test_a_repeated_column_that_nobody_needs(prepare_bytes) -> None:
    prepared = prepare_bytes(b"EPIKEY,PROCODE3,TRETSPEF,NOTE,NOTE\n1,RTA,100,x,y\n")
    assert prepared.rows == 1


@pytest.mark.parametrize(
    "contents", [b"record_id,dataset\n", b"record_id,dataset", b"record_id,dataset\n\n\n"]
)
def test_a_header_without_rows(contents: bytes, prepare_bytes) -> None:
    prepared = prepare_bytes(contents)
    assert prepared.rows == 0
    assert rows(prepared) == []
    assert [fault.kind for fault in prepared.faults] == ["no_rows"]
    assert pq.read_schema(prepared.path).names == ["record_id", "dataset", "source_row"]


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="there is no such file"):
        prepare(tmp_path / "nothing.csv", folder=tmp_path)
    with pytest.raises(Problem, match="a folder"):
        prepare(tmp_path, folder=tmp_path)


def test_the_dataset_in_the_file_wins(prepare_bytes) -> None:
    prepared = prepare_bytes(b"record_id,dataset\nA,apc\nB,APC\nC, op \nD,\n", dataset="op")
    assert [row["dataset"] for row in rows(prepared)] == ["apc", "apc", "op", "op"]
    assert faults(prepared) == {("dataset", "dataset_differs", "apc"): 2}


def test_the_layout_s_dataset_wins(prepare_bytes) -> None:
    prepared = prepare_bytes(b"EPIKEY,PROCODE3,TRETSPEF\n1,RTA,100\n", dataset="op")
    assert prepared.dataset == "apc"
    assert faults(prepared) == {("dataset", "dataset_differs", "apc"): 1}


def test_a_misspelt_column_is_named(prepare_bytes) -> None:
    prepared = prepare_bytes(b"record_id,dataset,diagnosis\nA,apc,I251\n")
    (fault,) = prepared.faults
    assert (fault.kind, fault.value) == ("unknown_column", "diagnosis")
    assert "diagnoses" in fault.message


def test_blank_and_absent_columns(prepare_bytes) -> None:
    prepared = prepare_bytes(b"record_id,dataset,hrg,diagnoses,age\nA,apc, ,-;-,5\nB,apc,,,6\n")
    assert prepared.blank_columns == ("hrg", "diagnoses")
    assert "procedures" in prepared.absent_columns
    assert "age" not in prepared.absent_columns


def test_a_file_of_nothing_but_rejected_rows(prepare_bytes) -> None:
    prepared = prepare_bytes(b"record_id,dataset,age\n,apc,1\n,apc,2\n")
    assert (prepared.rows, len(prepared.rejected), prepared.rows_read) == (0, 2, 2)
    assert pq.read_metadata(prepared.path).num_rows == 0


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)
TABLE = st.lists(st.lists(TEXT, min_size=3, max_size=3), max_size=12)


@given(table=TABLE, separator=st.sampled_from([",", "|", "\t"]))
def test_whatever_is_quoted_properly_is_read_back(
    table: list[list[str]], separator: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["record_id", "provider", "site"])
    writer.writerows(table)
    path = folder / "f.csv"
    path.write_text(written.getvalue(), encoding="utf-8", newline="")
    prepared = prepare(path, folder=folder / "out", dataset="op")
    expected = [
        (values[0].strip(), values[1].strip() or None, values[2].strip() or None, place)
        for place, values in enumerate(table)
        if values[0].strip()
    ]
    found = [
        (row["record_id"], row.get("provider"), row.get("site"), row["source_row"]) for row in rows(prepared)
    ]
    assert found == expected
    assert prepared.rows_read == len(table)
