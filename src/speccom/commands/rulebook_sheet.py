"""`speccom rulebook-sheet`: a rulebook out to a spreadsheet and back."""

from __future__ import annotations

import argparse
from pathlib import Path

from speccom.problem import Problem
from speccom.rulebook.errors import RulebookErrors
from speccom.rulebook.sheet import export_sheet, import_sheet

SUMMARY = "write a rulebook as a spreadsheet, or make one from a spreadsheet"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two ways."""
    ways = parser.add_subparsers(dest="way", required=True, metavar="export|import")
    out = ways.add_parser("export", help="write a rulebook's folder as a spreadsheet")
    out.add_argument("folder", metavar="DIR", type=Path, help="the rulebook's folder")
    out.add_argument("file", metavar="FILE.xlsx", type=Path, help="the spreadsheet to write")
    back = ways.add_parser("import", help="make a rulebook's folder from a spreadsheet")
    back.add_argument("file", metavar="FILE.xlsx", type=Path, help="the spreadsheet to read")
    back.add_argument("folder", metavar="DIR", type=Path, help="the folder to make")
    back.add_argument("--version", default="", help="the new rulebook's version, instead of the sheet's")
    back.add_argument("--replace", action="store_true", help="put it in the place of the rulebook in DIR")


def run(arguments: argparse.Namespace) -> int:
    """Export or import; 1 where the rulebook has errors."""
    try:
        if arguments.way == "export":
            exported = export_sheet(arguments.folder, arguments.file)
            print(f"Wrote {exported.rulebook.identity} to {arguments.file}.")
            for each in exported.left_out:
                print(f"Left out, because the template has no place for it: {each}.")
        else:
            _must_be_a_file(arguments.file)
            rulebook = import_sheet(
                arguments.file, arguments.folder, version=arguments.version, replace=arguments.replace
            )
            print(f"Made {rulebook.identity} in {arguments.folder}.")
    except RulebookErrors as errors:
        print(errors)
        return 1
    return 0


def _must_be_a_file(path: Path) -> None:
    if path.is_dir():
        mend = "The spreadsheet comes first, then the folder to make"
        raise Problem("this is a folder, not a spreadsheet", where=str(path), mend=mend)
    if not path.exists():
        raise Problem("there is no such file", where=str(path), mend="Check the path")
