"""Whether somebody still owes a second factor: everybody with a role does, outside of the demonstration."""

from __future__ import annotations

from datetime import datetime

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from speccom.directory.models import Person
from speccom.directory.permission import grants_of

BY_PROVIDER = "provider"


def is_missing(request: HttpRequest, person: Person, at: datetime) -> bool:
    """Tell whether this session lacks a second factor that the person's roles ask for."""
    if settings.DEMONSTRATION or not grants_of(person, at):
        return False
    records = get_authentication_records(request, person)
    return not any(each.get("method") in ("mfa", BY_PROVIDER) for each in records)
