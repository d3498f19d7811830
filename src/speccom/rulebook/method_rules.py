"""Dated rules of a method: a folder of one TOML file and CSV tables, given to the method as data.

`rulebooks/KIND/ID/VERSION/` holds `rulebook.toml` (as every rulebook has it), optionally `rules.toml` (single
settings and small tables) and any `NAME.csv` (a table; its rows become the list `NAME`, each cell as
text). The method's own types say what must be there and check it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from speccom.problem import Problem
from speccom.rulebook.find import find, list_rulebooks
from speccom.rulebook.shape import METADATA_FILE

_SETTINGS_FILE = "rules.toml"


@dataclass(frozen=True)
class MethodRules:
    """Rules as read: `content` for the method, and the identity of an answer (`id@version#hash`)."""

    content: Mapping[str, Any]
    identity: str


def find_method_rules(kind: str, on: date, rulebook_id: str = "", shelf: Path | None = None) -> MethodRules:
    """Return the rules of a kind in force on a day.

    Where several rulebooks of the kind are on the shelf, `rulebook_id` says which is meant. Raises Problem
    where none covers the day: none is guessed.
    """
    ids = sorted({each.id for each in list_rulebooks(kind, shelf)})
    if not rulebook_id and len(ids) > 1:
        raise Problem(
            f"there are several rulebooks of the kind `{kind}`: {', '.join(ids)}",
            mend="Say which one is meant",
        )
    chosen = rulebook_id or (ids[0] if ids else kind)
    return read_method_rules(find(kind, chosen, on=on, shelf_folder=shelf).folder)


def read_method_rules(folder: Path) -> MethodRules:
    """Return the rules of one folder. Raises Problem for a file that cannot be read."""
    content: dict[str, Any] = dict(_toml(folder / METADATA_FILE))
    if (folder / _SETTINGS_FILE).exists():
        content |= _toml(folder / _SETTINGS_FILE)
    for path in sorted(folder.glob("*.csv")):
        content[path.stem] = _rows(path)
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return MethodRules(content, f"{content.get('id')}@{content.get('version')}#{digest[:12]}")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path), parse_float=str)  # exact: 0.1 is not a binary fraction
    except tomllib.TOMLDecodeError as fault:
        raise Problem(f"this is not valid TOML: {fault}", where=str(path)) from None


def _rows(path: Path) -> list[dict[str, str]]:
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as fault:
        raise Problem(f"this is not valid CSV: {fault}", where=f"{path}, line {reader.line_num}") from None
    filled = [(line, row) for line, row in rows if any(row)]
    if not filled:
        raise Problem(
            "this table has no columns", where=str(path), mend="Write their names in the first line"
        )
    header = filled[0][1]
    for line, row in filled[1:]:
        if len(row) != len(header):
            raise Problem(
                f"this line has {len(row)} cells, and there are {len(header)} columns",
                where=f"{path}, line {line}",
            )
    # An empty cell is left out, so that the method's own default, or its complaint, applies.
    return [{name: cell for name, cell in zip(header, row, strict=True) if cell} for _, row in filled[1:]]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise Problem(f"the file cannot be read ({fault.strerror})", where=str(path)) from None
    except UnicodeDecodeError:
        raise Problem("the file is not in UTF-8", where=str(path), mend="Save it again as UTF-8") from None
