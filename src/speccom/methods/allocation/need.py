"""Need: each place's share of the money by its people, their need and the cost of care there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from speccom.methods.allocation.place import AllocationRules, Place

POPULATION, MARKET_FORCES = "population", "market forces"


@dataclass(frozen=True)
class Need:
    """Exact shares of all places, in their order, after each step; those of a step sum to one.

    `steps` names the steps: population, each component of need, market forces. `indices` has each place's
    need index by component, and `overall` that of all components together, before market forces.
    """

    steps: tuple[str, ...]
    shares: tuple[tuple[Decimal, ...], ...]
    indices: tuple[dict[str, Decimal], ...]
    overall: tuple[Decimal, ...]

    @property
    def target(self) -> tuple[Decimal, ...]:
        """The shares after the last step."""
        return self.shares[-1]


def shares_of_need(places: Sequence[Place], rules: AllocationRules) -> Need:
    """Return the shares of the places after each step."""
    people = _shares([place.population for place in places])
    weighted = {
        each.component: _shares([place.weighted[each.component] for place in places])
        for each in rules.components
    }
    shares = [people]
    for each in rules.components:
        weight = each.weight_percent / 100
        shares.append(
            tuple(
                before + weight * (of_need - of_people)
                for before, of_need, of_people in zip(
                    shares[-1], weighted[each.component], people, strict=True
                )
            )
        )
    costed = [share * place.market_forces for share, place in zip(shares[-1], places, strict=True)]
    return Need(
        steps=(POPULATION, *weighted, MARKET_FORCES),
        shares=(*shares, _shares(costed)),
        indices=tuple(
            {name: of_need[at] / people[at] for name, of_need in weighted.items()}
            for at in range(len(places))
        ),
        overall=tuple(need / alone for need, alone in zip(shares[-1], people, strict=True)),
    )


def _shares(amounts: Sequence[Decimal]) -> tuple[Decimal, ...]:
    total = sum(amounts, Decimal(0))
    return tuple(amount / total for amount in amounts)
