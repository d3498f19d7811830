"""`speccom check-process`: every error of a process rulebook, what is odd about it, and its map in words."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

from speccom.process.check_process import oddities
from speccom.process.procedure import CLOCK, PREVIOUS, Procedure, StateKind, Transition
from speccom.process.read_process import load_process
from speccom.process.roles import Role, load_roles
from speccom.rulebook.errors import RulebookErrors

SUMMARY = "check a process rulebook, and say its map in words"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the process rulebook's folder")
    parser.add_argument(
        "--map", action="store_true", help="say what may be done from each state, and by whom"
    )


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
    if arguments.map:
        print()
        print("\n".join(map_in_words(procedure, roles)))
    return 0


def map_in_words(procedure: Procedure, roles: Mapping[str, Role]) -> Iterator[str]:
    """Yield the procedure's map, a line a state and a line an act."""
    yield "To begin:"
    yield from (_act(procedure, each, roles) for each in procedure.acts_from(""))
    for state in procedure.states.values():
        over = " (the end)" if state.kind is StateKind.CLOSED else ""
        yield f"{state.label}{over}"
        yield from (_act(procedure, each, roles) for each in procedure.acts_from(state.name))


def _act(procedure: Procedure, transition: Transition, roles: Mapping[str, Role]) -> str:
    who = "by itself" if transition.role == CLOCK else _title(roles, transition.role)
    back = transition.target == PREVIOUS
    target = "where it came from" if back else procedure.states[transition.target].label
    within = f", within {transition.deadline.words}" if transition.deadline else ""
    return f"  {transition.label} ({who}{within}) → {target}"


def _title(roles: Mapping[str, Role], name: str) -> str:
    return roles[name].title if name in roles else name
