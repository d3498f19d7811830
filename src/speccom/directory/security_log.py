"""What happened that bears on security: a line of the log each, with people by their identifier alone."""

from __future__ import annotations

import logging
from enum import StrEnum

_log = logging.getLogger("speccom.security")


class Happened(StrEnum):
    """What a line can tell."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    WRONG_PASSWORD = "wrong password"
    WRONG_FACTOR = "wrong second factor"
    CONFIRMED = "confirmed who they are"
    HELD_BACK = "held back"
    PROVIDER_FAILED = "signing in by the identity provider failed"
    REFUSED = "refused"
    ACT_REFUSED = "act refused"
    FORM_REFUSED = "form refused"
    REQUEST_REFUSED = "request refused"
    DOCUMENT_REFUSED = "document refused"


_WELL = frozenset({Happened.SIGNED_IN, Happened.SIGNED_OUT, Happened.CONFIRMED})


def tell(happened: Happened, *, person: object = "", **what: str) -> None:
    """Write a line. `what` holds no name, no address of a person, and nothing that anybody typed."""
    told = {"person": str(person), **what}
    level = logging.INFO if happened in _WELL else logging.WARNING
    _log.log(level, happened.value, extra={"told": {name: value for name, value in told.items() if value}})
