"""What is entered to look after people, roles and organisations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import forms

from speccom.directory.bodies import bodies_on
from speccom.directory.day_field import DayField
from speccom.directory.grants import Place
from speccom.directory.organisations import standing_on
from speccom.process.roles import shelved_roles

AT_ORGANISATION, ON_BODY = "organisation:", "body:"
NOW, LATER = "now", "later"
IDENTIFIED = {
    "seen": "I met them, or saw them on a call that I made, and know them by sight",
    "proof": "I met them, or saw them on a call that I made, and they showed proof of who they are",
    "vouched": "Somebody who works with them, and whom I called myself, is with them and knows them",
}
"""How an administrator can be sure who has lost their second factors; as sure as when they were added."""
KEEP, END = "keep", "end"


class AddPerson(forms.Form):
    """Somebody new."""

    name = forms.CharField(max_length=200, error_messages={"required": "Enter a name"})
    email = forms.CharField(max_length=254, error_messages={"required": "Enter an email address"})


class Why(forms.Form):
    """A reason."""

    why = forms.CharField(
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Say why", "max_length": "Say it in at most 500 letters"},
    )


class FactorsLost(Why):
    """Why second factors are removed, and how it is known that their owner asks for it."""

    field_order = ("identified", "why")
    identified = forms.ChoiceField(
        choices=tuple(IDENTIFIED.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you made sure that it is them who asks"},
    )


class GiveRole(Why):
    """A role, where it is held, and from when until when."""

    field_order = ("role", "place", "starts", "ends", "why")
    role = forms.ChoiceField(error_messages={"required": "Choose a role"})
    place = forms.ChoiceField(error_messages={"required": "Choose where the role is held"})
    starts = DayField(missing="Enter the first day")
    ends = DayField(required=False)

    def __init__(self, data: object, *, on: date) -> None:
        super().__init__(data, initial={"starts": on})  # type: ignore[arg-type]
        _offer(self.fields["role"], {name: role.title for name, role in shelved_roles().items()})
        _offer(self.fields["place"], _places(on))


class EndRole(Why):
    """When a role ends."""

    field_order = ("when", "day", "why")
    when = forms.ChoiceField(
        choices=((NOW, "Now"), (LATER, "At the end of a day")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when the role ends"},
    )
    day = DayField(required=False)

    def clean(self) -> dict[str, object]:
        """Ask for the day where one was announced."""
        entered = super().clean() or {}
        if entered.get("when") == LATER and not entered.get("day") and "day" not in self.errors:
            self.add_error("day", "Enter the last day")
        return entered


class Review(forms.Form):
    """Whether a role is still needed."""

    decision = forms.ChoiceField(
        choices=((KEEP, "Yes, it is still needed"), (END, "No, it ends now")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the role is still needed"},
    )
    why = forms.CharField(required=False, max_length=500, widget=forms.Textarea)


class Identity(forms.Form):
    """Who somebody is to the identity provider."""

    subject = forms.CharField(max_length=200, error_messages={"required": "Enter the identifier"})


class CalledForm(forms.Form):
    """What an organisation is called from a day on."""

    name = forms.CharField(max_length=200, error_messages={"required": "Enter a name"})
    kind = forms.CharField(max_length=40, required=False)
    region = forms.CharField(max_length=80, required=False)
    on = DayField(missing="Enter the first day")


class AddOrganisation(CalledForm):
    """A new organisation."""

    field_order = ("code", "name", "kind", "region", "on")
    code = forms.SlugField(
        max_length=20,
        error_messages={"required": "Enter a code", "invalid": "A code is made of letters and figures"},
    )


class Succeed(forms.Form):
    """Who takes over from an organisation, and when."""

    kind = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"required": "Choose what becomes of it"}
    )
    into = forms.CharField(max_length=200, error_messages={"required": "Enter who takes over"})
    on = DayField(missing="Enter the first day")

    def __init__(self, data: object, *, kinds: Mapping[str, str]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        _offer(self.fields["kind"], kinds, blank="")


def place_of(chosen: str) -> Place:
    """Return the place that was chosen."""
    if chosen.startswith(ON_BODY):
        return Place(body=chosen.removeprefix(ON_BODY))
    return Place(organisation=chosen.removeprefix(AT_ORGANISATION))


def _places(on: date) -> Mapping[str, str]:
    organisations = {f"{AT_ORGANISATION}{each.code}": each.name for each in standing_on(on)}
    bodies = {f"{ON_BODY}{name}": title for name, title in bodies_on(on).items()}
    return organisations | bodies


def _offer(field: forms.Field, choices: Mapping[str, str], blank: str = "Choose one") -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [*([("", blank)] if blank else []), *choices.items()]
