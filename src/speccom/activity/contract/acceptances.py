"""Differences that somebody accepted, as a CSV file that people fill in and the next month reads."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pydantic import ValidationError

from speccom.methods.reconciliation.compare import Difference, State
from speccom.methods.reconciliation.entry import Acceptance, Check
from speccom.methods.words import MINUS
from speccom.problem import Problem

COLUMNS = (
    "check",
    "provider",
    "commissioner",
    "month",
    "line",
    "point_of_delivery",
    "difference",
    "accepted_by",
    "accepted_on",
    "reason",
)
_WHO_AND_WHY = ("accepted_by", "accepted_on", "reason")
# A spreadsheet takes text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_acceptances(path: Path) -> tuple[Acceptance, ...]:
    """Return the acceptances of a file; rows that nobody has filled in are not accepted.

    Raises Problem, naming the row, for one that says who and not why, or that cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return tuple(_acceptances(csv.DictReader(file), path))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Problem(
            f"the accepted differences cannot be read ({error})",
            where=str(path),
            mend="Give the CSV file that `speccom reconcile --write-accepted` wrote, in UTF-8",
        ) from error


def _acceptances(rows: csv.DictReader[str], path: Path) -> Iterator[Acceptance]:
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise Problem(
            f"the file of accepted differences has no column {', '.join(missing)}",
            where=str(path),
            mend="`speccom reconcile --write-accepted` writes one with all columns",
        )
    for number, row in enumerate(rows, 1):
        given = {name: _unguarded((row[name] or "").strip()) for name in COLUMNS}
        filled = [name for name in _WHO_AND_WHY if given[name]]
        if not filled:
            continue
        where = f"{path}, row {number}"
        left = [name for name in _WHO_AND_WHY if not given[name]]
        if left:
            raise Problem(
                f"the difference is accepted without {' and '.join(left)}",
                where=where,
                mend="Fill in who, when and why, or leave all three blank",
            )
        yield _acceptance(given, where)


def _acceptance(given: dict[str, str], where: str) -> Acceptance:
    try:
        return Acceptance(
            check=_check(given["check"], where),
            provider=given["provider"],
            commissioner=given["commissioner"],
            month=given["month"],
            line=given["line"],
            detail=given["point_of_delivery"],
            difference=_pence(given["difference"], where),
            accepted_by=given["accepted_by"],
            accepted_on=_day(given["accepted_on"], where),
            reason=given["reason"],
        )
    except ValidationError as faults:
        said = "; ".join(f"{each['loc'][0]}: {each['msg']}" for each in faults.errors())
        raise Problem(said, where=where) from None


def _check(text: str, where: str) -> Check:
    try:
        return Check(text)
    except ValueError:
        mend = f"Choose one of {', '.join(each.value for each in Check)}"
        raise Problem(f"there is no check {text!r}", where=where, mend=mend) from None


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(f"{text!r} is no date", where=where, mend="Write a date as 2025-07-31") from None


def _pence(text: str, where: str) -> int:
    try:
        amount = Decimal(text.replace("£", "").replace(",", "").replace(MINUS, "-")) * 100
        if amount == amount.to_integral_value():
            return int(amount)
    except (InvalidOperation, OverflowError, ValueError):
        pass
    raise Problem(
        f"the difference {text!r} is no amount in pounds and whole pence",
        where=where,
        mend="Write it as 1234.50, or as -1234.50 for less than nothing",
    )


def write_acceptances(path: Path, carried: Sequence[Acceptance], differences: Iterable[Difference]) -> None:
    """Write what stays accepted, and below it what is open, for somebody to fill in who, when and why."""
    waiting = [each for each in differences if each.state is not State.ACCEPTED]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for each in carried:
            who = (guarded(each.accepted_by), each.accepted_on.isoformat(), guarded(each.reason))
            writer.writerow([*_place(each), *who])
        for difference in waiting:
            writer.writerow([*_place(difference), "", "", ""])


def _place(each: Acceptance | Difference) -> list[str]:
    texts = (each.check, each.provider, each.commissioner, each.month, each.line, each.detail)
    return [*(guarded(text) for text in texts), pounds(each.difference)]


def pounds(amount: int) -> str:
    """Return whole pence as pounds without signs of currency or thousands: `-1234.50`."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def guarded(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
