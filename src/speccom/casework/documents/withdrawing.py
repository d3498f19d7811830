"""Withdrawing a version of a document that was filed by mistake: what it held and why it went are kept."""

from __future__ import annotations

import hashlib
import hmac

from django.core.exceptions import PermissionDenied

from speccom.casework.documents.taking import VERSION, role_to_add
from speccom.casework.door import Done, Note, note
from speccom.casework.keys import decrypt, encrypt
from speccom.casework.models import CaseRow, DocumentVersion, Withdrawal
from speccom.casework.open_case import Opened
from speccom.casework.sight import Viewer, actor
from speccom.casework.submissions import Destroyed
from speccom.problem import Problem
from speccom.process.decide import Refused
from speccom.process.event import Reference
from speccom.process.roles import roles_giving

WITHDRAWN = "document_withdrawn.1"
"""The kind of the event; its references are the version's, as when it was added, and the reason's."""

FUNCTION = "withdraw_documents"
"""The function that a role must give to whoever withdraws what others have filed."""

LONGEST_REASON = 500
_PURPOSE = b"speccom reason of a withdrawal"


def role_to_withdraw(opened: Opened, looking: Viewer, version: DocumentVersion) -> tuple[str, str]:
    """Return the role in which somebody may withdraw a version, and the function for it; blank for none.

    Who runs cases of this kind has a role that gives the function, and may do it at any time. Who filed the
    version needs no function, and may do it for as long as they may add documents.
    """
    acting = actor(looking, opened.procedure, "", opened.row)
    for role in roles_giving(FUNCTION, acting.roles):
        return role, FUNCTION
    return role_to_add(opened, looking) if version.added_by == looking.id else "", ""


def may_withdraw(opened: Opened, looking: Viewer, version: DocumentVersion) -> bool:
    """Whether somebody may withdraw a version, and may still look at it once it is withdrawn."""
    return bool(role_to_withdraw(opened, looking, version)[0])


def withdrawal_of(version: DocumentVersion) -> Withdrawal | None:
    """Return the withdrawal of a version, None where it stands."""
    found: Withdrawal | None = getattr(version, "withdrawal", None)
    return found


def withdraw(
    opened: Opened, looking: Viewer, command: str, version: DocumentVersion, why: str
) -> Done | Refused:
    """Withdraw a version for good.

    Raises PermissionDenied where that is not the person's to do; and Problem where the reason is missing or
    too long, or the version is withdrawn already.
    """
    role, function = role_to_withdraw(opened, looking, version)
    if not role:
        raise PermissionDenied
    reason = _reason(why)
    digest = _digest_of(reason, opened.key)

    def keep(row: CaseRow) -> tuple[Reference, ...]:
        if Withdrawal.objects.filter(version=version).exists():
            raise Problem("this version was withdrawn already", mend="Look at the document again")
        if row.is_closed and not function:
            raise Problem(f"{row.reference} was closed meanwhile", mend="Ask somebody who runs such cases")
        Withdrawal.objects.create(
            version=version,
            reason=encrypt(opened.key, reason.encode(), _context(version)),
            digest=digest,
            withdrawn_by=looking.id,
            withdrawn_at=looking.at,
        )
        return ()

    said = Note(
        id=command,
        kind=WITHDRAWN,
        actor=actor(looking, opened.procedure, "", opened.row),
        role=role,
        at=looking.at,
        case=opened.row.reference,
        function=function,
        references=(
            Reference(VERSION, str(version.id), version.address),
            Reference("reason", str(version.id), digest),
        ),
    )
    return note(said, keep)


def reason_of(withdrawal: Withdrawal, key: bytes) -> str:
    """Return why a version was withdrawn. Raises Destroyed where that was destroyed."""
    if withdrawal.reason is None:
        raise Destroyed
    return decrypt(key, bytes(withdrawal.reason), _context(withdrawal.version)).decode()


def _reason(why: str) -> str:
    reason = why.strip()
    if not reason:
        raise Problem("a reason is missing", mend="Say why the document is withdrawn")
    if len(reason) > LONGEST_REASON:
        raise Problem("the reason is too long", mend=f"Write {LONGEST_REASON} characters or fewer")
    return reason


def _digest_of(reason: str, key: bytes) -> str:
    """Return a digest that only the key of the case can make, so that nobody can confirm a guess without."""
    own = hmac.digest(key, _PURPOSE, hashlib.sha256)
    return hmac.digest(own, reason.encode(), hashlib.sha256).hex()


def _context(version: DocumentVersion) -> str:
    return f"withdrawal of {version.pk}"
