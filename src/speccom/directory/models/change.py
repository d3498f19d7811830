"""A change of people, grants or organisations, as it was recorded."""

from __future__ import annotations

from django.db import models

from speccom.directory.models.person import Person


class RecordedChange(models.Model):
    """Who changed what, when and why. Rows are added and never changed."""

    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    particulars = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["subject", "at"], name="change_by_subject"),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"
