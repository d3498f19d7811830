"""`speccom compare`: the same activity under two or more rulebooks, and what moves by the change."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from speccom.activity.compare import assignments_as_json, assignments_in_words
from speccom.activity.compare.as_json import as_json
from speccom.activity.compare.assignments import compare_assignments
from speccom.activity.compare.order import CompareOrder
from speccom.activity.compare.run import Tell, compare
from speccom.activity.compare.words import in_words
from speccom.activity.memory import read_size
from speccom.rulebook.entries import DATASETS

SUMMARY = "say what moves between lines, or commissioners, by other rules over the same activity"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--rulebook",
        type=Path,
        required=True,
        metavar="OLD",
        help="the folder of the rulebook in force; with --reference, a method of assignment",
    )
    parser.add_argument(
        "--with",
        dest="others",
        type=Path,
        required=True,
        nargs="+",
        metavar="NEW",
        help="the folder of the rulebook to compare with it; several are compared in the same pass",
    )
    parser.add_argument(
        "--activity", type=Path, required=True, nargs="+", metavar="FILE", help="CSV or Parquet files"
    )
    parser.add_argument(
        "--reference",
        type=Path,
        default=[],
        nargs="+",
        metavar="DIR",
        help="compare assignments: the folder of reference tables, and that for NEW where it is another",
    )
    parser.add_argument(
        "--labels",
        type=Path,
        metavar="FILE.parquet",
        help="with --reference: lines from `speccom identify`, not as submitted",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="the moved records, .parquet or .csv")
    parser.add_argument(
        "--terms",
        type=Path,
        metavar="FILE.csv",
        help="each line's variable share: service_line,variable_share; a blank line is the default",
    )
    parser.add_argument("--json", action="store_true", help="everything, for programs")
    parser.add_argument("--layout", default="auto", help="the files' layout (default: recognised by columns)")
    parser.add_argument("--dataset", choices=DATASETS, help="for files whose rows do not say")
    parser.add_argument("--memory", metavar="SIZE", help="bounds the memory taken, such as 4GB or 500MB")
    parser.add_argument("--threads", type=int, metavar="N", help="default: one a processor")


def run(arguments: argparse.Namespace) -> int:
    """Compare, and say what moves."""
    order = CompareOrder(
        rulebook=arguments.rulebook,
        others=arguments.others,
        activity=arguments.activity,
        out=arguments.out,
        terms=arguments.terms,
        layout=arguments.layout,
        dataset=arguments.dataset,
        memory=None if arguments.memory is None else read_size(arguments.memory),
        reference=arguments.reference,
        labels=arguments.labels,
        **({} if arguments.threads is None else {"threads": arguments.threads}),
    )
    facts, report = _compared(order, _tell if sys.stderr.isatty() else lambda stage, done, total: None)
    if arguments.json:
        print(json.dumps(facts(), indent=2, ensure_ascii=False))
        return 0
    print(report())
    if order.out is not None:
        print(f"\nMoved records: {order.out}")
    return 0


def _compared(order: CompareOrder, tell: Tell) -> tuple[Callable[[], dict[str, Any]], Callable[[], str]]:
    """Compare; return what makes facts for programs, and what makes a report to be read."""
    if order.reference:
        assigned = compare_assignments(order, tell)
        return partial(assignments_as_json.as_json, assigned), partial(
            assignments_in_words.in_words, assigned
        )
    compared = compare(order, tell)
    return partial(as_json, compared), partial(in_words, compared)


def _tell(stage: str, done: int, total: int) -> None:
    share = f"{done / total:4.0%}" if total else ""
    print(f"\r\x1b[K{stage} {share}", end="", file=sys.stderr, flush=True)
    if stage == "comparing" and done == total:
        print("\r\x1b[K", end="", file=sys.stderr)
