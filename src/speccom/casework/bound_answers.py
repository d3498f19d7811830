"""Answers that lists and searches need, in typed columns: the latest of each, and nothing confidential."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from speccom.casework.models import Answer, CaseRow
from speccom.casework.submissions import FINDINGS, Content, Destroyed, key_of, read
from speccom.criteria.vocabulary import Field, FieldType
from speccom.process.procedure import Procedure

Columns = dict[str, Any]
SUBJECT = "(subject)"
"""What a case is about, among the names of its answers."""
_LONGEST_SUBJECT = 200


def bind(row: CaseRow, procedure: Procedure, contents: Iterable[Content]) -> None:
    """Put the answers of what an act brings into their columns, and what the case is about into its row."""
    brought = tuple(contents)
    for name, columns in bound(procedure, brought).items():
        Answer.objects.update_or_create(case=row, field=name, defaults=columns)
    row.subject = _subject(procedure, brought) or row.subject


def bind_again(row: CaseRow, procedure: Procedure) -> None:
    """Make the columns of a case, and what it is about, again from all that was ever submitted in it."""
    submitted = _all_submitted(row)
    Answer.objects.filter(case=row).delete()
    Answer.objects.bulk_create(
        Answer(case=row, field=name, **columns) for name, columns in bound(procedure, submitted).items()
    )
    row.subject = _subject(procedure, submitted)
    row.save(update_fields=["subject"])


def unlike_submitted(row: CaseRow, procedure: Procedure) -> dict[str, tuple[str | None, str | None]]:
    """Return each bound answer that is other than what was submitted: as it is stored, and as submitted."""
    contents = _all_submitted(row)
    stored = {each.field: _told(each.text, each.number, each.day) for each in row.answers.all()}
    submitted = {name: _told(**columns) for name, columns in bound(procedure, contents).items()}
    if row.subject != _subject(procedure, contents):
        stored[SUBJECT], submitted[SUBJECT] = row.subject, _subject(procedure, contents)
    return {
        name: (stored.get(name), submitted.get(name))
        for name in sorted(stored.keys() | submitted.keys())
        if stored.get(name) != submitted.get(name)
    }


def bound(procedure: Procedure, contents: Iterable[Content]) -> dict[str, Columns]:
    """Return the columns of each answer that may be bound, the later standing before the earlier.

    What is public is bound whole; of what is official only numbers, dates and choices, never free text.
    """
    found = {}
    for content in contents:
        for name, value in content.answers.items():
            described = procedure.vocabulary.get(name)
            if described is not None and _may_be_bound(described):
                found[name] = _columns(value)
    return found


def _subject(procedure: Procedure, contents: Iterable[Content]) -> str:
    """Return what a case is about, as it was last said; blank where it never was."""
    said = [about for each in contents if (about := each.answers.get(procedure.subject))]
    return str(said[-1])[:_LONGEST_SUBJECT] if said else ""


def _all_submitted(row: CaseRow) -> list[Content]:
    """Return the content of every submission, the oldest first; none where it was destroyed."""
    submitted = row.submissions.exclude(form=FINDINGS).order_by("case_version", "form")
    try:
        key = key_of(row)
        return [Content.from_json(read(each, key)) for each in submitted]
    except Destroyed:
        return []


def _may_be_bound(described: Field) -> bool:
    if described.confidentiality == "public":
        return True
    is_free_text = described.type is FieldType.TEXT and not described.values
    return described.confidentiality == "official" and not is_free_text


def _columns(value: object) -> Columns:
    is_number = isinstance(value, int | Decimal)
    return {
        "text": "" if value is None else str(value),
        "number": value if is_number else None,
        "day": value if isinstance(value, date) else None,
    }


def _told(text: str, number: Decimal | None, day: date | None) -> str:
    """Return columns as one text; a number without the noughts that a database adds at its end."""
    return " ".join(
        filter(
            None,
            (
                text,
                "" if number is None else f"(number {Decimal(number).normalize():f})",
                f"(day {day})" if day else "",
            ),
        )
    )
