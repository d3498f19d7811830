"""The forms that start a run: what may be chosen, and what is said where nothing was."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from speccom.analysis.on_offer import Activity, Payers
from speccom.directory.form_shown import Words
from speccom.rulebook.find import ShelvedRulebook

START_RUNS = "start_runs"
"""The function of those who may start, stop and go on with runs."""
LONGEST_TITLE = 120
NOBODY = ""

WORDS = {
    "activity": Words("Activity", "From the demonstration, or from the folder set aside for activity."),
    "rulebook": Words("Rulebook", "The rules by which each record is identified."),
    "payers": Words("Who pays", "What was identified can be given its commissioners in the same go."),
    "title": Words("Title", "What the run is called in lists. Leave it blank to call it by its activity."),
}
PAYERS_WORDS = {"payers": Words("Method and reference tables")}


def rulebook_key(rulebook: ShelvedRulebook) -> str:
    """Return what stands for a rulebook in the form."""
    return f"{rulebook.id}@{rulebook.version}"


class StartForm(forms.Form):
    """What a run is started from."""

    def __init__(
        self,
        activity: Sequence[Activity],
        rulebooks: Sequence[ShelvedRulebook],
        payers: Sequence[Payers],
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data=data)
        self.fields["activity"] = _choice(
            "Choose the activity", [(each.key, each.words) for each in activity]
        )
        self.fields["rulebook"] = _choice(
            "Choose a rulebook",
            [(rulebook_key(each), f"{each.title}, version {each.version}") for each in rulebooks],
        )
        self.fields["payers"] = _choice(
            "Choose a method from the list",
            [(NOBODY, "Only identify"), *((each.key, each.words) for each in payers)],
            required=False,
        )
        self.fields["title"] = forms.CharField(
            required=False,
            max_length=LONGEST_TITLE,
            error_messages={"max_length": f"The title must be {LONGEST_TITLE} characters or fewer"},
        )


class PayersForm(forms.Form):
    """By which method an identified run is assigned."""

    def __init__(self, payers: Sequence[Payers], data: QueryDict | None = None) -> None:
        super().__init__(data=data)
        self.fields["payers"] = _choice("Choose a method", [(each.key, each.words) for each in payers])


def _choice(asked: str, choices: list[tuple[str, str]], *, required: bool = True) -> forms.ChoiceField:
    messages = {"required": asked, "invalid_choice": f"{asked}: it may have changed since the page was shown"}
    return forms.ChoiceField(choices=choices, required=required, error_messages=messages)
