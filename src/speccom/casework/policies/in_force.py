"""Which policies hold on a day, and what the register lends to the facts of every process."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from speccom.casework.facts import Known, offer_table
from speccom.casework.models import PolicyVersion
from speccom.interface.pages import address
from speccom.process.deadlines import HERE
from speccom.process.decide import FactValue
from speccom.process.form import NO, YES


def lend() -> None:
    """Offer every process what the register knows."""
    offer_table("policies", _looked_up)


def in_force(on: date) -> QuerySet[PolicyVersion]:
    """Return the policies that hold on a day."""
    goes_on = Q(expires_on=None) | Q(expires_on__gte=on)
    stands = Q(ended_on=None) | Q(ended_on__gt=on)
    return PolicyVersion.objects.filter(goes_on, stands, starts_on__lte=on)


def _looked_up(known: Known, name: str) -> FactValue:
    """Return the value of a fact for what the field that is its key holds."""
    key = known.answers.get(known.procedure.facts[name].definition["key"])
    if key is None:
        return FactValue(None)
    return _number_taken(known, str(key)) if name == "number_taken" else _newer_policy(known, str(key))


def _newer_policy(known: Known, about: str) -> FactValue:
    """Return the latest policy in force about the same that another case published after this one's own."""
    case = known.row.pk if known.row else ""
    own = PolicyVersion.objects.filter(case=case).order_by("-sequence").first()
    found = in_force(known.now.astimezone(HERE).date()).filter(about__iexact=about).exclude(case=case)
    newer = found.filter(sequence__gt=own.sequence if own else 0).order_by("-sequence").first()
    if newer is None:
        return FactValue(None, (f"No newer policy about {about} is in force",), address("policies"))
    return FactValue(newer.identifier, (newer.title,), address("policy", identifier=newer.identifier))


def _number_taken(known: Known, identifier: str) -> FactValue:
    """Tell whether another case has published a policy of this identifier."""
    case = known.row.pk if known.row else ""
    other = PolicyVersion.objects.filter(identifier__iexact=identifier).exclude(case=case).first()
    if other is None:
        return FactValue(NO)
    return FactValue(YES, (other.title,), address("policy", identifier=other.identifier))
