from pathlib import Path
from threading import Barrier, Thread

import pytest

from speccom.directory.secret_file import read_or_make
from speccom.problem import Problem


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = read_or_make(tmp_path, "a.key")
    assert read_or_make(tmp_path, "a.key") == first
    assert len(first) == 32
    assert read_or_make(tmp_path, "b.key") != first
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    assert (tmp_path / "keys" / "a.key").stat().st_mode & 0o077 == 0


def test_of_many_that_make_one_at_once_all_get_the_same(tmp_path: Path) -> None:
    gate, found = Barrier(8), set[bytes]()

    def make() -> None:
        gate.wait()
        found.add(read_or_make(tmp_path, "a.key"))

    threads = [Thread(target=make) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 1
    assert [each.name for each in (tmp_path / "keys").iterdir()] == ["a.key"]


def test_a_damaged_secret_is_told(tmp_path: Path) -> None:
    read_or_make(tmp_path, "a.key")
    (tmp_path / "keys" / "a.key").write_bytes(b"short")
    with pytest.raises(Problem, match="has been damaged"):
        read_or_make(tmp_path, "a.key")
