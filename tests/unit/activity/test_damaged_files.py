"""Whatever bytes a file holds, it is read or refused in words; nothing else comes out."""

import contextlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from speccom.activity.prepare import prepare
from speccom.problem import Problem


def read_or_refused(contents: bytes, folder: Path) -> None:
    path = folder / "activity.csv"
    path.write_bytes(contents)
    with contextlib.suppress(Problem):
        prepared = prepare(path, folder=folder / "out", dataset="apc")
        assert prepared.rows == pq.read_metadata(prepared.path).num_rows


DIRT = st.lists(
    st.one_of(
        st.sampled_from(
            [b",", b"\n", b"\r\n", b"\r", b'"', b";", b"\0", b"\xef\xbb\xbf", b"\xe9", b"\xc3\xa9"]
        ),
        st.sampled_from([b"record_id", b"dataset", b"diagnoses", b"age", b"apc", b"op", b"5", b"\t", b" "]),
        st.binary(max_size=3),
    ),
    max_size=40,
).map(b"".join)


@given(dirt=DIRT)
@example(dirt=b'"')
@example(dirt=b"a,b,c\0\n\r\n")
def test_any_csv(dirt: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("csv")
    read_or_refused(dirt, folder)
    read_or_refused(b"record_id,age,diagnoses\n" + dirt, folder)
    read_or_refused(b"record_id,age,diagnoses\nA,1,I251\n" + dirt, folder)


@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.integers(0, 50))
def test_any_damage_to_parquet(
    place: int, byte: int, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("parquet")
    sound = folder / "sound.parquet"
    pq.write_table(
        pa.table({"record_id": ["A", "B"], "age": [1, 2], "diagnoses": ["I251;E119", None]}), sound
    )
    contents = bytearray(sound.read_bytes())
    place %= len(contents)
    contents[place] = byte
    del contents[place + 1 : place + 1 + max(0, cut - 40)]
    read_or_refused(bytes(contents), folder)
