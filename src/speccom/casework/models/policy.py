"""The register of policies: what events of cases published, and what became of it. Made from the ledger."""

from django.db import models

from speccom.casework.models.case import CaseRow


class PolicyVersion(models.Model):
    """A policy as one event published it; nothing in it but what is public.

    `sequence` is the event's place in the ledger, by which the versions of one identifier follow each other.
    `ended_by` says what ended it and is blank while nothing did; `newer` is the identifier of what it gave
    way to.
    """

    case = models.ForeignKey(CaseRow, on_delete=models.CASCADE, related_name="policies")
    sequence = models.PositiveBigIntegerField(unique=True)
    identifier = models.CharField(max_length=200)
    title = models.TextField()
    about = models.TextField(blank=True)
    service_lines = models.TextField(blank=True)
    published_on = models.DateField()
    starts_on = models.DateField()
    expires_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=20, blank=True)
    newer = models.CharField(max_length=200, blank=True)

    class Meta:
        """One policy is asked for by its identifier; what holds now, by its days."""

        indexes = (
            models.Index(fields=("identifier", "sequence")),
            models.Index(fields=("ended_on", "expires_on")),
        )
