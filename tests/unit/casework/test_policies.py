"""The register of policies: made by what cases publish, ended by what becomes of them, by nothing else."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from speccom.casework.demonstration.load import load
from speccom.casework.door import Done, Order, carry_out
from speccom.casework.models import CaseRow, PolicyVersion
from speccom.casework.read_model import differences, rebuild
from speccom.directory.demonstration import load as load_people
from speccom.directory.models import Person
from speccom.process.decide import Actor, Refused
from speccom.process.read_process import load_process
from speccom.rulebook.errors import RulebookErrors
from speccom.rulebook.find import shelf

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LEAD = Actor("00000000-0000-0000-0000-00000000000a", frozenset({"policy_lead"}))
SHELVED = shelf() / "processes" / "urgent-policy-statement" / "2026"


@pytest.fixture
def demonstration(db: None, settings: Settings) -> None:
    settings.DEMONSTRATION = True
    load_people(NOW)
    load(NOW)


def policy(number: str) -> PolicyVersion:
    return PolicyVersion.objects.get(identifier=number)


def does(case: str, act: str, by: Actor, at: datetime = NOW) -> Done | Refused:
    return carry_out(Order(f"{case} {act} {at}", act, by, at, case))


@pytest.mark.usefixtures("demonstration")
def test_what_was_published_is_in_the_register_as_the_cases_left_it() -> None:
    assert set(PolicyVersion.objects.values_list("identifier", flat=True)) == {"UPS-D-1", "UPS-D-2"}
    stands, over = policy("UPS-D-1"), policy("UPS-D-2")
    assert stands.title == stands.case.subject == "Marilast for neonatal copper excess"
    assert (stands.about, stands.ended_on, stands.ended_by) == ("Marilast", None, "")
    assert stands.expires_on is not None
    assert stands.starts_on > stands.published_on
    assert (over.ended_by, over.case.state) == ("expires", "expired")
    assert over.ended_on is not None
    assert over.expires_on is not None
    assert over.ended_on > over.expires_on
    assert list(differences()) == []


@pytest.mark.usefixtures("demonstration")
def test_a_row_that_no_event_made_is_found_and_made_again() -> None:
    PolicyVersion.objects.filter(identifier="UPS-D-1").update(title="Another title")
    (found,) = differences_of_policies()
    assert found[0] == policy("UPS-D-1").case_id
    rebuild()
    assert policy("UPS-D-1").title == "Marilast for neonatal copper excess"
    PolicyVersion.objects.all().delete()
    assert len(differences_of_policies()) == 2
    rebuild()
    assert list(differences()) == []
    case = CaseRow.objects.get(state="requested")
    PolicyVersion.objects.create(
        case=case,
        sequence=9_000_000,
        identifier="TYPED",
        title="Typed apart",
        published_on=NOW.date(),
        starts_on=NOW.date(),
    )
    assert {each[0] for each in differences_of_policies()} == {case.reference}
    rebuild()
    assert not PolicyVersion.objects.filter(identifier="TYPED").exists()


def differences_of_policies() -> list[tuple[str, str]]:
    return sorted({(each.reference, each.column) for each in differences()})


@pytest.mark.usefixtures("demonstration")
def test_a_statement_gives_way_to_a_newer_policy_and_to_no_other() -> None:
    old = policy("UPS-D-1")
    refused = does(old.case_id, "replace", LEAD)
    assert isinstance(refused, Refused)
    assert refused.findings[0].witnesses == ("No newer policy about Marilast is in force",)
    assert refused.findings[0].where == "/policies"
    newer = PolicyVersion.objects.create(
        case=CaseRow.objects.get(state="requested"),
        sequence=9_000_000,
        identifier="P-1",
        title="Marilast as policy",
        about="marilast",
        published_on=NOW.date(),
        starts_on=NOW.date() + timedelta(days=1),
    )
    assert isinstance(does(old.case_id, "replace", LEAD, NOW + timedelta(minutes=1)), Refused)
    PolicyVersion.objects.filter(pk=newer.pk).update(starts_on=NOW.date(), about="Another treatment")
    assert isinstance(does(old.case_id, "replace", LEAD, NOW + timedelta(minutes=2)), Refused)
    PolicyVersion.objects.filter(pk=newer.pk).update(about="marilast")
    assert isinstance(does(old.case_id, "replace", LEAD, NOW + timedelta(minutes=3)), Done)
    old = policy("UPS-D-1")
    assert (old.ended_by, old.ended_on, old.newer) == ("supersedes", NOW.date(), "P-1")
    PolicyVersion.objects.filter(pk=newer.pk).delete()
    assert list(differences()) == [], "what it gave way to is in its own event, not looked up again"
    client = Client(headers={"host": "localhost"})
    shown = client.get("/policies/UPS-D-1").content.decode()
    assert "Superseded on 23 November 2026." in shown
    assert "It gave way to P-1." in shown


@pytest.mark.usefixtures("demonstration")
def test_the_register_is_for_everybody_and_shows_the_case_only_to_those_for_whom_it_is_there() -> None:
    visitor = Client(headers={"host": "localhost"})
    listed = visitor.get("/policies").content.decode()
    assert "2 policies." in listed
    assert "Marilast for neonatal copper excess" in listed
    assert "No policy matches" in visitor.get("/policies?q=xylophone").content.decode()
    now = visitor.get("/policies?standing=now").content.decode()
    assert "Marilast" in now
    assert "Pellorin" not in now
    past = visitor.get("/policies?standing=over").content.decode()
    assert "Pellorin" in past
    assert "Marilast" not in past
    one = visitor.get("/policies/UPS-D-2").content.decode()
    over = policy("UPS-D-2")
    assert f"/cases/{over.case_id}" in one
    assert visitor.get("/policies/UPS-D-9").status_code == 404
    CaseRow.objects.filter(pk=over.case_id).update(state="requested")
    hidden = visitor.get("/policies/UPS-D-2").content.decode()
    assert over.case_id not in hidden
    assert "is not there for you" in hidden


@pytest.mark.usefixtures("demonstration")
def test_a_case_leads_to_the_policy_that_came_of_it_and_back() -> None:
    visitor = Client(headers={"host": "localhost"})
    for number, standing in (("UPS-D-1", "In force"), ("UPS-D-2", "Expired")):
        case = policy(number).case
        shown = visitor.get(f"/cases/{case.reference}").content.decode()
        heading = f'<a href="/policies/{number}">{policy(number).title}</a>'
        assert "What came of it" in shown
        assert standing in shown.partition(heading)[2].partition("</h3>")[0]
        assert f'href="/cases/{case.reference}"' in visitor.get(f"/policies/{number}").content.decode()
        (given,) = visitor.get(f"/api/v1/cases/{case.reference}").json()["policies"]
        assert given["identifier"] == number
        assert given["published_on"] == policy(number).published_on.isoformat()
        assert given["ended_by"] == policy(number).ended_by
    lead = Client(headers={"host": "localhost"})
    lead.force_login(Person.objects.get(email="policy-lead@demonstration.example"))
    without = CaseRow.objects.get(state="requested").reference
    page = lead.get(f"/cases/{without}").content.decode()
    assert "What happened" in page
    assert "What came of it" not in page


def test_what_is_wrong_in_policies_is_said_when_it_loads(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHELVED, tmp_path / "copy"))
    path = folder / "policies.toml"
    written = path.read_text()
    wrongs = {
        ('does = "publishes"', 'does = "prints"'): "`does` is one of publishes",
        ('title = "title"', 'title = "panel_reasons"'): "everybody reads the register",
        ('starts = "effective_on"', 'starts = "title"'): "`starts` is a date, and `title` is otherwise",
        ('identifier = "reference_number"\n', ""): "`identifier` is missing",
        ('newer = "newer_policy"', 'newer = "newest_policy"'): "there is no `newest_policy`",
        ('acts = ["expire"]', 'acts = ["publish"]'): "what `publish` does is said twice",
    }
    for (text, instead), said in wrongs.items():
        assert text in written
        path.write_text(written.replace(text, instead))
        with pytest.raises(RulebookErrors) as raised:
            load_process(folder)
        assert said in str(raised.value)
