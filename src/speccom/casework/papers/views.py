"""Answers for the addresses of a case's letters."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse

from speccom.casework.documents.file_name import as_attachment, clean_name
from speccom.casework.documents.kinds import DocumentKind
from speccom.casework.open_case import Opened
from speccom.casework.papers.letters_page import present_letter, present_letters
from speccom.casework.papers.pdf import as_pdf
from speccom.casework.papers.sent_letters import SentLetter, letters_sent, paper_of
from speccom.casework.papers.word import as_word
from speccom.casework.sight import Viewer, classes_of
from speccom.casework.views import case_frame, of_case
from speccom.interface.frame import Crumb, show
from speccom.interface.pages import address

_FORMS = {"pdf": (DocumentKind.PDF, as_pdf), "docx": (DocumentKind.WORD, as_word)}


@of_case
def letters(request: HttpRequest, looking: Viewer, opened: Opened) -> HttpResponse:
    """Show the letters that the steps of a case have sent."""
    sent = letters_sent(opened, classes_of(looking, opened.row))
    page = present_letters(opened.row.reference, sent)
    return show(request, "casework/letters.jinja", case_frame(opened, "Letters", inside=True), page)


@of_case
def letter(request: HttpRequest, looking: Viewer, opened: Opened, letter: str, version: int) -> HttpResponse:
    """Show one letter as it was sent."""
    sent = _find(looking, opened, letter, version)
    paper = paper_of(opened, sent)
    frame = case_frame(opened, paper.title, inside=True)
    crumb = Crumb("Letters", address("case-letters", reference=opened.row.reference))
    page = present_letter(opened.row.reference, sent, paper)
    return show(request, "casework/letter.jinja", replace(frame, crumbs=(*frame.crumbs, crumb)), page)


@of_case
def letter_file(
    request: HttpRequest, looking: Viewer, opened: Opened, letter: str, version: int, form: str
) -> HttpResponse:
    """Give one letter as a file to save."""
    sent = _find(looking, opened, letter, version)
    if form not in _FORMS:
        raise Http404
    kind, made = _FORMS[form]
    response = HttpResponse(made(paper_of(opened, sent)), content_type=kind.media_type)
    name = f"{opened.row.reference} {sent.letter.title}"
    response["Content-Disposition"] = as_attachment(clean_name(name, kind))
    return response


def _find(looking: Viewer, opened: Opened, letter: str, version: int) -> SentLetter:
    for sent in letters_sent(opened, classes_of(looking, opened.row)):
        if sent.letter.id == letter and sent.event.case_version == version:
            return sent
    raise Http404
