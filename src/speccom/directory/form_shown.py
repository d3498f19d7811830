"""A form as a template shows it: its fields in the house's words, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from speccom.directory.day_field import PARTS, DayBoxes
from speccom.interface.choice import Choice


@dataclass(frozen=True)
class Words:
    """What a field is called, and a hint where its name is not enough."""

    label: str
    hint: str = ""
    width: str = "nhsuk-u-width-two-thirds"


@dataclass(frozen=True)
class BoxShown:
    """One of the boxes of a day."""

    part: str
    name: str
    id: str
    value: str


@dataclass(frozen=True)
class FieldShown:
    """One field: `kind` is how it is entered."""

    kind: str
    name: str
    id: str
    label: str
    hint: str
    width: str
    value: str
    error: str
    autocomplete: str
    choices: tuple[Choice, ...] = ()
    boxes: tuple[BoxShown, ...] = ()


@dataclass(frozen=True)
class ErrorShown:
    """What is wrong, and the field where it is."""

    text: str
    href: str


@dataclass(frozen=True)
class FormShown:
    """A form: fields to see, fields to carry, and its button."""

    fields: tuple[FieldShown, ...]
    hidden: tuple[FieldShown, ...]
    errors: tuple[ErrorShown, ...]
    button: str


def show_form(form: forms.BaseForm, words: Mapping[str, Words], button: str) -> FormShown:
    """Put a form into what a template shows; fields that `words` does not name are left out."""
    fields = tuple(_field(form[name], words[name]) for name in words if name in form.fields)
    hidden = tuple(_field(each, Words(each.name)) for each in form.hidden_fields())
    named = [ErrorShown(each.error, f"#{_first_id(each)}") for each in fields if each.error]
    first = f"#{_first_id(fields[0])}" if fields else ""
    general = [ErrorShown(str(text), first) for text in form.non_field_errors()]
    return FormShown(fields, hidden, (*general, *named), button)


def _field(bound: BoundField, words: Words) -> FieldShown:
    widget = bound.field.widget
    value = bound.value()
    return FieldShown(
        kind=_kind(widget),
        name=bound.html_name,
        id=bound.id_for_label or f"id_{bound.html_name}",
        label=words.label,
        hint=words.hint,
        width=words.width,
        value="" if value is None or isinstance(widget, forms.PasswordInput) else str(value),
        error=" ".join(str(each) for each in bound.errors),
        autocomplete=str(widget.attrs.get("autocomplete", "")),
        choices=_choices(bound, value),
        boxes=_boxes(bound, value) if isinstance(widget, DayBoxes) else (),
    )


def _first_id(each: FieldShown) -> str:
    return each.boxes[0].id if each.boxes else each.id


def _boxes(bound: BoundField, value: Any) -> tuple[BoxShown, ...]:
    widget = bound.field.widget
    assert isinstance(widget, DayBoxes)
    parts = value if isinstance(value, list) else widget.decompress(value)
    named = zip(PARTS, parts, strict=True)
    return tuple(
        BoxShown(part, f"{bound.html_name}_{part}", f"id_{bound.html_name}_{part}", str(each or ""))
        for part, each in named
    )


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, DayBoxes):
        return "day"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.Select):
        return "select"
    return str(getattr(widget, "input_type", "text"))


def _choices(bound: BoundField, value: object) -> tuple[Choice, ...]:
    offered = getattr(bound.field, "choices", ())
    return tuple(Choice(str(each), str(text), str(value or "") == str(each)) for each, text in offered)
