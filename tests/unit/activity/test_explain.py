"""Every rule on one record: which hold, which came near, which layer decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.unit.activity.identified import small_rulebook

from speccom.activity.explain import RecordExplanation, explain_record, lines_by_explanation
from speccom.activity.records import normal_record
from speccom.problem import Problem
from speccom.rulebook.identification import IdentificationRulebook, load_identification

RULES = """rule_id,service_code,dataset,criterion
lung,LUNG,apc,any_diagnosis('lung')
young,LUNG,apc,any_diagnosis('lung') AND age < 19 AND provider = 'RJ1'
old,SAID,apc,age >= 19 AND NOT any_diagnosis('lung') AND provider = 'RJ1'
drug,DRUG,apc,any_unbundled_hrg('drug') AND (age < 3 OR any_diagnosis('lung'))
clinic,DRUG,op,any_unbundled_hrg('drug')
"""


@pytest.fixture
def rulebook(tmp_path: Path) -> IdentificationRulebook:
    local = "rule_id,service_code,dataset,criterion\nlocal,CARE,apc,spell_hrg = 'XC1'\n"
    folder = small_rulebook(tmp_path / "rulebook", **{"rules.csv": RULES, "local_rules.csv": local})
    return load_identification(folder)


def explained(rulebook: IdentificationRulebook, service: str = "", **record: Any) -> RecordExplanation:
    raw = {"record_id": "a", "dataset": "apc", **record}
    return explain_record(rulebook, normal_record(raw), None, service=service)


def test_rules_that_hold_stand_first_then_the_nearest(rulebook: IdentificationRulebook) -> None:
    found = explained(rulebook, diagnoses=["C34.9"], age=40, provider="RJ1")
    assert found.lines == ("LUNG",)
    assert found.layer == "rules"
    assert [each.rule.rule_id for each in found.fired] == ["lung"]
    assert {each.rule.rule_id for each in found.findings} == {"lung", "young", "old", "drug", "local"}
    assert [each.rule.rule_id for each in found.nearest()] == ["young", "drug"]


def test_age_or_place_alone_bring_no_rule_near(rulebook: IdentificationRulebook) -> None:
    assert explained(rulebook, age=40, provider="RJ1").lines == ("SAID",)
    assert explained(rulebook, age=18, provider="RJ1").nearest() == ()
    assert explained(rulebook, age=40, provider="RX1").nearest() == ()


def test_a_missing_value_leaves_a_rule_undecided(rulebook: IdentificationRulebook) -> None:
    found = explained(rulebook, diagnoses=["I10"], provider="RJ1")
    old = next(each for each in found.findings if each.rule.rule_id == "old")
    assert old.finding.value is None
    assert not old.holds
    assert (old.met, old.asked) == (2, 3)
    assert found.lines == ()


def test_only_the_rules_of_the_records_dataset(rulebook: IdentificationRulebook) -> None:
    found = explained(rulebook, dataset="op", unbundled_hrgs=["SB1"], diagnoses=["C34"])
    assert [each.rule.rule_id for each in found.findings] == ["clinic"]
    assert found.lines == ("DRUG",)


def test_one_service_alone_changes_no_answer(rulebook: IdentificationRulebook) -> None:
    found = explained(rulebook, service="DRUG", diagnoses=["C34"])
    assert [each.rule.rule_id for each in found.findings] == ["drug"]
    assert found.lines == ("LUNG",)


@pytest.mark.parametrize(
    ("record", "lines", "layer"),
    [
        ({"diagnoses": ["C34"], "spell_hrg": "XC1", "submitted_service_line": "SAID"}, ("LUNG",), "rules"),
        ({"spell_hrg": "XC1", "submitted_service_line": "SAID"}, ("CARE",), "local"),
        ({"submitted_service_line": " SAID "}, ("SAID",), "provider"),
        ({"submitted_service_line": "LUNG"}, (), None),
        ({"submitted_service_line": "said"}, (), None),
        ({}, (), None),
    ],
)
def test_the_first_layer_with_a_line_decides(
    record: dict[str, Any], lines: tuple[str, ...], layer: str | None, rulebook: IdentificationRulebook
) -> None:
    found = explained(rulebook, **record)
    assert (found.lines, found.layer) == (lines, layer)
    assert found.stated_counts == (layer == "provider")
    assert found.stated == (record.get("submitted_service_line", "").strip() or None)
    raw = {"record_id": "a", "dataset": "apc", **record}
    assert lines_by_explanation(rulebook, normal_record(raw), None) == lines


def test_a_dataset_given_once_stands_for_a_record_that_does_not_say(
    rulebook: IdentificationRulebook,
) -> None:
    record = normal_record({"record_id": "a", "unbundled_hrgs": ["SB1"]})
    assert explain_record(rulebook, record, "op").lines == ("DRUG",)
    with pytest.raises(Problem, match="episode or an attendance"):
        explain_record(rulebook, record, None)


def test_an_unknown_service(rulebook: IdentificationRulebook) -> None:
    with pytest.raises(Problem, match="no service line NOPE"):
        explained(rulebook, service="NOPE")
