"""Rules that change with the year: they come to a method as data, valid between two days."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from speccom.methods.method import Figures, Refused
from speccom.methods.words import spoken


class DatedRules(Figures):
    """What a dated rulebook says of itself; a method's own rules derive from it."""

    id: str
    """The rulebook's name."""
    version: str
    """Its version."""
    title: str
    """Its title, in words for people."""
    valid_from: date
    """Its first day."""
    valid_to: date
    """Its last day."""
    source: str
    """Where its rules were published."""
    status: str
    """`official`, or `illustrative` where its figures were made for demonstration."""
    marks: dict[str, str] = Field(default_factory=dict)
    """For each rule that no source settles: `recall` or `design`, and a sentence on what is not settled."""

    def cover(self, day: date) -> None:
        """Raise Refused where the rules are not valid on a day: they are never used outside their dates."""
        if not self.valid_from <= day <= self.valid_to:
            raise Refused(
                f"{self.title} holds from {spoken(self.valid_from)} to {spoken(self.valid_to)}, "
                f"and the date asked for is {spoken(day)}",
                mend="Use the rules of that date; none is guessed",
            )
