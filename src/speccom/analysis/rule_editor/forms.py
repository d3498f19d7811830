"""The forms of the rule editor: beginning a draft, adding to it, setting it aside, proposing, deciding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from speccom.analysis.rule_editor.content import Content
from speccom.analysis.rule_editor.items import RULES_OF_BOTH_LAYERS, Item, Kind
from speccom.analysis.rule_editor.proposing import LONGEST_REASON
from speccom.directory.day_field import DayField
from speccom.directory.form_shown import Words
from speccom.rulebook.address_part import fits_an_address

LONGEST_TITLE, LONGEST_NAME = 120, 80

START_WORDS = {
    "title": Words("Title", "What the change is about, as in “Kidney transplants from 18 years on”."),
    "rulebook": Words("Rulebook"),
    "day": Words("In force on", "The draft begins as the version that is valid on this day.", ""),
}
ADD_RULE_WORDS = {
    "key": Words(
        "Name of the rule", "Short, and used by no other rule, such as 11B-apc-3.", "nhsuk-u-width-one-third"
    ),
    "line": Words("Service line", "Records for which the rule is true count as this."),
    "layer": Words("Layer", "A locally fixed line is used only for records that no national rule finds."),
}
ADD_LINE_WORDS = {
    "key": Words(
        "Code of the service line", "Used by no other line, such as NCBPS11Z.", "nhsuk-u-width-one-third"
    ),
}
ADD_SET_WORDS = {
    "key": Words(
        "Name of the set",
        "How criteria call it: small letters, figures and underscores.",
        "nhsuk-u-width-one-half",
    ),
}
PROPOSE_WORDS = {
    "version": Words("Name of the version", "Such as 2026-27b. Answers name it.", "nhsuk-u-width-one-third"),
    "valid_from": Words("First day"),
    "valid_to": Words("Last day"),
    "reason": Words("Reason", "Why the rules are to change, in words. It stays beside the version."),
}
SET_ASIDE_WORDS = {"reason": Words("Reason", "Why the draft is given up. It stays beside the draft.")}
DECIDE_WORDS = {"outcome": Words("Your decision"), "reason": Words("Reason", "It is kept with the decision.")}


class Named(forms.Form):
    """A form whose controls are named apart from what scripts of a page look for."""

    prefix = "q"


class StartForm(Named):
    """What a draft is begun from."""

    def __init__(self, rulebooks: Sequence[tuple[str, str]], data: Any = None, initial: Any = None) -> None:
        super().__init__(data=data, initial=initial)
        self.fields["title"] = _text("Give the draft a title", LONGEST_TITLE)
        self.fields["rulebook"] = forms.ChoiceField(
            choices=rulebooks, error_messages={"invalid_choice": "Choose a rulebook from the list"}
        )
        self.fields["day"] = DayField(missing="Enter the day on which it is in force")


class AddForm(Named):
    """What a new rule, set or line is called, and which of the `lines` a rule finds."""

    def __init__(
        self,
        content: Content,
        kind: Kind,
        lines: Sequence[tuple[str, str]],
        data: Any = None,
        initial: Any = None,
    ) -> None:
        super().__init__(data=data, initial=initial)
        self.content, self.kind = content, kind
        self.fields["key"] = _text("Give it a name", LONGEST_NAME)
        if kind in RULES_OF_BOTH_LAYERS:
            missing = "Choose the service line that it finds"
            self.fields["line"] = forms.ChoiceField(
                choices=(("", "Choose one"), *lines),
                error_messages={"required": missing, "invalid_choice": missing},
            )
            layers = ((Kind.RULE.value, "National rules"), (Kind.LOCAL_RULE.value, "Locally fixed lines"))
            self.fields["layer"] = forms.ChoiceField(
                choices=layers, widget=forms.RadioSelect, initial=Kind.RULE.value, label="Layer"
            )

    def clean_key(self) -> str:
        """Refuse a name that is in use, or that no criterion or address can hold."""
        key: str = self.cleaned_data["key"]
        is_set = self.kind is Kind.CODE_SET
        if is_set and not (key.isascii() and key.isidentifier() and key == key.lower()):
            raise ValidationError("Use small letters, figures and underscores, and begin with a letter")
        if not fits_an_address(key):
            raise ValidationError(
                "Leave out / and what cannot be seen, such as a new line, and do not call it by dots alone"
            )
        is_rule = self.kind in RULES_OF_BOTH_LAYERS
        item = self.content.rule(key) if is_rule else Item(self.kind, key)
        if item and self.content.of(item) is not None:
            raise ValidationError(f"There is {key} already")
        if item and self.content.in_base(item) is not None:
            raise ValidationError(f"{key} was taken out of this draft: put it back on its page instead")
        return key


class ProposeForm(Named):
    """How a draft is to be called as a version, from when it holds, and why."""

    def __init__(self, data: Any = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data=data, initial=dict(initial or {}))
        self.fields["version"] = _text("Give the version a name", LONGEST_NAME)
        self.fields["valid_from"] = DayField(missing="Enter the first day on which it holds")
        self.fields["valid_to"] = DayField(missing="Enter the last day on which it holds")
        self.fields["reason"] = _reason()


class DecideForm(Named):
    """What is decided about a proposal, and why."""

    def __init__(self, outcomes: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data=data)
        self.fields["outcome"] = forms.ChoiceField(
            choices=outcomes,
            widget=forms.RadioSelect,
            error_messages={"required": "Choose what you decide", "invalid_choice": "Choose what you decide"},
        )
        self.fields["reason"] = _reason()


class SetAsideForm(Named):
    """Why a draft is given up."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data=data)
        self.fields["reason"] = _reason()


def _text(missing: str, longest: int) -> forms.CharField:
    return forms.CharField(
        max_length=longest,
        error_messages={"required": missing, "max_length": f"Use {longest} characters or fewer"},
    )


def _reason() -> forms.CharField:
    return forms.CharField(
        max_length=LONGEST_REASON,
        widget=forms.Textarea,
        error_messages={
            "required": "Give the reason in words",
            "max_length": f"Use {LONGEST_REASON} characters or fewer",
        },
    )
