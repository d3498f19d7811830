"""The page of all drafts: what waits for approval first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.timezone import localtime

from speccom.analysis.rule_editor.draft_page import tag_of
from speccom.analysis.rule_editor.drafts import OpenDraft
from speccom.interface import formats
from speccom.interface.pages import address
from speccom.interface.paging import Paging


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
    items: tuple[DraftLine, ...]
    paging: Paging
    start: str


def present_drafts(
    drafts: Sequence[OpenDraft], waiting: int, paging: Paging, *, may_edit: bool
) -> DraftsPage:
    """Return what the page of all drafts shows; `drafts` are those of this page of the list."""
    return DraftsPage(
        summary=_summary(paging.total, waiting),
        items=tuple(_line(each) for each in drafts),
        paging=paging,
        start=address("draft-start") if may_edit else "",
    )


def _summary(count: int, waiting: int) -> str:
    if not count:
        return "There are no drafts."
    words = f"{formats.counted(count, 'draft')}."
    return (
        f"{words} {formats.counted(waiting, 'version waits', 'versions wait')} for approval."
        if waiting
        else words
    )


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
