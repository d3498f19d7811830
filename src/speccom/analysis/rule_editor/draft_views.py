"""Answers for the addresses of drafts: all, beginning one, one as a whole, adding to it, setting it aside."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from speccom.analysis.rule_editor.acting import EDIT_RULES
from speccom.analysis.rule_editor.asking import COMMAND, REFUSED, acting, command_of, found_draft, has
from speccom.analysis.rule_editor.draft_page import present_draft
from speccom.analysis.rule_editor.drafts import as_it_stands, listed, save, start, waiting
from speccom.analysis.rule_editor.drafts_page import present_drafts
from speccom.analysis.rule_editor.entries import new_cells
from speccom.analysis.rule_editor.forms import (
    ADD_LINE_WORDS,
    ADD_RULE_WORDS,
    ADD_SET_WORDS,
    SET_ASIDE_WORDS,
    START_WORDS,
    AddForm,
    SetAsideForm,
    StartForm,
)
from speccom.analysis.rule_editor.frames import SECTION, crumbs, frame
from speccom.analysis.rule_editor.item_page import address_of, lines_of
from speccom.analysis.rule_editor.items import Item, Kind
from speccom.analysis.rule_editor.setting_aside import event_of_setting_aside, is_own, set_aside
from speccom.catalogue import shelved
from speccom.directory.form_shown import Words, show_form
from speccom.directory.sign_in.in_house import FormPage
from speccom.directory.signed_in import person_of
from speccom.interface.addresses import parameters
from speccom.interface.frame import Frame, show
from speccom.interface.message import in_one_line
from speccom.interface.pages import address
from speccom.interface.paging import paginate
from speccom.problem import Problem
from speccom.rulebook.find import find

_KINDS = {
    "rule": (Kind.RULE, ADD_RULE_WORDS, "rule"),
    "set": (Kind.CODE_SET, ADD_SET_WORDS, "set of codes"),
    "line": (Kind.LINE, ADD_LINE_WORDS, "service line"),
}


def drafts(request: HttpRequest) -> HttpResponse:
    """Show the drafts that are under way, those that wait for approval first; or those that are asked for."""
    asked = parameters(request)
    rows = listed(asked.get("standing", ""))
    paging = paginate(rows.count(), address("drafts"), asked)
    some = [as_it_stands(each) for each in rows[paging.offset : paging.last]]
    page = present_drafts(some, waiting(), paging, asked, may_edit=has(request, EDIT_RULES))
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
    page = present_draft(
        opened,
        parameters(request),
        event_of_setting_aside(opened),
        may_edit=has(request, EDIT_RULES),
        is_own=is_own(opened, person_of(request)),
    )
    return show(request, "rule_editor/draft.jinja", Frame(opened.row.title, SECTION, crumbs(), "Draft"), page)


def add(request: HttpRequest, draft: int, kind: str) -> HttpResponse:
    """Ask what a new rule, set or line is called, or add it."""
    if kind not in _KINDS:
        raise Http404
    opened, who, asked = found_draft(draft), acting(request), request.method == "POST"
    of, words, what = _KINDS[kind]
    posted, initial = request.POST if asked else None, {"line": request.GET.get("line", "")}
    form = AddForm(opened.content, of, lines_of(opened.content), posted, initial)
    if asked and form.is_valid():
        said = form.cleaned_data
        item = Item(Kind(said.get("layer", of)), said["key"])
        try:
            save(who, draft, item, new_cells(item.kind, item.key, said.get("line", "")), None)
            return HttpResponseRedirect(address_of(draft, item))
        except Problem as problem:
            form.add_error(None, in_one_line(problem))
    return _form_page(
        request, frame(f"Add a {what}", opened.row, wrong=asked), form, words, f"Add the {what}"
    )


def put_aside(request: HttpRequest, draft: int) -> HttpResponse:
    """Ask the person who began a draft why it is given up, or set it aside."""
    opened, who, asked = found_draft(draft), acting(request), request.method == "POST"
    if not is_own(opened, who.person):
        raise PermissionDenied
    form = SetAsideForm(request.POST if asked else None)
    if asked and form.is_valid():
        try:
            set_aside(who, draft, form.cleaned_data["reason"])
            return HttpResponseRedirect(address("draft", draft=draft))
        except Problem as problem:
            form.add_error(None, in_one_line(problem))
    around = frame("Set this draft aside", opened.row, wrong=asked)
    words = (
        "Nobody can change, propose or take up again a draft that was set aside. "
        "It can still be read and tried, with who changed what in it."
    )
    return _form_page(request, around, form, SET_ASIDE_WORDS, "Set it aside", (words,), warning=True)


def _form_page(
    request: HttpRequest,
    around: Frame,
    form: Any,
    words: dict[str, Words],
    button: str,
    paragraphs: tuple[str, ...] = (),
    *,
    warning: bool = False,
) -> HttpResponse:
    carried = ((COMMAND, command_of(request)),)
    page = FormPage(show_form(form, words, button), paragraphs, carried, warning=warning)
    return show(request, "directory/form.jinja", around, page, status=REFUSED if around.wrong else 200)
