"""Answers for the addresses of drafts: all of them, beginning one, one as a whole, adding to it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from speccom.analysis.rule_editor.acting import EDIT_RULES
from speccom.analysis.rule_editor.asking import COMMAND, REFUSED, acting, command_of, found_draft, has
from speccom.analysis.rule_editor.draft_page import present_draft
from speccom.analysis.rule_editor.drafts import as_it_stands, listed, save, start, waiting
from speccom.analysis.rule_editor.drafts_page import present_drafts
from speccom.analysis.rule_editor.forms import ADD_RULE_WORDS, ADD_SET_WORDS, START_WORDS, AddForm, StartForm
from speccom.analysis.rule_editor.frames import SECTION, crumbs, frame
from speccom.analysis.rule_editor.item_page import address_of
from speccom.analysis.rule_editor.items import Item, Kind
from speccom.catalogue import shelved
from speccom.directory.form_shown import Words, show_form
from speccom.directory.sign_in.in_house import FormPage
from speccom.interface.addresses import parameters
from speccom.interface.frame import Frame, show
from speccom.interface.message import in_one_line
from speccom.interface.pages import address
from speccom.interface.paging import paginate
from speccom.problem import Problem
from speccom.rulebook.find import find

_KINDS = {"rule": Kind.RULE, "set": Kind.CODE_SET}


def drafts(request: HttpRequest) -> HttpResponse:
    """Show all drafts, those that wait for approval first."""
    rows = listed()
    paging = paginate(rows.count(), address("drafts"), parameters(request))
    some = [as_it_stands(each) for each in rows[paging.offset : paging.last]]
    page = present_drafts(some, waiting(), paging, may_edit=has(request, EDIT_RULES))
    return show(request, "rule_editor/drafts.jinja", Frame("Rule editor", SECTION, crumbs()[:-1]), page)


def start_draft(request: HttpRequest) -> HttpResponse:
    """Ask what a draft is begun from, or begin it."""
    who, asked = acting(request), request.method == "POST"
    rulebooks = {each.id: each.title for each in shelved.versions()}
    form = StartForm(
        [(name, f"{name}: {title}") for name, title in rulebooks.items()],
        request.POST if asked else None,
        {"day": timezone.localdate()},
    )
    if asked and form.is_valid():
        chosen = form.cleaned_data
        try:
            version = find(shelved.KIND, chosen["rulebook"], on=chosen["day"])
            return HttpResponseRedirect(address("draft", draft=start(who, version, chosen["title"]).pk))
        except Problem as problem:
            form.add_error("day", in_one_line(problem))
    words = (
        "A draft is a rulebook of your own to change and to try. Nothing of it counts before it is approved."
    )
    return _form_page(
        request, frame("Start a draft", wrong=asked), form, START_WORDS, "Start the draft", (words,)
    )


def draft(request: HttpRequest, draft: int) -> HttpResponse:
    """Show a draft."""
    opened = found_draft(draft)
    page = present_draft(opened, parameters(request), may_edit=has(request, EDIT_RULES))
    return show(request, "rule_editor/draft.jinja", Frame(opened.row.title, SECTION, crumbs(), "Draft"), page)


def add(request: HttpRequest, draft: int, kind: str) -> HttpResponse:
    """Ask what a new rule or set is called, or add it."""
    if kind not in _KINDS:
        raise Http404
    opened, who, asked = found_draft(draft), acting(request), request.method == "POST"
    form = AddForm(opened.content, _KINDS[kind], request.POST if asked else None)
    if asked and form.is_valid():
        item = Item(Kind(form.cleaned_data.get("layer", _KINDS[kind])), form.cleaned_data["key"])
        try:
            save(who, draft, item, _new_cells(item), None)
            return HttpResponseRedirect(address_of(draft, item))
        except Problem as problem:
            form.add_error(None, in_one_line(problem))
    what = {"rule": "rule", "set": "set of codes"}[kind]
    words = ADD_SET_WORDS if kind == "set" else ADD_RULE_WORDS
    return _form_page(
        request, frame(f"Add a {what}", opened.row, wrong=asked), form, words, f"Add the {what}"
    )


def _new_cells(item: Item) -> dict[str, str]:
    """Return what a new thing begins as: blank, and so not yet right."""
    cells = dict.fromkeys(item.kind.columns, "")
    if item.kind is Kind.CODE_SET:
        return cells
    return {**cells, "rule_id": item.key, "dataset": "apc"}


def _form_page(
    request: HttpRequest,
    around: Frame,
    form: Any,
    words: dict[str, Words],
    button: str,
    paragraphs: tuple[str, ...] = (),
) -> HttpResponse:
    page = FormPage(show_form(form, words, button), paragraphs, ((COMMAND, command_of(request)),))
    return show(request, "directory/form.jinja", around, page, status=REFUSED if around.wrong else 200)
