"""The door: the only way in which a case changes, for people, programs, the clock and the demonstration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from django.db import transaction

from speccom.casework import ledger, submissions
from speccom.casework.bound_answers import bind
from speccom.casework.facts import facts_of
from speccom.casework.keys import seal_of
from speccom.casework.models import CaseRow, Draft, Receipt
from speccom.casework.open_case import Opened, open_case
from speccom.casework.procedures import in_force, pinned
from speccom.casework.read_model import project
from speccom.casework.references import next_in
from speccom.directory.security_log import Happened, tell
from speccom.problem import Problem
from speccom.process.case import Case, fold
from speccom.process.decide import Accepted, Actor, Command, Refused, Repeated, Why, decide
from speccom.process.event import Event, Reference, canonical
from speccom.process.procedure import CLOCK
from speccom.process.reference import series_of
from speccom.process.roles import shelved_roles


@dataclass(frozen=True)
class Order:
    """What is asked of the door. `case` is blank to begin one; `procedure` and `organisation` then say where.

    `brings` holds the content of each form that the act brings; `seen_version` the version of the case that
    the person looked at. `id` is new for each order, and the same again only when it is sent again.
    """

    id: str
    act: str
    actor: Actor
    at: datetime
    case: str = ""
    procedure: str = ""
    organisation: str = ""
    brings: Mapping[str, submissions.Content] = field(default_factory=dict)
    effective_at: datetime | None = None
    seen_version: int | None = None


@dataclass(frozen=True)
class Note:
    """Something that happened in a case (in none where `case` is blank) and leaves it where it is.

    `kind` is the event's, in the past tense and with its version (`document_added.1`). `role` is the one in
    which the actor does it (blank for what needs none), and must give `function` where that is not blank.
    `process` is the one under which the case goes on, where that is another.
    """

    id: str
    kind: str
    actor: Actor
    role: str
    at: datetime
    case: str = ""
    function: str = ""
    references: tuple[Reference, ...] = ()
    process: str = ""


Keep = Callable[[CaseRow], Iterable[Reference]]


@dataclass(frozen=True)
class Done:
    """The order was carried out, now or when it was first sent."""

    case: str
    events: tuple[Event, ...]
    repeated: bool = False


class NoSuchCase(Exception):
    """There is no case of this reference."""


def carry_out(order: Order) -> Done | Refused:
    """Carry out an order whole, or refuse it whole.

    Raises NoSuchCase; Destroyed where what was entered is no more; and Problem where the order's id was used
    for something else, or where the case's process cannot be found as it was.
    """
    with transaction.atomic():
        tail = ledger.hold()
        fingerprint = _fingerprint(order)
        repeated = _carried_out_before(order.id, fingerprint)
        if repeated:
            return repeated
        opened = open_case(_held(order.case)) if order.case else _begin(order)
        outcome = _decide(opened, order)
        if isinstance(outcome, Refused):
            transaction.set_rollback(True)
            return _told(outcome, order.actor, order.case, order.act)
        if isinstance(outcome, Repeated):
            return Done(opened.row.reference, outcome.events, repeated=True)
        events = ledger.append(tail, _with_what_was_brought(opened, order, outcome))
        case = opened.case
        for event in events:
            case = case.after(event)
        project(opened.row, opened.procedure, case)
        Receipt.objects.create(command_id=order.id, case_id=opened.row.reference, fingerprint=fingerprint)
        return Done(opened.row.reference, events)


def note(noted: Note, keep: Keep | None = None) -> Done | Refused:
    """Add an event that leaves its case where it is.

    What is kept with it is written by `keep`, in the same transaction and with the case held; its references
    are added to the event's. What happens in no case is numbered as the ledger is.

    Raises NoSuchCase; and Problem where the note's id was used for something else.
    """
    refusal = _may_note(noted)
    if refusal:
        return _told(refusal, noted.actor, noted.case, noted.kind)
    with transaction.atomic():
        tail = ledger.hold()
        fingerprint = _fingerprint_of_note(noted)
        repeated = _carried_out_before(noted.id, fingerprint)
        if repeated:
            return repeated
        Receipt.objects.create(command_id=noted.id, case_id=noted.case, fingerprint=fingerprint)
        if not noted.case:
            of_none = Case("", version=tail.sequence)
            return Done("", ledger.append(tail, [_noted(noted, of_none, noted.references)]))
        row = _held(noted.case)
        case = fold(row.reference, ledger.events_of(row.reference))
        references = (*noted.references, *(keep(row) if keep else ()))
        events = ledger.append(tail, [_noted(noted, case, references)])
        after = case.after(events[0])
        project(row, pinned(after.process), after)
        return Done(row.reference, events)


def _may_note(noted: Note) -> Refused | None:
    if noted.role and noted.role not in noted.actor.roles:
        return Refused(Why.NOT_YOURS, f"This belongs to the role “{noted.role}”.")
    role = shelved_roles().get(noted.role)
    if noted.function and (role is None or noted.function not in role.functions):
        return Refused(Why.NOT_YOURS, "None of your roles gives the right to do this.")
    return None


def _told(refused: Refused, actor: Actor, case: str, act: str) -> Refused:
    """Have the log tell of a refusal; the clock, which asks again and again, is no news."""
    if actor.id != CLOCK:
        tell(Happened.ACT_REFUSED, person=actor.id, case=case, act=act, why=refused.why)
    return refused


def _noted(noted: Note, case: Case, references: tuple[Reference, ...]) -> Event:
    return Event(
        event_id=f"{noted.id}.1",
        command_id=noted.id,
        case_id=case.id,
        case_version=case.version + 1,
        kind=noted.kind,
        act="",
        at=noted.at,
        effective_at=noted.at,
        actor_id=noted.actor.id,
        role=noted.role,
        on_behalf_of=noted.actor.on_behalf_of,
        process=noted.process or case.process,
        source=case.state,
        target=case.state,
        references=references,
    )


def _carried_out_before(command_id: str, fingerprint: str) -> Done | None:
    receipt = Receipt.objects.filter(command_id=command_id).first()
    if receipt is None:
        return None
    if receipt.fingerprint != fingerprint:
        raise Problem(
            "this was sent before with something else in it",
            mend="Go back to the case and do it again; a repeat must be the same in every part",
        )
    return Done(receipt.case_id, ledger.events_of_command(command_id), repeated=True)


def _fingerprint(order: Order) -> str:
    brings = {form: content.as_json() for form, content in order.brings.items()}
    asked = {
        "act": order.act,
        "actor": order.actor.id,
        "case": order.case,
        "procedure": order.procedure,
        "organisation": order.organisation,
        "brings": brings,
    }
    return seal_of("fingerprint of an order", canonical(asked).decode())


def _fingerprint_of_note(noted: Note) -> str:
    asked = {
        "kind": noted.kind,
        "actor": noted.actor.id,
        "case": noted.case,
        "references": [asdict(each) for each in noted.references],
    }
    return seal_of("fingerprint of a note", canonical(asked).decode())


def _begin(order: Order) -> Opened:
    procedure = in_force(order.procedure, order.at.date())
    row = CaseRow.objects.create(
        reference=next_in(series_of(procedure.id, order.at.year)),
        procedure=procedure.id,
        process=procedure.identity,
        version=0,
        state="",
        organisation=order.organisation,
        opened_by=order.actor.id,
        opened_at=order.at,
        changed_at=order.at,
    )
    return Opened(row, procedure, Case(row.reference), submissions.give_key(row), {}, {})


def _held(reference: str) -> CaseRow:
    row = CaseRow.objects.select_for_update().filter(reference=reference).first()
    if row is None:
        raise NoSuchCase(reference)
    return row


def _decide(opened: Opened, order: Order) -> Accepted | Repeated | Refused:
    given = {name: value for content in order.brings.values() for name, value in content.answers.items()}
    command = Command(
        order.id,
        order.act,
        order.actor,
        order.at,
        given,
        order.effective_at,
        order.seen_version,
    )
    return decide(
        opened.procedure, opened.case, facts_of(opened.known(order.act, order.at, order.brings)), command
    )


def _with_what_was_brought(opened: Opened, order: Order, outcome: Accepted) -> list[Event]:
    """Keep what the order brought and what was found; the events then hold only references to them."""
    return [_sealed_content(opened, order, event) for event in outcome.events]


def _sealed_content(opened: Opened, order: Order, event: Event) -> Event:
    row, key, version = opened.row, opened.key, event.case_version
    brought = [
        submissions.submit(row, key, form, version, content.as_json())
        for form, content in order.brings.items()
    ]
    bind(row, opened.procedure, order.brings.values())
    Draft.objects.filter(case=row, form__in=list(order.brings)).delete()
    found = {each.requirement: dict(each.seen) for each in event.findings}
    findings: list[Reference] = (
        [submissions.submit(row, key, submissions.FINDINGS, version, found)] if found else []
    )
    return replace(
        event,
        findings=tuple(replace(each, seen=()) for each in event.findings),
        references=(*event.references, *brought, *findings),
    )
