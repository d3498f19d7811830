"""Answers for the addresses of a case's letters."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse

from speccom.casework.open_case import Opened
from speccom.casework.papers.files import file_of
from speccom.casework.papers.letters_page import DOWNLOADS, present_letter, present_letters
from speccom.casework.papers.sent_letters import SentLetter, find_letter, letters_sent, paper_of
from speccom.casework.sight import Viewer, classes_of
from speccom.casework.views import case_frame, of_case
from speccom.interface.frame import Crumb, show
from speccom.interface.pages import address


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
    if form not in DOWNLOADS:
        raise Http404
    return file_of(paper_of(opened, sent), f"{opened.row.reference} {sent.letter.title}", form)


def _find(looking: Viewer, opened: Opened, letter: str, version: int) -> SentLetter:
    sent = find_letter(opened, classes_of(looking, opened.row), letter, version)
    if sent is None:
        raise Http404
    return sent
