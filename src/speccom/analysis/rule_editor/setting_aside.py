"""A draft given up by the person who began it: it stays as it was, and is no longer open."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from speccom.analysis.rule_editor.acting import EDIT_RULES, SET_ASIDE, Acting, event_of, record
from speccom.analysis.rule_editor.drafts import OpenDraft, as_it_stands, hold
from speccom.analysis.rule_editor.models import SetAside
from speccom.directory.models import Person
from speccom.problem import Problem
from speccom.process.event import Event


def set_aside(acting: Acting, number: int, reason: str) -> SetAside:
    """Give up a draft, for good.

    Raises NoSuchDraft, PermissionDenied where somebody else began it, and Problem where it is no longer open
    or no reason is given.
    """
    acting.needs(EDIT_RULES)
    with transaction.atomic():
        row = hold(number)
        before = SetAside.objects.filter(recorded=acting.command, draft=row).first()
        if before is not None:
            return before
        draft = as_it_stands(row)
        if not is_own(draft, acting.person):
            raise PermissionDenied
        if draft.why_closed is not None:
            raise draft.why_closed
        if not reason.strip():
            raise Problem("no reason is given", mend="Say in words why")
        kept = SetAside.objects.create(
            draft=row, reason=reason, by=acting.person, at=acting.at, recorded=acting.command
        )
        record(acting, EDIT_RULES, SET_ASIDE, draft.base.identity, draft.base.digest, reason)
    return kept


def is_own(draft: OpenDraft, person: Person | None) -> bool:
    """Whether somebody began a draft, so that it is theirs to set aside."""
    return person is not None and draft.row.started_by_id == person.pk


def event_of_setting_aside(draft: OpenDraft) -> Event | None:
    """Return the ledger's event of a draft's setting aside; None where it has none that says the same."""
    kept = draft.set_aside
    if kept is None:
        return None
    return event_of(kept.recorded, draft.base.identity, draft.base.digest, kept.reason)
