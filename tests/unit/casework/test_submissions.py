"""What was submitted stands: the database lets nobody change it, and lets it only be destroyed."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from tests.unit.casework.story import CLINICIAN, Story

from speccom.casework.models import Submission
from speccom.casework.submissions import destroy


@pytest.fixture
def submitted(story: Story) -> Submission:
    story.did(CLINICIAN, "ask", reason="rarity")
    return Submission.objects.get(form="form")


@pytest.mark.parametrize(
    "change",
    [
        {"content": b"x"},
        {"salt": b"x"},
        {"digest": "x"},
        {"form": "x"},
        {"case_version": 2},
        {"id": uuid4()},
        {"content": None},
        {"content": None, "salt": None, "digest": "x"},
    ],
)
def test_what_was_submitted_is_never_changed(submitted: Submission, change: dict[str, object]) -> None:
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        Submission.objects.filter(pk=submitted.pk).update(**change)
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        submitted.delete()
    assert Submission.objects.get(pk=submitted.pk).digest == submitted.digest


def test_it_may_be_destroyed(submitted: Submission) -> None:
    destroy(submitted.case)
    stored = Submission.objects.get(pk=submitted.pk)
    assert (stored.content, stored.salt, stored.digest) == (None, None, submitted.digest)
