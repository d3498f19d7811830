"""Whatever changes in the directory is in the ledger, without a name in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from speccom.casework import ledger
from speccom.casework.models import LedgerEvent
from speccom.directory.changes import Change, record
from speccom.directory.models import RecordedChange
from speccom.web.directory_ledger import digest_of

NOON = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def change(why: str = "joined on Monday") -> Change:
    return Change("person added", "person-7", NOON, None, {"name": "Ada Example", "why": why})


def test_a_change_is_an_event_of_no_case_and_names_nobody(db: None) -> None:
    record(change())
    [event] = ledger.events_of("")
    assert (event.kind, event.actor_id, event.at) == ("person_added.1", "terminal", NOON)
    assert [(each.kind, each.id) for each in event.references] == [("change", "person-7")]
    envelope = LedgerEvent.objects.get().envelope
    assert "Ada" not in envelope
    assert "Monday" not in envelope
    assert ledger.verify().wrong == ""


def test_its_digest_says_whether_the_row_beside_it_was_changed(db: None) -> None:
    record(change())
    [event] = ledger.events_of("")
    stored = RecordedChange.objects.get()
    told = Change(stored.kind, stored.subject, stored.at, stored.by_id, stored.particulars)
    assert event.references[0].digest == digest_of(told)
    assert event.references[0].digest != digest_of(change("joined on Tuesday"))


def test_a_change_that_the_ledger_cannot_take_does_not_happen(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(ledger, "append", fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        record(change())
    assert not RecordedChange.objects.exists()
