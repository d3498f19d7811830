"""Tests that commit can empty the tables after them, and the database guards the ledger again in the next."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from tests.unit.casework.story import CLINICIAN, Story

from speccom.casework.models import LedgerEvent


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_was_committed_is_gone_in_the_next_test_and_the_guards_are_on(story: Story, time: str) -> None:
    assert not LedgerEvent.objects.exists()
    story.did(CLINICIAN, "ask", name=time)
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        LedgerEvent.objects.all().delete()
    assert LedgerEvent.objects.count() == 1
