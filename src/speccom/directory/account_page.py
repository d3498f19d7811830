"""Somebody's own account: their roles, and how they sign in."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from speccom.directory.grants_shown import GrantShown, show_grants
from speccom.directory.models import Person
from speccom.directory.permission import grants_of
from speccom.directory.sign_in.second_factor import is_missing
from speccom.directory.signed_in import person_of
from speccom.interface.formats import day
from speccom.interface.frame import Crumb, Frame, Link, show
from speccom.interface.pages import address


@dataclass(frozen=True)
class Factor:
    """A second factor: what it is, since when, and what may be done with it."""

    text: str
    note: str
    act: Link


@dataclass(frozen=True)
class AccountPage:
    """What the page of an account shows."""

    email: str
    must_add: bool
    grants: tuple[GrantShown, ...]
    factors: tuple[Factor, ...]
    add: tuple[Link, ...]
    password: bool


def account(request: HttpRequest) -> HttpResponse:
    """Show somebody their own account."""
    person = person_of(request)
    assert person is not None
    now = timezone.now()
    page = AccountPage(
        email=person.email,
        must_add=is_missing(request, person, now),
        grants=show_grants(grants_of(person, now), now),
        factors=tuple(_factor(each) for each in _factors(person)),
        add=_to_add(person),
        password=person.has_usable_password() and not settings.DEMONSTRATION,
    )
    frame = Frame("Your account", caption=person.name, crumbs=(Crumb("Home", address("home")),))
    return show(request, "directory/account.jinja", frame, page)


def _factors(person: Person) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user_id=person.pk).order_by("type", "pk"))


def _factor(each: Authenticator) -> Factor:
    since = f"Added on {day(each.created_at.date())}"
    if each.type == Authenticator.Type.TOTP:
        return Factor("Authenticator app", since, Link("Remove", address("mfa_deactivate_totp")))
    if each.type == Authenticator.Type.WEBAUTHN:
        remove = Link("Remove", address("mfa_remove_webauthn", pk=each.pk))
        return Factor(f"Security key: {each.wrap().name}", since, remove)
    left = len(each.wrap().get_unused_codes())
    return Factor("Recovery codes", f"{left} left", Link("See", address("mfa_view_recovery_codes")))


def _to_add(person: Person) -> tuple[Link, ...]:
    has = {each.type for each in _factors(person)}
    app = Link("Add an authenticator app", address("mfa_activate_totp"))
    key = Link("Add a security key", address("mfa_add_webauthn"))
    codes = Link("Make recovery codes", address("mfa_generate_recovery_codes"))
    lacks_codes = bool(has) and Authenticator.Type.RECOVERY_CODES not in has
    return tuple(
        filter(
            None,
            (
                None if Authenticator.Type.TOTP in has else app,
                key,
                codes if lacks_codes else None,
            ),
        )
    )
