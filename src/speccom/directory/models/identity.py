"""Who somebody is to an identity provider."""

from __future__ import annotations

from django.db import models

from speccom.directory.models.person import Person


class ProviderIdentity(models.Model):
    """A person's identifier at a provider, entered by an administrator, so that nobody claims an account."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="identities")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_of_one_person"),
            models.UniqueConstraint(fields=["person", "issuer"], name="identity_once_a_provider"),
        )

    def __str__(self) -> str:
        return self.subject
