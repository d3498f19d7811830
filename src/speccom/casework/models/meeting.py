"""Meetings of bodies: who sits on them, what is on the agenda, who was there, and who had an interest."""

from django.db import models
from django.db.models import F, Q

from speccom.casework.models.case import CaseRow


class Membership(models.Model):
    """A person's seat on a body, from a day to a day (both included)."""

    body = models.CharField(max_length=60)
    person = models.CharField(max_length=40)
    seat = models.CharField(max_length=60)
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        """Asked for by body."""

        indexes = (models.Index(fields=("body", "starts")), models.Index(fields=("person",)))
        constraints = (
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")), name="a_term_ends_after_it_starts"
            ),
        )


class Meeting(models.Model):
    """One meeting of a body, through its stages; each moment is empty until the stage is reached."""

    reference = models.CharField(primary_key=True, max_length=40)
    body = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=200)
    papers_out_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=40, blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        """Stages are reached in their order; asked for by body and time."""

        indexes = (models.Index(fields=("body", "-starts_at")),)
        constraints = (
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(papers_out_at__isnull=False), name="papers_before_the_meeting"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(opened_at__isnull=False), name="opened_before_closed"
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None) | Q(closed_at__isnull=False), name="closed_before_approved"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(approved_at__isnull=False),
                name="approved_before_published",
            ),
        )

    def __str__(self) -> str:
        """Its reference."""
        return self.reference


class AgendaItem(models.Model):
    """One case on a meeting's agenda, in its place, with the time given to it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey(CaseRow, on_delete=models.PROTECT, related_name="agenda_items")
    place = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        """A case is on an agenda once."""

        ordering = ("place",)
        constraints = (
            models.UniqueConstraint(fields=("meeting", "case"), name="a_case_is_on_an_agenda_once"),
        )


class Attendance(models.Model):
    """A member who was in the room, in which seat, from when to when (none: until the end)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    person = models.CharField(max_length=40)
    seat = models.CharField(max_length=60)
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)


class Interest(models.Model):
    """What a member declared on an item, and how it was settled. Rows are added; the latest one counts."""

    class Settled(models.TextChoices):
        """What follows from an interest."""

        NONE = "none", "No interest"
        STAYS = "stays", "An interest: stays and takes part"
        SPEAKS = "speaks", "An interest: may speak, and does not count"
        LEAVES = "leaves", "An interest: leaves the room"

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="interests")
    person = models.CharField(max_length=40)
    settled = models.CharField(max_length=10, choices=Settled.choices)
    what = models.TextField(blank=True)
    recorded_by = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()
