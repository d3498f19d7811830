"""The addresses of work."""

from speccom.casework.work import views
from speccom.interface.pages import Audience, Kind, Page

PAGES = (
    Page("work", "work", views.work, Audience.SIGNED_IN, about_records=True),
    Page("cases", "cases", views.cases, Audience.EVERYONE, about_records=True),
    Page(
        "work-calendar",
        "work/calendar.ics",
        views.calendar,
        Audience.SIGNED_IN,
        kind=Kind.DOWNLOAD,
        about_records=True,
    ),
)
