"""My work, and lists of cases: each a line that says what it is, where it stands and what is due when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.utils.timezone import localtime

from speccom.casework.case_page import due_in_words
from speccom.casework.models import CaseRow, Meeting
from speccom.casework.procedures import pinned
from speccom.casework.work.elsewhere import WaitsElsewhere
from speccom.interface import formats
from speccom.interface.filters import FilterPanel
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.interface.paging import CEILING, Paging, up_to
from speccom.process.bodies import Body
from speccom.process.calendars import working_days
from speccom.process.procedure import Procedure


@dataclass(frozen=True)
class CaseLine:
    """One case in a list."""

    title: str
    href: str
    state: str
    words: str
    due: str
    is_late: bool
    next: str


@dataclass(frozen=True)
class WorkPage:
    """What a person's front page shows: what is theirs, what waits for their roles, their next meetings."""

    summary: str
    mine: tuple[CaseLine, ...]
    waiting: tuple[CaseLine, ...]
    more: str
    elsewhere: tuple[WaitsElsewhere, ...]
    meetings: tuple[Link, ...]
    may_begin: bool


@dataclass(frozen=True)
class CasesPage:
    """A list of cases with its filters."""

    summary: str
    asked: str
    items: tuple[CaseLine, ...]
    panel: FilterPanel
    paging: Paging


def case_lines(
    rows: Iterable[CaseRow],
    today: date,
    subjects: Mapping[str, str],
    labels: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> tuple[CaseLine, ...]:
    """Return cases as lines.

    By the case's reference, `subjects` are what the person may see of what each is about, and `labels` the
    acts that wait for them.
    """
    return tuple(
        _line(row, today, subjects.get(row.reference, ""), labels.get(row.reference, ())) for row in rows
    )


def meeting_links(meetings: Iterable[Meeting], bodies: Mapping[str, Body]) -> tuple[Link, ...]:
    """Return meetings as links."""
    return tuple(
        Link(
            f"{bodies[each.body].title if each.body in bodies else each.body}, "
            f"{formats.day_and_time(localtime(each.starts_at))}",
            address("meeting", reference=each.reference),
        )
        for each in meetings
    )


def work_summary(mine: int, waiting: int, late: int, elsewhere: Iterable[WaitsElsewhere] = ()) -> str:
    """Return in sentences what waits for a person."""
    others = [formats.sentence(each.words) for each in elsewhere]
    return " ".join([*_cases_waiting(mine, waiting, late), *others]) or "Nothing waits for you."


def _cases_waiting(mine: int, waiting: int, late: int) -> Iterator[str]:
    parts = []
    if mine:
        parts.append(f"{up_to(mine, 'case is', 'cases are')} with you")
    if waiting:
        parts.append(f"{up_to(waiting, 'case waits', 'cases wait')} for your roles")
    if parts:
        yield formats.sentence(formats.listed(parts))
    if late:
        yield formats.sentence(up_to(late, "is late", "are late"))


def cases_summary(total: int) -> str:
    """Return in a sentence how many cases there are, and what to do where the list does not show all."""
    words = formats.sentence(up_to(total, "case"))
    if total <= CEILING:
        return words
    return f"{words} The {formats.number(CEILING)} that changed last are shown: search or filter for others."


def called(procedure: Procedure) -> str:
    """Return what people call a case of a process, with a capital."""
    return procedure.called[:1].upper() + procedure.called[1:]


def _line(row: CaseRow, today: date, subject: str, labels: Sequence[str]) -> CaseLine:
    procedure = pinned(row.process)
    due: Any = getattr(row, "due_on", None)
    changed = formats.day(localtime(row.changed_at).date())
    return CaseLine(
        title=subject or called(procedure),
        href=address("case", reference=row.reference),
        state=procedure.states[row.state].label,
        words=f"{row.reference}, {procedure.called}. Last step on {changed}.",
        due=formats.sentence(due_in_words(due, today, working_days(today))) if due else "",
        is_late=bool(due and due < today),
        next=formats.listed([f"“{each}”" for each in labels], "or"),
    )
