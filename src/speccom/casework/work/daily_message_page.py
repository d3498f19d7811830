"""Whether somebody wants the message of the day: a page of their account."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from speccom.casework.work.daily_message import set_daily_message, wants_daily_message
from speccom.directory.signed_in import person_of
from speccom.interface.frame import Crumb, Frame, show
from speccom.interface.pages import address


@dataclass(frozen=True)
class DailyMessagePage:
    """What the page shows: where the message goes, whether it is wanted, whether that was just kept."""

    email: str
    is_wanted: bool
    was_kept: bool


def daily_message(request: HttpRequest) -> HttpResponse:
    """Show whether somebody gets the message of the day, or keep what they choose."""
    person = person_of(request)
    assert person is not None
    if request.method == "POST":
        set_daily_message(person, wanted="wanted" in request.POST)
        return HttpResponseRedirect(f"{address('daily-message')}?kept=yes")
    page = DailyMessagePage(person.email, wants_daily_message(person), "kept" in request.GET)
    crumbs = (Crumb("Home", address("home")), Crumb("Your account", address("mfa_index")))
    frame = Frame("The daily message of your work", crumbs=crumbs, caption=person.name)
    return show(request, "casework/daily_message.jinja", frame, page)
