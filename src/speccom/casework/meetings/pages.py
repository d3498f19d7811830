"""The addresses of meetings."""

from speccom.casework.meetings import views
from speccom.interface.pages import READ_AND_POST, Audience, Page

PAGES = (
    Page("meetings", "meetings", views.meetings, Audience.SIGNED_IN),
    Page("meeting-plan", "meetings/plan/<str:body>", views.plan, Audience.SIGNED_IN, methods=READ_AND_POST),
    Page(
        "meeting",
        "meetings/<str:reference>",
        views.meeting,
        Audience.SIGNED_IN,
        methods=READ_AND_POST,
        about_records=True,
    ),
    Page(
        "meeting-item",
        "meetings/<str:reference>/items/<int:item>",
        views.item,
        Audience.SIGNED_IN,
        methods=READ_AND_POST,
        about_records=True,
    ),
    Page(
        "meeting-minutes",
        "meetings/<str:reference>/minutes",
        views.minutes,
        Audience.SIGNED_IN,
        about_records=True,
    ),
)
