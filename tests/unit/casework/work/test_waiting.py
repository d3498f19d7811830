"""What waits for whom: the rows that are kept for it give what a plain reading of the tables gives."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.casework.work.onlookers import NOW, make_cases, onlookers

from speccom.casework.models import CaseRow, Due
from speccom.casework.procedures import pinned
from speccom.casework.read_model import differences
from speccom.casework.sight import Viewer
from speccom.casework.work.waiting import due_by, given_to, open_work, waiting_for, work_of
from speccom.process.procedure import Procedure, Transition

LATER = date(2999, 1, 1)


@pytest.mark.django_db
def test_what_waits_is_what_the_tables_say(request: pytest.FixtureRequest) -> None:
    make_cases(20261123)
    assert list(differences()) == []
    rows = list(CaseRow.objects.filter(is_closed=False))
    assert any(row.given_to for row in rows)
    examples = 400 if request.config.getoption("--full") else 40
    seen: set[tuple[int, int]] = set()

    @settings(max_examples=examples)
    @given(looking=onlookers(), size=st.integers(1, 8), days=st.integers(-60, 60))
    def agree(looking: Viewer, size: int, days: int) -> None:
        today = NOW.date() + timedelta(days=days)
        waits = {row.reference: due for row in rows if (due := plainly(looking, row))}
        by_name = {row.reference: row for row in rows}
        order = sorted(waits, key=lambda each: (waits[each], by_name[each].changed_at, each))
        others = [each for each in order if by_name[each].given_to != looking.id]
        work = work_of(looking, today, size)
        assert [(each.reference, each.due_on or LATER) for each in work.waiting] == [
            (each, waits[each]) for each in others[:size]
        ]
        late = [each for each in order if waits[each] < today]
        assert (work.waiting_count, work.late_count) == (len(others), len(late))
        mine = list(given_to(looking))
        assert {each.reference for each in mine} == {
            row.reference for row in rows if row.given_to == looking.id and sees(looking, row)
        }
        assert (work.mine, work.mine_count) == (mine[:size], len(mine))
        assert all((each.due_on or LATER) == waits.get(each.reference, LATER) for each in mine)
        assert [each.reference for each in waiting_for(looking)] == order
        assert [each.reference for each in due_by(looking, today)] == [
            each for each in order if waits[each] <= today
        ]
        assert {each.reference for each in open_work(looking)} == {*order, *(each.reference for each in mine)}
        seen.add((len(order), len(mine)))

    agree()
    assert len(seen) > 4, "they see different work"


def plainly(looking: Viewer, row: CaseRow) -> date | None:
    """Return the first last day of what a case waits for from somebody; LATER where it has none."""
    procedure = pinned(row.process)
    acts = [each for each in procedure.acts_from(row.state) if is_theirs(looking, procedure, row, each)]
    if not any(each.source == row.state for each in acts):
        return None
    names = [each.act for each in acts]
    days = Due.objects.filter(case=row, act__in=names, on__isnull=False).values_list("on", flat=True)
    return min(days, default=LATER)


def is_theirs(looking: Viewer, procedure: Procedure, row: CaseRow, act: Transition) -> bool:
    bodies = {each.id for each in procedure.bodies.values() if act.act in each.powers}
    held = [each for each in looking.held if each.role == act.role]
    if not any(each.body in bodies if bodies else not each.body for each in held):
        return False
    return sees(looking, row, act.role)


def sees(looking: Viewer, row: CaseRow, role: str = "") -> bool:
    """Whether somebody sees a case, by one of their roles where it is named."""
    procedure = pinned(row.process)
    state = procedure.states[row.state]
    for each in procedure.access:
        if each.states and state.name not in each.states and state.group not in each.states:
            continue
        if each.role == "everyone":
            return True
        held = [one for one in looking.held if one.role == each.role and role in ("", each.role)]
        there = any(row.organisation in looking.reach.get(one.organisation, ()) for one in held)
        anywhere = any(not one.body or one.body in procedure.bodies for one in held)
        own = looking.id in (row.opened_by, row.given_to)
        if {"every": anywhere, "organisation": there, "own": there and own}[each.scope]:
            return True
    return False
