"""Submissions: what an act brought, sealed under the key of its case, and read again."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from speccom.casework.keys import decrypt, encrypt, new_case_key, unwrap
from speccom.casework.models import CaseKey, CaseRow, Submission
from speccom.process.event import Reference, canonical

SUBMISSION = "submission"
"""The kind of the reference by which an event speaks of a submission."""

FINDINGS = "findings"
"""In the place of a form: what each requirement was found to be, and on which values."""

_SALT = 16


class Destroyed(Exception):
    """The data of this case were lawfully destroyed; its events still stand."""


@dataclass(frozen=True)
class Content:
    """What a form held when it was submitted: `answers` by name, `rows` of repeated ones by collection."""

    answers: Mapping[str, Any]
    rows: Mapping[str, tuple[Mapping[str, Any], ...]]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data, in which dates and decimals say what they are."""
        rows = {name: [_written(row) for row in each] for name, each in self.rows.items()}
        return {"answers": _written(self.answers), "rows": rows}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Content:
        """Return what `as_json` wrote."""
        rows = {name: tuple(_read(row) for row in each) for name, each in data["rows"].items()}
        return cls(_read(data["answers"]), rows)


def key_of(case: CaseRow) -> bytes:
    """Return the key of a case. Raises Destroyed where its data were destroyed."""
    stored = CaseKey.objects.filter(case=case).first()
    if stored is None or stored.wrapped is None:
        raise Destroyed
    return unwrap(bytes(stored.wrapped))


def give_key(case: CaseRow) -> bytes:
    """Make the key of a new case."""
    key, wrapped = new_case_key()
    CaseKey.objects.create(case=case, wrapped=wrapped)
    return key


def submit(case: CaseRow, key: bytes, form: str, version: int, content: Mapping[str, Any]) -> Reference:
    """Keep a form's content for good; the reference is what the event holds of it."""
    plain, salt, name = canonical(content), secrets.token_bytes(_SALT), uuid4()
    digest = hashlib.sha256(salt + plain).hexdigest()
    Submission.objects.create(
        id=name,
        case=case,
        form=form,
        case_version=version,
        content=encrypt(key, plain, str(name)),
        salt=salt,
        digest=digest,
    )
    return Reference(SUBMISSION, str(name), digest)


def read(submission: Submission, key: bytes) -> Any:
    """Return a submission's content. Raises Problem where it was changed, Destroyed where it is no more."""
    if submission.content is None or submission.salt is None:
        raise Destroyed
    return json.loads(decrypt(key, bytes(submission.content), str(submission.id)))


def latest(case: CaseRow) -> list[Submission]:
    """Return the latest submission of each form that has one, the oldest first."""
    found: dict[str, Submission] = {}
    for each in case.submissions.exclude(form=FINDINGS).order_by("case_version"):
        found.pop(each.form, None)
        found[each.form] = each
    return list(found.values())


def destroy(case: CaseRow) -> None:
    """Destroy what was entered in a case: contents, salts and key. Digests stay, so the chain verifies."""
    Submission.objects.filter(case=case).update(content=None, salt=None)
    CaseKey.objects.filter(case=case).update(wrapped=None)
    case.drafts.all().delete()
    case.answers.all().delete()
    case.subject = ""
    case.save(update_fields=["subject"])


def _written(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in answers.items()}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return list(value) if isinstance(value, tuple) else value


def _read(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _typed(value) for name, value in answers.items()}


def _typed(value: object) -> object:
    match value:
        case {"decimal": str(text)}:
            return Decimal(text)
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case list():
            return tuple(value)
    return value
