"""Who sees which case: the lists and the pages give one answer, for everybody of the demonstration."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from speccom.casework.demonstration.load import load
from speccom.casework.models import CaseRow
from speccom.casework.open_case import open_case
from speccom.casework.sight import classes_of, find_visible, viewer, visible
from speccom.casework.work.allocation import candidates
from speccom.directory.demonstration import load as load_people
from speccom.directory.models import Person

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.django_db
def test_lists_and_pages_agree() -> None:
    load_people(NOW)
    load(NOW)
    seen = set()
    for person in (None, *Person.objects.prefetch_related("grants")):
        looking = viewer(person, NOW)
        one_by_one = {row.reference for row in CaseRow.objects.all() if classes_of(looking, row)}
        assert set(visible(looking).values_list("reference", flat=True)) == one_by_one
        assert all((find_visible(looking, each) is not None) for each in one_by_one)
        seen.add(len(one_by_one))
    assert len(seen) >= 5, "the demonstration's people see different cases"
    draft = open_case(CaseRow.objects.get(state="draft"))
    assert [each.name for each in candidates(draft, NOW)] == ["Dr Amira Khan"]
