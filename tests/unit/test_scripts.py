import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

SCRIPTS = ["setup", "run", "test", "lock"]
LOCKS = ["run", "test", "node", "build", "spark"]


def pins(repository: Path, lock: str) -> set[str]:
    text = (repository / "requirements" / f"{lock}.txt").read_text()
    return set(re.findall(r"^[\w.-]+==[^\\\n]+", text, flags=re.MULTILINE))


def run(repository: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        cwd=repository,
        env={"PATH": "/usr/bin:/bin", **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_reads_as_plain_sh(repository: Path, script: str) -> None:
    assert run(repository, "sh", "-n", f"script/{script}").stderr == ""


def test_setup_refuses_an_unknown_set(repository: Path) -> None:
    done = run(repository, "script/setup", "everything")
    assert done.returncode == 1
    assert "'everything' is not a set of parts" in done.stderr


def test_setup_says_when_there_is_no_python(repository: Path, tmp_path: Path) -> None:
    done = run(
        repository,
        "script/setup",
        "run",
        SPECCOM_PYTHON=str(tmp_path / "python3"),
        SPECCOM_VENV=str(tmp_path / "venv"),
    )
    assert done.returncode == 1
    assert "no Python 3.11 or later was found" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_test_refuses_an_unknown_option(repository: Path) -> None:
    done = run(repository, "script/test", "--quick")
    assert done.returncode == 2
    assert "usage: script/test [--full]" in done.stderr


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_a_hash_for_every_part_and_no_address(repository: Path, lock: str) -> None:
    text = (repository / "requirements" / f"{lock}.txt").read_text()
    entries = re.split(r"\n(?=[\w.-]+==)", text)[1:]
    assert len(entries) == len(pins(repository, lock))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert not re.search(r"^--", text, flags=re.MULTILINE)


def test_the_tests_use_the_very_parts_that_run(repository: Path) -> None:
    """Markers may be wider where the tests need a part on more systems; versions may not differ."""
    versions = {pin.split(" ;")[0].strip() for pin in pins(repository, "test")}
    assert {pin.split(" ;")[0].strip() for pin in pins(repository, "run")} <= versions


def test_the_front_end_lock_has_hashes_and_no_address(repository: Path) -> None:
    text = (repository / "package-lock.json").read_text()
    assert "resolved" not in text
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert all("integrity" in package for path, package in packages.items() if path)


def test_what_the_package_asks_for_is_what_is_locked(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    asked = {re.split(r"[><=]", part)[0].lower() for part in project["dependencies"]}
    wanted = [
        re.split(r"[><=]", line)[0].lower()
        for line in (repository / "requirements" / "run.in").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert asked == set(wanted)
