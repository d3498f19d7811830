"""Answers for the addresses at which a draft is proposed, and decided about by somebody else."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from speccom.analysis.rule_editor import base_text
from speccom.analysis.rule_editor.acting import APPROVE_RULES, EDIT_RULES, event_of
from speccom.analysis.rule_editor.asking import COMMAND, REFUSED, acting, command_of, found_draft, has
from speccom.analysis.rule_editor.drafts import OpenDraft, base_of, editors_of
from speccom.analysis.rule_editor.forms import DECIDE_WORDS, PROPOSE_WORDS, DecideForm, ProposeForm
from speccom.analysis.rule_editor.frames import frame
from speccom.analysis.rule_editor.models import Decision, Proposal
from speccom.analysis.rule_editor.proposal_page import Recorded, present_proposal
from speccom.analysis.rule_editor.proposing import (
    Outcome,
    Wish,
    decide,
    identity_of,
    obstacles,
    propose,
    why_not_ready,
)
from speccom.directory.form_shown import FormShown, show_form
from speccom.directory.sign_in.in_house import FormPage
from speccom.directory.signed_in import person_of
from speccom.interface.frame import Link, show
from speccom.interface.message import in_one_line
from speccom.interface.pages import address
from speccom.interface.whole_number import whole_number
from speccom.problem import Problem
from speccom.rulebook.compare import compare_identification
from speccom.rulebook.identification import IdentificationRulebook, validate_identification

_SEEN = "seen"
_OUTCOMES = {
    APPROVE_RULES: (
        (Outcome.APPROVED.value, "Approve it: it is valid from its first day"),
        (Outcome.SENT_BACK.value, "Send it back to be changed"),
    ),
    EDIT_RULES: ((Outcome.TAKEN_BACK.value, "Take it back to change it"),),
}


def propose_draft(request: HttpRequest, draft: int) -> HttpResponse:
    """Ask how a draft is to be called as a version and why, or propose it."""
    opened, who, asked = found_draft(draft), acting(request), request.method == "POST"
    form = ProposeForm(request.POST if asked else None, {"valid_to": opened.base.valid_to})
    if asked and form.is_valid():
        wish = Wish(**form.cleaned_data)
        faults = list(obstacles(opened, wish))
        for fault in faults:
            form.add_error(fault.part or None, fault.text)
        if not faults:
            try:
                made = propose(who, draft, wish, _seen(request))
                return HttpResponseRedirect(address("proposal", proposal=made.pk))
            except Problem as problem:
                form.add_error(None, in_one_line(problem))
    shown = show_form(form, PROPOSE_WORDS, "Propose it")
    carried = ((COMMAND, command_of(request)), (_SEEN, str(opened.number)))
    page = FormPage(
        shown, _before(opened), carried, (Link("Look at the draft again", address("draft", draft=draft)),)
    )
    around = frame("Save as a new version", opened.row, wrong=asked)
    return show(request, "directory/form.jinja", around, page, status=REFUSED if asked else 200)


def proposal(request: HttpRequest, proposal: int) -> HttpResponse:
    """Show a proposed version, or decide about it."""
    found = Proposal.objects.select_related("draft__base", "by").filter(pk=proposal).first()
    if found is None:
        raise Http404
    decision = Decision.objects.select_related("by").filter(proposal=found).first()
    form, why_not = _form(request, found, decision)
    status = 200
    if request.method == "POST":
        status = REFUSED
        if form is None:
            form = DecideForm((), request.POST)
            form.add_error(None, why_not)
        elif form.is_valid():
            try:
                outcome = Outcome(form.cleaned_data["outcome"])
                decide(acting(request), proposal, outcome, form.cleaned_data["reason"])
                return HttpResponseRedirect(address("proposal", proposal=proposal))
            except Problem as problem:
                form.add_error(None, in_one_line(problem))
    page = present_proposal(
        found,
        decision,
        compare_identification(base_of(found.draft), _rulebook(found)),
        _recorded(found, decision),
        _shown(form),
        command_of(request),
        why_not,
    )
    around = frame(f"Version {found.version}, proposed", found.draft, wrong=status != 200)
    return show(request, "rule_editor/proposal.jinja", around, page, status=status)


def _form(request: HttpRequest, found: Proposal, decision: Decision | None) -> tuple[DecideForm | None, str]:
    """Return the form by which the person decides; where they cannot, None and why."""
    if decision is not None:
        return None, ""
    person = person_of(request)
    data: Any = request.POST if request.method == "POST" else None
    outcomes: list[tuple[str, str]] = []
    why_not = "It is approved or sent back by somebody who may approve rules."
    if has(request, APPROVE_RULES):
        if person is not None and person.pk in editors_of(found.draft):
            why_not = "You had a part in this draft, so somebody else who may approve rules has to decide."
        else:
            outcomes += _OUTCOMES[APPROVE_RULES]
    if has(request, EDIT_RULES):
        outcomes += _OUTCOMES[EDIT_RULES]
    return (DecideForm(outcomes, data), "" if len(outcomes) > 1 else why_not) if outcomes else (None, why_not)


def _shown(form: DecideForm | None) -> FormShown | None:
    return None if form is None else show_form(form, DECIDE_WORDS, "Save the decision")


def _recorded(found: Proposal, decision: Decision | None) -> list[Recorded]:
    identity = identity_of(found)
    proposed = event_of(found.recorded, identity, found.digest, found.reason)
    acts = [Recorded("The proposal in the ledger", proposed)]
    if decision is not None:
        event = event_of(decision.recorded, identity, found.digest, decision.reason)
        acts.append(Recorded("The decision in the ledger", event))
    return acts


def _rulebook(found: Proposal) -> IdentificationRulebook:
    return validate_identification(base_text.from_text(found.text, found.version))


def _before(draft: OpenDraft) -> tuple[str, ...]:
    not_ready = why_not_ready(draft)
    return (
        *((f"It cannot be proposed yet. {not_ready}",) if not_ready else ()),
        f"The draft becomes a version of {draft.base.title} that is never changed again.",
        "It is valid once somebody who had no part in it has approved it.",
        "On the days of the new version it takes the place of the one that the draft was made from.",
    )


def _seen(request: HttpRequest) -> int:
    seen = whole_number(request.POST.get(_SEEN))
    return -1 if seen is None else seen
