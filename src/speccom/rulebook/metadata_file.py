"""Read rulebook.toml, which every rulebook has, with every fault of reading collected."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from speccom.rulebook.errors import RulebookError
from speccom.rulebook.shape import METADATA_FILE, METADATA_REQUIRED


def read_toml(path: Path, errors: list[RulebookError]) -> dict[str, object]:
    """Return a TOML file's content; nothing where it cannot be read, which is added to `errors`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        errors.append(RulebookError(path.name, "this file is missing"))
    except OSError as fault:
        errors.append(RulebookError(path.name, f"this file cannot be read ({fault.strerror})"))
    except UnicodeDecodeError:
        errors.append(RulebookError(path.name, "the text is not UTF-8", "Save the file as UTF-8"))
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        errors.append(RulebookError(path.name, f"this is not valid TOML: {fault}"))
    return {}


def read_metadata(folder: Path, statuses: Sequence[str], errors: list[RulebookError]) -> dict[str, object]:
    """Return what a rulebook says of itself, its dates as dates and the rest as it is written.

    Nothing where the file cannot be read. Every fault is added to `errors`.
    """
    before = len(errors)
    found = read_toml(folder / METADATA_FILE, errors)
    if len(errors) > before:
        return {}
    for key in METADATA_REQUIRED:
        where, value = f"{METADATA_FILE}, {key}", found.get(key)
        if value is None or not str(value).strip():
            errors.append(RulebookError(where, f"`{key}` is missing", f'Write {key} = "…"'))
        elif key in ("valid_from", "valid_to"):
            found[key] = _day(value, where, errors)
        elif not isinstance(value, str):
            errors.append(RulebookError(where, "this is not text", f'Write {key} = "{value}"'))
    if "status" in found and found["status"] not in statuses:
        errors.append(
            RulebookError(f"{METADATA_FILE}, status", f"the status is one of {', '.join(statuses)}")
        )
    return found


def _day(written: object, where: str, errors: list[RulebookError]) -> date:
    if isinstance(written, date) and not isinstance(written, datetime):
        return written
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        errors.append(RulebookError(where, "this is not a date", "Write it as 2025-04-01"))
        return date.min
