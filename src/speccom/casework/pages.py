"""The addresses of cases."""

from speccom.casework import views
from speccom.casework.policies.pages import PAGES as POLICIES
from speccom.casework.processes.pages import PAGES as PROCESSES
from speccom.interface.pages import POST, READ_AND_POST, Audience, Page

_CASE = "cases/<str:reference>"

PAGES = (
    Page("begin", "cases/begin", views.begin, Audience.SIGNED_IN),
    Page(
        "case-begin",
        "cases/begin/<str:procedure>/<str:act>",
        views.begin_case,
        Audience.SIGNED_IN,
        methods=READ_AND_POST,
        about_records=True,
    ),
    # Whose a case is, the process's own table says: for whom it is not there, it is not found.
    Page("case", _CASE, views.case, Audience.EVERYONE, about_records=True),
    Page("case-give", f"{_CASE}/give", views.give_case, Audience.SIGNED_IN, methods=POST, about_records=True),
    Page(
        "case-act",
        f"{_CASE}/do/<str:act>",
        views.act,
        Audience.SIGNED_IN,
        methods=READ_AND_POST,
        about_records=True,
    ),
    Page(
        "case-section",
        f"{_CASE}/forms/<str:form>/<str:section>",
        views.section,
        Audience.SIGNED_IN,
        methods=READ_AND_POST,
        about_records=True,
    ),
    *PROCESSES,
    *POLICIES,
)
