"""Letters and papers of cases, in each of their forms."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from speccom.casework.api import letter_shapes as shapes
from speccom.casework.api.asking import case_asked_for
from speccom.casework.papers.files import FORMS, file_of
from speccom.casework.papers.sent_letters import find_letter, letters_sent, paper_of
from speccom.casework.sight import classes_of

router = Router(tags=["letters"])


@router.get("/cases/{reference}/letters", response=list[shapes.LetterOut], url_name="api-case-letters")
def letters(request: HttpRequest, reference: str) -> Any:
    """List the letters of a case that the person may read, the newest first."""
    looking, opened = case_asked_for(request, reference)
    return [
        {
            "letter": each.letter.id,
            "version": each.event.case_version,
            "title": each.letter.title,
            "to": each.letter.addressee,
            "sent_at": each.event.effective_at,
            "forms": list(FORMS),
        }
        for each in letters_sent(opened, classes_of(looking, opened.row))
    ]


@router.get("/cases/{reference}/letters/{letter}/{version}/{form}", url_name="api-case-letter-file")
def letter(request: HttpRequest, reference: str, letter: str, version: int, form: str) -> HttpResponse:
    """Give a letter as it was sent: as `html`, `pdf` or `docx`."""
    looking, opened = case_asked_for(request, reference)
    sent = find_letter(opened, classes_of(looking, opened.row), letter, version)
    if sent is None or form not in FORMS:
        raise Http404
    return file_of(paper_of(opened, sent), f"{reference} {sent.letter.title}", form)
