"""What waits for somebody: versions to approve that they had no part in, and drafts sent back to them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Max
from django.utils.timezone import localtime

from speccom.analysis.rule_editor.acting import APPROVE_RULES, EDIT_RULES
from speccom.analysis.rule_editor.drafts import editors_of
from speccom.analysis.rule_editor.models import Decision, Proposal
from speccom.casework.work.elsewhere import WaitsElsewhere
from speccom.directory.models import Person
from speccom.directory.permission import may
from speccom.interface import formats
from speccom.interface.frame import Link
from speccom.interface.pages import address


def approvals_waiting(person: Person, at: datetime) -> WaitsElsewhere | None:
    """Return the versions that somebody may approve or send back, the longest waiting first."""
    if not may(person, APPROVE_RULES, at):
        return None
    undecided = Proposal.objects.filter(decision=None).select_related("draft__base", "by").order_by("pk")
    theirs = [each for each in undecided if person.pk not in editors_of(each.draft)]
    if not theirs:
        return None
    count = formats.counted(len(theirs), "version of a rulebook waits", "versions of rulebooks wait")
    links = tuple(_to_approve(each) for each in theirs)
    return WaitsElsewhere("Rules to approve", f"{count} for your approval", links)


def drafts_sent_back(person: Person, at: datetime) -> WaitsElsewhere | None:
    """Return the drafts of somebody that were sent back, until they are proposed anew or set aside."""
    if not may(person, EDIT_RULES, at):
        return None
    of_theirs = Decision.objects.filter(proposal__draft__started_by=person, proposal__draft__set_aside=None)
    last = of_theirs.annotate(last=Max("proposal__draft__proposals")).filter(proposal=F("last"))
    sent_back = last.filter(outcome=Decision.Outcome.SENT_BACK).order_by("pk")
    links = tuple(_sent_back(each) for each in sent_back.select_related("proposal__draft__base", "by"))
    if not links:
        return None
    count = formats.counted(len(links), "draft of yours was", "drafts of yours were")
    return WaitsElsewhere("Drafts sent back", f"{count} sent back", links)


def _sent_back(decision: Decision) -> Link:
    draft = decision.proposal.draft
    version = f"Version {decision.proposal.version} of {draft.base.rulebook}"
    said = f"{draft.title}, sent back by {decision.by.name}, {formats.day_and_time(localtime(decision.at))}"
    return Link(version, address("draft", draft=draft.pk), note=f"{said}: “{decision.reason}”")


def _to_approve(proposal: Proposal) -> Link:
    return Link(
        f"Version {proposal.version} of {proposal.draft.base.rulebook}",
        address("proposal", proposal=proposal.pk),
        note=f"{proposal.draft.title}, proposed by {proposal.by.name}, "
        f"{formats.day_and_time(localtime(proposal.at))}",
    )
