"""The shapes of meetings."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Field, Schema
from pydantic import AwareDatetime


class PlanIn(Schema):
    """A meeting to be planned."""

    body: str
    starts_at: AwareDatetime
    place: str


class StepIn(Schema):
    """A step of a meeting: with a case and its minutes for the agenda, with who is here for attendance."""

    step: Literal["papers", "open", "agenda", "attendance", "close", "approve", "publish"]
    case: str = ""
    minutes: int = 0
    present: dict[str, str] = Field(default_factory=dict, description="the seat of each, by the person's id")


class InterestIn(Schema):
    """What a member declared on an item, and how it is settled."""

    person: str
    settled: Literal["none", "stays", "speaks", "leaves"]
    what: str = ""


class MeetingOut(Schema):
    """A meeting, and how far it is."""

    reference: str
    body: str
    title: str
    stage: str
    starts_at: datetime
    place: str


class InterestOut(Schema):
    """A member's latest word on an item."""

    person: str
    settled: str
    what: str


class ItemOut(Schema):
    """An item of the agenda, how the body stands for it, and the interests of those who are here."""

    case: str
    subject: str
    minutes: int
    is_quorate: bool
    quorum: str
    interests: list[InterestOut]


class MemberOut(Schema):
    """A member of the body on the day of the meeting, and whether they are in the room."""

    person: str
    name: str
    seat: str
    seat_name: str
    is_here: bool


class WholeMeetingOut(MeetingOut):
    """A meeting with its agenda, its members, the next step of the person's, and cases for the agenda."""

    items: list[ItemOut]
    members: list[MemberOut]
    steps: list[str]
    waiting: list[str]


class ItemMinutesOut(Schema):
    """What the minutes say of one item; what was recorded as pairs of a question and its answer."""

    title: str
    interests: list[str]
    outcome: str
    requirements: list[str]
    recorded: list[tuple[str, str]]


class MinutesOut(Schema):
    """The minutes of a meeting as they stand."""

    stage: str
    title: str
    when: str
    place: str
    present: list[str]
    items: list[ItemMinutesOut]
