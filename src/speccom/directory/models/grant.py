"""A role given to a person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from speccom.directory.models.organisation import Organisation
from speccom.directory.models.person import Person


class Grant(models.Model):
    """A role of a person at an organisation or on a body, from `starts` until just before `ends`.

    A grant is never deleted or given other words: it is ended, and another one given.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    body = models.CharField(max_length=60, blank=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=500)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, body="")
                | (Q(organisation__isnull=True) & ~Q(body="")),
                name="grant_at_an_organisation_or_on_a_body",
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="grant_ends_after_it_starts"
            ),
        )
        indexes = (models.Index(fields=["role"], name="grant_by_role"),)

    def __str__(self) -> str:
        return f"{self.role} at {self.organisation_id or self.body}"


class Confirmation(models.Model):
    """Somebody looked at a grant in a review, and said that it is still needed."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="confirmations")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        get_latest_by = "at"

    def __str__(self) -> str:
        return f"{self.grant}, confirmed"
