"""Organisations, which are renamed, merge and split: what each was like is a row with its dates."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Organisation(models.Model):
    """An organisation, known for good by its code; a code is never used again for another."""

    code = models.CharField(primary_key=True, max_length=20)

    def __str__(self) -> str:
        return self.code


class OrganisationDetails(models.Model):
    """What an organisation was called, its kind and its region, from a day to a day (both included)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="details")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, blank=True)
    region = models.CharField(max_length=80, blank=True)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="details_end_after_they_start"
            ),
            models.UniqueConstraint(fields=["organisation", "starts"], name="details_one_a_start"),
        )

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """One organisation took over from another on a day: wholly (merge) or in part (split)."""

    class Kind(models.TextChoices):
        """Whether the predecessor went into its successor, or was divided."""

        MERGE = "merge", "merged into"
        SPLIT = "split", "divided into"

    predecessor = models.ForeignKey(Organisation, models.PROTECT, related_name="went_into")
    successor = models.ForeignKey(Organisation, models.PROTECT, related_name="came_from")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succession_by_another"),
        )

    def __str__(self) -> str:
        return f"{self.predecessor_id} {self.get_kind_display()} {self.successor_id}"
