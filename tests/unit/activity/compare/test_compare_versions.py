"""Several rulebooks compiled together: which criteria they share, and what each says of a record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from tests.generative.batches import batch_of
from tests.generative.generator import Generator
from tests.unit.activity.identified import canonical, small_rulebook

from speccom.activity.compare.order import CompareOrder
from speccom.activity.compare.payers import SpellKinds
from speccom.activity.compare.run import compare
from speccom.activity.compare.versions import SharedCriteria, VersionsBook
from speccom.criteria.codesets import CodeSet
from speccom.criteria.columns import Batch
from speccom.criteria.expression import And, CodeMatch, Expression, IsNull, Not, Or
from speccom.criteria.kernel import Kernel
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.identification import load_identification

LUNG = CodeSet("lung", "icd10", frozenset({"C34"}), title="a cancer of the lung")


def asks(codeset: CodeSet) -> Expression:
    return Not(And((CodeMatch(ACTIVITY["diagnoses"], "any", codeset, span=(3, 9)),) * 2))


def test_a_set_of_another_name_with_the_same_codes_is_the_same_criterion() -> None:
    shared = SharedCriteria()
    renamed = replace(LUNG, name="chest", title="the lungs")
    assert shared.number(asks(LUNG)) == shared.number(asks(renamed))
    assert len(shared.listed) == 1


def test_a_set_of_the_same_name_with_other_codes_is_another_criterion() -> None:
    shared = SharedCriteria()
    wider = replace(LUNG, prefixes=frozenset({"C34", "C33"}))
    whole = replace(LUNG, prefixes=frozenset(), exact=frozenset({"C34"}))
    assert [shared.number(asks(each)) for each in (LUNG, wider, whole)] == [0, 1, 2]


def test_the_same_parts_joined_otherwise_are_another_criterion() -> None:
    parts = (CodeMatch(ACTIVITY["diagnoses"], "any", LUNG), IsNull(ACTIVITY["age"]))
    shared = SharedCriteria()
    joined = [And(parts), Or(parts), Not(And(parts)), And(parts[:1]), Not(parts[0]), And(parts[::-1])]
    assert [shared.number(each) for each in joined] == list(range(6))
    assert shared.listed[1] == Or(
        (CodeMatch(ACTIVITY["diagnoses"], "any", replace(LUNG, name="", title="")), parts[1])
    )


def test_equal_criteria_have_one_number_and_others_their_own() -> None:
    criteria = Generator(3).rulebook(60).criteria
    shared = SharedCriteria()
    numbers = [shared.number(each) for each in (*criteria, *criteria)]
    assert numbers[: len(criteria)] == numbers[len(criteria) :]
    assert len(shared.listed) == len(set(criteria))


def test_a_statement_counts_only_where_the_version_lets_it(tmp_path: Path) -> None:
    old = small_rulebook(tmp_path / "old")
    new = small_rulebook(tmp_path / "new", **{"routes.csv": "service_code,route,source\n"})
    activity = canonical(tmp_path / "a.parquet", {"submitted_service_line": "SAID"})
    for one, other, wanted in ((old, new, ("SAID", "none")), (new, old, ("none", "SAID"))):
        (flow,) = compare(CompareOrder(one, [other], [activity])).comparisons[0].flows
        assert (flow.old, flow.new) == wanted


def test_a_criterion_of_any_depth_is_numbered() -> None:
    deep = asks(LUNG)
    for _ in range(5_000):
        deep = Not(deep)
    shared = SharedCriteria()
    assert [shared.number(each) for each in (deep, Not(deep), deep)] == [0, 1, 0]


def test_each_version_gives_its_own_lines_and_rules(tmp_path: Path) -> None:
    head = "rule_id,service_code,dataset,criterion\n"
    texts = ("a,LUNG,apc,age < 18\nb,DRUG,apc,sex = '1'\n", "c,CARE,apc,sex = '1'\nd,LUNG,apc,age < 16\n")
    rulebooks = [
        load_identification(small_rulebook(tmp_path / f"v{at}", **{"rules.csv": head + text}))
        for at, text in enumerate(texts)
    ]
    book = VersionsBook(rulebooks)
    assert len(book.tables["apc"].rules) == 3  # sex = '1' is asked once for both
    records = [{"age": 15, "sex": "1"}, {"age": 17, "sex": "2"}, {"age": 40, "sex": "2"}]
    batch = batch_of(records, ACTIVITY)
    told = Kernel(book.tables["apc"]).told(batch)
    labels = book.labels("apc", told, None, batch.rows)
    assert labels[2] == 0
    assert [[book.line_sets_under(v)[each].lines for each in labels] for v in (0, 1)] == [
        [("LUNG", "DRUG"), ("LUNG",), ()],
        [("LUNG", "CARE"), (), ()],
    ]
    assert [[book.rules_under(v)[each] for each in labels] for v in (0, 1)] == [
        [("a", "b"), ("a",), ()],
        [("d", "c"), (), ()],
    ]
    assert isinstance(batch, Batch)


def test_spells_of_one_kind_have_the_same_labels() -> None:
    spell = np.array([0, 0, 0, 1, 2, 2, 3, 4])
    label = np.array([5, 3, 5, 3, 3, 5, 7, 3], dtype=np.int32)
    kinds = SpellKinds.of(spell, label, spells=5, labels=8)
    assert [kinds.members[each] for each in kinds.kind] == [(3, 5), (3,), (3, 5), (7,), (3,)]
    assert kinds.kind[0] == kinds.kind[2]
    assert kinds.kind[1] == kinds.kind[4]
