"""A comparison for programs: money as text in pounds, and null where nobody can know it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from speccom.activity.compare.accounts import Account, Flow, Money, accounts, by_line, pounds
from speccom.activity.compare.run import Compared, Comparison
from speccom.activity.compare.terms import Terms
from speccom.activity.run_manifest import rulebook_facts
from speccom.rulebook.identification import IdentificationRulebook


def as_json(compared: Compared) -> dict[str, Any]:
    """Return the whole of what one pass found."""
    return {
        "old": rulebook_facts(compared.comparisons[0].old),
        "activity": {
            "files": [
                {"file": each.original.name, "sha256": each.digest, "rows": each.rows_read}
                for each in compared.files
            ],
            "records": compared.records,
            "rejected": compared.rejected,
            "faults": sum(fault.count for fault in compared.faults),
        },
        "terms": None if compared.terms is None else terms_facts(compared.terms),
        "comparisons": [comparison_facts(each) for each in compared.comparisons],
    }


def terms_facts(terms: Terms) -> dict[str, Any]:
    """Return the terms of a contract."""
    return {
        "default": None if terms.default is None else str(terms.default),
        "variable_shares": {line: str(share) for line, share in sorted(terms.shares.items())},
    }


def comparison_facts(comparison: Comparison) -> dict[str, Any]:
    """Return what moves from one rulebook to another."""
    flows = comparison.flows
    total = accounts(flows, lambda flow, line, programme: "").get("", Account())
    return {
        "new": rulebook_facts(comparison.new),
        "warnings": list(comparison.warnings),
        "totals": {
            "records": sum(flow.records for flow in flows),
            "spells": sum(flow.spells for flow in flows),
            "without_cost": sum(flow.without_cost for flow in flows),
            "cost": pounds(sum(flow.arrives.notional for flow in flows)),
            "specialised": _account(total),
        },
        "movements": [_flow(flow) for flow in flows],
        "lines": _accounts("line", by_line(flows)),
        "programmes": _accounts(
            "programme_of_care", accounts(flows, lambda flow, line, programme: programme)
        ),
        "providers": _accounts("provider", accounts(flows, lambda flow, line, programme: flow.provider)),
        "datasets": _accounts("dataset", accounts(flows, lambda flow, line, programme: flow.dataset)),
        "lines_by_provider": [
            {"line": line, "provider": provider, **_account(account)}
            for (line, provider), account in sorted(
                accounts(flows, lambda flow, line, programme: (line, flow.provider), with_none=True).items(),
                key=lambda item: (item[0][0], item[0][1] or ""),
            )
        ],
        "titles": _titles(comparison.old) | _titles(comparison.new),
    }


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "old_line": flow.old,
        "new_line": flow.new,
        "old_programme": flow.old_programme,
        "new_programme": flow.new_programme,
        "dataset": flow.dataset,
        "provider": flow.provider,
        "records": flow.records,
        "spells": flow.spells,
        "without_cost": flow.without_cost,
        "notional": pounds(flow.arrives.notional),
        "old_line_loses": money_facts(flow.leaves),
        "new_line_gains": money_facts(flow.arrives),
    }


def _accounts(name: str, kept: Mapping[str | None, Account] | Mapping[str, Account]) -> list[dict[str, Any]]:
    in_order = sorted(kept.items(), key=lambda item: item[0] or "")
    return [{name: key, **_account(account)} for key, account in in_order]


def _account(account: Account) -> dict[str, Any]:
    return {
        "records": {"gained": account.gained_records, "lost": account.lost_records},
        "spells": {"gained": account.gained_spells, "lost": account.lost_spells},
        "gains": money_facts(account.gains),
        "losses": money_facts(account.losses),
        "net": money_facts(account.net),
    }


def money_facts(money: Money) -> dict[str, str | None]:
    """Return the three columns in pounds."""
    return {
        "notional": pounds(money.notional),
        "payable": pounds(money.payable),
        "baseline": pounds(money.baseline),
    }


def _titles(rulebook: IdentificationRulebook) -> dict[str, str]:
    return {code: service.title for code, service in rulebook.services.items()}
