"""The question for which somebody adds a document, so that they come back to it with the document chosen."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404

from speccom.casework.documents.answer import answer_of
from speccom.casework.drafts import draft_of, save_draft
from speccom.casework.filling_in import FillingIn, MovedOn, filling_in
from speccom.casework.models import DocumentVersion
from speccom.casework.open_case import Opened
from speccom.casework.question_parts import PREFIX
from speccom.casework.sight import Viewer
from speccom.interface.pages import address
from speccom.interface.whole_number import whole_number
from speccom.process.answers import Place
from speccom.process.form import Question, QuestionKind, Section

PARAMETER = "for"
"""In the address of the page that adds a document: the form, the section and the control of the question."""


@dataclass(frozen=True)
class AskedFor:
    """A question that asks for a document, and its control on the page of its section."""

    place: FillingIn
    question: Question
    control: str
    reference: str

    def href(self, *, done: bool = False) -> str:
        """Return where it is asked; `done` says there that the document was added."""
        form, section = self.place.form.id, self.place.section.id
        page = address("case-section", reference=self.reference, form=form, section=section)
        return f"{page}{'?done=added' if done else ''}#{PREFIX}{self.control}"


def address_to_add(reference: str, place: FillingIn, control: str) -> str:
    """Return where a document is added for a question."""
    asked = urlencode({PARAMETER: f"{place.form.id}/{place.section.id}/{control}"})
    return f"{address('case-documents', reference=reference)}?{asked}#add"


def asked_for(opened: Opened, looking: Viewer, written: str) -> AskedFor | None:
    """Return the question that an address names; None where it is not the person's to answer now."""
    form, _, rest = written.partition("/")
    section, _, control = rest.partition("/")
    try:
        place = filling_in(opened, looking, form, section)
    except (Http404, MovedOn, PermissionDenied):
        return None
    question = next((each for each in place.section.questions if _asks(place.section, each, control)), None)
    return AskedFor(place, question, control, opened.row.reference) if question else None


def choose(opened: Opened, looking: Viewer, asked: AskedFor, version: DocumentVersion) -> None:
    """Choose a document in the draft of the form; not where somebody changes the draft at the same time."""
    form, section = asked.place.form, asked.place.section
    kept = draft_of(opened, form)
    posted = {**kept.posted, asked.control: answer_of(version)}
    save_draft(opened, form, section.id, posted, looking.id, looking.at, kept.version)


def _asks(section: Section, question: Question, control: str) -> bool:
    if question.kind is not QuestionKind.DOCUMENT:
        return False
    row = control.removeprefix(f"{section.id}-").partition("-")[0] if section.repeats else "0"
    number = whole_number(row, digits=3) or 0
    return Place(section.id, question.id, number).control == control
