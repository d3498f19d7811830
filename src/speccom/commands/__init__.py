"""The command `speccom`: finds the command that was asked for, runs it, and says plainly what went wrong.

One module a command, imported only when it is asked for. A module defines `SUMMARY`,
`add_arguments(parser)` and `run(arguments)`, which returns the exit code: 0 done, 1 a check failed.
Wrong use or input ends with 2, an interruption with 130.
"""

import argparse
import difflib
import importlib
import keyword
import os
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from speccom import __version__
from speccom.commands.unexpected import write_report
from speccom.problem import Problem

COMMANDS = (
    "identify",
    "resume",
    "explain",
    "compare",
    "try-edit",
    "assign",
    "reconcile",
    "import",
    "check-rulebook",
    "check-process",
    "rulebook-sheet",
    "synthesise",
    "calculate",
    "demonstration",
    "add-person",
    "serve",
    "tick",
    "verify-ledger",
    "rebuild",
    "destroy-case",
    "move-case",
    "backup",
    "restore",
)

DONE, WRONG_USE, INTERRUPTED = 0, 2, 130


class Command(Protocol):
    """What a module of this package offers."""

    SUMMARY: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's own arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name); the exit code. Raises nothing meant for people."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _dispatch(words)
        sys.stdout.flush()
        return code
    except Problem as problem:
        return _say(str(problem), WRONG_USE)
    except KeyboardInterrupt:
        return _say("Stopped.", INTERRUPTED)
    except BrokenPipeError:
        _let_go_of_output()
        return DONE
    except SystemExit as leaving:  # argparse leaves this way, having said why
        return leaving.code if isinstance(leaving.code, int) else DONE
    except Exception as error:
        return _say(write_report(error, words), WRONG_USE)


def _dispatch(words: Sequence[str]) -> int:
    if not words:
        return _say(_overview(), WRONG_USE)
    if words[0] in ("-h", "--help", "help"):
        print(_overview())
        return DONE
    if words[0] in ("-V", "--version"):
        print(f"speccom {__version__}")
        return DONE
    name = words[0]
    if name not in COMMANDS:
        raise Problem(_unknown(name), mend="`speccom --help` lists the commands")
    command = load(name)
    parser = argparse.ArgumentParser(
        prog=f"speccom {name}",
        description=command.SUMMARY,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_arguments(parser)
    return command.run(parser.parse_args(words[1:]))


def load(name: str) -> Command:
    """The module of one command."""
    return cast(Command, importlib.import_module(_module_name(name)))


def _module_name(command: str) -> str:
    name = command.replace("-", "_")
    return f"speccom.commands.{name}_" if keyword.iskeyword(name) else f"speccom.commands.{name}"


def _overview() -> str:
    lines = [f"  {name:<16} {load(name).SUMMARY}" for name in COMMANDS]
    return "\n".join(
        [
            "usage: speccom COMMAND [ARGUMENTS]",
            "",
            "Identify, explain and follow specialised treatments and services.",
            "",
            "commands:",
            *lines,
            "",
            "`speccom COMMAND --help` tells what a command takes; `speccom --version` which version this is.",
        ]
    )


def _unknown(name: str) -> str:
    if name.startswith("-"):
        return f"`speccom` has no option `{name}`; a command comes first"
    near = difflib.get_close_matches(name, COMMANDS, n=1, cutoff=0.5)
    meant = f"; did you mean `{near[0]}`?" if near else ""
    return f"`speccom` has no command `{name}`{meant}"


def _say(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def _let_go_of_output() -> None:
    """Point standard output at nothing: Python flushes it again at exit, and would complain of the reader."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
