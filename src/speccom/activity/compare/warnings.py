"""What a reader of a comparison must know of its activity, under each of the two rulebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from speccom.activity.doubts import WARNED_OF
from speccom.rulebook.identification import IdentificationRulebook

Warnings = Iterable[Mapping[str, object]]
"""What a run warns of: each a `kind` and a `message`, and more that is not asked for here."""


def warnings_of(
    old: IdentificationRulebook, before: Warnings, new: IdentificationRulebook, after: Warnings
) -> tuple[str, ...]:
    """Return sentences; what is true under both rulebooks is said once."""
    was, will_be = (
        [(str(each["kind"]), str(each["message"])) for each in warned] for warned in (before, after)
    )
    found = [_under(each, "both rulebooks" if each in will_be else "the old rulebook") for each in was]
    found += [_under(each, "the new rulebook") for each in will_be if each not in was]
    periods = [(rulebook.valid_from, rulebook.valid_to) for rulebook in (old, new)]
    if periods[0] != periods[1]:
        first, last = (f"{day.day} {day:%B %Y}" for day in periods[1])
        found.append(
            f"The new rulebook is valid from {first} to {last}, and is applied here to every record, "
            f"whatever its date."
        )
    return tuple(found)


def _under(warning: tuple[str, str], which: str) -> str:
    kind, message = warning
    return f"{message}." if kind in WARNED_OF else f"Under {which}, {message}."
