"""Drafts: nothing typed is lost, neither to a colleague nor to oneself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from speccom.casework.demonstration.load import load
from speccom.casework.drafts import ChangedMeanwhile, KeptDraft, draft_of, save_draft
from speccom.casework.models import CaseRow, Draft
from speccom.casework.open_case import Opened, open_case
from speccom.directory.demonstration import load as load_people

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
