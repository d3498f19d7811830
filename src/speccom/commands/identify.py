"""`speccom identify`: label activity files by an identification rulebook."""

from __future__ import annotations

import argparse
import json
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any

import pyarrow.parquet as pq

from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.assign.run import assigner_of
from speccom.activity.identify import identify, leave_identification
from speccom.activity.labelling import ENGINES
from speccom.activity.memory import read_size
from speccom.activity.order import Order
from speccom.activity.resume import following, resume
from speccom.activity.run_folder import MANIFEST, folder_beside
from speccom.commands import assign
from speccom.commands.long_run import Tell, carry_out
from speccom.problem import Problem
from speccom.rulebook.entries import DATASETS

SUMMARY = "say which specialised service each record of some activity files counts as"

FAULTS_SHOWN = 5
OTHER_KINDS = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--rulebook", type=Path, required=True, metavar="DIR", help="the rulebook's folder")
    parser.add_argument(
        "--activity", type=Path, required=True, nargs="+", metavar="FILE", help="CSV or Parquet files"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.parquet", help="the labels")
    parser.add_argument("--layout", default="auto", help="the files' layout (default: recognised by columns)")
    parser.add_argument("--dataset", choices=DATASETS, help="for files whose rows do not say")
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default="kernel",
        metavar="{kernel,duckdb,spark}",
        help="how the rules are run; all give the same answers",
    )
    parser.add_argument(
        "--run", type=Path, metavar="DIR", help="the run's folder (default: beside the labels, as NAME.run)"
    )
    parser.add_argument(
        "--assign",
        metavar="METHOD",
        help="then assign each record's commissioner by a method, or a folder with one, from the lines found",
    )
    parser.add_argument(
        "--reference", type=Path, metavar="DIR", help="with --assign: the folder of reference tables"
    )
    parser.add_argument("--memory", metavar="SIZE", help="bounds the memory taken, such as 4GB or 500MB")
    parser.add_argument("--threads", type=int, metavar="N", help="default: one a processor")


def run(arguments: argparse.Namespace) -> int:
    """Identify, and say what came of it."""
    if arguments.out.suffix.lower() in OTHER_KINDS:
        raise Problem(
            "the labels are a Parquet file, whatever it is called",
            where=str(arguments.out),
            mend=f"Name it {arguments.out.with_suffix('.parquet').name}",
        )
    folder = arguments.run or folder_beside(arguments.out)
    order = Order(
        rulebook=arguments.rulebook,
        activity=arguments.activity,
        out=arguments.out,
        run=folder,
        layout=arguments.layout,
        dataset=arguments.dataset,
        engine=arguments.engine,
        memory=None if arguments.memory is None else read_size(arguments.memory),
        **({} if arguments.threads is None else {"threads": arguments.threads}),
    )
    if arguments.assign is not None or arguments.reference is not None:
        return identify_then_assign(order, arguments.assign, arguments.reference)
    return carry_out(lambda tell, asked: report(identify(order, tell, asked), order.out, order.run))


def identify_then_assign(order: Order, method: str | None, reference: Path | None) -> int:
    """Identify, assign what was found, and say what came of both; a stop may be gone on with in either."""
    if method is None or reference is None:
        raise Problem(
            "an assignment needs a method and the reference tables",
            mend="Give both --assign and --reference, or neither",
        )
    then = AssignmentOrder(
        reference=reference,
        activity=order.activity,
        out=order.out.with_name(f"{order.out.stem}-payers.parquet"),
        run=following(order.run),
        method=method,
        rulebook=Path(method) if Path(method).is_dir() else None,
        labels=order.out,
        layout=order.layout,
        dataset=order.dataset,
        threads=order.threads,
        memory=order.memory,
    )
    then.refuse_impossible()
    assigner_of(then)  # read or refused before any work
    leave_identification(order, by="", then=then)

    def work(tell: Tell, asked: Event) -> str:
        manifest = resume(order.run, tell, asked)
        assigned = json.loads((then.run / MANIFEST).read_bytes())
        reports = report(manifest, order.out, order.run), assign.report(assigned, then.out, then.run)
        return "\n\n".join(reports)

    return carry_out(work)


def report(manifest: dict[str, Any], out: Path, run: Path) -> str:
    """Return what a run found, in words."""
    counts, cost, rulebook = manifest["counts"], manifest["cost"], manifest["rulebook"]
    faults, unseen, warnings = manifest["faults"], manifest["unseen_lines"], manifest["warnings"]
    plural = "fault" if faults == 1 else "faults"
    lines = [
        f"Rulebook {rulebook['identity']} ({rulebook['status']})",
        f"{counts['rows']:>12,} {'row' if counts['rows'] == 1 else 'rows'} read",
        f"{counts['labelled']:>12,} labelled as specialised",
        f"{counts['not_specialised']:>12,} not specialised",
        f"{counts['not_attended']:>12,} not attended, so not labelled",
        f"{counts['rejected']:>12,} rejected",
        _cost(cost),
        f"{faults:,} {plural} in values; {len(unseen)} service lines that no rule can find",
        *_most_frequent_faults(run),
        *(f"Note: {warning['message']}" for warning in warnings),
        f"Labels: {out}",
        f"Faults, rejected rows, totals and the manifest: {run}",
    ]
    return "\n".join(lines)


def _most_frequent_faults(run: Path) -> list[str]:
    """The faults met most often, each with where it was met first."""
    faults = pq.read_table(run / "faults.parquet").sort_by([("count", "descending")])
    return [_fault_in_words(fault) for fault in faults.slice(0, FAULTS_SHOWN).to_pylist()]


def _fault_in_words(fault: dict[str, Any]) -> str:
    value, row, file = fault["value"], fault["example_row"], fault["example_file"]
    named = f" “{value}”" if value and value not in fault["message"] else ""
    place = f"first in row {row + 1:,} of {file}" if row >= 0 else f"in {file}"
    return f"{fault['count']:>12,} {fault['column'] or 'file'}{named}: {fault['message']} ({place})"


def _cost(cost: dict[str, str]) -> str:
    """What it cost. Extracts without prices are usual, and no price is not a price of nothing."""
    if not Decimal(cost["total"]):
        return "Cost: none is given in this activity"
    return f"Cost £{cost['total']}, of which specialised £{cost['specialised']}"
