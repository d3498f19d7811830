"""The roles that a person can be given: one list for every process, page and test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from speccom.problem import Problem
from speccom.rulebook.errors import RulebookError, RulebookErrors
from speccom.rulebook.find import shelf
from speccom.rulebook.metadata_file import read_toml

ROLES_FILE = "roles.toml"


def load_roles(shelf_folder: Path | None = None) -> Mapping[str, str]:
    """Return the title of each role by its name. Raises Problem where the list cannot be read."""
    path = (shelf_folder or shelf()) / ROLES_FILE
    errors: list[RulebookError] = []
    written = read_toml(path, errors)
    found = {}
    for name, body in written.items():
        title = body.get("title") if isinstance(body, dict) else None
        if not isinstance(title, str) or not title.strip():
            errors.append(RulebookError(f"{ROLES_FILE}, {name}", "the role has no title"))
        else:
            found[name] = title.strip()
    if errors:
        raise RulebookErrors(errors, rulebook=str(path))
    if not found:
        raise Problem("there are no roles", where=str(path))
    return found
