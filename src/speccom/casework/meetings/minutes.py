"""Minutes that write themselves: from attendance, interests, and what was found and decided on each item."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.timezone import localtime

from speccom.casework.answers_shown import answer_in_words
from speccom.casework.documents.as_answers import with_documents
from speccom.casework.ledger import events_of
from speccom.casework.meetings.quorum import latest_interests
from speccom.casework.models import AgendaItem, CaseRow, Interest, Meeting, Submission
from speccom.casework.procedures import pinned
from speccom.casework.sight import Viewer, classes_of, subject_seen
from speccom.casework.submissions import FINDINGS, Content, Destroyed, key_of, read
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.people import names_of
from speccom.interface import formats
from speccom.process.bodies import Body
from speccom.process.event import Event, canonical
from speccom.process.procedure import Procedure

NOT_THERE = "A case that is not there for you"

_MINUTED = frozenset({Confidentiality.PUBLIC, Confidentiality.OFFICIAL})


@dataclass(frozen=True)
class ItemMinutes:
    """What the minutes say of one item."""

    title: str
    interests: tuple[str, ...]
    outcome: str
    requirements: tuple[str, ...]
    recorded: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Minutes:
    """The minutes of a meeting."""

    title: str
    when: str
    place: str
    present: tuple[str, ...]
    items: tuple[ItemMinutes, ...]

    def seen_by(self, looking: Viewer, meeting: Meeting) -> Minutes:
        """Return the minutes for a reader: of a case that is not there for them, only that there was one."""
        cases = [each.case for each in meeting.items.select_related("case")]
        items = (_seen_by(looking, item, case) for item, case in zip(self.items, cases, strict=True))
        return replace(self, items=tuple(items))

    @property
    def digest(self) -> str:
        """The digest by which they are approved and published."""
        return hashlib.sha256(canonical(asdict(self))).hexdigest()


def minutes_of(meeting: Meeting, body: Body) -> Minutes:
    """Return the minutes as the record of the meeting has them."""
    names = _names(meeting)
    items = [_item(each, body, names) for each in meeting.items.select_related("case")]
    return Minutes(
        title=body.title,
        when=formats.day_and_time(localtime(meeting.opened_at or meeting.starts_at)),
        place=meeting.place,
        present=tuple(_present(meeting, body, names)),
        items=tuple(items),
    )


def _present(meeting: Meeting, body: Body, names: Mapping[str, str]) -> Iterator[str]:
    for each in meeting.attendance.order_by("came_at", "seat", "person"):
        left = each.left_at
        until = f", until {_clock(left)}" if left and left != meeting.closed_at else ""
        since = f", from {_clock(each.came_at)}"
        yield f"{names.get(each.person, 'A member')}, {body.seats.get(each.seat, each.seat)}{since}{until}"


def _seen_by(looking: Viewer, item: ItemMinutes, case: CaseRow) -> ItemMinutes:
    if not classes_of(looking, case):
        return ItemMinutes(NOT_THERE, (), "", (), ())
    return item if subject_seen(looking, case) else replace(item, title=case.reference)


def _item(item: AgendaItem, body: Body, names: Mapping[str, str]) -> ItemMinutes:
    event = _event_of(item, body)
    procedure = pinned(event.process if event else item.case.process)
    return ItemMinutes(
        title=f"{item.case.reference}{f': {item.case.subject}' if item.case.subject else ''}",
        interests=tuple(_interests(item, names)),
        outcome=_outcome(event, procedure),
        requirements=tuple(
            procedure.requirements[each.requirement].sentence
            for each in (event.findings if event else ())
            if each.met and each.requirement in procedure.requirements
        ),
        recorded=tuple(_recorded(item, event, procedure)) if event else (),
    )


def _event_of(item: AgendaItem, body: Body) -> Event | None:
    """Return what the body did to the case at this meeting, the last thing where it did several."""
    opened, closed = item.meeting.opened_at, item.meeting.closed_at
    if opened is None:
        return None
    done = [
        each
        for each in events_of(item.case_id)
        if each.act in body.powers and each.at >= opened and (closed is None or each.at <= closed)
    ]
    return done[-1] if done else None


def _outcome(event: Event | None, procedure: Procedure) -> str:
    if event is None:
        return "Nothing was decided."
    return f"{procedure.acts[event.act]}: {procedure.states[event.target].label}."


def _interests(item: AgendaItem, names: Mapping[str, str]) -> Iterator[str]:
    for person, each in latest_interests(item).items():
        if each.settled != Interest.Settled.NONE:
            settled = Interest.Settled(each.settled).label.removeprefix("An interest: ")
            yield f"{names.get(person, 'A member')}: {each.what} ({settled})"


def _recorded(item: AgendaItem, event: Event, procedure: Procedure) -> Iterator[tuple[str, str]]:
    """Return what the act brought, without what is confidential."""
    try:
        key = key_of(item.case)
    except Destroyed:
        return
    forms = with_documents(procedure, item.case, key, _MINUTED).forms
    brought = Submission.objects.filter(case=item.case, case_version=event.case_version).exclude(
        form=FINDINGS
    )
    for submission in brought.order_by("form"):
        content = Content.from_json(read(submission, key))
        form = forms.get(submission.form)
        for question in form.questions if form else ():
            value: Any = content.answers.get(question.name)
            if value is not None and question.confidentiality in _MINUTED:
                yield question.label, answer_in_words(question, value)


def _names(meeting: Meeting) -> dict[str, str]:
    people = {*meeting.attendance.values_list("person", flat=True)}
    people |= set(Interest.objects.filter(item__meeting=meeting).values_list("person", flat=True))
    return names_of(people)


def _clock(moment: Any) -> str:
    return formats.day_and_time(localtime(moment)).split(" at ")[1]
