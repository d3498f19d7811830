"""Movements by number as flows by name, with their money."""

from __future__ import annotations

from collections.abc import Sequence

from speccom.activity.compare.accounts import Flow, money_of
from speccom.activity.compare.movements import Movements
from speccom.activity.compare.terms import NO_LINE, Terms
from speccom.rulebook.entries import DATASETS
from speccom.rulebook.identification import IdentificationRulebook


def flows_of(
    movements: Movements,
    rulebooks: tuple[IdentificationRulebook, IdentificationRulebook],
    codes: Sequence[str],
    providers: Sequence[str],
    terms: Terms | None,
) -> tuple[Flow, ...]:
    """Return the flows in a fixed order, whatever the order of the files.

    `codes` and `providers` are the lines and providers by the numbers that the movements have, `rulebooks`
    the old and the new one.
    """
    old, new = rulebooks
    known = terms or Terms()
    flows = []
    for (before, after, dataset, provider), movement in movements.cells.items():
        leaving, coming = (codes[place] if place >= 0 else None for place in (before, after))
        flows.append(
            Flow(
                leaving or NO_LINE,
                coming or NO_LINE,
                old.services[leaving].programme_of_care if leaving else None,
                new.services[coming].programme_of_care if coming else None,
                DATASETS[dataset],
                providers[provider] if provider >= 0 else None,
                movement.records,
                movement.spells,
                movement.without_cost,
                money_of(known, leaving or NO_LINE, movement.pence),
                money_of(known, coming or NO_LINE, movement.pence),
            )
        )
    return tuple(sorted(flows, key=_place))


def _place(flow: Flow) -> tuple[str, ...]:
    return (flow.old, flow.new, flow.dataset, flow.provider or "")
