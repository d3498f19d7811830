import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def unpacked(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as an analyst's environment would have it, away from the repository."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)], cwd=repository, capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(folder / built.stdout.splitlines()[-1]) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def run(unpacked: Path, *words: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "PYTHONPATH": str(unpacked)}
    return subprocess.run(
        [sys.executable, "-P", *words],
        cwd=unpacked,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_carries_the_licence_the_types_and_the_command(unpacked: Path) -> None:
    (described,) = unpacked.glob("speccom-*.dist-info")
    assert (described / "licenses" / "LICENSE").is_file()
    assert "speccom = speccom.commands:main" in (described / "entry_points.txt").read_text()
    assert (unpacked / "speccom" / "py.typed").is_file()


def test_it_carries_every_rulebook(unpacked: Path, repository: Path) -> None:
    def files(folder: Path) -> set[str]:
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    assert files(unpacked / "speccom" / "shipped_rulebooks") == files(repository / "rulebooks")


def test_it_carries_every_file_beside_the_code(unpacked: Path, repository: Path) -> None:
    beside = {
        path.relative_to(repository / "src")
        for path in (repository / "src" / "speccom").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {path for path in beside if not (unpacked / path).is_file()} == set()


def test_it_works_away_from_the_repository(unpacked: Path) -> None:
    done = run(unpacked, "-c", "import speccom; print(speccom.__file__)")
    assert Path(done.stdout.strip()) == unpacked / "speccom" / "__init__.py"
    done = run(unpacked, "-m", "speccom", "--help")
    assert (done.returncode, done.stderr) == (0, "")


def test_it_finds_its_own_rulebooks(unpacked: Path) -> None:
    done = run(unpacked, "-c", "from speccom.rulebook.find import shelf; print(shelf())")
    assert done.stderr == ""
    assert Path(done.stdout.strip()) == unpacked / "speccom" / "shipped_rulebooks"
