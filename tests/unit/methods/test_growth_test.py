"""Growth in real terms, and primary care's faster: the truth table, the boundary penny, sums that agree."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.commands.calculate import method_page
from speccom.methods.growth_test import METHOD, GrowthTestResult, Verdict, all_met
from speccom.problem import Problem

DEFLATOR = {
    "id": "deflator",
    "version": "1",
    "title": "A deflator for tests",
    "valid_from": "2014-04-01",
    "valid_to": "2017-03-31",
    "source": "Made for tests",
    "status": "illustrative",
    "index": "price index",
    "base_year": "2014/15",
    "years": [
        {"year": "2014/15", "index": "100"},
        {"year": "2015/16", "index": "102", "forecast": "no"},
        {"year": "2016/17", "index": "103.53", "forecast": "yes"},
    ],
}
# One commissioner for each answer to each comparison; inflation is 2%.
ALLOCATION: dict[str, tuple[int | None, int | None]] = {
    "met": (100_00, 102_01),
    "not_met": (100_00, 102_00),
    "unknown": (100_00, None),
}
PRIMARY: dict[str, tuple[int | None, ...]] = {
    "met": (50_00, 52_01, 100_00, 104_00),
    "not_met": (50_00, 52_00, 100_00, 104_00),
    "unknown": (None, 52_00, 100_00, 104_00),
}


def commissioner(name: str, real: str = "met", primary: str = "met") -> dict[str, Any]:
    fields = (
        "primary_care_before_pence",
        "primary_care_pence",
        "other_local_before_pence",
        "other_local_pence",
    )
    return {
        "commissioner": name,
        "allocation_before_pence": ALLOCATION[real][0],
        "allocation_pence": ALLOCATION[real][1],
        **dict(zip(fields, PRIMARY[primary], strict=True)),
    }


def calculated(*commissioners: dict[str, Any], **change: Any) -> GrowthTestResult:
    data = {"on": "2015-10-01", "rules": DEFLATOR, "commissioners": commissioners, **change}
    return METHOD.calculate(METHOD.read(data))


# Written out, so that the method's own rule is not asked.
TOGETHER = {
    ("met", "met"): "met",
    ("met", "not_met"): "not_met",
    ("met", "unknown"): "unknown",
    ("not_met", "met"): "not_met",
    ("not_met", "not_met"): "not_met",
    ("not_met", "unknown"): "not_met",
    ("unknown", "met"): "unknown",
    ("unknown", "not_met"): "not_met",
    ("unknown", "unknown"): "unknown",
}


class TestTruthTable:
    @pytest.mark.parametrize(("real", "primary"), list(product(ALLOCATION, PRIMARY)))
    def test_both_promises_of_one_commissioner(self, real: str, primary: str) -> None:
        result = calculated(commissioner("A", real, primary))
        assert result.every_commissioner_grows == real
        assert result.primary_care_grows_faster == primary
        assert result.verdict == TOGETHER[real, primary]

    @pytest.mark.parametrize(("one", "other"), list(product(ALLOCATION, ALLOCATION)))
    def test_real_growth_of_two_commissioners(self, one: str, other: str) -> None:
        result = calculated(commissioner("A", one), commissioner("B", other))
        assert result.every_commissioner_grows == TOGETHER[one, other]

    @pytest.mark.parametrize(("one", "other"), list(product(PRIMARY, PRIMARY)))
    def test_primary_care_of_two_commissioners_where_each_is_judged(self, one: str, other: str) -> None:
        two = (commissioner("A", primary=one), commissioner("B", primary=other))
        result = calculated(*two, primary_care_judged_on="each")
        assert result.primary_care_grows_faster == TOGETHER[one, other]
        assert result.verdict == TOGETHER[one, other]

    def test_on_the_totals_one_place_may_make_up_for_another(self) -> None:
        slow = {**commissioner("A"), "primary_care_pence": 51_00}
        fast = {**commissioner("B"), "primary_care_pence": 60_00}
        assert calculated(slow, fast).primary_care_grows_faster == "met"
        assert calculated(slow, fast, primary_care_judged_on="each").primary_care_grows_faster == "not_met"

    def test_all_of_nothing_is_met(self) -> None:
        assert all_met([]) is Verdict.MET


class TestBoundary:
    def test_growth_that_equals_inflation_is_none(self) -> None:
        result = calculated(commissioner("A", "not_met"))
        assert result.commissioners[0].short_pence == 1
        assert result.commissioners[0].allocation is not None
        assert result.commissioners[0].allocation.real_growth == 0
        assert calculated(commissioner("A", "met")).commissioners[0].short_pence == 0

    def test_a_fraction_of_a_penny_is_not_lost(self) -> None:
        # £0.33 at 2% is 33.66 pence: 33 falls short and 34 does not.
        for now, short in ((33, 1), (34, 0)):
            place = {"commissioner": "A", "allocation_before_pence": 33, "allocation_pence": now}
            assert calculated(place).commissioners[0].short_pence == short

    def test_growth_to_six_places(self) -> None:
        place = {"commissioner": "A", "allocation_before_pence": 300, "allocation_pence": 307}
        found = calculated(place).commissioners[0].allocation
        assert found is not None
        assert found.cash_growth == Decimal("0.023333")
        assert found.real_growth == Decimal("0.003268")  # 307 ÷ 306 − 1
        assert (found.growth_pence, found.inflation_pence, found.real_pence) == (7, 6, 1)

    @pytest.mark.parametrize(
        ("on", "year", "inflation", "forecast"),
        [
            ("2015-04-01", "2015/16", "0.02", False),
            ("2016-03-31", "2015/16", "0.02", False),
            ("2016-04-01", "2016/17", "0.015", True),
        ],
    )
    def test_the_year_is_that_of_the_date(self, on: str, year: str, inflation: str, forecast: bool) -> None:
        result = calculated(commissioner("A"), on=on)
        assert (result.year, result.inflation, result.is_forecast) == (year, Decimal(inflation), forecast)

    def test_the_shipped_deflator_serves_the_year_of_the_promise(self) -> None:
        assert "In 2015/16 the promises are not both kept" in method_page("growth_test").markdown


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"commissioners": []}, "there are no commissioners"),
            (
                {"commissioners": [commissioner("A"), commissioner("A")]},
                "the commissioner A is given more than once",
            ),
            ({"on": "2017-04-01"}, "holds from 1 April 2014 to 31 March 2017"),
            (
                {"on": "2014-04-01"},
                "A deflator for tests: the price index is not given for both 2014/15 and the year before",
            ),
            (
                {"commissioners": [{"commissioner": "A", "other_local_before_pence": 0}]},
                "commissioners, number 1, other_local_before_pence: input should be greater than 0",
            ),
        ],
    )
    def test_it_says_what_is_wrong(self, change: dict[str, Any], said: str) -> None:
        with pytest.raises(Problem, match=said):
            calculated(**{"commissioners": [commissioner("A")], **change})

    def test_a_missing_year_is_named(self) -> None:
        rules = {**DEFLATOR, "years": DEFLATOR["years"][1:]}
        with pytest.raises(Problem, match="not given for both 2015/16 and the year before"):
            calculated(commissioner("A"), rules=rules)


class TestWords:
    def test_kept(self) -> None:
        assert METHOD.explain(calculated(commissioner("A"))) == (
            "In 2015/16 both promises are kept. Against inflation of 2%, 1 of 1 commissioner grows in real "
            "terms. In all, primary care grows faster than other local services: 4.02% in cash, "
            "against 4%. Inflation is that of: A deflator for tests; another release can give another "
            "answer near the line."
        )

    def test_not_kept_and_by_how_much(self) -> None:
        said = METHOD.explain(
            calculated(commissioner("A", "not_met", "not_met"), commissioner("B", "unknown"))
        )
        assert "In 2015/16 the promises are not both kept." in said
        assert "0 of 2 commissioners grow in real terms. A lacks £0.01 (0% in real terms)." in said
        assert "For B an allocation is missing, so it is unknown." in said

    def test_no_faster_on_the_totals(self) -> None:
        said = METHOD.explain(calculated(commissioner("A", primary="not_met")))
        assert "primary care grows no faster than other local services: 4% in cash, against 4%." in said

    def test_unknown(self) -> None:
        said = METHOD.explain(calculated(commissioner("A", primary="unknown")))
        assert "it cannot be said whether both promises are kept" in said
        assert "is unknown: a sum is missing." in said

    def test_in_each_place(self) -> None:
        places = (
            commissioner("A"),
            commissioner("B", primary="not_met"),
            commissioner("C", primary="unknown"),
        )
        said = METHOD.explain(calculated(*places, primary_care_judged_on="each"))
        assert "Primary care grows no faster than other local services in B." in said
        assert "For C a sum is missing, so whether it grows faster is unknown." in said
        assert "faster than other local services in every place." in METHOD.explain(
            calculated(commissioner("A"), primary_care_judged_on="each")
        )

    def test_a_forecast_is_said(self) -> None:
        said = METHOD.explain(calculated(commissioner("A"), on="2016-04-01"))
        assert said.endswith("The deflator of these years is in part a forecast.")

    def test_the_table_has_every_commissioner_and_the_whole(self) -> None:
        assert METHOD.picture is not None
        drawn = METHOD.picture(calculated(commissioner("A"), commissioner("B", "unknown")))
        assert drawn.table.rows[0] == ("A", "2.01%", "0.01%", "met", "met")
        assert drawn.table.rows[1] == ("B", None, None, "unknown", "met")
        assert drawn.table.rows[2][0] == "All together"


sums = st.integers(1, 10**12)
places = st.tuples(sums, sums, sums, sums, sums, sums)


@given(st.lists(places, min_size=1, max_size=5), st.decimals("80", "120", places=4))
@settings(max_examples=80)
def test_money_is_conserved(drawn: list[tuple[int, ...]], index: Decimal) -> None:
    """Growth is inflation and real growth to the penny, and the commissioners' sums are the whole's."""
    fields = [
        f"{name}_{when}"
        for name in ("allocation", "primary_care", "other_local")
        for when in ("before_pence", "pence")
    ]
    rules = {**DEFLATOR, "years": [DEFLATOR["years"][0], {"year": "2015/16", "index": index}]}
    rows = [
        {"commissioner": f"C{place}", **dict(zip(fields, each, strict=True))}
        for place, each in enumerate(drawn)
    ]
    result = calculated(*rows, rules=rules)
    for name in ("allocation", "primary_care", "other_local"):
        parts = [getattr(each, name) for each in result.commissioners]
        whole = getattr(result.total, name)
        for growth in (*parts, whole):
            assert growth.inflation_pence + growth.real_pence == growth.growth_pence
            assert growth.before_pence + growth.growth_pence == growth.now_pence
        assert whole.now_pence == sum(each.now_pence for each in parts)
        assert whole.growth_pence == sum(each.growth_pence for each in parts)
        assert whole.inflation_pence == sum(each.inflation_pence for each in parts)
        assert whole.real_pence == sum(each.real_pence for each in parts)


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 10**6))
@settings(max_examples=80)
def test_more_money_never_breaks_the_promise(before: int, now: int, more: int) -> None:
    def grows(sum_: int) -> bool:
        place = {"commissioner": "A", "allocation_before_pence": before, "allocation_pence": sum_}
        return calculated(place).every_commissioner_grows is Verdict.MET

    assert grows(now + more) or not grows(now)
