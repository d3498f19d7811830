"""The access review: every role that is held, when it was last looked at, and whether it is still needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from speccom.directory import grants
from speccom.directory.administration.act import Act, answer_act, sent
from speccom.directory.administration.forms import END, KEEP, Review
from speccom.directory.administration.people_views import SECTION, home_crumb, people_crumb, seen_words
from speccom.directory.form_shown import Words
from speccom.directory.grants_shown import GrantShown, role_title, show_grants
from speccom.directory.models import Grant
from speccom.directory.permission import as_held, may
from speccom.directory.signed_in import person_of
from speccom.interface.addresses import parameters
from speccom.interface.filters import FilterPanel, make_filter, make_panel
from speccom.interface.formats import counted, day
from speccom.interface.frame import Crumb, Frame, show
from speccom.interface.pages import address
from speccom.interface.paging import PAGE_SIZE, Paging, paginate

_WORDS = {
    "decision": Words("Does this person still need the role?"),
    "why": Words("Why it ends", "Only where it ends"),
}


@dataclass(frozen=True)
class ReviewShown:
    """A role of somebody, as a review looks at it."""

    name: str
    href: str
    grant: GrantShown
    seen: str
    looked_at: str
    review: str


@dataclass(frozen=True)
class ReviewPage:
    """The roles that are held now, those that nobody has looked at for longest first."""

    summary: str
    panel: FilterPanel
    items: tuple[ReviewShown, ...]
    paging: Paging


def review(request: HttpRequest) -> HttpResponse:
    """Show who holds what."""
    now, asked = timezone.now(), parameters(request)
    standing = _standing(now)
    roles = sorted({(each, role_title(each)) for each in standing.values_list("role", flat=True)}, key=_title)
    panel = make_panel(address("access-review"), (make_filter("role", "Role", roles, asked),), asked)
    found = standing.filter(role=asked["role"]) if asked.get("role") else standing
    total = found.count()
    paging = paginate(total, address("access-review"), asked)
    decides = may(person_of(request), "review_access", now)
    rows = list(found[paging.offset : paging.offset + PAGE_SIZE])
    told = show_grants((as_held(each) for each in rows), now)
    page = ReviewPage(
        summary=f"{counted(total, 'role is', 'roles are')} held.",
        panel=panel,
        items=tuple(_shown(row, grant, decides) for row, grant in zip(rows, told, strict=True)),
        paging=paging,
    )
    frame = Frame("Access review", SECTION, crumbs=(home_crumb(), people_crumb()))
    return show(request, "directory/review.jinja", frame, page)


def decide(request: HttpRequest, grant: int) -> HttpResponse:
    """Say whether somebody still needs a role."""
    now = timezone.now()
    found = _standing(now).filter(pk=grant).first()
    if found is None:
        raise Http404
    (shown,) = show_grants((as_held(found),), now)
    act = Act(
        "Is this role still needed?",
        "Save",
        _WORDS,
        (home_crumb(), people_crumb(), Crumb("Access review", address("access-review"))),
        found.person.name,
        SECTION,
        (
            f"{shown.title[:1].upper()}{shown.title[1:]}, {shown.place}. {shown.dates}.",
            shown.does,
            f"{seen_words(found.person)}.",
        ),
    )

    def do(entered: dict[str, Any]) -> None:
        by = person_of(request)
        assert by is not None
        if entered["decision"] == KEEP:
            grants.confirm(found, by=by, at=now)
        elif entered["decision"] == END:
            grants.end(found, on=now, by=by, why=entered["why"], at=now)

    return answer_act(request, act, Review(sent(request)), do, address("access-review"))


def _standing(now: Any) -> QuerySet[Grant]:
    held = Grant.objects.filter(starts__lte=now, person__ended__isnull=True)
    return (
        held.filter(Q(ends__isnull=True) | Q(ends__gt=now))
        .select_related("person")
        .annotate(looked_at=Max("confirmations__at"))
        .order_by("looked_at", "starts", "pk")
    )


def _title(pair: tuple[str, str]) -> str:
    return pair[1]


def _shown(row: Grant, grant: GrantShown, decides: bool) -> ReviewShown:
    looked_at = getattr(row, "looked_at", None)
    return ReviewShown(
        name=row.person.name,
        href=address("person", person=row.person_id),
        grant=grant,
        seen=seen_words(row.person),
        looked_at=f"Confirmed on {day(timezone.localdate(looked_at))}" if looked_at else "Not reviewed yet",
        review=address("access-review-role", grant=row.pk) if decides else "",
    )
