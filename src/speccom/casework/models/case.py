"""Where cases stand: a read model, folded from the ledger and able to be made again from it."""

from django.db import models
from django.db.models import Q


class CaseRow(models.Model):
    """A case as its events leave it. Nothing in it is confidential, so that lists need no key.

    `reference` is for people (`UPS-2026-0042-7`); `procedure` is the process's id and `process` its whole
    identity (`id@version#hash`); `organisation` is the code of the one that the case belongs to.
    """

    reference = models.CharField(primary_key=True, max_length=40)
    procedure = models.CharField(max_length=80)
    process = models.CharField(max_length=140)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=80)
    is_closed = models.BooleanField(default=False)
    subject = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(max_length=20)
    opened_by = models.CharField(max_length=40)
    given_to = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """Lists are by procedure and state, by organisation and by person; what waits is among open cases."""

        indexes = (
            models.Index(fields=("procedure", "state", "reference")),
            models.Index(
                fields=("process", "state"), condition=Q(is_closed=False), name="open_cases_by_state"
            ),
            models.Index(fields=("organisation", "procedure", "state")),
            models.Index(fields=("opened_by",)),
            models.Index(fields=("given_to",)),
            models.Index(fields=("-changed_at",)),
        )

    def __str__(self) -> str:
        """Its reference."""
        return self.reference


class Due(models.Model):
    """An act that a case waits for, and its last day in time (none where the clock must ask).

    `since` is the version of the case in which it came to where it waits.
    """

    case = models.ForeignKey(CaseRow, on_delete=models.CASCADE, related_name="due")
    act = models.CharField(max_length=80)
    role = models.CharField(max_length=80)
    since = models.PositiveIntegerField()
    on = models.DateField(null=True)

    class Meta:
        """Asked for by role and day."""

        indexes = (models.Index(fields=("role", "on")),)
        constraints = (models.UniqueConstraint(fields=("case", "act"), name="one_due_day_an_act"),)


class ReferenceNumber(models.Model):
    """The last number given in a series of references (`UPS-2026`)."""

    series = models.CharField(primary_key=True, max_length=40)
    last = models.PositiveIntegerField()
