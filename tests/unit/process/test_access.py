"""Who sees what of a case: what a row gives, and never less for holding more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.criteria.vocabulary import Confidentiality
from speccom.process.access import EVERYONE, AccessRow, Scope, classes_seen
from speccom.process.read_process import load_process

PROCEDURE = load_process(Path(__file__).parents[2] / "spec" / "processes" / "three-states")
PUBLIC, OFFICIAL = Confidentiality.PUBLIC, Confidentiality.OFFICIAL
ROLES = ("clinician", "officer", "auditor")


@pytest.mark.parametrize(
    ("roles", "state", "seen"),
    [
        ({Scope.OWN: {"clinician"}}, "asked", {PUBLIC, OFFICIAL}),
        ({Scope.EVERY: {"clinician"}}, "asked", set()),
        ({Scope.ORGANISATION: {"clinician"}}, "answered", {PUBLIC}),
        ({Scope.EVERY: {"officer"}}, "asked", {PUBLIC, OFFICIAL}),
        ({Scope.EVERY: {"officer"}}, "paused", {PUBLIC, OFFICIAL}),
        ({Scope.EVERY: {"officer"}}, "answered", {PUBLIC}),
        ({Scope.ORGANISATION: {"officer"}}, "answered", {PUBLIC, OFFICIAL}),
        ({Scope.EVERY: {"auditor"}}, "asked", set()),
        ({}, "asked", set()),
        ({}, "answered", {PUBLIC}),
        ({Scope.OWN: {"clinician", "officer"}}, "", set()),
        ({Scope.OWN: {"clinician"}}, "no_such_state", set()),
    ],
)
def test_the_manual_s_table(roles: dict[Scope, set[str]], state: str, seen: set[Confidentiality]) -> None:
    assert classes_seen(PROCEDURE, roles, state) == seen


ROWS = st.lists(
    st.builds(
        AccessRow,
        st.sampled_from([*ROLES, EVERYONE]),
        st.sampled_from(Scope),
        st.lists(st.sampled_from([*PROCEDURE.states, "open"]), max_size=2).map(tuple),
        st.frozensets(st.sampled_from(Confidentiality), min_size=1),
    ),
    max_size=6,
).map(tuple)
HELD = st.dictionaries(st.sampled_from(Scope), st.frozensets(st.sampled_from(ROLES)))


@given(ROWS, HELD, HELD, st.sampled_from(sorted(PROCEDURE.states)))
def test_more_roles_or_rows_never_show_less(
    rows: tuple[AccessRow, ...],
    held: dict[Scope, frozenset[str]],
    more: dict[Scope, frozenset[str]],
    state: str,
) -> None:
    procedure = replace(PROCEDURE, access=rows)
    both = {scope: held.get(scope, frozenset()) | more.get(scope, frozenset()) for scope in Scope}
    seen = classes_seen(procedure, held, state)
    assert seen <= classes_seen(procedure, both, state)
    assert classes_seen(replace(PROCEDURE, access=rows[1:]), held, state) <= seen
    assert classes_seen(procedure, both, state) == seen | classes_seen(procedure, more, state)


@given(ROWS, HELD, st.sampled_from(sorted(PROCEDURE.states)))
def test_nothing_is_seen_that_no_row_gives(
    rows: tuple[AccessRow, ...], held: dict[Scope, frozenset[str]], state: str
) -> None:
    others = tuple(
        each for each in rows if each.role not in {EVERYONE, *(r for h in held.values() for r in h)}
    )
    assert classes_seen(replace(PROCEDURE, access=others), held, state) == frozenset()
