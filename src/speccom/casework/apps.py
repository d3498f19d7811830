"""The Django app of cases."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Cases, their ledger and what was entered in them."""

    name = "speccom.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer every process what the kernel knows by name."""
        from speccom.casework.meetings.lending import lend  # deferred: models are not there before

        lend()
