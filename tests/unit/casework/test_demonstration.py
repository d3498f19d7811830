"""The demonstration's cases are made through the door, and leave a ledger that verifies."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from speccom.casework.demonstration.load import load
from speccom.casework.ledger import verify
from speccom.casework.models import CaseRow, LedgerEvent, Meeting
from speccom.casework.read_model import differences
from speccom.directory.demonstration import load as load_people

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.django_db
def test_every_case_is_made_by_commands_at_the_time_they_happened() -> None:
    load_people(NOW)
    assert load(NOW) == CaseRow.objects.count() == 15
    assert verify().wrong == ""
    assert list(differences()) == []
    envelopes = LedgerEvent.objects.exclude(case_id="").values_list("envelope", flat=True)
    moments = {datetime.fromisoformat(json.loads(each)["at"]) for each in envelopes}
    assert min(moments) < NOW - timedelta(days=190)
    assert max(moments) <= NOW
    assert len(set(CaseRow.objects.values_list("state", flat=True))) >= 12
    assert Meeting.objects.filter(published_at__isnull=False).count() >= 5
    assert load(NOW) == 0
    assert CaseRow.objects.count() == 15
