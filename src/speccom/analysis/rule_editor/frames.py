"""What stands around the pages of the rule editor: titles and the way to them."""

from __future__ import annotations

from speccom.analysis.rule_editor.models import Draft
from speccom.interface.frame import Crumb, Frame
from speccom.interface.pages import address

SECTION = "Rulebooks"


def crumbs(draft: Draft | None = None) -> tuple[Crumb, ...]:
    """Return the way to the editor's pages, or to those of a draft."""
    way = (
        Crumb("Home", address("home")),
        Crumb("Rulebooks", address("rulebooks")),
        Crumb("Rule editor", address("drafts")),
    )
    return way if draft is None else (*way, Crumb(draft.title, address("draft", draft=draft.pk)))


def frame(title: str, draft: Draft | None = None, *, wrong: bool = False) -> Frame:
    """Return the frame of a page, within a draft where one is given."""
    return Frame(title, SECTION, crumbs(draft), draft.title if draft else "", wrong=wrong)
