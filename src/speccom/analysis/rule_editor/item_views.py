"""Answers for the addresses of one rule, set or line of a draft."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from speccom.analysis.rule_editor.acting import EDIT_RULES, Acting
from speccom.analysis.rule_editor.asking import REFUSED, acting, found_draft, has
from speccom.analysis.rule_editor.checking import check
from speccom.analysis.rule_editor.content import Content
from speccom.analysis.rule_editor.drafts import ChangedMeanwhile, OpenDraft, before_it_was_taken_out, save
from speccom.analysis.rule_editor.entries import posted_cells, too_long
from speccom.analysis.rule_editor.frames import frame
from speccom.analysis.rule_editor.item_page import ItemPage, address_of, present_item, title_of
from speccom.analysis.rule_editor.items import Cells, Item, Kind
from speccom.interface.frame import show
from speccom.interface.message import in_one_line
from speccom.interface.pages import address
from speccom.interface.whole_number import whole_number
from speccom.problem import Problem

_AUTOSAVE, _CHECK = "X-Speccom-Autosave", "X-Speccom-Check"
_CHANGED = 409


def rule(request: HttpRequest, draft: int, rule: str) -> HttpResponse:
    """Show a rule of a draft, or keep it."""
    opened = found_draft(draft)
    item = opened.content.rule(rule)
    return _answer(request, opened, item)


def codeset(request: HttpRequest, draft: int, codeset: str) -> HttpResponse:
    """Show a set of codes of a draft, or keep it."""
    return _answer(request, found_draft(draft), Item(Kind.CODE_SET, codeset))


def line(request: HttpRequest, draft: int, line: str) -> HttpResponse:
    """Show a service line of a draft, or keep it."""
    return _answer(request, found_draft(draft), Item(Kind.LINE, line))


def _answer(request: HttpRequest, draft: OpenDraft, item: Item | None) -> HttpResponse:
    if item is None or (item not in draft.content.changes and draft.content.in_base(item) is None):
        raise Http404
    before = draft.content.last(item)
    if request.method != "POST":
        return _show(request, draft, item, before, _page(request, draft, item, before))
    who = acting(request)
    who.needs(EDIT_RULES)
    cells = posted_cells(item.kind, before, request.POST)
    unread = too_long(before, cells)
    if request.headers.get(_CHECK):
        return _show(request, draft, item, cells, _page(request, draft, item, cells, unread=unread))
    return _keep(request, who, draft, item, cells, unread)


def _keep(
    request: HttpRequest, who: Acting, draft: OpenDraft, item: Item, cells: Cells, unread: Problem | None
) -> HttpResponse:
    then, number = request.POST.get("then", "check"), draft.row.pk
    left: Cells | None = cells
    if then == "take-out":
        left = None
    elif then == "put-back":
        left = draft.content.in_base(item)
    elif then == "bring-back":
        left = before_it_was_taken_out(draft, item)
    try:
        if unread and left is cells:
            raise unread
        saved = save(who, number, item, left, whole_number(request.POST.get("version")))
    except Problem as problem:
        notice = (
            f"{problem.what[:1].upper()}{problem.what[1:]}, so what you entered is not kept. {problem.mend}."
        )
        page = _page(request, draft, item, cells, notice=notice, unread=unread)
        return _show(request, draft, item, cells, page, status=REFUSED)
    if isinstance(saved, ChangedMeanwhile):
        if request.headers.get(_AUTOSAVE):
            return JsonResponse({"changed": True}, status=_CHANGED)
        page = _page(request, draft, item, cells, meanwhile=saved)
        return _show(request, draft, item, cells, page, status=_CHANGED)
    if request.headers.get(_AUTOSAVE):
        return JsonResponse({"version": saved})
    leaves = then in ("back", "take-out")
    return HttpResponseRedirect(address("draft", draft=number) if leaves else address_of(number, item))


def _page(
    request: HttpRequest,
    draft: OpenDraft,
    item: Item,
    cells: Cells,
    *,
    meanwhile: ChangedMeanwhile | None = None,
    notice: str = "",
    unread: Problem | None = None,
) -> ItemPage:
    is_kept = draft.content.of(item) == cells
    checked = draft.checked if is_kept or unread else check(_with(draft.content, item, cells))
    return present_item(
        draft,
        item,
        cells,
        checked,
        may_edit=has(request, EDIT_RULES),
        meanwhile=meanwhile,
        notice=notice,
        unread=in_one_line(unread) if unread else "",
    )


def _with(content: Content, item: Item, cells: Cells) -> Content:
    return Content(content.base, {**content.changes, item: cells})


def _show(
    request: HttpRequest, draft: OpenDraft, item: Item, cells: Cells, page: ItemPage, *, status: int = 200
) -> HttpResponse:
    around = frame(title_of(draft.content, item, cells), draft.row, wrong=status != 200)
    return show(request, "rule_editor/item.jinja", around, page, status=status)
