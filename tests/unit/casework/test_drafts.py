"""Drafts: nothing typed is lost, neither to a colleague nor to oneself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from speccom.casework.demonstration.load import load
from speccom.casework.drafts import ChangedMeanwhile, KeptDraft, draft_of, save_draft, texts_of_section
from speccom.casework.models import CaseRow, Draft
from speccom.casework.open_case import Opened, open_case
from speccom.directory.demonstration import load as load_people
from speccom.process.form import Form, Question, QuestionKind, Section

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ADA, BEN = "ada", "ben"


@pytest.fixture
def case(db: None, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """The demonstration's request that nobody has submitted yet."""
    from speccom.casework.demonstration import load as module

    drafts = tuple(each for each in module.stories() if len(each.steps) == 1 and each.steps[0].act == "start")
    monkeypatch.setattr(module, "stories", lambda: drafts)
    load_people(NOW)
    load(NOW)
    return open_case(CaseRow.objects.get())


def save(case: Opened, by: str, seen: int | None, **texts: str) -> KeptDraft | ChangedMeanwhile:
    return save_draft(case, case.procedure.forms["patient"], "person", texts, by, NOW, seen)


def test_a_section_is_kept_and_the_others_stay(case: Opened) -> None:
    form = case.procedure.forms["patient"]
    save_draft(case, form, "contact", {"address": "4 Fold Lane"}, ADA, NOW, 0)
    save(case, ADA, 1, name="Edith")
    assert draft_of(case, form).posted == {"address": "4 Fold Lane", "name": "Edith"}
    save(case, ADA, 2, name="")
    assert draft_of(case, form).posted == {"address": "4 Fold Lane", "name": ""}


def test_what_does_not_belong_to_the_section_is_left_out(case: Opened) -> None:
    kept = save(case, ADA, 0, name="Edith", address="4 Fold Lane", nonsense="x")
    assert isinstance(kept, KeptDraft)
    assert kept.posted == {"name": "Edith"}


def test_sections_of_one_form_share_no_control() -> None:
    """Though a repeating section, a date and a text are called the same, each in a section of its own."""
    day = Question("claims", "Day of the claims", QuestionKind.DATE)
    paid = Question("paid", "Paid on", QuestionKind.DATE)
    title = Question("title", "Title", QuestionKind.TEXT)
    form = Form(
        "form",
        "A form",
        ("act",),
        (
            Section("claims", "Claims", (title, paid), collection="claims"),
            Section("days", "Days", (day,)),
            Section("about", "About it", (title,)),
        ),
    )
    of_rows = {"claims-1-title": "First", "claims-12-paid-day": "3"}
    of_days = {"claims-day": "4", "claims-month": "5", "claims-year": "2026"}
    of_text = {"title": "Whole"}
    nobody_s = {"title-total": "x", "claims-total": "x", "claims-one-title": "x", "claims-1-else": "x"}
    posted = {**of_rows, **of_days, **of_text, **nobody_s}
    assert texts_of_section(form, "claims", posted) == of_rows
    assert texts_of_section(form, "days", posted) == of_days
    assert texts_of_section(form, "about", posted) == of_text


def test_nobody_overwrites_a_colleague_unknowingly(case: Opened) -> None:
    save(case, ADA, 0, name="Edith")
    clash = save(case, BEN, 0, name="Edna")
    assert isinstance(clash, ChangedMeanwhile)
    assert (clash.kept.saved_by, clash.kept.posted) == (ADA, {"name": "Edith"})
    assert draft_of(case, case.procedure.forms["patient"]).posted == {"name": "Edith"}
    knowingly = save(case, BEN, None, name="Edna")
    assert isinstance(knowingly, KeptDraft)
    assert knowingly.version == 2


def test_the_same_words_clash_with_nobody(case: Opened) -> None:
    save(case, ADA, 0, name="Edith")
    again = save(case, ADA, 0, name="Edith")
    assert isinstance(again, KeptDraft)
    assert again.version == 1


def test_a_draft_is_encrypted(case: Opened) -> None:
    save(case, ADA, 0, name="Edith Marlow")
    assert b"Edith" not in bytes(Draft.objects.get().content)
