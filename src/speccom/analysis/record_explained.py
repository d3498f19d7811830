"""What a page tells of an explanation: the rules that hold, and those near enough to be told."""

from __future__ import annotations

from dataclasses import dataclass

from speccom.activity.explain import RecordExplanation, RuleFinding
from speccom.criteria.evaluate import Finding
from speccom.criteria.expression import CodeMatch, InCodeSet
from speccom.criteria.words import Explanation

_NEAR_SHOWN = 5
_MISSING_AT_MOST = 2


@dataclass(frozen=True)
class Conditions:
    """The conditions of one rule on one record, in sentences."""

    held: tuple[str, ...]
    failed: tuple[str, ...]
    unknown: tuple[str, ...]


def conditions_of(finding: RuleFinding) -> Conditions:
    """Return the conditions of a rule by what they came to."""
    explanation = finding.explanation
    parts = explanation.parts if finding.asked > 1 and explanation.parts else (explanation,)
    return Conditions(
        held=tuple(_words(each) for each in parts if each.verdict == "yes"),
        failed=tuple(_words(each) for each in parts if each.verdict == "no"),
        unknown=tuple(_words(each) for each in parts if each.verdict == "not known"),
    )


def near_rules(explained: RecordExplanation) -> tuple[RuleFinding, ...]:
    """Return the rules that nearly hold, for lines that the record does not have.

    Near is a rule of which at most two conditions do not hold, and which found at least one of the codes
    or places that it looks for: that a patient is an adult brings no rule near.
    """
    won = set(explained.lines)
    near = [
        each
        for each in explained.findings
        if not each.holds
        and each.service.code not in won
        and each.asked - each.met <= _MISSING_AT_MOST
        and _touches(each.finding)
    ]
    return tuple(near[:_NEAR_SHOWN])


def _words(explanation: Explanation) -> str:
    """Return a condition in a sentence; a group by those of its parts that settle it."""
    if not explanation.parts:
        return explanation.sentence
    telling = [_words(each) for each in explanation.parts if each.verdict == explanation.verdict]
    return "; ".join(telling or [_words(each) for each in explanation.parts])


def _touches(finding: Finding) -> bool:
    waiting = [finding]
    while waiting:
        each = waiting.pop()
        if isinstance(each.expression, CodeMatch | InCodeSet) and each.value is True:
            return True
        waiting.extend(each.parts)
    return False
