"""Answers for the addresses of the register of policies, which is for everybody."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.utils.timezone import now as the_time_now

from speccom.casework.models import PolicyVersion
from speccom.casework.policies.in_force import in_force
from speccom.casework.policies.policy_page import PoliciesPage, policy_lines, present_policy
from speccom.casework.procedures import pinned
from speccom.casework.sight import classes_of, viewer
from speccom.directory.signed_in import person_of
from speccom.interface import formats
from speccom.interface.addresses import parameters
from speccom.interface.filters import make_filter, make_panel
from speccom.interface.frame import Crumb, Frame, show
from speccom.interface.pages import address
from speccom.interface.paging import PAGE_SIZE, paginate

SECTION = "Policies"
_LONGEST = 200
_STANDINGS = (("now", "In force"), ("later", "Not yet in force"), ("over", "Past"))


def policies(request: HttpRequest) -> HttpResponse:
    """Show the latest version of each policy, or the one in force, those of them that are asked for."""
    today, asked, here = localdate(), parameters(request), address("policies")
    found = _asked_for(asked, today)
    total = found.count()
    paging = paginate(total, here, asked)
    page = PoliciesPage(
        summary=f"{formats.counted(total, 'policy', 'policies')}.",
        asked=asked.get("q", ""),
        items=policy_lines(found[paging.offset : paging.offset + PAGE_SIZE], today),
        panel=make_panel(here, [make_filter("standing", "Standing", _STANDINGS, asked)], asked, keep=("q",)),
        paging=paging,
    )
    return show(request, "casework/policies.jinja", Frame("Policies", SECTION, _crumbs()), page)


def policy(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show a policy with its versions, and the case behind each as far as it is there for this person."""
    versions = tuple(
        PolicyVersion.objects.filter(identifier=identifier).select_related("case").order_by("-sequence")
    )
    if not versions:
        raise Http404
    looking = viewer(person_of(request), the_time_now())
    cases = {
        each.case_id: pinned(each.case.process).states[each.case.state].label
        for each in versions
        if classes_of(looking, each.case)
    }
    named = [each.newer for each in versions if each.newer]
    known = set(PolicyVersion.objects.filter(identifier__in=named).values_list("identifier", flat=True))
    page = present_policy(versions, known, cases, localdate())
    crumbs = (*_crumbs(), Crumb("Policies", address("policies")))
    frame = Frame(versions[0].title, SECTION, crumbs, caption=identifier)
    return show(request, "casework/policy.jinja", frame, page)


def _asked_for(asked: dict[str, str], today: date) -> QuerySet[PolicyVersion]:
    latest = PolicyVersion.objects.values("identifier").annotate(last=Max("sequence")).values("last")
    now, later = in_force(today), PolicyVersion.objects.filter(ended_on=None, starts_on__gt=today)
    shown = now if asked.get("standing") == "now" else PolicyVersion.objects.filter(sequence__in=latest)
    found = shown.order_by("-sequence")
    for word in asked.get("q", "")[:_LONGEST].split():
        found = found.filter(
            Q(identifier__icontains=word)
            | Q(title__icontains=word)
            | Q(about__icontains=word)
            | Q(service_lines__icontains=word)
        )
    match asked.get("standing"):
        case "later":
            return found.filter(pk__in=later.values("pk"))
        case "over":
            return found.exclude(pk__in=now.values("pk")).exclude(pk__in=later.values("pk"))
    return found


def _crumbs() -> tuple[Crumb, ...]:
    return (Crumb("Home", address("home")),)
