"""The sum that a version of a scheme is worth in a whole year, and how it was found."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from speccom.methods.incentive.rules import Definition, IncentiveRules, RuleKind, Unit
from speccom.methods.method import Refused
from speccom.methods.rounding import to_the_penny
from speccom.methods.words import number, percent, pounds


def year_sum(
    definition: Definition, figures: Mapping[str, Decimal], rules: IncentiveRules
) -> tuple[int, str]:
    """Return the year's sum in whole pence and its working. Raises Refused where a figure is missing."""
    term = _term(definition, figures, rules)
    if definition.rule is RuleKind.FIXED:
        pence = to_the_penny(term)
        return pence, f"a fixed sum of {pounds(pence)}"
    base = _figure(definition.base, definition, figures, rules)
    said = f"{rules.words(definition.base)}, {_written(base, rules.unit(definition.base))}"
    if definition.rule is RuleKind.PER_UNIT:
        return to_the_penny(base * term), f"{said}, at {pounds(to_the_penny(term))} each"
    if definition.rule is RuleKind.SHARE:
        return to_the_penny(base * term), f"{percent(float(term), 4)} of {said}"
    if definition.rule is RuleKind.COST_PLUS:
        return to_the_penny(base * (1 + term)), f"{said}, and {percent(float(term), 4)} more"
    gives = Fraction(_looked_up(definition, base, rules))
    if not definition.agreed_term and definition.term is None:
        return to_the_penny(gives), f"by the table for {said}: {pounds(to_the_penny(gives))}"
    return to_the_penny(gives * term), f"by the table for {said}: {number(float(gives), 4)} of {_worth(term)}"


def _worth(term: Fraction) -> str:
    return pounds(to_the_penny(term))


def _term(definition: Definition, figures: Mapping[str, Decimal], rules: IncentiveRules) -> Fraction:
    if definition.agreed_term:
        return _figure(definition.agreed_term, definition, figures, rules)
    return Fraction(definition.term or 0)


def _figure(
    name: str, definition: Definition, figures: Mapping[str, Decimal], rules: IncentiveRules
) -> Fraction:
    if name not in figures:
        raise Refused(
            f"{rules.words(name)} (`{name}`) is not among the figures agreed",
            where=f"{definition.scheme}, version {definition.version}",
            mend="Give it in the agreement's figures; the year's sum rests on it",
        )
    return Fraction(figures[name])


def _looked_up(definition: Definition, base: Fraction, rules: IncentiveRules) -> Decimal:
    gives = rules.step(definition.table, base)
    if gives is None:
        raise Refused(
            f"{rules.words(definition.base)} is {number(float(base))}, below the first row of its table",
            where=f"{definition.scheme}, version {definition.version}",
            mend="Check the figure; the table has no sum for it",
        )
    return gives


def _written(value: Fraction, unit: Unit) -> str:
    return pounds(to_the_penny(value)) if unit is Unit.PENCE else number(float(value))
