"""A version of a document as a file to save: no browser may show it, run it or guess what it is."""

from __future__ import annotations

from django.http import HttpResponse

from speccom.casework.documents.file_name import as_attachment
from speccom.casework.documents.kept import about, content_of
from speccom.casework.documents.kinds import DocumentKind
from speccom.casework.models import DocumentVersion
from speccom.casework.open_case import Opened

_NOTHING_MAY_RUN = "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"


def file_of(opened: Opened, version: DocumentVersion) -> HttpResponse:
    """Return a version as a file to save. Raises Problem where its content is not there or was changed."""
    response = HttpResponse(
        content_of(version, opened.key), content_type=DocumentKind(version.kind).media_type
    )
    response["Content-Disposition"] = as_attachment(about(version, opened.key).name)
    response["Content-Security-Policy"] = _NOTHING_MAY_RUN
    response["X-Content-Type-Options"] = "nosniff"
    return response
