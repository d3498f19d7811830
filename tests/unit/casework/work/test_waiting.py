"""What waits for whom: the rows that are kept for it give what a plain reading of the tables gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.casework.work.onlookers import NOW, STRANGER, make_cases, onlookers

from speccom.casework.demonstration import load as module
from speccom.casework.demonstration.read import CaseStory
from speccom.casework.meetings import conduct
from speccom.casework.models import CaseRow, Due, Meeting
from speccom.casework.procedures import pinned
from speccom.casework.read_model import differences
from speccom.casework.sight import Viewer
from speccom.casework.work.waiting import due_by, given_to, open_work, waiting_for, work_of
from speccom.process.decide import Actor
from speccom.process.procedure import Procedure, Transition

LATER = date(2999, 1, 1)


@pytest.mark.django_db
def test_what_waits_is_what_the_tables_say(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = (*module.stories(), *(before("decide") for _ in range(3)))
    monkeypatch.setattr(module, "stories", lambda: stories)
    make_cases(20261123)
    begin_meetings(20261123)
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


def before(act: str) -> CaseStory:
    """Return a story of the demonstration as far as one of its acts, which several bodies may do."""
    story = next(each for each in module.stories() if act in [step.act for step in each.steps])
    return replace(story, steps=story.steps[: [step.act for step in story.steps].index(act)])


def begin_meetings(seed: int) -> None:
    """Have bodies meet about some of the open cases, at some of which others have met or still do."""
    drawn, actor = Random(seed), Actor(STRANGER, frozenset({"body_secretary"}))
    for row in CaseRow.objects.filter(is_closed=False).order_by("reference"):
        bodies = sorted(pinned(row.process).bodies)
        for hour, body in enumerate(drawn.sample(bodies, k=drawn.randint(0, len(bodies)))):
            at = NOW + timedelta(hours=hour)
            meeting = conduct.plan(str(uuid4()), actor, body, at + timedelta(days=1), "Online", at)
            conduct.put_on_agenda(str(uuid4()), actor, meeting, row, 20, at)
            conduct.send_papers(str(uuid4()), actor, meeting, at)
            conduct.open_meeting(str(uuid4()), actor, meeting, at)
            if drawn.random() < 0.2:
                conduct.close(str(uuid4()), actor, meeting, at)


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
    last = max(
        (
            item.meeting
            for item in row.agenda_items.all()
            if item.meeting.body in bodies and is_open(item.meeting)
        ),
        key=lambda each: each.opened_at or NOW,
        default=None,
    )
    bodies = {last.body} if last else bodies
    held = [each for each in looking.held if each.role == act.role]
    if not any(each.body in bodies if bodies else not each.body for each in held):
        return False
    return sees(looking, row, act.role)


def is_open(meeting: Meeting) -> bool:
    return meeting.opened_at is not None and meeting.closed_at is None


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
