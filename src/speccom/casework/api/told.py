"""What came of an order: the events of it, or why it was refused, with the findings of a page."""

from __future__ import annotations

from typing import Any

from speccom.casework.acting import Unfinished
from speccom.casework.door import Done
from speccom.interface.problem_details import problem_details
from speccom.process.decide import Found, Refused, Why
from speccom.process.event import Event

_STATUS = {
    Why.NOT_YOURS: 403,
    Why.DONE_BEFORE_BY_YOU: 403,
    Why.CHANGED_MEANWHILE: 409,
    Why.NOT_FROM_HERE: 409,
}


def told(outcome: Done | Refused | Unfinished) -> Any:
    """Answer with what came of an order."""
    if isinstance(outcome, Done):
        events = [event_out(each, by_name=True) for each in outcome.events]
        return {"reference": outcome.case, "repeated": outcome.repeated, "events": events}
    if isinstance(outcome, Unfinished):
        errors = [
            {"form": form, "control": control, "message": message}
            for form, answers in outcome.answers.items()
            for control, message in {**answers.missing, **answers.problems}.items()
        ]
        return problem_details(422, "Some answers are missing or cannot be read", errors=errors)
    findings = [finding_out(each) for each in outcome.findings]
    status = _STATUS.get(outcome.why, 422)
    return problem_details(status, "Refused", outcome.message, why=outcome.why, findings=findings)


def finding_out(found: Found) -> dict[str, Any]:
    """Return one requirement as it was found."""
    return {
        "requirement": found.requirement.name,
        "met": found.finding.value,
        "message": found.requirement.sentence if found.met else found.requirement.message,
        "witnesses": list(found.witnesses),
        "where": found.where,
    }


def event_out(event: Event, *, by_name: bool) -> dict[str, Any]:
    """Return one event; `by_name` with who did it."""
    return {
        "sequence": event.sequence,
        "kind": event.kind,
        "act": event.act,
        "at": event.at,
        "effective_at": event.effective_at,
        "actor": event.actor_id if by_name else "",
        "role": event.role,
        "state": event.target,
        "digest": event.digest,
    }
