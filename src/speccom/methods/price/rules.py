"""Prices and what is added to them, by year: a dated rulebook."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import Field, model_validator

from speccom.methods.dated_rules import DatedRules
from speccom.methods.method import Figures

Pounds = Annotated[Decimal, Field(ge=0, le=10_000_000, decimal_places=2)]
Days = Annotated[Decimal, Field(ge=0, le=3660, decimal_places=0)]
Share = Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)]
Code = Annotated[str, Field(min_length=1, max_length=40)]


class Setting(StrEnum):
    """How a patient was treated, as far as it decides the price."""

    DAY_CASE = "day_case"
    ELECTIVE = "elective"
    EMERGENCY = "emergency"
    NON_ELECTIVE = "non_elective"
    REGULAR = "regular"
    OUTPATIENT = "outpatient"
    UNBUNDLED = "unbundled"
    YEAR_OF_CARE = "year_of_care"


ADMITTED = frozenset(
    {Setting.DAY_CASE, Setting.ELECTIVE, Setting.EMERGENCY, Setting.NON_ELECTIVE, Setting.REGULAR}
)


class Basis(StrEnum):
    """How a line is paid for."""

    UNIT = "unit"
    BLOCK = "block"
    FIXED_AND_VARIABLE = "fixed_and_variable"


class HrgPrice(Figures):
    """The prices of one healthcare resource group; a price that is not there was not published."""

    hrg: Code
    """Its code."""
    title: str = ""
    """Its title."""
    combined: Pounds | None = None
    """Price of a day case or an elective spell alike, in pounds."""
    day_case: Pounds | None = None
    """Price of a day case, in pounds."""
    elective: Pounds | None = None
    """Price of an elective spell, in pounds."""
    non_elective: Pounds | None = None
    """Price of an emergency or other non-elective spell, in pounds."""
    outpatient: Pounds | None = None
    """Price of an outpatient attendance or procedure, in pounds."""
    unbundled: Pounds | None = None
    """Price of a part that is paid beside the core, in pounds."""
    year_of_care: Pounds | None = None
    """Price of a year's care of one patient, in pounds."""
    trim_elective: Days | None = None
    """Days after which an elective stay is long."""
    trim_non_elective: Days | None = None
    """Days after which a non-elective stay is long."""
    long_stay_daily: Pounds | None = None
    """Payment for each day of a long stay, in pounds."""
    short_stay_share: Share | None = None
    """Share of the price that a short emergency stay is paid; nothing where it is paid in full."""

    @model_validator(mode="after")
    def _long_stays_have_a_rate(self) -> HrgPrice:
        trims = self.trim_elective is not None or self.trim_non_elective is not None
        if trims and self.long_stay_daily is None:
            raise ValueError(f"{self.hrg} has a trim point and no daily rate for a long stay")
        return self


class TopUp(Figures):
    """What a specialised service line adds to the price of admitted care."""

    service_line: Code
    """Its code."""
    title: str = ""
    """Its title."""
    rate: Annotated[Decimal, Field(ge=0, le=5, decimal_places=6)]
    """Share of the price that is added: 0.08 is 8%."""
    addition: Pounds = Decimal(0)
    """A sum that is added besides, in pounds."""


class TopUpProvider(Figures):
    """A provider who may have a line's top-up; a line with no row at all is open to every provider."""

    service_line: Code
    """The line's code."""
    provider: Code
    """The provider's code."""


class MarketForces(Figures):
    """How dear it is to provide care at a place."""

    provider: Code
    """The provider's code."""
    index: Annotated[Decimal, Field(ge=Decimal("0.5"), le=2, decimal_places=6)]
    """Its market forces factor, where 1 adds nothing."""


class BestPractice(Figures):
    """An addition for care that meets a standard."""

    name: Code
    """Its name."""
    pounds: Pounds
    """The addition, in pounds."""


class PaymentBasis(Figures):
    """How lines of a setting are paid for."""

    setting: Setting
    """The setting."""
    service_line: str = ""
    """The one service line that it holds for; empty for all others."""
    basis: Basis
    """By the unit, a block, or a fixed sum and a variable part."""
    over_share: Share = Decimal(1)
    """Fixed and variable: share of the price paid for each unit above plan."""
    under_share: Share = Decimal(1)
    """Fixed and variable: share of the price given back for each unit below plan."""


class CriticalCareWeight(Figures):
    """How much a day of critical care counts."""

    hrg: Code
    """The critical care group's code."""
    weight: Annotated[Decimal, Field(ge=0, le=100, decimal_places=6)]
    """Weight of a day."""
    advanced_respiratory_weight: Annotated[Decimal, Field(ge=0, le=100, decimal_places=6)] | None = None
    """Weight of a day with advanced respiratory support, where it differs."""


Row = TypeVar("Row", bound=Figures)


class PriceRules(DatedRules):
    """The prices that hold between two days."""

    prices: tuple[HrgPrice, ...]
    """Prices by healthcare resource group."""
    top_ups: tuple[TopUp, ...] = ()
    """Top-ups by service line."""
    top_up_providers: tuple[TopUpProvider, ...] = ()
    """Who may have them."""
    market_forces: tuple[MarketForces, ...]
    """Market forces by provider."""
    best_practice: tuple[BestPractice, ...] = ()
    """Additions for best practice."""
    payment_bases: tuple[PaymentBasis, ...]
    """How each setting is paid for."""
    critical_care: tuple[CriticalCareWeight, ...] = ()
    """Weights of critical care days."""
    short_stay_days: int = Field(ge=0)
    """An emergency stay of fewer days than this is short."""
    short_stay_age: int = Field(ge=0)
    """Youngest age at which a short stay is paid less."""
    regular_attender_hrgs: tuple[str, ...] = ()
    """The groups for which a regular day or night attendance is priced."""
    excluded_administrative_categories: tuple[str, ...] = ()
    """Categories of patient who are paid for otherwise, such as private patients."""
    attended: tuple[str, ...] = ()
    """Outpatient statuses that say the patient was seen; empty where every outpatient line is priced."""
    excluded_serial_mark: str = ""
    """A sign in the commissioning serial number that takes a record out of pricing; empty for none."""
    last_year_uplift: Annotated[Decimal, Field(gt=0, le=5, decimal_places=6)] | None = None
    """Factor on last year's cost of a line without a price; nothing where such a line is refused."""

    @model_validator(mode="after")
    def _each_once(self) -> PriceRules:
        _refuse_repeats("price of", (each.hrg for each in self.prices))
        _refuse_repeats("top-up of", (each.service_line for each in self.top_ups))
        _refuse_repeats("market forces of", (each.provider for each in self.market_forces))
        _refuse_repeats("best practice addition", (each.name for each in self.best_practice))
        _refuse_repeats("critical care weight of", (each.hrg for each in self.critical_care))
        bases = (f"{each.setting} {each.service_line}".strip() for each in self.payment_bases)
        _refuse_repeats("payment basis of", bases)
        return self


def _refuse_repeats(what: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise ValueError(f"the {what} {code} is there twice")
        seen.add(code)
