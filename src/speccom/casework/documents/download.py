"""A version of a document as a file to save: no browser may show it, run it or guess what it is."""

from __future__ import annotations

from django.http import HttpResponse

from speccom.casework.documents.file_name import as_attachment
from speccom.casework.documents.kept import about, content_of
from speccom.casework.documents.kinds import DocumentKind
from speccom.casework.documents.plain_text import charset_of
from speccom.casework.models import DocumentVersion
from speccom.casework.open_case import Opened

_NOTHING_MAY_RUN = "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"


def file_of(opened: Opened, version: DocumentVersion) -> HttpResponse:
    """Return a version as a file to save. Raises Problem where its content is not there or was changed."""
    content = content_of(version, opened.key)
    response = HttpResponse(content, content_type=_content_type(DocumentKind(version.kind), content))
    response["Content-Disposition"] = as_attachment(about(version, opened.key).name)
    response["Content-Security-Policy"] = _NOTHING_MAY_RUN
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _content_type(kind: DocumentKind, content: bytes) -> str:
    """Say what it is; of a text also in which letters, so that nobody has to guess."""
    charset = charset_of(content) if kind in (DocumentKind.TEXT, DocumentKind.CSV) else ""
    return f"{kind.media_type}; charset={charset}" if charset else kind.media_type
