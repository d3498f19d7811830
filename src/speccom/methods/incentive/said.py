"""A provider's year in plain English."""

from __future__ import annotations

from speccom.methods.incentive.answer import (
    DefinitionUsed,
    IncentiveResult,
    Outcome,
    SchemeAnswer,
    TriggerAnswer,
)
from speccom.methods.incentive.rules import Mark
from speccom.methods.words import counted, listed, percent, pounds

_SAID = {
    Outcome.PART: "met in part",
    Outcome.NOT_MET: "not met",
    Outcome.NOT_REPORTED: "not reported",
    Outcome.CANNOT_BE_JUDGED: "cannot be judged",
}


def explain(result: IncentiveResult) -> str:
    """Return the result in plain English."""
    said = [
        f"{_package(result)} {_money(result)}",
        *(_scheme(each) for each in result.schemes),
        f"{_balance(result)} {_caveat(result)}",
    ]
    return "\n\n".join(said)


def _package(result: IncentiveResult) -> str:
    package = result.package
    said = (
        f"In {result.year} the package of {result.provider}, {package.role}, is "
        f"{pounds(package.value_pence)}: "
        f"{percent(float(package.rate), 2)} of a contract worth {pounds(package.contract_value_pence)}. "
        f"By their own rules its {counted(len(result.schemes), 'scheme is', 'schemes are')} "
        f"worth {pounds(package.before_cut_pence)}"
    )
    if package.free_pence >= 0:
        return f"{said}, so {pounds(package.free_pence)} of the package is not taken up."
    if result.value_pence == package.value_pence:
        return f"{said}, and every part is cut in proportion to the package."
    return f"{said}, {pounds(-package.free_pence)} more than the package, and they are paid all the same."


def _money(result: IncentiveResult) -> str:
    parts = [f"{pounds(result.earned_pence)} was earned", f"{pounds(result.withheld_pence)} was not"]
    if result.unsettled_pence:
        parts.append(f"{pounds(result.unsettled_pence)} is unsettled")
    if result.not_due_pence:
        parts.append(f"{pounds(result.not_due_pence)} belongs to later quarters")
    return f"To the end of quarter {result.reported_to}, of {pounds(result.value_pence)}, {listed(parts)}."


def _scheme(scheme: SchemeAnswer) -> str:
    several = len(scheme.definitions) > 1
    sums = [_definition(each, several) for each in scheme.definitions]
    earned = f"Of {pounds(scheme.value_pence)}, {pounds(scheme.earned_pence)} was earned."
    short = [_short(each) for each in scheme.triggers if each.outcome in _SAID]
    if not short and not scheme.not_due_pence:
        short = ["Every trigger was met."]
    if scheme.true_up_pence:
        what = "adds" if scheme.true_up_pence > 0 else "takes away"
        short.append(f"The year's end {what} {pounds(abs(scheme.true_up_pence))}.")
    return " ".join([f"{scheme.scheme}, {scheme.title}.", *sums, earned, *short])


def _definition(used: DefinitionUsed, several: bool) -> str:
    quarters = listed([str(each) for each in used.quarters])
    where = f"{'Quarter' if len(used.quarters) == 1 else 'Quarters'} {quarters}: " if several else ""
    return f"{where}{used.why} For a whole year it is worth {pounds(used.year_pence)} ({used.working})."


def _short(trigger: TriggerAnswer) -> str:
    """Say why a trigger was not paid in full."""
    reasons = " ".join(trigger.reasons)
    return f"Quarter {trigger.quarter}, {trigger.title}: {_SAID[trigger.outcome]}. {reasons}"


def _balance(result: IncentiveResult) -> str:
    true_up = f", with {pounds(result.true_up_pence)} for the year's true-up" if result.true_up_pence else ""
    paid = f"{pounds(result.due_pence)} is due{true_up}, and {pounds(result.paid_on_account_pence)} was paid"
    if result.balance_pence == 0:
        said = f"In all {paid} on account, so nothing is outstanding."
    else:
        what = "still to be paid" if result.balance_pence > 0 else "to be paid back"
        said = f"In all {paid} on account, so {pounds(abs(result.balance_pence))} is {what}."
    return f"{said} What is unsettled counts for nothing in this yet." if result.unsettled_pence else said


def _caveat(result: IncentiveResult) -> str:
    marks = [each.mark for scheme in result.schemes for each in scheme.definitions]
    marks += [each.mark for scheme in result.schemes for each in scheme.triggers]
    unsure = sum(mark is not Mark.READ for mark in marks)
    if not unsure:
        return f"This follows {result.rules}."
    return (
        f"This follows {result.rules}; {unsure:,} of the {len(marks):,} rules and thresholds used here are "
        "remembered or assumed, not read in a source, as the rulebook marks them."
    )
