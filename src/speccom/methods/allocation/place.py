"""What is given for each place, and the dated rules of need and of the pace of change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, field_validator

from speccom.methods.dated_rules import DatedRules
from speccom.methods.method import Figures, Pence, Refused
from speccom.methods.once import refuse_repeated

Percent = Annotated[Decimal, Field(ge=-100, le=100)]
People = Annotated[Decimal, Field(max_digits=24)]


class Component(Figures):
    """One component of need and what it weighs."""

    component: str
    """Its name: `mental health`."""
    weight_percent: Annotated[Decimal, Field(gt=0, le=100)]
    """Its weight, as a percentage of the money."""


class AllocationRules(DatedRules):
    """The components of need and the pace of change of one year."""

    components: tuple[Component, ...] = Field(min_length=1)
    """The components of need; their weights sum to 100."""
    convergence_percent: Annotated[Decimal, Field(ge=0, le=100)]
    """The share of the opening distance from target that is closed in the year, in per cent."""
    least_growth_percent: Percent
    """The floor: no place grows by less than this, in per cent."""
    greatest_growth_percent: Percent
    """The ceiling: no place grows by more than this, in per cent."""
    greatest_shortfall_percent: Annotated[Decimal, Field(ge=0, lt=100)] | None = None
    """No place ends the year further below its target than this, in per cent; may be left out."""

    @field_validator("components")
    @classmethod
    def _sum_to_100(cls, components: tuple[Component, ...]) -> tuple[Component, ...]:
        total = sum(each.weight_percent for each in components)
        if total != 100:
            raise ValueError(f"the weights of the components sum to {total}% and not to 100%")
        return components

    def refuse_crossed_limits(self) -> None:
        """Raise Refused where the floor lies above the ceiling."""
        if self.least_growth_percent > self.greatest_growth_percent:
            raise Refused(
                f"the least growth ({self.least_growth_percent}%) is more than the greatest "
                f"({self.greatest_growth_percent}%)",
                where=self.title,
            )


class Place(Figures):
    """A place that money is shared out to: a board's area, or a group of practices."""

    name: str = Field(min_length=1)
    """The place."""
    population: Annotated[People, Field(gt=0)]
    """Its registered population."""
    weighted: dict[str, Annotated[People, Field(ge=0)]]
    """Its need-weighted population by component of need."""
    market_forces: Annotated[Decimal, Field(gt=0, max_digits=20)] = Decimal(1)
    """The unavoidable cost of providing care there, as an index."""
    baseline: Annotated[Pence, Field(gt=0)]
    """What it had the year before, on the same footing, in whole pence."""
    published: Pence | None = None
    """The allocation that was published for it, in whole pence, to be explained."""
    spend: Annotated[Pence, Field(ge=0)] | None = None
    """What was spent there on the service, in whole pence, to be split into intensity and access."""
    patients: Annotated[int, Field(gt=0)] | None = None
    """How many patients it was spent on."""


class AllocationInput(Figures):
    """The money there is, the places, and the day whose rules hold."""

    on: date
    """A day of the year that is allocated."""
    total: Annotated[Pence, Field(gt=0)]
    """The money to share out, in whole pence."""
    places: tuple[Place, ...] = Field(min_length=2)
    """The places, of which at least two."""
    place_explained: str = ""
    """The place to explain in words; left empty, the one furthest below its target."""
    rules: AllocationRules
    """The rules in force."""


def refuse_unusable(given: AllocationInput) -> None:
    """Raise Refused, naming the place, for places that cannot share the money."""
    refuse_repeated((place.name for place in given.places), "place")
    components = {each.component for each in given.rules.components}
    for place in given.places:
        _refuse_other_components(place, components)
        if not any(place.weighted.values()):
            raise Refused(
                "its weighted population is nought for every component, so it has no target",
                where=place.name,
                mend="Leave it out, or give its need",
            )
        if (place.spend is None) != (place.patients is None):
            raise Refused(
                "spend and patients are given one without the other",
                where=place.name,
                mend="Give both, or neither",
            )
    if given.place_explained and given.place_explained not in {place.name for place in given.places}:
        raise Refused(f"the place to explain, {given.place_explained}, is not among the places")
    for name in sorted(components):
        if not any(place.weighted[name] for place in given.places):
            raise Refused(f"the weighted population for {name} is nought in every place")


def _refuse_other_components(place: Place, components: set[str]) -> None:
    missing, unknown = sorted(components - set(place.weighted)), sorted(set(place.weighted) - components)
    if missing:
        raise Refused(f"there is no weighted population for {', '.join(missing)}", where=place.name)
    if unknown:
        raise Refused(
            f"there is a weighted population for {', '.join(unknown)}, which the rules do not weigh",
            where=place.name,
            mend=f"The components are {', '.join(sorted(components))}",
        )
