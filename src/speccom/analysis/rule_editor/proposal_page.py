"""The page of a proposed version: what it changes and why, who may decide, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.timezone import localtime

from speccom.analysis.rule_editor.acting import NO_SUCH_EVENT
from speccom.analysis.rule_editor.models import Decision, Proposal
from speccom.analysis.rulebook_pages import ComparisonPage, present_comparison
from speccom.directory.form_shown import FormShown
from speccom.interface import formats
from speccom.interface.figures import Fact
from speccom.interface.pages import address
from speccom.process.event import Event
from speccom.rulebook.compare import RulebookComparison


@dataclass(frozen=True)
class ProposalPage:
    """What the page shows; without a form, `why_no_form` says why the person cannot decide."""

    standing: str
    tag: tuple[str, str]
    reason: str
    facts: tuple[Fact, ...]
    comparison: ComparisonPage
    form: FormShown | None
    command: str
    why_no_form: str
    rulebook: str
    try_it: str


@dataclass(frozen=True)
class Recorded:
    """An act as the ledger has it; None where it has none that says the same."""

    what: str
    event: Event | None


def present_proposal(
    proposal: Proposal,
    decision: Decision | None,
    comparison: RulebookComparison,
    recorded: Sequence[Recorded],
    form: FormShown | None,
    command: str,
    why_no_form: str,
) -> ProposalPage:
    """Return what the page shows."""
    approved = decision is not None and decision.outcome == Decision.Outcome.APPROVED
    base = proposal.draft.base
    days = f"{formats.day(proposal.valid_from)} to {formats.day(proposal.valid_to)}"
    return ProposalPage(
        standing=_standing(proposal, decision, days),
        tag=_tag(decision),
        reason=proposal.reason,
        facts=(
            Fact("Rulebook", f"{base.rulebook}, made from version {base.version}"),
            Fact("Valid", f"{days}, in place of version {formats.listed(base.replaces)} on those days"),
            Fact("Proposed by", _by(proposal)),
            *((_decided(decision),) if decision else ()),
            Fact("Hash of the content", proposal.digest, code=True),
            *(_in_ledger(each) for each in recorded),
        ),
        comparison=present_comparison(comparison),
        form=form,
        command=command,
        why_no_form=why_no_form,
        rulebook=address("rulebook", rulebook=base.rulebook, version=proposal.version) if approved else "",
        try_it=address("draft-try", draft=proposal.draft_id),
    )


def _standing(proposal: Proposal, decision: Decision | None, days: str) -> str:
    if decision is None:
        return "It waits for somebody who had no part in it, and is not valid before that."
    if decision.outcome == Decision.Outcome.APPROVED:
        return f"It is valid from {days}."
    return f"It was {decision.get_outcome_display()} and is not valid."


def _tag(decision: Decision | None) -> tuple[str, str]:
    if decision is None:
        return "Waits for approval", "yellow"
    colour = "green" if decision.outcome == Decision.Outcome.APPROVED else "orange"
    return decision.get_outcome_display().capitalize(), colour


def _by(row: Proposal | Decision) -> str:
    return f"{row.by.name}, {formats.day_and_time(localtime(row.at))}"


def _decided(decision: Decision) -> Fact:
    return Fact(
        f"{decision.get_outcome_display().capitalize()} by", _by(decision), note=f"“{decision.reason}”"
    )


def _in_ledger(recorded: Recorded) -> Fact:
    if recorded.event is None:
        return Fact(recorded.what, NO_SUCH_EVENT)
    return Fact(
        recorded.what,
        f"Event {formats.number(recorded.event.sequence)} of the ledger",
        note=f"Its digest is {recorded.event.digest}",
    )
