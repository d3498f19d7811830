"""A backup and its restoring, by the commands, on homes of their own on disk."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from tests.installation import Finished, Installation, database_beside

APPROVED = "rulebooks/identification/small/2025-26b/approved.json"
SAID = ("this is no whole backup", "these keys are not the ones of this backup")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, small_shelf: Path) -> Iterator[Installation]:
    """A home with three cases, a sealed run, an open one, a document and an approved version."""
    home = tmp_path_factory.mktemp("filled") / "home"
    with database_beside(os.environ.get("DATABASE_URL", ""), f"filled_{uuid4().hex}") as address:
        filled = Installation(home, small_shelf, address)
        filled.runs("tests.unit.casework.acts", "begin", 3)
        for name in (
            "runs/one/manifest.json",
            "runs/one/labels.parquet",
            "runs/open/begun",
            "documents/ab/abc",
            "breached-passwords.txt",
            APPROVED,
        ):
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(name)
        yield filled


@pytest.fixture(scope="module")
def backed_up(filled: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a backup in it, and its keys in another."""
    folder = tmp_path_factory.mktemp("backup")
    done = filled.speccom("backup", folder / "archives" / "b.tar", "--keys", folder / "keys" / "b.keys")
    assert done.returncode == 0, done.stderr
    assert "Left out: runs/open" in done.stdout
    return folder


def restored(where: Installation, folder: Path) -> Finished:
    return where.speccom("restore", folder / "archives" / "b.tar", "--keys", folder / "keys" / "b.keys")


def files_of(home: Path) -> set[str]:
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}


def test_what_was_backed_up_comes_back_whole(
    installation: Installation, filled: Installation, backed_up: Path, tmp_path: Path
) -> None:
    done = restored(installation, backed_up)
    assert (done.returncode, done.stderr) == (0, "")
    assert "The ledger is whole: 3 events." in done.stdout
    assert files_of(installation.home) == files_of(filled.home) - {
        "runs/open/begun",
        "breached-passwords.txt",
    }
    for name in ("documents/ab/abc", APPROVED):
        assert (installation.home / name).read_text() == name
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert installation.speccom("verify-ledger").stdout == filled.speccom("verify-ledger").stdout
    assert "Every case is as its events leave it" in installation.speccom("rebuild", "--check").stdout
    assert "done once TS-2025-0004" in installation.runs("tests.unit.casework.acts", "same", "once", 1)


def test_no_key_is_in_the_archive(filled: Installation, backed_up: Path) -> None:
    archive = (backed_up / "archives" / "b.tar").read_bytes()
    for path in (filled.home / "keys").iterdir():
        assert path.read_bytes() not in archive
    with tarfile.open(backed_up / "archives" / "b.tar") as tar:
        assert not [name for name in tar.getnames() if name.startswith("keys")]
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
    filled: Installation, tmp_path: Path, archive: str, keys: str, said: str
) -> None:
    (tmp_path / "home").symlink_to(filled.home)
    (tmp_path / "there").write_text("x")
    before = files_of(tmp_path), files_of(filled.home)
    done = filled.speccom("backup", tmp_path / archive, "--keys", tmp_path / keys)
    assert done.returncode == 2
    assert said in done.stderr
    assert (files_of(tmp_path), files_of(filled.home)) == before


@pytest.fixture
def spoilt(backed_up: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(backed_up, tmp_path / "spoilt"))


def test_a_home_with_something_in_it_is_left_alone(filled: Installation, backed_up: Path) -> None:
    before = files_of(filled.home)
    done = restored(filled, backed_up)
    assert (done.returncode, files_of(filled.home)) == (2, before)
    assert "the home is not empty" in done.stderr


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_an_archive_that_was_cut_short_restores_nothing(
    installation: Installation, spoilt: Path, share: float
) -> None:
    archive = spoilt / "archives" / "b.tar"
    whole = archive.read_bytes()
    end = whole.rindex(b"manifest.json")
    archive.write_bytes(whole[: int(end * share)])
    assert refused(installation, spoilt) == "this is no whole backup"


@pytest.mark.parametrize("where", ["documents/ab/abc", "the ledger", "manifest"])
def test_a_byte_that_was_changed_restores_nothing(
    installation: Installation, spoilt: Path, where: str
) -> None:
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
    assert refused(installation, spoilt) == "this is no whole backup"


def test_a_manifest_made_to_fit_is_found_by_its_seal(
    installation: Installation, spoilt: Path, tmp_path: Path
) -> None:
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
    assert refused(installation, spoilt) == "these keys are not the ones of this backup"


def test_keys_of_another_installation_restore_nothing(
    installation: Installation, spoilt: Path, tmp_path: Path
) -> None:
    keys = spoilt / "keys" / "b.keys"
    written = json.loads(keys.read_text())
    written["keys"]["installation.key"] = "A" * 43 + "="
    keys.write_text(json.dumps(written))
    assert refused(installation, spoilt) == "these keys are not the ones of this backup"


def refused(installation: Installation, folder: Path) -> str:
    """Return why a backup was refused, having seen that nothing is left of the try."""
    done = restored(installation, folder)
    assert done.returncode == 2
    assert not [path for path in installation.home.parent.iterdir() if path.name != "spoilt"], done.stderr
    [found] = [said for said in SAID if said in done.stderr]
    return found
