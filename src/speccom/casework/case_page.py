"""One case: where it stands, what it waits for, what was entered as far as one may see, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localtime

from speccom.casework.answers_shown import ShownSection, shown_sections
from speccom.casework.models import Due, PolicyVersion
from speccom.casework.open_case import Opened
from speccom.casework.policies.policy_page import PolicyLine, policy_lines
from speccom.casework.processes.process_links import process_address
from speccom.casework.prospects import Prospect
from speccom.criteria.vocabulary import Confidentiality
from speccom.interface import formats
from speccom.interface.pages import address
from speccom.process.decide import Found
from speccom.process.event import GIVEN, PERSON, Event
from speccom.process.procedure import CLOCK, Procedure
from speccom.process.working_days import WorkingDays


@dataclass(frozen=True)
class Tick:
    """One requirement of an act: met, not met or not known, with what shows it and where to mend it."""

    text: str
    standing: str
    colour: str
    witnesses: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True)
class NextAct:
    """One act that may come next: whose it is, by when, what it needs."""

    label: str
    href: str
    role: str
    due: str
    is_late: bool
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Happening:
    """One event in words."""

    what: str
    when: str
    who: str
    state: str
    number: int


@dataclass(frozen=True)
class CasePage:
    """What a case's page shows."""

    state: str
    words: str
    policies: tuple[PolicyLine, ...]
    done: str
    mine: tuple[NextAct, ...]
    others: tuple[NextAct, ...]
    by_itself: tuple[str, ...]
    sections: tuple[ShownSection, ...]
    history: tuple[Happening, ...]
    process: str
    process_href: str
    is_illustrative: bool
    holder: str
    takers: tuple[tuple[str, str], ...]
    give_href: str
    command: str


@dataclass(frozen=True)
class Around:
    """What else a case's page needs: names, titles of roles, what is due, what it published, and today."""

    names: Mapping[str, str]
    roles: Mapping[str, str]
    due: Sequence[Due]
    policies: Sequence[PolicyVersion]
    today: date
    calendar: WorkingDays
    classes: frozenset[Confidentiality]
    command: str
    takers: tuple[tuple[str, str], ...] = ()
    done: str = ""


def present_case(opened: Opened, nexts: Iterable[Prospect], around: Around) -> CasePage:
    """Return what the page of a case shows to somebody who may see `around.classes` of it."""
    procedure, state = opened.procedure, opened.procedure.states[opened.row.state]
    is_insider = Confidentiality.OFFICIAL in around.classes
    shown = [(_next_act(opened, each, around), each.is_mine) for each in nexts if each.is_mine or is_insider]
    return CasePage(
        state=state.label,
        words=_words(opened),
        policies=policy_lines(around.policies, around.today),
        done=_done(procedure, opened.case.events, around.done),
        mine=tuple(act for act, is_mine in shown if is_mine),
        others=tuple(act for act, is_mine in shown if not is_mine),
        by_itself=tuple(_by_itself(procedure, each) for each in around.due if each.role == CLOCK),
        sections=tuple(
            section
            for form in procedure.forms.values()
            if (entered := opened.submitted.get(form.id))
            for section in shown_sections(
                form, entered.answers, entered.rows, around.classes, opened.row.reference
            )
            if section.answers
        ),
        history=tuple(_happening(procedure, each, around) for each in reversed(opened.case.events)),
        process=f"{procedure.title} (version {procedure.version})",
        process_href=process_address(procedure, opened.row.state),
        is_illustrative=procedure.status == "illustrative",
        holder=around.names.get(opened.case.given_to, "") if is_insider else "",
        takers=around.takers,
        give_href=address("case-give", reference=opened.row.reference),
        command=around.command,
    )


def tick_of(found: Found) -> Tick:
    """Return one requirement as a page shows it."""
    standing, colour = {
        True: ("Met", "green"),
        False: ("Not met", "orange"),
        None: ("Not known", "grey"),
    }[found.finding.value]
    text = found.requirement.sentence if found.met else found.requirement.message
    return Tick(text, standing, colour, found.witnesses, "" if found.met else found.where)


def due_in_words(on: date | None, today: date, calendar: WorkingDays) -> str:
    """Return a last day as people say it: due today, in three working days, or two working days late."""
    if on is None:
        return ""
    if on == today:
        return f"due today, {formats.day(on)}"
    days = formats.counted(abs(calendar.between(today, on)), "working day")
    return (
        f"due on {formats.day(on)}, in {days}"
        if on > today
        else f"{days} late: it was due on {formats.day(on)}"
    )


def _next_act(opened: Opened, found: Prospect, around: Around) -> NextAct:
    transition = found.transition
    due = next((each.on for each in around.due if each.act == transition.act), None)
    return NextAct(
        label=transition.label,
        href=address("case-act", reference=opened.row.reference, act=transition.act),
        role=around.roles.get(transition.role, transition.role),
        due=due_in_words(due, around.today, around.calendar),
        is_late=due is not None and due < around.today,
        ticks=tuple(tick_of(each) for each in found.findings),
    )


def _words(opened: Opened) -> str:
    first = opened.case.events[0]
    steps = formats.counted(len(opened.case.events), "step")
    return f"Started on {formats.day(localtime(first.effective_at).date())}. {steps} so far."


def _done(procedure: Procedure, events: Sequence[Event], done: str) -> str:
    return procedure.acts.get(done, "") if events[-1].act == done else ""


def _by_itself(procedure: Procedure, due: Due) -> str:
    label = procedure.acts[due.act]
    return (
        f"“{label}” happens of itself after {formats.day(due.on)}"
        if due.on
        else (f"“{label}” happens of itself when its time comes")
    )


def _noted(event: Event, around: Around) -> str:
    """Return in words an event that leaves the case where it is."""
    if event.kind == GIVEN:
        to = next((each.id for each in event.references if each.kind == PERSON), "")
        return f"Given to {around.names.get(to, 'somebody')}"
    return formats.sentence(event.kind.partition(".")[0].replace("_", " ")).removesuffix(".")


def _happening(procedure: Procedure, event: Event, around: Around) -> Happening:
    by_name = Confidentiality.OFFICIAL in around.classes
    role = around.roles.get(event.role, event.role)
    name = around.names.get(event.actor_id, "") if by_name else ""
    who = "time itself" if event.role == CLOCK else f"{name} ({role})" if name else role
    return Happening(
        what=procedure.acts.get(event.act) or _noted(event, around),
        when=formats.day_and_time(localtime(event.at)),
        who=who,
        state=procedure.states[event.target].label if event.act and event.target in procedure.states else "",
        number=event.case_version,
    )
