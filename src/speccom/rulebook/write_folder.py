"""Write a rulebook's folder, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
from pathlib import Path

from speccom.problem import Problem
from speccom.rulebook.shape import METADATA, METADATA_FILE, TABLES
from speccom.rulebook.written import Table, WrittenRulebook


def write_folder(written: WrittenRulebook, folder: Path, *, replace: bool = False) -> None:
    """Write the files beside their place first and move them in when they are all there.

    With `replace` a rulebook that is there already gives way, and files in its folder that are not a
    rulebook's are kept. Raises Problem where the folder is in use and may not be replaced, or cannot be
    written.
    """
    folder = folder.absolute()
    _check_target(folder, replace=replace)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as fault:
        raise Problem(f"the folder cannot be made ({fault.strerror})", where=str(folder)) from None
    try:
        made.chmod(0o755)
        _keep_others(folder, made)
        for name, text in _files(written).items():
            (made / name).write_text(text, encoding="utf-8", newline="")
        _swap(made, folder)
    except OSError as fault:
        raise Problem(f"the folder cannot be written ({fault.strerror})", where=str(folder)) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _check_target(folder: Path, *, replace: bool) -> None:
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir() or folder.is_symlink():
        raise Problem("this is there already and is no folder", where=str(folder))
    if not any(folder.iterdir()):
        return
    if not (folder / METADATA_FILE).exists():
        raise Problem(
            "this folder holds other things than a rulebook",
            where=str(folder),
            mend="Name a new folder",
        )
    if not replace:
        raise Problem(
            "there is a rulebook here already",
            where=str(folder),
            mend="Name a new folder, or add --replace to put the new one in its place",
        )


def _keep_others(folder: Path, made: Path) -> None:
    ours = {METADATA_FILE, *(shape.file for shape in TABLES)}
    for each in folder.iterdir() if folder.exists() else ():
        if each.name in ours:
            continue
        if each.is_dir():
            shutil.copytree(each, made / each.name, symlinks=True)
        else:
            shutil.copy2(each, made / each.name, follow_symlinks=False)


def _swap(made: Path, folder: Path) -> None:
    """Move the new folder in; where that fails, the old one is back in its place."""
    if not folder.exists():
        made.rename(folder)
        return
    aside = folder.with_name(f".{folder.name}-before-{os.getpid()}")
    folder.rename(aside)
    try:
        made.rename(folder)
    except OSError:
        aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _files(written: WrittenRulebook) -> dict[str, str]:
    found = {METADATA_FILE: _toml(written)}
    for shape in TABLES:
        table = written.tables.get(shape.name)
        if table is not None and (table.rows or shape.needed):
            found[shape.file] = _csv(table)
    return found


def _toml(written: WrittenRulebook) -> str:
    # A JSON string is a TOML basic string, but for the delete character, which no rulebook holds.
    lines = [
        f"{key} = {json.dumps(str(written.metadata.get(key, '')), ensure_ascii=False)}" for key in METADATA
    ]
    return "\n".join(lines) + "\n"


def _csv(table: Table) -> str:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(table.shape.columns)
    out.writerows([row.cells[column] for column in table.shape.columns] for row in table.rows)
    return text.getvalue()
