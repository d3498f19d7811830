"""The addresses that belong to no room: home, about, accessibility."""

from speccom.interface.pages import Audience, Page
from speccom.web import views

PAGES = (
    Page("home", "", views.home, Audience.EVERYONE),
    Page("about", "about", views.about, Audience.EVERYONE),
    Page("accessibility", "accessibility", views.accessibility, Audience.EVERYONE),
)
