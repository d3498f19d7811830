"""Drafts: kept at every change, lost to nobody, and closed once they were proposed."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from tests.unit.analysis.rule_editor.conftest import acting, base_version, client_of

from speccom.analysis.rule_editor.drafts import (
    ChangedMeanwhile,
    before_it_was_taken_out,
    editors_of,
    open_draft,
    save,
    start,
)
from speccom.analysis.rule_editor.items import Item, Kind
from speccom.analysis.rule_editor.models import Change, Draft, Proposal
from speccom.analysis.rule_editor.proposing import Wish, propose
from speccom.casework.ledger import events_of_command, verify
from speccom.directory.models import Person
from speccom.problem import Problem

RULE, OTHER = Item(Kind.RULE, "11T-1"), Item(Kind.RULE, "01C-1")


@pytest.mark.parametrize("kind", list(Kind))
def test_a_thing_whose_page_no_address_can_hold_is_neither_kept_nor_read_back(
    lucy: Person, draft: Draft, kind: Kind
) -> None:
    item = Item(kind, "a\nb")
    cells = dict.fromkeys(kind.columns, "")
    with pytest.raises(Problem, match="no web address can hold"):
        save(acting(lucy), draft.pk, item, cells, None)
    Change.objects.create(
        draft=draft, number=1, kind=kind.value, key=item.key, cells=cells, by=lucy, at=draft.started_at
    )
    assert open_draft(draft.pk).content.of(item) is None
    assert client_of(lucy).get(f"/rule-editor/drafts/{draft.pk}").status_code == 200
    assert save(acting(lucy), draft.pk, RULE, with_criterion(draft, RULE, "age > 1"), 1) == 2


def with_criterion(draft: Draft, item: Item, text: str) -> dict[str, str]:
    return {**open_draft(draft.pk).content.last(item), "criterion": text}


def test_a_draft_is_begun_once_by_one_command_and_is_in_the_ledger(lucy: Person) -> None:
    who = acting(lucy)
    first, again = (start(who, base_version(), "A title") for _ in range(2))
    assert first == again
    (event,) = events_of_command(who.command)
    assert (event.kind, event.actor_id, event.role) == (
        "rulebook_draft_started.1",
        str(lucy.pk),
        "rule_editor",
    )
    assert event.references[0].digest == first.base_id


def test_who_may_not_edit_begins_and_keeps_nothing(nina: Person, draft: Draft) -> None:
    with pytest.raises(PermissionDenied):
        start(acting(nina), base_version(), "A title")
    with pytest.raises(PermissionDenied):
        save(acting(nina), draft.pk, RULE, None, None)
    assert Draft.objects.count() == 1
    assert not Change.objects.exists()


def test_what_is_wrong_is_kept_too(lucy: Person, draft: Draft) -> None:
    assert save(acting(lucy), draft.pk, RULE, with_criterion(draft, RULE, "agee >"), 0) == 1
    opened = open_draft(draft.pk)
    assert opened.content.last(RULE)["criterion"] == "agee >"
    assert opened.checked.rulebook is None
    with pytest.raises(Problem, match="error"):
        opened.needs_rulebook()


def test_keeping_the_same_again_adds_nothing(lucy: Person, draft: Draft) -> None:
    cells = with_criterion(draft, RULE, "age > 20")
    numbers = [save(acting(lucy), draft.pk, RULE, cells, 0) for _ in range(3)]
    assert numbers == [1, 1, 1]
    assert Change.objects.count() == 1


def test_two_editors_of_one_rule_are_told_and_of_two_rules_are_not(
    lucy: Person, draft: Draft, person: object
) -> None:
    omar = person("Omar", "rule_editor")  # type: ignore[operator]
    save(acting(lucy), draft.pk, RULE, with_criterion(draft, RULE, "age > 20"), 0)
    told = save(acting(omar), draft.pk, RULE, with_criterion(draft, RULE, "age > 30"), 0)
    assert isinstance(told, ChangedMeanwhile)
    assert (told.by, told.cells["criterion"] if told.cells else "") == (lucy, "age > 20")
    assert save(acting(omar), draft.pk, OTHER, with_criterion(draft, OTHER, "age > 30"), 0) == 2
    assert save(acting(omar), draft.pk, RULE, with_criterion(draft, RULE, "age > 30"), 2) == 3
    assert editors_of(draft) == {lucy.pk, omar.pk}


def test_what_was_taken_out_can_be_brought_back(lucy: Person, draft: Draft) -> None:
    new = Item(Kind.RULE, "new")
    cells = {**open_draft(draft.pk).content.last(RULE), "rule_id": "new"}
    for item, left in ((new, cells), (new, None), (RULE, None)):
        save(acting(lucy), draft.pk, item, left, None)
    opened = open_draft(draft.pk)
    assert opened.content.of(new) is None
    assert before_it_was_taken_out(opened, new) == cells
    assert before_it_was_taken_out(opened, RULE) == opened.content.in_base(RULE)


def test_a_proposed_draft_is_changed_by_nobody(lucy: Person, draft: Draft) -> None:
    save(acting(lucy), draft.pk, RULE, with_criterion(draft, RULE, "age > 20"), 0)
    wish = Wish("2025-26b", date(2025, 10, 1), date(2026, 3, 31), "Because")
    propose(acting(lucy), draft.pk, wish, 1)
    with pytest.raises(Problem, match="waits for a decision"):
        save(acting(lucy), draft.pk, RULE, with_criterion(draft, RULE, "age > 30"), 1)


def test_the_database_refuses_to_change_or_remove_what_is_kept(lucy: Person, draft: Draft) -> None:
    save(acting(lucy), draft.pk, RULE, with_criterion(draft, RULE, "age > 20"), 0)
    propose(acting(lucy), draft.pk, Wish("b", date(2025, 10, 1), date(2026, 3, 31), "Because"), 1)
    for rows, changed in (
        (Change.objects, {"key": "another"}),
        (Draft.objects, {"title": "another"}),
        (Proposal.objects, {"reason": "another"}),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            rows.update(**changed)
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            rows.all()._raw_delete("default")
    assert verify().wrong == ""
