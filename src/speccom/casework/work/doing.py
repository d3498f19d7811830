"""What somebody is in the middle of, in a sentence, for those who step into their shoes."""

from __future__ import annotations

from django.utils.timezone import localdate, now

from speccom.casework.meetings.bodies import bodies_of
from speccom.casework.models import Meeting
from speccom.casework.sight import viewer
from speccom.casework.work.waiting import due_by, waiting_for
from speccom.directory.models import Person
from speccom.interface import formats


def doing(person: Person) -> str:
    """Return in a sentence what waits for a person; blank where nothing does."""
    looking = viewer(person, now())
    waiting = waiting_for(looking).count()
    late = due_by(looking, localdate()).count() if waiting else 0
    meetings = Meeting.objects.filter(body__in=bodies_of(looking), closed_at=None).count()
    parts = [
        f"{formats.counted(waiting, 'case waits', 'cases wait')} for them" if waiting else "",
        f"{formats.number(late)} of them due or late" if late else "",
        formats.counted(meetings, "meeting") + " to come" if meetings else "",
    ]
    return formats.sentence(", ".join(filter(None, parts)))
