"""`speccom try-edit`: what an edited rulebook would make of a finished run, in moments."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from speccom.activity.compare.terms import read_terms
from speccom.activity.edited.as_json import as_json
from speccom.activity.edited.making import make
from speccom.activity.edited.trial import Trials
from speccom.activity.edited.words import in_words
from speccom.problem import Problem
from speccom.rulebook.identification import load_identification

SUMMARY = "say what an edited rulebook would make of a finished run, asking only what the edit can touch"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run", type=Path, metavar="RUN", help="the folder that `speccom identify` left")
    parser.add_argument(
        "--rulebook", type=Path, required=True, metavar="DRAFT", help="the folder of the edited rulebook"
    )
    parser.add_argument(
        "--terms",
        type=Path,
        metavar="FILE.csv",
        help="each line's variable share: service_line,variable_share; a blank line is the default",
    )
    parser.add_argument(
        "--assigned",
        type=Path,
        metavar="RUN",
        help="the folder of an assignment of the run's labels: new totals by commissioner too",
    )
    parser.add_argument(
        "--workings",
        type=Path,
        metavar="DIR",
        help="where the run's workings are kept, and made the first time (default: hidden beside the run)",
    )
    parser.add_argument(
        "--prepare",
        action="store_true",
        help="only make the run's workings, and leave word of progress beside the run",
    )
    parser.add_argument("--json", action="store_true", help="everything, for programs")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, metavar="N")


def run(arguments: argparse.Namespace) -> int:
    """Try the draft, and say what it would make of the run."""
    if arguments.threads < 1:
        raise Problem(
            f"a trial needs at least one thread, not {arguments.threads}", mend="Leave --threads out"
        )
    draft = load_identification(arguments.rulebook)
    if arguments.prepare:
        print(f"The workings of the run: {make(arguments.run, draft, arguments.threads).folder}")
        return 0
    tell = _tell if sys.stderr.isatty() else lambda stage, done, total: None
    trials = Trials(
        arguments.run,
        workings=arguments.workings,
        assigned=arguments.assigned,
        threads=arguments.threads,
        tell=tell,
    )
    lines = {*trials.run.rulebook.services, *draft.services}
    terms = None if arguments.terms is None else read_terms(arguments.terms, lines)
    made = not trials.ready
    tried = trials.try_rulebook(draft, terms)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    if arguments.json:
        print(json.dumps(as_json(tried), indent=2, ensure_ascii=False))
        return 0
    print(in_words(tried))
    if made:
        print(f"\nThe workings by which the next edit is quicker: {trials.folder}")
    return 0


def _tell(stage: str, done: int, total: int) -> None:
    share = f"{done / total:4.0%}" if total else ""
    print(f"\r\x1b[K{stage} {share}", end="", file=sys.stderr, flush=True)
