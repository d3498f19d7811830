"""The rows of the register, folded from the events of cases and from what was submitted with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from speccom.casework.models import CaseRow, PolicyVersion
from speccom.casework.procedures import all_known, pinned
from speccom.casework.submissions import FINDINGS, Content, Destroyed, key_of, read
from speccom.process.case import Case
from speccom.process.deadlines import HERE
from speccom.process.event import Event
from speccom.process.policies import PolicyChange, PolicyEffect

_LONGEST = 200


def policies_of(row: CaseRow, case: Case) -> list[PolicyVersion]:
    """Return what a case published, as its later events leave it; nothing where its content was destroyed.

    What a case publishes takes the place of what it published before, from the day on which it begins.
    """
    found: list[PolicyVersion] = []
    try:
        for event, effect in _effects(case):
            record = _record_at(row, event)
            if effect.change is PolicyChange.PUBLISHES:
                version = _published(row, event, effect, record)
                replaced = _not_run_out(found, version.starts_on)
                _end(replaced, version.starts_on, PolicyChange.SUPERSEDES, version.identifier)
                found.append(version)
            else:
                ended = (*_not_run_out(found[:-1], _day(event)), *found[-1:])
                _end(ended, _day(event), effect.change, _text(record, effect.newer)[:_LONGEST])
    except Destroyed:
        return []
    return found


def _not_run_out(versions: Iterable[PolicyVersion], on: date) -> list[PolicyVersion]:
    return [each for each in versions if each.expires_on is None or each.expires_on >= on]


def _end(versions: Iterable[PolicyVersion], on: date, by: PolicyChange, newer: str) -> None:
    """Have versions end on a day; what ended before that day stays as it is."""
    for each in versions:
        if each.ended_on is None or on < each.ended_on:
            each.ended_on, each.ended_by = on, by.value
            each.newer = newer if newer != each.identifier else ""


def _effects(case: Case) -> list[tuple[Event, PolicyEffect]]:
    """Return the events that did something to the register, each under the version of its own time.

    Where that version is on the shelf no more, the one under which the case went on says it.
    """
    known = {each.identity: each for each in all_known()}
    current = pinned(case.process)
    return [
        (event, effect)
        for event in case.events
        if (effect := known.get(event.process, current).policies.get(event.act))
    ]


def _published(row: CaseRow, event: Event, effect: PolicyEffect, record: Mapping[str, Any]) -> PolicyVersion:
    day = _day(event)
    return PolicyVersion(
        case=row,
        sequence=event.sequence,
        identifier=(_text(record, effect.identifier) or row.reference)[:_LONGEST],
        title=_text(record, effect.title),
        about=_text(record, effect.about),
        service_lines=" ".join(_text(record, effect.service_lines).replace(",", " ").split()),
        published_on=day,
        starts_on=record.get(effect.starts) or day,
        expires_on=record.get(effect.expires),
    )


def _record_at(row: CaseRow, event: Event) -> dict[str, Any]:
    """Return what the case held once an event had brought its part, and what was found then."""
    record: dict[str, Any] = {}
    key = key_of(row)
    for each in row.submissions.filter(case_version__lte=event.case_version).order_by("case_version", "form"):
        if each.form != FINDINGS:
            record |= Content.from_json(read(each, key)).answers
        elif each.case_version == event.case_version:
            for seen in read(each, key).values():
                record |= {name: value for name, value in seen.items() if name not in record}
    return record


def _text(record: Mapping[str, Any], name: str) -> str:
    return str(record.get(name) or "")


def _day(event: Event) -> date:
    return event.effective_at.astimezone(HERE).date()
