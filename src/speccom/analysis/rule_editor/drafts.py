"""Drafts: begun from a rulebook in force, kept at every change, and lost to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from speccom.analysis.rule_editor import base_text
from speccom.analysis.rule_editor.acting import EDIT_RULES, STARTED, Acting, record
from speccom.analysis.rule_editor.checking import Checked, check
from speccom.analysis.rule_editor.content import Content
from speccom.analysis.rule_editor.items import Cells, Item, Kind
from speccom.analysis.rule_editor.models import BaseRulebook, Change, Decision, Draft, Proposal, SetAside
from speccom.directory.models import Person
from speccom.problem import Problem
from speccom.rulebook.find import ShelvedRulebook
from speccom.rulebook.identification import (
    IdentificationRulebook,
    load_identification,
    validate_identification,
)
from speccom.rulebook.read_folder import read_folder
from speccom.rulebook.written import WrittenRulebook


class Standing(StrEnum):
    """Which drafts a list is of."""

    OPEN = ""
    APPROVED = "approved"
    SET_ASIDE = "set-aside"


class NoSuchDraft(LookupError):
    """There is no draft of this number."""


@dataclass(frozen=True)
class ChangedMeanwhile:
    """Somebody else changed the thing since it was shown; nothing was kept. `cells` is what they left."""

    by: Person
    at: datetime
    cells: Cells | None


@dataclass(frozen=True)
class OpenDraft:
    """A draft as it stands: after its change `number` (0 where nothing was changed yet)."""

    row: Draft
    number: int
    content: Content
    latest: Mapping[Item, Change]
    proposal: Proposal | None
    decision: Decision | None
    set_aside: SetAside | None

    @property
    def why_closed(self) -> Problem | None:
        """Why nobody may change it, and what to do; None where it may be changed."""
        if self.set_aside is not None:
            return Problem("this draft was set aside", mend="Start another draft")
        if self.is_approved:
            return Problem("this draft was approved", mend="Start another draft")
        if self.is_waiting:
            mend = "It can be changed when it is sent back, or once it is taken back"
            return Problem("this draft waits for a decision", mend=mend)
        return None

    @property
    def is_closed(self) -> bool:
        """Whether it waits for a decision, was approved or was set aside, so that nobody may change it."""
        return self.why_closed is not None

    @property
    def is_waiting(self) -> bool:
        """Whether what was proposed waits for a decision."""
        return self.proposal is not None and self.decision is None

    @property
    def is_approved(self) -> bool:
        """Whether it has become a version."""
        return self.decision is not None and self.decision.outcome == Decision.Outcome.APPROVED

    @cached_property
    def checked(self) -> Checked:
        """What a check of it finds."""
        return check(self.content)

    @cached_property
    def base(self) -> IdentificationRulebook:
        """The rulebook that it was made from."""
        return base_of(self.row)

    def needs_rulebook(self) -> IdentificationRulebook:
        """Return the rulebook that it makes. Raises Problem where it has errors."""
        if self.checked.rulebook is None:
            count = len(self.checked.errors)
            raise Problem(
                f"the draft has {count} {'error' if count == 1 else 'errors'}",
                mend="Mend what its page names first",
            )
        return self.checked.rulebook


def start(acting: Acting, shelved: ShelvedRulebook, title: str) -> Draft:
    """Begin a draft of a version on the shelf; what was begun by this command before is returned."""
    rulebook = load_identification(shelved.folder)
    with transaction.atomic():
        before = Draft.objects.filter(recorded=acting.command).first()
        if before is not None:
            return before
        base = _keep_base(shelved, rulebook)
        draft = Draft.objects.create(
            title=title,
            base=base,
            started_by=acting.person,
            started_at=acting.at,
            recorded=acting.command,
        )
        record(acting, EDIT_RULES, STARTED, rulebook.identity, rulebook.digest, title)
    return draft


def open_draft(number: int) -> OpenDraft:
    """Return a draft as it stands. Raises NoSuchDraft."""
    row = Draft.objects.select_related("base", "started_by", "set_aside__by").filter(pk=number).first()
    if row is None:
        raise NoSuchDraft(number)
    return as_it_stands(row)


def listed(standing: str = Standing.OPEN) -> QuerySet[Draft]:
    """Return the drafts that stand so, those that wait for a decision first; none for another word."""
    proposed = Proposal.objects.filter(draft=OuterRef("pk"))
    approved = Exists(proposed.filter(decision__outcome=Decision.Outcome.APPROVED))
    which: dict[str, Q] = {
        Standing.OPEN: ~approved & Q(set_aside=None),
        Standing.APPROVED: Q(approved),
        Standing.SET_ASIDE: Q(set_aside__isnull=False),
    }
    return (
        Draft.objects.select_related("base", "started_by", "set_aside__by")
        .filter(which.get(standing, Q(pk__in=())))
        .annotate(waits=Exists(proposed.filter(decision=None)))
        .order_by("-waits", "-pk")
    )


def save(
    acting: Acting, number: int, item: Item, cells: Cells | None, seen: int | None
) -> int | ChangedMeanwhile:
    """Keep a thing as it was left, right or wrong; the number of the draft's last change.

    `seen` is the number that the person had before them; None keeps it whatever was changed since. Raises
    NoSuchDraft, PermissionDenied, and Problem where the draft can no longer be changed.
    """
    acting.needs(EDIT_RULES)
    if not item.fits_an_address:
        raise Problem(f"“{item.key}” is a name that no web address can hold", mend="Give it another name")
    with transaction.atomic():
        row = hold(number)
        draft = as_it_stands(row)
        if draft.why_closed is not None:
            raise draft.why_closed
        if draft.content.of(item) == cells:
            return draft.number
        latest = draft.latest.get(item)
        if seen is not None and latest is not None and latest.number > seen:
            return ChangedMeanwhile(latest.by, latest.at, latest.cells)
        Change.objects.create(
            draft=row,
            number=draft.number + 1,
            kind=item.kind.value,
            key=item.key,
            cells=None if cells is None else dict(cells),
            by=acting.person,
            at=acting.at,
        )
    return draft.number + 1


def before_it_was_taken_out(draft: OpenDraft, item: Item) -> Cells | None:
    """Return a thing as it last was in a draft or its base; None where it never was in either."""
    kept = draft.row.changes.filter(kind=item.kind.value, key=item.key, cells__isnull=False)
    last = kept.order_by("-number").first()
    return last.cells if last else draft.content.in_base(item)


def hold(number: int) -> Draft:
    """Hold a draft until the transaction ends. Raises NoSuchDraft."""
    row = Draft.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise NoSuchDraft(number)
    return row


def editors_of(draft: Draft) -> frozenset[object]:
    """Return everybody who began, changed or proposed a draft, by their keys."""
    changed = draft.changes.values_list("by_id", flat=True).distinct()
    proposed = draft.proposals.values_list("by_id", flat=True)
    return frozenset((draft.started_by_id, *changed, *proposed))


def waiting() -> int:
    """Return how many proposals wait for a decision."""
    return Proposal.objects.filter(decision=None).count()


def as_it_stands(row: Draft) -> OpenDraft:
    """Return a draft with its content; what no page could show, or take out again, is no part of it."""
    last = row.changes.values("kind", "key").annotate(last=Max("number")).values_list("last", flat=True)
    changes = row.changes.filter(number__in=list(last)).select_related("by")
    latest = {Item(Kind(each.kind), each.key): each for each in changes}
    proposal = row.proposals.select_related("by", "decision__by").order_by("-pk").first()
    return OpenDraft(
        row,
        max((each.number for each in latest.values()), default=0),
        Content(
            _base_as_written(row.base_id),
            {item: each.cells for item, each in latest.items() if item.fits_an_address},
        ),
        latest,
        proposal,
        getattr(proposal, "decision", None),
        getattr(row, "set_aside", None),
    )


def base_of(draft: Draft) -> IdentificationRulebook:
    """Return the rulebook that a draft was made from."""
    return _base(draft.base_id)


def _keep_base(shelved: ShelvedRulebook, rulebook: IdentificationRulebook) -> BaseRulebook:
    written, _ = read_folder(shelved.folder)
    replaces = [shelved.version, *shelved.replaces]
    facts = {
        "rulebook": rulebook.id,
        "version": rulebook.version,
        "replaces": replaces,
        "text": base_text.as_text(written),
    }
    return BaseRulebook.objects.get_or_create(digest=rulebook.digest, defaults=facts)[0]


@lru_cache(maxsize=8)
def _base_as_written(digest: str) -> WrittenRulebook:
    row = BaseRulebook.objects.get(digest=digest)
    return base_text.from_text(row.text, f"{row.rulebook} {row.version}")


@lru_cache(maxsize=8)
def _base(digest: str) -> IdentificationRulebook:
    return validate_identification(_base_as_written(digest))
