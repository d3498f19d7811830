"""The message a day of what waits for a person."""

from django.db import models


class DailyMessage(models.Model):
    """Whether a person wants the message, and the last day on which their work was looked at for it."""

    person = models.CharField(primary_key=True, max_length=40)
    is_wanted = models.BooleanField(default=True)
    looked_on = models.DateField(null=True)
