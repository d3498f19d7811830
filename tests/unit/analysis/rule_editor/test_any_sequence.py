"""Whatever people do in whatever order: only what was approved is found, and what was set aside stands."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from tests.unit.analysis.rule_editor.conftest import acting, base_version

from speccom.analysis.rule_editor.drafts import Standing, editors_of, listed, open_draft, save, start
from speccom.analysis.rule_editor.items import Item, Kind
from speccom.analysis.rule_editor.models import Change, Decision, Draft, Proposal, SetAside
from speccom.analysis.rule_editor.proposing import Outcome, Wish, decide, propose
from speccom.analysis.rule_editor.setting_aside import set_aside
from speccom.casework.ledger import verify
from speccom.directory.models import Person
from speccom.problem import Problem
from speccom.rulebook.find import find, list_rulebooks
from speccom.rulebook.identification import load_identification

STEPS, LATEST = 80, 2
ABLE = 0.8  # how often somebody does what their role lets them
FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)
CRITERIA = ("age > 1", "age > 2", "age > 3", "age > 4", "any_procedure('nothing')")


class Players:
    """Three people who do what they may and what they may not."""

    def __init__(self, seed: int, some: list[Person]) -> None:
        self.chance = random.Random(seed)
        self.some = some
        self.versions = 0

    def step(self) -> None:
        lucy, nina, both, _ = self.some
        editing = (self.start, *[self.save] * 4, *[self.propose] * 4, self.set_aside)
        act = self.chance.choice((*editing, *[self.decide] * 3))
        able = (lucy, both) if act in editing else (nina, nina, both, lucy)
        who = self.chance.choice(able if self.chance.random() < ABLE else self.some)
        try:
            act(acting(who))
        except (Problem, PermissionDenied, IndexError):
            return

    def some_draft(self) -> Draft:
        """One of the latest, so that something comes of some."""
        return self.chance.choice(list(Draft.objects.order_by("pk"))[-LATEST:])

    def start(self, who: object) -> None:
        versions = [each for each in list_rulebooks("identification") if each.id == "small"]
        start(who, self.chance.choice(versions), "A draft")  # type: ignore[arg-type]

    def save(self, who: object) -> None:
        draft = self.some_draft()
        item = Item(Kind.RULE, self.chance.choice(("11T-1", "01C-1")))
        cells = {**open_draft(draft.pk).content.last(item), "criterion": self.chance.choice(CRITERIA)}
        save(who, draft.pk, item, cells, self.chance.choice((None, 0, 1)))  # type: ignore[arg-type]

    def propose(self, who: object) -> None:
        draft = self.some_draft()
        self.versions += 1
        begins = FIRST + timedelta(days=self.chance.randrange(300))
        wish = Wish(f"v{self.versions}", begins, LAST, self.chance.choice(("Because", "")))
        propose(who, draft.pk, wish, open_draft(draft.pk).number)  # type: ignore[arg-type]

    def decide(self, who: object) -> None:
        proposal = self.chance.choice(list(Proposal.objects.all()))
        outcome = self.chance.choice(
            (Outcome.APPROVED, Outcome.APPROVED, Outcome.SENT_BACK, Outcome.TAKEN_BACK)
        )
        decide(who, proposal.pk, outcome, self.chance.choice(("Because", "Because", "")))  # type: ignore[arg-type]

    def set_aside(self, who: object) -> None:
        draft = self.some_draft()
        set_aside(who, draft.pk, self.chance.choice(("Because", "")))  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_acts(seed: int, person: object) -> None:
    some = [
        person("Lucy", "rule_editor"),  # type: ignore[operator]
        person("Nina", "rule_approver"),  # type: ignore[operator]
        person("Both", "rule_editor", "rule_approver"),  # type: ignore[operator]
        person("Ben", "analyst"),  # type: ignore[operator]
    ]
    start(acting(some[0]), base_version(), "The first")
    players = Players(seed, some)
    for _ in range(STEPS):
        players.step()
        only_what_was_approved_is_found()
    assert Change.objects.count() > 3
    assert Decision.objects.exists()
    nobody_approved_their_own()
    what_was_set_aside_stands()
    every_day_has_one_version()
    assert verify().wrong == ""


def only_what_was_approved_is_found() -> None:
    approved = Proposal.objects.filter(decision__outcome="approved")
    listed = {each.version: each for each in list_rulebooks("identification")}
    assert set(listed) == {"2025-26", *(each.version for each in approved)}
    for each in approved:
        assert load_identification(listed[each.version].folder).digest == each.digest


def nobody_approved_their_own() -> None:
    for decision in Decision.objects.exclude(outcome="taken back").select_related("proposal__draft"):
        assert decision.by_id not in editors_of(decision.proposal.draft)


def what_was_set_aside_stands() -> None:
    for kept in SetAside.objects.select_related("draft"):
        assert kept.by_id == kept.draft.started_by_id
        assert not kept.draft.changes.filter(at__gt=kept.at).exists()
        outcomes = kept.draft.proposals.values_list("decision__outcome", flat=True)
        assert not {None, "approved"} & set(outcomes)
    every = [draft.pk for standing in Standing for draft in listed(standing)]
    assert sorted(every) == sorted(Draft.objects.values_list("pk", flat=True))


def every_day_has_one_version() -> None:
    for number in range(0, (LAST - FIRST).days + 1, 13):
        find("identification", "small", on=FIRST + timedelta(days=number))
