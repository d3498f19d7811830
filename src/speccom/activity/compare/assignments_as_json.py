"""A comparison of assignments for programs: money as text in pounds, and null where nobody can know it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from speccom.activity.compare.accounts import Account, by_line
from speccom.activity.compare.as_json import money_facts, terms_facts
from speccom.activity.compare.assignments import AssignmentsCompared, ComparedAssignments
from speccom.activity.compare.assignments_in_words import moved_by
from speccom.activity.compare.transfers import Transfer
from speccom.rulebook.assignment import AssignmentRulebook
from speccom.rulebook.lookups import Reference


def as_json(compared: ComparedAssignments) -> dict[str, Any]:
    """Return the whole of what one pass found."""
    return {
        "activity": {
            "files": [
                {"file": each.prepared.original.name, "sha256": each.prepared.digest}
                for each in compared.files
            ],
            "records": compared.records,
            "rejected": compared.rejected,
        },
        "terms": None if compared.terms is None else terms_facts(compared.terms),
        "comparisons": [_comparison(each) for each in compared.comparisons],
    }


def _comparison(each: AssignmentsCompared) -> dict[str, Any]:
    transfers = each.transfers
    return {
        "old": _rulebook(each.old, each.old_reference),
        "new": _rulebook(each.new, each.new_reference),
        "totals": {
            "records": sum(transfer.records for transfer in transfers),
            "without_cost": sum(transfer.without_cost for transfer in transfers),
            "decided_otherwise_for_the_same_commissioner": each.otherwise,
        },
        "movements": [_transfer(transfer) for transfer in transfers],
        "commissioners": [
            {
                "commissioner": name,
                "records": {"gained": account.gained_records, "lost": account.lost_records},
                "gains": money_facts(account.gains),
                "losses": money_facts(account.losses),
                "net": money_facts(account.net),
            }
            for name, account in sorted(by_line(transfers).items())
        ],
        "service_lines": _moved("service_line", moved_by(transfers, "line")),
        "providers": _moved("provider", moved_by(transfers, "provider")),
    }


def _rulebook(rulebook: AssignmentRulebook, reference: Reference) -> dict[str, Any]:
    return {
        "identity": rulebook.identity,
        "method": rulebook.method,
        "title": rulebook.title,
        "status": rulebook.status,
        "digest": rulebook.digest,
        "reference": reference.digest,
    }


def _transfer(transfer: Transfer) -> dict[str, Any]:
    return {
        "old_commissioner": transfer.old,
        "new_commissioner": transfer.new,
        "service_line": transfer.line,
        "dataset": transfer.dataset or None,
        "provider": transfer.provider,
        "records": transfer.records,
        "without_cost": transfer.without_cost,
        **money_facts(transfer.arrives),
    }


def _moved(name: str, kept: Mapping[str, Account]) -> list[dict[str, Any]]:
    return [
        {name: key, "records": account.gained_records, **money_facts(account.gains)}
        for key, account in sorted(kept.items())
    ]
