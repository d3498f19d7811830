"""`speccom check-process`: every error of a process rulebook, what is odd about it, and its map."""

from __future__ import annotations

import argparse
from pathlib import Path

from speccom.problem import Problem
from speccom.process.check_process import oddities
from speccom.process.map_picture import map_picture
from speccom.process.map_words import map_in_words
from speccom.process.read_process import load_process
from speccom.process.roles import load_roles
from speccom.rulebook.errors import RulebookErrors

SUMMARY = "check a process rulebook, and say or draw its map"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the process rulebook's folder")
    parser.add_argument(
        "--map", action="store_true", help="say what may be done from each state, and by whom"
    )
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="draw the map, with its words in it")


def run(arguments: argparse.Namespace) -> int:
    """Check one process; 1 where it has errors. What is only odd stops no case."""
    try:
        procedure = load_process(arguments.folder)
    except RulebookErrors as errors:
        print(errors)
        return 1
    roles = load_roles()
    print(f"{procedure.title} ({procedure.status})")
    print(f"{procedure.identity}: {len(procedure.states)} states, {len(procedure.transitions)} acts")
    found = oddities(procedure, roles)
    for each in found:
        print(f"Odd: {each.where}: {each.message}.")
    print("Nothing is odd." if not found else f"{len(found)} odd things; it can be used all the same.")
    unseen = [each for each in procedure.settings.values() if each.mark != "read"]
    if unseen:
        print(f"{len(unseen)} settings were seen in no source: {', '.join(each.name for each in unseen)}.")
    titles = {name: role.title for name, role in roles.items()}
    if arguments.map:
        print()
        print("\n".join(map_in_words(procedure, titles)))
    if arguments.picture:
        _write(arguments.picture, map_picture(procedure, titles))
    return 0


def _write(path: Path, picture: str) -> None:
    try:
        path.write_text(picture, encoding="utf-8")
    except OSError as fault:
        raise Problem(
            f"the picture cannot be written ({fault.strerror})", where=str(path), mend="Name another file"
        ) from None
    print(f"The map is drawn in {path}.")
