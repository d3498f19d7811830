"""The page of a draft: how it stands, what it changes, what is wrong, and all that is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.timezone import localtime

from speccom.analysis.rule_editor.acting import NO_SUCH_EVENT
from speccom.analysis.rule_editor.drafts import OpenDraft
from speccom.analysis.rule_editor.item_page import address_of, title_of, words_of
from speccom.analysis.rule_editor.items import CODES, RULES_OF_BOTH_LAYERS, Cells, Item, Kind
from speccom.analysis.rulebook_pages import ChangeGroup, present_comparison
from speccom.catalogue.rule_sets import CLASSIFICATION_TITLES
from speccom.interface import formats
from speccom.interface.filters import FilterPanel, make_filter, make_panel
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.interface.paging import Paging, paginate
from speccom.process.event import Event
from speccom.rulebook.compare import compare_identification

_RULES, _SETS, _LINES = "rules", "sets", "lines"
_KINDS = {
    _RULES: RULES_OF_BOTH_LAYERS,
    _SETS: (Kind.CODE_SET,),
    _LINES: (Kind.LINE,),
}
_LONGEST_EXCERPT = 220


@dataclass(frozen=True)
class ErrorLine:
    """One error of the draft, and where it is mended."""

    text: str
    what: str
    href: str


@dataclass(frozen=True)
class ItemLine:
    """One rule, set or line in the list."""

    title: str
    href: str
    about: str
    excerpt: str
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DraftPage:
    """What the page shows."""

    standing: str
    tag: tuple[str, str]
    begun: str
    errors: tuple[ErrorLine, ...]
    changes: tuple[ChangeGroup, ...]
    changed: tuple[Link, ...]
    said: tuple[str, ...]
    asked: str
    panel: FilterPanel
    kept: tuple[tuple[str, str], ...]
    items: tuple[ItemLine, ...]
    found: str
    paging: Paging
    may_edit: bool
    may_set_aside: bool
    links: Mapping[str, str]


def tag_of(draft: OpenDraft) -> tuple[str, str]:
    """Return where a draft stands, and the colour of its tag."""
    if draft.set_aside is not None:
        return "Set aside", "grey"
    if draft.is_approved:
        return "Approved", "green"
    if draft.is_waiting:
        return "Waits for approval", "yellow"
    if draft.decision is not None:
        return f"{draft.decision.get_outcome_display().capitalize()}, under way", "orange"
    return "Under way", "blue"


def present_draft(
    draft: OpenDraft,
    asked: Mapping[str, str],
    set_aside: Event | None,
    *,
    may_edit: bool,
    is_own: bool,
) -> DraftPage:
    """Return what the page of a draft shows; `set_aside` is the ledger's event of its setting aside."""
    path = address("draft", draft=draft.row.pk)
    what = asked.get("what", _RULES) if asked.get("what") in _KINDS else _RULES
    errors = _errors(draft)
    wrong = {draft.checked.item_of(each) for each in draft.checked.errors}
    items = [each for kind in _KINDS[what] for each in _items(draft, kind)]
    found = [each for each in items if _is_asked_for(draft, each, asked, wrong)]
    paging = paginate(len(found), path, asked)
    changed = draft.content.changed()
    panel = make_panel(
        path,
        (
            make_filter(
                "what", "What", ((_SETS, "Sets of codes"), (_LINES, "Service lines")), asked, "Rules"
            ),
            make_filter("state", "State", (("changed", "Changed"), ("wrong", "With errors")), asked),
        ),
        asked,
        keep=("q",),
    )
    return DraftPage(
        standing=_standing(draft),
        tag=tag_of(draft),
        begun=(
            f"Begun by {draft.row.started_by.name}, {formats.day_and_time(localtime(draft.row.started_at))}, "
            f"from {draft.base.title}, version {draft.base.version}."
        ),
        errors=errors,
        changes=_changes(draft),
        changed=tuple(
            Link(_title(draft, each), address_of(draft.row.pk, each), note=_by(draft, each))
            for each in changed
        ),
        said=tuple(filter(None, (_decided(draft), _given_up(draft, set_aside)))),
        asked=asked.get("q", ""),
        panel=panel,
        kept=tuple((name, asked[name]) for name in ("what", "state") if name in asked),
        items=tuple(_line(draft, each, wrong) for each in found[paging.offset : paging.last]),
        found=paging.words if found else "",
        paging=paging,
        may_edit=may_edit and not draft.is_closed,
        may_set_aside=may_edit and is_own and not draft.is_closed,
        links=_links(draft),
    )


def _standing(draft: OpenDraft) -> str:
    count = len(draft.content.changed())
    if not count:
        return "Nothing is changed yet."
    words = f"{formats.counted(count, 'change')} to version {draft.base.version}."
    wrong = len(draft.checked.errors)
    if wrong:
        return f"{words} {formats.counted(wrong, 'error')} to mend."
    return f"{words} Nothing is wrong with it."


def _decided(draft: OpenDraft) -> str:
    """Return what was last decided about it, with the reason."""
    if draft.decision is None or draft.proposal is None:
        return ""
    done = f"{draft.decision.by.name}, {formats.day_and_time(localtime(draft.decision.at))}"
    outcome = draft.decision.get_outcome_display().capitalize()
    return f"Version {draft.proposal.version}: {outcome.lower()} by {done}. “{draft.decision.reason}”"


def _given_up(draft: OpenDraft, event: Event | None) -> str:
    """Return who set it aside and why, and where the ledger says so."""
    kept = draft.set_aside
    if kept is None:
        return ""
    recorded = f"Event {formats.number(event.sequence)} of the ledger" if event else NO_SUCH_EVENT
    done = f"{kept.by.name}, {formats.day_and_time(localtime(kept.at))}"
    return f"Set aside by {done}. “{kept.reason}” {recorded}."


def _errors(draft: OpenDraft) -> tuple[ErrorLine, ...]:
    lines = []
    for error in draft.checked.errors:
        item = draft.checked.item_of(error)
        what = _title(draft, item) if item else error.where
        lines.append(ErrorLine(words_of(error), what, address_of(draft.row.pk, item) if item else ""))
    return tuple(lines)


def _changes(draft: OpenDraft) -> tuple[ChangeGroup, ...]:
    """Return what the draft changes, in words; nothing where errors keep it from being read."""
    if draft.checked.rulebook is None:
        return ()
    return present_comparison(compare_identification(draft.base, draft.checked.rulebook)).groups


def _links(draft: OpenDraft) -> dict[str, str]:
    number = draft.row.pk
    links = {
        "add-rule": address("draft-add", draft=number, kind="rule"),
        "add-line": address("draft-add", draft=number, kind="line"),
        "add-set": address("draft-add", draft=number, kind="set"),
        "try": address("draft-try", draft=number),
        "propose": address("draft-propose", draft=number),
        "set-aside": address("draft-set-aside", draft=number),
        "here": address("draft", draft=number),
    }
    if draft.proposal is not None:
        links["proposal"] = address("proposal", proposal=draft.proposal.pk)
    return links


def _items(draft: OpenDraft, kind: Kind) -> Iterator[Item]:
    """Yield everything of a kind, what was taken out of the draft at the end."""
    yield from (Item(kind, key) for key in draft.content.keys(kind))
    yield from (
        each for each in draft.content.changed() if each.kind is kind and draft.content.of(each) is None
    )


def _is_asked_for(draft: OpenDraft, item: Item, asked: Mapping[str, str], wrong: set[Item | None]) -> bool:
    state = asked.get("state")
    if state == "changed" and item not in draft.content.changed():
        return False
    if state == "wrong" and item not in wrong:
        return False
    words = asked.get("q", "").casefold().split()
    if not words:
        return True
    cells = draft.content.last(item)
    line = draft.content.of(Item(Kind.LINE, cells.get("service_code", ""))) or {}
    text = " ".join((item.key, *cells.values(), line.get("title", ""))).casefold()
    return all(word in text for word in words)


def _line(draft: OpenDraft, item: Item, wrong: set[Item | None]) -> ItemLine:
    cells = draft.content.last(item)
    tags = []
    if item in draft.content.changed():
        if draft.content.of(item) is None:
            tags.append(("Taken out", "red"))
        elif draft.content.in_base(item) is None:
            tags.append(("New", "blue"))
        else:
            tags.append(("Changed", "blue"))
    if item in wrong:
        tags.append(("Error", "red"))
    return ItemLine(
        _title(draft, item),
        address_of(draft.row.pk, item),
        _about(draft, item),
        _excerpt(item, cells),
        tuple(tags),
    )


def _about(draft: OpenDraft, item: Item) -> str:
    cells = draft.content.last(item)
    if item.kind is Kind.CODE_SET:
        count = formats.counted(len(cells[CODES].split()), "entry", "entries")
        return f"{count} of {CLASSIFICATION_TITLES.get(cells['classification'], cells['classification'])}"
    if item.kind is Kind.LINE:
        return f"{item.key}, rank {cells['rank'] or 'not given yet'}"
    line = draft.content.of(Item(Kind.LINE, cells["service_code"])) or {}
    dataset = {"apc": "admitted care", "op": "outpatient care"}.get(cells["dataset"], cells["dataset"])
    return f"{line.get('title', cells['service_code'])}, {dataset}"


def _excerpt(item: Item, cells: Cells) -> str:
    if item.kind is Kind.LINE:
        return ""
    text = cells[CODES].replace("\n", " ") if item.kind is Kind.CODE_SET else cells["criterion"]
    return text if len(text) <= _LONGEST_EXCERPT else f"{text[:_LONGEST_EXCERPT].rstrip()}…"


def _by(draft: OpenDraft, item: Item) -> str:
    change = draft.latest[item]
    return f"{change.by.name}, {formats.day_and_time(localtime(change.at))}"


def _title(draft: OpenDraft, item: Item) -> str:
    return title_of(draft.content, item, draft.content.last(item))
