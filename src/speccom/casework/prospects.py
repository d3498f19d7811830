"""What may happen next to a case: each act, what it needs, and what is met of that as the drafts stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from speccom.casework.drafts import answers_of, content_of
from speccom.casework.facts import facts_of
from speccom.casework.open_case import Opened
from speccom.casework.sight import Viewer, actor
from speccom.process.answers import Answers
from speccom.process.decide import Found, requirements_found
from speccom.process.procedure import CLOCK, Transition


@dataclass(frozen=True)
class Prospect:
    """One act: whether it is this person's, its forms as their drafts stand, its requirements as found."""

    transition: Transition
    is_mine: bool
    answers: Mapping[str, Answers]
    findings: tuple[Found, ...]


def prospects(opened: Opened, looking: Viewer) -> tuple[Prospect, ...]:
    """Return what people may do next with a case, this person's own acts first."""
    found = [
        prospect(opened, each, looking)
        for each in opened.procedure.acts_from(opened.row.state)
        if each.role != CLOCK
    ]
    return tuple(sorted(found, key=lambda each: not each.is_mine))


def prospect(opened: Opened, transition: Transition, looking: Viewer) -> Prospect:
    """Return one act as it would be found now; the drafts of somebody else's are not looked at."""
    mine = is_mine(opened, transition, looking)
    forms = opened.procedure.forms_of(transition.act) if mine else ()
    answers = {form.id: answers_of(opened, form) for form in forms}
    return Prospect(transition, mine, answers, _findings(opened, transition, answers, looking.at))


def is_mine(opened: Opened, transition: Transition, looking: Viewer) -> bool:
    """Whether an act belongs to a role that the person holds for this case, and was not made another's."""
    acting = actor(looking, opened.procedure, transition.act, opened.row)
    done_before = any(acting.id in opened.case.done_by(act) for act in transition.not_by)
    return transition.role in acting.roles and not done_before


def _findings(
    opened: Opened, transition: Transition, answers: Mapping[str, Answers], now: datetime
) -> tuple[Found, ...]:
    brings = {form: content_of(each) for form, each in answers.items()}
    given = {name: value for each in brings.values() for name, value in each.answers.items()}
    facts = facts_of(opened.known(transition.act, now, brings))
    return requirements_found(opened.procedure, transition, facts, given)
