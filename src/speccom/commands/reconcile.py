"""`speccom reconcile`: whether a provider's contract feeds agree with each other, to the penny."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from speccom.activity.contract.acceptances import write_acceptances
from speccom.activity.contract.challenge import write_challenge
from speccom.activity.contract.feeds import LaterBy, Restates
from speccom.activity.contract.reconcile import Outcome, ReconcileOrder, reconcile
from speccom.activity.contract.report import in_words
from speccom.activity.contract.written import as_json, write_out
from speccom.problem import Problem
from speccom.rulebook import find

SUMMARY = "hold contract feeds against each other, and activity against them, to the penny"

AGREES, DIFFERS = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--feeds",
        type=Path,
        required=True,
        nargs="+",
        metavar="FILE",
        help="CSV files of contract monitoring: aggregate, patient-level, drugs, devices; any number of each",
    )
    parser.add_argument(
        "--activity", type=Path, metavar="LABELS", help="labels from `speccom identify`, or its run's folder"
    )
    parser.add_argument(
        "--accepted",
        type=Path,
        metavar="FILE",
        help="differences that were accepted before, with who and why",
    )
    parser.add_argument(
        "--write-accepted",
        type=Path,
        metavar="FILE",
        help="write what stays accepted, and what is open for somebody to accept",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="the comparison as JSON and CSV files")
    parser.add_argument("--challenge", metavar="PROVIDER", help="a workbook of one provider's differences")
    parser.add_argument("--to", type=Path, metavar="FILE.xlsx", help="with --challenge: where it goes")
    parser.add_argument("--json", action="store_true", help="print JSON instead of words")
    parser.add_argument(
        "--by-point-of-delivery", action="store_true", help="compare points of delivery within each line"
    )
    parser.add_argument(
        "--later-by", choices=[*LaterBy], help="what makes a file later: its stamp, or the order given"
    )
    parser.add_argument(
        "--restates", choices=[*Restates], help="which months a file speaks for (default: as in the settings)"
    )
    parser.add_argument(
        "--as-at", type=_day, metavar="DATE", help="the day of the comparison (default: today)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare, write what was asked for, and say what came of it; 1 where a difference is open."""
    if (arguments.challenge is None) != (arguments.to is None):
        raise Problem("--challenge and --to go together", mend="Say whose workbook it is, and where it goes")
    outcome = reconcile(_order(arguments), _tell if sys.stderr.isatty() else lambda file: None)
    said = _written(outcome, arguments)
    if arguments.json:
        print(json.dumps(as_json(outcome), indent=2, ensure_ascii=False))
    else:
        print("\n".join([in_words(outcome), *said]))
    return AGREES if outcome.agrees else DIFFERS


def _order(arguments: argparse.Namespace) -> ReconcileOrder:
    return ReconcileOrder(
        feeds=arguments.feeds,
        shelf=find.shelf(),
        as_at=arguments.as_at or date.today(),  # noqa: DTZ011 - the day where the person is
        activity=arguments.activity,
        accepted=arguments.accepted,
        by_point_of_delivery=arguments.by_point_of_delivery,
        later_by=None if arguments.later_by is None else LaterBy(arguments.later_by),
        restates=None if arguments.restates is None else Restates(arguments.restates),
    )


def _written(outcome: Outcome, arguments: argparse.Namespace) -> list[str]:
    said = []
    if arguments.out is not None:
        write_out(outcome, arguments.out)
        said.append(f"Differences, faults and all figures: {arguments.out}")
    if arguments.write_accepted is not None:
        try:
            write_acceptances(arguments.write_accepted, outcome.carried_forward, outcome.differences)
        except OSError as error:
            raise Problem(
                f"the accepted differences cannot be written ({error.strerror})",
                where=str(arguments.write_accepted),
            ) from error
        said.append(f"Accepted and open differences: {arguments.write_accepted}")
    if arguments.challenge is not None:
        waiting = write_challenge(outcome, arguments.challenge, arguments.to)
        said.append(f"Challenge of {arguments.challenge}, {waiting:,} open: {arguments.to}")
    return said


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2025-07-31") from None


def _tell(file: str) -> None:
    print(f"reading {file}", file=sys.stderr)
