"""A version proposed, sent back, approved: by whom, when it is found, and what is left of it for ever."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from tests.unit.analysis.rule_editor.conftest import acting, base_version

from speccom.analysis.rule_editor import shelving
from speccom.analysis.rule_editor.acting import event_of
from speccom.analysis.rule_editor.drafts import open_draft, save, start
from speccom.analysis.rule_editor.items import Item, Kind
from speccom.analysis.rule_editor.models import Decision, Draft, Proposal
from speccom.analysis.rule_editor.proposing import Outcome, Wish, decide, identity_of, obstacles, propose
from speccom.casework.ledger import events_of_command
from speccom.catalogue import shelved
from speccom.directory.models import Person
from speccom.problem import Problem
from speccom.rulebook.find import approved_shelf, find, list_rulebooks
from speccom.rulebook.identification import load_identification

RULE = Item(Kind.RULE, "11T-1")
WISH = Wish("2025-26b", date(2025, 10, 1), date(2026, 3, 31), "Adults begin at 18.")


def changed(
    lucy: Person, draft: Draft, text: str = "any_procedure('kidney_transplant') AND age >= 18"
) -> int:
    cells = {**open_draft(draft.pk).content.last(RULE), "criterion": text}
    number = save(acting(lucy), draft.pk, RULE, cells, None)
    assert isinstance(number, int)
    return number


@pytest.fixture
def proposal(lucy: Person, draft: Draft) -> Proposal:
    return propose(acting(lucy), draft.pk, WISH, changed(lucy, draft))


def found_on(day: date) -> str:
    return find("identification", "small", on=day).version


@pytest.mark.django_db(transaction=True)
def test_an_approved_version_takes_the_place_of_its_base_on_its_days(
    nina: Person, proposal: Proposal
) -> None:
    assert found_on(date(2025, 12, 1)) == "2025-26"
    who = acting(nina)
    decide(who, proposal.pk, Outcome.APPROVED, "Agreed.")
    assert found_on(date(2025, 9, 30)) == "2025-26"
    assert found_on(date(2025, 10, 1)) == found_on(date(2026, 3, 31)) == "2025-26b"
    assert shelved.in_force(date(2025, 12, 1)).version == "2025-26b"
    loaded = load_identification(find("identification", "small", on=date(2025, 12, 1)).folder)
    assert loaded.identity == identity_of(proposal)
    assert loaded.digest == proposal.digest
    rule = next(each for each in loaded.rules if each.rule_id == RULE.key)
    assert rule.criterion.text == "any_procedure('kidney_transplant') AND age >= 18"
    (event,) = events_of_command(who.command)
    assert (event.kind, event.actor_id, event.role) == (
        "rulebook_version_approved.1",
        str(nina.pk),
        "rule_approver",
    )
    assert event_of(who.command, loaded.identity, loaded.digest, "Agreed.") == event
    assert event_of(who.command, loaded.identity, loaded.digest, "Not agreed.") is None


@pytest.mark.django_db(transaction=True)
def test_what_lies_on_the_shelf_is_whole_read_only_and_says_who_approved_it(
    nina: Person, proposal: Proposal
) -> None:
    decide(acting(nina), proposal.pk, Outcome.APPROVED, "Agreed.")
    folder = shelving.folder_of(proposal)
    assert [path for path in (folder, *folder.iterdir()) if path.stat().st_mode & 0o222] == []
    note = json.loads((folder / "approved.json").read_text())
    assert (note["proposed_by"], note["approved_by"], note["reason"]) == (
        "Lucy",
        "Nina",
        "Adults begin at 18.",
    )
    assert not list((approved_shelf() / ".staging").iterdir())


@pytest.mark.django_db(transaction=True)
def test_a_version_changed_after_it_was_approved_is_refused(nina: Person, proposal: Proposal) -> None:
    decide(acting(nina), proposal.pk, Outcome.APPROVED, "Agreed.")
    rules = shelving.folder_of(proposal) / "rules.csv"
    rules.chmod(0o644)
    rules.write_text(rules.read_text().replace("age >= 18", "age >= 8"))
    with pytest.raises(Problem, match="changed after it was approved"):
        load_identification(rules.parent)


@pytest.mark.django_db(transaction=True)
def test_what_was_approved_is_put_back_where_its_folder_is_gone(
    nina: Person, proposal: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelving, "shelve", lambda proposal: None)  # as if the power failed here
    decide(acting(nina), proposal.pk, Outcome.APPROVED, "Agreed.")
    assert found_on(date(2025, 12, 1)) == "2025-26"
    monkeypatch.undo()
    shelving.shelve_all()
    assert found_on(date(2025, 12, 1)) == "2025-26b"


def test_a_rulebook_that_nobody_approved_is_not_found_in_the_home(home: Path, proposal: Proposal) -> None:
    folder = approved_shelf() / "identification" / "small" / "smuggled"
    folder.mkdir(parents=True)
    source = base_version().folder
    for path in source.iterdir():
        text = path.read_text().replace('version = "2025-26"', 'version = "smuggled"')
        (folder / path.name).write_text(text)
    assert [each.version for each in list_rulebooks("identification")] == ["2025-26"]
    Decision.objects.create(
        proposal=proposal,
        outcome=Outcome.SENT_BACK,
        reason="No",
        by=proposal.by,
        at=proposal.at,
        recorded="x",
    )
    with pytest.raises(ValueError, match="not approved"):
        shelving.shelve(proposal)


def test_nobody_approves_or_sends_back_what_they_had_a_part_in(
    proposal: Proposal, lucy: Person, person: object
) -> None:
    both = person("Both", "rule_editor", "rule_approver")  # type: ignore[operator]
    draft = start(acting(both), base_version(), "Both")
    changed(both, draft)
    own = propose(acting(both), draft.pk, Wish("c", WISH.valid_from, WISH.valid_to, "Because"), 1)
    for outcome in (Outcome.APPROVED, Outcome.SENT_BACK):
        with pytest.raises(Problem, match="yourself"):
            decide(acting(both), own.pk, outcome, "Agreed.")
        with pytest.raises(PermissionDenied):
            decide(acting(lucy), proposal.pk, outcome, "Agreed.")
    assert not Decision.objects.exists()


def test_somebody_who_changed_an_earlier_round_still_had_a_part(
    lucy: Person, nina: Person, draft: Draft, person: object
) -> None:
    both = person("Both", "rule_editor", "rule_approver")  # type: ignore[operator]
    changed(both, draft, "age > 20")
    first = propose(acting(lucy), draft.pk, WISH, changed(lucy, draft))
    decide(acting(nina), first.pk, Outcome.SENT_BACK, "Say more.")
    second = propose(acting(lucy), draft.pk, WISH, changed(lucy, draft, "age > 30"))
    with pytest.raises(Problem, match="yourself"):
        decide(acting(both), second.pk, Outcome.APPROVED, "Agreed.")


@pytest.mark.parametrize("outcome", [Outcome.SENT_BACK, Outcome.TAKEN_BACK])
def test_what_is_sent_or_taken_back_is_not_valid_and_can_be_changed_and_proposed_again(
    lucy: Person, nina: Person, draft: Draft, proposal: Proposal, outcome: Outcome
) -> None:
    decide(acting(lucy if outcome is Outcome.TAKEN_BACK else nina), proposal.pk, outcome, "Not yet.")
    assert found_on(date(2025, 12, 1)) == "2025-26"
    number = changed(lucy, draft, "any_procedure('kidney_transplant') AND age >= 17")
    again = propose(acting(lucy), draft.pk, WISH, number)
    assert again.digest != proposal.digest
    assert open_draft(draft.pk).is_waiting


def test_a_repeated_command_does_it_once(lucy: Person, nina: Person, draft: Draft) -> None:
    number = changed(lucy, draft)
    who = acting(lucy)
    assert propose(who, draft.pk, WISH, number) == propose(who, draft.pk, WISH, number)
    proposal = Proposal.objects.get()
    who = acting(nina)
    assert decide(who, proposal.pk, Outcome.SENT_BACK, "No.") == decide(
        who, proposal.pk, Outcome.SENT_BACK, "No."
    )
    with pytest.raises(Problem, match="sent back already"):
        decide(acting(nina), proposal.pk, Outcome.APPROVED, "Yes.")


def test_a_draft_that_was_changed_since_it_was_seen_is_not_proposed(lucy: Person, draft: Draft) -> None:
    number = changed(lucy, draft)
    changed(lucy, draft, "age > 20")
    with pytest.raises(Problem, match="changed since"):
        propose(acting(lucy), draft.pk, WISH, number)


@pytest.mark.parametrize(
    ("wish", "part", "said"),
    [
        (
            Wish("2025-26", WISH.valid_from, WISH.valid_to, "x"),
            "version",
            "There is a version 2025-26 already",
        ),
        (Wish("a/b", WISH.valid_from, WISH.valid_to, "x"), "version", "holds a character"),
        (Wish("b", date(2026, 3, 1), date(2026, 2, 1), "x"), "valid_to", "must not be before"),
        (Wish("b", WISH.valid_from, WISH.valid_to, "  "), "reason", "Say in words"),
    ],
)
def test_what_stands_in_the_way_is_said_where_it_is_mended(
    lucy: Person, draft: Draft, wish: Wish, part: str, said: str
) -> None:
    changed(lucy, draft)
    (obstacle,) = obstacles(open_draft(draft.pk), wish)
    assert obstacle.part == part
    assert said in obstacle.text


def test_nothing_changed_or_something_wrong_is_no_version(lucy: Person, draft: Draft) -> None:
    assert "Nothing is changed" in next(obstacles(open_draft(draft.pk), WISH)).text
    number = changed(lucy, draft, "agee > 1")
    assert "1 error" in next(obstacles(open_draft(draft.pk), WISH)).text
    with pytest.raises(Problem):
        propose(acting(lucy), draft.pk, WISH, number)


@pytest.mark.django_db(transaction=True)
def test_two_drafts_of_one_base_cannot_hold_on_the_same_days(
    lucy: Person, nina: Person, proposal: Proposal
) -> None:
    other = start(acting(lucy), base_version(), "Another")
    rival = propose(
        acting(lucy),
        other.pk,
        Wish("rival", WISH.valid_from, WISH.valid_to, "x"),
        changed(lucy, other, "age > 3"),
    )
    decide(acting(nina), proposal.pk, Outcome.APPROVED, "Agreed.")
    with pytest.raises(Problem, match="was not made from it"):
        decide(acting(nina), rival.pk, Outcome.APPROVED, "Agreed.")
    assert found_on(date(2025, 12, 1)) == "2025-26b"


@pytest.mark.django_db(transaction=True)
def test_a_version_of_a_version_takes_the_place_of_both(
    lucy: Person, nina: Person, proposal: Proposal
) -> None:
    decide(acting(nina), proposal.pk, Outcome.APPROVED, "Agreed.")
    third = start(acting(lucy), find("identification", "small", on=date(2025, 12, 1)), "Third")
    wish = Wish("2025-26c", date(2025, 6, 1), date(2026, 1, 31), "Again.")
    later = propose(acting(lucy), third.pk, wish, changed(lucy, third, "age > 4"))
    decide(acting(nina), later.pk, Outcome.APPROVED, "Agreed.")
    days = (date(2025, 5, 31), date(2025, 6, 1), date(2026, 1, 31), date(2026, 2, 1))
    assert [found_on(day) for day in days] == ["2025-26", "2025-26c", "2025-26c", "2025-26b"]
