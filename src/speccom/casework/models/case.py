"""Where cases stand: a read model, folded from the ledger and able to be made again from it."""

from datetime import date

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
        """Lists are by the last change, of all or of a kind; few cases are found by who may see them."""

        indexes = (
            models.Index(fields=("-changed_at", "reference")),
            models.Index(
                fields=("-changed_at", "reference"), condition=Q(is_closed=False), name="open_cases_by_change"
            ),
            models.Index(
                fields=("-changed_at", "reference"),
                condition=Q(is_closed=True),
                name="closed_cases_by_change",
            ),
            models.Index(fields=("procedure", "-changed_at", "reference")),
            models.Index(
                fields=("process", "state"), condition=Q(is_closed=False), name="open_cases_by_state"
            ),
            models.Index(fields=("process", "state")),
            models.Index(fields=("organisation", "process", "state")),
            models.Index(fields=("opened_by", "organisation", "process")),
            models.Index(fields=("given_to", "organisation", "process")),
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


class Waiting(models.Model):
    """An open case that waits for some people, and the first last day of what it waits for from them.

    `audience` names them: a role, where it is held, and of whose cases (`waits.py`). `on` is NEVER where
    there is no last day, so that the most pressing come first in the order of the index.
    """

    NEVER = date.max

    case = models.ForeignKey(CaseRow, on_delete=models.CASCADE, related_name="waiting", db_index=False)
    audience = models.CharField(max_length=160)
    on = models.DateField()
    changed_at = models.DateTimeField()

    class Meta:
        """Read in order, for one audience."""

        indexes = (models.Index(fields=("audience", "on", "changed_at", "case")),)
        constraints = (
            models.UniqueConstraint(fields=("case", "audience"), name="waits_for_an_audience_once"),
        )


class CaseWord(models.Model):
    """A word by whose beginning a case is found: of its reference or its subject, as `case_words.py` has it.

    In bytes, so that every database compares words alike.
    """

    case = models.ForeignKey(CaseRow, on_delete=models.CASCADE, related_name="words", db_index=False)
    word = models.BinaryField(max_length=240)
    is_public = models.BooleanField()

    class Meta:
        """Cases are found by a word, and a case is asked for one."""

        indexes = (models.Index(fields=("word", "case")),)
        constraints = (models.UniqueConstraint(fields=("case", "word"), name="one_row_a_word_of_a_case"),)


class ReferenceNumber(models.Model):
    """The last number given in a series of references (`UPS-2026`)."""

    series = models.CharField(primary_key=True, max_length=40)
    last = models.PositiveIntegerField()
