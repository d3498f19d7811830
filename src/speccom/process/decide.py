"""The one decision: may this act be done now? A pure function from what is known to events, or to reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from speccom.criteria.evaluate import Finding, evaluate
from speccom.process.case import Case
from speccom.process.event import CLOSED, MOVED, STARTED, Event, FindingNote, Reference
from speccom.process.procedure import (
    CLOCK,
    PREVIOUS,
    ClockEffect,
    Procedure,
    Requirement,
    StateKind,
    TimeLimit,
    Transition,
)


@dataclass(frozen=True)
class Actor:
    """Who acts: a person (or the clock), with the roles that they hold for this case at this moment."""

    id: str
    roles: frozenset[str]
    on_behalf_of: str = ""


@dataclass(frozen=True)
class Command:
    """What somebody asks for: `given` is what the act brings, `expected_version` what they had seen."""

    id: str
    act: str
    actor: Actor
    at: datetime
    given: Mapping[str, object] = field(default_factory=dict)
    effective_at: datetime | None = None
    expected_version: int | None = None
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class FactValue:
    """A fact as gathered: its value, what showed it, where it can be changed, how it was calculated."""

    value: object
    witnesses: tuple[str, ...] = ()
    where: str = ""
    how: str = ""


Facts = Mapping[str, FactValue]


@dataclass(frozen=True)
class Found:
    """A requirement as it was found: met, not met, or not known; `how` says by which methods, by fact."""

    requirement: Requirement
    finding: Finding
    witnesses: tuple[str, ...] = ()
    where: str = ""
    how: tuple[tuple[str, str], ...] = ()

    @property
    def met(self) -> bool:
        """Whether it is met; what is not known is not met."""
        return self.finding.value is True


@dataclass(frozen=True)
class FollowUp:
    """An act that time will do, and how long after this one."""

    act: str
    within: TimeLimit


class Why(StrEnum):
    """Why an act is refused."""

    NOT_FROM_HERE = "not from here"
    NOT_YOURS = "not yours"
    DONE_BEFORE_BY_YOU = "done before by you"
    CHANGED_MEANWHILE = "changed meanwhile"
    NOT_MET = "not met"


@dataclass(frozen=True)
class Accepted:
    """The act is done by these events; `follow_ups` are what the clock does later."""

    events: tuple[Event, ...]
    follow_ups: tuple[FollowUp, ...] = ()


@dataclass(frozen=True)
class Repeated:
    """The command was carried out before; nothing happens again."""

    events: tuple[Event, ...]


@dataclass(frozen=True)
class Refused:
    """Nothing happened. `findings` has every requirement of the act, where they were looked at."""

    why: Why
    message: str
    findings: tuple[Found, ...] = ()


Outcome = Accepted | Repeated | Refused


def decide(procedure: Procedure, case: Case, facts: Facts, command: Command) -> Outcome:
    """Decide on a command. Pure: the actor, the time and every fact are given.

    `facts` holds the case's fields and facts by name. A command that was carried out before is `Repeated`,
    whatever has happened since; one that is refused adds nothing.
    """
    done = case.of_command(command.id)
    if done:
        return Repeated(done)
    transition = procedure.transition(case.state, command.act)
    if transition is None:
        return Refused(Why.NOT_FROM_HERE, _not_from_here(procedure, case, command.act))
    refusal = _may(procedure, case, transition, command)
    if refusal:
        return refusal
    findings = requirements_found(procedure, transition, facts, command.given)
    unmet = [each for each in findings if not each.met]
    if unmet:
        return Refused(Why.NOT_MET, " ".join(each.requirement.message for each in unmet), findings)
    event = _event(procedure, case, transition, findings, command)
    return Accepted((event,), _follow_ups(procedure, event.target))


def requirements_found(
    procedure: Procedure, transition: Transition, facts: Facts, given: Mapping[str, object]
) -> tuple[Found, ...]:
    """Return every requirement of an act as it is found; what the act brings stands before what is stored.

    A field of the act's own forms that it leaves blank is blank, whatever an earlier act brought: the reason
    for one step is none for the next.
    """
    asked = {name: None for form in procedure.forms_of(transition.act) for name in form.fields}
    record = {name: fact.value for name, fact in facts.items()} | asked | dict(given)
    return tuple(
        _found(procedure.requirements[name], record, facts)
        for name in (*transition.requires, *transition.records)
    )


def _found(requirement: Requirement, record: Mapping[str, object], facts: Facts) -> Found:
    finding = evaluate(requirement.criterion.expression, record)
    used = {name: facts[name] for name, _ in _seen(finding) if name in facts}
    witnesses = tuple(witness for fact in used.values() for witness in fact.witnesses)
    where = next((fact.where for fact in used.values() if fact.where), requirement.where)
    how = tuple((name, fact.how) for name, fact in used.items() if fact.how)
    return Found(requirement, finding, witnesses, where, how)


def _may(procedure: Procedure, case: Case, transition: Transition, command: Command) -> Refused | None:
    """Refuse one who may not: by role, by separation of duties, or because the case has moved on."""
    if transition.role not in command.actor.roles:
        return Refused(
            Why.NOT_YOURS,
            f"“{transition.label}” is not yours to do: it belongs to the role “{transition.role}”.",
        )
    for act in transition.not_by:
        if command.actor.id in case.done_by(act):
            return Refused(
                Why.DONE_BEFORE_BY_YOU,
                f"“{transition.label}” needs somebody who has not done “{procedure.acts[act]}” in this case.",
            )
    if command.expected_version is not None and command.expected_version != case.version:
        return Refused(
            Why.CHANGED_MEANWHILE,
            "This case has changed since you opened it. Look at it again before you go on.",
        )
    return None


def _not_from_here(procedure: Procedure, case: Case, act: str) -> str:
    label = procedure.acts.get(act)
    if label is None:
        return "There is no such step in this procedure."
    if not case.state:
        return f"“{label}” cannot begin a case."
    return f"“{label}” cannot be done while the case is at “{procedure.states[case.state].label}”."


def _event(
    procedure: Procedure,
    case: Case,
    transition: Transition,
    findings: Sequence[Found],
    command: Command,
) -> Event:
    target = case.previous if transition.target == PREVIOUS else transition.target
    is_closed = procedure.states[target].kind is StateKind.CLOSED
    return Event(
        event_id=f"{command.id}.1",
        command_id=command.id,
        case_id=case.id,
        case_version=case.version + 1,
        kind=CLOSED if is_closed else MOVED if case.state else STARTED,
        act=transition.act,
        at=command.at,
        effective_at=command.effective_at or command.at,
        actor_id=command.actor.id,
        role=transition.role,
        on_behalf_of=command.actor.on_behalf_of,
        process=procedure.identity,
        source=case.state,
        target=target,
        clock=transition.clock.value if isinstance(transition.clock, ClockEffect) else "",
        findings=tuple(_note(each) for each in findings),
        references=command.references,
    )


def _follow_ups(procedure: Procedure, state: str) -> tuple[FollowUp, ...]:
    return tuple(
        FollowUp(each.act, each.deadline)
        for each in procedure.acts_from(state)
        if each.role == CLOCK and each.deadline is not None
    )


def _note(found: Found) -> FindingNote:
    seen = {(name, _written(value)) for name, value in _seen(found.finding)}
    how = {(f"{name}, calculated by", text) for name, text in found.how}
    return FindingNote(found.requirement.name, found.met, tuple(sorted(seen | how)))


def _seen(finding: Finding) -> list[tuple[str, object]]:
    """Return the fields that a finding looked at, with what it saw."""
    seen, waiting = [], [finding]
    while waiting:
        part = waiting.pop()
        waiting += part.parts
        looked_at = getattr(part.expression, "field", None)
        if looked_at is not None:
            seen.append((looked_at.name, part.seen))
    return seen


def _written(value: object) -> str:
    return "" if value is None else str(value)
