"""The page of a rule, a set of codes or a service line in a draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.timezone import localtime

from speccom.analysis.rule_editor import set_text
from speccom.analysis.rule_editor.checking import Checked
from speccom.analysis.rule_editor.content import Content
from speccom.analysis.rule_editor.drafts import ChangedMeanwhile, OpenDraft
from speccom.analysis.rule_editor.entries import Entry, Named, entries_of, in_labels
from speccom.analysis.rule_editor.items import (
    CLASSIFICATION,
    CODES,
    RULES_OF_BOTH_LAYERS,
    TITLE,
    Cells,
    Item,
    Kind,
)
from speccom.catalogue.rule_sets import codeset_title, codesets_of
from speccom.catalogue.rules_shown import in_words
from speccom.criteria.words import Statement
from speccom.interface import formats
from speccom.interface.addresses import with_query
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.rulebook.entries import Rule
from speccom.rulebook.errors import RulebookError
from speccom.rulebook.shape import PROGRAMMES

_WHAT = {
    Kind.RULE: "rule",
    Kind.LOCAL_RULE: "rule of the locally fixed lines",
    Kind.CODE_SET: "set of codes",
    Kind.LINE: "service line",
}
_USED_TITLES = {
    Kind.RULE: "Codes that it looks for",
    Kind.LOCAL_RULE: "Codes that it looks for",
    Kind.CODE_SET: "Rules that use it",
    Kind.LINE: "Rules that find it",
}


@dataclass(frozen=True)
class Found:
    """One thing that is wrong: what, how to mend it, and where it is in the text, marked."""

    text: str
    before: str = ""
    marked: str = ""
    after: str = ""


@dataclass(frozen=True)
class ItemPage:
    """What the page shows. `version` is the draft's, so that nobody's words are written over."""

    standing: str
    about: tuple[Link, ...]
    entries: tuple[Entry, ...]
    version: int
    errors: tuple[Found, ...]
    is_sound: str
    words: str
    parts: tuple[Statement, ...]
    used: tuple[Link, ...]
    used_title: str
    add_rule: str
    was: tuple[tuple[str, str], ...]
    may_edit: bool
    is_taken_out: bool
    may_put_back: bool
    may_take_out: bool
    back: str
    notice: str = ""


def present_item(
    draft: OpenDraft,
    item: Item,
    cells: Cells,
    checked: Checked,
    *,
    may_edit: bool,
    meanwhile: ChangedMeanwhile | None = None,
    notice: str = "",
    unread: str = "",
) -> ItemPage:
    """Return what the page of a thing shows, with `cells` as what is entered; `unread` says why they were
    not looked at, where they were not.
    """
    lines, programmes = lines_of(draft.content), _programmes(draft.content)
    rule = None if unread else _rule(item, cells, checked)
    words, parts = in_words(rule) if rule else ("", ())
    errors = (Found(unread),) if unread else tuple(_errors(item, cells, checked))
    what = _WHAT[item.kind]
    taken_out = draft.content.of(item) is None
    in_base = draft.content.in_base(item)
    can_change = may_edit and (not draft.is_closed or bool(notice))
    return ItemPage(
        standing=_standing(draft, item),
        about=_about(draft, item, cells),
        entries=entries_of(item.kind, cells, lines, programmes),
        version=draft.number,
        errors=errors,
        is_sound="" if errors else f"Nothing is wrong with this {what}.",
        words=words,
        parts=parts,
        used=_used(draft, item, rule, checked),
        used_title=_USED_TITLES[item.kind],
        add_rule=_add_rule(draft, item) if can_change and not taken_out else "",
        was=_was(item, cells, in_base, lines, programmes),
        may_edit=can_change,
        is_taken_out=taken_out,
        may_put_back=item in draft.content.changed() and in_base is not None,
        may_take_out=(item.kind is not Kind.LINE or in_base is None) and not draft.is_closed,
        back=address("draft", draft=draft.row.pk),
        notice=notice or (_meanwhile(meanwhile) if meanwhile else ""),
    )


def address_of(draft: int, item: Item) -> str:
    """Return where a thing's page is."""
    if item.kind is Kind.CODE_SET:
        return address("draft-set", draft=draft, codeset=item.key)
    if item.kind is Kind.LINE:
        return address("draft-line", draft=draft, line=item.key)
    return address("draft-rule", draft=draft, rule=item.key)


def title_of(content: Content, item: Item, cells: Cells) -> str:
    """Return what a thing is called."""
    if item.kind is Kind.CODE_SET:
        return formats.sentence(cells[TITLE] or item.key.replace("_", " ")).rstrip(".")
    if item.kind is Kind.LINE:
        return cells["title"] or item.key
    return f"Rule {item.key}"


def _called(item: Item) -> str:
    """Return what rules call it, where its page is titled otherwise."""
    if item.kind is Kind.LINE:
        return f"Service line {item.key}. "
    return f"Criteria call it {item.key}. " if item.kind is Kind.CODE_SET else ""


def _standing(draft: OpenDraft, item: Item) -> str:
    change = draft.latest.get(item)
    if change is None or item not in draft.content.changed():
        return f"{_called(item)}As in version {draft.base.version}."
    what = "Changed"
    if change.cells is None:
        what = "Taken out"
    elif draft.content.in_base(item) is None:
        what = "New, last changed"
    return f"{_called(item)}{what} by {change.by.name}, {formats.day_and_time(localtime(change.at))}."


def _about(draft: OpenDraft, item: Item, cells: Cells) -> tuple[Link, ...]:
    """Return the line of a rule, and its place among the lines."""
    if item.kind not in RULES_OF_BOTH_LAYERS:
        return ()
    line = Item(Kind.LINE, cells["service_code"])
    found = draft.content.of(line)
    if found is None:
        return ()
    words = f"{found['title']}, rank {found['rank']}"
    return (Link(words, address_of(draft.row.pk, line)),)


def _errors(item: Item, cells: Cells, checked: Checked) -> Iterable[Found]:
    if item.kind is Kind.CODE_SET:
        if not cells[CODES].strip():
            yield Found("The set has no codes, so no rule can use it.")
        lines = set_text.line_errors(item.key, cells[CLASSIFICATION], cells[CODES])
        for each in lines:
            yield Found(f"Line {each.line}: {_words(each.error)}", marked=each.text)
        return
    for error in checked.errors_of(item):
        text = error.criterion
        if not text:
            yield Found(_words(error))
            continue
        end = max(error.end, error.start + 1)
        yield Found(_words(error), text[: error.start], text[error.start : end] or " ", text[end:])


def words_of(error: RulebookError) -> str:
    """Return an error in sentences, without its place."""
    return _words(error)


def _words(error: RulebookError) -> str:
    said = [formats.sentence(in_labels(error.message))]
    if error.suggestion:
        said.append(f"Did you mean {error.suggestion}?")
    if error.mend:
        said.append(formats.sentence(error.mend))
    return " ".join(said)


def _rule(item: Item, cells: Cells, checked: Checked) -> Rule | None:
    """Return the rule as it is understood; None where its criterion is not."""
    if item.kind not in RULES_OF_BOTH_LAYERS or not cells["criterion"]:
        return None
    criterion = checked.criterion(cells["criterion"])
    if criterion is None:
        return None
    return Rule(item.key, cells["service_code"], cells["dataset"], criterion, cells["reasoning"])


def _used(draft: OpenDraft, item: Item, rule: Rule | None, checked: Checked) -> tuple[Link, ...]:
    number = draft.row.pk
    if rule is not None:
        return tuple(
            Link(codeset_title(each), address_of(number, Item(Kind.CODE_SET, each.name)), note=each.name)
            for each in codesets_of(rule.criterion.expression)
        )
    if item.kind in RULES_OF_BOTH_LAYERS:
        return ()
    rules = (Item(kind, key) for kind in RULES_OF_BOTH_LAYERS for key in draft.content.keys(kind))
    return tuple(
        Link(f"Rule {each.key}", address_of(number, each))
        for each in rules
        if _uses(draft.content.last(each), item)
    )


def _uses(rule: Cells, item: Item) -> bool:
    """Whether a rule looks for a set of codes, or finds a line."""
    if item.kind is Kind.LINE:
        return rule["service_code"] == item.key
    return f"'{item.key}'" in rule["criterion"]


def _add_rule(draft: OpenDraft, item: Item) -> str:
    """Return where a rule of a line is added; blank for other things."""
    if item.kind is not Kind.LINE:
        return ""
    return with_query(address("draft-add", draft=draft.row.pk, kind="rule"), {}, line=item.key)


def _was(
    item: Item, cells: Cells, in_base: Cells | None, lines: Named, programmes: Named
) -> tuple[tuple[str, str], ...]:
    """Return what the base says, for the entries that differ."""
    if in_base is None:
        return ()
    before, after = (entries_of(item.kind, each, lines, programmes) for each in (in_base, cells))
    pairs = zip(before, after, strict=True)
    return tuple((was.label, was.shown) for was, now in pairs if was.value != now.value)


def _programmes(content: Content) -> list[tuple[str, str]]:
    found = (row.cells for row in content.base.rows(PROGRAMMES))
    return [(each["programme_of_care"], f"{each['programme_of_care']} {each['title']}") for each in found]


def lines_of(content: Content) -> list[tuple[str, str]]:
    """Return the service lines of a draft to choose from, by their codes."""
    found = [(key, content.of(Item(Kind.LINE, key)) or {}) for key in content.keys(Kind.LINE)]
    return sorted((key, f"{key} {cells['title']}") for key, cells in found)


def _meanwhile(meanwhile: ChangedMeanwhile) -> str:
    left = "took this out" if meanwhile.cells is None else "changed this"
    return (
        f"{meanwhile.by.name} {left} after you opened it. Your own words are below and are not saved yet. "
        "Compare them, then save."
    )
