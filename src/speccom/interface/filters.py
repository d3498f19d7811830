"""The panel of filters above a list or a result, and the chosen ones as links that take them off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from speccom.interface.addresses import with_query


@dataclass(frozen=True)
class Option:
    """One choice of a filter; ``found`` is False where an address asks for what is no choice."""

    value: str
    text: str
    selected: bool = False
    found: bool = True


@dataclass(frozen=True)
class Filter:
    """A filter with its choices; the first option is "All"."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Chosen:
    """A filter in force, and the address without it; one that is not ``found`` is no choice."""

    label: str
    text: str
    remove: str
    found: bool = True


@dataclass(frozen=True)
class FilterPanel:
    """All filters of a page. ``kept`` are parameters that applying the filters must not lose."""

    action: str
    filters: tuple[Filter, ...]
    chosen: tuple[Chosen, ...]
    kept: tuple[tuple[str, str], ...]
    clear: str


def make_filter(
    name: str,
    label: str,
    choices: Sequence[tuple[str, str]],
    asked: Mapping[str, str],
    everything: str = "All",
) -> Filter:
    """Return a filter over ``choices`` (value, words); a value that is no choice is shown as it is."""
    wanted = asked.get(name, "")
    options = [Option("", everything, not wanted)]
    options += [Option(value, text, value == wanted) for value, text in choices]
    if wanted and all(not option.selected for option in options):
        options.append(Option(wanted, f"{wanted} (not found here)", True, found=False))
    return Filter(name, label, tuple(options))


def make_panel(
    action: str, filters: Sequence[Filter], asked: Mapping[str, str], keep: Sequence[str] = ()
) -> FilterPanel:
    """Return the panel for these filters; changing a filter goes back to the first page."""
    chosen = []
    for each in filters:
        picked = next((option for option in each.options if option.selected and option.value), None)
        if picked:
            remove = with_query(action, asked, **{each.name: None, "page": None})
            chosen.append(Chosen(each.label, picked.text, remove, picked.found))
    without: dict[str, str | int | None] = {each.name: None for each in filters}
    return FilterPanel(
        action=action,
        filters=tuple(filters),
        chosen=tuple(chosen),
        kept=tuple((name, asked[name]) for name in keep if name in asked),
        clear=with_query(action, asked, **without, page=None),
    )
