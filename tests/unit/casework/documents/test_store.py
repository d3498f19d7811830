"""Contents on disk: read back whole or not at all, never overwritten, unreadable without their key."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speccom.casework.documents import store as store_module
from speccom.casework.documents.store import DocumentStore
from speccom.casework.keys import encrypt
from speccom.problem import Problem

KEY, OTHER = b"k" * 32, b"o" * 32
CONTENT = b"The patient's letter " * 50


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return DocumentStore(tmp_path / "documents")


def _files(store: DocumentStore) -> list[Path]:
    return [each for each in store.folder.rglob("*") if each.is_file()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(content=st.binary(max_size=2000), key=st.binary(min_size=32, max_size=32))
def test_comes_back_as_it_was(store: DocumentStore, content: bytes, key: bytes) -> None:
    address = store.put(content, key)
    assert store.get(address, key) == content
    assert store.put(content, key) == address


def test_nothing_on_disk_tells_what_it_holds(store: DocumentStore) -> None:
    address = store.put(CONTENT, KEY)
    (path,) = _files(store)
    assert b"patient" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert path.name == address
    assert store.put(CONTENT, OTHER) != address


def test_without_its_key_it_cannot_be_read(store: DocumentStore) -> None:
    address = store.put(CONTENT, KEY)
    with pytest.raises(Problem):
        store.get(address, OTHER)


def test_a_changed_byte_is_found(store: DocumentStore) -> None:
    address = store.put(CONTENT, KEY)
    (path,) = _files(store)
    stored = path.read_bytes()
    for place in (0, 25, len(stored) // 2, len(stored) - 1):
        path.write_bytes(stored[:place] + bytes([stored[place] ^ 1]) + stored[place + 1 :])
        with pytest.raises(Problem, match="changed since it was written"):
            store.get(address, KEY)
    path.write_bytes(stored[:-40])
    with pytest.raises(Problem, match="changed since it was written"):
        store.get(address, KEY)


def test_a_content_in_another_place_is_found(store: DocumentStore) -> None:
    first, second = store.put(b"first", KEY), store.put(b"second", KEY)
    at = {path.name: path for path in _files(store)}
    at[first].write_bytes(at[second].read_bytes())
    with pytest.raises(Problem, match="changed since it was written"):
        store.get(first, KEY)


def test_another_content_under_the_same_key_is_found(store: DocumentStore) -> None:
    address = store.put(CONTENT, KEY)
    (path,) = _files(store)
    sign = path.read_bytes()[: -len(encrypt(KEY, CONTENT, address))]
    path.write_bytes(sign + encrypt(KEY, b"another", address))
    with pytest.raises(Problem, match="changed since it was written"):
        store.get(address, KEY)


def test_what_another_has_just_put_there_stays(store: DocumentStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(CONTENT, KEY)
    (path,) = _files(store)
    before = path.read_bytes()
    monkeypatch.setattr(Path, "exists", lambda path: False)
    store.put(CONTENT, KEY)
    assert path.read_bytes() == before
    assert _files(store) == [path]


def test_what_is_not_there_is_said(store: DocumentStore) -> None:
    with pytest.raises(Problem, match="is not there"):
        store.get("0" * 64, KEY)
    for address in ("../../etc/passwd", "0" * 63, "0" * 63 + "G", "0" * 64 + "\n"):
        with pytest.raises(ValueError, match="no address"):
            store.get(address, KEY)


def test_is_never_overwritten(store: DocumentStore) -> None:
    address = store.put(CONTENT, KEY)
    (path,) = _files(store)
    before = path.read_bytes()
    store.put(CONTENT, KEY)
    assert path.read_bytes() == before
    path.write_bytes(before[:-1] + b"?")
    with pytest.raises(Problem, match="changed since"):
        store.put(CONTENT, KEY)
    assert address == path.name


def test_many_at_once_leave_one(store: DocumentStore) -> None:
    with ThreadPoolExecutor(8) as threads:
        addresses = set(threads.map(lambda _: store.put(CONTENT, KEY), range(40)))
    assert len(addresses) == len(_files(store)) == 1
    assert store.get(addresses.pop(), KEY) == CONTENT


def test_a_failed_writing_leaves_nothing(store: DocumentStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store_module.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.put(CONTENT, KEY)
    assert _files(store) == []


def test_removed_is_gone(store: DocumentStore) -> None:
    key = secrets.token_bytes(32)
    address = store.put(CONTENT, key)
    store.remove(address)
    store.remove(address)
    assert _files(store) == []
