"""The shapes of cases and their acts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

Texts = dict[str, str | list[str]]
"""Text by the name of its control, as a browser would post it."""


class MeOut(Schema):
    """As whom a token acts."""

    person: str
    roles: list[str]


class FindingOut(Schema):
    """One requirement as it was found."""

    requirement: str
    met: bool | None = Field(description="None where what it asks for is not known")
    message: str
    witnesses: list[str]
    where: str


class ActOut(Schema):
    """One act that may come next."""

    act: str
    label: str
    role: str
    is_yours: bool
    due_on: str | None
    forms: list[str]
    findings: list[FindingOut]


class CaseOut(Schema):
    """A case in a list."""

    reference: str
    procedure: str
    process: str
    state: str
    state_label: str
    subject: str
    organisation: str
    version: int
    is_closed: bool
    opened_at: datetime
    changed_at: datetime


class CasesOut(Schema):
    """A page of cases; `next` is the cursor of the page after it, None at the end."""

    items: list[CaseOut]
    next: str | None


class EnteredOut(Schema):
    """Answers, and the rows of sections that repeat, as far as the person may see them."""

    answers: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]]


class PolicyOut(Schema):
    """A policy that a case published, as the register has it; `ended_by` is blank while it was not ended."""

    identifier: str
    title: str
    published_on: date
    starts_on: date
    expires_on: date | None
    ended_on: date | None
    ended_by: str
    newer: str = Field(description="the identifier of the policy to which it gave way")


class WholeCaseOut(CaseOut, EnteredOut):
    """A case with what may come next and what was entered: as it stands, and as each form last held it.

    `policies` are those that came of it, the latest first.
    """

    acts: list[ActOut]
    policies: list[PolicyOut]
    entered: dict[str, EnteredOut]


class EventOut(Schema):
    """One event of the ledger, without who did it where the person may not see that."""

    sequence: int
    kind: str
    act: str
    at: datetime
    effective_at: datetime
    actor: str
    role: str
    state: str
    digest: str


class BeginIn(Schema):
    """What begins a case."""

    procedure: str
    act: str
    organisation: str
    forms: dict[str, Texts] = Field(default_factory=dict)


class ActIn(Schema):
    """What an act brings. Forms that are left out are taken from their drafts."""

    version: int | None = Field(None, description="the version of the case that was read")
    forms: dict[str, Texts] = Field(default_factory=dict)


class DoneOut(Schema):
    """What was done: the case, and the events of it."""

    reference: str
    repeated: bool
    events: list[EventOut]


class GiveIn(Schema):
    """To whom a case is given."""

    person: str
