"""What the method gives: each place's money, and every step by which it came to that."""

from __future__ import annotations

from decimal import Decimal

from speccom.methods.allocation.pace import Limit
from speccom.methods.method import Figures, Pence


class TargetStep(Figures):
    """What one step adds to a place's target."""

    step: str
    """Population, a component of need, or market forces."""
    need_index: Decimal | None
    """The place's need for the component against all places (1 is the average), to six places."""
    adds: Pence
    """What the step adds to the target, in whole pence; over all places, nought but for population."""


class Access(Figures):
    """Spend a head, split into what a patient costs and how many are patients."""

    spend_per_patient: Decimal
    """Intensity: spend for each patient, in pence, to two places."""
    patients_per_head: Decimal
    """Access: patients for each person of the population, to eight places."""
    spend_per_head: Decimal
    """Spend for each person, in pence, to two places: the two above multiplied."""


class PlaceAllocation(Figures):
    """One place's money; its parts sum to it exactly."""

    name: str
    """The place."""
    need_index: Decimal
    """Its need against all places, all components together, to six places."""
    target_share: Decimal
    """Its target share of the money, to ten places; the shares of all places sum to exactly one."""
    target_steps: tuple[TargetStep, ...]
    """What each step adds to its target; they sum to it."""
    target: Pence
    """Its target share of the total, in whole pence."""
    baseline: Pence
    """What it had the year before, in whole pence."""
    base_growth: Pence
    """The growth that all places have alike, in whole pence."""
    convergence: Pence
    """What moves it towards its target, in whole pence; over all places, nought."""
    scaling: Pence
    """What it gives or gets so that the limits of others can be paid for, in whole pence."""
    limits: Pence
    """What its own floor or ceiling adds or takes, in whole pence."""
    allocation: Pence
    """Its allocation, in whole pence: baseline, growth, convergence, scaling and limits together."""
    growth_percent: Decimal
    """By how much the allocation exceeds the baseline, in per cent, to four places."""
    opening_distance_percent: Decimal
    """Where the baseline stood to the target share of all baselines, in per cent, to four places."""
    closing_distance_percent: Decimal
    """Where the allocation stands to the target, in per cent, to four places."""
    limited_by: Limit
    """What held its growth."""
    published: Pence | None
    """The allocation that was published, in whole pence."""
    not_explained: Pence | None
    """The published allocation less this one, in whole pence."""
    access: Access | None
    """Spend a head split into intensity and access, where spend and patients were given."""


class AllocationResult(Figures):
    """The allocations of all places."""

    total: Pence
    """The money shared out, in whole pence; exactly the allocations together."""
    baseline: Pence
    """What the places had the year before, in whole pence."""
    growth_percent: Decimal
    """The growth of the total, in per cent, to four places."""
    scaling_percent: Decimal
    """The growth that every place has in addition because of the limits, in per cent, to six places."""
    places: tuple[PlaceAllocation, ...]
    """The places, in the order given."""
    explained: str
    """The place that the words and the chart explain."""
    not_explained: Pence | None
    """The published allocations less these, in whole pence, where any were given."""
    rules_title: str
    """The rules that were used."""
    illustrative: bool
    """Whether those rules were made for demonstration."""
