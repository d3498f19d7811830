"""A day, entered as people write it: day, month and year in three boxes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

PARTS = ("day", "month", "year")


class DayBoxes(forms.MultiWidget):
    """Three boxes."""

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(PARTS, forms.TextInput))

    def decompress(self, value: Any) -> list[Any]:
        """Return what stands in the boxes."""
        return [value.day, value.month, value.year] if isinstance(value, date) else ["", "", ""]


class DayField(forms.MultiValueField):
    """A day; what was entered is kept where it is none."""

    widget = DayBoxes

    def __init__(self, *, required: bool = True, missing: str = "Enter a day") -> None:
        super().__init__(
            [forms.CharField(required=False, max_length=4) for _ in PARTS],
            required=required,
            require_all_fields=False,
            error_messages={"required": missing},
        )

    def compress(self, data_list: Sequence[str]) -> date | None:
        """Return the day that the boxes name."""
        if not any(data_list):
            return None
        try:
            day, month, year = (int(each) for each in data_list)
            return date(year, month, day)
        except ValueError:
            raise ValidationError("Enter a day that there is, such as 6 8 2026") from None


def start_of(day: date) -> datetime:
    """Return the moment at which a day begins here."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def end_of(day: date) -> datetime:
    """Return the moment at which a day has ended here."""
    return start_of(day + timedelta(days=1))


def last_day_before(moment: datetime) -> date:
    """Return the last day of which something belongs before a moment."""
    return timezone.localdate(moment - timedelta(microseconds=1))
