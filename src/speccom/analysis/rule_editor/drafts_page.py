"""The page of drafts: those that are going on, what waits for approval first; or those that are done with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.timezone import localtime

from speccom.analysis.rule_editor.draft_page import tag_of
from speccom.analysis.rule_editor.drafts import OpenDraft, Standing
from speccom.interface import formats
from speccom.interface.filters import FilterPanel, make_filter, make_panel
from speccom.interface.pages import address
from speccom.interface.paging import Paging

_DONE_WITH = ((Standing.APPROVED.value, "Approved"), (Standing.SET_ASIDE.value, "Set aside"))
_SUMMARIES = {
    Standing.OPEN.value: ("There is no draft under way.", "{} under way."),
    Standing.APPROVED.value: ("No draft was approved yet.", "{} approved."),
    Standing.SET_ASIDE.value: ("No draft was set aside.", "{} set aside."),
}


@dataclass(frozen=True)
class DraftLine:
    """One draft in the list; `decide` leads to what was proposed, where that waits."""

    title: str
    href: str
    tag: tuple[str, str]
    words: str
    decide: str


@dataclass(frozen=True)
class DraftsPage:
    """What the page shows."""

    summary: str
    panel: FilterPanel
    items: tuple[DraftLine, ...]
    paging: Paging
    start: str


def present_drafts(
    drafts: Sequence[OpenDraft], waiting: int, paging: Paging, asked: Mapping[str, str], *, may_edit: bool
) -> DraftsPage:
    """Return what the page of drafts shows; `drafts` are those of this page of the list."""
    standing = make_filter("standing", "Which drafts", _DONE_WITH, asked, "Under way")
    return DraftsPage(
        summary=_summary(asked.get("standing", ""), paging.total, waiting),
        panel=make_panel(address("drafts"), (standing,), asked),
        items=tuple(_line(each) for each in drafts),
        paging=paging,
        start=address("draft-start") if may_edit else "",
    )


def _summary(standing: str, count: int, waiting: int) -> str:
    none, some = _SUMMARIES.get(standing, ("No draft stands so.", "{}."))
    words = some.format(formats.counted(count, "draft")) if count else none
    if not waiting or standing:
        return words
    return f"{words} {formats.counted(waiting, 'version waits', 'versions wait')} for approval."


def _line(draft: OpenDraft) -> DraftLine:
    changed = len(draft.content.changed())
    words = f"{formats.counted(changed, 'change')} to version {draft.row.base.version}."
    if draft.proposal is not None and not draft.is_waiting and not draft.is_approved:
        words += f" Version {draft.proposal.version} was proposed before."
    if draft.is_approved and draft.proposal is not None:
        words = f"It became version {draft.proposal.version}."
    begun = f"Begun by {draft.row.started_by.name}, {formats.day(localtime(draft.row.started_at).date())}."
    return DraftLine(
        title=draft.row.title,
        href=address("draft", draft=draft.row.pk),
        tag=tag_of(draft),
        words=f"{words} {begun}",
        decide=address("proposal", proposal=draft.proposal.pk) if draft.is_waiting and draft.proposal else "",
    )
