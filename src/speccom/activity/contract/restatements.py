"""Which file counts for a month: the latest, since each file states the months before it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from speccom.activity.contract.feeds import LaterBy, Restatements, Restates
from speccom.activity.contract.submission import Money, Place, Submission


class Stated(NamedTuple):
    """What a file states again: a provider's year in a feed, or a part of it where the feed says so."""

    feed: str
    year: int
    by: tuple[str, ...]


@dataclass(frozen=True)
class Superseded:
    """Months of one file that do not count, because a later file states them again."""

    stated: Stated
    months: tuple[int, ...]
    file: str
    by_file: str


@dataclass(frozen=True)
class Current:
    """What counts of all files: their money in places, what was superseded, and what is doubtful of it."""

    money: tuple[tuple[Submission, Place, Money], ...]
    superseded: tuple[Superseded, ...]
    doubts: tuple[str, ...]


def current(submissions: Iterable[Submission], rules: Restatements) -> Current:
    """Return what counts of all files."""
    ordered = sorted(submissions, key=lambda each: _age(each, rules.later_by))
    stating: dict[Stated, list[tuple[Submission, tuple[int, ...]]]] = defaultdict(list)
    for submission in ordered:
        for stated, months in _states(submission, rules.restates).items():
            stating[stated].append((submission, months))
    money, superseded = [], []
    for stated, files in sorted(stating.items()):
        speaks = {month: submission for submission, months in files for month in months}
        for submission, months in files:
            money += _counting(submission, stated, speaks)
            superseded += _superseded(submission, stated, months, speaks)
    return Current(tuple(money), tuple(superseded), tuple(_doubts(ordered, superseded, rules)))


def _age(submission: Submission, later_by: LaterBy) -> tuple[datetime, int]:
    stamp = submission.created if later_by is LaterBy.CREATED else None
    return stamp or datetime.min, submission.position  # noqa: DTZ901 - only compared


def _of(submission: Submission, place: Place) -> Stated:
    by = tuple(str(getattr(place, column)) for column in submission.shape.restated_by)
    return Stated(submission.shape.id, place.year, by)


def _states(submission: Submission, restates: Restates) -> dict[Stated, tuple[int, ...]]:
    """Return what a file states, with the months it speaks for, those without a row between included."""
    found: dict[Stated, set[int]] = defaultdict(set)
    for place in submission.money:
        found[_of(submission, place)].add(place.month)
    return {
        stated: tuple(range(1 if restates is Restates.YEAR_TO_DATE else min(months), max(months) + 1))
        for stated, months in found.items()
    }


def _counting(
    submission: Submission, stated: Stated, speaks: dict[int, Submission]
) -> list[tuple[Submission, Place, Money]]:
    return [
        (submission, place, money)
        for place, money in submission.money.items()
        if _of(submission, place) == stated and speaks[place.month] is submission
    ]


def _superseded(
    submission: Submission, stated: Stated, months: Sequence[int], speaks: dict[int, Submission]
) -> list[Superseded]:
    lost: dict[str, list[int]] = defaultdict(list)
    for month in months:
        if speaks[month] is not submission:
            lost[speaks[month].file].append(month)
    return [Superseded(stated, tuple(each), submission.file, by) for by, each in lost.items()]


def _doubts(
    ordered: Sequence[Submission], superseded: Sequence[Superseded], rules: Restatements
) -> Iterable[str]:
    competing = {each.file for each in superseded} | {each.by_file for each in superseded}
    by_file = {each.file: each for each in ordered}
    if rules.later_by is LaterBy.CREATED:
        for file in sorted(competing):
            submission = by_file[file]
            if submission.created is None:
                yield f"{file} does not say when it was made, so it counts as older than files that do"
            elif submission.stamps > 1:
                yield f"{file} has {submission.stamps} different stamps; the latest was taken for its age"
        for pair in sorted({(each.file, each.by_file) for each in superseded}):
            first, second = (by_file[name].created for name in pair)
            if first == second:
                yield f"{pair[0]} and {pair[1]} are of the same age; the one that was given last counts"
    for each in superseded:
        gone = _commissioners(by_file[each.file], each) - _commissioners(by_file[each.by_file], each)
        if gone:
            yield (
                f"{each.by_file} has nothing for {', '.join(sorted(gone))}, which {each.file} had; "
                "where a file is sent for each commissioner, say so in the feed's restated_by"
            )


def _commissioners(submission: Submission, superseded: Superseded) -> set[str]:
    return {
        place.commissioner
        for place in submission.money
        if _of(submission, place) == superseded.stated and place.month in superseded.months
    }
