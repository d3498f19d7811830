"""The Django app of the rule editor."""

from django.apps import AppConfig


class RuleEditorConfig(AppConfig):
    """Drafts of rulebooks, what was proposed and what was decided."""

    name = "speccom.analysis.rule_editor"
    label = "rule_drafts"
    default_auto_field = "django.db.models.BigAutoField"
