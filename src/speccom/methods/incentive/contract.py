"""What a provider and its commissioner agreed, and what was reported in the year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from speccom.methods.incentive.rules import IncentiveRules, Quarter
from speccom.methods.method import Figures, Pence

Value = Annotated[Decimal, Field(ge=0, le=10**15)]


class Variation(Figures):
    """A variation of the contract by which a later version of a scheme is accepted."""

    version: int = Field(ge=1)
    """The version accepted."""
    from_day: date
    """The day from which it applies: from the first quarter that begins on it or later."""


class Agreement(Figures):
    """One scheme in a provider's package."""

    scheme: str
    """The scheme's code."""
    signed_on: date
    """The day on which it was signed: the version issued last by that day applies."""
    variations: tuple[Variation, ...] = ()
    """Later versions that were accepted; without one, the version that was signed is kept."""
    figures: dict[str, Value] = Field(default_factory=dict)
    """The figures agreed for the year, by name: sums in pence, counts, shares."""
    outturn: dict[str, Value] = Field(default_factory=dict)
    """At the year's end: the figures as they came true, in place of those agreed."""


class Report(Figures):
    """What a provider reported of one scheme at the end of one quarter, as it was assessed."""

    scheme: str
    """The scheme's code."""
    quarter: Quarter
    """The quarter, 1 to 4."""
    evidence: dict[str, bool] = Field(default_factory=dict)
    """Each piece of evidence, by name, and whether it was accepted."""
    figures: dict[str, Value] = Field(default_factory=dict)
    """Each figure, by name."""


class IncentiveInput(Figures):
    """A provider's package in one financial year."""

    on: date
    """A day of the financial year that is assessed; the schemes of that day apply."""
    rules: IncentiveRules
    """The schemes."""
    provider: str = Field(min_length=1)
    """The provider."""
    provider_kind: str
    """What kind of provider it is, as the schemes name kinds."""
    role: str
    """Its role, as the packages name roles."""
    contract_value_pence: Pence = Field(ge=0, le=10**15)
    """The planned yearly value of its contract, in pence."""
    outturn_contract_value_pence: Pence | None = Field(default=None, ge=0, le=10**15)
    """At the year's end: the value that came true, in pence."""
    reported_to: Quarter
    """The last quarter whose reports were assessed; 4 is the year's end, when all is trued up."""
    agreements: tuple[Agreement, ...]
    """The schemes of its package."""
    reports: tuple[Report, ...] = ()
    """What was reported."""
    paid_on_account_pence: Pence = Field(default=0, ge=0, le=10**15)
    """What the commissioner has paid on account for the year, in pence."""
