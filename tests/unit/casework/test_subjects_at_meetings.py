"""What a case is about, at a meeting: for those who may see a field of its class, and for nobody else."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.unit.casework.demonstrated import begun, browser

from speccom.casework.models import AgendaItem, CaseRow, Meeting
from speccom.criteria.vocabulary import Confidentiality
from speccom.rulebook.find import shelf

BODY = "clinical_panel"
SECRETARY, MEMBER = "body-secretary", "body-member-clinical"


@pytest.fixture
def case(db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CaseRow:
    """A request before the panel, whose title is official; members of the panel see only what is public."""
    folder = Path(shutil.copytree(shelf(), tmp_path / "shelf"))
    process = folder / "processes" / "urgent-policy-statement" / "2026"
    titled = 'title = "the title of the request"\nconfidentiality = '
    _put(process / "rulebook.toml", f'{titled}"public"', f'{titled}"official"')
    _put(process / "letters" / "policy-statement.md", "{{title}}", "{{condition}}")
    _put(process / "policies.toml", 'title = "title"', 'title = "condition"')
    public = "body_member,every,,public"
    _put(process / "access.csv", f"{public}; official; commercial", public)
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(folder))
    row = begun(settings, monkeypatch, "request", "submit")
    assert row.subject
    return row


@pytest.fixture
def meeting(case: CaseRow) -> Meeting:
    """A meeting in session with the request on its agenda."""
    now = timezone.now()
    made = Meeting.objects.create(
        reference="MTG-1", body=BODY, starts_at=now - timedelta(hours=1), papers_out_at=now, opened_at=now
    )
    AgendaItem.objects.create(meeting=made, case=case, place=1, minutes=20)
    return made


def test_pages_show_a_member_the_case_without_what_it_is_about(case: CaseRow, meeting: Meeting) -> None:
    item = meeting.items.get().pk
    for path in ("", f"/items/{item}", "/minutes"):
        page = browser(MEMBER).get(f"/meetings/{meeting.reference}{path}").content.decode()
        assert case.reference in page, path
        assert case.subject not in page, path


def test_pages_show_the_secretary_what_it_is_about(case: CaseRow, meeting: Meeting) -> None:
    item = meeting.items.get().pk
    for path in ("", f"/items/{item}", "/minutes"):
        page = browser(SECRETARY).get(f"/meetings/{meeting.reference}{path}").content.decode()
        assert case.subject in page, path


def test_whoever_runs_a_meeting_is_offered_cases_by_what_they_may_see(
    case: CaseRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Meeting.objects.create(reference="MTG-2", body=BODY, starts_at=timezone.now())
    assert case.subject in browser(SECRETARY).get(f"/meetings/{made.reference}").content.decode()
    public = frozenset({Confidentiality.PUBLIC})
    monkeypatch.setattr("speccom.casework.sight.classes_of", lambda looking, row: public)
    page = browser(SECRETARY).get(f"/meetings/{made.reference}").content.decode()
    assert case.reference in page
    assert case.subject not in page


def _put(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
