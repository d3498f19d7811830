"""Drafts: what is typed into a form before an act brings it, kept at every change and lost to nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from speccom.casework.keys import decrypt, encrypt
from speccom.casework.models import CaseRow, Draft
from speccom.casework.open_case import Opened
from speccom.casework.submissions import Content
from speccom.process.answers import DATE_PARTS, Answers, Posted, as_posted, read_answers
from speccom.process.form import Form, Question, QuestionKind

Texts = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class KeptDraft:
    """A form's draft as it stands; `version` is 0 where nobody has saved one yet."""

    posted: Texts
    version: int = 0
    saved_by: str = ""


@dataclass(frozen=True)
class ChangedMeanwhile:
    """Somebody else saved the draft since it was opened; `kept` is what they left. Nothing was saved."""

    kept: KeptDraft


def draft_of(opened: Opened, form: Form) -> KeptDraft:
    """Return a form's draft; where there is none, what was last submitted, unless it is filled in afresh."""
    stored = Draft.objects.filter(case=opened.row, form=form.id).first()
    if stored is None:
        return KeptDraft(as_posted(form, {} if form.afresh else opened.answers, opened.rows))
    return _read(stored, opened)


def save_draft(
    opened: Opened, form: Form, section: str, posted: Posted, by: str, at: datetime, seen_version: int | None
) -> KeptDraft | ChangedMeanwhile:
    """Keep what was typed into one section of a form; the other sections stay as they were.

    `seen_version` is the draft that the person had before them; None keeps it whatever was saved since.
    """
    with transaction.atomic():
        CaseRow.objects.select_for_update().get(pk=opened.row.pk)
        before = draft_of(opened, form)
        texts = _with_section(form, section, before.posted, posted)
        if before.version and texts == before.posted:
            return before
        if seen_version is not None and seen_version != before.version:
            return ChangedMeanwhile(before)
        kept = KeptDraft(texts, before.version + 1, by)
        content = json.dumps(texts, ensure_ascii=False, sort_keys=True).encode()
        Draft.objects.update_or_create(
            case=opened.row,
            form=form.id,
            defaults={
                "content": encrypt(opened.key, content, _context(opened, form.id)),
                "version": kept.version,
                "saved_by": by,
                "saved_at": at,
            },
        )
    return kept


def answers_of(opened: Opened, form: Form) -> Answers:
    """Return a form's answers as its draft has them."""
    return read_answers(form, draft_of(opened, form).posted, opened.answers)


def content_of(answers: Answers) -> Content:
    """Return answers as an act brings them: every question's name, None where it is blank or not asked."""
    blank = {question.name: None for question in answers.form.questions}
    return Content({**blank, **answers.values}, dict(answers.rows))


def texts_of_section(form: Form, section: str, posted: Posted) -> dict[str, str | tuple[str, ...]]:
    """Return what of all that was posted belongs to a section."""
    controls = _controls(form, section)
    return {
        name: text if isinstance(text, str) else tuple(text)
        for name, text in posted.items()
        if controls.owns(name)
    }


def _with_section(
    form: Form, section: str, before: Texts, posted: Posted
) -> dict[str, str | tuple[str, ...]]:
    controls = _controls(form, section)
    kept = {name: text for name, text in before.items() if not controls.owns(name)}
    return kept | texts_of_section(form, section, posted)


@dataclass(frozen=True)
class _Controls:
    """Which controls of a page belong to a section: by their names, in a `repeating` one after its row."""

    names: frozenset[str]
    repeating: str = ""

    def owns(self, control: str) -> bool:
        if not self.repeating:
            return control in self.names
        section, _, rest = control.partition("-")
        row, _, name = rest.partition("-")
        return section == self.repeating and row.isascii() and row.isdigit() and name in self.names


def _controls(form: Form, section_id: str) -> _Controls:
    section = next(each for each in form.sections if each.id == section_id)
    names = frozenset(name for question in section.questions for name in _names(question))
    return _Controls(names, section.id if section.repeats else "")


def _names(question: Question) -> tuple[str, ...]:
    if question.kind is QuestionKind.DATE:
        return tuple(f"{question.id}-{part}" for part in DATE_PARTS)
    return (question.id,)


def _read(stored: Draft, opened: Opened) -> KeptDraft:
    written = json.loads(decrypt(opened.key, bytes(stored.content), _context(opened, stored.form)))
    posted = {name: text if isinstance(text, str) else tuple(text) for name, text in written.items()}
    return KeptDraft(posted, stored.version, stored.saved_by)


def _context(opened: Opened, form: str) -> str:
    return f"draft of {form} in {opened.row.reference}"
