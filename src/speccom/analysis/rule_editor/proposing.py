"""A draft proposed as a version, and what a second person decides about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from speccom.analysis.rule_editor import base_text, shelving
from speccom.analysis.rule_editor.acting import (
    APPROVE_RULES,
    APPROVED,
    EDIT_RULES,
    PROPOSED,
    SENT_BACK,
    TAKEN_BACK,
    Acting,
    record,
)
from speccom.analysis.rule_editor.content import called
from speccom.analysis.rule_editor.drafts import OpenDraft, editors_of, hold, open_draft
from speccom.analysis.rule_editor.models import Decision, Proposal
from speccom.interface import formats
from speccom.interface.message import in_one_line
from speccom.problem import Problem
from speccom.rulebook.errors import RulebookErrors
from speccom.rulebook.find import list_rulebooks
from speccom.rulebook.identification import validate_identification
from speccom.rulebook.written import WrittenRulebook

Outcome = Decision.Outcome
LONGEST_REASON = 4000
_ACTS = {
    Outcome.APPROVED: (APPROVED, APPROVE_RULES),
    Outcome.SENT_BACK: (SENT_BACK, APPROVE_RULES),
    Outcome.TAKEN_BACK: (TAKEN_BACK, EDIT_RULES),
}


class NoSuchProposal(LookupError):
    """There is no proposal of this number."""


@dataclass(frozen=True)
class Wish:
    """How a draft is to be called as a version, when it is to hold, and why it is wanted."""

    version: str
    valid_from: date
    valid_to: date
    reason: str


@dataclass(frozen=True)
class Obstacle:
    """Why a draft cannot become a version: what is wrong, and with which part of the wish."""

    part: str
    text: str


def propose(acting: Acting, number: int, wish: Wish, seen: int) -> Proposal:
    """Propose a draft as it was seen. Raises Problem where that cannot be done, and PermissionDenied."""
    acting.needs(EDIT_RULES)
    with transaction.atomic():
        row = hold(number)
        before = Proposal.objects.filter(recorded=acting.command, draft=row).first()
        if before is not None:
            return before
        draft = open_draft(number)
        if draft.number != seen:
            raise Problem(
                "the draft was changed since this page was shown",
                mend="Look at the draft again, and then propose it",
            )
        first = next(obstacles(draft, wish), None)
        if first is not None:
            raise Problem(first.text)
        written = as_version(draft, wish)
        rulebook = validate_identification(written)
        proposal = Proposal.objects.create(
            draft=row,
            changes=draft.number,
            version=wish.version,
            valid_from=wish.valid_from,
            valid_to=wish.valid_to,
            reason=wish.reason,
            digest=rulebook.digest,
            text=base_text.as_text(written),
            by=acting.person,
            at=acting.at,
            recorded=acting.command,
        )
        record(acting, EDIT_RULES, PROPOSED, rulebook.identity, rulebook.digest, wish.reason)
    return proposal


def obstacles(draft: OpenDraft, wish: Wish) -> Iterator[Obstacle]:
    """Yield all that keeps a draft from becoming the version that is wished for."""
    not_ready = why_not_ready(draft)
    if not_ready:
        yield Obstacle("", not_ready)
    if draft.is_closed or draft.checked.errors:
        return
    yield from _faults_of_name_and_days(draft, wish)
    if not wish.reason.strip():
        yield Obstacle("reason", "Say in words why the rules are to change.")


def why_not_ready(draft: OpenDraft) -> str:
    """Say why a draft cannot become a version, whatever it were called; blank where it can."""
    if draft.why_closed is not None:
        return in_one_line(draft.why_closed)
    if draft.checked.errors:
        count = formats.counted(len(draft.checked.errors), "error")
        return f"The draft has {count}. Mend what its page names first."
    return "" if draft.content.changed() else "Nothing is changed in the draft yet."


def decide(acting: Acting, number: int, outcome: Outcome, reason: str) -> Decision:
    """Approve a proposal or send it back, as somebody who never touched it; or take it back, as an editor.

    Raises Problem where that cannot be done, NoSuchProposal, and PermissionDenied.
    """
    kind, function = _ACTS[outcome]
    acting.needs(function)
    with transaction.atomic():
        found = Proposal.objects.select_related("draft__base", "by").filter(pk=number).first()
        if found is None:
            raise NoSuchProposal(number)
        hold(found.draft_id)
        decided = Decision.objects.filter(proposal=found).first()
        if decided is not None and decided.recorded == acting.command:
            return decided
        if decided is not None:
            raise Problem(f"this was {decided.get_outcome_display()} already", mend="Look at its page again")
        if not reason.strip():
            raise Problem("no reason is given", mend="Say in words why")
        if function == APPROVE_RULES and acting.person.pk in editors_of(found.draft):
            raise Problem(
                "you began, changed or proposed this draft yourself",
                mend="Somebody else who may approve rules has to look at it",
            )
        clash = next(clashes(found), "") if outcome is Outcome.APPROVED else ""
        if clash:
            raise Problem(clash)
        decision = Decision.objects.create(
            proposal=found,
            outcome=outcome,
            reason=reason,
            by=acting.person,
            at=acting.at,
            recorded=acting.command,
        )
        record(acting, function, kind, identity_of(found), found.digest, reason)
        if outcome is Outcome.APPROVED:
            transaction.on_commit(lambda: shelving.shelve(found))
    return decision


def identity_of(proposal: Proposal) -> str:
    """Return the identity that the version has, as answers name it."""
    return f"{proposal.draft.base.rulebook}@{proposal.version}#{proposal.digest[:12]}"


def as_version(draft: OpenDraft, wish: Wish) -> WrittenRulebook:
    """Return the rulebook that a draft becomes."""
    return called(
        draft.content.written,
        version=wish.version,
        valid_from=wish.valid_from.isoformat(),
        valid_to=wish.valid_to.isoformat(),
    )


def clashes(proposal: Proposal) -> Iterator[str]:
    """Yield what stands in the way of a version beside those that are on the shelf by now."""
    for obstacle in _beside_others(
        proposal.draft.base.rulebook,
        proposal.version,
        (proposal.valid_from, proposal.valid_to),
        proposal.draft.base.replaces,
    ):
        yield obstacle.text


def _faults_of_name_and_days(draft: OpenDraft, wish: Wish) -> Iterator[Obstacle]:
    if wish.valid_to < wish.valid_from:
        yield Obstacle("valid_to", "The last day must not be before the first.")
        return
    try:
        validate_identification(as_version(draft, wish))
    except RulebookErrors as faults:
        for error in faults.errors:
            yield Obstacle("version", formats.sentence(f"{error.message}. {error.mend}"))
    yield from _beside_others(
        draft.base.id, wish.version, (wish.valid_from, wish.valid_to), draft.row.base.replaces
    )


def _beside_others(
    rulebook: str, version: str, days: tuple[date, date], replaces: list[str]
) -> Iterator[Obstacle]:
    for each in list_rulebooks(shelving.KIND):
        if each.id != rulebook:
            continue
        if each.version.casefold() == version.casefold():
            yield Obstacle("version", f"There is a version {each.version} already. Choose another name.")
        elif each.version not in replaces and each.valid_from <= days[1] and days[0] <= each.valid_to:
            yield Obstacle(
                "valid_from",
                f"Version {each.version} holds from {each.period}, and this draft was not made from it. "
                "Choose days on which it does not hold, or start a draft from it.",
            )
