"""What the rates come to, in plain English."""

from __future__ import annotations

from speccom.methods.rate.comparison import Label
from speccom.methods.rate.figures import Kind, RateResult, UnitRate
from speccom.methods.words import counted, listed, number, percent

_WHAT = {
    Kind.CRUDE_RATE: "crude rates",
    Kind.PROPORTION: "proportions",
    Kind.DIRECT: "rates directly standardised to one population",
    Kind.INDIRECT_RATIO: "ratios of observed events to those expected at the standard's rates",
    Kind.INDIRECT_RATE: "indirectly standardised rates",
}
_MOST_WRITTEN_OUT = 4


def explain(result: RateResult) -> str:
    """Return what the rates come to, sentence by sentence."""
    said = [_opening(result), *_values(result), _comparison(result), _left_out(result), _caveat(result)]
    return " ".join(text for text in said if text)


def figure(value: float) -> str:
    """Return a value with one decimal from 100, two from 1, and otherwise four."""
    return number(value, 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 4)


def per(result: RateResult) -> str:
    """Return what a value is out of: ` per 100,000`, `%`, or nothing for a bare ratio."""
    if result.multiplier == 1:
        return ""
    if result.kind in (Kind.PROPORTION, Kind.INDIRECT_RATIO) and result.multiplier == 100:
        return "%"
    return f" per {number(result.multiplier)}"


def _opening(result: RateResult) -> str:
    return (
        f"{result.measure}: {_WHAT[result.kind]} of {counted(len(result.units), 'unit')}, with intervals of "
        f"{percent(result.confidence, 2)} confidence."
    )


def _values(result: RateResult) -> list[str]:
    valued = [unit for unit in result.units if unit.value is not None]
    valued.sort(key=lambda unit: unit.value or 0, reverse=True)
    if len(valued) <= _MOST_WRITTEN_OUT:
        return [f"{unit.name}: {_value(unit, result)}." for unit in valued]
    high, low = valued[0], valued[-1]
    return [
        f"The highest is {high.name}: {_value(high, result)}.",
        f"The lowest is {low.name}: {_value(low, result)}.",
    ]


def _value(unit: UnitRate, result: RateResult) -> str:
    value, lower, upper = (figure(each or 0) for each in (unit.value, unit.lower, unit.upper))
    against = f", where {figure(unit.expected)} were expected" if unit.expected is not None else ""
    return f"{value}{per(result)} ({lower} to {upper}), from {counted_events(unit.count)}{against}"


def counted_events(count: float) -> str:
    """Return a count of events, which need not be whole."""
    return f"{number(count)} {'event' if count == 1 else 'events'}"


def _comparison(result: RateResult) -> str:
    if result.reference is None:
        return ""
    whose = (
        "the standard"
        if result.kind in (Kind.INDIRECT_RATIO, Kind.INDIRECT_RATE)
        else "these units taken together"
    )
    against = f"Compared with {figure(result.reference)}{per(result)}, that of {whose}, "
    said = []
    for label, words in (
        (Label.FAR_HIGH, "far higher (so far by chance less than once in 1,000)"),
        (Label.HIGH, "higher (so far by chance less than once in 40)"),
        (Label.LOW, "lower (so far by chance less than once in 40)"),
        (Label.FAR_LOW, "far lower (so far by chance less than once in 1,000)"),
    ):
        names = [unit.name for unit in result.units if unit.label == label]
        if names:
            said.append(f"{listed(names)} {'is' if len(names) == 1 else 'are'} {words}")
    return against + ("; ".join(said) if said else "none differs by more than chance would explain") + "."


def _left_out(result: RateResult) -> str:
    names = [unit.name for unit in result.units if unit.value is None]
    if not names:
        return ""
    has = "has" if len(names) == 1 else "have"
    few = f"{listed(names)} {has} fewer than 10 events"
    return f"{few}, too few for a directly standardised rate, and none is given."


def _caveat(result: RateResult) -> str:
    if result.kind == Kind.CRUDE_RATE:
        return (
            "Crude rates take no account of who the people are: an older population may explain a high rate."
        )
    if result.kind == Kind.PROPORTION:
        return "Proportions take no account of who the people are: case mix may explain a difference."
    if result.kind == Kind.DIRECT:
        return (
            "Differences of age, or of whatever else the bands are, no longer explain a difference of rates."
        )
    return (
        "Each unit is compared with the standard; two units with different populations are not to be ranked."
    )
