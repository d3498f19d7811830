"""A line added with its rule: what is still to be said, what the version has, and how it is taken out."""

from __future__ import annotations

from datetime import date

import pytest
from tests.unit.analysis.rule_editor.conftest import acting, client_of

from speccom.analysis.rule_editor.drafts import open_draft, save
from speccom.analysis.rule_editor.items import Item, Kind
from speccom.analysis.rule_editor.models import Draft
from speccom.analysis.rule_editor.proposing import Outcome, Wish, decide, propose
from speccom.directory.models import Person
from speccom.rulebook.find import find
from speccom.rulebook.identification import load_identification

LINE, RULE = Item(Kind.LINE, "NCBPS98Q"), Item(Kind.RULE, "98Q-1")
SAID = {"q-title": "A new service", "q-rank": "5", "q-reach": "spell", "q-spell_excluded": "false"}
CRITERION = "any_procedure('kidney_transplant') AND age >= 70"


def add(lucy: Person, draft: Draft, kind: str, **said: str) -> str:
    """Add a thing as its page does; where that leads, or what is wrong."""
    posted = {f"q-{name}": text for name, text in said.items()}
    answer = client_of(lucy).post(f"/rule-editor/drafts/{draft.pk}/add/{kind}", posted)
    return answer.headers.get("Location", "") or answer.content.decode()


def add_line_and_rule(lucy: Person, draft: Draft) -> None:
    line = add(lucy, draft, "line", key=LINE.key)
    client_of(lucy).post(line, SAID)
    rule = add(lucy, draft, "rule", key=RULE.key, line=LINE.key, layer="rules")
    client_of(lucy).post(rule, {"q-criterion": CRITERION})


def shown(lucy: Person, draft: Draft, place: str = "") -> str:
    return client_of(lucy).get(f"/rule-editor/drafts/{draft.pk}{place}").content.decode()


def test_a_new_line_says_what_it_still_needs_in_the_words_of_its_page(lucy: Person, draft: Draft) -> None:
    assert add(lucy, draft, "line", key=LINE.key) == f"/rule-editor/drafts/{draft.pk}/lines/{LINE.key}"
    page = shown(lucy, draft, f"/lines/{LINE.key}")
    assert "The title is blank." in page
    assert "The rank is blank." in page
    assert "No rule finds this line yet." in page
    assert f"add/rule?line={LINE.key}" in page
    listed = shown(lucy, draft, "?what=lines&state=wrong")
    assert f"{LINE.key}, rank not given yet" in listed


def test_its_rule_begins_with_it(lucy: Person, draft: Draft) -> None:
    add(lucy, draft, "line", key=LINE.key)
    assert f'value="{LINE.key}" selected' in shown(lucy, draft, f"/add/rule?line={LINE.key}")
    add(lucy, draft, "rule", key=RULE.key, line=LINE.key, layer="rules")
    assert open_draft(draft.pk).content.last(RULE)["service_code"] == LINE.key
    page = shown(lucy, draft, f"/rules/{RULE.key}")
    assert "The criterion is blank." in page
    assert "service line is blank" not in page
    assert "Rule 98Q-1" in shown(lucy, draft, f"/lines/{LINE.key}")


def test_a_rule_is_not_added_without_its_line(lucy: Person, draft: Draft) -> None:
    for line in ("", "NCBPS00Q"):
        said = add(lucy, draft, "rule", key=RULE.key, line=line, layer="rules")
        assert "Choose the service line that it finds" in said
    assert open_draft(draft.pk).number == 0


@pytest.mark.parametrize("kind", ["rule", "line", "set"])
@pytest.mark.parametrize("key", ["a\nb", "a\rb", "a\u2028b", "a\u200bb", "a/b", ".", ".."])
def test_a_name_that_no_address_can_hold_is_refused_and_the_draft_still_shows(
    lucy: Person, draft: Draft, kind: str, key: str
) -> None:
    line = open_draft(draft.pk).content.keys(Kind.LINE)[0]
    said = add(lucy, draft, kind, key=key, line=line, layer="rules")
    assert ("Use small letters" if kind == "set" else "cannot be seen") in said
    assert open_draft(draft.pk).number == 0
    assert "Nothing is changed yet." in shown(lucy, draft)


def test_a_code_or_name_that_is_there_is_refused(lucy: Person, draft: Draft) -> None:
    there = open_draft(draft.pk).content.keys(Kind.LINE)[0]
    assert f"There is {there} already" in add(lucy, draft, "line", key=there)


@pytest.mark.django_db(transaction=True)
def test_a_version_with_them_is_found_with_them(lucy: Person, nina: Person, draft: Draft) -> None:
    add_line_and_rule(lucy, draft)
    opened = open_draft(draft.pk)
    assert not opened.checked.errors
    assert "A new service" in shown(lucy, draft)
    wish = Wish("2025-26z", date(2025, 10, 1), date(2026, 3, 31), "It begins in October.")
    proposal = propose(acting(lucy), draft.pk, wish, opened.number)
    assert "A new service" in client_of(nina).get(f"/rule-editor/proposed/{proposal.pk}").content.decode()
    decide(acting(nina), proposal.pk, Outcome.APPROVED, "Agreed.")
    loaded = load_identification(find("identification", "small", on=date(2025, 12, 1)).folder)
    line = loaded.services[LINE.key]
    assert (line.title, line.rank, line.spell_excluded) == ("A new service", 5, False)
    (rule,) = loaded.rules_of(LINE.key)
    assert rule.criterion.text == CRITERION
    assert [each.route for each in loaded.routes_of(LINE.key)] == ["rules"]
    before = load_identification(find("identification", "small", on=date(2025, 6, 1)).folder)
    assert LINE.key not in before.services


def test_a_new_line_is_taken_out_and_its_rule_then_names_it(lucy: Person, draft: Draft) -> None:
    add_line_and_rule(lucy, draft)
    save(acting(lucy), draft.pk, LINE, None, None)
    opened = open_draft(draft.pk)
    (error,) = opened.checked.errors
    assert opened.checked.item_of(error) == RULE
    assert LINE.key in error.message
    again = add(lucy, draft, "line", key=LINE.key)
    assert again.endswith(f"/lines/{LINE.key}")


def test_a_line_of_the_base_is_not_taken_out_on_its_page(lucy: Person, draft: Draft) -> None:
    there = open_draft(draft.pk).content.keys(Kind.LINE)[0]
    assert "Take it out" not in shown(lucy, draft, f"/lines/{there}")
    add(lucy, draft, "line", key=LINE.key)
    assert "Take it out" in shown(lucy, draft, f"/lines/{LINE.key}")


def test_what_was_taken_out_of_the_base_is_put_back_and_not_added(lucy: Person, draft: Draft) -> None:
    rule = Item(Kind.RULE, "11T-1")
    line = open_draft(draft.pk).content.last(rule)["service_code"]
    save(acting(lucy), draft.pk, rule, None, None)
    said = add(lucy, draft, "rule", key=rule.key, line=line, layer="rules")
    assert "was taken out of this draft" in said


def test_the_page_of_proposing_says_before_anything_is_entered_that_it_cannot_be_done(
    lucy: Person, draft: Draft
) -> None:
    assert "Nothing is changed in the draft yet." in shown(lucy, draft, "/propose")
    add(lucy, draft, "line", key=LINE.key)
    assert "It cannot be proposed yet. The draft has 2 errors." in shown(lucy, draft, "/propose")
    client_of(lucy).post(f"/rule-editor/drafts/{draft.pk}/lines/{LINE.key}", SAID)
    assert "cannot be proposed yet" not in shown(lucy, draft, "/propose")


def test_a_new_set_without_codes_is_not_lost_from_the_version(lucy: Person, draft: Draft) -> None:
    add(lucy, draft, "set", key="not_yet_known")
    page = shown(lucy, draft, "/sets/not_yet_known")
    assert "Criteria call it not_yet_known." in page
    assert "The set has no codes, so no rule can use it." in page
    assert open_draft(draft.pk).needs_rulebook().empty_sets == {"not_yet_known": "not_yet_known"}
