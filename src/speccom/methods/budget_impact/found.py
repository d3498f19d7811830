"""What a budget impact comes to, in whole pence, and every part of it."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from speccom.methods.budget_impact.given import Lever, PriceBasis
from speccom.methods.budget_impact.thresholds import TestResult, Worth
from speccom.methods.method import Figures, Pence


class CohortYear(Figures):
    """The people of one year."""

    year: int
    """The year, from 1."""
    people: int
    """People who have had the condition by its end."""
    eligible: int
    """Of them, the eligible."""
    uptake: Decimal
    """Share of the eligible who have ever started by its end."""
    ever_started: int
    """People who have ever started by its end."""
    starters: int
    """People who start in it."""
    on_treatment: Decimal
    """Person-years on the proposed treatment in it."""


class PayerImpact(Figures):
    """What one payer bears, by year, in whole pence."""

    payer: str
    """Who pays."""
    current: tuple[Pence, ...]
    """What current care of those on treatment would have cost."""
    proposed: tuple[Pence, ...]
    """What their proposed treatment costs."""
    one_off: tuple[Pence, ...]
    """One-off costs."""
    impact: tuple[Pence, ...]
    """Proposed less current, with the one-off costs."""
    total: Pence
    """The impact of all years."""


class PatientCost(Figures):
    """What one starter costs a payer over five years of treatment, in whole pence."""

    payer: str
    """Who pays."""
    current: Pence
    """Under current care, for the years that the patient would be on the proposed treatment."""
    proposed: Pence
    """On the proposed treatment."""
    difference: Pence
    """Proposed less current."""


class Quadrant(StrEnum):
    """How costs and outcomes stand to each other."""

    COSTS_AND_GAINS = "costs more and gains more"
    DOMINATES = "at least as good and cheaper, or better at no more cost"
    EQUAL = "no difference"
    DOMINATED = "no better and dearer, or worse at no less cost"
    SAVES_AND_LOSES = "costs less and gains less"


class CostEffectiveness(Figures):
    """Cost and outcome of five years of one starter's treatment, against current care."""

    unit: str
    """The outcome that is counted."""
    gain: Decimal
    """Outcome gained per starter."""
    cost: Pence
    """Extra cost per starter, in whole pence."""
    quadrant: Quadrant
    """How the two stand to each other."""
    cost_per_unit: Pence | None
    """Cost of one more unit (where it costs less and gains less, the saving per unit lost), in whole pence;
    nothing where it has no meaning."""
    worth: Worth | None
    """Where the cost of one more unit lies beside the threshold range; nothing where there is none to
    compare."""
    lower_pence: Pence | None
    """Lower end of the threshold range for this outcome, in whole pence."""
    upper_pence: Pence | None
    """Its upper end."""
    mark: str
    """Empty where that range was read in a source; otherwise what is not settled about it."""


class Scenario(Figures):
    """One scenario in full."""

    name: str
    """`low`, `mid` or `high`."""
    cohort: tuple[CohortYear, ...]
    """The people, by year."""
    payers: tuple[PayerImpact, ...]
    """What each payer bears."""
    impact: tuple[Pence, ...]
    """Budget impact by year on the payers who are counted, in whole pence."""
    total: Pence
    """Its sum over the years."""
    patients: tuple[PatientCost, ...]
    """Cost per patient over five years, by payer."""
    cost_per_patient: Pence
    """Extra cost per patient over five years to the payers who are counted."""
    cost_effectiveness: CostEffectiveness | None
    """Cost and outcome; nothing where no outcome was given."""
    tests: tuple[TestResult, ...]
    """The dated tests of the budget impact."""


class Bar(Figures):
    """One bar of the tornado: one lever moved, all else as put in."""

    lever: Lever
    """Which."""
    low: Decimal
    """Its low factor."""
    high: Decimal
    """Its high factor."""
    at_low: Pence
    """Budget impact over all years at the low factor."""
    at_high: Pence
    """The same at the high factor."""
    swing: Pence
    """How far the two are apart."""


class Drawn(Figures):
    """How one figure came out over all draws, in whole pence."""

    mean: Pence
    """Mean, to the nearest penny."""
    lower: Pence
    """2.5th centile."""
    median: Pence
    """50th centile."""
    upper: Pence
    """97.5th centile."""


class Chance(Figures):
    """How often a test was met."""

    id: str
    """The test."""
    share: Decimal | None
    """Share of draws that meet it; nothing where the budget covers too few years."""


class Simulated(Figures):
    """The probabilistic analysis. Each centile is the figure of an actual draw (nearest rank)."""

    draws: int
    """How many draws."""
    seed: int
    """The seed they began from."""
    impact: tuple[Drawn, ...]
    """Budget impact on the payers who are counted, by year."""
    total: Drawn
    """Its sum over the years."""
    cost_per_patient: Drawn
    """Extra cost per patient over five years."""
    saves: Decimal
    """Share of draws in which the whole budget impact is nought or less."""
    chances: tuple[Chance, ...]
    """How often each dated test was met."""


class BudgetImpactResult(Figures):
    """A budget impact: three scenarios, both prices, the tornado and the draws."""

    title: str
    """The treatment."""
    years: int
    """How many years the budget was looked at."""
    price: PriceBasis
    """The price that all figures are at, unless they say otherwise."""
    counted: tuple[str, ...]
    """The payers whose money the headline figures count."""
    low: Scenario
    """The low scenario."""
    mid: Scenario
    """The scenario as put in."""
    high: Scenario
    """The high scenario."""
    at_list_price: tuple[Pence, ...]
    """Budget impact by year of the mid scenario at list price."""
    at_net_price: tuple[Pence, ...]
    """The same net of discounts."""
    tornado: tuple[Bar, ...]
    """Each range alone, the widest bar first."""
    simulated: Simulated | None
    """The probabilistic analysis; nothing where none was asked for."""
    rules: str
    """The thresholds that were used."""
