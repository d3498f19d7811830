"""What people entered: immutable submissions under the key of their case, and drafts on the way to one."""

from django.db import models

from speccom.casework.models.case import CaseRow


class CaseKey(models.Model):
    """The key of a case, wrapped by the installation's; without it, what was entered cannot be read."""

    case = models.OneToOneField(CaseRow, primary_key=True, on_delete=models.PROTECT, related_name="key")
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    destroyed_why = models.CharField(max_length=500, blank=True)


class Submission(models.Model):
    """A form as it was submitted with an act. `digest` is of the salt and the content, and stays for ever."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(CaseRow, on_delete=models.PROTECT, related_name="submissions")
    form = models.CharField(max_length=80)
    case_version = models.PositiveIntegerField()
    content = models.BinaryField(null=True)
    salt = models.BinaryField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        """The latest of a form is the one of the highest version."""

        constraints = (
            models.UniqueConstraint(fields=("case", "form", "case_version"), name="one_submission_a_form"),
        )


class Answer(models.Model):
    """An answer that is bound to a typed column, the latest; only of what is public or official."""

    case = models.ForeignKey(CaseRow, on_delete=models.CASCADE, related_name="answers")
    field = models.CharField(max_length=80)
    text = models.TextField(blank=True)
    number = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    day = models.DateField(null=True)

    class Meta:
        """One a field; found by what they hold."""

        constraints = (models.UniqueConstraint(fields=("case", "field"), name="one_answer_a_field"),)
        indexes = (
            models.Index(fields=("field", "day")),
            models.Index(fields=("field", "number")),
        )


class Draft(models.Model):
    """A form as it stands before it is submitted, encrypted; `version` counts its savings."""

    case = models.ForeignKey(CaseRow, on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=80)
    content = models.BinaryField()
    version = models.PositiveIntegerField()
    saved_by = models.CharField(max_length=40)
    saved_at = models.DateTimeField()

    class Meta:
        """One a form: those who work on it together share it."""

        constraints = (models.UniqueConstraint(fields=("case", "form"), name="one_draft_a_form"),)
