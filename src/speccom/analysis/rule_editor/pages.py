"""The addresses of the rule editor."""

from speccom.analysis.rule_editor import draft_views, item_views, proposal_views, try_views
from speccom.analysis.rule_editor.acting import EDIT_RULES, SEE_DRAFTS
from speccom.analysis.start_form import START_RUNS
from speccom.interface.pages import POST, READ_AND_POST, Kind, Page

_ALL = "rule-editor"
_DRAFT = f"{_ALL}/drafts/<int:draft>"

PAGES = (
    Page("drafts", _ALL, draft_views.drafts, SEE_DRAFTS),
    Page("draft-start", f"{_ALL}/start", draft_views.start_draft, EDIT_RULES, methods=READ_AND_POST),
    Page("draft", _DRAFT, draft_views.draft, SEE_DRAFTS),
    Page("draft-add", f"{_DRAFT}/add/<slug:kind>", draft_views.add, EDIT_RULES, methods=READ_AND_POST),
    Page("draft-rule", f"{_DRAFT}/rules/<path:rule>", item_views.rule, SEE_DRAFTS, methods=READ_AND_POST),
    Page("draft-set", f"{_DRAFT}/sets/<str:codeset>", item_views.codeset, SEE_DRAFTS, methods=READ_AND_POST),
    Page("draft-line", f"{_DRAFT}/lines/<str:line>", item_views.line, SEE_DRAFTS, methods=READ_AND_POST),
    Page("draft-try", f"{_DRAFT}/try", try_views.try_draft, SEE_DRAFTS),
    Page("draft-workings", f"{_DRAFT}/try/workings/<str:run>", try_views.workings, START_RUNS, methods=POST),
    Page("draft-try-file", f"{_DRAFT}/try/<slug:table>.csv", try_views.file, SEE_DRAFTS, Kind.DOWNLOAD),
    Page("draft-set-aside", f"{_DRAFT}/set-aside", draft_views.put_aside, EDIT_RULES, methods=READ_AND_POST),
    Page(
        "draft-propose", f"{_DRAFT}/propose", proposal_views.propose_draft, EDIT_RULES, methods=READ_AND_POST
    ),
    Page(
        "proposal",
        f"{_ALL}/proposed/<int:proposal>",
        proposal_views.proposal,
        SEE_DRAFTS,
        methods=READ_AND_POST,
    ),
)
