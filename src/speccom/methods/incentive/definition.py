"""Which version of a scheme applies in a quarter: the one signed, unless a later one was accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from speccom.methods.incentive.contract import Agreement
from speccom.methods.incentive.rules import Definition
from speccom.methods.method import Refused
from speccom.methods.words import spoken


@dataclass(frozen=True)
class Applied:
    """A version with the reason why it is the one."""

    definition: Definition
    why: str


def quarter_begins(year: int, quarter: int) -> date:
    """Return the first day of a quarter of the financial year that begins in `year`."""
    return date(year, 1 + 3 * quarter, 1) if quarter < 4 else date(year + 1, 1, 1)


def applied(agreement: Agreement, versions: Sequence[Definition], quarter_begins_on: date) -> Applied:
    """Return the version that applies in a quarter. Raises Refused where none does."""
    signed = _signed(agreement, versions)
    _check_variations(agreement, signed, versions)
    accepted = [each for each in agreement.variations if each.from_day <= quarter_begins_on]
    if accepted:
        last = accepted[-1]
        return Applied(
            versions[last.version - 1],
            f"Version {last.version} applies by a variation of the contract from {spoken(last.from_day)}.",
        )
    return Applied(signed, _why(agreement, signed, versions))


def _signed(agreement: Agreement, versions: Sequence[Definition]) -> Definition:
    issued = [each for each in versions if each.issued_on <= agreement.signed_on]
    if not issued:
        raise Refused(
            f"it was signed on {spoken(agreement.signed_on)}, before its first version was issued "
            f"on {spoken(versions[0].issued_on)}",
            where=agreement.scheme,
            mend="Check the day of signature",
        )
    return issued[-1]


def _why(agreement: Agreement, signed: Definition, versions: Sequence[Definition]) -> str:
    said = f"Version {signed.version} applies: the scheme was signed on {spoken(agreement.signed_on)}"
    if signed is versions[-1]:
        return f"{said}, when it was the latest."
    after = versions[signed.version]
    kept = (
        f"{said}, before version {after.version} was issued on {spoken(after.issued_on)}, "
        "and no variation that accepts a later one is in force."
    )
    return f"{kept} What version {after.version} changes: {after.change}." if after.change else kept


def _check_variations(agreement: Agreement, signed: Definition, versions: Sequence[Definition]) -> None:
    for each in agreement.variations:
        if each.version > len(versions):
            raise Refused(
                f"a variation accepts version {each.version}, and there are {len(versions)}",
                where=agreement.scheme,
                mend="Name a version that the schemes define",
            )
        issued_on = versions[each.version - 1].issued_on
        if each.from_day < issued_on:
            raise Refused(
                f"a variation applies version {each.version} from {spoken(each.from_day)}, "
                f"before it was issued on {spoken(issued_on)}",
                where=agreement.scheme,
                mend="Check the day of the variation",
            )
    numbers = [signed.version, *(each.version for each in agreement.variations)]
    days = [agreement.signed_on, *(each.from_day for each in agreement.variations)]
    rising = all(one < other for one, other in pairwise(numbers))
    if not rising or any(one > other for one, other in pairwise(days)):
        raise Refused(
            "its variations are not in order: each accepts a later version, from a later day",
            where=agreement.scheme,
            mend="Give them from the first to the last, after the day of signature",
        )
