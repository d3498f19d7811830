"""The lines of activity that are priced, and each line's price with its components."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from speccom.methods.method import Figures, Pence
from speccom.methods.price.rules import Basis, Code, PriceRules, Setting

DayCount = Annotated[int, Field(ge=0, le=3660)]
LinePence = Annotated[Pence, Field(ge=0, le=100_000_000_000)]


class CriticalCare(Figures):
    """A period of critical care within a line."""

    hrg: Code
    """The critical care group's code."""
    days: DayCount
    """Its days."""
    advanced_respiratory_days: DayCount = 0
    """Of them, days with advanced respiratory support."""


class PriceLine(Figures):
    """One spell, attendance, or row of like activity."""

    id: Code
    """Its name."""
    provider: Code
    """Who provided it."""
    setting: Setting
    """How the patient was treated."""
    hrg: str = ""
    """The healthcare resource group of its core."""
    service_line: str = ""
    """The specialised service line, where it has one."""
    units: int = Field(default=1, ge=0, le=10_000_000)
    """How many spells, attendances or months it stands for."""
    length_of_stay: DayCount | None = None
    """Days from admission to discharge, of one spell."""
    critical_care_days: DayCount = 0
    """Of them, days that are paid as critical care."""
    rehabilitation_days: DayCount = 0
    """Of them, days that are paid as rehabilitation."""
    palliative_days: DayCount = 0
    """Of them, days that are paid as specialist palliative care."""
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    """Age at admission in years."""
    best_practice: tuple[str, ...] = ()
    """Best practice standards that it meets."""
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    """Year of care: which month of the year it pays for."""
    administrative_category: str = ""
    """Administrative category, such as 02 for a private patient."""
    attendance_status: str = ""
    """Outpatients: attended or did not attend."""
    serial: str = ""
    """Commissioning serial number."""
    critical_care: tuple[CriticalCare, ...] = ()
    """Its periods of critical care."""
    weighted_day_pence: LinePence | None = None
    """Local price of one weighted critical care day, in whole pence."""
    local_pence: LinePence = 0
    """What is paid besides at cost, such as an excluded drug or device, in whole pence for the whole line."""
    last_year_pence: LinePence | None = None
    """Last year's cost of a unit, in whole pence, where there may be no price."""
    planned_units: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    """Fixed and variable: the units in the plan."""
    agreed_pence: LinePence | None = None
    """Block: the sum agreed. Fixed and variable: the fixed sum. In whole pence."""


class PriceInput(Figures):
    """Lines to be priced by the prices of one day."""

    on: date
    """The day whose prices are wanted."""
    rules: PriceRules
    """The dated prices; they are found by `on`."""
    lines: tuple[PriceLine, ...] = Field(min_length=1)
    """What is to be priced."""


class Part(StrEnum):
    """What a payment is made of, in the order in which it is added up."""

    BASE = "base"
    BEST_PRACTICE = "best_practice"
    SHORT_STAY = "short_stay"
    LONG_STAY = "long_stay"
    TOP_UP = "top_up"
    MARKET_FORCES = "market_forces"
    CRITICAL_CARE = "critical_care"
    LOCAL = "local"
    PAYMENT_BASIS = "payment_basis"


class Component(Figures):
    """One part of a payment."""

    part: Part
    """Which."""
    unit_pence: Pence | None
    """Of one unit, in whole pence; nothing for what belongs to the line as a whole."""
    pence: Pence
    """Of the line, in whole pence."""
    why: str
    """How it came about."""


class PricedLine(Figures):
    """A line with its price and its payment."""

    id: str
    """Its name."""
    excluded: str
    """Why it is not priced at all; empty where it is."""
    basis: Basis | None
    """How it is paid for; nothing where it is not priced."""
    components: tuple[Component, ...]
    """The parts of the payment; they come to it exactly."""
    unit_pence: Pence
    """Price of one unit, in whole pence."""
    value_pence: Pence
    """Price of all units, in whole pence: what the activity is worth."""
    paid_pence: Pence
    """What is paid, in whole pence."""
    adjusted_days: int | None
    """Length of stay without the days that are paid otherwise; nothing where no length was given."""
    excess_days: int | None
    """Days beyond the trim point; nothing where there is no trim point or no length."""
    weighted_days: Decimal | None
    """Weighted critical care days; nothing where there was none."""
    notes: tuple[str, ...]
    """What was left aside, and why."""


class PartTotal(Figures):
    """A component over all lines."""

    part: Part
    """Which."""
    pence: Pence
    """Its sum in whole pence."""


class PriceResult(Figures):
    """All lines with their prices, and their sums."""

    lines: tuple[PricedLine, ...]
    """The lines, in the order in which they were given."""
    parts: tuple[PartTotal, ...]
    """Each component over all lines; together they come to what is paid."""
    value_pence: Pence
    """Worth of all activity at its prices, in whole pence."""
    paid_pence: Pence
    """What is paid for all lines, in whole pence."""
    rules: str
    """The prices that were used."""
    status: str
    """`official`, or `illustrative` where some prices were made for demonstration."""
