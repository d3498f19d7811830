"""One act: the sections to fill in, the answers to check, what it requires, and the button that does it."""

from __future__ import annotations

from dataclasses import dataclass

from speccom.casework.answers_shown import ShownSection, shown_sections
from speccom.casework.case_page import Tick, tick_of
from speccom.casework.open_case import Opened
from speccom.casework.prospects import Prospect
from speccom.casework.question_parts import ErrorLink, errors_of
from speccom.criteria.vocabulary import Confidentiality
from speccom.interface.pages import address
from speccom.process.answers import Answers, Place, Standing, rows_posted
from speccom.process.decide import Refused
from speccom.process.form import Form, Section


@dataclass(frozen=True)
class Task:
    """One section of the task list, and how far it is."""

    title: str
    href: str
    status: str
    colour: str
    hint: str


@dataclass(frozen=True)
class ActPage:
    """What the page of an act shows."""

    label: str
    tasks: tuple[Task, ...]
    checks: tuple[tuple[Task, ShownSection], ...]
    ticks: tuple[Tick, ...]
    is_mine: bool
    command: str
    version: int
    errors: tuple[ErrorLink, ...]


def present_act(
    opened: Opened,
    found: Prospect,
    classes: frozenset[Confidentiality],
    command: str,
    refused: Refused | None = None,
) -> ActPage:
    """Return what the page of an act shows; `refused` says why it was not done when it was last asked for."""
    reference = opened.row.reference
    tasks, checks = [], []
    for form_id, answers in found.answers.items():
        form = opened.procedure.forms[form_id]
        for section in form.sections:
            task = _task(reference, form, section, answers)
            tasks.append(task)
            own = Form(form.id, form.title, form.acts, (section,))
            shown = (
                shown_sections(own, answers.values, answers.rows, classes, reference)
                if _is_begun(section, answers)
                else ()
            )
            checks += [(task, each) for each in shown]
    return ActPage(
        label=found.transition.label,
        tasks=tuple(tasks),
        checks=tuple(checks),
        ticks=tuple(tick_of(each) for each in found.findings),
        is_mine=found.is_mine,
        command=command,
        version=opened.row.version,
        errors=_errors(refused),
    )


def _task(reference: str, form: Form, section: Section, answers: Answers) -> Task:
    status, colour = _status(section, answers)
    href = address("case-section", reference=reference, form=form.id, section=section.id)
    return Task(section.title, href, status, colour, section.hint)


def _status(section: Section, answers: Answers) -> tuple[str, str]:
    begun = _is_begun(section, answers)
    if errors_of(section, answers):
        return ("Incomplete", "blue") if begun else ("Not yet started", "grey")
    return ("Completed", "") if begun else ("Optional", "grey")


def _is_begun(section: Section, answers: Answers) -> bool:
    rows = range(1, rows_posted(section, answers.posted) + 1) if section.repeats else (0,)
    standings = (
        answers.standings.get(Place(section.id, each.id, row)) for row in rows for each in section.questions
    )
    return any(each in (Standing.GIVEN, Standing.UNREADABLE) for each in standings)


def _errors(refused: Refused | None) -> tuple[ErrorLink, ...]:
    if refused is None:
        return ()
    unmet = [each for each in refused.findings if not each.met]
    if not unmet:
        return (ErrorLink(refused.message, "#requirements"),)
    return tuple(ErrorLink(each.requirement.message, "#requirements") for each in unmet)
