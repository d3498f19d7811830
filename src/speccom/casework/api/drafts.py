"""Drafts of forms: read, and kept a section at a time, as the pages of a case keep them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Router

from speccom.casework.api import draft_shapes as shapes
from speccom.casework.api.asking import case_asked_for
from speccom.casework.drafts import ChangedMeanwhile, KeptDraft, draft_of, save_draft, texts_of_section
from speccom.casework.filling_in import MovedOn, filling_in
from speccom.casework.open_case import Opened
from speccom.casework.sight import Viewer
from speccom.interface.problem_details import problem_details
from speccom.process.answers import Answers, Place, Standing, read_answers, rows_posted
from speccom.process.form import Form, Section

router = Router(tags=["drafts"])


@router.get("/cases/{reference}/drafts/{form}", response=shapes.DraftOut, url_name="api-case-draft")
def draft(request: HttpRequest, reference: str, form: str) -> Any:
    """Show the draft of a form: the sections that the person may fill in now."""
    looking, opened = case_asked_for(request, reference)
    asked = opened.procedure.forms.get(form)
    if asked is None:
        raise Http404
    return _draft(opened, asked, _sections(opened, looking, asked))


@router.put(
    "/cases/{reference}/drafts/{form}/{section}", response=shapes.DraftOut, url_name="api-case-draft-section"
)
def keep(request: HttpRequest, reference: str, form: str, section: str, order: shapes.DraftIn) -> Any:
    """Keep the answers of a section. Where somebody saved the draft since it was read, nothing is kept."""
    looking, opened = case_asked_for(request, reference)
    place = filling_in(opened, looking, form, section)
    saved = save_draft(opened, place.form, section, dict(order.texts), looking.id, looking.at, order.version)
    if isinstance(saved, ChangedMeanwhile):
        return problem_details(
            409,
            "Somebody else changed this",
            "Read the draft again, compare it with your answers, and keep them with its version.",
            draft=_draft(opened, place.form, [place.section], saved.kept),
        )
    return _draft(opened, place.form, [place.section], saved)


def _sections(opened: Opened, looking: Viewer, form: Form) -> list[Section]:
    """Return the sections that are the person's to fill in. Raises why not where none is."""
    found: list[Section] = []
    refusal: MovedOn | PermissionDenied = PermissionDenied()
    for each in form.sections:
        try:
            found.append(filling_in(opened, looking, form.id, each.id).section)
        except (MovedOn, PermissionDenied) as refused:
            refusal = refused
    if not found:
        raise refusal
    return found


def _draft(
    opened: Opened, form: Form, sections: list[Section], kept: KeptDraft | None = None
) -> dict[str, Any]:
    kept = kept or draft_of(opened, form)
    answers = read_answers(form, kept.posted, opened.answers)
    return {
        "form": form.id,
        "version": kept.version,
        "saved_by": kept.saved_by,
        "sections": [
            {
                "section": each.id,
                "title": each.title,
                "repeats": each.repeats,
                "texts": texts_of_section(form, each.id, kept.posted),
                "questions": list(_questions(each, answers)),
            }
            for each in sections
        ],
    }


def _questions(section: Section, answers: Answers) -> Iterator[dict[str, Any]]:
    """Return what is asked as the answers stand; of a section that repeats, also in one more row."""
    wrong = {**answers.missing, **answers.problems}
    for row in range(1, rows_posted(section, answers.posted) + 2) if section.repeats else (0,):
        for question in section.questions:
            place = Place(section.id, question.id, row)
            if answers.standings.get(place) is not Standing.DOES_NOT_APPLY:
                yield {
                    "control": place.control,
                    "label": question.label,
                    "kind": question.kind,
                    "required": question.required,
                    "options": dict(question.options),
                    "problem": wrong.get(place.control, ""),
                }
