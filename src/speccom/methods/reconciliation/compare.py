"""One feed held against another, place by place, to the penny."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import Field

from speccom.methods.method import Figures, Pence
from speccom.methods.reconciliation.entry import SIDES, Acceptance, Cell, Check, Entry, Feed, Place


class Found(StrEnum):
    """What a difference looks like."""

    DIFFERS = "differs"
    ONLY_LEFT = "only_left"
    ONLY_RIGHT = "only_right"


class State(StrEnum):
    """Where a difference stands."""

    OPEN = "open"
    CHANGED = "changed"
    ACCEPTED = "accepted"


class Difference(Place):
    """Money on which two feeds do not agree, in one place."""

    check: Check
    """The comparison."""
    left: Pence
    """What the feed on the left has, in whole pence."""
    right: Pence
    """What the feed it is held against has, in whole pence."""
    difference: Pence
    """Left less right, in whole pence."""
    found: Found
    """Whether both feeds have an entry for the place, or only one of them."""
    state: State
    """Open; accepted before for another amount, so open again; or accepted."""
    acceptance: Acceptance | None
    """Who accepted it and why, where somebody did, even if for another amount."""


class CheckResult(Figures):
    """One comparison of two feeds."""

    check: Check
    """The comparison."""
    left_feed: Feed
    """The feed on the left."""
    right_feed: Feed
    """The feed it is held against."""
    left: Pence
    """All that the feed on the left has for this comparison, in whole pence."""
    right: Pence
    """All that the other has, in whole pence."""
    difference: Pence
    """Left less right, in whole pence: exactly the differences together."""
    places: int
    """How many places were compared."""
    agreeing: int
    """In how many the two agree to the penny."""
    without_netting: Pence
    """The differences together without their signs, in whole pence, so that none hides another."""
    still_open: Pence
    """The part of that which nobody has accepted, in whole pence."""
    differences: tuple[Difference, ...] = Field(default=())
    """Each place where they differ, the largest difference first."""


def compare(check: Check, entries: Iterable[Entry], accepted: Mapping[Cell, Acceptance]) -> CheckResult:
    """Return one comparison of two feeds, with what was accepted before."""
    left_feed, part, right_feed = SIDES[check]
    entries = tuple(entries)
    lines_of_invoice = {
        entry.cell.whole_bill() for entry in entries if entry.feed is Feed.INVOICE and entry.line
    }

    def place(entry: Entry) -> Cell:
        if check is not Check.INVOICE:
            return entry.cell
        bill = entry.cell.whole_bill()
        return bill._replace(line=entry.line) if bill in lines_of_invoice else bill

    left = _summed(
        (place(entry), entry.pence)
        for entry in entries
        if entry.feed is left_feed and part in (None, entry.part)
    )
    right = _summed((place(entry), entry.pence) for entry in entries if entry.feed is right_feed)
    cells = sorted(left.keys() | right.keys())
    differences = sorted(
        (
            _difference(check, cell, left.get(cell), right.get(cell), accepted.get(cell))
            for cell in cells
            if left.get(cell, 0) != right.get(cell, 0)
        ),
        key=lambda each: (-abs(each.difference), each.cell),
    )
    return CheckResult(
        check=check,
        left_feed=left_feed,
        right_feed=right_feed,
        left=sum(left.values()),
        right=sum(right.values()),
        difference=sum(left.values()) - sum(right.values()),
        places=len(cells),
        agreeing=len(cells) - len(differences),
        without_netting=sum(abs(each.difference) for each in differences),
        still_open=sum(abs(each.difference) for each in differences if each.state is not State.ACCEPTED),
        differences=tuple(differences),
    )


def _summed(amounts: Iterable[tuple[Cell, int]]) -> dict[Cell, int]:
    sums: dict[Cell, int] = {}
    for cell, pence in amounts:
        sums[cell] = sums.get(cell, 0) + pence
    return sums


def _difference(
    check: Check, cell: Cell, left: int | None, right: int | None, acceptance: Acceptance | None
) -> Difference:
    amount = (left or 0) - (right or 0)
    found = Found.ONLY_RIGHT if left is None else Found.ONLY_LEFT if right is None else Found.DIFFERS
    if acceptance is None:
        state = State.OPEN
    else:
        state = State.ACCEPTED if acceptance.difference == amount else State.CHANGED
    return Difference(
        **cell._asdict(),
        check=check,
        left=left or 0,
        right=right or 0,
        difference=amount,
        found=found,
        state=state,
        acceptance=acceptance,
    )
