"""Saying who somebody is to an identity provider."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from speccom.directory.changes import Change, record
from speccom.directory.models import Person, ProviderIdentity
from speccom.problem import Problem


def link(person: Person, issuer: str, subject: str, *, by: Person | None, at: datetime) -> None:
    """Have a provider's identifier mean this person. Raises Problem where it means another already."""
    with transaction.atomic():
        other = ProviderIdentity.objects.filter(issuer=issuer, subject=subject).exclude(person=person)
        if other.exists():
            raise Problem("this identifier belongs to somebody else here", mend="Check it with the person")
        ProviderIdentity.objects.update_or_create(
            person=person, issuer=issuer, defaults={"subject": subject.strip()}
        )
        record(Change("identifier at the provider set", str(person.pk), at, by.pk if by else None))
