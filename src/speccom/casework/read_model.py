"""The rows of cases, made from their events: in the transaction of each, or all again from the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction

from speccom.casework.ledger import events_of
from speccom.casework.models import CaseRow, Due, LedgerEvent
from speccom.casework.procedures import pinned
from speccom.process.calendars import working_days
from speccom.process.case import Case, fold
from speccom.process.deadlines import deadlines
from speccom.process.procedure import CLOCK, Procedure, StateKind

FOLDED = ("process", "version", "state", "is_closed", "opened_by", "opened_at", "changed_at")
"""The columns of a case that its events alone decide."""


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
        "opened_at": first.at,
        "changed_at": last.at,
    }


def differences() -> Iterator[Difference]:
    """Fold every case of the ledger again and name each column in which its row differs."""
    known = set()
    for reference in _cases_of_ledger():
        known.add(reference)
        row = CaseRow.objects.filter(reference=reference).first()
        if row is None:
            yield Difference(reference, "reference", None, reference)
            continue
        case = fold(reference, events_of(reference))
        columns = folded_columns(pinned(case.process), case)
        for name, folded in columns.items():
            if getattr(row, name) != folded:
                yield Difference(reference, name, getattr(row, name), folded)
    for reference in CaseRow.objects.exclude(reference__in=known).values_list("reference", flat=True):
        yield Difference(reference, "reference", reference, None)


def rebuild() -> int:
    """Bring every row to where its events leave it; return how many cases there are."""
    count = 0
    for reference in _cases_of_ledger():
        with transaction.atomic():
            row = CaseRow.objects.select_for_update().filter(reference=reference).first()
            if row is None:
                continue
            case = fold(reference, events_of(reference))
            project(row, pinned(case.process), case)
        count += 1
    return count


def _cases_of_ledger() -> Iterator[str]:
    rows = LedgerEvent.objects.exclude(case_id="").order_by("case_id").values_list("case_id", flat=True)
    return (reference for reference, _ in groupby(rows.iterator(chunk_size=2000)))


def _set_due(row: CaseRow, procedure: Procedure, case: Case) -> None:
    calendar = working_days(case.events[0].effective_at.date())
    found = {each.transition.act: each.due for each in deadlines(procedure, case, calendar)}
    asked = [
        each
        for each in procedure.acts_from(case.state)
        if each.act in found or (each.role == CLOCK and each.requires)
    ]
    Due.objects.filter(case=row).delete()
    Due.objects.bulk_create(
        Due(case=row, act=each.act, role=each.role, on=found.get(each.act)) for each in asked
    )
