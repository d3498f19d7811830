"""Documents as answers: what may be chosen of a case, and what is read where one was chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from speccom.casework.documents.answer import answer_of, withdrawn_answers
from speccom.casework.documents.kept import about
from speccom.casework.models import CaseRow, DocumentVersion
from speccom.casework.open_case import Opened, open_case
from speccom.casework.sight import Viewer, classes_of
from speccom.criteria.vocabulary import Confidentiality
from speccom.interface.pages import address
from speccom.process.form import QuestionKind
from speccom.process.procedure import Procedure


def open_for(looking: Viewer, row: CaseRow) -> Opened:
    """Open a case for somebody: its questions may be answered with the documents that they may see.

    Raises Destroyed, and Problem, as `open_case` does.
    """
    opened = open_case(row)
    classes = classes_of(looking, row)
    return replace(opened, procedure=with_documents(opened.procedure, row, opened.key, classes))


def with_documents(
    procedure: Procedure, case: CaseRow, key: bytes, classes: Collection[Confidentiality]
) -> Procedure:
    """Return a procedure with a case's documents of some classes in the questions that ask for one.

    Those that were withdrawn stand apart: they may not be chosen, and earlier answers may be one of them.
    """
    if not _asks_for_documents(procedure):
        return procedure
    documents = documents_by_answer(case, key, classes)
    gone = withdrawn_answers(case)
    standing = {answer: words for answer, words in documents.items() if answer not in gone}
    withdrawn = {answer: words for answer, words in documents.items() if answer in gone}
    forms = {name: form.with_documents(standing, withdrawn) for name, form in procedure.forms.items()}
    return replace(procedure, forms=forms)


def documents_by_answer(case: CaseRow, key: bytes, classes: Collection[Confidentiality]) -> Mapping[str, str]:
    """Return in words each version of a case's documents of some classes, a document's latest first."""
    versions = DocumentVersion.objects.filter(
        document__case=case, document__confidentiality__in=list(classes)
    ).select_related("document")
    titles = {each.document_id: about(each.document, key).title for each in versions}
    ordered = sorted(
        versions, key=lambda each: (titles[each.document_id].casefold(), each.document_id, -each.number)
    )
    return {answer_of(each): f"{titles[each.document_id]}, version {each.number}" for each in ordered}


def document_address(reference: str, answer: str) -> str:
    """Return where a document that is an answer in a case can be read."""
    document, _, number = answer.partition("/")
    return f"{address('case-document', reference=reference, document=document)}#version-{number}"


def _asks_for_documents(procedure: Procedure) -> bool:
    return any(
        question.kind is QuestionKind.DOCUMENT
        for form in procedure.forms.values()
        for section in form.sections
        for question in section.questions
    )
