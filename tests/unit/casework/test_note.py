"""What happens in a case without moving it, or in none, goes into the same ledger by the same door."""

from __future__ import annotations

import pytest
from tests.unit.casework.story import CLINICIAN, OFFICER, Story

from speccom.casework import ledger
from speccom.casework.door import Done, NoSuchCase, Note, note
from speccom.casework.models import CaseRow, Due, LedgerEvent
from speccom.casework.read_model import differences
from speccom.problem import Problem
from speccom.process.decide import Actor, Refused, Why
from speccom.process.event import Reference

THING = Reference("thing", "1", "d" * 64)


def noted(story: Story, *, actor: Actor = OFFICER, name: str = "note-1", function: str = "") -> Note:
    return Note(name, "thing_added.1", actor, "officer", story.now, story.case, function, (THING,))


def test_a_note_leaves_the_case_where_it_is_and_the_chain_whole(story: Story) -> None:
    story.did(CLINICIAN, "ask", reason="rarity")
    due = list(Due.objects.values_list("act", "on"))
    story.waits(days=1)
    done = note(noted(story))
    assert isinstance(done, Done)
    row = CaseRow.objects.get()
    assert (row.state, row.version, row.changed_at) == ("asked", 2, story.now)
    assert list(Due.objects.values_list("act", "on")) == due
    assert [(each.kind, each.act, each.source, each.target) for each in done.events] == [
        ("thing_added.1", "", "asked", "asked")
    ]
    assert done.events[0].references == (THING,)
    assert (ledger.verify().wrong, list(differences())) == ("", [])
    assert story.did(OFFICER, "answer", finding="agreed").events[0].case_version == 3


def test_what_is_kept_with_a_note_is_kept_with_it_or_not_at_all(story: Story) -> None:
    story.did(CLINICIAN, "ask")

    def keep(row: CaseRow) -> list[Reference]:
        row.due.all().delete()
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        note(noted(story), keep)
    assert LedgerEvent.objects.count() == Due.objects.count() == 1
    done = note(noted(story), lambda row: [Reference("document", row.reference, "e" * 64)])
    assert isinstance(done, Done)
    assert [each.kind for each in done.events[0].references] == ["thing", "document"]


def test_a_note_sent_again_has_one_effect_and_keeps_nothing_again(story: Story) -> None:
    story.did(CLINICIAN, "ask")
    kept: list[str] = []

    def keep(row: CaseRow) -> list[Reference]:
        kept.append(row.reference)
        return []

    once, again = note(noted(story), keep), note(noted(story), keep)
    assert isinstance(once, Done)
    assert isinstance(again, Done)
    assert (once.events, len(kept), again.repeated) == (again.events, 1, True)
    with pytest.raises(Problem, match="sent before with something else"):
        note(Note("note-1", "other.1", OFFICER, "officer", story.now, story.case))


def test_a_note_needs_its_role_and_its_function(story: Story) -> None:
    story.did(CLINICIAN, "ask")
    for refused in (note(noted(story, actor=CLINICIAN)), note(noted(story, function="see_ledger"))):
        assert isinstance(refused, Refused)
        assert refused.why is Why.NOT_YOURS
    assert LedgerEvent.objects.count() == 1
    auditor = Actor("x", frozenset({"auditor"}))
    done = note(Note("n", "thing_seen.1", auditor, "auditor", story.now, story.case, "see_ledger"))
    assert isinstance(done, Done)


def test_what_happens_in_no_case_is_in_the_chain_all_the_same(story: Story) -> None:
    story.did(CLINICIAN, "ask")
    for number in (1, 2):
        assert isinstance(note(Note(f"n{number}", "role_given.1", OFFICER, "officer", story.now)), Done)
    assert [each.case_version for each in ledger.events_of("")] == [2, 3]
    assert (ledger.verify().wrong, ledger.verify().events, list(differences())) == ("", 3, [])


def test_a_note_on_a_case_that_is_not_there(story: Story) -> None:
    story.case = "TS-2025-0099-1"
    with pytest.raises(NoSuchCase):
        note(noted(story))
