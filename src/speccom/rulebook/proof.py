"""What can be proved of a criterion: that it can never be TRUE, that it can, or that it implies another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from speccom.criteria.evaluate import evaluate
from speccom.criteria.parse import Criterion
from speccom.rulebook.conditions import MOST_WAYS, Condition, Way, ways_to_be_true
from speccom.rulebook.field_proof import Impossible, Possible, prove


@dataclass(frozen=True)
class NeverTrue:
    """No record can meet the criterion; `parts` are the words of it that contradict each other."""

    parts: tuple[str, ...]
    ways: int


@dataclass(frozen=True)
class CanBeTrue:
    """Records that meet the criterion, one for each way in which it was shown to be TRUE."""

    examples: tuple[dict[str, object], ...]


@dataclass(frozen=True)
class NotDecided:
    """Neither was proved, and why not, as a clause."""

    reason: str


Verdict = NeverTrue | CanBeTrue | NotDecided


@dataclass(frozen=True)
class Study:
    """A criterion with its ways to be TRUE (None: too many to look at) and what was proved of it."""

    criterion: Criterion
    ways: tuple[Way, ...] | None
    verdict: Verdict
    possible_ways: tuple[Way, ...] = field(default=())


def study(criterion: Criterion) -> Study:
    """Look at every way in which a criterion can be TRUE."""
    ways = ways_to_be_true(criterion.expression)
    if ways is None:
        reason = f"its conditions combine in more than {MOST_WAYS:,} ways"
        return Study(criterion, None, NotDecided(reason))
    examples: list[dict[str, object]] = []
    open_ways: list[Way] = []
    clash: tuple[Condition, ...] = ()
    for way in ways:
        outcome = _record_for(way)
        if isinstance(outcome, tuple):
            clash = clash or outcome
            continue
        open_ways.append(way)
        if outcome is not None and evaluate(criterion.expression, outcome).value is True:
            examples.append(outcome)
    if examples:
        verdict: Verdict = CanBeTrue(tuple(examples))
    elif open_ways:
        verdict = NotDecided("what it asks of a text or of a list of codes is more than can be decided here")
    else:
        verdict = NeverTrue(_words(criterion, clash), len(ways))
    return Study(criterion, ways, verdict, tuple(open_ways))


def _words(criterion: Criterion, clash: Sequence[Condition]) -> tuple[str, ...]:
    """Return the parts of the text, in its order, each as it must be: with NOT where it must be false."""
    found: dict[str, None] = {}
    for each in sorted(clash, key=lambda condition: condition.leaf.span):
        start, end = each.leaf.span
        found[("" if each.truth else "NOT ") + criterion.text[start:end]] = None
    return tuple(found)


def implies(narrow: Study, wide: Study) -> bool:
    """Whether it is proved that the wide criterion is TRUE on every record on which the narrow one is.

    Each possible way of the narrow one must lie within one way of the wide one; that several ways together
    cover it is not looked for, so False only means "not proved".
    """
    if wide.ways is None or narrow.ways is None:
        return False
    if isinstance(narrow.verdict, CanBeTrue) and any(
        not any(all(condition.holds(example) for condition in way) for way in wide.ways)
        for example in narrow.verdict.examples
    ):
        return False
    return all(any(_within(way, other) for other in wide.ways) for way in narrow.possible_ways)


def _within(narrow: Way, wide: Way) -> bool:
    return all(
        condition in narrow or all(_contradictory((*narrow, failure)) for failure in condition.failures())
        for condition in wide
    )


def _contradictory(way: Way) -> bool:
    last = way[-1].field
    asked = [each for each in way if each.field.name == last.name]
    return isinstance(prove(last, asked, example=False), Impossible)


def _record_for(way: Way) -> dict[str, object] | tuple[Condition, ...] | None:
    """Return a record that meets the conditions, or those that contradict each other, or None."""
    record: dict[str, object] | None = {}
    by_field: dict[str, list[Condition]] = {}
    for condition in way:
        by_field.setdefault(condition.field.name, []).append(condition)
    for name, asked in by_field.items():
        outcome = prove(asked[0].field, asked)
        if isinstance(outcome, Impossible):
            return _smallest_clash(asked)
        if isinstance(outcome, Possible) and record is not None:
            record[name] = outcome.value
        else:
            record = None
    return record


def _smallest_clash(asked: Sequence[Condition]) -> tuple[Condition, ...]:
    """Return as few of the conditions as contradict each other: one, two or all of them."""
    for each in asked:
        if isinstance(prove(each.field, [each]), Impossible):
            return (each,)
    for at, first in enumerate(asked):
        for second in asked[at + 1 :]:
            if isinstance(prove(first.field, [first, second]), Impossible):
                return (first, second)
    return tuple(asked)
