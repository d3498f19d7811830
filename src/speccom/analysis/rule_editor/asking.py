"""Who asks, for what draft, and by which command: what the views of the rule editor share."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from speccom.analysis.rule_editor.acting import Acting
from speccom.analysis.rule_editor.drafts import NoSuchDraft, OpenDraft, open_draft
from speccom.directory.permission import may
from speccom.directory.signed_in import person_of

COMMAND = "command"
REFUSED = 422


def acting(request: HttpRequest) -> Acting:
    """Return whoever asks as one who acts. Raises PermissionDenied for a visitor."""
    person = person_of(request)
    if person is None:
        raise PermissionDenied
    return Acting(person, timezone.now(), command_of(request))


def command_of(request: HttpRequest) -> str:
    """Return the command that the page gave, so that sending it twice does it once; else a new one."""
    try:
        return str(UUID(request.POST.get(COMMAND, "")))
    except ValueError:
        return str(uuid4())


def has(request: HttpRequest, function: str) -> bool:
    """Tell whether whoever asks has a function."""
    return may(person_of(request), function, timezone.now())


def found_draft(number: int) -> OpenDraft:
    """Return a draft. Raises Http404."""
    try:
        return open_draft(number)
    except NoSuchDraft:
        raise Http404 from None
