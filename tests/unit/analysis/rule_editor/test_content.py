"""What a draft makes of its base: the same but for what was changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.analysis.rule_editor import base_text, set_text
from speccom.analysis.rule_editor.checking import check
from speccom.analysis.rule_editor.content import Content
from speccom.analysis.rule_editor.items import Item, Kind
from speccom.rulebook import find
from speccom.rulebook.compare import compare_identification
from speccom.rulebook.identification import load_identification
from speccom.rulebook.read_folder import read_folder
from speccom.rulebook.written import Row, WrittenRulebook

FOLDER = find.shelf() / "identification" / "illustrative" / "2026-27"
RULE = Item(Kind.RULE, "13N-apc-1")
SET = Item(Kind.CODE_SET, "cystic_fibrosis")


@pytest.fixture(scope="module")
def base() -> WrittenRulebook:
    written, errors = read_folder(FOLDER)
    assert errors == []
    return base_text.from_text(base_text.as_text(written), "the base")


def test_a_draft_without_changes_is_its_base(base: WrittenRulebook) -> None:
    checked = check(Content(base, {}))
    assert checked.rulebook is not None
    assert checked.rulebook.digest == load_identification(FOLDER).digest


def test_every_thing_written_anew_as_it_was_changes_nothing(base: WrittenRulebook) -> None:
    content = Content(base, {})
    same = {Item(kind, key): content.of(Item(kind, key)) for kind in Kind for key in content.keys(kind)}
    assert len(same) > 800
    again = Content(base, same)
    assert again.changed() == ()
    rulebook = check(again).rulebook
    assert rulebook is not None
    assert rulebook.digest == load_identification(FOLDER).digest


def test_what_is_changed_and_nothing_else_differs(base: WrittenRulebook) -> None:
    content = Content(base, {})
    rule, codes = dict(content.last(RULE)), dict(content.last(SET))
    rule["criterion"] += " AND age >= 1"
    codes["codes"] += "\nJ99*"
    codes["title"] = "cystic fibrosis and more"
    edited = check(Content(base, {RULE: rule, SET: codes})).rulebook
    assert edited is not None
    changes = compare_identification(load_identification(FOLDER), edited).changes
    assert sorted((each.subject, each.name) for each in changes) == [
        ("rule", "13N-apc-1"),
        ("set", "cystic_fibrosis"),
    ]


def test_what_is_taken_out_or_new_is_there_or_not(base: WrittenRulebook) -> None:
    new = Item(Kind.RULE, "new-1")
    cells = {
        "rule_id": "new-1",
        "service_code": "NCBPS13N",
        "dataset": "op",
        "criterion": "age > 5",
        "reasoning": "",
    }
    content = Content(base, {RULE: None, new: cells})
    rulebook = check(content).rulebook
    assert rulebook is not None
    ids = {rule.rule_id for rule in rulebook.rules}
    assert "new-1" in ids
    assert RULE.key not in ids
    assert content.changed() == (RULE, new)
    assert content.rule("13N-apc-1") == RULE


def test_an_error_is_told_of_the_thing_that_it_is_in(base: WrittenRulebook) -> None:
    content = Content(base, {})
    rule = {**content.last(RULE), "criterion": "agee > 18"}
    codes = {**content.last(SET), "codes": "E84*\nnonsense!\n"}
    line = {**content.last(Item(Kind.LINE, "NCBPS13N")), "rank": "first"}
    checked = check(Content(base, {RULE: rule, SET: codes, Item(Kind.LINE, "NCBPS13N"): line}))
    assert checked.rulebook is None
    (of_rule,) = checked.errors_of(RULE)
    assert (of_rule.start, of_rule.end, of_rule.suggestion) == (0, 4, "age")
    assert "nonsense!" in checked.errors_of(SET)[0].message
    assert "whole number" in checked.errors_of(Item(Kind.LINE, "NCBPS13N"))[0].message
    assert {checked.item_of(each) for each in checked.errors} == {RULE, SET, Item(Kind.LINE, "NCBPS13N")}


def test_a_line_of_a_set_that_is_no_code_is_named() -> None:
    (error,) = set_text.line_errors("hearts", "opcs4", "K26*\n\nnot a code\nK271")
    assert (error.line, error.text) == (3, "not a code")
    assert "no OPCS-4 code" in error.error.message


CODES = st.tuples(st.from_regex(r"\A[A-Z][0-9]{2}[0-9]?\Z"), st.sampled_from(["prefix", "exact"]))


@given(st.lists(CODES, max_size=12))
def test_a_set_as_text_and_back_is_the_same_set(codes: list[tuple[str, str]]) -> None:
    rows = [
        Row(number, {"codeset": "a", "classification": "opcs4", "code": code, "match": match})
        for number, (code, match) in enumerate(codes)
    ]
    again = [cells for _, cells in set_text.as_cells("a", "opcs4", set_text.as_text(rows))]
    assert again == [row.cells for row in rows]


def test_the_base_is_kept_word_for_word(tmp_path: Path, base: WrittenRulebook) -> None:
    assert base_text.as_text(base) == base_text.as_text(base_text.from_text(base_text.as_text(base), "again"))
