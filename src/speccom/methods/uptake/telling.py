"""Uptake in words and as a picture."""

from __future__ import annotations

from speccom.methods.picture import BLUE, Picture
from speccom.methods.table import Table
from speccom.methods.uptake.terms import Expectation, Inequality, Spread, UptakeResult
from speccom.methods.words import counted, number, percent, spoken

# Below so many people in a fifth, the normal interval of the slope index is rough.
FEW = 10


def explain(result: UptakeResult) -> str:
    """Say how much it is used, and what that does not show."""
    parts = [_year(result)]
    if result.expectation is not None:
        parts.append(_expected(result.expectation, result.unit))
    if result.reach is not None:
        parts.append(_reach(result.reach))
    if result.spread is not None:
        parts.append(_spread(result.spread))
    if result.inequality is not None:
        parts.append(_inequality(result.inequality, result.confidence))
    parts.append(
        "Use is not success: more is not better by itself, nor less worse, and an older technology falls as "
        "its successor rises."
    )
    return " ".join(parts)


def _year(result: UptakeResult) -> str:
    latest = result.quarters[-1]
    used = number(latest.year_volume or 0.0, 0)
    rate = number(latest.year_rate or 0.0, 1)
    first = (
        f"In the four quarters up to the one that began on {spoken(latest.start)}, {used} {result.unit} of "
        f"{result.technology} were used, {rate} per 100,000 people"
    )
    if latest.change is not None:
        direction = "more" if latest.change >= 0 else "less"
        return f"{first}; that is {percent(abs(latest.change))} {direction} than in the four quarters before."
    if len(result.quarters) < 8:
        return f"{first}. With fewer than eight quarters there is no earlier year to compare with."
    return f"{first}. In the four quarters before none were used, so there is no percentage change."


def _expected(found: Expectation, unit: str) -> str:
    return (
        f"{number(found.expected, 0)} {unit} were to be expected ({found.source}), so use stands at "
        f"{percent(found.ratio)} of that; the figure is no better than the estimate of who is eligible and "
        "for how long."
    )


def _reach(reach: float) -> str:
    if reach > 1:
        return (
            f"It has reached {percent(reach)} of the patients thought eligible: more than all, so that "
            "estimate is too low, or others than the eligible have had it."
        )
    return f"It has reached {percent(reach)} of the patients thought eligible."


def _spread(spread: Spread) -> str:
    first = (
        f"{spread.adopting:,} of {counted(spread.sites, 'site')} ({percent(spread.share)}) had used it by "
        f"{spoken(spread.as_at)}, {counted(spread.days_observed, 'day')} after the decision."
    )
    if spread.days_to_first is None:
        return first
    steps = {
        "a quarter of sites": spread.days_to_quarter,
        "half": spread.days_to_half,
        "three quarters": spread.days_to_three_quarters,
    }
    told = [f"{share} {_when(days)}" for share, days in steps.items() if days is not None]
    missing = [share for share, days in steps.items() if days is None]
    reached = (
        "; ".join([f"It was first used {_when(spread.days_to_first)}", *(f"by {each}" for each in told)])
        + "."
    )
    late = f" Fewer than {missing[0]} have used it so far." if missing else ""
    pilot = (
        f" {counted(spread.before_decision, 'site')} used it before the decision, as in a pilot."
        if spread.before_decision
        else ""
    )
    return f"{first} {reached}{late}{pilot}"


def _when(days: int) -> str:
    return f"{counted(abs(days), 'day')} {'before' if days < 0 else 'after'} the decision"


def _inequality(found: Inequality, confidence: float) -> str:
    more, less = ("least", "most") if found.slope_index >= 0 else ("most", "least")
    first = (
        f"Across deprivation, the rate at the {more} deprived end is {number(abs(found.slope_index), 1)} per "
        f"100,000 higher than at the {less} deprived (slope index {number(found.slope_index, 1)}, "
        f"{percent(confidence, 2)} interval {number(found.low, 1)} to {number(found.high, 1)})."
    )
    last = "Whether need differs with deprivation is not in these figures."
    return " ".join([first, _relative(found), *_doubts(found), last])


def _relative(found: Inequality) -> str:
    if found.relative_index is None or found.relative_low is None or found.relative_high is None:
        return "At one end the rate on that line is not clearly above zero, so no ratio of the ends is given."
    return (
        f"On that line the least deprived have {number(found.relative_index)} times the rate of the most "
        f"deprived ({number(found.relative_low)} to {number(found.relative_high)})."
    )


def _doubts(found: Inequality) -> list[str]:
    said = []
    if found.low <= 0 <= found.high:
        said.append("The interval includes no difference, so no gap is shown.")
    if found.fewest < FEW:
        said.append(
            f"One fifth has only {counted(found.fewest, 'person', 'people')}, so the interval is rough."
        )
    return said


def picture(result: UptakeResult) -> Picture:
    """Draw the rolling year's rate."""
    import altair as alt

    years = [quarter for quarter in result.quarters if quarter.year_rate is not None]
    rows = [{"start": quarter.start.isoformat(), "rate": quarter.year_rate} for quarter in years]
    title = f"{result.unit} per 100,000 in four quarters"
    chart = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(
            "start:T",
            title="the last of the four quarters, from",
            axis=alt.Axis(grid=False, format="%b %Y", tickCount=8),
        ),
        y=alt.Y("rate:Q", title=title, scale=alt.Scale(zero=True)),
    )
    latest = years[-1]
    return Picture(
        title=f"Use of {result.technology} in rolling years",
        alternative=(
            f"A line of {title}: {number(years[0].year_rate or 0.0, 1)} in the year ending with the quarter "
            f"of {spoken(years[0].start)}, {number(latest.year_rate or 0.0, 1)} in that of "
            f"{spoken(latest.start)}."
        ),
        chart=alt.layer(chart.mark_line(color=BLUE), chart.mark_circle(color=BLUE, size=50, opacity=1)),
        table=Table(
            f"Use of {result.technology} by quarter and rolling year",
            (
                "Quarter from",
                result.unit.capitalize(),
                "per 100,000",
                "In four quarters",
                "per 100,000 in four quarters",
                "Change on the four before",
            ),
            tuple(
                (
                    quarter.start.isoformat(),
                    quarter.volume,
                    quarter.rate,
                    quarter.year_volume,
                    quarter.year_rate,
                    None if quarter.change is None else percent(quarter.change),
                )
                for quarter in result.quarters
            ),
        ),
    )
