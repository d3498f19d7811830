"""All pages of all rooms, put together: the one place where rooms that do not know each other meet."""

from __future__ import annotations

from speccom.analysis.pages import PAGES as ANALYSIS
from speccom.analysis.rule_editor.pages import PAGES as RULE_EDITOR
from speccom.analysis.service_activity import service_activity
from speccom.casework.api.pages import PAGES as API
from speccom.casework.documents.pages import PAGES as DOCUMENTS
from speccom.casework.meetings.pages import PAGES as MEETINGS
from speccom.casework.pages import PAGES as CASEWORK
from speccom.casework.papers.pages import PAGES as LETTERS
from speccom.casework.work.pages import PAGES as WORK
from speccom.catalogue.pages import PAGES as CATALOGUE
from speccom.catalogue.service_sections import add_section
from speccom.directory.pages import PAGES as DIRECTORY
from speccom.directory.permission import SEE_RUNS
from speccom.interface.pages import PageRegistry
from speccom.web.pages import PAGES as WEB

REGISTRY = PageRegistry(
    (
        *WEB,
        *DIRECTORY,
        *WORK,
        *CASEWORK,
        *DOCUMENTS,
        *LETTERS,
        *MEETINGS,
        *API,
        *CATALOGUE,
        *ANALYSIS,
        *RULE_EDITOR,
    )
)

add_section(service_activity, SEE_RUNS)
