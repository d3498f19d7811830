"""Doing an act as a person: what was filled in becomes what the act brings, in one order to the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from speccom.casework import ledger
from speccom.casework.door import Done, Order, carry_out
from speccom.casework.drafts import answers_of, content_of
from speccom.casework.open_case import Opened
from speccom.casework.prospects import is_mine
from speccom.casework.sight import Viewer, actor
from speccom.process.answers import Answers, Posted, read_answers
from speccom.process.decide import Refused
from speccom.process.procedure import Procedure, Transition


@dataclass(frozen=True)
class Unfinished:
    """Nothing was done: some of the forms that the act brings are not filled in, or cannot be read."""

    answers: Mapping[str, Answers]


def begin(
    looking: Viewer,
    procedure: Procedure,
    transition: Transition,
    organisation: str,
    posted: Mapping[str, Posted],
    command: str,
) -> Done | Refused | Unfinished:
    """Begin a case with what was posted for each form of its first act."""
    forms = procedure.forms_of(transition.act)
    answers = {form.id: read_answers(form, posted.get(form.id, {})) for form in forms}
    if not all(each.complete for each in answers.values()):
        return Unfinished(answers)
    order = Order(
        id=command,
        act=transition.act,
        actor=actor(looking, procedure, transition.act, None),
        at=looking.at,
        procedure=procedure.id,
        organisation=organisation,
        brings={form: content_of(each) for form, each in answers.items()},
    )
    return carry_out(order)


def organisations_for(looking: Viewer, transition: Transition) -> tuple[str, ...]:
    """Return the organisations for which somebody may begin a case by an act."""
    held = {each.organisation for each in looking.held if each.role == transition.role and each.organisation}
    return tuple(sorted(held))


def do(
    looking: Viewer,
    opened: Opened,
    act: str,
    command: str,
    seen_version: int | None,
    posted: Mapping[str, Posted] | None = None,
) -> Done | Refused | Unfinished:
    """Do an act with what was posted for each of its forms, or else with their drafts.

    One that the same person had done by the same command is done, whatever became of the case since.
    """
    before = ledger.events_of_command(command)
    same = (looking.id, act, opened.row.reference)
    if before and not posted and (before[0].actor_id, before[0].act, before[0].case_id) == same:
        return Done(before[0].case_id, before, repeated=True)
    answers = _answers(opened, act, posted or {})
    transition = opened.procedure.transition(opened.row.state, act)
    mine = transition is not None and is_mine(opened, transition, looking)
    if mine and not all(each.complete for each in answers.values()):
        return Unfinished(answers)
    order = Order(
        id=command,
        act=act,
        actor=actor(looking, opened.procedure, act, opened.row),
        at=looking.at,
        case=opened.row.reference,
        brings={form: content_of(each) for form, each in answers.items()},
        seen_version=seen_version,
    )
    return carry_out(order)


def _answers(opened: Opened, act: str, posted: Mapping[str, Posted]) -> dict[str, Answers]:
    return {
        form.id: read_answers(form, posted[form.id], opened.answers)
        if form.id in posted
        else answers_of(opened, form)
        for form in opened.procedure.forms_of(act)
    }
