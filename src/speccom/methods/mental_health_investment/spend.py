"""What a commissioner spent, sorted into what the standard counts, what it leaves out and what is
ring-fenced."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from speccom.methods.method import Figures, Pence, Refused
from speccom.methods.once import refuse_repeated


class Category(StrEnum):
    """What money is spent on; the standard counts the first only."""

    MENTAL_HEALTH = "mental_health"
    LEARNING_DISABILITY = "learning_disability"
    DEMENTIA = "dementia"
    ONE_OFF_TRANSFORMATION = "one_off_transformation"
    RING_FENCED = "ring_fenced"


class SpendLine(Figures):
    """One sum, last year and this year."""

    category: Category
    """What it is spent on."""
    title: str = ""
    """What it is called."""
    last_year: Annotated[Pence, Field(ge=0)]
    """What was spent last year, in whole pence."""
    this_year: Annotated[Pence, Field(ge=0)]
    """What is spent this year, in whole pence."""
    received: Annotated[Pence, Field(ge=0)] | None = None
    """For a ring-fenced sum: what was received for it this year, in whole pence."""


class Commissioner(Figures):
    """A commissioner, the growth that it is held to, and its spend."""

    name: str = Field(min_length=1)
    """The commissioner."""
    growth_percent: Annotated[Decimal, Field(ge=-100, le=100, max_digits=20)]
    """The growth it is held to, in per cent: of its base before convergence, or of its own allocation."""
    lines: tuple[SpendLine, ...] = Field(min_length=1)
    """What it spends."""


class YearSpend(Figures):
    """All spend of one year, sorted."""

    counted: Pence
    """What the standard counts, in whole pence."""
    learning_disability: Pence
    """Spend on learning disability, which is left out, in whole pence."""
    dementia: Pence
    """Spend on dementia, which is left out, in whole pence."""
    one_off_transformation: Pence
    """One-off transformation money, which is left out, in whole pence."""
    ring_fenced: Pence
    """Ring-fenced money, which stands apart, in whole pence."""
    total: Pence
    """All of it together, in whole pence."""


class RingFence(Figures):
    """One ring-fenced sum, which counts towards nothing else."""

    title: str
    """What it is called."""
    received: Pence
    """What was received for it, in whole pence."""
    spent: Pence
    """What was spent on it, in whole pence."""
    unspent: Pence
    """Received less spent, in whole pence; negative where more was spent than received."""


def refuse_unusable(commissioners: Sequence[Commissioner]) -> None:
    """Raise Refused, naming the commissioner, for spend that cannot be judged."""
    refuse_repeated((each.name for each in commissioners), "commissioner")
    for each in commissioners:
        for line in each.lines:
            fenced = line.category is Category.RING_FENCED
            if fenced and line.received is None:
                raise Refused(
                    f"the ring-fenced sum {_named(line)} says nothing of what was received for it",
                    where=each.name,
                )
            if not fenced and line.received is not None:
                raise Refused(
                    f"{_named(line)} has money received for it and is not marked as ring-fenced",
                    where=each.name,
                    mend="Mark it as ring-fenced, so that it stands apart, or leave out what was received",
                )
        if not counted(each.lines, last=True):
            raise Refused(
                "nothing that the standard counts was spent last year, so there is no growth to judge",
                where=each.name,
            )


def _named(line: SpendLine) -> str:
    return f"“{line.title}”" if line.title else "without a title"


def counted(lines: Sequence[SpendLine], *, last: bool) -> int:
    """Return what the standard counts of last year, or of this one."""
    return _sum(lines, Category.MENTAL_HEALTH, last)


def sort_spend(lines: Sequence[SpendLine], *, last: bool) -> YearSpend:
    """Return the spend of last year, or of this one, sorted."""
    return YearSpend(
        counted=counted(lines, last=last),
        learning_disability=_sum(lines, Category.LEARNING_DISABILITY, last),
        dementia=_sum(lines, Category.DEMENTIA, last),
        one_off_transformation=_sum(lines, Category.ONE_OFF_TRANSFORMATION, last),
        ring_fenced=_sum(lines, Category.RING_FENCED, last),
        total=sum(line.last_year if last else line.this_year for line in lines),
    )


def _sum(lines: Sequence[SpendLine], category: Category, last: bool) -> int:
    return sum(line.last_year if last else line.this_year for line in lines if line.category is category)


def ring_fences(lines: Sequence[SpendLine]) -> tuple[RingFence, ...]:
    """Return each ring-fenced sum, apart."""
    return tuple(
        RingFence(
            title=line.title or "ring-fenced",
            received=line.received,
            spent=line.this_year,
            unspent=line.received - line.this_year,
        )
        for line in lines
        if line.category is Category.RING_FENCED and line.received is not None
    )
