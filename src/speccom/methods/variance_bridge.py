r"""Why actual spending differs from plan: price, volume, mix, relabelling, drugs and other, exactly to the
penny.

A contract's variance is argued about in totals, though its causes need different answers: a dearer price is
a matter of contract, more patients one of demand, a heavier mix one of case-mix, and activity that merely
carries another label is no change of care at all. The bridge splits the variance into those causes, by line
and in all.

**Lines.** A line of activity has a plan and an actual, each a volume (units) and a sum (pence), and belongs
to a group of lines whose units can be added (spells of a service, attendances). A line of drugs, or of
anything else (blocks, incentives, adjustments), has sums only, and keeps apart: its variance is one step of
the bridge.

**Relabelling.** Units that would have carried line A's label under the plan's rules and carry line B's now
are given as a count from A to B, found by running both years' identification rules over the same activity.
Moving them back gives the volume under the plan's labels, `q'`.

**Steps.** With plan volume `q0`, actual volume `q1`, plan price `p0` (plan sum ÷ plan volume), and in each
group the sums `Q0` of `q0` and `Q'` of `q'`, as exact fractions:

| part | of a line |
|---|---|
| price | actual sum − q1 × p0 |
| relabelling | (q1 − q') × p0 |
| volume | q0 × p0 × (Q' ÷ Q0 − 1) |
| mix | q' × p0 − q0 × p0 × Q' ÷ Q0 |

The volume part is what the group's growth would cost with the mix of the plan; the mix part is the rest of
what the change of volumes costs. The four sum to actual less plan for each line, without anything left over.
A line without a plan has no plan price: its actual price stands in, so it has no price part. A group without
a plan has no mix to keep: all its change is volume.

**Pence.** The exact parts of a line are rounded down to whole pence, and the pennies left over go to the
largest remainders, in the order of the table. So the parts of each line sum to its variance, and all lines
to the whole.

**Sources.** The price, volume and mix variances of management accounting, with the joint part given to price
(prices are compared on actual volumes). Keeping drugs apart from activity follows from how contracts are
reconciled, where they are separate flows. Relabelling as a cause of its own is ours.

**Quirks.** What is a change of mix depends on the groups: split a group in two and some mix becomes volume.
A price per unit hides a change of mix within the line.

**Errors.** Refused: no lines, a line twice, a sum without a volume or a negative figure, units of two kinds
in one group, relabelling between lines that are not there or not of activity, to the same line, of unlike
units, or of more than the line has; units moved back to a line that has no price.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field

from speccom.methods.method import Example, Figures, Method, Pence, Refused
from speccom.methods.once import refuse_repeated
from speccom.methods.picture import BLUE, GREY, ORANGE, Picture
from speccom.methods.rounding import whole_parts
from speccom.methods.table import Table
from speccom.methods.words import counted, listed, number, percent, pounds


class Kind(StrEnum):
    """What a line is of."""

    ACTIVITY = "activity"
    DRUGS = "drugs"
    OTHER = "other"


class Cause(StrEnum):
    """A step of the bridge."""

    PRICE = "price"
    VOLUME = "volume"
    MIX = "mix"
    RELABELLING = "relabelling"
    DRUGS = "drugs"
    OTHER = "other"


Volume = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6)]
Sum = Annotated[Pence, Field(ge=-(10**15), le=10**15)]


class Line(Figures):
    """One line of a contract: its plan and what came true."""

    line: str = Field(min_length=1)
    """Its name."""
    kind: Kind = Kind.ACTIVITY
    """Whether it is of activity, of drugs, or of something else."""
    group: str = ""
    """For activity: the group of lines whose units can be added."""
    unit: str = ""
    """For activity: the unit of its volumes, such as spells."""
    plan_volume: Volume = Decimal(0)
    """For activity: planned volume, in units."""
    actual_volume: Volume = Decimal(0)
    """For activity: actual volume, in units."""
    plan_pence: Sum
    """Planned sum, in pence."""
    actual_pence: Sum
    """Actual sum, in pence."""


class Relabelling(Figures):
    """Units that carry another label now than they would have carried under the plan's rules."""

    from_line: str
    """The line that they would have been in."""
    to_line: str
    """The line that they are in."""
    volume: Volume
    """How many, in units."""


class VarianceBridgeInput(Figures):
    """A contract's lines, and what was relabelled."""

    lines: tuple[Line, ...]
    """The lines."""
    relabelled: tuple[Relabelling, ...] = ()
    """What moved between lines by its label alone."""


class LineBridge(Figures):
    """One line's variance and its causes; what it does not have is nought."""

    line: str
    """Its name."""
    kind: Kind
    """What it is of."""
    group: str
    """Its group."""
    plan_pence: Pence
    """Planned sum, in pence."""
    actual_pence: Pence
    """Actual sum, in pence."""
    variance_pence: Pence
    """Actual less plan, in pence."""
    price_pence: Pence
    """What the change of price costs, in pence."""
    volume_pence: Pence
    """What the change of its group's volume costs, in pence."""
    mix_pence: Pence
    """What the change of mix within its group costs, in pence."""
    relabelling_pence: Pence
    """What units with another label cost, in pence."""
    drugs_pence: Pence
    """The whole variance of a line of drugs, in pence."""
    other_pence: Pence
    """The whole variance of a line of something else, in pence."""


class Step(Figures):
    """One step of the bridge."""

    cause: Cause
    """The cause."""
    pence: Pence
    """What it costs, in pence; less than nought is a saving."""


class VarianceBridgeResult(Figures):
    """The bridge from plan to actual."""

    plan_pence: Pence
    """The planned sum, in pence."""
    actual_pence: Pence
    """The actual sum, in pence."""
    variance_pence: Pence
    """Actual less plan, in pence."""
    steps: tuple[Step, ...]
    """The causes in order; they sum to the variance exactly."""
    lines: tuple[LineBridge, ...]
    """Each line with its causes."""
    without_plan: tuple[str, ...]
    """Lines of activity that have no plan, whose own price stands in for a plan's."""


def variance_bridge(given: VarianceBridgeInput) -> VarianceBridgeResult:
    """Return the bridge. Raises Refused for lines that cannot be compared."""
    _check(given)
    own = _under_plan_labels(given)
    growth = _growth(given.lines, own)
    lines = tuple(_bridge(each, own[each.line], growth) for each in given.lines)
    plan = sum(each.plan_pence for each in lines)
    actual = sum(each.actual_pence for each in lines)
    return VarianceBridgeResult(
        plan_pence=plan,
        actual_pence=actual,
        variance_pence=actual - plan,
        steps=tuple(Step(cause=cause, pence=sum(_part(each, cause) for each in lines)) for cause in Cause),
        lines=lines,
        without_plan=tuple(
            each.line
            for each in given.lines
            if each.kind is Kind.ACTIVITY and each.plan_volume == 0 and each.actual_volume > 0
        ),
    )


def _part(line: LineBridge, cause: Cause) -> int:
    parts: Mapping[Cause, int] = {
        Cause.PRICE: line.price_pence,
        Cause.VOLUME: line.volume_pence,
        Cause.MIX: line.mix_pence,
        Cause.RELABELLING: line.relabelling_pence,
        Cause.DRUGS: line.drugs_pence,
        Cause.OTHER: line.other_pence,
    }
    return parts[cause]


def _check(given: VarianceBridgeInput) -> None:
    if not given.lines:
        raise Refused("there are no lines", mend="Give each line of the contract, with its plan and actual")
    refuse_repeated((each.line for each in given.lines), "line", mend="Add its rows up first")
    for line in given.lines:
        _check_line(line)
    units: dict[str, Line] = {}
    for line in _activity(given.lines):
        first = units.setdefault(line.group, line)
        if first.unit != line.unit:
            raise Refused(
                f"it is counted in {line.unit or 'no named unit'}, and {first.line} of its group "
                f"in {first.unit or 'no named unit'}",
                where=line.line,
                mend="Give lines of unlike units groups of their own",
            )
    _check_relabelling(given)


def _check_line(line: Line) -> None:
    if line.kind is not Kind.ACTIVITY:
        if line.plan_volume or line.actual_volume:
            raise Refused(
                f"it is a line of {line.kind.value} and has a volume",
                where=line.line,
                mend="Leave the volume out: its variance is one step of the bridge",
            )
        return
    for when, volume, pence in (
        ("plan", line.plan_volume, line.plan_pence),
        ("actual", line.actual_volume, line.actual_pence),
    ):
        if pence < 0:
            raise Refused(
                f"its {when} is {pounds(pence)}, and activity does not cost less than nothing",
                where=line.line,
                mend="Give credits and adjustments as lines of the kind other",
            )
        if volume == 0 and pence:
            raise Refused(
                f"its {when} is {pounds(pence)} for no units, so it has no price",
                where=line.line,
                mend="Give its volume, or give it as a line of the kind other",
            )


def _activity(lines: Sequence[Line]) -> list[Line]:
    return [each for each in lines if each.kind is Kind.ACTIVITY]


def _check_relabelling(given: VarianceBridgeInput) -> None:
    lines = {each.line: each for each in _activity(given.lines)}
    arrived: dict[str, Decimal] = {}
    for each in given.relabelled:
        where = f"relabelling from {each.from_line} to {each.to_line}"
        for name in (each.from_line, each.to_line):
            if name not in lines:
                raise Refused(
                    f"there is no line of activity called {name}",
                    where=where,
                    mend="Add it, with a plan or an actual of nought where it has none",
                )
        if each.from_line == each.to_line:
            raise Refused("units cannot move to the line they are in", where=where, mend="Leave the row out")
        if lines[each.from_line].unit != lines[each.to_line].unit:
            raise Refused(
                "the two lines are counted in unlike units", where=where, mend="Give lines of one unit"
            )
        arrived[each.to_line] = arrived.get(each.to_line, Decimal(0)) + each.volume
        actual = lines[each.to_line].actual_volume
        if arrived[each.to_line] > actual:
            raise Refused(
                f"{number(float(arrived[each.to_line]))} units came to a line that has "
                f"{number(float(actual))}",
                where=where,
                mend="Count the units that carry the new label in the actual activity",
            )


def _under_plan_labels(given: VarianceBridgeInput) -> dict[str, Fraction]:
    """Return the actual volume of each line as the plan's rules would have labelled it."""
    own = {each.line: Fraction(each.actual_volume) for each in given.lines}
    for each in given.relabelled:
        own[each.from_line] += Fraction(each.volume)
        own[each.to_line] -= Fraction(each.volume)
    return own


def _growth(lines: Sequence[Line], own: Mapping[str, Fraction]) -> dict[str, Fraction | None]:
    """Return each group's volume as a multiple of its plan; None where it has no plan."""
    plan: dict[str, Fraction] = {}
    now: dict[str, Fraction] = {}
    for each in _activity(lines):
        plan[each.group] = plan.get(each.group, Fraction(0)) + Fraction(each.plan_volume)
        now[each.group] = now.get(each.group, Fraction(0)) + own[each.line]
    return {group: now[group] / plan[group] if plan[group] else None for group in plan}


def _bridge(line: Line, own: Fraction, growth: Mapping[str, Fraction | None]) -> LineBridge:
    variance = line.actual_pence - line.plan_pence
    price = volume = mix = relabelling = 0
    if line.kind is Kind.ACTIVITY:
        exact = _exact_parts(line, own, growth[line.group])
        price, relabelling, volume, mix = whole_parts(variance, exact)
    return LineBridge(
        line=line.line,
        kind=line.kind,
        group=line.group,
        plan_pence=line.plan_pence,
        actual_pence=line.actual_pence,
        variance_pence=variance,
        price_pence=price,
        volume_pence=volume,
        mix_pence=mix,
        relabelling_pence=relabelling,
        drugs_pence=variance if line.kind is Kind.DRUGS else 0,
        other_pence=variance if line.kind is Kind.OTHER else 0,
    )


def _exact_parts(line: Line, own: Fraction, growth: Fraction | None) -> tuple[Fraction, ...]:
    """Return price, relabelling, volume and mix, exactly."""
    price0 = _plan_price(line, own)
    actual_volume = Fraction(line.actual_volume)
    price = line.actual_pence - actual_volume * price0
    relabelling = (actual_volume - own) * price0
    change = own * price0 - line.plan_pence
    volume = change if growth is None else line.plan_pence * (growth - 1)
    return price, relabelling, volume, change - volume


def _plan_price(line: Line, own: Fraction) -> Fraction:
    """Return pence a unit: the plan's, or the actual one of a line that has no plan."""
    if line.plan_volume:
        return line.plan_pence / Fraction(line.plan_volume)
    if line.actual_volume:
        return line.actual_pence / Fraction(line.actual_volume)
    if own:
        raise Refused(
            "units are moved back to it, and it has neither a plan nor an actual, so no price",
            where=line.line,
            mend="Give its plan",
        )
    return Fraction(0)


_SAID = {
    Cause.PRICE: "prices",
    Cause.VOLUME: "volumes",
    Cause.MIX: "the mix of activity",
    Cause.RELABELLING: "labels alone",
    Cause.DRUGS: "drugs",
    Cause.OTHER: "other items",
}


def explain(result: VarianceBridgeResult) -> str:
    """Return the result in plain English."""
    return " ".join([_whole(result), _causes(result), _largest(result), *_caveats(result)])


def _whole(result: VarianceBridgeResult) -> str:
    spent = f"{pounds(result.actual_pence)} was spent against a plan of {pounds(result.plan_pence)}"
    if result.variance_pence == 0:
        return f"{spent}: as planned in all."
    how = "more" if result.variance_pence > 0 else "less"
    share = (
        f", {percent(abs(result.variance_pence) / result.plan_pence)} of it" if result.plan_pence > 0 else ""
    )
    return f"{spent}: {pounds(abs(result.variance_pence))} {how}{share}."


def _causes(result: VarianceBridgeResult) -> str:
    added = [f"{_SAID[each.cause]} {pounds(each.pence)}" for each in result.steps if each.pence > 0]
    took = [f"{_SAID[each.cause]} {pounds(-each.pence)}" for each in result.steps if each.pence < 0]
    said = []
    if added:
        said.append(f"Added: {listed(added)}.")
    if took:
        said.append(f"Taken off: {listed(took)}.")
    return " ".join(said) or "No cause changed it."


def _largest(result: VarianceBridgeResult) -> str:
    line = max(result.lines, key=lambda each: abs(each.variance_pence))
    if line.variance_pence == 0:
        return f"None of {counted(len(result.lines), 'line')} differs from its plan."
    how = "over" if line.variance_pence > 0 else "under"
    lines = counted(len(result.lines), "line")
    return f"Of {lines}, {line.line} differs most: {pounds(abs(line.variance_pence))} {how} its plan."


def _caveats(result: VarianceBridgeResult) -> list[str]:
    said = ["What counts as mix depends on which lines are grouped together."]
    if result.without_plan:
        said.append(
            f"{listed(result.without_plan)} had no plan, so the price paid stands in for a plan's "
            "and shows as no change of price."
        )
    return said


def picture(result: VarianceBridgeResult) -> Picture:
    """Draw the bridge from plan to actual, in pounds."""
    import altair as alt  # deferred: it takes a while, and most calculations are not drawn

    data: list[dict[str, Any]] = []
    level = result.plan_pence
    data.append(_bar("Plan", 0, level, "Total"))
    for step in result.steps:
        kind = "More" if step.pence >= 0 else "Less"
        data.append(_bar(step.cause.value.capitalize(), level, level + step.pence, kind))
        level += step.pence
    data.append(_bar("Actual", 0, level, "Total"))
    foot = _foot(data)
    data = [{**each, "from": foot} if each["kind"] == "Total" else each for each in data]
    chart = (
        alt.Chart(alt.Data(values=data))
        .mark_bar()
        .encode(
            x=alt.X("what:N", sort=None, title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y(
                "from:Q",
                title="Pounds; the axis does not begin at nought",
                scale=alt.Scale(zero=False),
                axis=alt.Axis(format=",.0f"),
            ),
            y2="to:Q",
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=["Total", "More", "Less"], range=[GREY, ORANGE, BLUE]),
                legend=alt.Legend(orient="top"),
            ),
        )
    )
    rows = (
        ("Plan", pounds(result.plan_pence)),
        *((each.cause.value.capitalize(), pounds(each.pence)) for each in result.steps),
        ("Actual", pounds(result.actual_pence)),
    )
    return Picture(
        title=f"From a plan of {pounds(result.plan_pence)} to {pounds(result.actual_pence)}",
        alternative=f"A bridge from plan to actual. {_causes(result)}",
        chart=chart,
        table=Table("The bridge", ("Step", "Sum"), rows),
    )


def _bar(what: str, low: int, high: int, kind: str) -> dict[str, Any]:
    return {"what": what, "from": low / 100, "to": high / 100, "kind": kind}


def _foot(data: Sequence[Mapping[str, Any]]) -> float:
    """Return where the totals begin: a little below the steps, which could not be seen otherwise."""
    ends = [float(each[end]) for each in data if each["kind"] != "Total" for end in ("from", "to")]
    return min(ends) - 0.2 * (max(ends) - min(ends)) if max(ends) > min(ends) else 0


def example() -> Example:
    """A heart centre's contract, invented: some of everything."""
    return {
        "lines": [
            _line("Valve replacement", "spells", 400, 420, 9_000_000_00, 9_639_000_00),
            _line("Catheter valve implant", "spells", 150, 190, 3_300_000_00, 4_180_000_00),
            _line("Coronary surgery", "spells", 500, 470, 6_500_000_00, 6_110_000_00),
            {
                **_line("Clinic, specialised", "attendances", 9_000, 9_600, 1_620_000_00, 1_728_000_00),
                "group": "Clinics",
            },
            {
                **_line("Clinic, general", "attendances", 4_000, 3_700, 400_000_00, 370_000_00),
                "group": "Clinics",
            },
            {
                "line": "High-cost drugs",
                "kind": "drugs",
                "plan_pence": 2_000_000_00,
                "actual_pence": 2_210_000_00,
            },
            {"line": "Penalties", "kind": "other", "plan_pence": 0, "actual_pence": -35_000_00},
        ],
        "relabelled": [{"from_line": "Clinic, general", "to_line": "Clinic, specialised", "volume": 400}],
    }


def _line(name: str, unit: str, volume0: int, volume1: int, pence0: int, pence1: int) -> dict[str, Any]:
    return {
        "line": name,
        "group": "Heart surgery",
        "unit": unit,
        "plan_volume": volume0,
        "actual_volume": volume1,
        "plan_pence": pence0,
        "actual_pence": pence1,
    }


def _with(*lines: dict[str, Any], relabelled: Sequence[dict[str, Any]] = ()) -> Example:
    return {"lines": [*lines], "relabelled": [*relabelled]}


_VALVES = _line("Valves", "spells", 10, 12, 100_00, 120_00)
_MOVED = {"from_line": "Valves", "to_line": "Clinics", "volume": 1}

METHOD = Method(
    name="variance_bridge",
    title="From plan to actual",
    takes=VarianceBridgeInput,
    gives=VarianceBridgeResult,
    calculate=variance_bridge,
    explain=explain,
    example=example,
    refusals={
        "no lines": lambda: _with(),
        "a line given twice": lambda: _with(_VALVES, _VALVES),
        "a sum for no units": lambda: _with({**_VALVES, "plan_volume": 0}),
        "activity that costs less than nothing": lambda: _with({**_VALVES, "actual_pence": -1}),
        "drugs with a volume": lambda: _with({**_VALVES, "kind": "drugs"}),
        "unlike units in one group": lambda: _with(
            _VALVES, _line("Clinics", "attendances", 10, 12, 100_00, 120_00)
        ),
        "relabelling to a line that is not there": lambda: _with(_VALVES, relabelled=[_MOVED]),
        "relabelling to the same line": lambda: _with(_VALVES, relabelled=[{**_MOVED, "to_line": "Valves"}]),
        "relabelling between unlike units": lambda: _with(
            _VALVES,
            {**_line("Clinics", "attendances", 10, 12, 100_00, 120_00), "group": "Clinics"},
            relabelled=[_MOVED],
        ),
        "more relabelled than there are": lambda: _with(
            _VALVES, _line("Clinics", "spells", 10, 12, 100_00, 120_00), relabelled=[{**_MOVED, "volume": 13}]
        ),
        "units moved back to a line without a price": lambda: _with(
            _line("Valves", "spells", 0, 0, 0, 0),
            _line("Clinics", "spells", 10, 12, 100_00, 120_00),
            relabelled=[_MOVED],
        ),
    },
    picture=picture,
)
