"""The four-part test: its whole truth table, how each part is answered, and poor coding never accuses."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.methods.method import Refused
from speccom.methods.unwarranted_variation import (
    METHOD,
    Answer,
    Cause,
    VariationResult,
    Verdict,
    example,
    explain,
    judge,
    picture,
)

RULES = {
    "id": "test",
    "version": "1",
    "title": "Rules for the test",
    "valid_from": "2020-01-01",
    "valid_to": "2029-12-31",
    "source": "the test itself",
    "status": "illustrative",
    "least_periods": 3,
    "limit_percent": "99.8",
    "least_well_coded": "0.95",
    "adjust_for": ["age", "sex"],
}
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
ANY = tuple(Answer)
CAUSES = tuple(Cause)

# The table of the description, row by row: well coded, adjusted, outside, persistent, cause, verdict.
TABLE = (
    ((NO, UNKNOWN), ANY, ANY, ANY, CAUSES, Verdict.CANNOT_JUDGE),
    ((YES,), (NO, UNKNOWN), ANY, ANY, CAUSES, Verdict.CANNOT_JUDGE),
    ((YES,), (YES,), (NO,), ANY, CAUSES, Verdict.WITHIN_LIMITS),
    ((YES,), (YES,), (UNKNOWN,), ANY, CAUSES, Verdict.CANNOT_JUDGE),
    ((YES,), (YES,), (YES,), (NO,), CAUSES, Verdict.NOT_PERSISTENT),
    ((YES,), (YES,), (YES,), (UNKNOWN,), CAUSES, Verdict.CANNOT_JUDGE),
    ((YES,), (YES,), (YES,), (YES,), (Cause.ACCEPTED,), Verdict.EXPLAINED),
    ((YES,), (YES,), (YES,), (YES,), (Cause.NOT_ASKED,), Verdict.CANNOT_JUDGE),
    ((YES,), (YES,), (YES,), (YES,), (Cause.NONE,), Verdict.POTENTIALLY_UNWARRANTED),
)


def verdict_on(values: Any = (1.4, 1.4, 1.4), /, **more: Any) -> VariationResult:
    periods = [
        {"starts": date(2024, month, 1), "value": value, "expected": 1, "lower": 0.7, "upper": 1.3}
        for month, value in enumerate(values, start=1)
    ]
    data = {
        "on": date(2025, 1, 1),
        "rules": RULES,
        "provider": "A hospital",
        "measure": "operations, observed to expected",
        "periods": periods,
        "over_dispersed": True,
        "limit_percent": "99.8",
        "adjusted_for": ["sex", "age", "deprivation"],
        "coding": {"records": 100, "well_coded": 95},
        "cause": "none stated",
        **more,
    }
    return METHOD.calculate(METHOD.read(data))


class TestTruthTable:
    def test_it_covers_every_case_once(self) -> None:
        cases = [case for *row, _ in TABLE for case in product(*row)]
        assert len(cases) == len(set(cases)) == 3**4 * 3

    @pytest.mark.parametrize("row", TABLE, ids=[str(number) for number in range(1, 10)])
    def test_row(self, row: Any) -> None:
        *answers, verdict = row
        for well_coded, adjusted, outside, persistent, cause in product(*answers):
            assert (
                judge(
                    adjusted=adjusted,
                    outside=outside,
                    persistent=persistent,
                    well_coded=well_coded,
                    cause=cause,
                )
                is verdict
            )

    def test_only_one_case_in_all_is_potentially_unwarranted(self) -> None:
        verdicts = [
            judge(adjusted=a, outside=o, persistent=p, well_coded=w, cause=c)
            for a, o, p, w, c in product(ANY, ANY, ANY, ANY, CAUSES)
        ]
        assert verdicts.count(Verdict.POTENTIALLY_UNWARRANTED) == verdicts.count(Verdict.EXPLAINED) == 1


def test_all_parts_met() -> None:
    found = verdict_on()
    assert found.verdict is Verdict.POTENTIALLY_UNWARRANTED
    assert explain(found) == (
        "A hospital, operations, observed to expected: the difference is potentially unwarranted. "
        "95 of 100 records (95%) are well coded, and 95% are asked for. "
        "The comparison is adjusted for age and sex. "
        "The latest value, 1.4, is outside the 99.8% limits (0.7 to 1.3). "
        "3 periods running are above what was expected, and 3 are asked for. "
        "The provider was asked, and no legitimate cause was accepted. "
        "That opens a conversation with the provider and finds no fault."
    )


class TestCoding:
    def test_a_record_too_few_and_it_cannot_be_judged(self) -> None:
        found = verdict_on(coding={"records": 100, "well_coded": 94})
        assert (found.well_coded.answer, found.verdict) == (NO, Verdict.CANNOT_JUDGE)
        said = explain(found)
        assert said.startswith(
            "A hospital, operations, observed to expected: whether the difference is warranted cannot be "
            "judged. Only 94 of 100 records (94%) are well coded, and 95% are asked for. "
            "What is known besides. The comparison is adjusted"
        )
        assert "unwarranted" not in said

    @pytest.mark.parametrize("coding", [None, {"records": 0, "well_coded": 0}])
    def test_unknown(self, coding: Any) -> None:
        found = verdict_on(coding=coding)
        assert (found.well_coded.answer, found.verdict) == (UNKNOWN, Verdict.CANNOT_JUDGE)
        assert "judged. It is not known how well the records are coded." in explain(found)

    def test_a_known_fault_of_the_data(self) -> None:
        found = verdict_on(data_fault="the trust changed its system in May")
        assert (found.well_coded.answer, found.verdict) == (NO, Verdict.CANNOT_JUDGE)
        assert "A fault of the data is known: the trust changed its system in May." in explain(found)

    def test_the_share_is_exact(self) -> None:
        assert verdict_on(coding={"records": 20, "well_coded": 19}).well_coded.answer is YES
        assert verdict_on(coding={"records": 10**9, "well_coded": 95 * 10**7 - 1}).well_coded.answer is NO


class TestAdjusted:
    def test_not_for_all_that_the_rules_name(self) -> None:
        found = verdict_on(adjusted_for=["deprivation"])
        assert (found.adjusted.answer, found.verdict) == (NO, Verdict.CANNOT_JUDGE)
        assert "judged. The comparison is not adjusted for age and sex. What is known" in explain(found)

    def test_for_nothing(self) -> None:
        assert verdict_on(adjusted_for=[]).adjusted.answer is NO

    def test_unknown(self) -> None:
        found = verdict_on(adjusted_for=None)
        assert (found.adjusted.answer, found.verdict) == (UNKNOWN, Verdict.CANNOT_JUDGE)
        assert "It is not known what the comparison is adjusted for." in explain(found)


class TestOutside:
    @pytest.mark.parametrize(
        ("latest", "over_dispersed", "limit", "answer"),
        [
            (1.31, True, "99.8", YES),
            (0.69, True, "99.8", YES),
            (1.3, True, "99.8", NO),
            (0.7, True, "99.8", NO),
            (1.4, False, "99.8", UNKNOWN),
            (1.2, False, "99.8", NO),
            (1.4, True, "95", UNKNOWN),
            (1.2, True, "95", NO),
            (1.4, True, "99.9", YES),
            (1.2, True, "99.9", UNKNOWN),
        ],
    )
    def test_answer(self, latest: float, over_dispersed: bool, limit: str, answer: Answer) -> None:
        found = verdict_on((latest,) * 3, over_dispersed=over_dispersed, limit_percent=limit)
        assert found.outside.answer is answer

    def test_within(self) -> None:
        found = verdict_on((1.2,) * 3)
        assert found.verdict is Verdict.WITHIN_LIMITS
        assert ": nothing needs judging: the difference is no more than providers differ anyway." in explain(
            found
        )
        assert "The latest value, 1.2, is within the 99.8% limits (0.7 to 1.3)." in explain(found)

    def test_its_words_where_the_limits_do_not_serve(self) -> None:
        assert "do not allow for over-dispersion and are too narrow." in explain(
            verdict_on(over_dispersed=False)
        )
        assert "which are narrower than the 99.8% that are asked for." in explain(
            verdict_on(limit_percent="95")
        )
        wide = verdict_on((1.2,) * 3, limit_percent="99.9")
        assert "which are wider than the 99.8% that are asked for." in explain(wide)
        assert "What is known besides. 95 of 100 records" in explain(wide)


class TestPersistent:
    @pytest.mark.parametrize(
        ("values", "answer", "running"),
        [
            ((1.4, 1.4, 1.4), YES, 3),
            ((1.1, 1.01, 1.4), YES, 3),
            ((0.9, 1.1, 1.1, 1.1, 1.4), YES, 4),
            ((1.4, 0.9, 1.4, 1.4), NO, 2),
            ((1.4, 1.0, 1.4, 1.4), NO, 2),
            ((0.5, 0.5, 1.4), NO, 1),
            ((0.6, 0.9, 0.6), YES, 3),
            ((1.4, 1.4), UNKNOWN, 2),
            ((1.4,), UNKNOWN, 1),
            ((1.4, 1.4, 1.4, 1.0), NO, 0),
        ],
    )
    def test_answer(self, values: Any, answer: Answer, running: int) -> None:
        found = verdict_on(values)
        assert (found.persistent.answer, found.running) == (answer, running)

    def test_a_shift_to_the_same_side_stands_for_periods(self) -> None:
        assert verdict_on((0.9, 1.4), shift="above").verdict is Verdict.POTENTIALLY_UNWARRANTED
        assert verdict_on((0.9, 1.4), shift="below").verdict is Verdict.NOT_PERSISTENT
        assert verdict_on((1.1, 1.0), shift="above").persistent.answer is NO
        assert verdict_on((1.1, 0.6), shift="below").persistent.answer is YES

    def test_its_words(self) -> None:
        assert "Only 1 period running is above what was expected, and 3 are asked for." in explain(
            verdict_on((0.9, 1.4))
        )
        assert "2 periods running are above what was expected; no more are given, and 3 are" in explain(
            verdict_on((1.4, 1.4))
        )
        assert "A control chart of the measure shows a shift to above." not in explain(verdict_on((1.4, 1.4)))
        assert "The latest value is exactly as expected." in explain(verdict_on((1.4, 1.0)))


class TestCause:
    def test_not_asked(self) -> None:
        found = verdict_on(cause="not asked")
        assert (found.cause.answer, found.verdict) == (UNKNOWN, Verdict.CANNOT_JUDGE)
        assert "judged. The provider has not been asked for a cause. What is known" in explain(found)

    def test_accepted(self) -> None:
        found = verdict_on(
            cause="stated and accepted",
            cause_in_words="it takes the region's revisions",
            cause_accepted_by="The programme of care",
        )
        assert (found.cause.answer, found.verdict) == (NO, Verdict.EXPLAINED)
        assert explain(found).endswith(
            "The programme of care accepted a cause: it takes the region's revisions."
        )
        assert "explained by a cause that was accepted" in explain(found)

    def test_one_that_nobody_accepted_is_refused(self) -> None:
        for more in ({"cause_in_words": "revisions"}, {"cause_accepted_by": "the programme of care"}):
            with pytest.raises(Refused, match="a cause was accepted, and it is not said which or by whom"):
                verdict_on(cause="stated and accepted", **more)


class TestRefusals:
    def test_periods_out_of_order_or_repeated(self) -> None:
        periods = example()["periods"]
        with pytest.raises(Refused, match="the period of 1 July 2024 comes after that of 1 October 2024"):
            verdict_on(periods=[periods[1], periods[0]])
        with pytest.raises(Refused, match="the period of 1 July 2024 comes after that of 1 July 2024"):
            verdict_on(periods=[periods[0], periods[0]])

    @pytest.mark.parametrize(("lower", "upper"), [(1.1, 1.3), (0.7, 0.9)])
    def test_limits_that_do_not_hold_what_was_expected(self, lower: float, upper: float) -> None:
        period = {"starts": "2024-01-01", "value": 1, "expected": 1, "lower": lower, "upper": upper}
        with pytest.raises(Refused, match="the period of 1 January 2024: what was expected"):
            verdict_on(periods=[period])

    def test_limits_may_touch_what_was_expected(self) -> None:
        period = {"starts": "2024-01-01", "value": 1, "expected": 0, "lower": 0, "upper": 0}
        assert verdict_on(periods=[period]).outside.answer is YES

    def test_a_period_that_has_not_begun(self) -> None:
        assert verdict_on(on="2024-03-01").verdict is Verdict.POTENTIALLY_UNWARRANTED
        with pytest.raises(Refused, match="begins after the day of the judgement"):
            verdict_on(on="2024-02-29")

    def test_more_well_coded_records_than_records(self) -> None:
        with pytest.raises(Refused, match="11 of 10 records cannot be well coded"):
            verdict_on(coding={"records": 10, "well_coded": 11})
        assert verdict_on(coding={"records": 10, "well_coded": 10}).well_coded.answer is YES

    def test_a_day_outside_the_rules(self) -> None:
        with pytest.raises(Refused, match="Rules for the test holds from 1 January 2020"):
            verdict_on(on="2030-01-01")

    @pytest.mark.parametrize(
        "more",
        [
            {"periods": []},
            {"provider": ""},
            {"measure": ""},
            {"limit_percent": "100"},
            {"limit_percent": "0"},
            {"coding": {"records": -1, "well_coded": 0}},
            {"coding": {"records": 1, "well_coded": -1}},
            {"rules": {**RULES, "least_periods": 1}},
            {"rules": {**RULES, "limit_percent": "50"}},
            {"rules": {**RULES, "limit_percent": "100"}},
            {"rules": {**RULES, "least_well_coded": "0"}},
            {"rules": {**RULES, "least_well_coded": "1.01"}},
            {"rules": {**RULES, "adjust_for": []}},
        ],
    )
    def test_out_of_bounds(self, more: Any) -> None:
        with pytest.raises(Refused):
            verdict_on(**more)

    def test_the_bounds_themselves_are_served(self) -> None:
        bounds = {"least_periods": 2, "least_well_coded": "1", "adjust_for": ["age"], "limit_percent": "50.5"}
        assert verdict_on(rules={**RULES, **bounds}, coding={"records": 1, "well_coded": 1}).verdict
        assert verdict_on(rules={**RULES, **bounds}, coding={"records": 1, "well_coded": 0}).verdict
        assert verdict_on(limit_percent="0.5", measure="x", provider="y").verdict


def test_the_shipped_rules_ask_for_what_the_description_says() -> None:
    from speccom.rulebook.method_rules import find_method_rules

    content = find_method_rules("unwarranted_variation", date(2025, 4, 1)).content
    found = verdict_on(rules=content, adjusted_for=content["adjust_for"])
    assert found.verdict is Verdict.POTENTIALLY_UNWARRANTED
    figures = ("least_periods", "limit_percent", "least_well_coded", "adjust_for")
    assert all(content["marks"][name].startswith("design") for name in figures)


def test_its_table_says_which_periods_are_outside() -> None:
    drawn = picture(verdict_on((1.1, 1.3, 1.4, 0.7, 0.6)))
    assert [row[-1] for row in drawn.table.rows] == [False, False, True, False, True]
    assert drawn.table.rows[0][0] == "1 January 2024"


values = st.lists(st.sampled_from([0.5, 0.7, 0.9, 1.0, 1.1, 1.3, 1.5]), min_size=1, max_size=6)
anything = st.fixed_dictionaries(
    {
        "over_dispersed": st.booleans(),
        "limit_percent": st.sampled_from(["95", "99.8", "99.9"]),
        "adjusted_for": st.sampled_from([None, [], ["age"], ["age", "sex"]]),
        "shift": st.sampled_from([None, "above", "below"]),
        "cause": st.sampled_from(["not asked", "none stated"]),
    }
)


@given(values, anything, st.integers(0, 94))
def test_poor_coding_never_leads_to_unwarranted(values: Any, more: Any, well_coded: int) -> None:
    found = verdict_on(values, **more, coding={"records": 100, "well_coded": well_coded})
    assert found.verdict is Verdict.CANNOT_JUDGE
    assert "unwarranted" not in explain(found)


@given(values, anything)
def test_above_and_below_are_judged_alike(values: Any, more: Any) -> None:
    mirror = {"above": "below", "below": "above", None: None}
    turned = {**more, "shift": mirror[more["shift"]]}
    assert (
        verdict_on(values, **more).verdict
        is verdict_on([round(2 - value, 9) for value in values], **turned).verdict
    )


@given(values, anything, st.sampled_from([0.001, 7.0, 1e6]))
def test_the_unit_changes_nothing(values: Any, more: Any, scale: float) -> None:
    one = verdict_on(values, **more)
    periods = [
        {name: figure * scale for name, figure in period.model_dump().items() if name != "starts"}
        | {"starts": period.starts}
        for period in one.periods
    ]
    assert verdict_on(values, **{**more, "periods": periods}).verdict is one.verdict
