"""The rows of cases, made from their events: in the transaction of each, or all again from the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from speccom.casework.bound_answers import bind_again, unlike_submitted
from speccom.casework.ledger import events_of, hold
from speccom.casework.models import CaseRow, Due, LedgerEvent
from speccom.casework.procedures import pinned
from speccom.process.calendars import working_days
from speccom.process.case import Case, fold
from speccom.process.deadlines import deadlines
from speccom.process.procedure import CLOCK, Procedure, StateKind

_PAGE = 500


@dataclass(frozen=True)
class Difference:
    """A case whose row says other than its events."""

    reference: str
    column: str
    stored: object
    folded: object


def project(row: CaseRow, procedure: Procedure, case: Case) -> None:
    """Bring a case's row, and what is due in it, to where its events leave it."""
    for name, value in folded_columns(procedure, case).items():
        setattr(row, name, value)
    row.save(force_update=True)
    _set_due(row, procedure, case)


def folded_columns(procedure: Procedure, case: Case) -> dict[str, object]:
    """Return what the events of a case say of its row."""
    first, last = case.events[0], case.events[-1]
    return {
        "process": case.process,
        "version": case.version,
        "state": case.state,
        "is_closed": procedure.states[case.state].kind is StateKind.CLOSED,
        "opened_by": first.actor_id,
        "given_to": case.given_to,
        "opened_at": first.at,
        "changed_at": last.at,
    }


def differences() -> Iterator[Difference]:
    """Fold every case of the ledger again and name each column in which its row differs."""
    for reference in _cases_of_ledger():
        row = CaseRow.objects.filter(reference=reference).first()
        if row is None:
            yield Difference(reference, "reference", None, reference)
        else:
            yield from _differences_of(row, fold(reference, events_of(reference)))
    in_ledger = LedgerEvent.objects.values("case_id")
    for reference in CaseRow.objects.exclude(reference__in=in_ledger).values_list("reference", flat=True):
        yield Difference(reference, "reference", reference, None)


def rebuild() -> int:
    """Bring every row to where its events leave it; return how many cases there are."""
    count = 0
    for reference in _cases_of_ledger():
        with transaction.atomic():
            hold()
            row = CaseRow.objects.select_for_update().filter(reference=reference).first()
            if row is None:
                continue
            case = fold(reference, events_of(reference))
            procedure = pinned(case.process)
            project(row, procedure, case)
            bind_again(row, procedure)
        count += 1
    return count


def _differences_of(row: CaseRow, case: Case) -> Iterator[Difference]:
    procedure = pinned(case.process)
    for name, folded in folded_columns(procedure, case).items():
        if getattr(row, name) != folded:
            yield Difference(row.reference, name, getattr(row, name), folded)
    due = {each.act: (each.role, each.since, each.on) for each in row.due.all()}
    folded_due = {each.act: (each.role, each.since, each.on) for each in _due(row, procedure, case)}
    for act in sorted(due.keys() | folded_due.keys()):
        if due.get(act) != folded_due.get(act):
            yield Difference(row.reference, f"due, {act}", due.get(act), folded_due.get(act))
    for name, (stored, submitted) in unlike_submitted(row, procedure).items():
        yield Difference(row.reference, f"answer, {name}", stored, submitted)


def _cases_of_ledger() -> Iterator[str]:
    """Return the reference of each case in the ledger, a page at a time, so that others write between."""
    begun = LedgerEvent.objects.filter(case_version=1).exclude(case_id="").order_by("case_id")
    after = ""
    while page := list(begun.filter(case_id__gt=after).values_list("case_id", flat=True)[:_PAGE]):
        yield from page
        after = page[-1]


def _set_due(row: CaseRow, procedure: Procedure, case: Case) -> None:
    Due.objects.filter(case=row).delete()
    Due.objects.bulk_create(_due(row, procedure, case))


def _due(row: CaseRow, procedure: Procedure, case: Case) -> list[Due]:
    calendar = working_days(case.events[0].effective_at.date())
    found = {each.transition.act: each.due for each in deadlines(procedure, case, calendar)}
    since = max(each.case_version for each in case.events if each.source != each.target)
    return [
        Due(case=row, act=each.act, role=each.role, since=since, on=found.get(each.act))
        for each in procedure.acts_from(case.state)
        if each.act in found or (each.role == CLOCK and each.requires)
    ]
