"""Tokens by which a program acts for a person."""

from __future__ import annotations

from django.db import models

from speccom.directory.models.person import Person


class Token(models.Model):
    """A token that a person made for a program; only its digest is kept. It ends at the latest on `ends`."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField()
    ends = models.DateTimeField()
    last_used = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
