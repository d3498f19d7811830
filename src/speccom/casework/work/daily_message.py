"""The message a day of what waits for a person: into the outbox once, however often it is asked for.

It names cases by reference, kind, act and last day only: a mailbox is no place for what is confidential.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localtime

from speccom.casework.case_page import due_in_words
from speccom.casework.meetings.bodies import bodies_on, next_meetings
from speccom.casework.models import CaseRow, DailyMessage
from speccom.casework.procedures import pinned
from speccom.casework.sight import Viewer, viewer
from speccom.casework.work.elsewhere import WaitsElsewhere, waits_elsewhere
from speccom.casework.work.waiting import labels_of, open_work
from speccom.casework.work.work_page import meeting_links
from speccom.directory.models import Person
from speccom.interface import formats
from speccom.interface.pages import address
from speccom.problem import Problem
from speccom.process.calendars import working_days

_SOON = timedelta(days=7)
_MOST_LINES = 25


def write_daily_messages(now: datetime, site: str) -> Iterator[str]:
    """Write today's message to everybody who has work and wants it; yield the address of each.

    A person's work is looked at once a day: what comes later in the day is in the next day's message. `site`
    is the product's own address. Raises Problem where the outbox cannot be written.
    """
    today = localtime(now).date()
    for person in _not_looked_at(now, today):
        with transaction.atomic():
            if _looks_at(person, today):
                message = message_for(person, now, site)
                if message:
                    _send(message)
                    yield person.email


def message_for(person: Person, now: datetime, site: str) -> EmailMessage | None:
    """Return a person's message of the day, or None where nothing waits and no meeting is ahead."""
    looking, today = viewer(person, now), localtime(now).date()
    elsewhere = waits_elsewhere(person, now)
    work: QuerySet[Any] = open_work(looking)
    parts = [
        _part("Late", work.filter(due_on__lt=today), looking, today, site),
        _part(
            "Due within seven days", work.filter(due_on__range=(today, today + _SOON)), looking, today, site
        ),
        _part("Waiting", work.filter(Q(due_on=None) | Q(due_on__gt=today + _SOON)), looking, today, site),
        *(_elsewhere(each, site) for each in elsewhere),
        _meetings(looking, today, site),
    ]
    if not any(parts):
        return None
    late = work.filter(due_on__lt=today).count()
    waiting = work.count()
    total = formats.counted(waiting, "case waits", "cases wait")
    cases = f"{total} for you{f', {formats.number(late)} late' if late else ''}"
    summary = "; ".join(([cases] if waiting or not elsewhere else []) + [each.words for each in elsewhere])
    text = "\n\n".join(filter(None, (f"{summary}.", *parts, _foot(site))))
    subject = f"Your work on {formats.day(today)}: {summary}"
    name = f"work-{today.isoformat()}-{person.pk}"
    return EmailMessage(subject, f"{text}\n", to=[person.email], headers={"Message-ID": f"<{name}@speccom>"})


def wants_daily_message(person: Person) -> bool:
    """Whether a person gets the message; everybody does until they say otherwise."""
    return not DailyMessage.objects.filter(person=str(person.pk), is_wanted=False).exists()


def set_daily_message(person: Person, *, wanted: bool) -> None:
    """Keep whether a person wants the message."""
    DailyMessage.objects.update_or_create(person=str(person.pk), defaults={"is_wanted": wanted})


def _not_looked_at(now: datetime, today: date) -> Iterator[Person]:
    """Yield who holds a role, wants the message, and whose work was not looked at today."""
    done = set(
        DailyMessage.objects.filter(Q(looked_on__gte=today) | Q(is_wanted=False)).values_list("pk", flat=True)
    )
    holds = Q(grants__starts__lte=now) & (Q(grants__ends=None) | Q(grants__ends__gt=now))
    people = Person.objects.filter(holds, Q(ended=None) | Q(ended__gt=now)).distinct()
    for person in people.prefetch_related("grants").order_by("email"):
        if str(person.pk) not in done:
            yield person


def _looks_at(person: Person, today: date) -> bool:
    """Take note that a person's work is looked at today; False where another tick has just done so."""
    kept, _ = DailyMessage.objects.get_or_create(person=str(person.pk))
    before = Q(looked_on=None) | Q(looked_on__lt=today)
    return DailyMessage.objects.filter(before, pk=kept.pk, is_wanted=True).update(looked_on=today) == 1


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except OSError as fault:
        raise Problem(
            f"the message of the day cannot be written ({fault.strerror})",
            where="the folder outbox of the home",
            mend="Make room and see who may write there; what was not written is written at the next tick",
        ) from None


def _part(title: str, cases: QuerySet[CaseRow], looking: Viewer, today: date, site: str) -> str:
    rows = list(cases[: _MOST_LINES + 1])
    shown = rows[:_MOST_LINES]
    labels = labels_of(looking, shown)
    lines = [_line(row, labels, today, site) for row in shown]
    if len(rows) > _MOST_LINES:
        more = cases.count() - _MOST_LINES
        lines.append(f"* and {formats.number(more)} more: {site}{address('cases')}?whose=roles")
    return _titled(title, lines)


def _line(row: CaseRow, labels: Mapping[str, Sequence[str]], today: date, site: str) -> str:
    acts = formats.listed([f"“{each}”" for each in labels[row.reference]], "or")
    due = due_in_words(row.due_on, today, working_days(today))  # type: ignore[attr-defined]
    words = ", ".join(filter(None, (row.reference, pinned(row.process).called, acts, due)))
    return f"* {words}\n  {site}{address('case', reference=row.reference)}"


def _meetings(looking: Viewer, today: date, site: str) -> str:
    links = meeting_links(next_meetings(looking), bodies_on(today))
    return _titled("Meetings ahead", (f"* {each.text}\n  {site}{each.href}" for each in links))


def _elsewhere(waits: WaitsElsewhere, site: str) -> str:
    return _titled(waits.heading, (f"* {each.text}\n  {site}{each.href}" for each in waits.links))


def _titled(title: str, lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    return f"{title}\n\n{text}" if text else ""


def _foot(site: str) -> str:
    return (
        f"All of your work: {site}{address('work')}\n\n"
        "You get this message once on each day on which something waits for you. To get it no more:\n"
        f"{site}{address('daily-message')}"
    )
