"""What is entered on the page of a rule, a set or a line, and how the entries become cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from speccom.analysis.rule_editor.items import CLASSIFICATION, CODES, RULES_OF_BOTH_LAYERS, TITLE, Cells, Kind
from speccom.catalogue.rule_sets import CLASSIFICATION_TITLES
from speccom.interface import formats
from speccom.interface.choice import Choice
from speccom.problem import Problem
from speccom.rulebook.entries import DATASETS, Reach
from speccom.rulebook.read_folder import clean_cell, forbidden_characters

LONGEST_CRITERION = 20_000
"""Characters of a criterion that a page takes: far more than any rule has, and read in a moment."""

_PREFIX = "q-"
_DATASET_WORDS = {"apc": "Admitted care", "op": "Outpatient care"}
_REACH_WORDS = {
    Reach.SPELL: "It makes the whole stay specialised",
    Reach.EPISODE: "It stays on its own episode",
    Reach.IF_SPELL_SPECIALISED: "It counts only where another line makes the stay specialised",
}
_LABELS = {
    "criterion": "criterion",
    "service_code": "service line",
    "dataset": "dataset",
    "title": "title",
    "rank": "rank",
    "classification": "kind of codes",
}
_EXCLUDED_WORDS = {
    "false": "It may be the line of a stay",
    "true": "It is left out when a stay’s line is chosen",
}


@dataclass(frozen=True)
class Entry:
    """One thing to enter: `kind` is how (input, textarea, select or radios); `shown` is what stands there."""

    kind: str
    name: str
    label: str
    hint: str
    value: str
    rows: int = 3
    code: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def shown(self) -> str:
        """The value in words, for those who only read it."""
        return next((each.text for each in self.choices if each.selected), self.value)


Named = Sequence[tuple[str, str]]


def entries_of(kind: Kind, cells: Cells, lines: Named = (), programmes: Named = ()) -> tuple[Entry, ...]:
    """Return what can be entered for a thing.

    `lines` are the codes and titles of all service lines, and `programmes` those of programmes of care.
    """
    if kind in RULES_OF_BOTH_LAYERS:
        return _of_rule(cells, lines)
    return _of_set(cells) if kind is Kind.CODE_SET else _of_line(cells, programmes)


def new_cells(kind: Kind, key: str, line: str = "") -> Cells:
    """Return what a new thing begins as: blank where somebody has to say, and so not yet right."""
    cells = dict.fromkeys(kind.columns, "")
    if kind is Kind.CODE_SET:
        return cells
    cells |= kind.shape.defaults
    if kind is Kind.LINE:
        return {**cells, "service_code": key}
    return {**cells, "rule_id": key, "service_code": line, "dataset": "apc"}


def in_labels(message: str) -> str:
    """Return what an error says with its column as the page calls it."""
    for column, label in _LABELS.items():
        message = message.replace(f"`{column}` is blank", f"the {label} is blank")
    return message


def posted_cells(kind: Kind, before: Cells, posted: Mapping[str, str]) -> dict[str, str]:
    """Return a thing's cells as they were sent; what was not sent stays as it was.

    Characters that cannot be seen and that no rulebook may hold are left out.
    """
    names = [each.name.removeprefix(_PREFIX) for each in entries_of(kind, before)]
    sent = {name: _clean(posted[_PREFIX + name]) for name in names if _PREFIX + name in posted}
    defaults = {name: value for name, value in kind.shape.defaults.items() if sent.get(name) == ""}
    return {**before, **sent, **({} if kind is Kind.CODE_SET else defaults)}


def too_long(before: Cells, cells: Cells) -> Problem | None:
    """Return what is wrong with a criterion that is too long to be looked at; one that was there stays."""
    text = cells.get("criterion", "")
    if len(text) <= LONGEST_CRITERION or text == before.get("criterion"):
        return None
    length, most = formats.number(len(text)), formats.number(LONGEST_CRITERION)
    return Problem(
        f"the criterion has {length} characters, and a page takes no more than {most}",
        mend="Make it shorter: put long lists of codes into a set",
    )


def _clean(text: str) -> str:
    return clean_cell("".join(each for each in text if each == "\r" or not forbidden_characters(each)))


def _of_rule(cells: Cells, lines: Named) -> tuple[Entry, ...]:
    return (
        Entry(
            "textarea",
            f"{_PREFIX}criterion",
            "Criterion",
            "A record qualifies when this is true. Write it as in SQL: age >= 19 AND any_procedure('a_set').",
            cells["criterion"],
            rows=7,
            code=True,
        ),
        _select("service_code", "Service line", "Records that qualify count as this.", cells, lines),
        _radios("dataset", "Dataset", cells, [(each, _DATASET_WORDS[each]) for each in DATASETS]),
        Entry(
            "textarea",
            f"{_PREFIX}reasoning",
            "Reasoning",
            "Why the rule is as it is, in words that stand beside every answer it gives.",
            cells["reasoning"],
        ),
    )


def _of_set(cells: Cells) -> tuple[Entry, ...]:
    kinds = [(name, title[:1].upper() + title[1:]) for name, title in CLASSIFICATION_TITLES.items()]
    return (
        Entry("input", f"{_PREFIX}{TITLE}", "Title", "What people call it.", cells[TITLE]),
        _select(CLASSIFICATION, "Kind of codes", "", cells, kinds),
        Entry(
            "textarea",
            f"{_PREFIX}{CODES}",
            "Codes",
            "One a line. End a code with * to mean it and every code that begins with it: E84*",
            cells[CODES],
            rows=14,
            code=True,
        ),
    )


def _of_line(cells: Cells, programmes: Named) -> tuple[Entry, ...]:
    return (
        Entry("input", f"{_PREFIX}title", "Title", "", cells["title"]),
        Entry(
            "input",
            f"{_PREFIX}rank",
            "Rank",
            "Of the lines that a record qualifies for, the one with the lowest rank is its line.",
            cells["rank"],
        ),
        _select("programme_of_care", "Programme of care", "", cells, (("", "None given"), *programmes)),
        _radios("reach", "How far it reaches", cells, [(str(each), _REACH_WORDS[each]) for each in Reach]),
        _radios("spell_excluded", "In a stay with other lines", cells, list(_EXCLUDED_WORDS.items())),
    )


def _select(name: str, label: str, hint: str, cells: Cells, offered: Named) -> Entry:
    return Entry(
        "select", f"{_PREFIX}{name}", label, hint, cells[name], choices=_choices(cells[name], offered)
    )


def _radios(name: str, label: str, cells: Cells, offered: Named) -> Entry:
    value = cells[name].lower()
    return Entry("radios", f"{_PREFIX}{name}", label, "", value, choices=_choices(value, offered))


def _choices(value: str, offered: Named) -> tuple[Choice, ...]:
    """Return what is offered, and a value that is none of it, which is then an error."""
    known = [Choice(each, text, each == value) for each, text in offered]
    if any(each.selected for each in known):
        return tuple(known)
    return (Choice(value, value or "Choose one", True), *known)
