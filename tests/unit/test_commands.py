import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from speccom import __version__, commands
from speccom.problem import Problem


@pytest.fixture
def one_command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[argparse.Namespace], int]], None]:
    """Make `speccom` have one command, `weigh FILE`, that does what the test says."""

    def install(run: Callable[[argparse.Namespace], int]) -> None:
        weigh = SimpleNamespace(
            SUMMARY="weigh a file", add_arguments=lambda parser: parser.add_argument("file"), run=run
        )
        monkeypatch.setattr(commands, "COMMANDS", ("weigh", "explain"))
        monkeypatch.setattr(commands, "load", lambda name: weigh)

    return install


def raising(error: BaseException) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        raise error

    return run


@pytest.mark.parametrize("name", commands.COMMANDS)
def test_every_command_has_a_summary_and_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.load(name).SUMMARY
    assert commands.main([name, "--help"]) == 0
    assert f"speccom {name}" in capsys.readouterr().out


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["--help"]) == 0
    said = capsys.readouterr().out
    for name in commands.COMMANDS:
        assert f"  {name} " in said


def test_without_a_command_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main([]) == 2
    assert "usage: speccom COMMAND" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["--version"]) == 0
    assert capsys.readouterr().out == f"speccom {__version__}\n"


def test_a_mistyped_command_gets_a_suggestion(one_command, capsys: pytest.CaptureFixture[str]) -> None:
    one_command(lambda arguments: 0)
    assert commands.main(["wiegh", "a.csv"]) == 2
    assert capsys.readouterr().err == (
        "`speccom` has no command `wiegh`; did you mean `weigh`? `speccom --help` lists the commands.\n"
    )


def test_an_option_before_the_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["--verbose"]) == 2
    assert "a command comes first" in capsys.readouterr().err


@pytest.mark.parametrize("code", [0, 1])
def test_the_exit_code_is_the_command_s(one_command, code: int) -> None:
    one_command(lambda arguments: code)
    assert commands.main(["weigh", "a.csv"]) == code


def test_wrong_arguments_are_wrong_use(one_command, capsys: pytest.CaptureFixture[str]) -> None:
    one_command(lambda arguments: 0)
    assert commands.main(["weigh"]) == 2
    assert "usage: speccom weigh" in capsys.readouterr().err


def test_a_problem_is_said_without_a_traceback(one_command, capsys: pytest.CaptureFixture[str]) -> None:
    one_command(raising(Problem("the file is empty", where="a.csv", mend="Choose another")))
    assert commands.main(["weigh", "a.csv"]) == 2
    assert capsys.readouterr().err == "a.csv: the file is empty. Choose another.\n"


def test_an_interruption_says_so(one_command, capsys: pytest.CaptureFixture[str]) -> None:
    one_command(raising(KeyboardInterrupt()))
    assert commands.main(["weigh", "a.csv"]) == 130
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_fault_of_the_program_is_one_sentence_and_a_report(
    one_command, speccom_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one_command(raising(ZeroDivisionError("no records")))
    assert commands.main(["weigh", "a.csv"]) == 2
    (report,) = (speccom_home / "faults").iterdir()
    said = capsys.readouterr().err
    assert str(report) in said
    assert said.count("\n") == 1
    assert "Traceback" not in said
    written = report.read_text()
    assert "ZeroDivisionError: no records" in written
    assert "command: speccom weigh a.csv" in written
    assert report.stat().st_mode & 0o077 == 0


def test_a_fault_is_reported_even_where_home_cannot_be_written(
    one_command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SPECCOM_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    one_command(raising(ZeroDivisionError()))
    assert commands.main(["weigh", "a.csv"]) == 2
    (report,) = tmp_path.glob("*.log")
    assert str(report) in capsys.readouterr().err


def test_a_reader_that_stops_reading_is_no_fault(repository: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "speccom", "--help"],
        stdout=writing,
        stderr=subprocess.PIPE,
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(repository / "src")},
        check=False,
    )
    os.close(writing)
    assert done.returncode == 0
    assert done.stderr == b""
