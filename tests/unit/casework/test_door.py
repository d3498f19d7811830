"""The one door: an order is carried out whole, once, or not at all."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from tests.unit.casework.story import CLINICIAN, OFFICER, Story

from speccom.casework import ledger
from speccom.casework.clock import tick
from speccom.casework.door import NoSuchCase, carry_out
from speccom.casework.models import Answer, CaseRow, Due, LedgerEvent, Submission
from speccom.casework.read_model import differences, rebuild
from speccom.casework.submissions import Content, key_of, read
from speccom.problem import Problem
from speccom.process.decide import Refused, Why
from speccom.process.reference import is_reference


def test_an_order_leaves_an_event_a_row_and_what_is_due(story: Story) -> None:
    done = story.did(CLINICIAN, "ask")
    assert done.case == "TS-2025-0001-" + done.case[-1]
    assert is_reference(done.case)
    row = CaseRow.objects.get()
    assert (row.reference, row.state, row.version, row.organisation) == (done.case, "asked", 1, "RX1")
    assert [(each.act, each.role, each.on) for each in Due.objects.all()] == [
        ("answer", "officer", date(2025, 4, 30))
    ]
    assert [each.kind for each in ledger.events_of(done.case)] == ["started.1"]


def test_a_repeat_has_one_effect_and_says_the_same(story: Story) -> None:
    once = story.did(CLINICIAN, "ask", name="once")
    story.case = ""
    for _ in range(50):
        again = story.did(CLINICIAN, "ask", name="once")
        story.case = ""
        assert again.repeated
        assert again.events == once.events
    assert CaseRow.objects.count() == LedgerEvent.objects.count() == 1


def test_the_same_order_with_something_else_in_it_is_refused(story: Story) -> None:
    story.did(CLINICIAN, "ask")
    story.did(OFFICER, "pause", name="once")
    with pytest.raises(Problem, match="sent before with something else"):
        story.does(CLINICIAN, "withdraw", name="once")


def test_a_refusal_leaves_nothing_behind(story: Story) -> None:
    outcome = story.does(OFFICER, "ask")
    assert isinstance(outcome, Refused)
    assert outcome.why is Why.NOT_YOURS
    assert not CaseRow.objects.exists()
    assert not LedgerEvent.objects.exists()
    story.did(CLINICIAN, "ask", form="x")
    refused = story.does(OFFICER, "answer", finding="agreed")
    assert isinstance(refused, Refused)
    assert [(each.requirement.name, each.met) for each in refused.findings] == [
        ("reason_given", False),
        ("questions_answered", True),
        ("finding_recorded", True),
    ]
    assert LedgerEvent.objects.count() == 1


def test_what_was_brought_is_encrypted_and_the_ledger_holds_only_its_digest(story: Story) -> None:
    secret = "a most unusual reason"
    done = story.did(CLINICIAN, "ask", reason=secret)
    stored = Submission.objects.get(form="form")
    assert secret.encode() not in bytes(stored.content or b"")
    assert secret not in LedgerEvent.objects.get().envelope
    assert [(each.kind, each.id, each.digest) for each in done.events[0].references] == [
        ("submission", str(stored.id), stored.digest)
    ]
    row = CaseRow.objects.get()
    assert read(stored, key_of(row))["answers"] == {"reason": secret}


def test_what_was_answered_before_counts_later(story: Story) -> None:
    story.did(CLINICIAN, "ask", reason="rarity")
    done = story.did(OFFICER, "answer", finding="agreed")
    assert done.events[0].kind == "closed.1"
    assert CaseRow.objects.get().is_closed
    assert not Due.objects.exists()


def test_a_case_that_is_not_there(story: Story) -> None:
    story.case = "TS-2025-0099-1"
    with pytest.raises(NoSuchCase):
        carry_out(story.order(OFFICER, "pause"))


def test_time_acts_once_and_from_when_it_was_due(story: Story) -> None:
    story.did(CLINICIAN, "ask")
    story.did(OFFICER, "pause")
    story.waits(days=30)
    assert list(tick(story.now)) == []
    story.waits(days=5)
    assert [(each.act, each.done) for each in tick(story.now)] == [("lapse", True)]
    assert list(tick(story.now)) == []
    last = ledger.events_of(story.case)[-1]
    assert last.effective_at == datetime(2025, 5, 14, 23, 0, tzinfo=UTC)  # the end of 14 May, in summer time
    assert last.actor_id == "clock"


def test_a_reminder_by_time_is_given_once_in_each_stay(
    story: Story, small_shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Path(shutil.copytree(small_shelf, tmp_path / "shelf"))
    table = shelf / "processes" / "three-states" / "1" / "transitions.csv"
    table.write_text(table.read_text().replace("paused,lapse,Lapse,answered,", "paused,lapse,Remind,paused,"))
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(shelf))
    story.did(CLINICIAN, "ask")
    for stay in (1, 2):
        story.did(OFFICER, "pause")
        story.waits(days=31)
        for again in range(3):
            assert len(list(tick(story.now))) == (again == 0), stay
            story.waits(days=1)
        story.did(OFFICER, "go_on")


def test_rows_are_made_again_from_the_ledger(story: Story) -> None:
    story.did(CLINICIAN, "ask")
    story.did(OFFICER, "pause")
    assert list(differences()) == []
    CaseRow.objects.update(state="answered", version=9)
    assert {each.column for each in differences()} == {"state", "version"}
    assert rebuild() == 1
    assert list(differences()) == []


@pytest.fixture
def public_reason(story: Story, small_shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Story:
    """The same procedure, in which everybody may see the reason, so that it is bound."""
    shelf = Path(shutil.copytree(small_shelf, tmp_path / "shelf"))
    rulebook = shelf / "processes" / "three-states" / "1" / "rulebook.toml"
    text = rulebook.read_text()
    rulebook.write_text(text.replace("[fields.reason]", '[fields.reason]\nconfidentiality = "public"'))
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(shelf))
    return story


def test_what_is_due_and_what_is_bound_are_made_again_too(public_reason: Story) -> None:
    public_reason.did(CLINICIAN, "ask", reason="rarity")
    assert [(each.field, each.text) for each in Answer.objects.all()] == [("reason", "rarity")]
    Answer.objects.update(text="cost")
    Due.objects.update(on=date(2025, 5, 1))
    assert [(each.column, each.stored, each.folded) for each in differences()] == [
        ("due, answer", ("officer", 1, date(2025, 5, 1)), ("officer", 1, date(2025, 4, 30))),
        ("answer, reason", "cost", "rarity"),
    ]
    rebuild()
    assert list(differences()) == []
    Answer.objects.all().delete()
    Due.objects.all().delete()
    rebuild()
    assert list(differences()) == []


def test_what_a_case_is_about_is_made_again_too(public_reason: Story, tmp_path: Path) -> None:
    rulebook = tmp_path / "shelf" / "processes" / "three-states" / "1" / "rulebook.toml"
    rulebook.write_text('subject = "reason"\n' + rulebook.read_text())
    public_reason.did(CLINICIAN, "ask", reason="rarity")
    assert CaseRow.objects.get().subject == "rarity"
    CaseRow.objects.update(subject="cost")
    assert [(each.column, each.stored, each.folded) for each in differences()] == [
        ("answer, (subject)", "cost", "rarity")
    ]
    rebuild()
    assert (CaseRow.objects.get().subject, list(differences())) == ("rarity", [])


def test_a_row_without_events_and_events_without_a_row_are_named(story: Story) -> None:
    story.did(CLINICIAN, "ask")
    stray = CaseRow.objects.get()
    CaseRow.objects.create(
        reference="stray", process=stray.process, version=1, opened_at=story.now, changed_at=story.now
    )
    assert [(each.reference, each.stored, each.folded) for each in differences()] == [
        ("stray", "stray", None)
    ]


def test_dates_and_decimals_come_back_as_they_were() -> None:
    content = Content(
        {"day": date(2026, 8, 6), "cost": Decimal("12.50"), "none": None, "several": ("a", "b")},
        {"rows": ({"n": 1},)},
    )
    assert Content.from_json(content.as_json()) == content
