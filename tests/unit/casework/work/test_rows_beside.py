"""The rows by which work and searches find cases: made from the events, and again where they differ."""

from __future__ import annotations

from datetime import date

from tests.unit.casework.story import CLINICIAN, OFFICER, Story

from speccom.casework.destruction import Destruction, destroy_content
from speccom.casework.door import Done
from speccom.casework.models import CaseRow, CaseWord, Due, Waiting
from speccom.casework.read_model import differences, rebuild
from speccom.process.decide import Actor

KEEPER = Actor("00000000-0000-0000-0000-00000000000c", frozenset({"information_governance_lead"}))


def words(row: CaseRow) -> set[str]:
    return {bytes(each.word).decode() for each in row.words.all()}


def test_each_that_differs_is_named_and_made_again(story: Story) -> None:
    story.did(CLINICIAN, "ask")
    waits = {"officer": date(2025, 4, 30), "officer/reading_group": Waiting.NEVER}
    assert dict(Waiting.objects.values_list("audience", "on")) == waits
    assert list(differences()) == []
    Due.objects.update(since=7)
    Waiting.objects.update(on=Waiting.NEVER)
    CaseWord.objects.get(word=b"2025-0001-8").delete()
    CaseWord.objects.create(case_id=story.case, word=b"rarity", is_public=True)
    assert [each.column for each in differences()] == [
        "due, answer",
        "waiting, officer",
        "case word, 2025-0001-8",
        "case word, rarity",
    ]
    assert rebuild() == 1
    assert list(differences()) == []
    assert dict(Waiting.objects.values_list("audience", "on")) == waits


def test_a_case_waits_for_whom_its_state_says_and_for_nobody_once_it_is_closed(story: Story) -> None:
    story.did(CLINICIAN, "ask", reason="rarity")
    story.did(OFFICER, "pause")
    assert [each.audience for each in Waiting.objects.all()] == ["officer/reading_group"]
    story.did(OFFICER, "go_on")
    story.did(OFFICER, "answer", finding="agreed")
    assert not Waiting.objects.exists()


def test_rows_that_stand_are_left_alone(story: Story) -> None:
    story.did(CLINICIAN, "ask", reason="rarity")
    before = set(CaseWord.objects.values_list("pk", flat=True))
    story.did(OFFICER, "pause")
    assert set(CaseWord.objects.values_list("pk", flat=True)) == before


def test_what_is_destroyed_is_no_longer_found(answered: CaseRow) -> None:
    assert "rarity" in words(answered)
    asked = Destruction("destroyed", answered.reference, KEEPER, answered.changed_at, "its time has come")
    assert isinstance(destroy_content(asked), Done)
    answered.refresh_from_db()
    assert answered.subject == ""
    assert words(answered) == {"ts-2025-0001-8", "2025-0001-8", "0001-8", "8"}
    assert list(differences()) == []
