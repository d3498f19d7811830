"""Rulebooks as pages need them: loaded once, and again when their files change."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path

from speccom.problem import Problem
from speccom.rulebook.compare import RulebookComparison, compare_identification
from speccom.rulebook.find import ShelvedRulebook, list_rulebooks, standing, unreadable_rulebooks
from speccom.rulebook.identification import IdentificationRulebook, load_identification

KIND = "identification"
_log = logging.getLogger(__name__)
_Stamp = tuple[tuple[str, int, int], ...]


class Absent(LookupError):
    """There is no such rulebook or version on the shelf."""


def versions() -> tuple[ShelvedRulebook, ...]:
    """Return all identification rulebooks on the shelf, by identifier and first day."""
    return list_rulebooks(KIND)


def in_force(on: date) -> ShelvedRulebook:
    """Return the rulebook valid on a day; where none is, the latest before it, else the first of all.

    Raises Problem where the shelf is empty.
    """
    shelved = versions()
    if not shelved:
        raise Problem("There is no identification rulebook", mend="Put one under rulebooks/identification/")
    begun = [each for each in shelved if each.valid_from <= on]
    return max(standing(begun, on) or begun or shelved[:1], key=lambda each: each.valid_from)


def find_version(rulebook_id: str, version: str) -> ShelvedRulebook:
    """Return one version. Raises Absent."""
    for each in versions():
        if each.id == rulebook_id and each.version == version:
            return each
    raise Absent(f"{rulebook_id} {version}")


def load(shelved: ShelvedRulebook) -> IdentificationRulebook:
    """Load a rulebook from the shelf. Raises RulebookErrors where it has mistakes."""
    with by_name(shelved):
        return load_folder(shelved.folder)


@contextmanager
def by_name(shelved: ShelvedRulebook) -> Iterator[None]:
    """Have what is wrong with a rulebook name it as readers know it; where its files are is for the log."""
    try:
        yield
    except Problem as problem:
        _log.warning("%s: %s", shelved.folder, problem.what)
        problem.where = f"{shelved.id} {shelved.version}"
        raise


def unreadable() -> tuple[str, ...]:
    """Return what is wrong with each rulebook that cannot be listed; where its files are is for the log."""
    found = unreadable_rulebooks(KIND)
    for each in found:
        _log.warning("%s", each)
    return tuple(str(Problem(each.what, where=each.name, mend=each.mend)) for each in found)


def load_folder(folder: Path) -> IdentificationRulebook:
    """Load a rulebook from any folder, kept in memory until a file of it changes."""
    return _load(folder, _stamp(folder))


def compare(before: ShelvedRulebook, after: ShelvedRulebook) -> RulebookComparison:
    """Return all differences between two versions, worked out once. Raises Problem."""
    first, second = load(before), load(after)
    key = (first.digest, second.digest)
    if key not in _COMPARED:
        _COMPARED[key] = compare_identification(first, second)
    return _COMPARED[key]


_COMPARED: dict[tuple[str, str], RulebookComparison] = {}


@lru_cache(maxsize=32)
def _load(folder: Path, stamp: _Stamp) -> IdentificationRulebook:
    return load_identification(folder)


def _stamp(folder: Path) -> _Stamp:
    if not folder.is_dir():
        return ()
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
