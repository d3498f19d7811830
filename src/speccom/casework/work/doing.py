"""What somebody is in the middle of, in a sentence, for those who step into their shoes."""

from __future__ import annotations

from django.utils.timezone import localdate, now

from speccom.casework.meetings.bodies import bodies_of
from speccom.casework.models import Meeting
from speccom.casework.sight import viewer
from speccom.casework.work.listing import up_to_ceiling
from speccom.casework.work.waiting import due_by, waiting_for
from speccom.directory.models import Person
from speccom.interface import formats
from speccom.interface.paging import up_to


def doing(person: Person) -> str:
    """Return in a sentence what waits for a person; blank where nothing does."""
    looking = viewer(person, now())
    waiting = up_to_ceiling(waiting_for(looking))
    late = up_to_ceiling(due_by(looking, localdate())) if waiting else 0
    meetings = Meeting.objects.filter(body__in=bodies_of(looking), closed_at=None).count()
    parts = [
        f"{up_to(waiting, 'case waits', 'cases wait')} for them" if waiting else "",
        f"{up_to(late, 'of them', 'of them')} due or late" if late else "",
        formats.counted(meetings, "meeting") + " to come" if meetings else "",
    ]
    return formats.sentence(", ".join(filter(None, parts)))
