"""Whether a trigger is met, in full or in part, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from speccom.methods.incentive.answer import Outcome
from speccom.methods.incentive.contract import Report
from speccom.methods.incentive.rules import IncentiveRules, Trigger, TriggerKind, Unit
from speccom.methods.rounding import to_the_penny
from speccom.methods.words import capital, number, percent, pounds


@dataclass(frozen=True)
class Assessment:
    """The outcome of one trigger; `achievement` is the exact part paid, None where it cannot be said."""

    outcome: Outcome
    reasons: tuple[str, ...]
    ratio: Fraction | None = None
    achievement: Fraction | None = None


@dataclass(frozen=True)
class Reading:
    """What a trigger is judged on: the quarter's report, else what the contract agreed."""

    rules: IncentiveRules
    report: Report | None
    agreed: Mapping[str, Decimal]

    def evidence(self, name: str) -> bool | None:
        """Whether a piece of evidence was accepted; None where none came."""
        return self.report.evidence.get(name) if self.report else None

    def figure(self, name: str) -> Decimal | None:
        """Return a figure; None where it was neither reported nor agreed."""
        reported = self.report.figures.get(name) if self.report else None
        return self.agreed.get(name) if reported is None else reported

    def reported(self, name: str) -> Decimal | None:
        """Return a figure of the quarter's report; None where it is not in it."""
        return self.report.figures.get(name) if self.report else None

    def say(self, name: str, value: Decimal | Fraction) -> str:
        """Return a figure in words: `banded doses, 940`."""
        return f"{self.rules.words(name)}, {_written(value, self.rules.unit(name))}"


def assess(trigger: Trigger, reading: Reading) -> Assessment:
    """Return what became of a trigger that is due."""
    if trigger.kind is TriggerKind.EVIDENCE:
        return _evidence(trigger, reading)
    missing = _missing(trigger, reading)
    if missing:
        return Assessment(Outcome.NOT_REPORTED, (f"The report leaves out {reading.rules.words(missing)}.",))
    return _ratio(trigger, reading)


def _evidence(trigger: Trigger, reading: Reading) -> Assessment:
    accepted = reading.evidence(trigger.measure)
    words = reading.rules.words(trigger.measure)
    if accepted is None:
        return Assessment(Outcome.NOT_REPORTED, (f"No evidence came of {words}.",))
    said = (f"The evidence of {words} was {'' if accepted else 'not '}accepted.",)
    return Assessment(Outcome.MET if accepted else Outcome.NOT_MET, said, achievement=Fraction(accepted))


def _missing(trigger: Trigger, reading: Reading) -> str:
    """Return the first figure that is not there; what was achieved must be in the quarter's own report."""
    if reading.reported(trigger.measure) is None:
        return trigger.measure
    others = filter(None, (trigger.baseline, trigger.against))
    return next((name for name in others if reading.figure(name) is None), "")


def _ratio(trigger: Trigger, reading: Reading) -> Assessment:
    achieved = Fraction(reading.figure(trigger.measure) or 0)
    whole = Fraction(reading.figure(trigger.against) or 0)
    said = f"{capital(reading.say(trigger.measure, achieved))}; {reading.say(trigger.against, whole)}"
    if trigger.kind is TriggerKind.SAVING:
        before = Fraction(reading.figure(trigger.baseline) or 0)
        achieved = before - achieved
        saved = _written(achieved, Unit.PENCE)
        said = f"{said}; {reading.say(trigger.baseline, before)}; so the saving is {saved}"
    if trigger.against_at_most is not None and whole > trigger.against_at_most:
        whole = Fraction(trigger.against_at_most)
        said = f"{said}, of which {_written(whole, reading.rules.unit(trigger.against))} are asked for"
    if whole == 0:
        return _no_share(f"{said}.", "There is nothing to measure against, so no share can be said.")
    ratio = achieved / whole
    if trigger.kind is TriggerKind.RATIO and ratio > 1:
        return _no_share(f"{said}.", "A part is not larger than its whole, so one of the two is wrong.")
    part, band = _part(trigger, ratio, _Scale(trigger, whole, reading.rules))
    outcome = Outcome.MET if part == 1 else Outcome.NOT_MET if part == 0 else Outcome.PART
    return Assessment(outcome, (f"{said}: that is {_percent(ratio)}.", f"{band}."), ratio, part)


def _no_share(*reasons: str) -> Assessment:
    return Assessment(Outcome.CANNOT_BE_JUDGED, reasons)


@dataclass(frozen=True)
class _Scale:
    """Says a bound in words: `90%`, and against a plan also as a count, `90% (406.8)`."""

    trigger: Trigger
    whole: Fraction
    rules: IncentiveRules

    def at(self, share: Decimal | Fraction) -> str:
        if self.trigger.kind is not TriggerKind.COUNT:
            return _percent(share)
        unit = self.rules.unit(self.trigger.against)
        return f"{_percent(share)} ({_written(self.whole * Fraction(share), unit)})"


def _part(trigger: Trigger, ratio: Fraction, scale: _Scale) -> tuple[Fraction, str]:
    """Return the part that is paid at a ratio, and why."""
    if trigger.ceiling is not None and ratio > trigger.ceiling:
        return Fraction(0), f"Above {scale.at(trigger.ceiling)} nothing is paid"
    if trigger.steps:
        return _stepped(trigger.steps, ratio, scale)
    full = Fraction(trigger.full_at or 0)
    if trigger.zero_at is None:
        return _met_or_not(trigger, ratio, full, scale)
    zero = Fraction(trigger.zero_at)
    part = min(Fraction(1), max(Fraction(0), (ratio - zero) / (full - zero)))
    said = f"Nothing is paid at {scale.at(zero)}, all at {scale.at(full)}, and a part evenly between"
    return part, f"{said}; here {_percent(part)}"


def _met_or_not(trigger: Trigger, ratio: Fraction, full: Fraction, scale: _Scale) -> tuple[Fraction, str]:
    if ratio < full:
        return Fraction(0), f"Nothing is paid below {scale.at(full)}"
    if trigger.ceiling is None:
        return Fraction(1), f"All is paid from {scale.at(full)}"
    return Fraction(1), f"All is paid from {scale.at(full)} to {scale.at(trigger.ceiling)}"


def _stepped(table: str, ratio: Fraction, scale: _Scale) -> tuple[Fraction, str]:
    rows = [each for each in scale.rules.steps if each.table == table]
    reached = [each for each in rows if each.at_least <= ratio]
    if not reached:
        return Fraction(0), f"Nothing is paid below {scale.at(min(each.at_least for each in rows))}"
    row = max(reached, key=lambda each: each.at_least)
    part = min(Fraction(1), Fraction(row.gives))
    return part, f"From {scale.at(row.at_least)} on, {_percent(part)} is paid"


def _written(value: Decimal | Fraction, unit: Unit) -> str:
    return pounds(to_the_penny(value)) if unit is Unit.PENCE else number(float(value), 2)


def _percent(share: Decimal | Fraction) -> str:
    return percent(float(share), 2)
