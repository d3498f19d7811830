"""`speccom synthesise`: write a synthetic year of activity."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from speccom.activity.synthesise import LAYOUTS, synthesise

SUMMARY = "write a synthetic year of hospital activity, for demonstration and for load"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's own arguments."""
    parser.add_argument("--records", type=int, required=True, metavar="N", help="how many records")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write to")
    parser.add_argument(
        "--seed", type=int, default=2025, metavar="S", help="the same seed gives the same files (2025)"
    )
    parser.add_argument(
        "--layout", choices=LAYOUTS, default="canonical", help="the shape of the files (canonical)"
    )
    parser.add_argument("--dirty", action="store_true", help="put in the dirt that real files hold")
    parser.add_argument(
        "--format",
        dest="file_format",
        choices=("parquet", "csv"),
        default="",
        help="for the canonical layout: parquet (the default) or csv; HES layouts are always csv",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the files and name them."""
    files = synthesise(
        arguments.records,
        arguments.out,
        seed=arguments.seed,
        layout=arguments.layout,
        dirty=arguments.dirty,
        file_format=arguments.file_format,
        progress=_show if sys.stderr.isatty() else None,
    )
    for file in files:
        print(file)
    return 0


def _show(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{done:,} of {total:,} records ({done / total:.0%})", end=end, file=sys.stderr, flush=True)
