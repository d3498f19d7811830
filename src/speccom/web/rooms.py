"""All pages of all rooms, put together: the one place where rooms that do not know each other meet."""

from __future__ import annotations

from speccom.analysis import pages as analysis
from speccom.analysis.service_activity import service_activity
from speccom.catalogue import pages as catalogue
from speccom.catalogue.service_sections import add_section
from speccom.interface.pages import PageRegistry
from speccom.web import pages as web

REGISTRY = PageRegistry([*web.PAGES, *catalogue.PAGES, *analysis.PAGES])

add_section(service_activity)
