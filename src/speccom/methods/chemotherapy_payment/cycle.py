"""One cycle of chemotherapy: its attendances and supportive drugs, and what each is paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from speccom.methods.chemotherapy_payment.regimen_list import ChemotherapyRules, Regimen
from speccom.methods.method import Figures, Pence, Refused
from speccom.methods.words import spoken


class Setting(StrEnum):
    """Where chemotherapy is delivered."""

    DAY_CASE = "day_case"
    REGULAR_ADMISSION = "regular_admission"
    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"


class Purpose(StrEnum):
    """What a supportive drug was given for."""

    ROUTINE = "routine"
    COMPLICATION = "complication"


class Kind(StrEnum):
    """What a part of the payment is for."""

    PROCUREMENT = "procurement"
    SAME_DAY = "same_day"
    DELIVERY = "delivery"
    SUPPORTIVE = "supportive"


class Reason(StrEnum):
    """Why a part is paid, or is not."""

    PAID = "paid"
    DELIVERED_TO_INPATIENT = "delivered_to_inpatient"
    REGIMEN_NOT_LISTED = "regimen_not_listed"
    WITHIN_BAND = "within_band"
    FOR_COMPLICATION = "for_complication"
    DRUG_NOT_LISTED = "drug_not_listed"


class Attendance(Figures):
    """One attendance at which chemotherapy was given."""

    day: date
    """Its day."""
    setting: Setting
    """Where it was given."""


class SupportiveDrug(Figures):
    """A supportive drug given with chemotherapy, and what is claimed for it."""

    drug: str = Field(min_length=1)
    """The drug."""
    purpose: Purpose
    """Whether it is a routine part of the regimen, or corrects a complication."""
    pence: Annotated[Pence, Field(ge=0)]
    """What it cost, in whole pence."""


class Cycle(Figures):
    """One cycle of a regimen, without anything that tells who the patient is."""

    reference: str = Field(min_length=1)
    """What this cycle is called in the data."""
    provider: str = Field(min_length=1)
    """The provider."""
    regimen: str = Field(min_length=1)
    """The regimen."""
    attendances: tuple[Attendance, ...] = Field(min_length=1)
    """Its attendances, in the order of their days."""
    begun_before: bool = False
    """Whether the cycle began before the first attendance here, under the rules of a year before."""
    supportive: tuple[SupportiveDrug, ...] = ()
    """Supportive drugs claimed with it."""
    claimed: Pence | None = None
    """What the provider claims for the cycle, in whole pence."""


class PaymentPart(Figures):
    """One part of a cycle's payment, paid or not."""

    kind: Kind
    """What it is for."""
    item: str
    """The currency's code, or the drug."""
    day: date | None
    """The day that it is for; none for a supportive drug."""
    pence: Pence
    """What is paid, in whole pence."""
    not_paid: Pence
    """What was claimed for a supportive drug and is not paid, in whole pence."""
    reason: Reason
    """Why it is paid, or is not."""


class CyclePayment(Figures):
    """What one cycle is paid."""

    reference: str
    """What this cycle is called in the data."""
    provider: str
    """The provider."""
    regimen: str
    """The regimen."""
    listed: bool
    """Whether the regimen is listed; if not, drugs and delivery have no price here."""
    parts: tuple[PaymentPart, ...]
    """Every part, paid or not."""
    payment: Pence
    """What is paid, in whole pence; exactly its parts together."""
    not_paid: Pence
    """What was claimed for supportive drugs and is not paid, in whole pence."""
    claimed: Pence | None
    """What the provider claims for the cycle, in whole pence."""
    difference: Pence | None
    """The claim less the payment, in whole pence."""


def pay(cycle: Cycle, rules: ChemotherapyRules) -> CyclePayment:
    """Return what a cycle is paid. Raises Refused, naming it, for days that the rules cannot serve."""
    _refuse_days(cycle, rules)
    regimen = rules.regimen_named(cycle.regimen)
    parts = (
        *_drugs(cycle, regimen, rules),
        *_deliveries(cycle, regimen, rules),
        *_supportive(cycle, regimen, rules),
    )
    payment = sum(part.pence for part in parts)
    return CyclePayment(
        reference=cycle.reference,
        provider=cycle.provider,
        regimen=cycle.regimen,
        listed=regimen is not None,
        parts=parts,
        payment=payment,
        not_paid=sum(part.not_paid for part in parts),
        claimed=cycle.claimed,
        difference=None if cycle.claimed is None else cycle.claimed - payment,
    )


def _refuse_days(cycle: Cycle, rules: ChemotherapyRules) -> None:
    where = f"cycle {cycle.reference} of {cycle.provider}"
    days = [attendance.day for attendance in cycle.attendances]
    for before, after in pairwise(days):
        if after == before:
            raise Refused(
                f"two attendances are given on {spoken(after)}",
                where=where,
                mend="Give one for each day",
            )
        if after < before:
            raise Refused(
                f"its attendances are out of order: {spoken(after)} stands after {spoken(before)}",
                where=where,
                mend="Give them in the order of their days",
            )
    for day in days:
        if not rules.valid_from <= day <= rules.valid_to:
            raise Refused(
                f"an attendance on {spoken(day)} lies outside {rules.title}, which holds from "
                f"{spoken(rules.valid_from)} to {spoken(rules.valid_to)}",
                where=where,
                mend="Give the attendances of each year with its own rules; those of the later year as a "
                "cycle that had begun before",
            )


def _drugs(cycle: Cycle, regimen: Regimen | None, rules: ChemotherapyRules) -> Iterator[PaymentPart]:
    """Yield the drugs of the whole cycle, which are paid on its first day."""
    if cycle.begun_before:
        return
    first = cycle.attendances[0].day
    if regimen is None:
        yield _part(Kind.PROCUREMENT, cycle.regimen, first, 0, Reason.REGIMEN_NOT_LISTED)
    else:
        band = rules.band(regimen.procurement_hrg)
        yield _part(Kind.PROCUREMENT, band.hrg, first, band.pence, Reason.PAID)


def _deliveries(cycle: Cycle, regimen: Regimen | None, rules: ChemotherapyRules) -> Iterator[PaymentPart]:
    for at, attendance in enumerate(cycle.attendances):
        if regimen is None:
            yield _part(Kind.DELIVERY, cycle.regimen, attendance.day, 0, Reason.REGIMEN_NOT_LISTED)
            continue
        first = at == 0 and not cycle.begun_before
        way = rules.way(regimen.delivery_hrg if first else rules.subsequent_delivery_hrg)
        if attendance.setting is Setting.INPATIENT:
            yield _part(Kind.DELIVERY, way.hrg, attendance.day, 0, Reason.DELIVERED_TO_INPATIENT)
            continue
        same_day = int(rules.same_day_price * 100)
        yield _part(Kind.SAME_DAY, rules.same_day_hrg, attendance.day, same_day, Reason.PAID)
        yield _part(Kind.DELIVERY, way.hrg, attendance.day, way.pence, Reason.PAID)


def _supportive(cycle: Cycle, regimen: Regimen | None, rules: ChemotherapyRules) -> Iterator[PaymentPart]:
    for drug in cycle.supportive:
        reason = _why(drug, regimen, rules)
        paid = drug.pence if reason is Reason.PAID else 0
        yield PaymentPart(
            kind=Kind.SUPPORTIVE,
            item=drug.drug,
            day=None,
            pence=paid,
            not_paid=drug.pence - paid,
            reason=reason,
        )


def _why(drug: SupportiveDrug, regimen: Regimen | None, rules: ChemotherapyRules) -> Reason:
    """Return whether a supportive drug is paid: only as a routine part of a regimen that lists it."""
    if regimen is None:
        return Reason.REGIMEN_NOT_LISTED
    if drug.purpose is Purpose.COMPLICATION:
        return Reason.FOR_COMPLICATION
    if not rules.lists(regimen.regimen, drug.drug):
        return Reason.DRUG_NOT_LISTED
    return Reason.PAID if rules.supportive_paid_at_cost else Reason.WITHIN_BAND


def _part(kind: Kind, item: str, day: date, pence: int, reason: Reason) -> PaymentPart:
    return PaymentPart(kind=kind, item=item, day=day, pence=pence, not_paid=0, reason=reason)
