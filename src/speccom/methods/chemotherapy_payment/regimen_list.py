"""The chemotherapy payment rules of one year: bands, delivery, the list of regimens and their supportive
drugs."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator

from speccom.methods.dated_rules import DatedRules
from speccom.methods.method import Figures

Pounds = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]


class Currency(Figures):
    """One healthcare resource group and its price."""

    hrg: str
    """Its code."""
    title: str
    """What it is for."""
    opcs: str = ""
    """The procedure code that leads to it, where a source gives one."""
    price: Pounds
    """Its price before market forces, in pounds."""

    @property
    def pence(self) -> int:
        """The price in whole pence."""
        return int(self.price * 100)


class Regimen(Figures):
    """One listed regimen and the currencies that it is paid by."""

    regimen: str
    """The regimen."""
    procurement_hrg: str
    """The band of its drugs."""
    delivery_hrg: str
    """How its first attendance is delivered."""


class Supportive(Figures):
    """A supportive drug that is an integral part of a listed regimen."""

    regimen: str
    """The regimen."""
    drug: str
    """The drug."""


class ChemotherapyRules(DatedRules):
    """The chemotherapy payment rules of one year."""

    procurement: tuple[Currency, ...] = Field(min_length=1)
    """The bands of drugs, for a whole cycle."""
    delivery: tuple[Currency, ...] = Field(min_length=1)
    """The ways of delivery, for one attendance."""
    regimens: tuple[Regimen, ...] = Field(min_length=1)
    """The regimens that are listed."""
    supportive: tuple[Supportive, ...] = ()
    """The supportive drugs that are listed as a part of a regimen."""
    same_day_hrg: str
    """The core currency of a same-day attendance."""
    same_day_price: Pounds
    """Its price, in pounds."""
    subsequent_delivery_hrg: str
    """How every attendance of a cycle after the first is delivered."""
    supportive_paid_at_cost: bool
    """Whether an integral supportive drug is paid at its cost; if not, it is within the band's price."""

    @model_validator(mode="after")
    def _refer_to_what_is_there(self) -> ChemotherapyRules:
        names = Counter(each.regimen for each in self.regimens)
        twice = [name for name, times in names.items() if times > 1]
        if twice:
            raise ValueError(f"the regimen {twice[0]} is listed more than once")
        bands, ways = {each.hrg for each in self.procurement}, {each.hrg for each in self.delivery}
        for each in self.regimens:
            if each.procurement_hrg not in bands or each.delivery_hrg not in ways:
                raise ValueError(f"the regimen {each.regimen} is paid by a currency that has no price")
        if self.subsequent_delivery_hrg not in ways:
            raise ValueError(f"the delivery {self.subsequent_delivery_hrg} has no price")
        for supportive in self.supportive:
            if supportive.regimen not in names:
                raise ValueError(f"{supportive.drug} is listed for {supportive.regimen}, which is not")
        return self

    def regimen_named(self, name: str) -> Regimen | None:
        """Return a listed regimen, or None."""
        return next((each for each in self.regimens if each.regimen == name), None)

    def band(self, hrg: str) -> Currency:
        """Return a band of drugs that a listed regimen refers to."""
        return next(each for each in self.procurement if each.hrg == hrg)

    def way(self, hrg: str) -> Currency:
        """Return a way of delivery that the rules refer to."""
        return next(each for each in self.delivery if each.hrg == hrg)

    def lists(self, regimen: str, drug: str) -> bool:
        """Whether a supportive drug is listed as a part of a regimen."""
        return any(
            each.regimen == regimen and each.drug.casefold() == drug.casefold() for each in self.supportive
        )
