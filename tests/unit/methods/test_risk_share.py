"""Sharing risk: a year worked by hand, simulated years against the theory, and a residual of nought."""

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.risk_share import METHOD
from speccom.methods.risk_share.outcome import RiskShareResult
from speccom.methods.risk_share.simulation import centile_90
from speccom.problem import Problem


def member(name: str, share: str, plan: int, actual: int, very_rare: int = 0, **risk: Any) -> dict[str, Any]:
    made = {"member": name, "share": share, "plan_pence": plan, "actual_pence": actual}
    return {**made, "very_rare_pence": very_rare, "risk": risk or None}


def calculated(members: list[dict[str, Any]], **change: Any) -> RiskShareResult:
    return METHOD.calculate(METHOD.read({"collar": "0.1", **change, "members": members}))


def column(result: RiskShareResult, name: str) -> list[int]:
    return [getattr(each, f"{name}_pence") for each in result.members]


class TestAYearByHand:
    """Plans of £100, £200 and £300 with a collar of a tenth: £10, £20 and £30."""

    MEMBERS = (
        member("A", "0.5", 100_00, 150_00),  # £50 over: keeps £10, pools £40
        member("B", "0.3", 200_00, 215_00),  # £15 over, within its collar
        member("C", "0.2", 300_00, 240_00),  # £60 under
    )

    def test_overspending_beyond_the_collar_is_split(self) -> None:
        result = calculated(list(self.MEMBERS))
        assert column(result, "variance") == [50_00, 15_00, -60_00]
        assert column(result, "kept") == [10_00, 15_00, -60_00]
        assert column(result, "pooled") == [40_00, 0, 0]
        assert column(result, "part") == [20_00, 12_00, 8_00]
        assert column(result, "borne") == [30_00, 27_00, -52_00]
        assert column(result, "transfer") == [-20_00, 12_00, 8_00]
        assert (result.pool_pence, result.variance_pence, result.residual_pence) == (40_00, 5_00, 0)

    def test_underspends_are_pooled_where_agreed(self) -> None:
        result = calculated(list(self.MEMBERS), pools_underspends=True)
        assert column(result, "kept") == [10_00, 15_00, -30_00]
        assert result.pool_pence == 10_00
        assert column(result, "borne") == [15_00, 18_00, -28_00]

    def test_at_the_collar_nothing_is_pooled(self) -> None:
        at = [member("A", "0.5", 100_00, 110_00), member("B", "0.5", 100_00, 90_00)]
        assert calculated(at, pools_underspends=True).pool_pence == 0
        above = [member("A", "0.5", 100_00, 110_01), member("B", "0.5", 100_00, 100_00)]
        assert column(calculated(above), "pooled") == [1, 0]
        below = [member("A", "0.5", 100_00, 89_99), member("B", "0.5", 100_00, 100_00)]
        assert column(calculated(below, pools_underspends=True), "pooled") == [-1, 0]
        assert calculated(below).pool_pence == 0

    def test_the_reserve_pays_for_the_very_rare(self) -> None:
        members = [member("A", "0.5", 100_00, 190_00, 80_00), member("B", "0.5", 100_00, 100_00)]
        result = calculated(members, reserve_pence=100_00)
        assert column(result, "reserve") == [80_00, 0]
        assert column(result, "borne") == [10_00, 0]
        assert (result.very_rare_pence, result.reserve_paid_pence) == (80_00, 80_00)

    def test_a_reserve_that_does_not_suffice_pays_in_proportion(self) -> None:
        members = [member("A", "0.5", 100_00, 190_00, 90_00), member("B", "0.5", 100_00, 130_00, 30_00)]
        result = calculated(members, reserve_pence=60_00)
        assert column(result, "reserve") == [45_00, 15_00]
        assert column(result, "kept") == [10_00, 10_00]
        assert column(result, "borne") == [30_00, 30_00]

    def test_the_penny_left_over_goes_to_the_first_of_equals(self) -> None:
        members = [member("A", "0.5", 0, 1), member("B", "0.5", 0, 0)]
        assert column(calculated(members), "borne") == [1, 0]

    def test_it_is_said_in_words(self) -> None:
        assert METHOD.explain(calculated(list(self.MEMBERS))) == (
            "Together the 3 members spent £5.00 more than planned. Overspending beyond 10% of plan is "
            "pooled: £40.00, split by the agreed shares. A bears £30.00 and receives £20.00; "
            "B bears £27.00 and "
            "pays the others £12.00; C bears an underspend of £52.00 and pays the others £8.00. Nothing is "
            "left over."
        )

    def test_other_years_in_words(self) -> None:
        level = METHOD.explain(calculated([member("A", "0.5", 1_00, 1_00), member("B", "0.5", 1_00, 1_00)]))
        assert level.startswith("Together the 2 members spent what they had planned.")
        assert "there is nothing to split. A bears £0.00; B bears £0.00." in level
        less = METHOD.explain(
            calculated([member("A", "0.5", 1_00, 0), member("B", "0.5", 1_00, 1_00)], pools_underspends=True)
        )
        assert (
            "£1.00 less than planned. Variance beyond 10% of plan is pooled: £0.90 of money not spent" in less
        )
        rare = [member("A", "0.5", 1_00, 9_00, 9_00), member("B", "0.5", 1_00, 1_00)]
        assert "cost £9.00, of which the national reserve pays £9.00." in METHOD.explain(
            calculated(rare, reserve_pence=9_00)
        )
        assert "pays £5.00 and is then empty." in METHOD.explain(calculated(rare, reserve_pence=5_00))


def alike(count: int, **change: Any) -> RiskShareResult:
    """So many members of one kind: 400 cases of £100.00 a year, with a spread of 1."""
    risk = {"cases": 400, "cost_per_case_pence": 100_00, "spread": 1}
    members = [member(f"M{place}", f"{1 / count}", 40_000_00, 40_000_00, **risk) for place in range(count)]
    terms = {"collar": "0", "pools_underspends": True, "simulation": {"years": 4_000, "seed": 7}}
    return calculated(members, **{**terms, **change})


class TestSimulatedYears:
    # The variance of a Poisson sum of costs is cases × mean² × (1 + spread²): here 400 × £100² × 2.
    DEVIATION = math.sqrt(400 * 100_00**2 * 2)

    def test_a_member_alone_has_the_centile_of_the_theory(self) -> None:
        years = alike(4).simulation
        assert years is not None
        for each in years.members:
            assert each.alone_90_pence == pytest.approx(1.2816 * self.DEVIATION, rel=0.08)
            assert abs(each.alone_mean_pence) < 4 * self.DEVIATION / math.sqrt(4_000)

    def test_a_pool_of_four_alike_halves_the_risk_of_each(self) -> None:
        years = alike(4).simulation
        assert years is not None
        for each in years.members:
            assert each.pooled_90_pence == pytest.approx(1.2816 * self.DEVIATION / 2, rel=0.08)
            assert each.change_90 is not None
            assert -0.58 < each.change_90 < -0.42

    def test_without_sharing_beyond_a_wide_collar_nothing_changes(self) -> None:
        years = alike(2, collar="1").simulation
        assert years is not None
        assert all(each.alone_90_pence == each.pooled_90_pence for each in years.members)
        assert all(each.change_90 == 0 for each in years.members)

    def test_the_same_seed_draws_the_same_years(self) -> None:
        wanted = {"years": 200, "seed": 3}
        assert alike(2, simulation=wanted) == alike(2, simulation=wanted)
        assert alike(2, simulation=wanted) != alike(2, simulation={**wanted, "seed": 4})

    def test_the_reserve_pays_in_its_mean_year_what_very_rare_cases_cost(self) -> None:
        risk = {"cases": 0, "cost_per_case_pence": 0, "spread": 0}
        members = [
            member("A", "0.5", 0, 0, very_rare_cases=0.25, very_rare_cost_pence=1_000_00, **risk),
            member("B", "0.5", 0, 0, **risk),
        ]
        result = calculated(members, reserve_pence=10_000_00, simulation={"years": 4_000, "seed": 1})
        years = result.simulation
        assert years is not None
        assert years.reserve_mean_pence == pytest.approx(250_00, rel=0.1)
        assert years.reserve_short_years == 0
        assert [each.pooled_90_pence for each in years.members] == [0, 0]
        assert years.members[0].alone_90_pence == 1_000_00  # a fifth of years have one or more
        assert years.members[0].reserve_90_pence == 0
        assert years.members[1].change_90 is None
        short = calculated(members, reserve_pence=1_000_00, simulation={"years": 4_000, "seed": 1}).simulation
        assert short is not None
        # Two or more in a year: 1 − e^−0.25 × 1.25 = 2.65% of years.
        assert short.reserve_short_years / 4_000 == pytest.approx(0.0265, abs=0.01)

    def test_without_spread_costs_are_counts(self) -> None:
        members = [member(name, "0.5", 0, 0, cases=3, cost_per_case_pence=7, spread=0) for name in ("A", "B")]
        years = calculated(members, collar="1", simulation={"years": 500, "seed": 5}).simulation
        assert years is not None
        assert years.members[0].alone_90_pence == 35  # nine tenths of Poisson years with 3 have 5 or fewer

    def test_a_spread_too_small_for_its_law_is_none(self) -> None:
        def kept(spread: float) -> RiskShareResult:
            members = [
                member(name, "0.5", 0, 0, cases=3, cost_per_case_pence=7, spread=spread)
                for name in ("A", "B")
            ]
            return calculated(members, simulation={"years": 100, "seed": 1})

        assert kept(1e-300).simulation == kept(0).simulation

    def test_every_year_is_settled_without_a_residual(self) -> None:
        years = METHOD.calculate(METHOD.read(METHOD.example())).simulation
        assert years is not None
        assert years.residual_pence == 0
        for each in years.members:
            assert each.pooled_90_pence < each.reserve_90_pence < each.alone_90_pence

    def test_they_are_said_in_words(self) -> None:
        said = METHOD.explain(METHOD.calculate(METHOD.read(METHOD.example())))
        assert "Over 1,000 simulated years, the variance that nine years in ten do not exceed is: " in said
        assert "worse off" not in said
        assert said.endswith("are no better than these.")

    def test_a_member_that_does_worse_is_named(self) -> None:
        steady = member("Steady", "0.9", 1_000_00, 1_000_00, cases=1, cost_per_case_pence=0, spread=0)
        wild = member("Wild", "0.1", 1_000_00, 1_000_00, cases=20, cost_per_case_pence=100_00, spread=1)
        result = calculated([steady, wild], collar="0", simulation={"years": 200, "seed": 1})
        assert "the pool makes Steady worse off" in METHOD.explain(result)

    @pytest.mark.parametrize(
        ("values", "found"),
        [(list(range(1, 11)), 9), (list(range(1, 12)), 10), ([5], 5), ([3, 1, 2], 3), (list(range(100)), 89)],
    )
    def test_nine_tenths_do_not_exceed_the_centile(self, values: list[int], found: int) -> None:
        assert centile_90(values) == found


class TestPicture:
    def test_the_table_has_the_centiles_or_the_year(self) -> None:
        assert METHOD.picture is not None
        result = calculated(list(TestAYearByHand.MEMBERS))
        assert METHOD.picture(result).table.rows[0] == ("A", "£50.00", "£50.00", "£30.00")
        years = METHOD.calculate(METHOD.read(METHOD.example()))
        assert years.simulation is not None
        first = years.simulation.members[0]
        drawn = METHOD.picture(years).table.rows[0]
        assert drawn[1] == f"£{first.alone_90_pence / 100:,.2f}"


class TestRefusals:
    @pytest.mark.parametrize(
        ("what", "said"),
        [
            ("one member alone", "a pool needs two members or more"),
            ("a member given twice", "the member Northdale is given more than once"),
            ("shares that do not sum to one", "shares sum to 0.95, not to 1"),
            (
                "very rare cases that cost more than all",
                "Northdale: very rare cases cost £100,000,000,000.00, more",
            ),
            ("a simulation without anything to draw from", "Northdale: a simulation was asked for"),
        ],
    )
    def test_it_says_what_is_wrong(self, what: str, said: str) -> None:
        with pytest.raises(Problem, match=said):
            METHOD.calculate(METHOD.read(METHOD.refusals[what]()))

    def test_all_spent_on_the_very_rare_is_served(self) -> None:
        members = [member("A", "0.5", 0, 5, 5), member("B", "0.5", 0, 0)]
        assert calculated(members, reserve_pence=5).reserve_paid_pence == 5


sums = st.integers(0, 10**11)


@given(
    st.lists(st.tuples(sums, sums, st.fractions(0, 1), st.integers(1, 99)), min_size=2, max_size=6),
    st.decimals(0, 1, places=4),
    st.integers(0, 10**11),
    st.booleans(),
)
@settings(max_examples=100)
def test_money_is_conserved(drawn: list[tuple[Any, ...]], collar: Any, reserve: int, both: bool) -> None:
    """Nothing is left over, nobody pays for what nobody spent, and transfers cancel."""
    weights = [weight for *_, weight in drawn]
    shares = [f"{weight}E-4" for weight in weights[:-1]]
    last = Fraction(1) - sum(Fraction(each) for each in shares)
    shares.append(str(float(round(last, 4))))
    members = [
        member(f"M{place}", shares[place], plan, actual, int(actual * rare))
        for place, (plan, actual, rare, _) in enumerate(drawn)
    ]
    result = calculated(members, collar=collar, reserve_pence=reserve, pools_underspends=both)
    assert result.residual_pence == 0
    assert sum(column(result, "transfer")) == 0
    assert sum(column(result, "borne")) + result.reserve_paid_pence == sum(
        each["actual_pence"] - each["plan_pence"] for each in members
    )
    assert sum(column(result, "part")) == sum(column(result, "pooled")) == result.pool_pence
    assert result.reserve_paid_pence == min(reserve, result.very_rare_pence)
    for each in result.members:
        assert each.kept_pence + each.pooled_pence + each.reserve_pence == each.variance_pence


@given(st.integers(0, 10**6), st.integers(0, 10**6))
@settings(max_examples=40)
def test_a_wider_collar_never_pools_more(one: int, other: int) -> None:
    members = list(TestAYearByHand.MEMBERS)
    narrow, wide = (f"{each}E-6" for each in sorted((one, other)))
    assert calculated(members, collar=wide).pool_pence <= calculated(members, collar=narrow).pool_pence
