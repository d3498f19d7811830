"""An answer that is a document: the id of the document and the number of one of its versions."""

from __future__ import annotations

from uuid import UUID

from speccom.casework.models import CaseRow, DocumentVersion


def answer_of(version: DocumentVersion) -> str:
    """Return the answer that is a version of a document."""
    return f"{version.document_id}/{version.number}"


def document_of(answer: str) -> tuple[UUID, int] | None:
    """Return the document and the number of the version that an answer is; None where it is none."""
    document, _, number = answer.partition("/")
    try:
        return UUID(document), int(number)
    except ValueError:
        return None


def withdrawn_answers(case: CaseRow) -> frozenset[str]:
    """Return the answers that are versions which were withdrawn in a case."""
    withdrawn = DocumentVersion.objects.filter(document__case=case, withdrawal__isnull=False)
    return frozenset(answer_of(each) for each in withdrawn)
