"""The shapes of letters."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema


class LetterOut(Schema):
    """A letter that a step of the case has sent; `version` is that of the case when it was sent."""

    letter: str
    version: int
    title: str
    to: str
    sent_at: datetime
    forms: list[str]
