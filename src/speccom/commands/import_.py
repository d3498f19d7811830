"""`speccom import reference`: make a folder of reference tables from published files."""

from __future__ import annotations

import argparse
from pathlib import Path

from speccom.problem import Problem
from speccom.rulebook.import_reference import Taken, import_reference

SUMMARY = "take reference tables from published files"

REFERENCE = "reference"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("what", metavar=REFERENCE, help="the tables that commissioner assignment looks up")
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="as published: SQL scripts, CSV, Excel"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder of tables")


def run(arguments: argparse.Namespace) -> int:
    """Import, and say what was taken from each file."""
    if arguments.what != REFERENCE:
        raise Problem(
            f"speccom cannot import “{arguments.what}”", mend=f"Write speccom import {REFERENCE} FILE…"
        )
    for taken in import_reference(arguments.files, arguments.out):
        print(_in_words(taken))
    print(f"Tables: {arguments.out}")
    return 0


def _in_words(taken: Taken) -> str:
    where = taken.file.name if taken.found == taken.file.stem else f"{taken.file.name} ({taken.found})"
    if not taken.table:
        return f"{where}: nothing was taken; {taken.nearest}"
    said = (
        f"{where}: {taken.rows:,} {'row' if taken.rows == 1 else 'rows'} of {taken.title} ({taken.table}.csv)"
    )
    if taken.left_out:
        said += f"; not taken: {', '.join(taken.left_out)}"
    return said
