"""The roles that a person can be given: one list for every process, page and test."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from speccom.problem import Problem
from speccom.rulebook.errors import RulebookError, RulebookErrors
from speccom.rulebook.find import shelf
from speccom.rulebook.metadata_file import read_toml

ROLES_FILE = "roles.toml"
_KNOWN = {"title", "does", "functions"}


@dataclass(frozen=True)
class Role:
    """A role: its title, a sentence of what it sees and does, and the functions of pages that it gives."""

    name: str
    title: str
    does: str
    functions: frozenset[str]


def load_roles(shelf_folder: Path | None = None) -> Mapping[str, Role]:
    """Return each role by its name. Raises Problem where the list cannot be read."""
    path = (shelf_folder or shelf()) / ROLES_FILE
    errors: list[RulebookError] = []
    found = {name: _role(name, body, errors) for name, body in read_toml(path, errors).items()}
    if errors:
        raise RulebookErrors(errors, rulebook=str(path))
    if not found:
        raise Problem("there are no roles", where=str(path))
    return found


def shelved_roles() -> Mapping[str, Role]:
    """Return the roles of the shelf, read again only where the file has changed."""
    path = shelf() / ROLES_FILE
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _read(path.parent, changed)


def roles_giving(function: str, among: Collection[str]) -> tuple[str, ...]:
    """Return those of some roles that give a function, by name."""
    known = shelved_roles()
    return tuple(name for name in sorted(among) if name in known and function in known[name].functions)


@lru_cache(maxsize=8)
def _read(folder: Path, changed: int) -> Mapping[str, Role]:
    return load_roles(folder)


def _role(name: str, body: object, errors: list[RulebookError]) -> Role:
    where = f"{ROLES_FILE}, {name}"
    written = body if isinstance(body, dict) else {}
    for key in sorted(set(written) - _KNOWN):
        errors.append(RulebookError(where, f"a role has no '{key}'; it has {', '.join(sorted(_KNOWN))}"))
    return Role(
        name,
        _words(written, "title", where, errors),
        _words(written, "does", where, errors),
        _functions(written.get("functions", []), where, errors),
    )


def _words(written: Mapping[str, object], key: str, where: str, errors: list[RulebookError]) -> str:
    value = written.get(key)
    if isinstance(value, str) and value.strip():
        return value.strip()
    errors.append(RulebookError(where, f"the role has no {key}"))
    return ""


def _functions(value: object, where: str, errors: list[RulebookError]) -> frozenset[str]:
    if isinstance(value, list) and all(isinstance(each, str) and each.isidentifier() for each in value):
        return frozenset(value)
    errors.append(RulebookError(where, 'functions is a list of names, such as ["start_runs"]'))
    return frozenset()
