"""Whole files: the artificial HES, the round trip through CSV, and what is left on disk."""

import csv
import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.activity.plan import canonical_type
from speccom.activity.prepare import prepare
from speccom.problem import Problem


def test_the_artificial_admitted_patients(hes_apc: Path, tmp_path: Path) -> None:
    prepared = prepare(hes_apc, folder=tmp_path)
    found = pq.read_table(prepared.path).to_pylist()
    with hes_apc.open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert (prepared.layout, prepared.dataset) == ("hes-apc", "apc")
    assert prepared.rows_read == len(written) == 2075
    assert prepared.rows + len(prepared.rejected) == prepared.rows_read
    assert prepared.faults == ()
    assert prepared.digest == hashlib.sha256(hes_apc.read_bytes()).hexdigest()
    assert prepared.blank_columns == ("hrg", "gp_responsibility", "residence_responsibility")
    for row, source in zip(found, written, strict=True):
        assert row["record_id"] == source["EPIKEY"]
        dates = [
            source[name] for name in ("DISDATE", "ADMIDATE") if source[name][:4] not in ("", "1800", "1801")
        ]
        assert row["activity_date"] == (date.fromisoformat(dates[0]) if dates else None)
        assert row["age"] == (0 if int(source["STARTAGE"]) > 7000 else int(source["STARTAGE"]))
        expected = [source[f"DIAG_4_{place:02d}"].strip() for place in range(1, 21)]
        assert row["diagnoses"] == _without_none(expected, {"", "-", "&"})
        expected = [source[f"OPERTN_4_{place:02d}"].strip() for place in range(1, 25)]
        assert row["procedures"] == _without_none(expected, {"", "-", "&", "X998", "X999"})
        assert row["treatment_function"] == (None if source["TRETSPEF"] == "&" else source["TRETSPEF"])


def _without_none(codes: list[str], none: set[str]) -> list[str | None]:
    kept = [None if code in none else code for code in codes]
    while kept and kept[-1] is None:
        kept.pop()
    return kept


def test_the_artificial_outpatients(hes_op: Path, tmp_path: Path) -> None:
    prepared = prepare(hes_op, folder=tmp_path)
    found = pq.read_table(prepared.path).to_pylist()
    assert (prepared.layout, prepared.dataset) == ("hes-op", "op")
    assert prepared.rows_read == prepared.rows == 1000
    assert prepared.faults == ()
    assert sum(row["attended"] in prepared.not_attended for row in found) == 91 + 51 + 40
    with hes_op.open(encoding="utf-8", newline="") as file:
        for row, source in zip(found, csv.DictReader(file), strict=True):
            codes = [source[f"DIAG_4_{place:02d}"] for place in range(1, 13)]
            assert row["diagnoses"] == _without_none(codes, {"", "R69X"})
    assert not any("X999" in row["procedures"] for row in found)
    assert "V81999" not in {row["gp_practice"] for row in found}


def test_the_artificial_outpatients_in_latin_1_with_a_mark(hes_op: Path, tmp_path: Path) -> None:
    plain = prepare(hes_op, folder=tmp_path / "plain")
    dirty = tmp_path / "dirty.csv"
    dirty.write_bytes(b"\xef\xbb\xbf" + hes_op.read_bytes().replace(b"TESTqVC", b"T\xe9STqVC"))
    prepared = prepare(dirty, folder=tmp_path / "dirty")
    assert [fault.kind for fault in prepared.faults] == ["not_utf8"]
    assert pq.read_table(prepared.path).equals(pq.read_table(plain.path))


CODES = st.lists(
    st.one_of(st.none(), st.text("ABKX0159", min_size=1, max_size=5).filter(lambda code: code != "X998")),
    max_size=6,
).map(lambda codes: codes if not codes or codes[-1] is not None else [*codes, "Z99"])
WORDS = st.one_of(
    st.none(), st.text("abcRTA019 é;,\"'", min_size=1, max_size=6).map(str.strip).map(lambda w: w or None)
)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "dataset": st.sampled_from(["apc", "op"]),
            "spell_id": WORDS,
            "activity_date": st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2100, 12, 31))),
            "age": st.one_of(st.none(), st.integers(0, 130)),
            "provider": WORDS,
            "diagnoses": CODES,
            "unbundled_hrgs": CODES,
            "total_cost": st.one_of(
                st.none(), st.decimals(-(10**9), 10**9, places=2).map(lambda amount: amount + Decimal("0.00"))
            ),
        }
    ),
    min_size=1,
    max_size=8,
)


@given(records=RECORDS)
def test_csv_and_parquet_come_to_the_same(
    records: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("both")
    records = [{"record_id": f"R{place}", **record} for place, record in enumerate(records)]
    direct = pa.table(
        {name: pa.array([each[name] for each in records], canonical_type(name)) for name in records[0]}
    )
    pq.write_table(direct, folder / "direct.parquet")
    with (folder / "same.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        writer.writerows({name: _as_text(value) for name, value in each.items()} for each in records)

    from_parquet = prepare(folder / "direct.parquet", folder=folder / "out")
    from_csv = prepare(folder / "same.csv", folder=folder / "out")
    assert from_parquet.path == folder / "direct.parquet"
    converted = pq.read_table(from_csv.path).select(direct.column_names)
    assert converted.equals(pq.read_table(from_parquet.path))
    assert from_csv.faults == from_parquet.faults == ()
    assert from_csv.blank_columns == from_parquet.blank_columns
    assert from_csv.dataset == from_parquet.dataset


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return ";".join(code or "" for code in value)
    return "" if value is None else str(value)


def test_names_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("record_id,dataset\nA,apc\n", encoding="utf-8")
    assert prepare(path, folder=tmp_path / "x").path == tmp_path / "x" / "a.parquet"
    assert prepare(path, folder=tmp_path, name="part-000").path == tmp_path / "part-000.parquet"


def test_the_original_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"record_id": [1, 2], "dataset": ["apc", "op"]}), path)
    before = path.read_bytes()
    prepared = prepare(path, folder=tmp_path)
    assert prepared.path == tmp_path / "a-canonical.parquet"
    assert path.read_bytes() == before


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"record_id,dataset\n" + b"A,apc\n" * 500_000 + b'"' + b"A,apc\n" * 500_000)
    with pytest.raises(Problem):
        prepare(path, folder=tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("record_id,dataset,diagnoses\nA,apc,I251;E119\nB,op,\n", encoding="utf-8")
    first = prepare(path, folder=tmp_path / "1").path.read_bytes()
    assert prepare(path, folder=tmp_path / "2").path.read_bytes() == first


def test_progress_ends_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("record_id,dataset\nA,apc\n", encoding="utf-8")
    told: list[float] = []
    prepare(path, folder=tmp_path / "out", progress=told.append)
    assert told == [1.0]


def test_a_dataset_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="apc or op"):
        prepare(tmp_path / "a.csv", folder=tmp_path, dataset="ae")
