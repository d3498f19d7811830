"""The bodies on which a role can be held: those of the processes on the shelf."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from speccom.process.read_process import load_process
from speccom.rulebook.errors import RulebookErrors
from speccom.rulebook.find import list_rulebooks

_KIND = "processes"


def bodies_on(day: date) -> Mapping[str, str]:
    """Return the titles of the bodies that stand on a day, by identifier."""
    found: dict[str, str] = {}
    for each in list_rulebooks(_KIND):
        for identifier, (title, first, last) in _of_process(each.folder).items():
            if first <= day <= last:
                found[identifier] = title
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def body_title(identifier: str) -> str:
    """Return what a body is called; its identifier where no process on the shelf has it."""
    titles = (_of_process(each.folder).get(identifier) for each in list_rulebooks(_KIND))
    return next((each[0] for each in titles if each), identifier)


@lru_cache(maxsize=64)
def _of_process(folder: Path) -> Mapping[str, tuple[str, date, date]]:
    try:
        bodies = load_process(folder).bodies
    except RulebookErrors:
        return {}
    return {each.id: (each.title, each.valid_from, each.valid_to) for each in bodies.values()}
