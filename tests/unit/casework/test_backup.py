"""A backup and its restoring, by the commands, on homes of their own on disk."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
ACT = """
from datetime import UTC, datetime
from pathlib import Path
from speccom.web.start import start
import os
start(Path(os.environ["SPECCOM_HOME"]), demonstration=False)
from speccom.casework.door import Order, carry_out
from speccom.casework.submissions import Content
from speccom.process.decide import Actor
now = datetime(2025, 4, 14, 9, tzinfo=UTC)
brings = {"form": Content({"reason": "rarity"}, {})}
for n in range(3):
    print(carry_out(Order(f"o{n}", "ask", Actor("a", frozenset({"clinician"})), now, procedure="three-states",
                          organisation="RX1", brings=brings)).case)
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, repository: Path, small_shelf: Path) -> Path:
    """A home with three cases, a sealed run, an open one and a document."""
    home = tmp_path_factory.mktemp("filled") / "home"
    for name in (
        "runs/one/manifest.json",
        "runs/one/labels.parquet",
        "runs/open/begun.json",
        "documents/ab/abc",
    ):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(name)
    speccom(home, small_shelf, code=ACT)
    return home


def speccom(home: Path, shelf: Path, *words: str, code: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SPECCOM_HOME": str(home), "SPECCOM_RULEBOOKS": str(shelf)}
    program = ["-c", code] if code else ["-m", "speccom", *words]
    return subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", *program],
        env=environment,
        capture_output=True,
        text=True,
        check=bool(code),
        timeout=60,
    )


@pytest.fixture
def run(small_shelf: Path) -> Run:
    return lambda home, *words: speccom(home, small_shelf, *words)


@pytest.fixture(scope="module")
def backed_up(filled: Path, small_shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a backup in it, and its keys in another."""
    folder = tmp_path_factory.mktemp("backup")
    archive, keys = folder / "archives" / "b.tar", folder / "keys" / "b.keys"
    done = speccom(filled, small_shelf, "backup", str(archive), "--keys", str(keys))
    assert done.returncode == 0, done.stderr
    assert "Left out: runs/open" in done.stdout
    return folder


def restored(run: Run, home: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return run(home, "restore", str(folder / "archives" / "b.tar"), "--keys", str(folder / "keys" / "b.keys"))


def test_what_was_backed_up_comes_back_whole(run: Run, filled: Path, backed_up: Path, tmp_path: Path) -> None:
    home = tmp_path / "again"
    done = restored(run, home, backed_up)
    assert (done.returncode, done.stderr) == (0, "")
    assert "The ledger is whole: 3 events." in done.stdout
    assert files_of(home) == files_of(filled) - {"runs/open/begun.json"}
    assert (home / "documents/ab/abc").read_text() == "documents/ab/abc"
    for words in (["verify-ledger"], ["rebuild", "--check"]):
        assert run(home, *words).returncode == 0
    assert rows(home) == rows(filled)
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def files_of(home: Path) -> set[str]:
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}


def rows(home: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "db.sqlite3")) as database:
        return [
            row
            for table in ("caserow", "ledgerevent", "ledgertail", "submission", "casekey", "receipt", "due")
            for row in database.execute(f"SELECT * FROM casework_{table} ORDER BY 1")
        ]


def test_no_key_is_in_the_archive(filled: Path, backed_up: Path) -> None:
    archive = (backed_up / "archives" / "b.tar").read_bytes()
    for path in (filled / "keys").iterdir():
        assert path.read_bytes() not in archive
    with tarfile.open(backed_up / "archives" / "b.tar") as tar:
        assert not [name for name in tar.getnames() if "key" in name]
    assert (backed_up / "archives" / "b.tar").stat().st_mode & 0o077 == 0
    assert (backed_up / "keys" / "b.keys").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("archive", "keys", "said"),
    [
        ("out/b.tar", "out/b.keys", "the keys would lie beside the backup"),
        ("home/b.tar", "out/b.keys", "a backup inside the home would be lost with it"),
        ("there", "out/b.keys", "there is a file of this name already"),
    ],
)
def test_where_a_backup_may_not_lie(
    run: Run, filled: Path, tmp_path: Path, archive: str, keys: str, said: str
) -> None:
    home = Path(shutil.copytree(filled, tmp_path / "home"))
    (tmp_path / "there").write_text("x")
    before = files_of(tmp_path)
    done = run(home, "backup", str(tmp_path / archive), "--keys", str(tmp_path / keys))
    assert done.returncode == 2
    assert said in done.stderr
    assert files_of(tmp_path) == before


@pytest.fixture
def spoilt(backed_up: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(backed_up, tmp_path / "spoilt"))
    assert [path.name for path in tmp_path.iterdir()] == ["spoilt"]


def test_a_home_with_something_in_it_is_left_alone(run: Run, filled: Path, backed_up: Path) -> None:
    before = files_of(filled)
    done = restored(run, filled, backed_up)
    assert (done.returncode, files_of(filled)) == (2, before)
    assert "the home is not empty" in done.stderr


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_an_archive_that_was_cut_short_restores_nothing(
    run: Run, spoilt: Path, tmp_path: Path, share: float
) -> None:
    archive = spoilt / "archives" / "b.tar"
    whole = archive.read_bytes()
    end = whole.rindex(b"manifest.json")
    archive.write_bytes(whole[: int(end * share)])
    assert refused(run, spoilt, tmp_path) == "this is no whole backup"


@pytest.mark.parametrize("where", ["documents/ab/abc", "the ledger", "manifest"])
def test_a_byte_that_was_changed_restores_nothing(run: Run, spoilt: Path, tmp_path: Path, where: str) -> None:
    archive = spoilt / "archives" / "b.tar"
    whole = bytearray(archive.read_bytes())
    if where == "manifest":
        place = whole.rindex(b'"sha256"') + 14
    elif where == "documents/ab/abc":
        place = whole.rindex(b"documents/ab/abc", 0, whole.rindex(b"manifest.json")) + 3
    else:
        place = whole.index(b"started.1")
    whole[place] ^= 1
    archive.write_bytes(bytes(whole))
    assert refused(run, spoilt, tmp_path) == "this is no whole backup"


def test_a_manifest_made_to_fit_is_found_by_its_seal(run: Run, spoilt: Path, tmp_path: Path) -> None:
    archive = spoilt / "archives" / "b.tar"
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "out", filter="data")
    shutil.rmtree(tmp_path / "out" / "documents")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    manifest["files"] = [each for each in manifest["files"] if not each["name"].startswith("documents")]
    (tmp_path / "out" / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(archive, "w") as tar:
        for path in sorted((tmp_path / "out").rglob("*")):
            if path.is_file():
                tar.add(path, path.relative_to(tmp_path / "out").as_posix())
    shutil.rmtree(tmp_path / "out")
    assert refused(run, spoilt, tmp_path) == "these keys are not the ones of this backup"


def test_keys_of_another_installation_restore_nothing(run: Run, spoilt: Path, tmp_path: Path) -> None:
    keys = spoilt / "keys" / "b.keys"
    written = json.loads(keys.read_text())
    written["keys"]["installation.key"] = "A" * 43 + "="
    keys.write_text(json.dumps(written))
    assert refused(run, spoilt, tmp_path) == "these keys are not the ones of this backup"


def refused(run: Run, folder: Path, tmp_path: Path) -> str:
    done = restored(run, tmp_path / "again", folder)
    assert done.returncode == 2
    assert not (tmp_path / "again").exists(), done.stderr
    found = [
        words
        for words in ("this is no whole backup", "these keys are not the ones of this backup")
        if words in done.stderr
    ]
    assert len(found) == 1, done.stderr
    return found[0]
