"""The pages of processes: everything that the tables say, for everybody, in the version of a day."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from speccom.casework.demonstration.load import load
from speccom.casework.models import CaseRow
from speccom.directory.demonstration import load as load_people
from speccom.directory.models import Person
from speccom.process.read_process import load_process
from speccom.rulebook.find import shelf

SHIPPED = {"urgent-policy-statement": "2026", "individual-funding-request": "2018"}


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost"})


def words_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return html.unescape(re.sub(r"<svg.*?</svg>", " ", answer.content.decode(), flags=re.DOTALL))


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "version"), SHIPPED.items())
def test_a_page_says_every_state_act_requirement_limit_and_body(
    visitor: Client, name: str, version: str
) -> None:
    procedure = load_process(shelf() / "processes" / name / version)
    words = words_of(visitor, f"/processes/{name}/{version}")
    for said in (
        *(each.label for each in procedure.states.values()),
        *(each.label for each in procedure.transitions),
        *(each.sentence.rstrip(".") for each in procedure.requirements.values()),
        *(each.sentence for each in procedure.settings.values()),
        *(each.title for each in procedure.bodies.values()),
        *(
            f"within {each.deadline.words}"
            for each in procedure.transitions
            if each.deadline and each.role != "clock"
        ),
    ):
        assert said in words, said
    for anchor in range(1, len(procedure.states) + 1):
        assert f'id="step-{anchor}"' in words
    assert "<svg" in visitor.get(f"/processes/{name}/{version}").content.decode()


@pytest.mark.django_db
def test_a_day_chooses_the_version_and_a_day_that_none_covers_is_said(
    visitor: Client, tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(repository / "rulebooks", tmp_path / "shelf"))
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(folder))
    home = folder / "processes" / "urgent-policy-statement"
    shutil.copytree(home / "2026", home / "2029")
    text = (home / "2029" / "rulebook.toml").read_text()
    text = text.replace('version = "2026"', 'version = "2029"')
    text = text.replace(
        'valid_from = "2026-05-01"\nvalid_to = "2028-12-31"',
        'valid_from = "2029-01-01"\nvalid_to = "2031-12-31"',
    )
    (home / "2029" / "rulebook.toml").write_text(text)
    path = "/processes/urgent-policy-statement"
    assert "Process, version 2026" in words_of(visitor, f"{path}?on=2028-12-31")
    later = words_of(visitor, f"{path}?on=2029-01-01")
    assert "Process, version 2029" in later
    assert "Version 2029 (shown)" in later
    assert f"{path}/2026" in later
    none = visitor.get(f"{path}?on=1999-01-01")
    assert none.status_code == 404
    assert "No version of" in none.content.decode()
    assert visitor.get(f"{path}/1999").status_code == 404
    assert visitor.get("/processes/nothing").status_code == 404
    assert words_of(visitor, "/processes").count("Urgent policy statement") == 1


@pytest.mark.django_db
def test_a_case_and_the_page_that_begins_one_lead_to_their_process(settings: Settings) -> None:
    settings.DEMONSTRATION = True
    now = timezone.now()
    load_people(now)
    load(now)
    lead = Client(headers={"host": "localhost"})
    lead.force_login(Person.objects.get(email="policy-lead@demonstration.example"))
    row = CaseRow.objects.get(state="panel_urgent")
    page = words_of(lead, f"/cases/{row.reference}")
    (href,) = re.findall(r'href="(/processes/[^"]+)"', page)
    path, _, anchor = href.partition("#")
    heading = words_of(lead, path).split(f'id="{anchor}-heading">')[1].split("<")[0]
    assert heading == "Before the Clinical Panel"
    assert "/processes/urgent-policy-statement/2026" in words_of(lead, "/cases/begin")
