"""The rulebooks that come with speccom: nothing about them is odd, and they are what they claim."""

import re
from pathlib import Path

import pytest

from speccom.criteria.expression import Not, fold, leaves
from speccom.criteria.words import describe
from speccom.rulebook.check import check_identification
from speccom.rulebook.compare import compare_identification
from speccom.rulebook.find import list_rulebooks, unreadable_rulebooks
from speccom.rulebook.identification import load_identification
from speccom.rulebook.sheet import export_sheet, import_sheet

SHELF = Path(__file__).parents[3] / "rulebooks"
LISTED = list_rulebooks("identification", SHELF)
RULEBOOKS = {each.version: load_identification(each.folder) for each in LISTED}
FIRST, LATER = RULEBOOKS["2025-26"], RULEBOOKS["2026-27"]

versions = pytest.mark.parametrize("rulebook", RULEBOOKS.values(), ids=RULEBOOKS.keys())


def kinds_of_condition(rule):
    """What sorts of thing the rule asks about: diagnoses, procedures, age, provider and so on."""
    return {leaf.field.name for leaf in leaves(rule.criterion.expression)}


def excludes(rule):
    def combine(part, inner):
        turned = getattr(part, "negated", False) or getattr(part, "operator", "") == "<>"
        return turned or isinstance(part, Not) or any(inner)

    return fold(rule.criterion.expression, combine)


def test_every_rulebook_on_the_shelf_can_be_read():
    assert unreadable_rulebooks("identification", SHELF) == ()


@versions
def test_nothing_about_it_is_odd(rulebook):
    report = check_identification(rulebook)
    assert [each.message for each in report.warnings] == []
    assert report.undecided == ()


@versions
def test_it_is_marked_illustrative_and_says_where_it_comes_from(rulebook):
    assert rulebook.illustrative
    assert "llustrative" in rulebook.title
    assert "Open Government Licence v3.0" in rulebook.source
    assert "not for payment" in rulebook.scope


@versions
def test_it_is_large_and_varied_enough(rulebook):
    with_rules = {rule.service_code for rule in rulebook.rules}
    assert len(with_rules) >= 80
    combining = {rule.service_code for rule in rulebook.rules if len(kinds_of_condition(rule)) >= 2}
    assert len(combining) >= 50
    assert len({rule.service_code for rule in rulebook.rules if excludes(rule)}) >= 20


@versions
def test_no_two_rules_are_alike_but_for_the_code(rulebook):
    def form(rule):
        return rule.dataset, describe(rule.criterion.expression)

    forms = [form(rule) for rule in rulebook.rules]
    assert len(forms) == len(set(forms))


@versions
def test_every_line_stands_in_services_and_routes(rulebook):
    assert len(rulebook.services) >= 341
    assert {each.service_code for each in rulebook.routes} == set(rulebook.services)
    with_rules = {rule.service_code for rule in rulebook.rules + rulebook.local_rules}
    assert len(rulebook.services) - len(with_rules) > 100  # silence is never to be taken for zero


def test_the_first_holds_all_lines_of_its_year():
    assert len(FIRST.services) == 342


@versions
def test_each_rule_has_its_reasoning_in_a_sentence(rulebook):
    for rule in rulebook.rules + rulebook.local_rules:
        assert re.fullmatch(r"[A-Z0-9].{15,}\.", rule.reasoning), rule.rule_id


@versions
def test_each_criterion_reads_as_words(rulebook):
    names = [name for name in rulebook.codesets if "_" in name]
    for rule in rulebook.rules + rulebook.local_rules:
        words = describe(rule.criterion.expression)
        assert not re.search(r"[a-z]_[a-z]|\bAND\b|\bNOT\b|[<>=]", words), words
        assert not any(name in words for name in names)


@versions
def test_every_set_has_a_title_and_every_programme_too(rulebook):
    assert [each.name for each in rulebook.codesets.values() if not each.title] == []
    used = {each.programme_of_care for each in rulebook.services.values()} - {""}
    assert used <= set(rulebook.programmes)


def test_the_later_version_follows_the_first_and_really_differs():
    assert FIRST.id == LATER.id
    assert (LATER.valid_from - FIRST.valid_to).days == 1
    compared = compare_identification(FIRST, LATER)
    found = {(each.subject, each.kind) for each in compared.changes}
    assert {("rule", "changed"), ("set", "changed"), ("service", "changed")} <= found
    assert len([each for each in compared.changes if each.subject == "rule"]) >= 5


@versions
def test_it_goes_through_the_spreadsheet_and_back(rulebook, tmp_path):
    export_sheet(rulebook.folder, tmp_path / "sheet.xlsx")
    assert import_sheet(tmp_path / "sheet.xlsx", tmp_path / "back").digest == rulebook.digest
