"""Rates: the figures of PHEindicatormethods' tests, each formula written out, each boundary and message."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson as poisson_law
from statsmodels.stats.proportion import proportion_confint

from speccom.methods.method import Refused
from speccom.methods.rate import METHOD
from speccom.methods.rate.comparison import (
    FAR_TAIL,
    TAIL,
    Label,
    expected_limits,
    label_of_count,
    label_of_share,
    share_limits,
)
from speccom.methods.rate.figures import Formula, RateResult
from speccom.methods.rate.intervals import byar, exact, poisson, wilson
from speccom.methods.rate.sentences import figure

# Figures of the tests of PHEindicatormethods 2.1.0: nineteen age bands, two areas with the same people, and
# their standard; the weights are the European Standard Population of 2013.
BIG = (127, 25, 18, 21, 12, 27, 48, 27, 29, 32, 32, 34, 45, 65, 38, 68, 74, 82, 91)
SMALL = (12, 4, 3, 2, 3, 4, 8, 2, 2, 3, 4, 5, 6, 8, 5, 6, 5, 5, 4)
PEOPLE = (636, 558, 609, 543, 384, 594, 669, 843, 660, 576, 606, 522, 426, 273, 300, 288, 153, 123, 207)
STANDARD_EVENTS = (
    10303, 2824, 0, 3615, 3641, 3490, 3789, 3213, 3031, 2771, 3089, 3490, 3595, 4745, 5514, 7125, 5694,
    6210, 5757,
)  # fmt: skip
STANDARD_PEOPLE = (
    50520, 57173, 60213, 54659, 44345, 50128, 62163, 67423, 62899, 55463, 60479, 49974, 44140, 40888, 37239,
    30819, 18136, 15325, 13918,
)  # fmt: skip
EUROPEAN_2013 = (
    5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500,
    1500, 1000,
)  # fmt: skip


def rates(kind: str, units: Any, multiplier: float = 1, **given: Any) -> RateResult:
    return METHOD.calculate(METHOD.read({"kind": kind, "units": units, "multiplier": multiplier, **given}))


def whole(*figures: tuple[float, float]) -> list[dict[str, Any]]:
    return [
        {"name": f"unit {number}", "count": count, "population": population}
        for number, (count, population) in enumerate(figures, start=1)
    ]


def banded(name: str, counts: Any, populations: Any, **whole: Any) -> dict[str, Any]:
    bands = [
        {"name": f"band {number}", "count": count, "population": people}
        for number, (count, people) in enumerate(zip(counts, populations, strict=True), start=1)
    ]
    return {"name": name, "bands": bands, **whole}


def standard(populations: Any, counts: Any = None) -> list[dict[str, Any]]:
    return banded("", counts or [None] * len(populations), populations)["bands"]


def refusal(kind: str, units: Any, **given: Any) -> str:
    with pytest.raises(Refused) as refused:
        rates(kind, units, **given)
    return str(refused.value)


class TestIntervals:
    @pytest.mark.parametrize(
        ("count", "confidence", "lower", "upper"),
        [
            (65, 0.95, 50.163187710459454, 82.84913854593984),
            (1045, 0.95, 982.5932018073325, 1110.33121298565),
            (1, 0.95, 0.01307213290150435, 5.5637555824752605),
            (65, 0.998, 42.8802614714802, 94.00029084431802),
            (1045, 0.998, 947.9407035610374, 1148.806160988033),
            (10, 0.998, 2.916318374695686, 24.193724927880535),
        ],
    )
    def test_byar(self, count: int, confidence: float, lower: float, upper: float) -> None:
        found = byar(count, confidence)
        assert float(found[0]) == pytest.approx(lower, abs=1e-6)
        assert float(found[1]) == pytest.approx(upper, abs=1e-6)

    def test_byar_is_never_below_nothing(self) -> None:
        low, high = byar(np.array([0.0, 1.0]), 0.998)
        assert low.tolist() == [0, 0]
        assert high[1] == pytest.approx(9.362180217908362, abs=1e-6)
        assert high[0] == pytest.approx((1 - 1 / 9 + 3.090232306 / 3) ** 3, abs=1e-6)

    @pytest.mark.parametrize(
        ("count", "of", "confidence", "lower", "upper"),
        [
            (65, 100, 0.95, 0.5525444329688797, 0.7363575175690247),
            (1045, 5000, 0.95, 0.19795549880013297, 0.22049130373189027),
            (0.445, 1, 0.95, 0.04381744772058822, 0.9334621276979156),
            (65, 100, 0.998, 0.4954946574070431, 0.7783540614089697),
            (1045, 5000, 0.998, 0.19179381799015244, 0.22731562902525818),
            (0.445, 1, 0.998, 0.019347006132900975, 0.9702259947019541),
        ],
    )
    def test_wilson(self, count: float, of: int, confidence: float, lower: float, upper: float) -> None:
        found = wilson(count, of, confidence)
        assert float(found[0]) == pytest.approx(lower, abs=1e-6)
        assert float(found[1]) == pytest.approx(upper, abs=1e-6)

    def test_wilson_at_none_and_at_all(self) -> None:
        low, high = wilson(np.array([0, 10]), np.array([10, 10]), 0.95)
        assert low[0] == 0
        assert high[1] == pytest.approx(1)
        assert high[0] == pytest.approx(1.959964**2 / (10 + 1.959964**2), abs=1e-6)

    def test_exact(self) -> None:
        low, high = exact(np.array([0, 1, 5]), 0.95)
        assert low == pytest.approx([0, 0.025317807984, 1.623486390118], abs=1e-9)
        assert high == pytest.approx([3.688879454114, 5.571643390939, 11.668332079323], abs=1e-9)
        low, high = exact(5, 0.998)
        assert float(low) == pytest.approx(0.739371731917839, abs=1e-9)
        assert float(high) == pytest.approx(16.454745203680105, abs=1e-9)

    def test_a_count_of_nine_is_exact_and_one_of_ten_is_byars(self) -> None:
        low, high = poisson(np.array([9, 10]), 0.95)
        assert low == pytest.approx([float(exact(9, 0.95)[0]), float(byar(10, 0.95)[0])], abs=1e-12)
        assert high == pytest.approx([float(exact(9, 0.95)[1]), float(byar(10, 0.95)[1])], abs=1e-12)
        assert abs(float(exact(10, 0.95)[0]) - float(low[1])) > 1e-4

    @given(st.integers(0, 400), st.sampled_from([0.9, 0.95, 0.998]))
    @settings(max_examples=50)
    def test_exact_limits_leave_the_tails_they_say(self, count: int, confidence: float) -> None:
        low, high = exact(count, confidence)
        tail = (1 - confidence) / 2
        assert poisson_law.cdf(count, float(high)) == pytest.approx(tail, abs=1e-9)
        if count:
            assert poisson_law.sf(count - 1, float(low)) == pytest.approx(tail, abs=1e-9)

    @given(st.integers(1, 500), st.data())
    @settings(max_examples=50)
    def test_wilson_agrees_with_statsmodels(self, of: int, data: st.DataObject) -> None:
        count = data.draw(st.integers(0, of))
        expected = proportion_confint(count, of, method="wilson")
        assert [float(each) for each in wilson(count, of, 0.95)] == pytest.approx(expected, abs=1e-9)

    @given(st.floats(0, 1e6), st.floats(0.9, 0.99))
    @settings(max_examples=50)
    def test_more_confidence_is_a_wider_interval_about_the_count(
        self, count: float, confidence: float
    ) -> None:
        narrow, wide = poisson(count, confidence), poisson(count, confidence + 0.009)
        assert wide[0] <= narrow[0] <= count <= narrow[1] <= wide[1]


class TestFunnelLines:
    """The lines that PHEindicatormethods draws; it finds them by iteration."""

    @pytest.mark.parametrize(
        ("count", "tail", "least", "most"),
        [
            (1, TAIL, 0.025317898, 5.571644585),
            (2, TAIL, 0.242209467, 7.224687515),
            (10, TAIL, 4.795387629, 18.39035799),
            (1, FAR_TAIL, 0.001000547, 9.233410143),
            (10, FAR_TAIL, 2.960519925, 24.13397235),
        ],
    )
    def test_of_a_count(self, count: int, tail: float, least: float, most: float) -> None:
        found = expected_limits(count, tail)
        assert found == (pytest.approx(least, abs=1e-5), pytest.approx(most, abs=1e-5))

    def test_of_one_event(self) -> None:
        least, most = expected_limits(1, TAIL)
        assert most == pytest.approx(5.571643, abs=1e-6)
        assert 1 / most == pytest.approx(0.179480, abs=1e-6)
        assert least == pytest.approx(0.025318, abs=1e-6)
        assert 1 / least == pytest.approx(39.498, abs=1e-3)

    def test_of_a_share(self) -> None:
        assert share_limits(0.80642448, 1, TAIL)[0] == pytest.approx(0.03204, abs=5e-6)
        assert share_limits(0.80642448, 1, TAIL)[1] == 1
        assert share_limits(0.2, 4, TAIL)[0] == 0
        low, high = share_limits(0.5, 100, FAR_TAIL)
        assert (low, high) == (pytest.approx(0.5 - 0.1545116, abs=1e-6), pytest.approx(0.6545116, abs=1e-6))


class TestLabels:
    @pytest.mark.parametrize(
        ("count", "expected", "label"),
        [  # from the test figures of PHEindicatormethods
            (8, 6.239860227, Label.SIMILAR),
            (151, 106.4429719, Label.FAR_HIGH),
            (159, 232.9329036, Label.FAR_LOW),
            (191, 184.0963855, Label.SIMILAR),
            (220, 249.8012944, Label.SIMILAR),
            (150, 119.5695496, Label.HIGH),
            (0, 240.6273499, Label.FAR_LOW),
            (113, 96.14566494, Label.SIMILAR),
        ],
    )
    def test_of_a_count(self, count: float, expected: float, label: Label) -> None:
        assert label_of_count(count, expected) == label

    def test_at_each_line(self) -> None:
        for tail, low, high in ((TAIL, Label.LOW, Label.HIGH), (FAR_TAIL, Label.FAR_LOW, Label.FAR_HIGH)):
            least, most = expected_limits(20, tail)
            assert label_of_count(20, most * 1.0001) == low
            assert label_of_count(20, least * 0.9999) == high
            assert label_of_count(20, most) != low
            assert label_of_count(20, least) != high
        assert label_of_count(0, 3.68) == Label.SIMILAR
        assert label_of_count(0, 3.69) == Label.LOW
        assert label_of_count(0, 6.9) == Label.LOW
        assert label_of_count(0, 6.91) == Label.FAR_LOW

    @pytest.mark.parametrize(
        ("count", "of", "label"),
        [
            (35078.488, 41980, Label.FAR_HIGH),
            (24803.6256, 31824, Label.FAR_LOW),
            (50050.7443, 61921, Label.SIMILAR),
        ],
    )
    def test_of_a_share(self, count: float, of: float, label: Label) -> None:
        # from the test figures of PHEindicatormethods, against the average of all
        assert label_of_share(count / of, of, 0.806424478571495) == label

    def test_of_a_share_at_each_line(self) -> None:
        for tail, low, high in ((TAIL, Label.LOW, Label.HIGH), (FAR_TAIL, Label.FAR_LOW, Label.FAR_HIGH)):
            lower, upper = share_limits(0.5, 100, tail)
            assert label_of_share(lower - 1e-6, 100, 0.5) == low
            assert label_of_share(upper + 1e-6, 100, 0.5) == high
            assert label_of_share(lower, 100, 0.5) != low
            assert label_of_share(upper, 100, 0.5) != high
        assert label_of_share(0.5, 100, 0.5) == Label.SIMILAR


class TestCrudeRates:
    @pytest.mark.parametrize(
        ("count", "population", "value", "lower", "upper", "formula"),
        [
            (1, 100, 1.0, 0.025317807984289897, 5.571643390938898, Formula.EXACT),
            (5, 100, 5.0, 1.62348639011842, 11.668332079322669, Formula.EXACT),
            (20, 100, 20.0, 12.211428834875937, 30.889880369197066, Formula.BYAR),
            (65, 100, 65.0, 50.163187710459454, 82.84913854593984, Formula.BYAR),
            (222, 3215, 6.905132192846033, 6.026574877652675, 7.87572937087185, Formula.BYAR),
        ],
    )
    def test_they_agree_with_the_package(
        self, count: float, population: float, value: float, lower: float, upper: float, formula: Formula
    ) -> None:
        found = rates("crude_rate", whole((count, population)), 100).units[0]
        assert (found.value, found.lower, found.upper) == (
            pytest.approx(value, abs=1e-6), pytest.approx(lower, abs=1e-6), pytest.approx(upper, abs=1e-6),
        )  # fmt: skip
        assert found.formula == formula
        assert found.expected is None

    def test_at_another_confidence(self) -> None:
        found = rates("crude_rate", whole((65, 100)), 100, confidence=0.998).units[0]
        assert found.lower == pytest.approx(42.8802614714802, abs=1e-6)
        assert found.upper == pytest.approx(94.00029084431802, abs=1e-6)

    def test_nine_events_are_exact_and_ten_are_byars(self) -> None:
        nine, ten = rates("crude_rate", whole((9, 50), (10, 50))).units
        assert (nine.formula, ten.formula) == (Formula.EXACT, Formula.BYAR)

    def test_units_are_compared_with_all_of_them_together(self) -> None:
        result = rates("crude_rate", whole((100, 1000), (40, 1000), (70, 1000)), 1000)
        assert result.reference == pytest.approx(70)
        assert [unit.label for unit in result.units] == [Label.FAR_HIGH, Label.FAR_LOW, Label.SIMILAR]
        bounds = result.units[0].bounds
        assert bounds is not None
        least, most = expected_limits(100, 0.025)
        far_least, far_most = expected_limits(100, 0.001)
        assert bounds.low == pytest.approx(7000 / most)
        assert bounds.high == pytest.approx(7000 / least)
        assert bounds.far_low == pytest.approx(7000 / far_most)
        assert bounds.far_high == pytest.approx(7000 / far_least)
        assert bounds.far_low < bounds.low < 70 < bounds.high < bounds.far_high

    def test_a_single_unit_is_compared_with_nothing(self) -> None:
        result = rates("crude_rate", whole((100, 1000)))
        assert (result.reference, result.units[0].label, result.units[0].bounds) == (None, None, None)

    def test_nothing_observed_has_a_rate_and_no_bounds(self) -> None:
        first, second, third = rates("crude_rate", whole((0, 1000), (9, 1000), (1, 1000))).units
        assert (first.value, first.lower) == (0, 0)
        assert first.upper == pytest.approx(0.003688879454, abs=1e-9)
        assert first.bounds is None
        assert first.label == Label.SIMILAR
        assert second.bounds is not None
        assert third.bounds is not None
        assert rates("crude_rate", whole((0.9, 1000), (9, 1000))).units[0].bounds is None
        assert {unit.label for unit in rates("crude_rate", whole((0, 10), (0, 20))).units} == {Label.SIMILAR}

    @given(st.lists(st.tuples(st.integers(0, 500), st.integers(500, 9000)), min_size=2, max_size=8))
    @settings(max_examples=30)
    def test_labels_agree_with_their_bounds(self, figures: list[tuple[int, int]]) -> None:
        for kind in ("crude_rate", "proportion"):
            for unit in rates(kind, whole(*figures), 100).units:
                if unit.bounds is None:
                    continue
                assert unit.value is not None
                assert (unit.value < unit.bounds.low) == (unit.label in (Label.LOW, Label.FAR_LOW))
                assert (unit.value > unit.bounds.high) == (unit.label in (Label.HIGH, Label.FAR_HIGH))
                assert (unit.value < unit.bounds.far_low) == (unit.label == Label.FAR_LOW)
                assert (unit.value > unit.bounds.far_high) == (unit.label == Label.FAR_HIGH)


class TestProportions:
    def test_they_agree_with_the_package(self) -> None:
        found = rates("proportion", whole((65, 100)), 100).units[0]
        assert found.value == 65
        assert found.lower == pytest.approx(55.25444329688797, abs=1e-6)
        assert found.upper == pytest.approx(73.63575175690247, abs=1e-6)
        assert found.formula == Formula.WILSON

    def test_they_are_compared_with_the_pooled_one_by_their_own_size(self) -> None:
        result = rates("proportion", whole((50, 100), (300, 400), (7, 10)), 100)
        assert result.reference == pytest.approx(70)
        assert [unit.label for unit in result.units] == [Label.FAR_LOW, Label.HIGH, Label.SIMILAR]
        bounds = result.units[0].bounds
        assert bounds is not None
        half = 100 * math.sqrt(0.7 * 0.3 / 100)
        assert bounds.low == pytest.approx(70 - 1.959964 * half, abs=1e-5)
        assert bounds.high == pytest.approx(70 + 1.959964 * half, abs=1e-5)
        assert bounds.far_low == pytest.approx(70 - 3.090232 * half, abs=1e-5)
        assert bounds.far_high == pytest.approx(70 + 3.090232 * half, abs=1e-5)


class TestDirect:
    def test_it_agrees_with_the_package(self) -> None:
        units = [banded("big", BIG, PEOPLE), banded("small", SMALL, PEOPLE)]
        result = rates("directly_standardised_rate", units, 100_000, standard=standard(EUROPEAN_2013))
        big, small = result.units
        assert (big.count, big.population) == (895, 8970)
        assert big.value == pytest.approx(10430.247991469423, abs=1e-6)
        assert big.lower == pytest.approx(9717.709067985681, abs=1e-6)
        assert big.upper == pytest.approx(11178.94091547925, abs=1e-6)
        assert small.value == pytest.approx(1103.212025300104, abs=1e-6)
        assert small.lower == pytest.approx(877.455767536709, abs=1e-6)
        assert small.upper == pytest.approx(1367.0882227251795, abs=1e-6)
        assert big.formula == Formula.DOBSON
        wide = rates(
            "directly_standardised_rate", units, 100_000, standard=standard(EUROPEAN_2013), confidence=0.998
        )
        assert wide.units[0].lower == pytest.approx(9323.287880219903, abs=1e-6)
        assert wide.units[1].upper == pytest.approx(1530.0328948244762, abs=1e-6)

    def test_it_agrees_with_the_package_by_the_older_standard(self) -> None:
        weights = (*[8000], *[7000] * 10, 6000, 5000, 4000, 3000, 2000, 1000, 1000)
        found = rates(
            "directly_standardised_rate",
            [banded("one", BIG[:18], PEOPLE[:18])],
            10_000,
            standard=standard(weights),
        ).units[0]
        assert (found.count, found.population) == (804, 8763)
        assert found.value == pytest.approx(859.2097585022366, abs=1e-6)
        assert found.lower == pytest.approx(799.1160931442103, abs=1e-6)
        assert found.upper == pytest.approx(922.5253880318318, abs=1e-6)

    def test_nine_events_are_too_few_and_ten_are_enough(self) -> None:
        units = [banded("nine", (4, 5), (100, 100)), banded("ten", (5, 5), (100, 100))]
        result = rates("directly_standardised_rate", units, standard=standard((1, 1)))
        nine, ten = result.units
        assert (nine.count, nine.population) == (9, 200)
        assert (nine.value, nine.lower, nine.upper, nine.formula, nine.label, nine.bounds) == (None,) * 6
        assert ten.value == pytest.approx(0.05)
        assert result.reference is None

    def test_units_are_compared_by_the_population_that_their_rate_implies(self) -> None:
        units = [
            banded("old", (10, 90), (1000, 3000)),
            banded("young", (45, 30), (3000, 1000)),
            banded("few", (1, 2), (50, 50)),
        ]
        result = rates("directly_standardised_rate", units, 1000, standard=standard((1, 1)))
        old, young, few = result.units
        assert (old.value, young.value) == (pytest.approx(20), pytest.approx(22.5))
        assert result.reference == pytest.approx(1000 * 175 / (100 / 0.02 + 75 / 0.0225))
        assert (old.label, young.label, few.label) == (Label.SIMILAR, Label.SIMILAR, None)

    def test_the_order_of_bands_is_that_of_their_names(self) -> None:
        forward = banded("one", (20, 5), (100, 1000))
        backward = {**forward, "bands": forward["bands"][::-1]}
        found = [
            rates("directly_standardised_rate", [unit], standard=standard((3, 1))).units[0].value
            for unit in (forward, backward)
        ]
        assert found == [pytest.approx((3 * 0.2 + 0.005) / 4)] * 2

    def test_a_band_without_events_has_a_rate_of_nothing(self) -> None:
        unit = banded("one", (20, 0), (100, 1000))
        found = rates("directly_standardised_rate", [unit], standard=standard((1, 3))).units[0]
        assert found.count == 20
        assert found.value == pytest.approx(0.2 / 4)

    def test_with_one_band_it_is_the_crude_rate(self) -> None:
        direct = rates("directly_standardised_rate", [banded("one", (65,), (100,))], standard=standard((7,)))
        crude = rates("crude_rate", whole((65, 100)))
        assert direct.units[0].value == pytest.approx(crude.units[0].value)
        assert direct.units[0].upper == pytest.approx(crude.units[0].upper)

    @given(st.floats(0.01, 100))
    @settings(max_examples=20)
    def test_only_the_proportions_of_the_standard_matter(self, scale: float) -> None:
        weights = [each * scale for each in EUROPEAN_2013]
        found = rates("directly_standardised_rate", [banded("one", BIG, PEOPLE)], standard=standard(weights))
        assert found.units[0].value == pytest.approx(0.10430247991469423)
        assert found.units[0].lower == pytest.approx(0.09717709067985681)


class TestIndirect:
    @pytest.mark.parametrize(
        ("count", "ratio", "lower", "upper", "formula"),
        [
            (895, 1.0707232939020275, 1.0017147712553987, 1.143233287249895, Formula.BYAR),
            (91, 0.10886683770400503, 0.08765040101829405, 0.1336657632841891, Formula.BYAR),
            (9, 0.010767049882813684, 0.004923380825095776, 0.02043921455549973, Formula.EXACT),
        ],
    )
    def test_it_agrees_with_the_package(
        self, count: int, ratio: float, lower: float, upper: float, formula: Formula
    ) -> None:
        unit = banded("one", [None] * 19, PEOPLE, count=count)
        by = standard(STANDARD_PEOPLE, STANDARD_EVENTS)
        found = rates("indirectly_standardised_ratio", [unit], standard=by).units[0]
        assert found.expected == pytest.approx(835.8835612311743, abs=1e-6)
        assert (found.value, found.lower, found.upper) == (
            pytest.approx(ratio, abs=1e-6), pytest.approx(lower, abs=1e-6), pytest.approx(upper, abs=1e-6),
        )  # fmt: skip
        assert found.formula == formula
        rate = rates("indirectly_standardised_rate", [unit], 100_000, standard=by)
        assert rate.reference == pytest.approx(9349.88309221102, abs=1e-6)
        assert rate.units[0].value == pytest.approx(9349.88309221102 * ratio, abs=1e-5)
        assert rate.units[0].lower == pytest.approx(9349.88309221102 * lower, abs=1e-5)

    def test_the_published_rate(self) -> None:
        by = standard(STANDARD_PEOPLE, STANDARD_EVENTS)
        found = rates("indirectly_standardised_rate", [banded("big", BIG, PEOPLE)], 100_000, standard=by)
        assert found.units[0].value == pytest.approx(10011.137622091057, abs=1e-6)
        assert found.units[0].upper == pytest.approx(10689.097582910616, abs=1e-6)

    def test_a_unit_is_compared_with_the_standard(self) -> None:
        by = standard((100, 100), (10, 20))
        units = [banded("one", (20, 20), (100, 100)), banded("two", (4, 6), (100, 100))]
        result = rates("indirectly_standardised_ratio", units, 100, standard=by)
        assert result.reference == 100
        assert [unit.expected for unit in result.units] == [30, 30]
        assert [unit.label for unit in result.units] == [Label.SIMILAR, Label.FAR_LOW]
        least, _ = expected_limits(40, 0.025)
        bounds = result.units[0].bounds
        assert bounds is not None
        assert bounds.high == pytest.approx(100 * 40 / least)
        assert rates("indirectly_standardised_ratio", units[:1], standard=by).units[0].label == Label.SIMILAR

    def test_a_band_of_nobody_expects_nothing(self) -> None:
        by = standard((100, 100), (10, 20))
        found = rates("indirectly_standardised_ratio", [banded("one", (20, 0), (100, 0))], standard=by)
        assert found.units[0].expected == 10


class TestRefusals:
    BANDS = (banded("one", (20, 20), (100, 100)),)

    def test_units(self) -> None:
        assert refusal("crude_rate", []) == "units: there are no units. Give one or more."
        twice = [*whole((1, 2)), *whole((1, 2)), {"name": "b", "count": 1, "population": 2}]
        mend = "Give each unit once, with its counts added up."
        assert refusal("crude_rate", twice) == f"units: unit 1 is there more than once. {mend}"
        both = [*twice, twice[2]]
        assert refusal("crude_rate", both) == f"units: unit 1 and b are there more than once. {mend}"

    def test_totals(self) -> None:
        said = (
            "one: a crude rate or a proportion takes one count and one population, and no bands. "
            "Add up the bands, or ask for a standardised rate."
        )
        assert refusal("crude_rate", self.BANDS) == said
        assert refusal("proportion", [{"name": "one", "count": 1}]) == said
        assert refusal("proportion", [{"name": "one", "population": 1}]) == said
        assert refusal("crude_rate", [{**self.BANDS[0], "count": 1, "population": 2}]) == said

    def test_nobody(self) -> None:
        said = (
            "unit 1: its population is zero or next to it, and there is no rate of nothing. "
            "Leave the unit out, and say so beside the figures."
        )
        assert refusal("crude_rate", whole((0, 0))) == said
        assert refusal("crude_rate", whole((0, 9e-7))) == said
        assert rates("crude_rate", whole((1, 1e-6))).units[0].value == pytest.approx(1e6)

    def test_more_than_all(self) -> None:
        assert refusal("proportion", whole((1200, 1000))) == (
            "unit 1: it counts 1,200 of 1,000, and a proportion is a part. "
            "Correct the figures, or ask for a crude rate where a person may count more than once."
        )
        assert rates("proportion", whole((10, 10))).units[0].value == 1
        assert rates("crude_rate", whole((12, 10))).units[0].value == 1.2

    def test_the_standard(self) -> None:
        direct = "directly_standardised_rate"
        assert refusal(direct, self.BANDS) == (
            "the standard: it has no bands. Give the standard population, band by band."
        )
        assert refusal(direct, self.BANDS, standard=standard((1,)) * 2) == (
            "the standard: band 1 is there more than once. Give each band once."
        )
        assert refusal(direct, self.BANDS, standard=standard((1, 0))) == (
            "the standard: band 2 lacks a population. Give it for every band of the standard."
        )
        ratio = "indirectly_standardised_ratio"
        assert refusal(ratio, self.BANDS, standard=standard((1, 0), (1, 1))) == (
            "the standard: band 2 lacks a population or a count. Give both for every band of the standard."
        )
        assert refusal(ratio, self.BANDS, standard=standard((1, 1))) == (
            "the standard: band 1 and band 2 lack a population or a count. Give both for every band of "
            "the standard."
        )

    def test_bands_unlike_the_standards(self) -> None:
        direct = "directly_standardised_rate"
        mend = "Use the same bands, with the same names, in both."
        assert refusal(direct, self.BANDS, standard=standard((1, 1, 1))) == (
            f"one: its bands are not those of the standard: band 3 is in one and not in the other. {mend}"
        )
        assert refusal(direct, [{"name": "one"}], standard=standard((1, 1))) == (
            "one: its bands are not those of the standard: band 1 and band 2 are in one and not in the "
            f"other. {mend}"
        )
        repeated = {"name": "one", "bands": self.BANDS[0]["bands"][:1] * 2}
        assert refusal(direct, [repeated], standard=standard((1,))) == (
            "one: band 1 is there more than once. Give each band once."
        )

    def test_counts_both_in_total_and_by_band(self) -> None:
        by = standard((100, 100), (10, 20))
        assert refusal("directly_standardised_rate", [{**self.BANDS[0], "count": 40}], standard=by) == (
            "one: it must have a count in every band and no count of its own. Leave its own count out."
        )
        assert refusal(
            "directly_standardised_rate", [banded("one", (None, None), (1, 1), count=40)], standard=by
        ) == (
            "one: it must have a count in every band and no count of its own. Give the counts of band 1 "
            "and band 2."
        )
        indirect = "it must have a count in every band and no count of its own, or one of its own and none in"
        for unit, mend in (
            ({**self.BANDS[0], "count": 40}, "Leave its own count out."),
            (banded("one", (3, None), (1, 1)), "Give the counts of band 2."),
            (banded("one", (3, None), (1, 1), count=9), "Give the counts of band 2."),
            (banded("one", (None, None), (1, 1)), "Give the counts of band 1 and band 2."),
        ):
            assert (
                refusal("indirectly_standardised_rate", [unit], standard=by)
                == f"one: {indirect} any band. {mend}"
            )

    def test_a_population_of_its_own_beside_bands(self) -> None:
        assert (
            refusal(
                "directly_standardised_rate", [{**self.BANDS[0], "population": 40}], standard=standard((1, 1))
            )
            == "one: it has a population of its own beside those of its bands. Leave `population` out."
        )

    def test_bands_of_nobody(self) -> None:
        mend = "Join small bands with their neighbours, in the standard too."
        unit = banded("one", (20, 0), (100, 0))
        assert refusal("directly_standardised_rate", [unit], standard=standard((1, 1))) == (
            f"one: band 2 has no population, so no rate. {mend}"
        )
        by = standard((100, 100), (10, 20))
        some = banded("one", (20, 1), (0, 0))
        assert refusal("indirectly_standardised_rate", [some], standard=by) == (
            f"one: band 1 and band 2 have no population, so no rate. {mend}"
        )

    def test_nothing_expected(self) -> None:
        said = (
            "one: no events are expected in it, and nothing is measured against nothing. "
            "Check its populations and the standard's counts, or leave the unit out."
        )
        assert refusal("indirectly_standardised_ratio", self.BANDS, standard=standard((1, 1), (0, 0))) == said
        empty = [banded("one", (0, 0), (0, 0))]
        assert refusal("indirectly_standardised_ratio", empty, standard=standard((1, 1), (1, 1))) == said

    def test_next_to_nothing_is_the_least_that_is_served(self) -> None:
        least = 1e-6
        unit = banded("one", (20, 20), (least, 1))
        served = rates("directly_standardised_rate", [unit], standard=standard((1, least))).units[0]
        assert served.value == pytest.approx((20 / least + 20 * least) / (1 + least))
        ratio = rates(
            "indirectly_standardised_ratio", [banded("one", (3,), (least,))], standard=standard((1,), (1,))
        )
        assert ratio.units[0].expected == least
        assert ratio.units[0].value == pytest.approx(3 / least)

    def test_the_largest_figures_served(self) -> None:
        most = 1e12
        assert rates("crude_rate", whole((most, most)), most).units[0].value == most
        unit = {"name": "a", "bands": [{"name": "f", "count": most, "population": most}]}
        by = [{"name": "f", "count": most, "population": most}]
        assert rates("indirectly_standardised_ratio", [unit], standard=by).units[0].value == 1
        assert "less than or equal to 1" in refusal("crude_rate", whole((1, 1.1e12)))

    def test_the_least_and_the_most_confidence(self) -> None:
        # Of 10 events Wilson's limits of 20 need no more than the quantile.
        for confidence, z in ((0.9, 1.644854), (0.9999, 3.890592)):
            found = rates("proportion", whole((10, 20)), confidence=confidence).units[0]
            half = z * math.sqrt(z**2 + 20) / (2 * (20 + z**2))
            assert found.lower == pytest.approx(0.5 - half, abs=1e-6)
            assert found.upper == pytest.approx(0.5 + half, abs=1e-6)

    def test_figures_out_of_range(self) -> None:
        assert "units, number 1, count" in refusal("crude_rate", whole((-1, 10)))
        assert "confidence" in refusal("crude_rate", whole((1, 10)), confidence=0.89)
        assert "confidence" in refusal("crude_rate", whole((1, 10)), confidence=1)


class TestWords:
    def test_a_few_units_are_written_out(self) -> None:
        result = rates("crude_rate", whole((40, 1000), (100, 1000), (1, 10)), 100_000, measure="Falls")
        assert METHOD.explain(result) == (
            "Falls: crude rates of 3 units, with intervals of 95% confidence. unit 2: 10,000 per 100,000 "
            "(8,136.2 to 12,162.8), from 100 events. unit 3: 10,000 per 100,000 (253.2 to 55,716.4), from 1 "
            "event. unit 1: 4,000 per 100,000 (2,857.3 to 5,447), from 40 events. Compared with 7,014.9 "
            "per 100,000, that of these units taken together, unit 2 is far higher (so far by chance less "
            "than once in 1,000); unit 1 is far lower (so far by chance less than once in 1,000). Crude "
            "rates take no account of who the people are: an older population may explain a high rate."
        )

    def test_of_many_units_the_highest_and_the_lowest_are_told(self) -> None:
        said = METHOD.explain(rates("proportion", whole(*[(50 + number, 100) for number in range(5)]), 100))
        assert "The highest is unit 5: 54% (" in said
        assert "The lowest is unit 1: 50% (40.38 to 59.62), from 50 events." in said
        assert (
            "Compared with 52%, that of these units taken together, none differs by more than chance "
            "would explain. Proportions take no account of who the people are: case mix may explain a "
            "difference."
        ) in said
        four = METHOD.explain(rates("proportion", whole(*[(50 + number, 100) for number in range(4)]), 100))
        assert "The highest" not in four

    def test_each_label_has_its_words(self) -> None:
        by = standard((1000,), (100,))
        units = [
            banded(name, (count,), (1000,)) for name, count in (("a", 125), ("b", 126), ("c", 80), ("d", 60))
        ]
        said = METHOD.explain(rates("indirectly_standardised_ratio", units, 100, standard=by))
        assert (
            "Compared with 100%, that of the standard, a and b are higher (so far by chance less than "
            "once in 40); c is lower (so far by chance less than once in 40); d is far lower (so far by "
            "chance less than once in 1,000)."
        ) in said
        assert "a: 125% (104 to 148.9), from 125 events, where 100 were expected." in said
        assert said.endswith(
            "Each unit is compared with the standard; two units with different populations are not to be "
            "ranked."
        )
        bare = METHOD.explain(rates("indirectly_standardised_ratio", units, 1, standard=by))
        assert "a: 1.25 (1.04 to 1.49), from 125 events" in bare
        rate = METHOD.explain(rates("indirectly_standardised_rate", units[:1], 100, standard=by))
        assert "indirectly standardised rates of 1 unit, with" in rate
        assert "a: 12.5 per 100 (10.4" in rate

    def test_units_without_a_rate_are_named(self) -> None:
        units = [banded(name, (4, 5), (100, 100)) for name in ("a", "b")]
        ten = banded("ten", (5, 5), (100, 100))
        said = METHOD.explain(rates("directly_standardised_rate", [*units, ten], standard=standard((1, 1))))
        assert (
            "a and b have fewer than 10 events, too few for a directly standardised rate, and none is given."
        ) in said
        assert "Compared with" not in said
        assert said.endswith(
            "Differences of age, or of whatever else the bands are, no longer explain a difference of rates."
        )
        one = METHOD.explain(rates("directly_standardised_rate", [units[0], ten], standard=standard((1, 1))))
        assert "a has fewer than 10 events" in one

    def test_small_and_large_confidences(self) -> None:
        said = METHOD.explain(rates("crude_rate", whole((0.5, 1000)), confidence=0.998))
        assert "with intervals of 99.8% confidence." in said
        assert "unit 1: 0.0005 (0 to" in said
        assert "from 0.5 events." in said

    def test_a_rate_of_nothing_is_the_lowest_and_said_as_nothing(self) -> None:
        said = METHOD.explain(rates("crude_rate", whole((0, 100), (50, 100), (30, 100))))
        assert (
            said.index("unit 2: 0.5 (") < said.index("unit 3: 0.3 (") < said.index("unit 1: 0 (0 to 0.0369)")
        )

    def test_as_many_decimals_as_a_figure_deserves(self) -> None:
        assert [figure(each) for each in (0.123456, 1.23456, 99.987, 100.123)] == [
            "0.1235", "1.23", "99.99", "100.1",
        ]  # fmt: skip

    def test_confidence_is_said_to_two_decimals(self) -> None:
        said = METHOD.explain(rates("crude_rate", whole((1, 10)), confidence=0.95125))
        assert "with intervals of 95.12% confidence." in said


class TestPicture:
    def test_units_without_a_rate_are_in_the_table_and_not_in_the_chart(self) -> None:
        assert METHOD.picture is not None
        units = [banded("few", (4, 5), (100, 100)), banded("ten", (5, 5), (100, 100))]
        drawn = METHOD.picture(rates("directly_standardised_rate", units, 1000, standard=standard((1, 1))))
        chart = drawn.chart.to_dict(validate=False)
        shown = [(row["name"], row["compares"]) for row in chart["data"]["values"]]
        assert shown == [("ten", "not compared")]
        assert len(chart["layer"]) == 2
        assert drawn.table.rows[0] == ("few", 9, 200, None, None, None, None, None, None)
        assert drawn.title == "The measure per 1,000: 0 of 2 differ by more than chance"

    def test_each_side_has_its_look_and_the_reference_its_line(self) -> None:
        assert METHOD.picture is not None
        result = rates("crude_rate", whole((100, 1000), (40, 1000), (70, 1000)), 1000, measure="Falls")
        drawn = METHOD.picture(result)
        layers = drawn.chart.to_dict(validate=False)["layer"]
        shape = layers[1]["encoding"]["shape"]["scale"]
        assert shape == {
            "domain": ["higher", "similar", "lower"], "range": ["triangle-up", "circle", "triangle-down"],
        }  # fmt: skip
        assert layers[2]["data"]["values"] == [{"value": pytest.approx(70)}]
        assert drawn.title == "Falls per 1,000: 2 of 3 differ by more than chance"
        first = result.units[0]
        assert drawn.table.rows[0] == (
            "unit 1", 100, 1000, None, 100, first.lower, first.upper, "Byar", "high (0.001)",
        )  # fmt: skip
        assert isinstance(drawn.table.rows[0][1], int)
        part = METHOD.picture(rates("crude_rate", whole((0.5, 2))))
        assert part.table.rows[0][1] == 0.5
        assert drawn.table.title == "Falls: each unit's value per 1,000, its interval, and how it compares"


def test_a_multiplier_below_1_is_refused_since_none_reads_a_rate_per_half_a_person() -> None:
    with pytest.raises(Refused, match="multiplier: input should be greater than or equal to 1"):
        rates("crude_rate", [{"name": "A", "numerator": 3, "denominator": 9}], 0.5)
