"""The price of one unit, part by part, each rounded to the penny."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from speccom.methods.method import Refused
from speccom.methods.price.lines import Part, PriceLine
from speccom.methods.price.rules import ADMITTED, HrgPrice, Pounds, PriceRules, Setting
from speccom.methods.rounding import to_the_penny
from speccom.methods.words import counted, listed, pounds

MONTHS = 12


@dataclass(frozen=True)
class Amount:
    """A part of a unit's price in whole pence, and how it came about."""

    part: Part
    pence: int
    why: str


@dataclass(frozen=True)
class UnitPrice:
    """The parts of a unit's price, the days behind it, and what was left aside."""

    amounts: tuple[Amount, ...]
    adjusted_days: int | None
    excess_days: int | None
    notes: tuple[str, ...]

    @property
    def pence(self) -> int:
        """The price of one unit."""
        return sum(amount.pence for amount in self.amounts)


def in_full(figure: Decimal) -> str:
    """Return a figure with all its decimal places and no idle noughts."""
    return f"{figure.normalize():f}"


def in_pence(amount: Pounds) -> int:
    """Return pounds as pence; they have two decimal places at most."""
    return int(amount * 100)


def unit_price(line: PriceLine, rules: PriceRules) -> UnitPrice:
    """Return the price of one unit of a line, which has no parts where all of it is paid besides.

    Raises Refused where a line that should have a price has none.
    """
    if not line.hrg and line.last_year_pence is None and (line.local_pence or line.critical_care):
        return UnitPrice((), adjusted_days(line), None, ())
    price = next((each for each in rules.prices if each.hrg == line.hrg), None)
    base = _base(line, price)
    if price is None or base is None:
        return UnitPrice((_last_year(line, rules),), None, None, ())
    notes: list[str] = []
    amounts = [base, *_best_practice(line, rules)]
    days = adjusted_days(line)
    if days is None and line.setting in ADMITTED and _stay_matters(line, price):
        notes.append("no length of stay was given, so neither a short nor a long stay was looked for")
    amounts += _short_stay(line, price, base.pence, days, rules)
    excess = _excess_days(line, price, days)
    if excess and price.long_stay_daily is not None:
        amounts.append(_long_stay(in_pence(price.long_stay_daily), excess))
    amounts += _top_up(line, rules, sum(each.pence for each in amounts), notes)
    amounts += _market_forces(line, rules, sum(each.pence for each in amounts))
    return UnitPrice(tuple(amounts), days, excess, tuple(notes))


def _base(line: PriceLine, price: HrgPrice | None) -> Amount | None:
    if price is None:
        return None
    name, published = _published(line.setting, price)
    if published is None:
        return None
    pence = in_pence(published)
    if line.setting is not Setting.YEAR_OF_CARE:
        return Amount(Part.BASE, pence, f"{name} price of {price.hrg}")
    return _month(line, price.hrg, pence)


def _published(setting: Setting, price: HrgPrice) -> tuple[str, Decimal | None]:
    """Return the one price that a setting has, and its name."""
    alone = {
        Setting.DAY_CASE: ("day-case", price.day_case),
        Setting.REGULAR: ("day-case", price.day_case),
        Setting.ELECTIVE: ("elective", price.elective),
        Setting.EMERGENCY: ("non-elective", price.non_elective),
        Setting.NON_ELECTIVE: ("non-elective", price.non_elective),
        Setting.OUTPATIENT: ("outpatient", price.outpatient),
        Setting.UNBUNDLED: ("unbundled", price.unbundled),
        Setting.YEAR_OF_CARE: ("year-of-care", price.year_of_care),
    }
    name, published = alone[setting]
    if published is None and setting in (Setting.DAY_CASE, Setting.REGULAR, Setting.ELECTIVE):
        return "combined", price.combined
    return name, published


def _month(line: PriceLine, hrg: str, year_pence: int) -> Amount:
    """Return one month of a year's price: the difference of two rounded running sums, so that 12 come to
    it."""
    if line.month is None:
        raise Refused(
            f"line {line.id} is a year of care and names no month",
            mend="Give the month from 1 to 12: the twelve come to the year's price to the penny",
        )
    up_to, before = (
        to_the_penny(Decimal(year_pence * month) / MONTHS) for month in (line.month, line.month - 1)
    )
    return Amount(
        Part.BASE, up_to - before, f"month {line.month} of the year of care {hrg} at {pounds(year_pence)}"
    )


def _last_year(line: PriceLine, rules: PriceRules) -> Amount:
    if rules.last_year_uplift is None or line.last_year_pence is None:
        setting = line.setting.replace("_", " ")
        what = (
            f"{line.hrg} has no price as {setting}" if line.hrg else "it names no healthcare resource group"
        )
        way = "" if rules.last_year_uplift is None else ", or last year's cost of a unit"
        raise Refused(
            f"line {line.id} cannot be priced by “{rules.title}”: {what}",
            mend=f"Give another group{way}, or pay for it locally",
        )
    pence = to_the_penny(line.last_year_pence * rules.last_year_uplift)
    factor = in_full(rules.last_year_uplift)
    why = f"no price, so last year's {pounds(line.last_year_pence)} times {factor}, with all that it held"
    return Amount(Part.BASE, pence, why)


def _best_practice(line: PriceLine, rules: PriceRules) -> list[Amount]:
    known = {each.name: each.pounds for each in rules.best_practice}
    amounts = []
    for name in line.best_practice:
        if name not in known:
            raise Refused(
                f"line {line.id} claims the best practice addition “{name}”, which “{rules.title}” does not "
                "have",
                mend=f"It has {listed(sorted(known))}" if known else "It has none",
            )
        amounts.append(Amount(Part.BEST_PRACTICE, in_pence(known[name]), f"best practice: {name}"))
    return amounts


def adjusted_days(line: PriceLine) -> int | None:
    """Return the length of stay without critical care, rehabilitation and palliative days."""
    if line.length_of_stay is None:
        return None
    otherwise = line.critical_care_days + line.rehabilitation_days + line.palliative_days
    if otherwise > line.length_of_stay:
        raise Refused(
            f"line {line.id} has {counted(otherwise, 'day')} of critical care, rehabilitation and "
            "palliative care "
            f"in a stay of {counted(line.length_of_stay, 'day')}",
            mend="Correct the days",
        )
    return line.length_of_stay - otherwise


def _stay_matters(line: PriceLine, price: HrgPrice) -> bool:
    return price.short_stay_share is not None or _trim(line, price) is not None


def _trim(line: PriceLine, price: HrgPrice) -> Decimal | None:
    if line.setting in (Setting.EMERGENCY, Setting.NON_ELECTIVE):
        return price.trim_non_elective
    return price.trim_elective if line.setting is Setting.ELECTIVE else None


def _short_stay(
    line: PriceLine, price: HrgPrice, base: int, days: int | None, rules: PriceRules
) -> list[Amount]:
    share = price.short_stay_share
    if (
        line.setting is not Setting.EMERGENCY
        or days is None
        or share is None
        or days >= rules.short_stay_days
    ):
        return []
    if line.age is None:
        raise Refused(
            f"line {line.id} is a short emergency stay and gives no age",
            mend=f"From {rules.short_stay_age} years it is paid less, so its age decides",
        )
    if line.age < rules.short_stay_age:
        return []
    why = f"a stay of {counted(days, 'day')} is paid {in_full(100 * share)}% of {pounds(base)}"
    return [Amount(Part.SHORT_STAY, to_the_penny(base * share) - base, why)]


def _excess_days(line: PriceLine, price: HrgPrice, days: int | None) -> int | None:
    trim = _trim(line, price)
    if trim is None or days is None:
        return None
    return max(0, days - int(trim))


def _long_stay(daily: int, excess: int) -> Amount:
    why = f"{counted(excess, 'day')} beyond the trim point at {pounds(daily)}"
    return Amount(Part.LONG_STAY, excess * daily, why)


def _top_up(line: PriceLine, rules: PriceRules, so_far: int, notes: list[str]) -> list[Amount]:
    top_up = next((each for each in rules.top_ups if each.service_line == line.service_line), None)
    if top_up is None:
        return []
    if line.setting not in ADMITTED:
        notes.append(f"the top-up of {line.service_line} is for admitted care only")
        return []
    eligible = {each.provider for each in rules.top_up_providers if each.service_line == line.service_line}
    if eligible and line.provider not in eligible:
        notes.append(
            f"{line.provider} is not among the providers who may have the top-up of {line.service_line}"
        )
        return []
    pence = to_the_penny(so_far * top_up.rate) + in_pence(top_up.addition)
    more = f" and {pounds(in_pence(top_up.addition))}" if top_up.addition else ""
    why = f"{in_full(100 * top_up.rate)}% of {pounds(so_far)}{more} for {line.service_line}"
    return [Amount(Part.TOP_UP, pence, why)]


def _market_forces(line: PriceLine, rules: PriceRules, so_far: int) -> list[Amount]:
    index = next((each.index for each in rules.market_forces if each.provider == line.provider), None)
    if index is None:
        raise Refused(
            f"line {line.id}: “{rules.title}” has no market forces factor for {line.provider}",
            mend="Give a provider whom it lists; a factor of 1 is not assumed",
        )
    why = f"{in_full(100 * (index - 1))}% of {pounds(so_far)} at {line.provider}"
    return [Amount(Part.MARKET_FORCES, to_the_penny(so_far * (index - 1)), why)]
