"""A paper as a file, in each form that there is of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import HttpResponse
from django.template.loader import render_to_string

from speccom.casework.documents.file_name import as_attachment, clean_name
from speccom.casework.documents.kinds import DocumentKind
from speccom.casework.papers.paper import Paper
from speccom.casework.papers.pdf import as_pdf
from speccom.casework.papers.word import as_word

HTML = "html"
_SAVED: Mapping[str, tuple[DocumentKind, Callable[[Paper], bytes]]] = {
    "pdf": (DocumentKind.PDF, as_pdf),
    "docx": (DocumentKind.WORD, as_word),
}
FORMS = (HTML, *_SAVED)


def file_of(paper: Paper, name: str, form: str) -> HttpResponse:
    """Return a paper in one of the forms. Raises Problem for letters that no typeface of a PDF has."""
    if form == HTML:
        return HttpResponse(render_to_string("casework/paper_alone.jinja", {"paper": paper}, using="house"))
    kind, made = _SAVED[form]
    response = HttpResponse(made(paper), content_type=kind.media_type)
    response["Content-Disposition"] = as_attachment(clean_name(name, kind))
    return response
