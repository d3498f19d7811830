"""What each feed says was charged, and which feed is held against which."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import Field

from speccom.methods.method import Figures, Pence, Refused
from speccom.methods.words import spoken

Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Feed(StrEnum):
    """A file that says what was charged."""

    AGGREGATE = "aggregate"
    PATIENT_LEVEL = "patient_level"
    DRUGS = "drugs"
    DEVICES = "devices"
    INVOICE = "invoice"
    NATIONAL = "national"


class Part(StrEnum):
    """What the money of an entry is for; kept apart, so that each of the checks can be proven."""

    ACTIVITY = "activity"
    DRUGS = "drugs"
    DEVICES = "devices"


class Check(StrEnum):
    """One comparison of two feeds."""

    ACTIVITY = "activity"
    DRUGS = "drugs"
    DEVICES = "devices"
    INVOICE = "invoice"
    NATIONAL = "national"


class Cell(NamedTuple):
    """Where money lies: the smallest thing that two feeds are compared on."""

    provider: str
    commissioner: str
    month: str
    line: str
    detail: str

    def __str__(self) -> str:
        """Return the place in words."""
        line = f"line {self.line}" if self.line else "all lines"
        detail = f" ({self.detail})" if self.detail else ""
        commissioner = f" for {self.commissioner}" if self.commissioner else ""
        return f"{line}{detail}, {self.provider}{commissioner}, {self.month}"

    def whole_bill(self) -> Cell:
        """Return the bill that the cell is part of: all lines of a provider, a commissioner and a month."""
        return self._replace(line="", detail="")


class Place(Figures):
    """Where money lies."""

    provider: str = Field(min_length=1)
    """The provider."""
    commissioner: str = ""
    """The commissioner that is charged."""
    month: Month
    """The month of the activity: `2025-06`."""
    line: str = ""
    """The service line; empty in an invoice that is for all lines together."""
    detail: str = ""
    """A finer part of the line, such as a point of delivery, where both feeds have it."""

    @property
    def cell(self) -> Cell:
        """Where the money lies."""
        return Cell(self.provider, self.commissioner, self.month, self.line, self.detail)


class Entry(Place):
    """Money that one feed has for one place; several for the same place are added up."""

    feed: Feed
    """The feed that says so."""
    part: Part = Part.ACTIVITY
    """In the aggregate feed, whether the money is for activity, drugs or devices."""
    pence: Pence
    """The money, in whole pence; a credit is negative."""


class Acceptance(Place):
    """A difference that somebody accepted, with who and why."""

    check: Check
    """The comparison that it was found in."""
    difference: Pence
    """The difference as it was accepted, in whole pence."""
    accepted_by: str = Field(min_length=1)
    """Who accepted it."""
    accepted_on: date
    """When."""
    reason: str = Field(min_length=1)
    """Why."""


# For each check, the feed on the left and the one it is held against; `part` narrows the aggregate feed.
SIDES: dict[Check, tuple[Feed, Part | None, Feed]] = {
    Check.ACTIVITY: (Feed.AGGREGATE, Part.ACTIVITY, Feed.PATIENT_LEVEL),
    Check.DRUGS: (Feed.AGGREGATE, Part.DRUGS, Feed.DRUGS),
    Check.DEVICES: (Feed.AGGREGATE, Part.DEVICES, Feed.DEVICES),
    Check.INVOICE: (Feed.INVOICE, None, Feed.AGGREGATE),
    Check.NATIONAL: (Feed.PATIENT_LEVEL, None, Feed.NATIONAL),
}


def refuse_unusable(entries: tuple[Entry, ...], accepted: tuple[Acceptance, ...], as_at: date) -> None:
    """Raise Refused, naming the place, for entries and acceptances that contradict themselves."""
    invoiced_by_line: dict[Cell, bool] = {}
    for entry in entries:
        if entry.feed is Feed.INVOICE:
            by_line = invoiced_by_line.setdefault(entry.cell.whole_bill(), bool(entry.line))
            if by_line != bool(entry.line):
                raise Refused(
                    "the invoice is given both by line and for all lines together",
                    where=f"{entry.provider}, {entry.month}",
                    mend="Give it in one of the two ways",
                )
        elif not entry.line:
            raise Refused(
                f"an entry of the {entry.feed.value.replace('_', ' ')} feed names no service line",
                where=f"{entry.provider}, {entry.month}",
            )
        if entry.part is not Part.ACTIVITY and entry.feed is not Feed.AGGREGATE:
            raise Refused(
                f"only the aggregate feed tells drugs and devices from activity, and this entry of the "
                f"{entry.feed.value.replace('_', ' ')} feed is marked `{entry.part}`",
                where=str(entry.cell),
            )
    _refuse_acceptances(accepted, as_at)


def _refuse_acceptances(accepted: tuple[Acceptance, ...], as_at: date) -> None:
    seen: set[tuple[Check, Cell]] = set()
    for each in accepted:
        if (each.check, each.cell) in seen:
            raise Refused(
                f"two acceptances are given for the {each.check} check",
                where=str(each.cell),
                mend="Keep the last",
            )
        seen.add((each.check, each.cell))
        if each.accepted_on > as_at:
            raise Refused(
                f"an acceptance is dated {spoken(each.accepted_on)}, after the comparison of {spoken(as_at)}",
                where=str(each.cell),
            )
        if each.difference == 0:
            raise Refused("a difference of nothing needs no acceptance", where=str(each.cell))
