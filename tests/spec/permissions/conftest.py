"""A case that is filled in from end to end."""

from __future__ import annotations

import pytest
from django.utils import timezone

from speccom.casework.demonstration.load import load
from speccom.casework.models import CaseRow
from speccom.directory.demonstration import load as load_people


@pytest.fixture
def whole_case(db: None) -> CaseRow:
    """The demonstration's request that went furthest, so that every part of it is filled in."""
    now = timezone.now()
    load_people(now)
    load(now)
    return CaseRow.objects.get(state="in_treatment")
