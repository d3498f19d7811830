"""What a reader of a comparison must know of its activity, under each of the two rulebooks."""

from __future__ import annotations

from speccom.activity.doubts import WARNED_OF, Doubts


def warnings_of(old: Doubts, new: Doubts) -> tuple[str, ...]:
    """Return sentences; what is true under both rulebooks is said once."""
    before = [(str(each["kind"]), str(each["message"])) for each in old.warnings()]
    after = [(str(each["kind"]), str(each["message"])) for each in new.warnings()]
    found = [_under(each, "both rulebooks" if each in after else "the old rulebook") for each in before]
    found += [_under(each, "the new rulebook") for each in after if each not in before]
    periods = [(doubts.rulebook.valid_from, doubts.rulebook.valid_to) for doubts in (old, new)]
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
