"""Funnel plots: the figures of FunnelPlotR's own tests, each kind written out plainly, and each boundary."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, norm, poisson

from speccom.methods.funnel import METHOD
from speccom.methods.funnel.dispersion import dispersion
from speccom.methods.funnel.figures import FunnelResult, LimitSet, Standing
from speccom.methods.funnel.kinds import Kind, outside
from speccom.methods.funnel.limits import adjusted_limits, funnels, unadjusted_limits
from speccom.methods.funnel.sentences import figure
from speccom.methods.method import Refused

# Test data of FunnelPlotR 0.6.0.
OBSERVED = (100, 150, 180, 80, 120, 225)
EXPECTED = (108, 112, 165, 95, 100, 220)
ONE = np.array(1.0)


def funnel(numerators: Any, denominators: Any, kind: str = "ratio_log", **given: Any) -> FunnelResult:
    units = [
        {"name": f"unit {number}", "numerator": numerator, "denominator": denominator}
        for number, (numerator, denominator) in enumerate(zip(numerators, denominators, strict=True), start=1)
    ]
    return METHOD.calculate(METHOD.read({"units": units, "kind": kind, **given}))


def refusal(numerators: Any, denominators: Any, kind: str = "ratio_log", **given: Any) -> str:
    with pytest.raises(Refused) as refused:
        funnel(numerators, denominators, kind, **given)
    return str(refused.value)


class TestPublished:
    def test_unadjusted_limits_of_ratios(self) -> None:
        found = unadjusted_limits(Kind.RATIO_LOG, np.array([15.0, 20.0, 30.0]), ONE)
        assert found.lower_95 == pytest.approx([0.5596924, 0.6108260, 0.6746958], abs=1e-7)
        assert found.upper_95 == pytest.approx([1.649348, 1.544419, 1.427562], abs=1e-6)
        assert found.lower_998 == pytest.approx([0.3862650, 0.4479107, 0.5289724], abs=1e-7)
        assert found.upper_998 == pytest.approx([2.082907, 1.902094, 1.702771], abs=1e-6)

    def test_by_logarithm(self) -> None:
        result = funnel(OBSERVED, EXPECTED)
        assert result.phi == pytest.approx(2.948033, abs=1e-6)
        assert result.tau2 == pytest.approx(0.0194775, abs=1e-7)
        assert result.units_for_dispersion == 6
        assert result.units[0].adjusted.lower_95 == pytest.approx(0.717307, abs=1e-6)
        assert result.units[0].adjusted.upper_95 == pytest.approx(1.394104, abs=1e-6)

    def test_by_square_root_as_the_package_has_it(self) -> None:
        result = funnel(OBSERVED, EXPECTED, "ratio_root", as_funnelplotr=True)
        assert result.phi == pytest.approx(2.327178, abs=1e-6)
        assert result.tau2 == pytest.approx(0.00343978, abs=1e-8)
        assert result.units[0].adjusted.lower_95 == pytest.approx(0.851319, abs=1e-6)
        assert result.units[0].adjusted.upper_95 == pytest.approx(1.148681, abs=1e-6)

    def test_by_square_root_squared_back(self) -> None:
        result = funnel(OBSERVED, EXPECTED, "ratio_root")
        assert result.phi == pytest.approx(2.327178, abs=1e-6)
        assert result.units[0].adjusted.lower_95 == pytest.approx(0.7247, abs=5e-5)
        assert result.units[0].adjusted.upper_95 == pytest.approx(1.148681**2, abs=1e-5)

    def test_outliers(self) -> None:
        values = np.array([1, 0.95, 1.05, 0.8, 1.2, 0.6, 1.4, 0.4, 1.6, 0])
        for lower, upper, flags in (
            (0.9, 1.1, "0001111111"),
            (0.79, 1.21, "0000011111"),
            (0.59, 1.41, "0000000111"),
            (0.38, 1.62, "0000000001"),
        ):
            found = outside(values, np.array(lower), np.array(upper))
            assert "".join(str(abs(each)) for each in found) == flags
        assert outside(values, np.array(0.9), np.array(1.1)).tolist() == [0, 0, 0, -1, 1, -1, 1, -1, 1, -1]

    def test_on_a_limit_is_within(self) -> None:
        assert outside(np.array([0.9, 1.1]), np.array(0.9), np.array(1.1)).tolist() == [0, 0]


class TestLimits:
    """Each kind of limit, worked through at one denominator of 50 with τ² of 0.03."""

    def test_ratio_log(self) -> None:
        found = adjusted_limits(Kind.RATIO_LOG, np.array(50.0), ONE, np.array(0.03))
        root = math.sqrt(1 / 50 + 0.03)
        assert found.lower_95 == pytest.approx(math.exp(-1.959964 * root), abs=1e-7)
        assert found.upper_95 == pytest.approx(math.exp(1.959964 * root), abs=1e-6)
        assert found.lower_998 == pytest.approx(math.exp(-3.090232 * root), abs=1e-7)
        assert found.upper_998 == pytest.approx(math.exp(3.090232 * root), abs=1e-6)

    def test_ratio_root(self) -> None:
        root = math.sqrt(1 / 200 + 0.03)
        found = adjusted_limits(Kind.RATIO_ROOT, np.array(50.0), ONE, np.array(0.03))
        assert found.lower_95 == pytest.approx((1 - 1.959964 * root) ** 2, abs=1e-6)
        assert found.upper_998 == pytest.approx((1 + 3.090232 * root) ** 2, abs=1e-6)
        kept = adjusted_limits(Kind.RATIO_ROOT, np.array(50.0), ONE, np.array(0.03), as_funnelplotr=True)
        assert kept.lower_95 == pytest.approx(1 - 1.959964 * root, abs=1e-6)
        assert kept.upper_998 == pytest.approx(1 + 3.090232 * root, abs=1e-6)

    def test_ratio_root_is_never_below_nothing(self) -> None:
        found = adjusted_limits(Kind.RATIO_ROOT, np.array([0.5, 1.0]), ONE, np.array(0.0))
        assert found.lower_998.tolist() == [0, 0]
        assert found.lower_95 == pytest.approx([0, (1 - 1.959964 / 2) ** 2], abs=1e-6)

    def test_proportion(self) -> None:
        root = math.sqrt(1 / 200 + 0.03)
        found = adjusted_limits(Kind.PROPORTION, np.array(50.0), np.array(0.3), np.array(0.03))
        angle = math.asin(math.sqrt(0.3))
        assert found.lower_95 == pytest.approx(math.sin(angle - 1.959964 * root) ** 2, abs=1e-6)
        assert found.upper_95 == pytest.approx(math.sin(angle + 1.959964 * root) ** 2, abs=1e-6)
        assert found.upper_998 == pytest.approx(math.sin(angle + 3.090232 * root) ** 2, abs=1e-6)

    def test_proportions_lie_between_nothing_and_all_however_small_the_unit(self) -> None:
        sizes = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 64.0])
        for centre in (0.05, 0.5, 0.95):
            found = unadjusted_limits(Kind.PROPORTION, sizes, np.array(centre))
            assert (np.diff(found.lower_998) >= 0).all()
            assert (np.diff(found.upper_998) <= 0).all()
            assert (np.diff(found.lower_95) >= 0).all()
            assert (np.diff(found.upper_95) <= 0).all()
        assert unadjusted_limits(Kind.PROPORTION, sizes, np.array(0.05)).lower_95[0] == 0
        assert unadjusted_limits(Kind.PROPORTION, sizes, np.array(0.95)).upper_95[0] == 1

    def test_ratio_of_counts(self) -> None:
        found = adjusted_limits(Kind.RATIO_OF_COUNTS, np.array(50.0), np.array(0.4), np.array(0.03))
        s2 = 20 / 20.5**2 + 50 / 50.5**2
        assert found.lower_95 == pytest.approx(0.4 * math.exp(-1.959964 * math.sqrt(s2 + 0.03)), abs=1e-6)
        assert found.upper_998 == pytest.approx(0.4 * math.exp(3.090232 * math.sqrt(s2 + 0.03)), abs=1e-6)
        kept = adjusted_limits(
            Kind.RATIO_OF_COUNTS, np.array(50.0), np.array(0.4), np.array(0.03), as_funnelplotr=True
        )
        root = math.sqrt(1 / 200 + 0.03)
        assert kept.lower_95 == pytest.approx(0.4 * math.exp(-1.959964 * root), abs=1e-6)
        assert kept.upper_998 == pytest.approx(0.4 * math.exp(3.090232 * root), abs=1e-6)

    def test_unadjusted_limits_of_counts_keep_the_quirk_when_asked(self) -> None:
        sizes, centre = np.array([50.0]), np.array(0.4)
        bare = unadjusted_limits(Kind.RATIO_OF_COUNTS, sizes, centre)
        kept = unadjusted_limits(Kind.RATIO_OF_COUNTS, sizes, centre, as_funnelplotr=True)
        assert kept.upper_95 == pytest.approx([0.4 * math.exp(1.959964 / math.sqrt(200))], abs=1e-6)
        assert bare.upper_95[0] > kept.upper_95[0]

    def test_both_ratios_have_exact_poisson_limits_by_chance_alone(self) -> None:
        for kind in (Kind.RATIO_LOG, Kind.RATIO_ROOT):
            found = unadjusted_limits(kind, np.array([7.3]), ONE)
            assert found.lower_95 == pytest.approx([chi2.ppf(0.025, 14.6) / 14.6])
            assert found.upper_95 == pytest.approx([chi2.ppf(0.975, 16.6) / 14.6])


def plain_dispersion(
    kind: Kind, x: list[float], d: list[float], trim: float
) -> tuple[float, float, int, list[float]]:
    """φ, τ², how many units counted, and the z-scores, unit by unit."""
    n, p = len(x), sum(x) / sum(d)
    if kind == Kind.RATIO_LOG:
        d = [round(each, 2) for each in d]
        z = [math.sqrt(b) * math.log(a / b) if a else -math.inf for a, b in zip(x, d, strict=True)]
        s = [1 / math.sqrt(b) for b in d]
        ranks = [sum(o < each for o in z) + (sum(o == each for o in z) + 1) / 2 for each in z]
        groups = [math.floor(rank * (1 / trim) / (n + 1)) for rank in ranks]
        kept = [0 < group < 1 / trim - 1 for group in groups]
        used = [each for each, keep in zip(z, kept, strict=True) if keep]
        w = [1 / each**2 for each, keep in zip(s, kept, strict=True) if keep]
    else:
        if kind == Kind.RATIO_ROOT:
            s = [1 / (2 * math.sqrt(b)) for b in d]
            z = [(math.sqrt(a / b) - 1) / each for a, b, each in zip(x, d, s, strict=True)]
        elif kind == Kind.PROPORTION:
            s = [1 / (2 * math.sqrt(b)) for b in d]
            pooled = math.asin(math.sqrt(p))
            z = [(math.asin(math.sqrt(a / b)) - pooled) / each for a, b, each in zip(x, d, s, strict=True)]
        else:
            s = [math.sqrt(a / (a + 0.5) ** 2 + b / (b + 0.5) ** 2) for a, b in zip(x, d, strict=True)]
            logs = [math.log((a + 0.5) / (b + 0.5)) - math.log(p) for a, b in zip(x, d, strict=True)]
            z = [log / each for log, each in zip(logs, s, strict=True)]

        def quantile(share: float) -> float:
            place = share * (n - 1)
            low = math.floor(place)
            inside = sorted(z)
            return inside[low] + (place - low) * (inside[min(low + 1, n - 1)] - inside[low])

        low, high = quantile(trim), quantile(1 - trim)
        used = [min(max(each, low), high) for each in z]
        w = [1 / each**2 for each in s]
    count = len(used)
    phi = sum(each**2 for each in used) / count
    scale = sum(w) - sum(each**2 for each in w) / sum(w)
    tau2 = 0.0 if count * phi < count - 1 else max(0.0, (count * phi - (count - 1)) / scale)
    return phi, tau2, count, z


@st.composite
def units(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    n = draw(st.integers(3, 25))
    d = draw(st.lists(st.integers(20, 400), min_size=n, max_size=n))
    x = [draw(st.integers(1, each)) for each in d]
    return [float(each) for each in x], [each + 0.126 for each in d]


@given(units(), st.sampled_from(list(Kind)), st.sampled_from([0.05, 0.1, 0.2]))
@settings(max_examples=100)
def test_dispersion_agrees_with_the_rules_written_out_plainly(
    given_units: tuple[list[float], list[float]], kind: Kind, trim: float
) -> None:
    x, d = given_units
    phi, tau2, count, z = plain_dispersion(kind, x, d, trim)
    found = funnels(kind, np.array([x]), np.array([d]), trim=trim).dispersion
    assert found.phi[0] == pytest.approx(phi, rel=1e-9)
    assert found.tau2[0] == pytest.approx(tau2, rel=1e-7, abs=1e-12)
    assert found.units[0] == count
    assert found.z[0].tolist() == pytest.approx(z, rel=1e-9, abs=1e-9)


@given(st.lists(units(), min_size=1, max_size=3), st.sampled_from(list(Kind)))
@settings(max_examples=40)
def test_many_funnels_at_once_are_each_as_if_alone(
    several: list[tuple[list[float], list[float]]], kind: Kind
) -> None:
    size = min(len(x) for x, _ in several)
    x = np.array([x[:size] for x, _ in several])
    d = np.array([d[:size] for _, d in several])
    together = funnels(kind, x, d)
    for row in range(len(several)):
        alone = funnels(kind, x[row : row + 1], d[row : row + 1])
        assert together.dispersion.phi[row] == pytest.approx(alone.dispersion.phi[0])
        assert together.adjusted.upper_998[row] == pytest.approx(alone.adjusted.upper_998[0])
        assert together.unadjusted.lower_95[row] == pytest.approx(alone.unadjusted.lower_95[0])
        assert together.centre[row] == pytest.approx(alone.centre[0])


@given(units(), st.sampled_from(list(Kind)))
@settings(max_examples=40)
def test_wider_limits_hold_narrower_ones_and_the_centre(
    given_units: tuple[list[float], list[float]], kind: Kind
) -> None:
    x, d = given_units
    found = funnels(kind, np.array([x]), np.array([d]))
    for limits in (found.unadjusted, found.adjusted):
        assert (limits.lower_998 <= limits.lower_95).all()
        assert (limits.lower_95 <= found.centre[:, None] + 1e-12).all()
        assert (limits.upper_95 >= found.centre[:, None] - 1e-12).all()
        assert (limits.upper_998 >= limits.upper_95).all()
        assert (limits.lower_998 >= 0).all()


@given(units(), st.sampled_from(list(Kind)), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_units_changes_nothing(
    given_units: tuple[list[float], list[float]], kind: Kind, random: Any
) -> None:
    x, d = given_units
    order = list(range(len(x)))
    random.shuffle(order)
    before = funnels(kind, np.array([x]), np.array([d]))
    after = funnels(kind, np.array([x])[:, order], np.array([d])[:, order])
    assert after.dispersion.phi[0] == pytest.approx(before.dispersion.phi[0])
    assert after.adjusted.upper_95[0] == pytest.approx(before.adjusted.upper_95[0, order])


def test_limits_hold_the_share_of_chance_that_they_say() -> None:
    """By the Poisson distribution itself: about a tail, and nearer to it the larger the count."""
    for expected, least, most in ((5.0, 0.005, 0.05), (40.0, 0.01, 0.035), (4000.0, 0.0235, 0.0265)):
        found = unadjusted_limits(Kind.RATIO_LOG, np.array([expected]), ONE)
        below = poisson.cdf(math.ceil(found.lower_95[0] * expected) - 1, expected)
        above = poisson.sf(math.floor(found.upper_95[0] * expected), expected)
        assert least < below < most
        assert least < above < most
    wide = adjusted_limits(Kind.RATIO_LOG, np.array([1e6]), ONE, np.array(0.0))
    assert math.log(wide.upper_998[0]) * 1000 == pytest.approx(norm.ppf(0.999), abs=1e-6)


class TestTrimming:
    def test_by_logarithm_ranks_decide_who_is_left_out(self) -> None:
        # Nine units in ten groups: rank 1 of 10 falls in group 1, rank 9 in group 9, which is left out.
        nine = funnel([80, 85, 90, 95, 100, 105, 110, 115, 120], [100] * 9)
        assert [unit.trimmed for unit in nine.units] == [False] * 8 + [True]
        assert nine.units_for_dispersion == 8
        # Ten units: rank 1 is in group 0 (10 / 11), rank 10 in group 9 (100 / 11).
        ten = funnel([80, 85, 90, 95, 100, 105, 110, 115, 120, 125], [100] * 10)
        assert [unit.trimmed for unit in ten.units] == [True] + [False] * 8 + [True]

    def test_equal_units_share_their_rank(self) -> None:
        result = funnel([80, 80, 80, 95, 100, 105, 110, 115, 120, 125], [100] * 10)
        assert [unit.trimmed for unit in result.units] == [False] * 9 + [True]

    def test_the_others_are_pulled_in_to_the_quantiles(self) -> None:
        x = [80.0, 85, 90, 95, 100, 105, 110, 115, 120, 125, 130]
        result = funnel(x, [100] * 11, "ratio_root")
        assert [unit.trimmed for unit in result.units] == [True] + [False] * 9 + [True]
        assert result.units_for_dispersion == 11
        z = [20 * (math.sqrt(each / 100) - 1) for each in x]
        z[0], z[-1] = z[1], z[-2]  # of eleven, the tenth at each end reaches exactly to the next
        assert result.phi == pytest.approx(sum(each**2 for each in z) / 11)

    def test_without_trimming_all_count_as_they_are(self) -> None:
        for kind, trim in (("ratio_log", 0), ("ratio_log", 1e-308), ("ratio_log", 0.043), ("ratio_root", 0)):
            result = funnel([50, *range(90, 110), 150], [100] * 22, kind, trim=trim)
            assert not any(unit.trimmed for unit in result.units)
            assert result.units_for_dispersion == 22
        z = [10 * math.log(each / 100) for each in (50, *range(90, 110), 150)]
        assert funnel([50, *range(90, 110), 150], [100] * 22, trim=0).phi == pytest.approx(
            sum(each**2 for each in z) / 22
        )

    def test_expected_counts_are_rounded_by_logarithm_and_not_otherwise(self) -> None:
        rounded = funnel(OBSERVED, [each + 0.004 for each in EXPECTED])
        assert rounded.phi == funnel(OBSERVED, EXPECTED).phi
        assert rounded.units[0].value == 100 / 108.004
        kept = funnel(OBSERVED, [each + 0.004 for each in EXPECTED], "ratio_root")
        assert kept.phi != funnel(OBSERVED, EXPECTED, "ratio_root").phi

    def test_a_tenth_at_each_end_is_set_aside_unless_told_otherwise(self) -> None:
        x = np.array([[80.0, 85, 90, 95, 100, 105, 110, 115, 120, 125]])
        found = funnels(Kind.RATIO_LOG, x, np.full((1, 10), 100.0))
        assert found.dispersion.trimmed.tolist() == [[True] + [False] * 8 + [True]]

    def test_squares_are_squared_back_unless_the_quirk_is_asked_for(self) -> None:
        # Two units at z-scores of -1 and 1: φ is 1, τ² is 1 / 16, and each has a variance of 1 / 16.
        found = funnels(Kind.RATIO_ROOT, np.array([[2.25, 6.25]]), np.array([[4.0, 4.0]]), trim=0)
        assert found.dispersion.tau2 == pytest.approx([1 / 16])
        assert found.adjusted.upper_95[0] == pytest.approx([(1 + 1.959964 * math.sqrt(1 / 8)) ** 2] * 2)

    def test_no_variance_between_units_that_vary_less_than_by_chance(self) -> None:
        found = dispersion(
            Kind.RATIO_LOG, np.array([[101.0, 99, 100]]), np.array([[100.0, 100, 100]]), np.ones((1, 1)), 0.1
        )
        assert found.tau2.tolist() == [0]


class TestWhichLimits:
    QUIET = ((101, 99, 103, 97, 100, 98), (100,) * 6)

    def test_adjusted_ones_where_units_vary(self) -> None:
        result = funnel(OBSERVED, EXPECTED)
        assert (result.limits_asked, result.limits_used) == (LimitSet.ADJUSTED, LimitSet.ADJUSTED)

    def test_unadjusted_ones_where_they_do_not(self) -> None:
        result = funnel(*self.QUIET)
        assert result.phi < 1
        assert (result.limits_asked, result.limits_used) == (LimitSet.ADJUSTED, LimitSet.UNADJUSTED)

    def test_unadjusted_ones_where_they_are_asked_for(self) -> None:
        result = funnel(OBSERVED, EXPECTED, limits="unadjusted")
        assert result.limits_used == LimitSet.UNADJUSTED
        assert result.phi == pytest.approx(2.948033, abs=1e-6)

    def test_a_dispersion_of_just_one_is_none(self) -> None:
        # z-scores of -1 and 1 exactly: 4 (√(x / 4) - 1) for x of 2.25 and 6.25.
        result = funnel([2.25, 6.25], [4, 4], "ratio_root", trim=0)
        assert result.phi == 1
        assert result.limits_used == LimitSet.UNADJUSTED
        assert "They vary no more than chance alone would have them (φ is 1, " in METHOD.explain(result)

    def test_a_dispersion_between_one_and_two_is_one(self) -> None:
        # z-scores of -1.2 and 1.2: 4 (√(x / 4) - 1) for x of 1.96 and 6.76.
        result = funnel([1.96, 6.76], [4, 4], "ratio_root", trim=0)
        assert result.phi == pytest.approx(1.44)
        assert result.limits_used == LimitSet.ADJUSTED
        assert "They vary more than chance alone would have them (φ is 1.44, " in METHOD.explain(result)

    def test_a_unit_on_its_limit_is_within(self) -> None:
        # Of one case the upper limit is all of them, and of one case it was; of the other the lower is none.
        high = funnel([1, 90, 91, 89], [1, 100, 100, 100], "proportion", level="95%")
        assert high.units[0].value == high.units[0].unadjusted.upper_95 == 1
        assert high.units[0].standing_unadjusted == Standing.WITHIN
        low = funnel([0, 10, 9, 11], [1, 100, 100, 100], "proportion", level="95%")
        assert low.units[0].value == low.units[0].unadjusted.lower_95 == 0
        assert low.units[0].standing_unadjusted == Standing.WITHIN

    def test_standing_by_each_set_and_by_the_one_in_use(self) -> None:
        both = funnel(OBSERVED, EXPECTED, level="95%")
        assert [unit.standing_unadjusted for unit in both.units] == [
            Standing.WITHIN, Standing.HIGH, *[Standing.WITHIN] * 4,
        ]  # fmt: skip
        assert {unit.standing_adjusted for unit in both.units} == {Standing.WITHIN}
        assert [unit.standing for unit in both.units] == [unit.standing_adjusted for unit in both.units]
        bare = funnel(OBSERVED, EXPECTED, level="95%", limits="unadjusted")
        assert [unit.standing for unit in bare.units] == [unit.standing_unadjusted for unit in bare.units]

    def test_the_level_decides(self) -> None:
        values = [100, 128, 137, 75, 64]
        standings = {
            level: [unit.standing_unadjusted for unit in funnel(values, [100] * 5, level=level).units]
            for level in ("95%", "99.8%")
        }
        assert standings["95%"] == ["within", "high", "high", "low", "low"]
        assert standings["99.8%"] == ["within", "within", "high", "within", "low"]

    def test_the_multiplier_multiplies_what_is_shown_and_nothing_else(self) -> None:
        one, hundred = funnel(OBSERVED, EXPECTED), funnel(OBSERVED, EXPECTED, multiplier=100)
        assert (hundred.centre, one.centre) == (100, 1)
        assert hundred.units[1].value == pytest.approx(15000 / 112)
        for name in ("lower_95", "upper_95", "lower_998", "upper_998"):
            for which in ("adjusted", "unadjusted"):
                before = getattr(getattr(one.units[2], which), name)
                assert getattr(getattr(hundred.units[2], which), name) == pytest.approx(100 * before)
        assert hundred.phi == one.phi
        assert [unit.standing for unit in hundred.units] == [unit.standing for unit in one.units]

    def test_what_was_given_comes_back(self) -> None:
        result = funnel(OBSERVED, EXPECTED, measure="Deaths", level="95%", multiplier=2, as_funnelplotr=True)
        assert (result.measure, result.level, result.multiplier, result.as_funnelplotr) == (
            "Deaths", "95%", 2, True,
        )  # fmt: skip
        assert result.kind == Kind.RATIO_LOG
        first = result.units[0]
        assert (first.name, first.numerator, first.denominator) == ("unit 1", 100, 108)
        assert first.z == pytest.approx(math.sqrt(108) * math.log(100 / 108))

    def test_the_centre_of_proportions_and_counts_is_the_pooled_value(self) -> None:
        assert funnel([10, 30], [50, 50], "proportion").centre == pytest.approx(0.4)
        assert funnel([60, 30], [50, 50], "ratio_of_counts").centre == pytest.approx(0.9)
        assert funnel([60, 30], [50, 50], "ratio_root").centre == 1


class TestRefusals:
    def test_too_few_units(self) -> None:
        mend = "Give every unit of the measure."
        assert refusal([], []) == f"units: a funnel compares two units or more, and there are none. {mend}"
        assert refusal([1], [2]) == f"units: a funnel compares two units or more, and there is one. {mend}"

    def test_names_given_twice(self) -> None:
        units = [{"name": name, "numerator": 1, "denominator": 2} for name in "aabbc"]
        mend = "Give each unit once, with its counts added up."
        assert refusal([], [], units=units) == f"units: a and b are there more than once. {mend}"
        assert refusal([], [], units=units[:2]) == f"units: a is there more than once. {mend}"

    def test_denominators_of_nothing(self) -> None:
        mend = "Leave out units without cases, and say so beside the chart."
        assert refusal([1, 2], [0, 5]) == (
            "units: unit 1 has a denominator of less than 0.01, and nothing is measured against nothing. "
            + mend
        )
        assert "unit 1 and unit 2 have a denominator" in refusal([1, 2, 2], [0, 0.009, 5])
        assert funnel([1, 2, 3], [0.01, 1, 5], "ratio_root").units[0].value == 100

    def test_long_lists_are_cut(self) -> None:
        assert refusal([1] * 7, [0] * 7).startswith(
            "units: unit 1, unit 2, unit 3, unit 4, unit 5 and 2 more units have a denominator"
        )
        assert refusal([1] * 6, [0] * 6).startswith(
            "units: unit 1, unit 2, unit 3, unit 4, unit 5 and 1 more unit have a denominator"
        )
        assert refusal([1] * 5, [0] * 5).startswith("units: unit 1, unit 2, unit 3, unit 4 and unit 5 have a")

    def test_numerators_that_are_their_denominators(self) -> None:
        assert refusal([5, 6], [5, 6]) == (
            "units: each numerator is the same as its denominator. Check that the right columns were taken."
        )
        assert funnel([5, 6], [5, 7]).phi >= 0

    def test_more_than_all(self) -> None:
        mend = "Correct the counts, or ask for `ratio_of_counts` where they are separate counts."
        assert refusal([6, 1], [5, 5], "proportion") == (
            "units: unit 1 has a numerator above the denominator, of which a proportion is a part. " + mend
        )
        assert "unit 1 and unit 2 have a numerator above" in refusal([6, 7, 1], [5, 5, 5], "proportion")
        assert funnel([5, 1], [5, 5], "proportion").units[0].value == 1
        assert funnel([6, 1], [5, 5], "ratio_of_counts").units[0].value == 1.2

    def test_nothing_counted(self) -> None:
        assert refusal([0, 0], [5, 6], "ratio_of_counts") == (
            "units: nothing was counted in any numerator, so there is no ratio to compare with. "
            "Take a longer period, or check that the right column was taken."
        )
        assert funnel([0, 0], [5, 6], "proportion").phi == 0
        assert funnel([0, 1], [5, 6], "ratio_of_counts").units[0].value == 0

    def test_the_logarithm_of_nothing(self) -> None:
        mend = "Ask for `ratio_root`, which takes units with nothing observed."
        assert refusal([0, 5, 6], [5, 5, 5]) == (
            f"units: unit 1 has nothing observed, and nothing has no logarithm. {mend}"
        )
        assert refusal([0, 0, 6], [5, 5, 5]).startswith("units: unit 1 and unit 2 have nothing observed")
        assert funnel([0, 5, 6], [5, 5, 5], "ratio_root").units[0].value == 0

    def test_nothing_observed_is_served_among_the_extremes_left_out(self) -> None:
        result = funnel([0, *range(92, 102)], [100] * 11)
        assert result.units[0].z is None
        assert result.units[0].trimmed
        assert result.units[0].standing == Standing.LOW
        assert (
            "unit 1 has nothing observed, which has no logarithm, and no z-score; it was among the "
            "extremes left out when φ was measured."
        ) in METHOD.explain(result)
        two = METHOD.explain(funnel([0, 0, *range(80, 120)], [100] * 42))
        assert "unit 1 and unit 2 have nothing observed" in two
        assert "they were among the extremes left out" in two

    def test_limits_without_end(self) -> None:
        assert refusal([1, 1], [1, 1861]) == (
            "units: they differ so much from one another that limits widened for it have no end. "
            "Check that each numerator stands beside its own denominator."
        )
        assert "have no end" in refusal([1, 1], [1, 1760], multiplier=1e12)
        assert funnel([1, 1], [1, 1760]).units[0].adjusted.upper_998 > 1e290
        # The widest limits are 4.034e297 and 4.006e297: only the first times 4.47e10 is past every number.
        assert "have no end" in refusal([1, 1], [1, 1760], multiplier=4.47e10)
        assert funnel([1, 1], [1, 1760], multiplier=4.45e10).units[0].adjusted.upper_998 > 1.79e308

    @given(
        st.lists(st.tuples(st.floats(0, 1e12), st.floats(0, 1e12)), min_size=2, max_size=12),
        st.sampled_from(list(Kind)),
        st.floats(0, 0.25),
        st.booleans(),
    )
    @settings(max_examples=60)
    def test_whatever_is_given_has_an_answer_or_a_refusal(
        self, figures: list[tuple[float, float]], kind: Kind, trim: float, as_funnelplotr: bool
    ) -> None:
        x, d = zip(*figures, strict=True)
        said = ""
        try:
            said = METHOD.explain(funnel(x, d, kind, trim=trim, as_funnelplotr=as_funnelplotr))
        except Refused as refused:
            said = refused.where
        assert said == "units" or said.endswith(".")

    def test_figures_out_of_range(self) -> None:
        assert "units, number 2, numerator" in refusal([1, -1], [2, 2])
        assert "trim" in refusal([1, 3], [2, 2], trim=0.26)
        assert "multiplier" in refusal([1, 3], [2, 2], multiplier=0)
        assert funnel([1, 3], [2, 2], multiplier=0.5).units[1].value == 0.75
        largest = funnel([1e12, 9e11], [9e11, 1e12], multiplier=1e12)
        assert (largest.units[0].numerator, largest.units[1].denominator) == (1e12, 1e12)
        assert "units, number 1, numerator" in refusal([1.5e12, 3], [2, 2])
        assert "units, number 2, denominator" in refusal([1, 3], [2, 1.5e12])
        assert "multiplier" in refusal([1, 3], [2, 2], multiplier=1.5e12)
        assert funnel([1, 3], [2, 2], trim=0.25).units_for_dispersion == 2

    @pytest.mark.parametrize("shapes", [((2, 3), (3, 2)), ((3,), (3,)), ((2, 1), (2, 1))])
    def test_other_arrays(self, shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
        with pytest.raises(Refused) as refused:
            funnels(Kind.PROPORTION, np.ones(shapes[0]), np.ones(shapes[1]) * 2)
        assert str(refused.value) == (
            "the numerators and the denominators are not rows of the same two units or more. "
            "Give two arrays with one row a funnel and one column a unit."
        )


LAST = "A unit outside the limits is a question, to be asked of its data and its case mix first."


class TestWords:
    def test_a_figure_has_three_decimals_or_one_from_a_hundred_on(self) -> None:
        for value, written in (
            (99.9996, "100"),
            (99.9994, "99.999"),
            (100.46, "100.5"),
            (-100.46, "-100.5"),
            (1.2345, "1.234"),
        ):
            assert figure(value) == written

    def test_the_example(self) -> None:
        assert METHOD.explain(METHOD.calculate(METHOD.read(METHOD.example()))) == (
            "Readmissions within 30 days, observed to expected: 12 units are compared with 1, where as "
            "much is observed as was expected. They vary more than chance alone would have them (φ is "
            "2.137, measured on 10 units), so the limits are widened by the variation between units (τ² "
            "is 0.01317). Outside the 95% limits widened for over-dispersion: Farrowby (0.727, low) and "
            "Inglestoke (1.526, high). With limits by chance alone it would be Corvedale (1.289, high), "
            "Dunmere (0.755, low), Farrowby (0.727, low), Glenbeck (1.257, "
            "high) and Inglestoke (1.526, high). " + LAST
        )

    def test_over_dispersed(self) -> None:
        assert METHOD.explain(funnel(OBSERVED, EXPECTED, measure="Deaths", level="95%", multiplier=100)) == (
            "Deaths: 6 units are compared with 100, where as much is observed as was expected. They vary "
            "more than chance alone would have them (φ is 2.948, measured on 6 units), so the limits are "
            "widened by the variation between units (τ² is 0.01948). No unit lies outside the 95% limits "
            "widened for "
            "over-dispersion. With limits by chance alone it would be unit 2 (133.9, high). " + LAST
        )

    def test_not_over_dispersed(self) -> None:
        phi, tau2, *_ = plain_dispersion(Kind.PROPORTION, [10, 11, 1], [20, 20, 20], 0.1)
        said = METHOD.explain(funnel([10, 11, 1], [20, 20, 20], "proportion", measure="Scans in time"))
        assert said.startswith(
            "Scans in time: 3 units are compared with the value of all of them together, 0.367. They vary "
            f"more than chance alone would have them (φ is {phi:.3f}, measured on 3 units), so the limits "
            f"are widened by the variation between units (τ² is {tau2:.5f}). No unit lies outside"
        )
        phi = plain_dispersion(Kind.PROPORTION, [10, 11, 9], [20, 20, 20], 0.1)[0]
        quiet = METHOD.explain(funnel([10, 11, 9], [20, 20, 20], "proportion"))
        assert (
            f"They vary no more than chance alone would have them (φ is {phi:.3f}, measured on 3 units), so "
            "limits by chance alone are used. No unit lies outside the 99.8% limits by chance alone. With "
            "limits widened for over-dispersion it would be none."
        ) in quiet

    def test_unadjusted_limits_asked_for(self) -> None:
        said = METHOD.explain(funnel(OBSERVED, EXPECTED, level="95%", limits="unadjusted"))
        assert (
            "They vary more than chance alone would have them (φ is 2.948, measured on 6 units), and "
            "limits by chance alone were asked for, so more units lie outside than stand out. Outside the "
            "95% limits by chance alone: unit 2 (1.339, high). With limits widened for over-dispersion it "
            "would be none."
        ) in said

    def test_quirks_are_told(self) -> None:
        root = METHOD.explain(funnel(OBSERVED, EXPECTED, "ratio_root", as_funnelplotr=True))
        assert (
            "The widened limits are left on the square-root scale, as FunnelPlotR leaves them: too narrow."
        ) in root
        counts = METHOD.explain(funnel(OBSERVED, EXPECTED, "ratio_of_counts", as_funnelplotr=True))
        assert (
            "The limits take the standard error of a proportion, as FunnelPlotR does: too narrow." in counts
        )
        for kind in ("ratio_log", "ratio_root", "ratio_of_counts"):
            plain = METHOD.explain(funnel(OBSERVED, EXPECTED, kind, as_funnelplotr=kind == "ratio_log"))
            assert "FunnelPlotR" not in plain
