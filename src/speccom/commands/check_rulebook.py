"""`speccom check-rulebook`: every error of a rulebook, and what is odd about one without errors."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from speccom.rulebook.check import CheckReport, Overlap, check_identification
from speccom.rulebook.errors import RulebookErrors
from speccom.rulebook.identification import load_identification

SUMMARY = "check a rulebook: every error, and what is proved odd"

_NOT_LOOKED_FOR = (
    "Two rules of different lines may also overlap in part, and several rules together may cover another; "
    "neither is looked for."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the folder and the form of the answer."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="the rulebook's folder")
    parser.add_argument("--json", action="store_true", help="answer in JSON, for programs")
    parser.epilog = "Ends with 0 where there are no errors (warnings stop no run), with 1 where there are."


def run(arguments: argparse.Namespace) -> int:
    """Print the report; 1 where the rulebook has errors."""
    try:
        report = check_identification(load_identification(arguments.folder))
    except RulebookErrors as errors:
        print(_errors_json(errors) if arguments.json else errors)
        return 1
    print(_json(report) if arguments.json else _words(report))
    return 0


def _errors_json(errors: RulebookErrors) -> str:
    found = [each.as_json() for each in errors.errors]
    return json.dumps({"usable": False, "errors": found, "warnings": []}, indent=2, ensure_ascii=False)


def _json(report: CheckReport) -> str:
    warnings = [
        {"kind": each.kind, "message": each.message, "rules": each.rules, "services": each.services}
        for each in report.warnings
    ]
    undecided = [{"rule_id": each.rule_id, "reason": each.reason} for each in report.undecided]
    return json.dumps(
        {
            "usable": True,
            "rulebook": report.rulebook.identity,
            "status": report.rulebook.status,
            "errors": [],
            "warnings": warnings,
            "overlaps": [asdict(each) for each in report.overlaps],
            "rules_proved_possible": report.proved_possible,
            "rules_not_decided": undecided,
            "not_looked_for": _NOT_LOOKED_FOR,
            "lines": len(report.rulebook.services),
            "lines_with_rules": report.lines_with_rules,
            "lines_without_rules_by_route": dict(report.unseen_by_route),
        },
        indent=2,
        ensure_ascii=False,
    )


def _words(report: CheckReport) -> str:
    rulebook = report.rulebook
    rules = len(rulebook.rules_of_both_layers)
    size = f"{len(rulebook.services):,} lines, {rules:,} rules, {len(rulebook.codesets):,} code sets"
    lines = [
        f"{rulebook.title} ({rulebook.identity})",
        f"Status: {rulebook.status}. {size}. No errors.",
        "",
        *_warning_words(report),
        *_overlap_words(report),
        *_decided_words(report, rules),
        *_unseen_words(report),
    ]
    return "\n".join(lines)


def _warning_words(report: CheckReport) -> list[str]:
    if not report.warnings:
        return ["Nothing odd was found.", ""]
    count = len(report.warnings)
    return [
        f"{count} warning{'' if count == 1 else 's'}; the rulebook can be used.",
        *(f"- {each.message}" for each in report.warnings),
        "",
    ]


def _overlap_words(report: CheckReport) -> list[str]:
    if not report.overlaps:
        return []
    count = len(report.overlaps)
    head = "1 rule lies" if count == 1 else f"{count:,} rules lie"
    return [
        f"Overlaps: {head} within a rule of a line that comes later, so the first line has such records.",
        *(f"- {_overlap(each)}" for each in report.overlaps),
        "",
    ]


def _overlap(overlap: Overlap) -> str:
    wide = f"{overlap.within_rule_id} ({overlap.within_service_code})"
    return f"{overlap.rule_id} ({overlap.service_code}) within {wide}"


def _decided_words(report: CheckReport, rules: int) -> list[str]:
    lines = [f"Of {rules:,} rules, {report.proved_possible:,} were shown to be true for some record."]
    if report.undecided:
        lines.append(f"For {len(report.undecided):,} it was not decided whether they can ever be true:")
        for reason, count in Counter(each.reason for each in report.undecided).most_common():
            named = ", ".join(each.rule_id for each in report.undecided if each.reason == reason)
            lines.append(f"- {count:,} because {reason}: {named}")
    return [*lines, _NOT_LOOKED_FOR]


def _unseen_words(report: CheckReport) -> list[str]:
    total = len(report.rulebook.services)
    unseen = total - report.lines_with_rules
    if not unseen:
        return []
    words = ", ".join(f"{route.replace('_', ' ')} {count:,}" for route, count in report.unseen_by_route)
    return ["", f"{unseen:,} of {total:,} lines have no rule; how they are identified: {words}."]
