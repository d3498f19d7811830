"""How large and how tangled a document may be: an installation sets it, these are the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from speccom.problem import Problem

_WHERE = "DOCUMENT_LIMITS"


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes; `ratio` is how many times its packed size a part may have once unpacked."""

    size: int = 25_000_000
    unpacked: int = 100_000_000
    entries: int = 5_000
    ratio: int = 100
    ratio_counts_from: int = 1_000_000
    side: int = 20_000
    pixels: int = 100_000_000


def limits_from(written: Mapping[str, object]) -> Limits:
    """Return the limits that an installation sets. Raises Problem for a name or a figure that is none."""
    known = {each.name for each in fields(Limits)}
    figures = {}
    for name, value in written.items():
        if name not in known:
            raise Problem(
                f"there is no limit called {name}",
                where=_WHERE,
                mend=f"Use one of {', '.join(sorted(known))}",
            )
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise Problem(
                f"the limit {name} is {value!r}", where=_WHERE, mend="Give a whole number of at least 1"
            )
        figures[name] = value
    return Limits(**figures)
