"""No state, act, group or role of any process is named in the code: they are data."""

from __future__ import annotations

import ast
from pathlib import Path

import speccom
from speccom.process.procedure import Procedure
from speccom.process.read_process import load_process
from speccom.process.roles import load_roles
from speccom.rulebook.find import shelf

SOURCE = Path(speccom.__file__).parent
ROOMS = ("process", "directory", "casework", "web", "interface", "commands")
THE_PRODUCTS_OWN = {
    "clock",  # time itself, which acts in every process
    "start", "stop", "resume",  # what an act does to the time that counts, and runs
    "open", "closed",  # kinds of states; filters; what a meeting is
    "approve", "publish",  # minutes of meetings
    "draft",  # a form before it is submitted
    "ended", "over", "decision",  # accounts, sessions, reviews of access
    "refused", "told",  # lines of the log
    "replace",  # how text that cannot be read is read
}  # fmt: skip
"""Words that processes use too, and that mean something of the product's own where they stand."""


def names_of(procedure: Procedure) -> set[str]:
    groups = {state.group for state in procedure.states.values()}
    return {*procedure.states, *procedure.acts, *groups, *(each.role for each in procedure.transitions)}


def test_no_process_is_named_in_the_code() -> None:
    procedures = [load_process(folder) for folder in (shelf() / "processes").glob("*/*")]
    names = set.union({*load_roles()}, *(names_of(each) for each in procedures)) - {""} - THE_PRODUCTS_OWN
    found = [
        f"{path.relative_to(SOURCE)}:{node.lineno} names {node.value!r}"
        for room in ROOMS
        for path in (SOURCE / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in names
    ]
    assert found == []
