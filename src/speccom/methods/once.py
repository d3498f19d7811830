"""Names that may be given only once: units, places, lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from speccom.methods.method import Refused


def refuse_repeated(names: Iterable[str], what: str, *, where: str = "", mend: str = "") -> None:
    """Raise Refused for the first name that stands there more than once, saying what it is the name of."""
    for name, times in Counter(names).items():
        if times > 1:
            raise Refused(
                f"the {what} {name} is given more than once",
                where=where,
                mend=mend or f"Give each {what} once",
            )
