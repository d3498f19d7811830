"""The ledger: whatever is changed, removed or cut off is found and named; lawful destruction is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from tests.unit.casework.story import CLINICIAN, OFFICER, Story

from speccom.casework.ledger import verify
from speccom.casework.models import LedgerEvent, LedgerTail
from speccom.problem import Problem

_TABLE = LedgerEvent._meta.db_table


@pytest.fixture
def five_events(story: Story) -> Story:
    story.did(CLINICIAN, "ask", reason="rarity")
    for act in ("pause", "go_on", "pause", "go_on"):
        story.did(OFFICER, act)
    assert verify().wrong == ""
    assert verify().events == 5
    return story


@pytest.fixture
def unguarded(db: None) -> None:
    """A database whose owner has taken the guards off the ledger."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER ledger_no_update")
            cursor.execute("DROP TRIGGER ledger_no_delete")
        else:
            cursor.execute(f"ALTER TABLE {_TABLE} DISABLE TRIGGER USER")


@pytest.mark.parametrize("statement", [f"UPDATE {_TABLE} SET digest = ''", f"DELETE FROM {_TABLE}"])
def test_the_database_refuses_to_change_an_event(five_events: Story, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="never changed or removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_any_byte_that_is_changed_is_found(five_events: Story, unguarded: None) -> None:
    event = LedgerEvent.objects.get(sequence=3)
    whole = event.envelope
    for place in range(len(whole)):
        changed = chr(ord(whole[place]) ^ 1)
        LedgerEvent.objects.filter(sequence=3).update(envelope=whole[:place] + changed + whole[place + 1 :])
        verdict = verify()
        assert verdict.broken_at == 3, (place, whole[place])
        assert "event 3" in verdict.wrong


@pytest.mark.parametrize("column", ["case_id", "command_id", "event_id", "digest"])
def test_a_column_that_says_other_than_its_event(five_events: Story, unguarded: None, column: str) -> None:
    LedgerEvent.objects.filter(sequence=2).update(**{column: "x"})
    assert verify().broken_at == 2


def test_an_event_taken_out(five_events: Story, unguarded: None) -> None:
    LedgerEvent.objects.filter(sequence=4).delete()
    assert verify().broken_at == 4


def test_a_tail_cut_off(five_events: Story, unguarded: None) -> None:
    LedgerEvent.objects.filter(sequence__gte=4).delete()
    verdict = verify()
    assert verdict.broken_at == 4
    assert verdict.wrong == "the ledger ends at event 3, and event 5 was the last to be written"


def test_a_tail_cut_off_with_its_record(five_events: Story, unguarded: None) -> None:
    LedgerEvent.objects.filter(sequence__gte=4).delete()
    last = LedgerEvent.objects.get(sequence=3)
    LedgerTail.objects.update(sequence=3, digest=last.digest)
    assert verify().wrong == "the record of the ledger's end was changed"
    LedgerTail.objects.all().delete()
    assert verify().wrong == "the record of the ledger's end is missing"


def test_an_event_added_behind_the_recorded_end(five_events: Story) -> None:
    LedgerEvent.objects.create(
        sequence=6,
        event_id="forged",
        command_id="forged",
        case_id="x",
        case_version=1,
        envelope="{}",
        digest="",
    )
    verdict = verify()
    assert (verdict.broken_at, verdict.wrong) == (6, "it was added after the recorded end of the ledger")


def test_nothing_is_written_under_a_key_that_is_not_the_ledgers(
    five_events: Story, speccom_home: Path
) -> None:
    (speccom_home / "keys" / "installation.key").write_bytes(bytes(32))
    with pytest.raises(Problem, match="the key here is not the one of this database"):
        five_events.does(OFFICER, "pause")
