"""`speccom assign`: who pays for each record of some activity files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from speccom.activity.assign.explain import as_json, explain_record, in_words
from speccom.activity.assign.order import DEFAULT_METHOD, AssignmentOrder
from speccom.activity.assign.run import assign
from speccom.activity.memory import read_size
from speccom.activity.run_folder import folder_beside
from speccom.commands.long_run import carry_out
from speccom.problem import Problem
from speccom.rulebook.entries import DATASETS

SUMMARY = "say which commissioner pays for each record, and why"

SHOWN = 5
OTHER_KINDS = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--reference", type=Path, required=True, metavar="DIR", help="the folder of reference tables"
    )
    parser.add_argument(
        "--activity", type=Path, required=True, nargs="+", metavar="FILE", help="CSV or Parquet files"
    )
    parser.add_argument("--out", type=Path, metavar="FILE.parquet", help="the answers")
    parser.add_argument(
        "--method", default=DEFAULT_METHOD, help=f"the method (default: {DEFAULT_METHOD}), or its folder"
    )
    parser.add_argument(
        "--labels", type=Path, metavar="FILE.parquet", help="lines from `speccom identify`, not as submitted"
    )
    parser.add_argument(
        "--parts", action="store_true", help="a row for each part of an admission that is paid for apart"
    )
    parser.add_argument("--record", metavar="ID", help="explain one record in words instead")
    parser.add_argument("--json", action="store_true", help="with --record: as JSON")
    parser.add_argument("--layout", default="auto", help="the files' layout (default: recognised by columns)")
    parser.add_argument("--dataset", choices=DATASETS, help="for files whose rows do not say")
    parser.add_argument(
        "--run", type=Path, metavar="DIR", help="the run's folder (default: beside the answers, as NAME.run)"
    )
    parser.add_argument("--memory", metavar="SIZE", help="bounds the memory taken, such as 4GB or 500MB")
    parser.add_argument("--threads", type=int, metavar="N", help="default: one a processor")


def run(arguments: argparse.Namespace) -> int:
    """Assign, or explain one record, and say what came of it."""
    if arguments.record is not None:
        return _explain(arguments)
    if arguments.json:
        raise Problem("--json goes with --record", mend="Name a record, or leave --json out")
    if arguments.out is None:
        raise Problem("the answers have nowhere to go", mend="Name a file with --out")
    if arguments.out.suffix.lower() in OTHER_KINDS:
        raise Problem(
            "the answers are a Parquet file, whatever it is called",
            where=str(arguments.out),
            mend=f"Name it {arguments.out.with_suffix('.parquet').name}",
        )
    order = _order(arguments, arguments.out, arguments.run or folder_beside(arguments.out))
    return carry_out(lambda tell, asked: report(assign(order, tell, asked), order.out, order.run))


def _explain(arguments: argparse.Namespace) -> int:
    """Explain one record instead of writing answers."""
    order = _order(arguments, Path(), Path())
    assigner, explained = explain_record(order, arguments.record)
    if arguments.json:
        trees = [as_json(assigner, each) for each in explained]
        print(json.dumps(trees if order.parts else trees[0], indent=2, ensure_ascii=False))
    else:
        print("\n\n".join(in_words(assigner, each) for each in explained))
    return 0


def _order(arguments: argparse.Namespace, out: Path, run: Path) -> AssignmentOrder:
    return AssignmentOrder(
        reference=arguments.reference,
        activity=arguments.activity,
        out=out,
        run=run,
        method=arguments.method,
        rulebook=Path(arguments.method) if Path(arguments.method).is_dir() else None,
        labels=arguments.labels,
        parts=arguments.parts,
        layout=arguments.layout,
        dataset=arguments.dataset,
        memory=None if arguments.memory is None else read_size(arguments.memory),
        **({} if arguments.threads is None else {"threads": arguments.threads}),
    )


def report(manifest: dict[str, Any], out: Path, run: Path) -> str:
    """Return what a run found, in words."""
    counts, rulebook = manifest["counts"], manifest["rulebook"]
    summary = pq.read_table(run / "summary.parquet").to_pylist()
    lines = [
        f"Rulebook {rulebook['identity']} ({rulebook['status']})",
        f"{counts['rows']:>12,} {'row' if counts['rows'] == 1 else 'rows'} read",
        f"{counts['with_commissioner']:>12,} with a commissioner",
        f"{counts['without_commissioner']:>12,} without one, each with the reason",
        f"{counts['rejected']:>12,} rejected",
        *(
            f"{each['records']:>12,} without: {each['reason']}"
            for each in [row for row in summary if row["commissioner"] is None][:SHOWN]
        ),
        *(f"Note: {warning['message']}." for warning in manifest["warnings"]),
        f"Answers: {out}",
        f"Faults, rejected rows, totals and the manifest: {run}",
    ]
    return "\n".join(lines)
