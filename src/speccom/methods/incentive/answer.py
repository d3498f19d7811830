"""The answer: every trigger with its outcome, its reasons and its money, and the sums of these."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from speccom.methods.incentive.rules import Mark, RuleKind, TriggerKind
from speccom.methods.method import Figures, Pence


class Outcome(StrEnum):
    """What became of a trigger."""

    MET = "met"
    PART = "part"
    NOT_MET = "not_met"
    NOT_REPORTED = "not_reported"
    CANNOT_BE_JUDGED = "cannot_be_judged"
    NOT_DUE = "not_due"


class Money(Figures):
    """A sum and what became of it."""

    value_pence: Pence
    """What it is worth on the figures agreed, in pence."""
    earned_pence: Pence
    """What was earned of it, in pence."""
    withheld_pence: Pence
    """What was not earned, in pence."""
    unsettled_pence: Pence
    """What nobody could judge, since something was not reported or there was nothing to count, in pence."""
    not_due_pence: Pence
    """What belongs to later quarters, in pence."""
    true_up_pence: Pence
    """At the year's end: what is added to the sum earned since the figures came out differently, in pence."""


class TriggerAnswer(Money):
    """One trigger in one quarter."""

    trigger: str
    """The trigger's name within its scheme."""
    title: str
    """What is paid for."""
    kind: TriggerKind
    """How it is judged."""
    quarter: int
    """The quarter, 1 to 4."""
    version: int
    """The version of the scheme that applies in the quarter."""
    weight: Decimal
    """Its part of the year's sum."""
    outcome: Outcome
    """What became of it."""
    ratio: Decimal | None
    """What was achieved as a share of what was to be, to six places; nothing where there is none."""
    achievement: Decimal | None
    """The part that is paid, 0 to 1, to six places; nothing where it cannot be said."""
    reasons: tuple[str, ...]
    """Why, in sentences."""
    mark: Mark
    """How far a source settles the threshold."""


class DefinitionUsed(Figures):
    """A version of a scheme that applied."""

    version: int
    """The version."""
    quarters: tuple[int, ...]
    """The quarters in which it applied."""
    why: str
    """Why it was this one, in a sentence."""
    rule: RuleKind
    """How its sum for a year is found."""
    year_pence: Pence
    """Its sum for a whole year on the figures agreed, in pence, before any cut to the package."""
    working: str
    """How the sum was found, in words."""
    mark: Mark
    """How far a source settles the rule."""


class SchemeAnswer(Money):
    """One scheme."""

    scheme: str
    """Its code."""
    title: str
    """Its title."""
    definitions: tuple[DefinitionUsed, ...]
    """The versions that applied."""
    triggers: tuple[TriggerAnswer, ...]
    """Each trigger in each quarter."""


class QuarterAnswer(Money):
    """One quarter, over all schemes."""

    quarter: int
    """The quarter, 1 to 4."""


class PackageAnswer(Figures):
    """The package of a provider."""

    role: str
    """The provider's role, in words for people."""
    contract_value_pence: Pence
    """The planned value of the contract, in pence."""
    rate: Decimal
    """The package as a share of it."""
    value_pence: Pence
    """The package, in pence."""
    most_schemes: int
    """The most schemes that it holds."""
    before_cut_pence: Pence
    """What the agreed schemes are worth by their own rules, in pence."""
    free_pence: Pence
    """What of the package no scheme takes up, in pence; less than nought where the schemes are worth more."""


class IncentiveResult(Money):
    """A provider's year: what its schemes are worth, what was earned and why, and what is due."""

    provider: str
    """The provider."""
    year: str
    """The financial year."""
    reported_to: int
    """The last quarter that was assessed."""
    rules: str
    """The title of the schemes' rulebook, and its version."""
    package: PackageAnswer
    """How large the package is, and what of it is taken up."""
    schemes: tuple[SchemeAnswer, ...]
    """Each scheme."""
    quarters: tuple[QuarterAnswer, ...]
    """Each quarter."""
    due_pence: Pence
    """What is due so far: earned, and at the year's end the true-up, in pence."""
    paid_on_account_pence: Pence
    """What was paid on account, in pence."""
    balance_pence: Pence
    """What is still to be paid; less than nought is to be paid back, in pence."""
