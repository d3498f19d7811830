"""What the database keeps of drafts: rows that are added and never changed."""

from __future__ import annotations

from django.db import models

from speccom.directory.models import Person


class BaseRulebook(models.Model):
    """A rulebook that drafts were made from, whole, as it was written; by the hash of its content."""

    digest = models.CharField(primary_key=True, max_length=64)
    rulebook = models.CharField(max_length=200)
    version = models.CharField(max_length=200)
    replaces = models.JSONField(default=list)
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.rulebook} {self.version}"


class Draft(models.Model):
    """A draft. Its content is that of its base with its changes; where it stands is told by its proposals."""

    title = models.CharField(max_length=120)
    base = models.ForeignKey(BaseRulebook, models.PROTECT, related_name="drafts")
    started_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    recorded = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.title


class Change(models.Model):
    """A rule, a set or a line as somebody left it in a draft; `cells` is null where it was taken out."""

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    cells = models.JSONField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["draft", "number"], name="one_change_a_number_of_a_draft"),
        )
        indexes = (models.Index(fields=["draft", "kind", "key"], name="changes_of_a_thing"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class SetAside(models.Model):
    """That a draft was given up by the person who began it, and why; there is one at most."""

    draft = models.OneToOneField(Draft, models.PROTECT, related_name="set_aside")
    reason = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"{self.draft}, set aside"


class Proposal(models.Model):
    """A version that was proposed from a draft, whole, with the hash of its content and the reason for it."""

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="proposals")
    changes = models.PositiveIntegerField()
    version = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField()
    reason = models.TextField()
    digest = models.CharField(max_length=64)
    text = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.version


class Decision(models.Model):
    """What became of a proposal; there is one at most."""

    class Outcome(models.TextChoices):
        """Approved or sent back by a second person, or taken back by somebody who may edit."""

        APPROVED = "approved", "approved"
        SENT_BACK = "sent back", "sent back"
        TAKEN_BACK = "taken back", "taken back"

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reason = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.outcome
