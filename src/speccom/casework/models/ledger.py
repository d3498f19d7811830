"""The ledger: every event of every case in one chain, which the database lets nobody change."""

from django.db import models
from django.db.models import Q


class LedgerEvent(models.Model):
    """One event, as canonical JSON. The other columns say of it only what finding it needs.

    There are no foreign keys: the ledger depends on nothing that may be changed.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    event_id = models.CharField(max_length=80, unique=True)
    command_id = models.CharField(max_length=64, db_index=True)
    case_id = models.CharField(max_length=40)
    case_version = models.PositiveIntegerField()
    envelope = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        """A case has one event of each version."""

        constraints = (
            models.UniqueConstraint(fields=("case_id", "case_version"), name="one_event_a_version"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="the_chain_begins_at_one"),
        )


class LedgerTail(models.Model):
    """The end of the chain, in one row: who writes holds it. `seal` binds it to the installation's key."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    sequence = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)


class Receipt(models.Model):
    """A command that was carried out: for which case, and a keyed digest of what it asked for."""

    command_id = models.CharField(primary_key=True, max_length=64)
    case_id = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)
