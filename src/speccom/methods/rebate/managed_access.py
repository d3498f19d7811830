"""Managed access agreements: when each ends, and whether it runs longer than such agreements may."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from pydantic import Field

from speccom.methods.method import Figures, Refused


class AgreementState(StrEnum):
    """Where an agreement stands on a day."""

    NOT_BEGUN = "not_begun"
    RUNNING = "running"
    ENDED = "ended"


class Agreement(Figures):
    """A managed access agreement: a medicine is paid for while data on it are collected."""

    medicine: str = Field(min_length=1)
    """The medicine."""
    begins: date
    """Its first day."""
    ends: date
    """Its last day, as agreed."""


class AgreementEnd(Figures):
    """A managed access agreement as it stands on the day asked about."""

    medicine: str
    """The medicine."""
    begins: date
    """Its first day."""
    ends: date
    """Its last day, as agreed."""
    latest_end: date
    """The last day that the longest agreement from its first day would have."""
    runs_too_long: bool
    """Whether it is agreed for longer than that."""
    state: AgreementState
    """Whether it has begun and whether it has ended."""
    days_left: int | None
    """Days from the day asked about to its last day; none unless it is running."""


def end_of(agreement: Agreement, longest_years: int, on: date) -> AgreementEnd:
    """Return how an agreement stands on a day. Raises Refused where it ends before it begins."""
    if agreement.ends < agreement.begins:
        raise Refused("the managed access agreement ends before it begins", where=agreement.medicine)
    latest = years_after(agreement.begins, longest_years) - timedelta(days=1)
    if on < agreement.begins:
        state = AgreementState.NOT_BEGUN
    else:
        state = AgreementState.ENDED if on > agreement.ends else AgreementState.RUNNING
    return AgreementEnd(
        medicine=agreement.medicine,
        begins=agreement.begins,
        ends=agreement.ends,
        latest_end=latest,
        runs_too_long=agreement.ends > latest,
        state=state,
        days_left=(agreement.ends - on).days if state is AgreementState.RUNNING else None,
    )


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; 28 February for 29 February in a year without one."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
