"""The allocations in words, and one place's steps as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from speccom.methods.allocation.pace import Limit
from speccom.methods.allocation.result import AllocationResult, PlaceAllocation
from speccom.methods.picture import AQUA, BLUE, DARK, ORANGE, Picture
from speccom.methods.table import Table
from speccom.methods.words import counted, listed, pounds

_HELD = {
    Limit.FLOOR: "The least growth that the rules allow holds it up",
    Limit.CEILING: "The greatest growth that the rules allow holds it down",
    Limit.SHORTFALL: "The greatest shortfall that the rules allow holds it up",
}


def explain(result: AllocationResult) -> str:
    """Return the result in words."""
    place = next(each for each in result.places if each.name == result.explained)
    said = [
        _total(result),
        _limits(result),
        _target(place),
        _growth(place),
        _published(place),
        _access(place),
        _all_published(result),
    ]
    if result.illustrative:
        said.append("These rules were made for demonstration, so the figures show the method and no policy.")
    return " ".join(each for each in said if each)


def _total(result: AllocationResult) -> str:
    return (
        f"{pounds(result.total)} is shared out among {counted(len(result.places), 'place')}, "
        f"{_more_or_less(result.growth_percent)} than the year before."
    )


def _more_or_less(percent: Decimal) -> str:
    return f"{abs(percent):.2f}% {'less' if percent < 0 else 'more'}"


def _limits(result: AllocationResult) -> str:
    held = [each for each in result.places if each.limited_by is not Limit.NONE]
    if not held:
        return "No limit on growth holds any of them."
    names = f" ({listed([each.name for each in held])})" if len(held) <= 5 else ""
    scaling = f"{result.scaling_percent:+.4f}"
    if not float(scaling):
        return f"A limit on growth holds {len(held):,} of them{names}, which hardly moves the others."
    return (
        f"A limit on growth holds {len(held):,} of them{names}, so the growth of every other place is "
        f"changed by {scaling} percentage points."
    )


def _target(place: PlaceAllocation) -> str:
    first, *others = place.target_steps
    parts = [
        f"{each.step} {'takes' if each.adds < 0 else 'adds'} {pounds(abs(each.adds))}"
        for each in others
        if each.adds
    ]
    so = f" To that, {listed(parts)}." if parts else ""
    return (
        f"{place.name} has need of {place.need_index:.4f} against an average of 1. By its people alone its "
        f"target would be {pounds(first.adds)}.{so} Its target is {pounds(place.target)}, a share of "
        f"{100 * place.target_share:.4f}%."
    )


def _growth(place: PlaceAllocation) -> str:
    parts = [
        f"{pounds(amount)} {words}"
        for amount, words in (
            (place.convergence, "towards its target"),
            (place.scaling, "as its part of the limits of all"),
            (place.limits, "by its own limit"),
        )
        if amount
    ]
    held = f" {_HELD[place.limited_by]}." if place.limited_by in _HELD else ""
    return (
        f"It had {pounds(place.baseline)}, which is {_against_share(place.opening_distance_percent)}. It "
        f"gets {listed([pounds(place.base_growth) + ' of growth that all have', *parts])}: together "
        f"{pounds(place.allocation)}, {_more_or_less(place.growth_percent)} than before, and "
        f"{_against_target(place.closing_distance_percent)}.{held}"
    )


def _against_share(percent: Decimal) -> str:
    """Say how far off a place was last year, when there was another total to have a share of."""
    if not percent:
        return "that share of what all had"
    return f"{abs(percent):.2f}% {'below' if percent < 0 else 'above'} that share of what all had"


def _against_target(percent: Decimal) -> str:
    if not percent:
        return "on its target"
    return f"{abs(percent):.2f}% {'below' if percent < 0 else 'above'} its target"


def _published(place: PlaceAllocation) -> str:
    if place.published is None or place.not_explained is None:
        return ""
    if not place.not_explained:
        return f"Its published allocation of {pounds(place.published)} is explained to the penny."
    return (
        f"Its published allocation is {pounds(place.published)}, which is {pounds(abs(place.not_explained))} "
        f"{'less' if place.not_explained < 0 else 'more'} than these rules explain."
    )


def _access(place: PlaceAllocation) -> str:
    if place.access is None:
        return ""
    return (
        f"Of the service asked about, it spends {pounds(round(place.access.spend_per_head))} a head: "
        f"{pounds(round(place.access.spend_per_patient))} for each patient, times "
        f"{place.access.patients_per_head:.4f} patients for each person."
    )


def _all_published(result: AllocationResult) -> str:
    published = [each for each in result.places if each.not_explained is not None]
    if len(published) < 2:
        return ""
    exact = sum(each.not_explained == 0 for each in published)
    furthest = max(published, key=lambda each: abs(each.not_explained or 0))
    if exact == len(published):
        return f"All {exact} published allocations are explained to the penny."
    return (
        f"Of {len(published)} published allocations, {exact} are explained to the penny; the furthest from "
        f"it is {furthest.name}, by {pounds(furthest.not_explained or 0)}."
    )


def picture(result: AllocationResult) -> Picture:
    """Return the steps by which one place comes to its target, beside what it had and what it gets."""
    import altair as alt

    place = next(each for each in result.places if each.name == result.explained)
    bars = _bars(place)
    rows = [
        {"step": step, "from": low / 1e8, "to": high / 1e8, "kind": kind} for step, low, high, kind in bars
    ]
    kinds = ["adds", "takes away", "target", "money"]
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(size=22)
        .encode(
            x=alt.X("from:Q", title="£ million above or below what its people alone would give"),
            x2="to:Q",
            y=alt.Y("step:N", title=None, sort=[bar[0] for bar in bars], axis=alt.Axis(labelLimit=220)),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=kinds, range=[AQUA, ORANGE, DARK, BLUE]),
                legend=alt.Legend(orient="bottom"),
            ),
        )
    )
    return Picture(
        title=f"How {place.name} comes to its target and its allocation",
        alternative=f"By its people alone the target of {place.name} would be "
        f"{pounds(place.target_steps[0].adds)}; need and market forces make it {pounds(place.target)}. "
        f"It had {pounds(place.baseline)} and gets {pounds(place.allocation)}.",
        chart=chart,
        table=Table(
            f"{place.name}, step by step",
            ("step", "need index", "adds (£)"),
            tuple((each.step, each.need_index, f"{each.adds / 100:,.2f}") for each in place.target_steps)
            + tuple(
                (name, None, f"{pence / 100:,.2f}")
                for name, pence in (
                    ("target", place.target),
                    ("baseline", place.baseline),
                    ("growth that all have", place.base_growth),
                    ("towards target", place.convergence),
                    ("part of the limits of all", place.scaling),
                    ("own limit", place.limits),
                    ("allocation", place.allocation),
                )
            ),
        ),
    )


def _bars(place: PlaceAllocation) -> Sequence[tuple[str, int, int, str]]:
    """Return each bar's name, its two ends in pence from the target of the people alone, and what it is."""
    people, *others = place.target_steps
    bars, reached = [], 0
    for each in others:
        bars.append((each.step, reached, reached + each.adds, "takes away" if each.adds < 0 else "adds"))
        reached += each.adds
    bars.append(("target", 0, reached, "target"))
    bars.append(("baseline", 0, place.baseline - people.adds, "money"))
    bars.append(("allocation", 0, place.allocation - people.adds, "money"))
    return bars
