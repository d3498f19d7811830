"""What was refused, as the log tells it: by the name of the page, never by its address."""

from __future__ import annotations

from django.http import HttpRequest

from speccom.directory.security_log import Happened, tell
from speccom.directory.signed_in import person_of

NOT_SIGNED_IN, NO_ROLE = "not signed in", "no role gives it"
NO_TOKEN = "no token that stands"


def tell_refusal(request: HttpRequest, why: str, happened: Happened = Happened.REFUSED) -> None:
    """Tell who was refused which page, and why; an address could hold the secret of a letter's link."""
    person, match = person_of(request), request.resolver_match
    tell(
        happened,
        person=person.pk if person else "",
        page=(match.url_name or "") if match else "",
        method=request.method or "",
        why=why,
    )
