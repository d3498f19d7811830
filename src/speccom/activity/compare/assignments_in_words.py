"""A comparison of assignments as a report to be read: who gains and who loses."""

from __future__ import annotations

from collections.abc import Sequence

from speccom.activity.compare.accounts import Account, by_line
from speccom.activity.compare.assignments import AssignmentsCompared, ComparedAssignments
from speccom.activity.compare.transfers import NO_COMMISSIONER, Transfer
from speccom.activity.compare.words import (
    accounts_in_words,
    largest_movements,
    terms_in_words,
    without_cost,
)


def in_words(compared: ComparedAssignments) -> str:
    """Return the report on every comparison of a pass."""
    return "\n\n".join("\n".join(_report(compared, each)) for each in compared.comparisons)


def _report(compared: ComparedAssignments, each: AssignmentsCompared) -> list[str]:
    return [
        f"From {each.old.identity} ({each.old.status}), tables {each.old_reference.digest[:12]}",
        f"to   {each.new.identity} ({each.new.status}), tables {each.new_reference.digest[:12]}",
        f"{compared.records:>12,} {'record' if compared.records == 1 else 'records'} compared",
        f"{compared.rejected:>12,} rejected",
        f"{each.otherwise:>12,} decided by another box, for the same commissioner",
        *_what_moves(compared, each.transfers),
    ]


def _what_moves(compared: ComparedAssignments, transfers: Sequence[Transfer]) -> list[str]:
    if not transfers:
        return ["Nothing moves: every record has the same commissioner under both."]
    moving = sum(transfer.records for transfer in transfers)
    lines = sorted({transfer.line for transfer in transfers})
    return [
        f"{moving:>12,} {'record moves' if moving == 1 else 'records move'} to another commissioner or none",
        *without_cost(transfers),
        *terms_in_words(compared.terms, lines),
        "",
        "The largest movements",
        *largest_movements(transfers, with_spells=False),
        "",
        f"Gains less losses, by commissioner ({NO_COMMISSIONER}: nobody is named)",
        *accounts_in_words(by_line(transfers)),
        "",
        "What moves, by service line",
        *accounts_in_words(moved_by(transfers, "line"), what="gains"),
        "",
        "What moves, by provider",
        *accounts_in_words(moved_by(transfers, "provider"), what="gains"),
    ]


def moved_by(transfers: Sequence[Transfer], name: str) -> dict[str, Account]:
    """Return what moves by one of its facts: what one commissioner gains there, another loses."""
    found: dict[str, Account] = {}
    for transfer in transfers:
        key = getattr(transfer, name) or "not stated"
        found[key] = found.get(key, Account()).gaining(transfer)
    return found
