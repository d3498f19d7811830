"""A difference in differences in words and as a picture."""

from __future__ import annotations

from speccom.methods.difference_in_differences.terms import (
    Comparison,
    DifferenceInDifferencesResult,
    Effect,
    Estimator,
)
from speccom.methods.picture import BLUE, GREY, Picture
from speccom.methods.table import Table
from speccom.methods.words import counted, number, percent

# Below so many clusters on a side, clustered errors are known to be too small even with Student's t.
FEW_CLUSTERS = 10


def explain(result: DifferenceInDifferencesResult) -> str:
    """Say the effect, against whom it was taken, and how far it can be trusted."""
    parts = [
        _effect(result),
        _how(result),
        _trend(result),
        _staggered(result),
        _uncompared(result),
        _few(result),
    ]
    caveat = (
        "The estimate stands on one belief that no test can prove: that without the intervention the "
        "adopters would have moved as the others did. Each unit counts alike, whatever its size."
    )
    return " ".join([*(part for part in parts if part), caveat])


def _effect(result: DifferenceInDifferencesResult) -> str:
    effect = result.effect
    direction = "raised" if effect.estimate > 0 else "lowered"
    share = ""
    if result.relative is not None:
        share = (
            f", or {percent(abs(result.relative))} of the {_figure(result.without)} to be expected without it"
        )
    first = (
        f"In the {counted(result.adopters, 'unit')} that adopted it, the intervention {direction} "
        f"{result.outcome} by {_figure(abs(effect.estimate))} on average{share} "
        f"({percent(result.confidence, 2)} interval for the change: {_figure(effect.low)} to "
        f"{_figure(effect.high)})."
    )
    if effect.low <= 0 <= effect.high:
        return (
            f"{first} The interval includes no change, so these figures do not show an effect; nor do they "
            "show that there is none."
        )
    return f"{first} The interval leaves out no change."


def _how(result: DifferenceInDifferencesResult) -> str:
    if result.estimator is Estimator.TWO_WAY:
        against = "by the two-way regression, against all units that had not adopted, or had adopted already"
    elif result.comparison is Comparison.NEVER:
        against = f"against the {counted(result.never_adopters, 'unit')} that never adopted"
    else:
        against = "against units that had not adopted at the time"
    return (
        f"It was taken {against}; units of a cluster may be alike, so the interval counts "
        f"{counted(result.clusters, 'cluster')} and uses Student's t with {result.degrees_of_freedom} "
        "degrees of freedom."
    )


def _trend(result: DifferenceInDifferencesResult) -> str:
    if result.pre_trend is None:
        return f"Whether both moved alike beforehand could not be tested: {result.pre_trend_missing}."
    p_value = result.pre_trend.p_value
    said = "below 0.001" if p_value < 0.001 else number(p_value, 3)
    if p_value < 0.05:
        return (
            f"Adopters and the others did not move alike before adoption (p {said}), so the estimate may be "
            "an old trend going on: do not rely on it without an explanation."
        )
    return (
        "Before adoption, no difference between the movements of adopters and the others can be shown (p "
        f"{said}); a small one would not be seen."
    )


def _staggered(result: DifferenceInDifferencesResult) -> str:
    if result.estimator is not Estimator.TWO_WAY or not result.staggered:
        return ""
    negative = result.negative_weights or 0.0
    weights = (
        f"; {percent(negative)} of adopters' periods count in it with the wrong sign" if negative > 0 else ""
    )
    return (
        "Units adopted at different times, and the two-way regression then also compares late adopters with "
        f"early ones{weights}: where effects grow or fade it can be wrong even in direction, so use the "
        "group-time estimate."
    )


def _uncompared(result: DifferenceInDifferencesResult) -> str:
    if not result.not_comparable:
        return ""
    return (
        f"For {counted(result.not_comparable, 'pair')} of adoption period and period seen, too few units "
        "were left to compare with, so no effect is given there."
    )


def _few(result: DifferenceInDifferencesResult) -> str:
    few = min(result.adopting_clusters, result.comparing_clusters)
    if few >= FEW_CLUSTERS:
        return ""
    return (
        f"With {counted(result.adopting_clusters, 'cluster')} that adopted and {result.comparing_clusters} "
        "to compare with, the interval may be too narrow."
    )


def _figure(value: float) -> str:
    places = 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    return number(value, places)


def picture(result: DifferenceInDifferencesResult) -> Picture:
    """Draw effects by periods since adoption with their intervals."""
    import altair as alt

    rows = [_row(each.periods_since, each) for each in result.since_adoption]
    base = {
        "since": -1 - result.anticipation,
        "effect": 0.0,
        "low": 0.0,
        "high": 0.0,
        "kind": "the base period",
    }
    axis = alt.Axis(tickMinStep=1, grid=False, format="d")
    chart = alt.Chart(alt.Data(values=[*rows, base])).encode(
        x=alt.X(
            "since:Q",
            title="periods since adoption (0 is the first with the intervention)",
            axis=axis,
            scale=alt.Scale(padding=12, nice=False),
        )
    )
    title = f"effect on {result.outcome}"
    kinds = alt.Scale(
        domain=["before adoption", "since adoption", "the base period"], range=[GREY, BLUE, "black"]
    )
    colour = alt.Color("kind:N", title=None, scale=kinds, legend=alt.Legend(orient="top"))
    bars = chart.mark_rule(strokeWidth=2).encode(y=alt.Y("low:Q", title=title), y2="high:Q", color=colour)
    dots = chart.mark_circle(size=80, opacity=1).encode(y="effect:Q", color=colour)
    zero = alt.Chart(alt.Data(values=[{}])).mark_rule(color=GREY, strokeDash=[3, 3]).encode(y=alt.datum(0))
    level = percent(result.confidence, 2)
    return Picture(
        title=f"Effects on {result.outcome} by periods since adoption",
        alternative=(
            f"Effects with {level} intervals by periods since adoption; those before adoption test whether "
            f"adopters and the others moved alike. The mean effect is {_figure(result.effect.estimate)} "
            f"({_figure(result.effect.low)} to {_figure(result.effect.high)})."
        ),
        chart=alt.layer(zero, bars, dots),
        table=Table(
            f"Effects by periods since adoption, {level} intervals",
            ("Periods since adoption", "Adopters seen", "Effect", "Low", "High"),
            tuple(
                (each.periods_since, each.units, each.estimate, each.low, each.high)
                for each in result.since_adoption
            ),
        ),
    )


def _row(since: int, effect: Effect) -> dict[str, int | float | str]:
    kind = "since adoption" if since >= 0 else "before adoption"
    return {"since": since, "effect": effect.estimate, "low": effect.low, "high": effect.high, "kind": kind}
