"""`speccom explain`: why one record has its answer, rule by rule, in words or as JSON."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from speccom.activity.explain import RecordExplanation, RuleFinding, as_json, explain_record
from speccom.activity.layouts import ATTENDED
from speccom.activity.prepare import prepare
from speccom.activity.records import find_row, record_at
from speccom.criteria.words import Explanation
from speccom.problem import Problem
from speccom.rulebook.entries import DATASETS, Reach
from speccom.rulebook.identification import load_identification

SUMMARY = "say why a record counts as a service, or why not"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--rulebook", type=Path, required=True, metavar="DIR", help="the rulebook's folder")
    parser.add_argument("--activity", type=Path, required=True, metavar="FILE", help="a CSV or Parquet file")
    parser.add_argument("--record", required=True, metavar="ID", help="the record's identifier")
    parser.add_argument("--service", default="", metavar="CODE", help="only the rules of this service line")
    parser.add_argument("--layout", default="auto", help="the file's layout (default: recognised)")
    parser.add_argument("--dataset", choices=DATASETS, help="for files whose rows do not say")
    parser.add_argument("--json", action="store_true", help="the whole tree of findings as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Explain one record."""
    rulebook = load_identification(arguments.rulebook)
    with tempfile.TemporaryDirectory() as folder:
        file = prepare(
            arguments.activity, layout=arguments.layout, dataset=arguments.dataset, folder=Path(folder)
        )
        row = find_row(file.path, arguments.record)
        if row is None:
            raise Problem(
                f"there is no record {arguments.record}",
                where=str(arguments.activity),
                mend="Check the identifier; a row that was rejected cannot be explained",
            )
        record = record_at(file.path, row, dataset=file.dataset)
    explained = explain_record(rulebook, record, file.dataset, service=arguments.service)
    missed = explained.dataset == "op" and record.get(ATTENDED) in file.not_attended
    if arguments.json:
        tree = {"record_id": arguments.record, "not_attended": missed, **as_json(explained)}
        print(json.dumps(tree, indent=2, ensure_ascii=False))
    else:
        print(in_words(arguments.record, explained, only=arguments.service, missed=missed))
    return 0


def in_words(record_id: str, explained: RecordExplanation, *, only: str = "", missed: bool = False) -> str:
    """Return the explanation as text: the answer, the rules that hold, and those that came near.

    `only` leaves the rules of one line, held or not; `missed` is for an appointment that was not kept.
    """
    services = explained.rulebook.services
    if explained.lines:
        first = services[explained.lines[0]]
        lines = [f"Record {record_id} counts as {first.title} ({first.code})."]
        if len(explained.lines) > 1:
            others = ", ".join(f"{services[code].title} ({code})" for code in explained.lines[1:])
            lines.append(f"It also qualifies for: {others}. The first comes before them in order.")
        if explained.stated_counts:
            lines.append("No rule finds it; the provider stated the line.")
    else:
        lines = [f"Record {record_id} counts as no specialised service by itself."]
    lines += _limits(explained)
    if missed:
        lines.append("The appointment was missed or cancelled, so it is not labelled all the same.")
    shown = explained.findings if only else (*explained.fired, *explained.nearest())
    for finding in shown:
        lines += ["", *_rule_in_words(finding)]
    if not shown:
        lines.append(_no_rule(explained, only))
    lines += ["", f"Rulebook {explained.rulebook.identity} ({explained.rulebook.status})."]
    return "\n".join(lines)


def _no_rule(explained: RecordExplanation, only: str) -> str:
    if not only:
        return "No rule came near."
    kind = "admitted care" if explained.dataset == "apc" else "outpatient care"
    said = f"The rulebook has no rule that looks for {only} in {kind}"
    return f"{said}." if only in explained.lines else f"{said}: its absence here says nothing."


def _limits(explained: RecordExplanation) -> list[str]:
    """What the record's lines do beyond the record itself, or need from beyond it."""
    services = [explained.rulebook.services[code] for code in explained.lines]
    said = [
        f"{service.title} counts only where another line makes the whole spell specialised."
        for service in services
        if service.reach is Reach.IF_SPELL_SPECIALISED
    ]
    if explained.record.get("spell_id") and any(service.reach is Reach.SPELL for service in services):
        said.append("With it, every record of the same spell counts as specialised.")
    return said


def _rule_in_words(finding: RuleFinding) -> list[str]:
    verdict = {True: "holds", False: "does not hold", None: "cannot be told"}[finding.finding.value]
    lines = [f"Rule {finding.rule.rule_id}, {finding.service.title}: {verdict}."]
    if finding.rule.reasoning:
        lines.append(f"  Why the rule: {finding.rule.reasoning}")
    return lines + _tree(finding.explanation, 1)


def _tree(explanation: Explanation, depth: int) -> list[str]:
    mark = {"yes": "+", "no": "-", "not known": "?"}[explanation.verdict]
    lines = [f"{'  ' * depth}{mark} {explanation.sentence}"]
    for part in explanation.parts:
        lines += _tree(part, depth + 1)
    return lines
