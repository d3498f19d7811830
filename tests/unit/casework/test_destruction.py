"""Lawful destruction: the content is gone, the ground is kept, and the chain still verifies."""

from __future__ import annotations

import pytest
from tests.unit.casework.story import CLINICIAN, OFFICER, Story

from speccom.casework import destruction
from speccom.casework.destruction import Destruction, also_destroy_with, destroy_content
from speccom.casework.door import Done
from speccom.casework.keys import unwrap
from speccom.casework.ledger import verify
from speccom.casework.models import Answer, CaseKey, CaseRow, Draft, LedgerEvent, Submission
from speccom.casework.read_model import differences
from speccom.casework.submissions import Destroyed, key_of
from speccom.problem import Problem
from speccom.process.decide import Actor, Refused, Why

LEAD = Actor("00000000-0000-0000-0000-00000000000c", frozenset({"information_governance_lead"}))
WHY = "the retention period ended on 1 April 2033"


@pytest.fixture
def closed(story: Story) -> Story:
    story.did(CLINICIAN, "ask", reason="rarity")
    story.did(OFFICER, "answer", finding="agreed")
    return story


def asked(story: Story, actor: Actor = LEAD, why: str = WHY) -> Destruction:
    return Destruction("destroy-1", story.case, actor, story.now, why)


def test_what_was_entered_is_gone_and_its_events_stand(closed: Story) -> None:
    before = list(LedgerEvent.objects.values_list("envelope", flat=True))
    done = destroy_content(asked(closed))
    assert isinstance(done, Done)
    assert [(each.kind, each.role) for each in done.events] == [
        ("content_destroyed.1", "information_governance_lead")
    ]
    assert not Submission.objects.exclude(content=None, salt=None).exists()
    assert not Answer.objects.exists()
    assert not Draft.objects.exists()
    with pytest.raises(Destroyed):
        key_of(CaseRow.objects.get())
    envelopes = list(LedgerEvent.objects.order_by("sequence").values_list("envelope", flat=True))
    assert envelopes[:-1] == before
    assert WHY not in envelopes[-1]
    assert (verify().wrong, verify().events, list(differences())) == ("", 3, [])


def test_the_ground_is_kept_and_bound_to_its_event(closed: Story) -> None:
    done = destroy_content(asked(closed))
    assert isinstance(done, Done)
    kept = CaseKey.objects.get()
    assert (kept.wrapped, kept.destroyed_at, kept.destroyed_why) == (None, closed.now, WHY)
    assert [(each.kind, each.id) for each in done.events[0].references] == [("reason", closed.case)]


def test_whoever_lacks_the_function_destroys_nothing(closed: Story) -> None:
    for actor in (OFFICER, Actor("x", frozenset({"auditor"})), Actor("y", frozenset())):
        refused = destroy_content(asked(closed, actor))
        assert isinstance(refused, Refused)
        assert refused.why is Why.NOT_YOURS
    assert Submission.objects.exclude(content=None).exists()


def test_an_open_case_is_not_destroyed_and_neither_is_one_twice(closed: Story) -> None:
    with pytest.raises(Problem, match="a reason is missing"):
        destroy_content(asked(closed, why=" "))
    destroy_content(asked(closed))
    assert destroy_content(asked(closed)) == Done(closed.case, destroy_content(asked(closed)).events, True)  # type: ignore[union-attr]
    with pytest.raises(Problem, match="destroyed already"):
        destroy_content(Destruction("destroy-2", closed.case, LEAD, closed.now, WHY))
    closed.case = ""
    closed.did(CLINICIAN, "ask", reason="rarity")
    with pytest.raises(Problem, match="still open"):
        destroy_content(Destruction("destroy-3", closed.case, LEAD, closed.now, WHY))
    assert unwrap(bytes(CaseKey.objects.get(case_id=closed.case).wrapped or b""))


def test_other_parts_destroy_what_they_keep_in_the_same_transaction(
    closed: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(destruction, "_destroyers", [])
    seen: list[str] = []

    def fails(row: CaseRow) -> None:
        seen.append(row.reference)
        raise RuntimeError("the disk is full")

    also_destroy_with(fails)
    with pytest.raises(RuntimeError):
        destroy_content(asked(closed))
    assert seen == [closed.case]
    assert key_of(CaseRow.objects.get())
    assert Submission.objects.exclude(content=None).exists()
