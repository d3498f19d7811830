"""While one of several bodies with a power has a case in session, it waits for that body's people alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings
from tests.unit.casework.demonstrated import begun

from speccom.casework.demonstration import load as module
from speccom.casework.meetings import conduct
from speccom.casework.models import CaseRow, Meeting
from speccom.casework.procedures import pinned
from speccom.casework.read_model import differences, rebuild
from speccom.casework.sight import Viewer
from speccom.casework.work.waiting import due_by, labels_of, waiting_for, work_of
from speccom.directory.permission import Held
from speccom.process.decide import Actor

SECRETARY = Actor(str(uuid4()), frozenset({"body_secretary"}))
DAY = timedelta(days=1)


@pytest.fixture
def decision(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> CaseRow:
    """A case that either of two bodies may decide."""
    story = next(
        acts for acts in ([step.act for step in each.steps] for each in module.stories()) if "decide" in acts
    )
    row = begun(settings, monkeypatch, *story[: story.index("decide")])
    assert len(bodies(row)) == 2
    return row


def bodies(row: CaseRow) -> list[str]:
    return sorted(each.id for each in pinned(row.process).bodies.values() if "decide" in each.powers)


def member(row: CaseRow, body: str) -> Viewer:
    """Return somebody who decides on a body."""
    name = uuid4()
    return Viewer(str(name), row.changed_at, (Held(name, "decision_maker", "", body, row.opened_at, None),))


def planned(row: CaseRow, body: str) -> Meeting:
    return conduct.plan(str(uuid4()), SECRETARY, body, row.changed_at + DAY, "Online", row.changed_at)


def on_agenda(row: CaseRow, meeting: Meeting) -> None:
    conduct.put_on_agenda(str(uuid4()), SECRETARY, meeting, row, 20, row.changed_at)


def opened(row: CaseRow, body: str, hours: int = 0) -> Meeting:
    meeting, at = planned(row, body), row.changed_at + DAY + timedelta(hours=hours)
    on_agenda(row, meeting)
    conduct.send_papers(str(uuid4()), SECRETARY, meeting, at)
    conduct.open_meeting(str(uuid4()), SECRETARY, meeting, at)
    return meeting


def closed(row: CaseRow, meeting: Meeting) -> None:
    conduct.close(str(uuid4()), SECRETARY, meeting, row.changed_at + DAY * 2)


def waits_for(row: CaseRow) -> list[str]:
    """Return the bodies on whose members the case waits, as each list of work has it."""
    found = []
    for body in bodies(row):
        looking = member(row, body)
        waits = waiting_for(looking).filter(pk=row.pk).exists()
        work = work_of(looking, looking.at.date(), 5)
        assert [each.pk for each in work.waiting] == ([row.pk] if waits else [])
        assert work.waiting_count == waits
        assert not due_by(looking, looking.at.date() + DAY * 999).filter(pk=row.pk).exists() or waits
        labels = labels_of(looking, [row])[row.pk]
        assert labels == (["Record the decision", "Send back for advice"] if waits else [])
        found += [body] if waits else []
    assert list(differences()) == []
    return found


def test_it_waits_for_the_body_that_has_it_in_session_and_for_both_again_after(decision: CaseRow) -> None:
    first, second = bodies(decision)
    assert waits_for(decision) == [first, second]
    on_agenda(decision, planned(decision, first))
    assert waits_for(decision) == [first, second], "to be on the agenda is not to be in session"
    meeting = opened(decision, second)
    assert waits_for(decision) == [second]
    closed(decision, meeting)
    assert waits_for(decision) == [first, second]


def test_where_both_are_in_session_it_waits_for_the_one_that_met_last(decision: CaseRow) -> None:
    first, second = bodies(decision)
    earlier = opened(decision, first)
    later = opened(decision, second, hours=1)
    assert waits_for(decision) == [second]
    closed(decision, later)
    assert waits_for(decision) == [first]
    closed(decision, earlier)
    assert waits_for(decision) == [first, second]


def test_a_case_that_comes_before_an_open_meeting_waits_for_its_people_at_once(decision: CaseRow) -> None:
    first, second = bodies(decision)
    meeting = planned(decision, first)
    at = decision.changed_at + DAY
    Meeting.objects.filter(pk=meeting.pk).update(papers_out_at=at, opened_at=at)
    meeting.refresh_from_db()
    assert waits_for(decision) == [first, second]
    on_agenda(decision, meeting)
    assert waits_for(decision) == [first]


def test_a_body_without_the_power_takes_it_from_nobody(decision: CaseRow) -> None:
    other = next(each.id for each in pinned(decision.process).bodies.values() if "decide" not in each.powers)
    opened(decision, other)
    assert waits_for(decision) == bodies(decision)


def test_rows_that_a_meeting_did_not_write_are_found_and_made_again(decision: CaseRow) -> None:
    first, second = bodies(decision)
    opened(decision, second)
    at = decision.changed_at + DAY * 2
    Meeting.objects.filter(body=second).update(closed_at=at)
    assert {each.column for each in differences()} == {f"waiting, decision_maker/{first}"}
    rebuild()
    assert waits_for(decision) == [first, second]


def test_whose_turn_it_is(decision: CaseRow) -> None:
    procedure, (first, second) = pinned(decision.process), bodies(decision)
    assert procedure.bodies_for("decide") == {first, second}
    assert procedure.bodies_for("decide", ("another", second, first)) == {second}
    assert procedure.bodies_for("decide", ("another",)) == {first, second}
    assert procedure.bodies_for("request", (first,)) == frozenset()
