"""The Django app of the rule editor."""

from django.apps import AppConfig


class RuleEditorConfig(AppConfig):
    """Drafts of rulebooks, what was proposed and what was decided."""

    name = "speccom.analysis.rule_editor"
    label = "rule_drafts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have what waits for approval, and what was sent back, told among somebody's work."""
        from speccom.analysis.rule_editor.waiting_work import approvals_waiting, drafts_sent_back
        from speccom.casework.work.elsewhere import tell_what_waits_with

        tell_what_waits_with(approvals_waiting)
        tell_what_waits_with(drafts_sent_back)
