"""The catalogue's addresses."""

from speccom.catalogue import views
from speccom.interface.pages import Audience, Kind, Page

PAGES = (
    Page("services", "services", views.services, Audience.EVERYONE),
    Page("services-file", "services.<str:ending>", views.services_file, Audience.EVERYONE, Kind.DOWNLOAD),
    Page("service", "services/<str:code>", views.service, Audience.EVERYONE),
)
