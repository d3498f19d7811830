"""A draft given up by whoever began it: with a reason, in the ledger, for good, and never somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from tests.unit.analysis.rule_editor.conftest import acting, client_of

from speccom.analysis.rule_editor.drafts import Standing, listed, open_draft, save
from speccom.analysis.rule_editor.items import Item, Kind
from speccom.analysis.rule_editor.models import Draft, SetAside
from speccom.analysis.rule_editor.proposing import Outcome, Wish, decide, propose
from speccom.analysis.rule_editor.setting_aside import event_of_setting_aside, set_aside
from speccom.casework.ledger import events_of_command, verify
from speccom.directory.models import Person
from speccom.problem import Problem

RULE = Item(Kind.RULE, "11T-1")
WISH = Wish("2025-26b", date(2025, 10, 1), date(2026, 3, 31), "Adults begin at 18.")


def changed(lucy: Person, draft: Draft) -> int:
    cells = {**open_draft(draft.pk).content.last(RULE), "criterion": "age >= 18"}
    number = save(acting(lucy), draft.pk, RULE, cells, None)
    assert isinstance(number, int)
    return number


def test_it_is_kept_with_its_reason_and_in_the_ledger_once(lucy: Person, draft: Draft) -> None:
    who = acting(lucy)
    first, again = (set_aside(who, draft.pk, "It was the wrong idea.") for _ in range(2))
    assert first == again
    (event,) = events_of_command(who.command)
    assert (event.kind, event.actor_id) == ("rulebook_draft_set_aside.1", str(lucy.pk))
    assert event_of_setting_aside(open_draft(draft.pk)) == event
    assert "wrong idea" not in str(event)
    assert verify().wrong == ""


def test_it_is_no_longer_open_and_is_listed_apart(lucy: Person, draft: Draft) -> None:
    assert [each.pk for each in listed()] == [draft.pk]
    set_aside(acting(lucy), draft.pk, "It was the wrong idea.")
    found = {standing: [each.pk for each in listed(standing)] for standing in Standing}
    assert found == {Standing.OPEN: [], Standing.APPROVED: [], Standing.SET_ASIDE: [draft.pk]}
    assert not listed("nothing")


def test_nobody_changes_or_proposes_it_any_more(lucy: Person, draft: Draft) -> None:
    number = changed(lucy, draft)
    set_aside(acting(lucy), draft.pk, "It was the wrong idea.")
    for act in (
        lambda: changed(lucy, draft) and save(acting(lucy), draft.pk, RULE, None, None),
        lambda: propose(acting(lucy), draft.pk, WISH, number),
        lambda: set_aside(acting(lucy), draft.pk, "Once more."),
    ):
        with pytest.raises(Problem, match="was set aside"):
            act()


def test_another_editors_draft_is_not_given_up(person: Callable[..., Person], draft: Draft) -> None:
    omar = person("Omar", "rule_editor", "rule_approver")
    with pytest.raises(PermissionDenied):
        set_aside(acting(omar), draft.pk, "I do not like it.")
    address = f"/rule-editor/drafts/{draft.pk}"
    assert client_of(omar).get(f"{address}/set-aside").status_code == 403
    assert client_of(omar).post(f"{address}/set-aside", {"q-reason": "No"}).status_code == 403
    assert "set-aside" not in client_of(omar).get(address).content.decode()
    assert not SetAside.objects.exists()


def test_who_may_no_longer_edit_gives_nothing_up(lucy: Person, draft: Draft) -> None:
    lucy.grants.all().delete()
    with pytest.raises(PermissionDenied):
        set_aside(acting(lucy), draft.pk, "I have left.")


def test_a_reason_is_needed(lucy: Person, draft: Draft) -> None:
    with pytest.raises(Problem, match="no reason"):
        set_aside(acting(lucy), draft.pk, "  ")
    answer = client_of(lucy).post(f"/rule-editor/drafts/{draft.pk}/set-aside", {"q-reason": " "})
    assert answer.status_code == 422
    assert "Give the reason in words" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_was_proposed_is_taken_back_first(lucy: Person, nina: Person, draft: Draft) -> None:
    proposal = propose(acting(lucy), draft.pk, WISH, changed(lucy, draft))
    with pytest.raises(Problem, match="waits for a decision"):
        set_aside(acting(lucy), draft.pk, "It was the wrong idea.")
    decide(acting(lucy), proposal.pk, Outcome.TAKEN_BACK, "Not now.")
    again = propose(acting(lucy), draft.pk, WISH, open_draft(draft.pk).number)
    decide(acting(nina), again.pk, Outcome.APPROVED, "Agreed.")
    with pytest.raises(Problem, match="was approved"):
        set_aside(acting(lucy), draft.pk, "It was the wrong idea.")
    assert [each.pk for each in listed(Standing.APPROVED)] == [draft.pk]


def test_the_database_refuses_to_change_or_remove_it(lucy: Person, draft: Draft) -> None:
    set_aside(acting(lucy), draft.pk, "It was the wrong idea.")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        SetAside.objects.update(reason="another")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        SetAside.objects.all()._raw_delete("default")


def test_its_page_says_who_and_why_and_that_the_ledger_agrees(lucy: Person, draft: Draft) -> None:
    set_aside(acting(lucy), draft.pk, "It was the <wrong> idea.")
    shown = client_of(lucy).get(f"/rule-editor/drafts/{draft.pk}").content.decode()
    assert "Set aside by Lucy" in shown
    assert "“It was the &lt;wrong&gt; idea.” Event " in shown
    assert "Save as a new version" not in shown
