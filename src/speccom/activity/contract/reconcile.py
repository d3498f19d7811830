"""One comparison of contract feeds: which files, what counts of them, and where they do not agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from speccom.activity.contract.acceptances import read_acceptances
from speccom.activity.contract.entries import entries, patient_level_by_provider
from speccom.activity.contract.feeds import LaterBy, Restates, Settings, load_feeds
from speccom.activity.contract.national import identified_activity
from speccom.activity.contract.read_feed import read_feed
from speccom.activity.contract.restatements import Current, current
from speccom.activity.contract.submission import Submission
from speccom.methods.reconciliation import ReconciliationInput, ReconciliationResult, reconciliation
from speccom.methods.reconciliation.compare import Difference
from speccom.methods.reconciliation.entry import Acceptance, Check, Entry, Feed
from speccom.problem import Problem

_CHECK_OF_FEED = {
    Feed.PATIENT_LEVEL: Check.ACTIVITY,
    Feed.DRUGS: Check.DRUGS,
    Feed.DEVICES: Check.DEVICES,
}


@dataclass(frozen=True)
class ReconcileOrder:
    """What to compare."""

    feeds: Sequence[Path]
    shelf: Path
    as_at: date
    activity: Path | None = None
    accepted: Path | None = None
    by_point_of_delivery: bool = False
    later_by: LaterBy | None = None
    restates: Restates | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    `set_aside` are acceptances that this comparison says nothing of; `not_made` names the feeds that the
    aggregate could not be held against.
    """

    order: ReconcileOrder
    settings: Settings
    submissions: tuple[Submission, ...]
    current: Current
    contract: ReconciliationResult
    national: ReconciliationResult | None
    activity_without_place: Decimal
    set_aside: tuple[Acceptance, ...]
    not_made: tuple[Feed, ...]

    @property
    def results(self) -> tuple[ReconciliationResult, ...]:
        """The feeds against each other, and the activity against the contract where it was given."""
        return (self.contract,) if self.national is None else (self.contract, self.national)

    @property
    def agrees(self) -> bool:
        """Whether every difference is accepted."""
        return all(each.agrees for each in self.results)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All differences of all comparisons."""
        return tuple(
            difference for each in self.results for check in each.checks for difference in check.differences
        )

    @property
    def carried_forward(self) -> tuple[Acceptance, ...]:
        """Acceptances that still hold, those that this comparison says nothing of included."""
        return (*(each for result in self.results for each in result.carried_forward), *self.set_aside)


def reconcile(order: ReconcileOrder, tell: Callable[[str], None] = lambda file: None) -> Outcome:
    """Compare the feeds. Raises Problem for the first file that cannot be used; then none of them is."""
    shelf = load_feeds(order.shelf)
    rules = shelf.settings.restatements.model_copy(
        update={
            name: value
            for name, value in (("later_by", order.later_by), ("restates", order.restates))
            if value is not None
        }
    )
    settings = shelf.settings.model_copy(update={"restatements": rules})
    _refuse_twice(order.feeds)
    accepted = () if order.accepted is None else read_acceptances(order.accepted)
    submissions = []
    for position, path in enumerate(order.feeds):
        tell(str(path))
        submissions.append(read_feed(path, shelf, position))
    counting = current(submissions, rules)
    given = {submission.shape.feed for submission in submissions}
    _refuse_incomparable(given, order)
    checks = tuple(
        check for feed, check in _CHECK_OF_FEED.items() if feed in given and Feed.AGGREGATE in given
    )
    concerned = [each for each in accepted if _concerns(each, counting, order)]
    found = entries(counting, by_point_of_delivery=order.by_point_of_delivery)
    ours = [each for each in concerned if each.check is not Check.NATIONAL]
    contract = _compared(found, ours, checks, order.as_at)
    national, adrift = None, Decimal()
    if order.activity is not None:
        activity, adrift = identified_activity(order.activity, settings)
        both = (*patient_level_by_provider(counting), *_of_the_months(activity, counting))
        theirs = [each for each in concerned if each.check is Check.NATIONAL]
        national = _compared(both, theirs, (Check.NATIONAL,), order.as_at)
    return Outcome(
        order,
        settings,
        tuple(submissions),
        counting,
        contract,
        national,
        adrift,
        tuple(each for each in accepted if each not in concerned),
        tuple(feed for feed in _CHECK_OF_FEED if feed not in given) if Feed.AGGREGATE in given else (),
    )


def _compared(
    found: Sequence[Entry], accepted: Sequence[Acceptance], checks: Sequence[Check], as_at: date
) -> ReconciliationResult:
    if not found:
        raise Problem("not one row of the feeds can be placed, so there is nothing to compare")
    return reconciliation(
        ReconciliationInput(as_at=as_at, entries=tuple(found), accepted=tuple(accepted), checks=tuple(checks))
    )


def _concerns(accepted: Acceptance, counting: Current, order: ReconcileOrder) -> bool:
    """Return whether this comparison has a file of the acceptance's provider and financial year."""
    if accepted.check is Check.NATIONAL and order.activity is None:
        return False
    year, month = (int(part) for part in accepted.month.split("-"))
    began = year if month > 3 else year - 1
    return any((place.provider, place.year) == (accepted.provider, began) for _, place, _ in counting.money)


def _of_the_months(activity: Sequence[Entry], counting: Current) -> list[Entry]:
    """Return the activity of providers and months that the patient-level feed speaks for."""
    spoken_for = {
        (place.provider, place.calendar_month)
        for submission, place, _ in counting.money
        if submission.shape.feed is Feed.PATIENT_LEVEL
    }
    return [each for each in activity if (each.provider, each.month) in spoken_for]


def _refuse_twice(paths: Sequence[Path]) -> None:
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            raise Problem("the file is given twice", where=str(path), mend="Name each file once")
        seen.add(path.resolve())


def _refuse_incomparable(given: set[Feed], order: ReconcileOrder) -> None:
    if order.activity is not None:
        if Feed.PATIENT_LEVEL not in given:
            raise Problem(
                "activity is held against the patient-level feed, and none is given",
                mend="Name the provider's plcm file among --feeds",
            )
        return
    if Feed.AGGREGATE not in given or len(given) < 2:
        names = " and ".join(sorted(feed.value.replace("_", " ") for feed in given))
        raise Problem(
            f"only {names} is given, so there is nothing to hold it against",
            mend="Name the aggregate file (acm) and at least one of plcm, drplcm and deplcm",
        )
