"""The addresses of a case's documents."""

from speccom.casework.documents import views
from speccom.interface.pages import POST, READ_AND_POST, Audience, Kind, Page

_DOCUMENTS = "cases/<str:reference>/documents"

# Whose a case is, the process's own table says: for whom it is not there, its documents are not found.
PAGES = (
    Page(
        "case-documents",
        _DOCUMENTS,
        views.documents,
        Audience.EVERYONE,
        methods=READ_AND_POST,
        about_records=True,
    ),
    Page(
        "case-document",
        f"{_DOCUMENTS}/<uuid:document>",
        views.document,
        Audience.EVERYONE,
        methods=READ_AND_POST,
        about_records=True,
    ),
    Page(
        "case-document-file",
        f"{_DOCUMENTS}/files/<uuid:version>",
        views.document_file,
        Audience.EVERYONE,
        kind=Kind.DOWNLOAD,
        about_records=True,
    ),
    Page(
        "case-document-withdraw",
        f"{_DOCUMENTS}/files/<uuid:version>/withdraw",
        views.withdraw,
        Audience.SIGNED_IN,
        methods=READ_AND_POST,
        about_records=True,
    ),
    Page(
        "case-document-held",
        f"{_DOCUMENTS}/held/<uuid:held>",
        views.held,
        Audience.SIGNED_IN,
        methods=POST,
        about_records=True,
    ),
)
