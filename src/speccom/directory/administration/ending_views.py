"""Ending somebody's second factors, their sessions or their account, each with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from speccom.directory import people
from speccom.directory.administration.act import Act, answer_act, sent
from speccom.directory.administration.forms import FactorsLost, Why
from speccom.directory.administration.people_views import SECTION
from speccom.directory.administration.person_views import WHY, crumbs_of, find_person
from speccom.directory.form_shown import Words
from speccom.directory.sessions import end_all
from speccom.directory.sign_in.confirm import View, confirmed
from speccom.directory.sign_in.factors_lost import remove_factors
from speccom.directory.signed_in import person_of
from speccom.interface.pages import address

_HOW = Words(
    "How did you make sure that it is them who asks?",
    "A call, a letter or an email that came to you is not enough",
)


def _ending(
    title: str,
    button: str,
    means: str,
    do: Callable[..., object],
    form: type[Why] = Why,
    words: Mapping[str, Words] | None = None,
) -> View:
    """Return a page that ends something of somebody's; `means` says what that is for them."""

    @confirmed
    def answer(request: HttpRequest, person: UUID) -> HttpResponse:
        whom = find_person(person)
        asked = {**(words or {}), "why": WHY}
        act = Act(title, button, asked, crumbs_of(whom), whom.name, SECTION, (means,), warning=True)

        def end(entered: dict[str, Any]) -> None:
            do(whom, by=person_of(request), at=timezone.now(), **entered)

        return answer_act(request, act, form(sent(request)), end, address("person", person=whom.pk))

    return answer


end_factors = _ending(
    "Remove all second factors",
    "Remove them",
    "They are signed out everywhere, and add a second factor anew before they see anything.",
    remove_factors,
    FactorsLost,
    {"identified": _HOW},
)
end_sessions = _ending(
    "Sign somebody out everywhere",
    "Sign them out",
    "All their sessions and their tokens for programs end at once. They can sign in again.",
    end_all,
)
end_account = _ending(
    "End the account",
    "End the account",
    "They are signed out at once and cannot sign in again. What they did stays in the record.",
    people.end_account,
)
