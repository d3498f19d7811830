"""The Django app of cases."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Cases, their ledger and what was entered in them."""

    name = "speccom.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer every process what the kernel knows by name."""
        from speccom.casework import asked_answers  # deferred: models are not there before
        from speccom.casework.destruction import also_destroy_with
        from speccom.casework.documents.kept import destroy_documents
        from speccom.casework.meetings import lending
        from speccom.casework.policies import in_force

        asked_answers.lend()
        lending.lend()
        in_force.lend()
        also_destroy_with(destroy_documents)
