"""A disk that fills up while something is written: one clear message, and nothing half written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from tests.spec.assignment.chapters import reference_folder
from tests.unit.activity.killed_runs import Work, outputs, some_work

from speccom import commands

KIB = 1024
LARGE = 64 * KIB

Resize = Callable[[int], None]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Work:
    rulebook = repository / "rulebooks" / "identification" / "illustrative" / "2025-26"
    return some_work(tmp_path_factory.mktemp("activity"), rulebook)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Resize]]:
    """A disk of its own whose size can be changed, in KiB; only the superuser may make one."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(*options: str) -> bool:
        words = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(place)]
        try:
            return subprocess.run(words, capture_output=True, check=False).returncode == 0
        except FileNotFoundError:
            return False

    if not mount(f"size={LARGE}k"):
        pytest.skip("a small disk cannot be mounted here: only the superuser may")
    try:
        yield place, lambda size: _resize(place, size)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)  # a refusal's traceback may hold a file


def _resize(place: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}k", str(place)], check=True)


def refused(capsys: pytest.CaptureFixture[str], words: Sequence[str]) -> str:
    """What a command says that fails for want of room: one message, and no traceback."""
    assert commands.main([*words]) == 2
    said = capsys.readouterr()
    assert not said.out
    assert len(said.err.strip().splitlines()) == 1
    assert "the disk is full. Make room" in said.err
    return said.err


def size_of(folder: Path) -> int:
    """What the files of a folder take, in KiB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // KIB


def halves(folder: Path) -> list[str]:
    names = [path.name for path in folder.rglob("*") if path.is_file()]
    return [name for name in names if name.endswith(".partial") or name.startswith("unfinished")]


@pytest.mark.parametrize("share", [0.02, 0.15, 0.3, 0.5, 0.7, 0.95])
def test_identification(
    work: Work, disk: tuple[Path, Resize], capsys: pytest.CaptureFixture[str], tmp_path: Path, share: float
) -> None:
    place, resize = disk
    whole, run = tmp_path / "whole" / "run", place / "run"
    assert commands.main(work.words(whole)) == 0
    resize(round(share * size_of(whole)))
    capsys.readouterr()
    said = refused(capsys, work.words(run))
    assert not halves(place)
    assert not (run / "manifest.json").exists()
    resize(LARGE)
    if run.exists():
        assert f"speccom resume {run}" in said
        assert commands.main(["resume", str(run)]) == 0
    else:
        assert commands.main(work.words(run)) == 0
    assert outputs(run) == outputs(whole)


def test_labels_that_are_there_stay(
    work: Work, disk: tuple[Path, Resize], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place, resize = disk
    out = place / "labels.parquet"
    out.write_bytes(b"an earlier run's")
    resize(40)
    words = work.words(tmp_path / "run")
    words[words.index("--out") + 1] = str(out)
    assert str(out.name) in refused(capsys, words)
    assert out.read_bytes() == b"an earlier run's"
    assert not halves(place)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_assignment(
    work: Work, disk: tuple[Path, Resize], capsys: pytest.CaptureFixture[str], tmp_path: Path, share: float
) -> None:
    place, resize = disk
    reference = reference_folder(tmp_path / "reference")
    whole, run = tmp_path / "run", place / "run"
    assert commands.main(work.assignment(reference, whole)) == 0
    resize(round(share * size_of(whole)))
    capsys.readouterr()
    refused(capsys, work.assignment(reference, run))
    assert not halves(place)
    resize(LARGE)
    assert commands.main(["resume", str(run)]) == 0
    assert outputs(run) == outputs(whole)


@pytest.mark.parametrize(("file_format", "size"), [("csv", 300), ("parquet", 40), ("parquet", 140)])
def test_a_synthetic_year(
    disk: tuple[Path, Resize], capsys: pytest.CaptureFixture[str], file_format: str, size: int
) -> None:
    place, resize = disk
    resize(size)
    refused(
        capsys, ["synthesise", "--records", "8000", "--out", str(place / "year"), "--format", file_format]
    )
    assert [path.name for path in place.rglob("*") if path.is_file()] == []


def test_the_largest_size_of_a_file(work: Work, tmp_path: Path) -> None:
    """A limit on the size of files, which needs no superuser, is met as a full disk is."""
    run = tmp_path / "run"
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
    program = f"{limited} from speccom.commands import main; sys.exit(main(sys.argv[1:]))"
    ended = subprocess.run(
        [sys.executable, "-c", program, *work.words(run)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "largest size that is allowed here. Make room, then go on with `speccom resume" in ended.stderr
    assert not halves(tmp_path)
    assert commands.main(["resume", str(run)]) == 0


@pytest.mark.parametrize(("ending", "size"), [("parquet", 4), ("csv", 4), ("csv", 300)])
def test_a_comparison(
    work: Work, disk: tuple[Path, Resize], capsys: pytest.CaptureFixture[str], ending: str, size: int
) -> None:
    place, resize = disk
    out = place / f"moved.{ending}"
    out.write_bytes(b"an earlier comparison's")
    resize(size)
    later = work.rulebook.with_name("2026-27")
    words = ["compare", "--rulebook", str(work.rulebook), "--with", str(later), "--out", str(out)]
    assert "and compare again" in refused(capsys, [*words, "--activity", *map(str, work.activity)])
    assert [path.name for path in place.rglob("*") if path.is_file()] == [out.name]
    assert out.read_bytes() == b"an earlier comparison's"
