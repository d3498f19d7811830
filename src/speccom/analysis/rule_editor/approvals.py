"""What waits for somebody's approval: proposed versions that they had no part in."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localtime

from speccom.analysis.rule_editor.acting import APPROVE_RULES
from speccom.analysis.rule_editor.drafts import editors_of
from speccom.analysis.rule_editor.models import Proposal
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
    links = tuple(_link(each) for each in theirs)
    return WaitsElsewhere("Rules to approve", f"{count} for your approval", links)


def _link(proposal: Proposal) -> Link:
    return Link(
        f"Version {proposal.version} of {proposal.draft.base.rulebook}",
        address("proposal", proposal=proposal.pk),
        note=f"{proposal.draft.title}, proposed by {proposal.by.name}, "
        f"{formats.day_and_time(localtime(proposal.at))}",
    )
