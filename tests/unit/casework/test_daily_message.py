"""The message of the day: what waits, once a day and person, and nothing confidential in it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from speccom.casework.demonstration.load import load
from speccom.casework.models import Answer, CaseRow, Meeting, Waiting
from speccom.casework.sight import viewer
from speccom.casework.work.daily_message import message_for, write_daily_messages
from speccom.casework.work.waiting import open_work
from speccom.directory.demonstration import load as load_people
from speccom.directory.models import Grant, Person
from speccom.problem import Problem

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SITE = "https://speccom.example"


@pytest.fixture
def demonstration(db: None, settings: Settings) -> None:
    settings.DEMONSTRATION = True
    load_people(NOW)
    load(NOW)


def person(key: str) -> Person:
    return Person.objects.prefetch_related("grants").get(email=f"{key}@demonstration.example")


@pytest.mark.usefixtures("demonstration")
def test_each_person_gets_what_is_theirs_to_do_and_no_other_case() -> None:
    written = set(write_daily_messages(NOW, SITE))
    sent = {each.to[0]: each for each in mail.outbox}
    assert set(sent) == written
    assert len(mail.outbox) == len(written) >= 8
    for each in Person.objects.prefetch_related("grants"):
        theirs = set(open_work(viewer(each, NOW)).values_list("reference", flat=True))
        named = (
            re.findall(r"/cases/([A-Z]+-[\d-]+)", str(sent[each.email].body)) if each.email in sent else []
        )
        assert sorted(named) == sorted(theirs)


@pytest.mark.usefixtures("demonstration")
def test_it_says_what_is_late_what_comes_due_what_waits_and_which_meetings_are_ahead() -> None:
    Meeting.objects.create(
        reference="MTG-1", body="clinical_panel", starts_at=NOW + timedelta(days=2), place="Online"
    )
    reviewer = message_for(person("evidence-reviewer"), NOW, SITE)
    assert reviewer is not None
    late = CaseRow.objects.get(state="evidence_rapid", subject__startswith="Caldoran")
    assert str(reviewer.body).splitlines()[:6] == [
        "1 case waits for you, 1 late.",
        "",
        "Late",
        "",
        f"* {late.reference}, urgent policy statement, “Deliver the evidence review”, "
        + re.search(r"\d+ working days? late: it was due on [^\n]+", str(reviewer.body))[0],  # type: ignore[index]
        f"  {SITE}/cases/{late.reference}",
    ]
    assert reviewer.subject == "Your work on 23 November 2026: 1 case waits for you, 1 late"
    secretary = message_for(person("body-secretary"), NOW, SITE)
    assert secretary is not None
    assert f"* Clinical Panel, 25 November 2026 at 10am\n  {SITE}/meetings/MTG-1" in secretary.body
    assert "Waiting\n" in secretary.body


@pytest.mark.usefixtures("demonstration")
def test_nothing_that_was_entered_in_a_case_is_in_it() -> None:
    list(write_daily_messages(NOW, SITE))
    told = "\n".join(f"{each.subject}\n{each.body}" for each in mail.outbox)
    subjects = set(CaseRow.objects.exclude(subject="").values_list("subject", flat=True))
    answers = {each for each in Answer.objects.values_list("text", flat=True) if len(each) > 12}
    assert len(subjects) > 5
    assert [each for each in subjects | answers if each in told] == []


@pytest.mark.usefixtures("demonstration")
def test_a_day_has_one_message_even_when_the_outbox_was_emptied() -> None:
    first = list(write_daily_messages(NOW, SITE))
    mail.outbox.clear()
    assert list(write_daily_messages(NOW + timedelta(hours=3), SITE)) == []
    assert mail.outbox == []
    assert list(write_daily_messages(NOW + timedelta(days=1), SITE)) == first


@pytest.mark.usefixtures("demonstration")
def test_what_could_not_be_written_is_written_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: object, **named: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", fails)
        with pytest.raises(Problem, match="No space left on device"):
            list(write_daily_messages(NOW, SITE))
    assert len(list(write_daily_messages(NOW, SITE))) >= 8


@pytest.mark.usefixtures("demonstration")
def test_who_turned_it_off_or_holds_nothing_gets_none() -> None:
    reviewer, secretary = person("evidence-reviewer"), person("body-secretary")
    client = Client(headers={"host": "localhost"})
    client.force_login(reviewer)
    assert "checked" in client.get("/account/daily-message").content.decode()
    assert client.post("/account/daily-message", {}).status_code == 302
    assert " checked" not in client.get("/account/daily-message").content.decode()
    Grant.objects.filter(person=secretary).update(ends=NOW - timedelta(days=1))
    written = list(write_daily_messages(NOW, SITE))
    assert reviewer.email not in written
    assert secretary.email not in written
    client.post("/account/daily-message", {"wanted": "yes"})
    assert list(write_daily_messages(NOW, SITE)) == [reviewer.email]


@pytest.mark.usefixtures("demonstration")
def test_a_long_list_is_cut_and_says_where_the_rest_is() -> None:
    reviewer = person("evidence-reviewer")
    row = CaseRow.objects.get(state="evidence_rapid", subject__startswith="Caldoran")
    kept = {field.name: getattr(row, field.name) for field in CaseRow._meta.fields}
    waits = row.waiting.all()
    for number in range(1000, 1040):
        other = CaseRow.objects.create(**{**kept, "reference": f"UPS-2026-{number}-0"})
        for each in waits:
            Waiting.objects.create(case=other, audience=each.audience, on=each.on, changed_at=each.changed_at)
    message = message_for(reviewer, NOW, SITE)
    assert message is not None
    assert str(message.body).count("* UPS-") == 25
    assert f"* and 16 more: {SITE}/cases?whose=roles" in message.body
