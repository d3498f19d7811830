"""The addresses of work."""

from speccom.casework.work import views
from speccom.casework.work.daily_message_page import daily_message
from speccom.interface.pages import READ_AND_POST, Audience, Kind, Page

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
    Page("daily-message", "account/daily-message", daily_message, Audience.SIGNED_IN, methods=READ_AND_POST),
)
