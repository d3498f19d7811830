"""The addresses of a case's letters."""

from speccom.casework.papers import views
from speccom.interface.pages import Audience, Kind, Page

_LETTERS = "cases/<str:reference>/letters"
_LETTER = f"{_LETTERS}/<str:letter>/<int:version>"

# Whose a case is, the process's own table says: for whom it is not there, its letters are not found.
PAGES = (
    Page("case-letters", _LETTERS, views.letters, Audience.EVERYONE, about_records=True),
    Page("case-letter", _LETTER, views.letter, Audience.EVERYONE, about_records=True),
    Page(
        "case-letter-file",
        f"{_LETTER}/<str:form>",
        views.letter_file,
        Audience.EVERYONE,
        kind=Kind.DOWNLOAD,
        about_records=True,
    ),
)
