"""Whether a provider's difference from what was expected may be called unwarranted, or cannot be judged.

A figure outside a funnel is a question and no answer. It is called *potentially unwarranted* only when
four things hold together; poor coding never leads there, it leads to "cannot judge".

## Method

Each part is answered yes, no or unknown.

1. *Adjusted*: the comparison is adjusted for each thing that the rules name. Not knowing is unknown.
2. *Outside*: the latest value is strictly outside funnel limits that allow for over-dispersion and are at
   least as wide as the rules ask (99.8%, say). Limits that do not allow for it are too narrow, so a value
   outside them is unknown; a value inside them is inside the proper ones too. A value inside limits that
   are wider than asked is unknown.
3. *Persistent*: so many periods running, up to the latest, are on the same side of what was expected, or
   a control chart of the same measure shows a shift to that side. Too few periods, all on one side, are
   unknown. A value exactly as expected is on neither side.
4. *Unexplained*, in two halves. *Well coded*: enough of the records have complete and valid coding, and
   no fault of the data is known. *No cause*: the provider was asked, and stated no legitimate cause that
   was accepted.

| well coded | adjusted | outside | persistent | cause | verdict |
|---|---|---|---|---|---|
| no or unknown | any | any | any | any | cannot judge |
| yes | no or unknown | any | any | any | cannot judge |
| yes | yes | no | any | any | within limits |
| yes | yes | unknown | any | any | cannot judge |
| yes | yes | yes | no | any | not persistent |
| yes | yes | yes | unknown | any | cannot judge |
| yes | yes | yes | yes | accepted | explained |
| yes | yes | yes | yes | not asked | cannot judge |
| yes | yes | yes | yes | none | potentially unwarranted |

Values, expected values and limits share one unit, whichever it is. How many periods, which limits, how
well coded and adjusted for what are in a dated rulebook of the kind `unwarranted_variation`, all marked
as ours to change.

## Sources

No body publishes such a test in figures; the four parts are our reading of funnel-plot practice
(Spiegelhalter, Stat Med 2005, on over-dispersion) and of what benchmarking programmes ask before a visit.

## Known quirks

A comparison that is within limits only because it was not adjusted, or because its records are poor, is
not cleared by this test either: it cannot be judged. "Potentially" stays in the verdict: it opens a
conversation and is no finding of fault.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise, takewhile
from typing import Annotated

from pydantic import Field

from speccom.methods.dated_rules import DatedRules
from speccom.methods.method import Example, Figures, Method, Refused
from speccom.methods.picture import BLUE, GREY, ORANGE, Picture
from speccom.methods.table import Table
from speccom.methods.words import capital, counted, listed, number, percent, spoken

_ADJUSTED = "the comparison is adjusted for case mix and need"
_OUTSIDE = "the latest value is outside limits that allow for over-dispersion"
_PERSISTENT = "the difference has lasted"
_WELL_CODED = "the data can bear a judgement"
_UNEXPLAINED = "the provider was asked for a legitimate cause, and none was accepted"


class Answer(StrEnum):
    """What can be said of one part."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """Whether a provider was asked why it differs, and what came of it."""

    NOT_ASKED = "not asked"
    NONE = "none stated"
    ACCEPTED = "stated and accepted"


class Side(StrEnum):
    """On which side of what was expected a value lies."""

    ABOVE = "above"
    BELOW = "below"


class Verdict(StrEnum):
    """All that the test can say."""

    CANNOT_JUDGE = "cannot judge"
    WITHIN_LIMITS = "within limits"
    NOT_PERSISTENT = "not persistent"
    EXPLAINED = "explained"
    POTENTIALLY_UNWARRANTED = "potentially unwarranted"


class VariationRules(DatedRules):
    """What each part of the test asks for."""

    least_periods: Annotated[int, Field(ge=2)]
    """How many periods running, up to the latest, must lie on the same side."""
    limit_percent: Annotated[Decimal, Field(gt=50, lt=100)]
    """The confidence of the funnel limits, in per cent."""
    least_well_coded: Annotated[Decimal, Field(gt=0, le=1)]
    """The least share of records with complete and valid coding."""
    adjust_for: Annotated[tuple[str, ...], Field(min_length=1)]
    """What the comparison must be adjusted for."""


class Period(Figures):
    """One period's value and its funnel limits."""

    starts: date
    """The period's first day."""
    value: float
    """The provider's value, in the measure's unit."""
    expected: float
    """What was expected of it, in the same unit."""
    lower: float
    """The lower funnel limit, in the same unit."""
    upper: float
    """The upper funnel limit, in the same unit."""


class Coding(Figures):
    """How well the records are coded that the latest value was made from."""

    records: Annotated[int, Field(ge=0)]
    """Number of records."""
    well_coded: Annotated[int, Field(ge=0)]
    """Number of them with complete and valid coding."""


class VariationInput(Figures):
    """One provider's values of one measure, and what is known about them."""

    on: date
    """The day of the judgement; it says which rules apply."""
    rules: VariationRules
    """The rules in force on that day."""
    provider: Annotated[str, Field(min_length=1)]
    """The provider's name."""
    measure: Annotated[str, Field(min_length=1)]
    """What is measured, with its unit."""
    periods: Annotated[tuple[Period, ...], Field(min_length=1)]
    """The periods in order, the latest last."""
    over_dispersed: bool
    """Whether the limits allow for over-dispersion."""
    limit_percent: Annotated[Decimal, Field(gt=0, lt=100)]
    """The confidence of the limits given, in per cent."""
    adjusted_for: tuple[str, ...] | None = None
    """What the comparison is adjusted for; left out where nobody knows."""
    coding: Coding | None = None
    """How well the records are coded; left out where nobody knows."""
    data_fault: str = ""
    """A known fault of the data, in words; left out where none is known."""
    shift: Side | None = None
    """The side to which a control chart of the measure shows a shift; left out where it shows none."""
    cause: Cause = Cause.NOT_ASKED
    """What came of asking the provider for a legitimate cause."""
    cause_in_words: str = ""
    """The cause, where one was accepted."""
    cause_accepted_by: str = ""
    """Who accepted it."""


class Part(Figures):
    """One part of the test."""

    name: str
    """What it asks."""
    answer: Answer
    """What can be said of it."""
    why: str
    """Why, in words."""


class VariationResult(Figures):
    """The verdict, with each part that it rests on."""

    provider: str
    """The provider's name."""
    measure: str
    """What is measured, with its unit."""
    verdict: Verdict
    """What may be said of the difference."""
    adjusted: Part
    """Whether the comparison is adjusted for all that it must be."""
    outside: Part
    """Whether the latest value is outside limits that allow for over-dispersion."""
    persistent: Part
    """Whether the difference has lasted."""
    well_coded: Part
    """Whether the data can bear a judgement."""
    cause: Part
    """Whether a legitimate cause was asked for and stated."""
    periods: tuple[Period, ...]
    """The periods, as given."""
    running: int
    """How many periods running, up to the latest, lie on the latest one's side."""


def unwarranted_variation(given: VariationInput) -> VariationResult:
    """Return the verdict on one provider's difference. Raises Refused for periods that make no sense."""
    given.rules.cover(given.on)
    _check(given)
    parts = {
        "adjusted": _adjusted(given),
        "outside": _outside(given),
        "persistent": _persistent(given),
        "well_coded": _well_coded(given),
    }
    answers = {name: part.answer for name, part in parts.items()}
    return VariationResult(
        provider=given.provider,
        measure=given.measure,
        verdict=judge(**answers, cause=given.cause),
        **parts,
        cause=_cause(given),
        periods=given.periods,
        running=_running(given.periods),
    )


def judge(
    *, adjusted: Answer, outside: Answer, persistent: Answer, well_coded: Answer, cause: Cause
) -> Verdict:
    """Return the verdict for the answers to the parts; this is the table of the description."""
    if well_coded is not Answer.YES or adjusted is not Answer.YES or outside is Answer.UNKNOWN:
        return Verdict.CANNOT_JUDGE
    if outside is Answer.NO:
        return Verdict.WITHIN_LIMITS
    if persistent is Answer.NO:
        return Verdict.NOT_PERSISTENT
    if persistent is Answer.UNKNOWN or cause is Cause.NOT_ASKED:
        return Verdict.CANNOT_JUDGE
    return Verdict.EXPLAINED if cause is Cause.ACCEPTED else Verdict.POTENTIALLY_UNWARRANTED


def _check(given: VariationInput) -> None:
    for earlier, later in pairwise(given.periods):
        if later.starts <= earlier.starts:
            raise Refused(
                f"the period of {spoken(later.starts)} comes after that of {spoken(earlier.starts)}",
                where="periods",
                mend="Give each period once, in order, the latest last",
            )
    for period in given.periods:
        if not period.lower <= period.expected <= period.upper:
            raise Refused(
                f"what was expected ({number(period.expected)}) is not between the limits "
                f"({number(period.lower)} and {number(period.upper)})",
                where=f"the period of {spoken(period.starts)}",
                mend="Give the value, what was expected and the limits in one unit",
            )
    if given.periods[-1].starts > given.on:
        raise Refused(
            f"the period of {spoken(given.periods[-1].starts)} begins after the day of the judgement",
            where="periods",
            mend="Judge by periods that have begun",
        )
    if given.coding and given.coding.well_coded > given.coding.records:
        raise Refused(
            f"{given.coding.well_coded:,} of {given.coding.records:,} records cannot be well coded",
            where="coding",
            mend="Give the records in all and, of them, those with complete and valid coding",
        )
    if given.cause is Cause.ACCEPTED and not (given.cause_in_words and given.cause_accepted_by):
        raise Refused(
            "a cause was accepted, and it is not said which or by whom",
            where="cause",
            mend="Give the cause in words and the name of who accepted it",
        )


def _adjusted(given: VariationInput) -> Part:
    name = _ADJUSTED
    if given.adjusted_for is None:
        return Part(
            name=name, answer=Answer.UNKNOWN, why="it is not known what the comparison is adjusted for"
        )
    missing = [each for each in given.rules.adjust_for if each not in given.adjusted_for]
    if missing:
        return Part(name=name, answer=Answer.NO, why=f"the comparison is not adjusted for {listed(missing)}")
    needed = listed(given.rules.adjust_for)
    return Part(name=name, answer=Answer.YES, why=f"the comparison is adjusted for {needed}")


def _outside(given: VariationInput) -> Part:
    name = _OUTSIDE
    latest = given.periods[-1]
    limits = f"the {given.limit_percent}% limits ({number(latest.lower)} to {number(latest.upper)})"
    if latest.lower <= latest.value <= latest.upper:
        where = f"the latest value, {number(latest.value)}, is within {limits}"
        if given.limit_percent > given.rules.limit_percent:
            why = f"{where}, which are wider than the {given.rules.limit_percent}% that are asked for"
            return Part(name=name, answer=Answer.UNKNOWN, why=why)
        return Part(name=name, answer=Answer.NO, why=where)
    where = f"the latest value, {number(latest.value)}, is outside {limits}"
    if not given.over_dispersed:
        why = f"{where}, but these do not allow for over-dispersion and are too narrow"
        return Part(name=name, answer=Answer.UNKNOWN, why=why)
    if given.limit_percent < given.rules.limit_percent:
        why = f"{where}, which are narrower than the {given.rules.limit_percent}% that are asked for"
        return Part(name=name, answer=Answer.UNKNOWN, why=why)
    return Part(name=name, answer=Answer.YES, why=where)


def _persistent(given: VariationInput) -> Part:
    name = _PERSISTENT
    running, least = _running(given.periods), given.rules.least_periods
    side = _side(given.periods[-1])
    if side is None:
        return Part(name=name, answer=Answer.NO, why="the latest value is exactly as expected")
    periods = counted(running, "period")
    lasted = f"{periods} running {'is' if running == 1 else 'are'} {side} what was expected"
    if running >= least:
        return Part(name=name, answer=Answer.YES, why=f"{lasted}, and {least} are asked for")
    if given.shift is side:
        return Part(
            name=name, answer=Answer.YES, why=f"a control chart of the measure shows a shift to {side}"
        )
    if running == len(given.periods):
        why = f"{lasted}; no more are given, and {least} are asked for"
        return Part(name=name, answer=Answer.UNKNOWN, why=why)
    return Part(name=name, answer=Answer.NO, why=f"only {lasted}, and {least} are asked for")


def _running(periods: tuple[Period, ...]) -> int:
    side = _side(periods[-1])
    if side is None:
        return 0
    return sum(1 for _ in takewhile(lambda period: _side(period) is side, reversed(periods)))


def _side(period: Period) -> Side | None:
    if period.value == period.expected:
        return None
    return Side.ABOVE if period.value > period.expected else Side.BELOW


def _well_coded(given: VariationInput) -> Part:
    name = _WELL_CODED
    if given.data_fault:
        return Part(name=name, answer=Answer.NO, why=f"a fault of the data is known: {given.data_fault}")
    if given.coding is None or given.coding.records == 0:
        return Part(name=name, answer=Answer.UNKNOWN, why="it is not known how well the records are coded")
    records, well_coded = given.coding.records, given.coding.well_coded
    share = f"{well_coded:,} of {records:,} records ({percent(well_coded / records)}) are well coded"
    asked = f"{percent(float(given.rules.least_well_coded))} are asked for"
    if well_coded < given.rules.least_well_coded * records:
        return Part(name=name, answer=Answer.NO, why=f"only {share}, and {asked}")
    return Part(name=name, answer=Answer.YES, why=f"{share}, and {asked}")


def _cause(given: VariationInput) -> Part:
    name = _UNEXPLAINED
    if given.cause is Cause.NOT_ASKED:
        return Part(name=name, answer=Answer.UNKNOWN, why="the provider has not been asked for a cause")
    if given.cause is Cause.NONE:
        return Part(
            name=name, answer=Answer.YES, why="the provider was asked, and no legitimate cause was accepted"
        )
    why = f"{given.cause_accepted_by} accepted a cause: {given.cause_in_words}"
    return Part(name=name, answer=Answer.NO, why=why)


_SAID = {
    Verdict.CANNOT_JUDGE: "whether the difference is warranted cannot be judged",
    Verdict.WITHIN_LIMITS: "nothing needs judging: the difference is no more than providers differ anyway",
    Verdict.NOT_PERSISTENT: "the difference has not lasted; watch it, and judge nothing yet",
    Verdict.EXPLAINED: "the difference is explained by a cause that was accepted",
    Verdict.POTENTIALLY_UNWARRANTED: "the difference is potentially unwarranted",
}


def explain(result: VariationResult) -> str:
    """Say the verdict and what it rests on."""
    parts = (result.well_coded, result.adjusted, result.outside, result.persistent, result.cause)
    said = [f"{result.provider}, {result.measure}: {_SAID[result.verdict]}"]
    if result.verdict is Verdict.CANNOT_JUDGE:
        said += [capital(part.why) for part in parts if not _stands(part)]
        rest = [capital(part.why) for part in parts if _stands(part)]
        said += ["What is known besides", *rest] if rest else []
    else:
        said += [capital(part.why) for part in parts]
    if result.verdict is Verdict.POTENTIALLY_UNWARRANTED:
        said.append("That opens a conversation with the provider and finds no fault")
    return " ".join(f"{each.rstrip('.')}." for each in said)


def _stands(part: Part) -> bool:
    """Whether a part is known and does not stand in the way of a verdict.

    A "no" to two of them does: it leaves nothing to judge by, rather than clearing the provider.
    """
    blocks = part.name in (_ADJUSTED, _WELL_CODED) and part.answer is Answer.NO
    return part.answer is not Answer.UNKNOWN and not blocks


def picture(result: VariationResult) -> Picture:
    """Draw the values against what was expected, with the limits as a band."""
    import altair as alt

    rows = [
        {**period.model_dump(mode="json"), "colour": ORANGE if _is_outside(period) else BLUE}
        for period in result.periods
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(
            "starts:T",
            title="Period beginning",
            axis=alt.Axis(grid=False, format="%b %Y", values=[row["starts"] for row in rows][-12:]),
        ),
    )
    scale = alt.Scale(zero=False)
    band = base.mark_area(color=GREY, opacity=0.25).encode(
        y=alt.Y("lower:Q", title=result.measure, scale=scale), y2="upper:Q"
    )
    expected = base.mark_line(color=GREY, strokeDash=[5, 4]).encode(y=alt.Y("expected:Q", scale=scale))
    line = base.mark_line(color=BLUE, strokeWidth=2).encode(y=alt.Y("value:Q", scale=scale))
    points = base.mark_circle(size=90, opacity=1).encode(
        y=alt.Y("value:Q", scale=scale), color=alt.Color("colour:N", scale=None)
    )
    alternative = f"{capital(result.outside.why)}. {capital(result.persistent.why)}."
    table = Table(
        f"{result.provider}: {result.measure}",
        ("Period beginning", "Value", "Expected", "Lower limit", "Upper limit", "Outside"),
        tuple(
            (spoken(each.starts), each.value, each.expected, each.lower, each.upper, _is_outside(each))
            for each in result.periods
        ),
    )
    title = f"{result.provider}: {result.verdict}"
    return Picture(title, alternative, band + expected + line + points, table)


def _is_outside(period: Period) -> bool:
    return not period.lower <= period.value <= period.upper


def example() -> Example:
    """Return a provider above its limits for a year, well coded, that was asked and gave no cause."""
    values = (1.05, 0.98, 1.12, 1.31, 1.36, 1.42)
    starts = ("2024-07-01", "2024-10-01", "2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01")
    periods = [
        {"starts": start, "value": value, "expected": 1.0, "lower": 0.74, "upper": 1.3}
        for start, value in zip(starts, values, strict=True)
    ]
    return {
        "on": "2026-01-15",
        "provider": "Northern Teaching Hospitals",
        "measure": "spinal cord stimulators, observed to expected",
        "periods": periods,
        "over_dispersed": True,
        "limit_percent": "99.8",
        "adjusted_for": ["age", "sex", "diagnosis or procedure", "deprivation"],
        "coding": {"records": 412, "well_coded": 401},
        "cause": "none stated",
    }


METHOD = Method(
    name="unwarranted_variation",
    title="Unwarranted variation: the four-part test",
    takes=VariationInput,
    gives=VariationResult,
    calculate=unwarranted_variation,
    explain=explain,
    example=example,
    refusals={
        "periods out of order": lambda: {**example(), "periods": list(reversed(example()["periods"]))},
        "limits that do not hold what was expected": lambda: {
            **example(),
            "periods": [{"starts": "2025-10-01", "value": 9, "expected": 1, "lower": 5, "upper": 12}],
        },
        "a cause accepted by nobody": lambda: {**example(), "cause": "stated and accepted"},
        "more well-coded records than records": lambda: {
            **example(),
            "coding": {"records": 10, "well_coded": 11},
        },
        "a date that no rules cover": lambda: {**example(), "on": "2009-01-15"},
    },
    picture=picture,
    rules="unwarranted_variation",
)
