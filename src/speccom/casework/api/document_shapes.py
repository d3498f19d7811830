"""The shapes of documents."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema


class WithdrawalOut(Schema):
    """That a version was withdrawn: when, by whom where the person may see that, and why."""

    at: datetime
    by: str
    reason: str


class WithdrawIn(Schema):
    """Why a version is withdrawn."""

    reason: str


class VersionOut(Schema):
    """One version of a document, without who added it where the person may not see that.

    What one that was withdrawn is called is told only to those who may withdraw it.
    """

    number: int
    name: str
    kind: str
    media_type: str
    size: int
    scan: str
    added_by: str
    added_at: datetime
    answer: str = Field(description="what answers a question that asks for a document with this version")
    withdrawal: WithdrawalOut | None = None


class DocumentOut(Schema):
    """A document with its versions, the newest first."""

    id: UUID
    title: str
    confidentiality: str
    versions: list[VersionOut]


class HeldOut(Schema):
    """A document that is given to nobody until the virus scanner has looked at it."""

    id: UUID
    title: str
    confidentiality: str
    why: str


class DocumentsOut(Schema):
    """The documents of a case that the person may see, and whether they may add one."""

    documents: list[DocumentOut]
    held: list[HeldOut]
    may_add: bool


class AddedOut(Schema):
    """The document that was added to, or else why it is held."""

    document: DocumentOut | None
    held: str = ""
