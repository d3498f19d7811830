"""The rows of cases, made from their events: in the transaction of each, or all again from the ledger.

Whom a case waits for depends on meetings as well, which write those rows again as they begin and end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Model

from speccom.casework.bound_answers import SUBJECT, bind_again, unlike_submitted
from speccom.casework.case_words import words_of
from speccom.casework.ledger import events_of, hold
from speccom.casework.models import CaseRow, CaseWord, Due, LedgerEvent, PolicyVersion, Waiting
from speccom.casework.policies.register import policies_of
from speccom.casework.procedures import pinned
from speccom.casework.waits import waiting_rows
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
    """Bring a case's row, and what is found with it, to where its events leave it."""
    for name, value in folded_columns(procedure, case).items():
        setattr(row, name, value)
    row.save(force_update=True)
    for model, rows in beside(row, procedure, case).items():
        _keep(model, row, rows)


def project_again(row: CaseRow) -> None:
    """Bring a case's row, and what is found with it, to where its events leave it and who has it before them.

    To be called with the ledger held.
    """
    held = CaseRow.objects.select_for_update().get(pk=row.pk)
    case = fold(held.reference, events_of(held.reference))
    project(held, pinned(case.process), case)


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


def beside(row: CaseRow, procedure: Procedure, case: Case) -> dict[type[Model], Sequence[Model]]:
    """Return the rows beside a case's own: what is due, whom it waits for, its words, its policies."""
    calendar = working_days(case.events[0].effective_at.date())
    last_days = {each.transition.act: each.due for each in deadlines(procedure, case, calendar)}
    return {
        Due: _due(row, procedure, case, last_days),
        Waiting: waiting_rows(row, procedure, last_days),
        CaseWord: words_of(row, procedure),
        PolicyVersion: policies_of(row, case),
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
            bind_again(row, procedure)
            project(row, procedure, case)
        count += 1
    return count


def _differences_of(row: CaseRow, case: Case) -> Iterator[Difference]:
    procedure = pinned(case.process)
    unlike = unlike_submitted(row, procedure)
    folded = copy(row)
    folded.subject = unlike.get(SUBJECT, ("", row.subject))[1] or ""
    for name, value in folded_columns(procedure, case).items():
        setattr(folded, name, value)
        if getattr(row, name) != value:
            yield Difference(row.reference, name, getattr(row, name), value)
    for model, rows in beside(folded, procedure, case).items():
        stored = _by_name(model._default_manager.filter(case=row))
        made = _by_name(rows)
        for name in sorted(stored.keys() | made.keys()):
            if stored.get(name) != made.get(name):
                column = f"{model._meta.verbose_name}, {name}"
                yield Difference(row.reference, column, stored.get(name), made.get(name))
    for name, (kept, submitted) in unlike.items():
        yield Difference(row.reference, f"answer, {name}", kept, submitted)


def _cases_of_ledger() -> Iterator[str]:
    """Return the reference of each case in the ledger, a page at a time, so that others write between."""
    begun = LedgerEvent.objects.filter(case_version=1).exclude(case_id="").order_by("case_id")
    after = ""
    while page := list(begun.filter(case_id__gt=after).values_list("case_id", flat=True)[:_PAGE]):
        yield from page
        after = page[-1]


def _keep(model: type[Model], row: CaseRow, wanted: Sequence[Model]) -> None:
    """Have exactly these rows stand beside a case; those that stand there already are left alone."""
    stored = {_values(each): each.pk for each in model._default_manager.filter(case=row)}
    by_values = {_values(each): each for each in wanted}
    gone = [stored[each] for each in stored.keys() - by_values.keys()]
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    model._default_manager.bulk_create(
        by_values[each] for each in sorted(by_values.keys() - stored.keys(), key=repr)
    )


def _due(row: CaseRow, procedure: Procedure, case: Case, last_days: Mapping[str, date]) -> list[Due]:
    since = max(each.case_version for each in case.events if each.source != each.target)
    return [
        Due(case=row, act=each.act, role=each.role, since=since, on=last_days.get(each.act))
        for each in procedure.acts_from(case.state)
        if each.act in last_days or (each.role == CLOCK and each.requires)
    ]


def _by_name(rows: Iterable[Model]) -> dict[str, tuple[object, ...]]:
    """Return the values of rows that stand beside one case by what each is about: its act, its word."""
    found = {}
    for _, name, *values in map(_values, rows):
        found[name.decode() if isinstance(name, bytes) else str(name)] = tuple(values)
    return found


def _values(row: Model) -> tuple[object, ...]:
    values = (getattr(row, each.attname) for each in row._meta.concrete_fields if not each.primary_key)
    return tuple(bytes(each) if isinstance(each, memoryview) else each for each in values)
