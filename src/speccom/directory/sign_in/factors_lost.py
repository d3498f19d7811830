"""Removing the second factors of somebody who has lost them."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from speccom.directory.changes import Change, record
from speccom.directory.models import Person
from speccom.directory.sessions import end_everything
from speccom.problem import Problem


def remove_factors(person: Person, *, by: Person | None, identified: str, why: str, at: datetime) -> None:
    """Remove them all, and end what was signed in with them. Raises Problem where there is none.

    `identified` says how it was made sure that the person asks for it; it is kept with the reason.
    """
    with transaction.atomic():
        count, _ = Authenticator.objects.filter(user_id=person.pk).delete()
        if not count:
            raise Problem(f"{person.name} has no second factor", mend="Nothing needs to be removed")
        end_everything(person, at)
        particulars = {"identified": identified, "why": why.strip()}
        record(Change("second factors removed", str(person.pk), at, by.pk if by else None, particulars))
