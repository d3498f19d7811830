"""Documents of cases and their versions. What a document is called is as confidential as what it holds."""

from django.db import models

from speccom.casework.models.case import CaseRow


class Document(models.Model):
    """A document; `about` holds its title, encrypted. Who may see its class of a case may see it."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(CaseRow, on_delete=models.PROTECT, related_name="documents")
    confidentiality = models.CharField(max_length=20)
    about = models.BinaryField(null=True)


class DocumentVersion(models.Model):
    """One version, which the database lets nobody change; `about` holds the name of its file, encrypted.

    `address` is where its content is kept, a digest that only the key of the case can make. It is what the
    ledger holds of it, and stays when `about` and the content are lawfully destroyed. `scan` is the outcome
    of the virus scanner.
    """

    id = models.UUIDField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    about = models.BinaryField(null=True)
    kind = models.CharField(max_length=10)
    size = models.PositiveBigIntegerField()
    address = models.CharField(max_length=64)
    scan = models.CharField(max_length=20)
    added_by = models.CharField(max_length=40)
    added_at = models.DateTimeField()

    class Meta:
        """Versions of a document are numbered from 1."""

        constraints = (
            models.UniqueConstraint(fields=("document", "number"), name="one_version_a_number"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="versions_begin_at_one"),
        )


class Withdrawal(models.Model):
    """That a version was withdrawn, which the database lets nobody change; `reason` says why, encrypted.

    `digest` is what the ledger holds of the reason, and stays when the reason is lawfully destroyed.
    """

    version = models.OneToOneField(
        DocumentVersion, primary_key=True, on_delete=models.PROTECT, related_name="withdrawal"
    )
    reason = models.BinaryField(null=True)
    digest = models.CharField(max_length=64)
    withdrawn_by = models.CharField(max_length=40)
    withdrawn_at = models.DateTimeField()


class HeldDocument(models.Model):
    """A document that the virus scanner could not look at: kept, and given to nobody, until it has.

    `about` holds its title and name, encrypted; `document` is the one of which it is to be a version.
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(CaseRow, on_delete=models.PROTECT, related_name="held_documents")
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="held")
    confidentiality = models.CharField(max_length=20)
    about = models.BinaryField()
    kind = models.CharField(max_length=10)
    size = models.PositiveBigIntegerField()
    address = models.CharField(max_length=64)
    why = models.CharField(max_length=300)
    added_by = models.CharField(max_length=40)
    added_at = models.DateTimeField()
