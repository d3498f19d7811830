"""The addresses of processes."""

from speccom.casework.processes import views
from speccom.interface.pages import Audience, Page

PAGES = (
    Page("processes", "processes", views.processes, Audience.EVERYONE),
    Page("process", "processes/<str:procedure>", views.process, Audience.EVERYONE),
    Page(
        "process-version",
        "processes/<str:procedure>/<str:version>",
        views.process_version,
        Audience.EVERYONE,
    ),
)
