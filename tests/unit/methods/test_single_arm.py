"""Single-arm schemes: the published figures, textbook intervals, statsmodels, and what always holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.method import Refused
from speccom.methods.single_arm import METHOD, SingleArmResult, example, explain, picture
from speccom.methods.single_arm.change import MeanChange
from speccom.methods.single_arm.enrolment import Forecast
from speccom.methods.single_arm.share import Completeness, ShareFound
from speccom.methods.single_arm.slope import Slope


def evaluated(**parts: Any) -> SingleArmResult:
    return METHOD.calculate(METHOD.read({"scheme": "The scheme", **parts}))


def share(had: int, of: int, **more: Any) -> ShareFound:
    return evaluated(shares=[{"name": "success", "had": had, "of": of}], **more).shares[0]


def complete(**point: Any) -> Completeness:
    return evaluated(time_points=[{"name": "12 months", **point}]).completeness[0]


def change(pairs: Any, **more: Any) -> MeanChange:
    patients = [{"before": before, "after": after} for before, after in pairs]
    return evaluated(measures=[{"name": "pain", "unit": "points", "patients": patients}], **more).changes[0]


def slope(visits: Any, **more: Any) -> Slope:
    rows = [{"patient": patient, "years": years, "value": value} for patient, years, value in visits]
    return evaluated(trajectories=[{"name": "function", "unit": "points", "visits": rows}], **more).slopes[0]


def enrolment(*counts: int, cap: int = 100, recent: int = 3, first: int = 1) -> dict[str, Any]:
    months = [
        {"starts": date(2025 + (first + n - 1) // 12, (first + n - 1) % 12 + 1, 1), "enrolled": count}
        for n, count in enumerate(counts)
    ]
    return {"cap": cap, "months": months, "recent": recent}


def forecast(*counts: int, confidence: float = 0.95, **more: Any) -> Forecast:
    found = evaluated(enrolment=enrolment(*counts, **more), confidence=confidence).forecast
    assert found is not None
    return found


class TestPublishedShares:
    @pytest.mark.parametrize(
        ("had", "of", "percent"),
        [(28, 1422, 1.97), (9, 1422, 0.63), (406, 1422, 28.55), (187, 199, 93.97), (11, 399, 2.76)],
    )
    def test_shares_of_sabr_mitraclip_and_sirt(self, had: int, of: int, percent: float) -> None:
        """SABR (Lancet Oncol 2021): fatigue, liver enzymes, prostate primary; MitraClip and SIRT reports."""
        assert 100 * share(had, of).share == pytest.approx(percent, abs=0.005)

    @pytest.mark.parametrize(
        ("had", "of", "published", "exact"),
        [
            (967, 973, (99.4, 98.6, 99.8), (99.38, 98.66, 99.77)),
            (477, 537, (88.9, 85.8, 91.5), (88.83, 85.86, 91.37)),
        ],
    )
    def test_pfo_and_laao(self, had: int, of: int, published: Any, exact: Any) -> None:
        """PFO closure (PLoS One) and LAAO; the counts are inferred, so to within 0.3 points."""
        found = share(had, of)
        ours = tuple(100 * each for each in (found.share, found.exact_lower, found.exact_upper))
        assert ours == pytest.approx(published, abs=0.3)
        assert ours == pytest.approx(exact, abs=0.05)

    def test_intervals_of_65_in_100(self) -> None:
        """Wilson 0.552544 to 0.736358, as PHEindicatormethods gives it; exact 0.548151 to 0.742706."""
        found = share(65, 100)
        assert (found.wilson_lower, found.wilson_upper) == pytest.approx((0.552544, 0.736358), abs=1e-6)
        assert (found.exact_lower, found.exact_upper) == pytest.approx((0.5481506, 0.7427062), abs=1e-6)

    def test_none_and_all(self) -> None:
        """With none of n, the exact upper limit is 1 − (α/2)^(1/n)."""
        none, everybody = share(0, 20), share(20, 20)
        assert (none.exact_lower, none.exact_upper) == pytest.approx((0, 1 - 0.025 ** (1 / 20)))
        assert (everybody.exact_lower, everybody.exact_upper) == pytest.approx((0.025 ** (1 / 20), 1))
        assert none.wilson_lower == pytest.approx(0, abs=1e-12)
        assert everybody.wilson_upper == pytest.approx(1, abs=1e-12)

    def test_a_share_of_nobody_or_of_more_than_all_is_refused(self) -> None:
        with pytest.raises(Refused, match="success: a share of nobody does not exist"):
            share(0, 0)
        with pytest.raises(Refused, match="success: 5 of 4 patients cannot have had it"):
            share(5, 4)


class TestCompleteness:
    def test_short_of_what_is_needed(self) -> None:
        found = complete(due=61, assessed=43, needed=50)
        assert (found.share, found.short_by) == (pytest.approx(43 / 61), 7)
        assert found.lower is not None
        assert found.upper is not None
        assert found.lower < 43 / 61 < found.upper

    def test_enough(self) -> None:
        assert complete(due=61, assessed=50, needed=50).short_by == 0
        assert complete(due=61, assessed=61, needed=50).short_by == 0

    def test_nothing_needed(self) -> None:
        assert complete(due=61, assessed=0, needed=0).short_by == 0

    def test_nobody_due(self) -> None:
        found = complete(due=0, assessed=0, needed=50)
        assert found.share is found.lower is found.upper is None
        assert found.short_by == 50

    def test_nothing_agreed(self) -> None:
        found = complete(due=4, assessed=1)
        assert found.needed is found.short_by is None

    def test_wilsons_interval_of_65_in_100(self) -> None:
        found = complete(due=100, assessed=65)
        assert (found.lower, found.upper) == pytest.approx((0.552544, 0.736358), abs=1e-6)

    def test_more_assessed_than_due(self) -> None:
        with pytest.raises(Refused, match="12 months: 5 were assessed and 4 were due"):
            complete(due=4, assessed=5)
        assert complete(due=4, assessed=4).share == 1


STUDENT_1908 = (
    ((0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)),
    ((1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)),
)


class TestMeanChange:
    def test_students_sleep_data(self) -> None:
        """Student, Biometrika 1908, as R prints it: mean 1.58, interval 0.7001142 to 2.4598858."""
        found = change(zip(*STUDENT_1908, strict=True))
        assert found.mean == pytest.approx(1.58, abs=1e-12)
        assert found.standard_deviation == pytest.approx(1.229995, abs=1e-6)
        assert (found.lower, found.upper) == pytest.approx((0.7001142, 2.4598858), abs=1e-7)
        assert (found.patients, found.left_out) == (10, 0)

    def test_patients_without_both_values_are_left_out_and_counted(self) -> None:
        found = change([(1, 2), (3, None), (None, 4), (None, None), (5, 8)])
        assert (found.patients, found.left_out, found.mean) == (2, 3, 2)

    def test_too_few(self) -> None:
        with pytest.raises(
            Refused, match="pain: a mean change needs two patients with both values, and here is 1"
        ):
            change([(1, 2), (3, None)])
        assert change([(1, 2), (3, 5)]).patients == 2


# Three patients, by hand: own averages taken away, Σtt = 0.5 + 2 + 0.5, Σty = 1 + 4 + 2.
BY_HAND = [("A", 0, 1), ("A", 1, 3), ("B", 0, 2), ("B", 1, 2), ("B", 2, 6), ("C", 1, 5), ("C", 2, 9)]


class TestSlope:
    def test_by_hand(self) -> None:
        found = slope([*BY_HAND, ("D", 1, 7)])
        assert (found.patients, found.visits, found.left_out) == (3, 7, 1)
        assert found.per_year == pytest.approx(7 / 3)
        # Pulls 1 − 7/6, 4 − 14/3, 2 − 7/6; their squares sum to 42/36; times 3/2; root over Σtt = 3.
        assert found.standard_error == pytest.approx((1.5 * 42 / 36) ** 0.5 / 3)
        assert found.upper - found.per_year == pytest.approx(4.302653 * found.standard_error, rel=1e-6)
        assert found.per_year - found.lower == pytest.approx(4.302653 * found.standard_error, rel=1e-6)

    def test_against_a_regression_with_clustered_errors(self) -> None:
        drawn = np.random.default_rng(3)
        visits = [
            (f"P{number}", years, 40 + number + (3 + drawn.normal(0, 2)) * years + drawn.normal(0, 1))
            for number in range(30)
            for years in drawn.uniform(0, 3, drawn.integers(2, 6))
        ]
        found = slope(visits)
        names = sorted({patient for patient, _, _ in visits})
        constants = np.array([[patient == name for name in names] for patient, _, _ in visits], float)
        design = np.column_stack([constants, [years for _, years, _ in visits]])
        fitted = sm.OLS([value for *_, value in visits], design).fit(
            cov_type="cluster",
            cov_kwds={"groups": [names.index(visit[0]) for visit in visits], "use_correction": False},
        )
        assert found.per_year == pytest.approx(fitted.params[-1], rel=1e-9)
        assert found.standard_error == pytest.approx(fitted.bse[-1] * (30 / 29) ** 0.5, rel=1e-9)

    def test_two_visits_a_year_apart_are_a_mean_change(self) -> None:
        pairs = list(zip(*STUDENT_1908, strict=True))
        visits = [(str(n), year, value) for n, pair in enumerate(pairs) for year, value in enumerate(pair)]
        found, plain = slope(visits), change(pairs)
        assert (found.per_year, found.lower, found.upper) == pytest.approx(
            (plain.mean, plain.lower, plain.upper)
        )

    def test_a_planted_slope_is_within_its_interval_as_often_as_it_says(self) -> None:
        """The size and slope of the SDR scheme: 3.2 units a year."""
        drawn = np.random.default_rng(8)
        covered = 0
        for _ in range(200):
            visits = [
                (str(number), years, own + (3.2 + steep) * years + noise)
                for number in range(20)
                for own, steep in [drawn.normal(0, (10, 1))]
                for years, noise in zip((0, 0.5, 1, 2), drawn.normal(0, 2, 4), strict=True)
            ]
            found = slope(visits)
            covered += found.lower <= 3.2 <= found.upper
        assert 181 <= covered <= 198

    def test_two_values_at_one_time(self) -> None:
        with pytest.raises(Refused, match=r"function: patient A has two values at 0\.5 years"):
            slope([("A", 0.5, 1), ("A", 0.5, 1), ("B", 0, 1), ("B", 1, 1)])

    def test_visits_at_nearly_the_same_time(self) -> None:
        """Two patients, each seen twice: the squared years sum to twice half of the time apart squared."""
        for apart, served in ((0.00004, True), (0.00003, False)):
            visits = [(patient, years, 1) for patient in "AB" for years in (0, apart)]
            if served:
                assert slope(visits).per_year == 0
            else:
                with pytest.raises(Refused, match="function: each patient's visits are at nearly the same"):
                    slope(visits)

    def test_too_few(self) -> None:
        with pytest.raises(
            Refused, match="needs two patients with visits at two times or more, and here is 1"
        ):
            slope([("A", 0, 1), ("A", 1, 1), ("B", 0, 1)])
        assert slope(BY_HAND[:4]).patients == 2


class TestForecast:
    def test_by_hand(self) -> None:
        # 30 patients in January to March, 90 days: 3 days each; 40 places take 120 days from 1 April.
        found = forecast(10, 8, 12, cap=70)
        assert (found.enrolled, found.remaining, found.recently, found.per_month) == (30, 40, 30, 10)
        assert found.expected == date(2025, 7, 30)
        assert found.full_since is None

    def test_only_the_latest_months_count_for_the_pace(self) -> None:
        # 31 patients in the 31 days of March: one a day, 9 places left.
        found = forecast(40, 20, 31, cap=100, recent=1)
        assert (found.enrolled, found.recently, found.recent) == (91, 31, 1)
        assert found.expected == date(2025, 4, 10)

    def test_its_limits_by_the_tables_of_f(self) -> None:
        """F(0.975; 2, 2) = 39.0 and F(0.025; 2, 4) = 1/39.248: one place, one patient in 31 days."""
        found = forecast(1, cap=2, recent=1)
        assert found.expected == date(2025, 3, 4)
        assert found.earliest == date(2025, 2, 2)  # 31 / 2 / 39.248 days
        assert found.latest == date(2025, 2, 1).fromordinal(date(2025, 2, 1).toordinal() + 31 * 39)

    def test_a_narrower_interval_for_less_confidence(self) -> None:
        wide, narrow = forecast(5, 5, 5), forecast(5, 5, 5, confidence=0.5)
        assert wide.earliest is not None
        assert wide.latest is not None
        assert narrow.earliest is not None
        assert narrow.latest is not None
        assert wide.earliest < narrow.earliest < narrow.latest < wide.latest

    def test_its_interval_holds_the_day_as_often_as_it_says(self) -> None:
        drawn = np.random.default_rng(5)
        begun, inside = date(2025, 4, 1), 0
        for _ in range(300):
            counts = drawn.poisson(0.2 * np.array([31, 28, 31]))
            remaining = 30
            found = forecast(*map(int, counts), cap=int(counts.sum()) + remaining)
            taken = drawn.gamma(remaining, 1 / 0.2)
            assert found.earliest is not None
            assert found.latest is not None
            inside += (found.earliest - begun).days - 1 <= taken <= (found.latest - begun).days
        assert 282 <= inside <= 299

    def test_the_year_turns(self) -> None:
        found = forecast(31, 30, 31, cap=123, first=10)
        assert found.expected == date(2026, 2, 1)

    def test_full(self) -> None:
        found = forecast(40, 60, 3, cap=100)
        assert (found.remaining, found.full_since, found.enrolled) == (0, date(2025, 2, 1), 103)
        assert found.expected is found.earliest is found.latest is None

    def test_nobody_lately(self) -> None:
        found = forecast(40, 0, 0, 0)
        assert (found.recently, found.per_month) == (0, 0)
        assert found.expected is found.earliest is found.latest is None

    def test_beyond_the_calendar(self) -> None:
        found = forecast(1, 0, 0, cap=30_000)
        assert found.expected is not None
        assert found.latest is None
        assert forecast(1, 0, 0, cap=10**9).expected is None

    def test_the_last_day_of_the_calendar(self) -> None:
        """A patient a day from 1 February 2025."""
        days = (date.max - date(2025, 2, 1)).days
        assert forecast(31, cap=31 + days, recent=1).expected == date.max
        assert forecast(31, cap=32 + days, recent=1).expected is None

    def test_refusals(self) -> None:
        with pytest.raises(Refused, match="enrolment: March 2025 follows January 2025"):
            evaluated(enrolment={**enrolment(1, 1, 1), "months": enrolment(1, 1, 1)["months"][::2]})
        with pytest.raises(Refused, match="enrolment: 2025-01-02 is not the first day of a month"):
            evaluated(enrolment={"cap": 3, "months": [{"starts": "2025-01-02", "enrolled": 1}], "recent": 1})
        with pytest.raises(Refused, match="pace of 3 months is wanted, and 2 months were given"):
            forecast(1, 1)
        assert forecast(1, 1, 1).recent == 3


class TestWords:
    def test_the_example(self) -> None:
        assert explain(METHOD.calculate(METHOD.read(example()))) == (
            "Dorsal rhizotomy, invented figures. "
            "Success without a major complication: 112 of 119 patients, 94.1% (exact 95% interval 88.3% to "
            "97.6%; Wilson's 88.4% to 97.1%). "
            "Readmitted within 30 days: 3 of 119 patients, 2.5% (exact 95% interval 0.5% to 7.2%; "
            "Wilson's 0.9% to 7.2%). "
            "At 6 months 84 of 90 due were assessed (93.3%), which reaches the 80 that are needed. "
            "At 12 months 43 of 61 due were assessed (70.5%); 50 are needed, so 7 are still missing. "
            "At 24 months no follow-up is due yet. "
            "Quality of life score changed by 8.67 points on average (95% interval 5.34 to 12) in 9 "
            "patients, leaving out 1 patient without both values. "
            "Motor function changed by 4.28 points a year (95% interval 3.52 to 5.04), by 18 visits of "
            "6 patients. "
            "106 of 137 patients have been enrolled. At the pace of the last 6 months (13.5 a month) the "
            "last 31 places will be filled by 13 March 2026 (95% interval 15 February 2026 to 16 April "
            "2026). "
            "There was no control group, so none of this shows by itself that the treatment made the "
            "difference."
        )

    def test_patients_seen_once(self) -> None:
        rows = [{"patient": patient, "years": years, "value": value} for patient, years, value in BY_HAND]
        rows.append({"patient": "D", "years": 0, "value": 1})
        found = evaluated(trajectories=[{"name": "function", "unit": "points", "visits": rows}])
        assert "of 3 patients, leaving out 1 patient seen only once." in explain(found)
        assert explain(found).endswith("difference.")

    def test_completeness_alone(self) -> None:
        found = evaluated(time_points=[{"name": "a year", "due": 4, "assessed": 3}])
        assert explain(found) == "The scheme. At a year 3 of 4 due were assessed (75%)."

    def test_a_change_without_anyone_left_out(self) -> None:
        patients = [{"before": 1, "after": 2}, {"before": 1, "after": 4}]
        found = evaluated(measures=[{"name": "pain", "unit": "points", "patients": patients}])
        assert "on average (95% interval -10.71 to 14.71) in 2 patients. There was no control" in explain(
            found
        )

    def test_a_full_scheme(self) -> None:
        said = explain(evaluated(enrolment=enrolment(40, 60, 3)))
        assert said == (
            "The scheme. 103 of 100 patients have been enrolled, and the scheme has been full since "
            "February 2025; it takes no more."
        )

    def test_no_pace(self) -> None:
        said = explain(evaluated(enrolment=enrolment(40, 0, 0, 0)))
        assert "Nobody was enrolled in the last 3 months, so no date can be given for the rest." in said

    def test_beyond_the_calendar(self) -> None:
        said = explain(evaluated(enrolment=enrolment(1, 0, 0, cap=30_000)))
        # With so many places F is 4 over a χ² on 4 degrees of freedom: 4/11.143 of 29,999 × 90/2 days.
        assert "interval from 20 November 3351, with no latest day)." in said
        assert "At the pace of the last 3 months (0.3 a month)" in said
        for cap in (40_000, 10**9):
            assert "would not be filled within any calendar." in explain(
                evaluated(enrolment=enrolment(1, 0, 0, cap=cap))
            )

    def test_the_confidence_is_told_as_it_is(self) -> None:
        data = {**example(), "confidence": 0.99875}
        assert explain(METHOD.calculate(METHOD.read(data))).count("99.88% interval") == 5


class TestPictures:
    def test_shares_first(self) -> None:
        drawn = picture(METHOD.calculate(METHOD.read(example())))
        assert [row[0] for row in drawn.table.rows] == [
            "success without a major complication",
            "readmitted within 30 days",
            "assessed at 6 months",
            "assessed at 12 months",
        ]

    def test_changes_where_there_are_no_shares(self) -> None:
        data = {**example(), "shares": [], "time_points": []}
        drawn = picture(METHOD.calculate(METHOD.read(data)))
        assert [row[0] for row in drawn.table.rows] == [
            "quality of life score (points)",
            "motor function (points a year)",
        ]
        assert drawn.svg().startswith("<svg")

    def test_enrolment_alone(self) -> None:
        drawn = picture(evaluated(enrolment=enrolment(3, 4, 5)))
        assert drawn.table.rows[-1] == ("March 2025", 5, 12)
        assert drawn.svg().startswith("<svg")

    def test_nobody_due_anywhere(self) -> None:
        drawn = picture(evaluated(time_points=[{"name": "a year", "due": 0, "assessed": 0}]))
        assert drawn.svg().startswith("<svg")


class TestRefusals:
    def test_nothing(self) -> None:
        with pytest.raises(Refused, match="The scheme: there is nothing to calculate"):
            evaluated()
        assert evaluated(enrolment=enrolment(1, 1, 1)).forecast

    def test_the_bounds_themselves_are_served(self) -> None:
        for confidence in (0.5, 0.9999):
            found = change([(-1e12, 1e12), (1e12, -1e12)], confidence=confidence)
            assert found.mean == 0
        assert slope([("A", -200, 1), ("A", 200, 2), ("B", 0, 1), ("B", 1, 1)]).patients == 2
        assert share(1, 10**10).share == 1e-10

    @pytest.mark.parametrize("years", [-201, 201])
    def test_days_given_as_years(self, years: int) -> None:
        with pytest.raises(Refused, match="trajectories, number 1, visits, number 1, years"):
            slope([("A", years, 1), *BY_HAND])

    def test_names_of_one_letter_are_served(self) -> None:
        found = evaluated(
            scheme="s",
            shares=[{"name": "a", "had": 1, "of": 2}],
            time_points=[{"name": "b", "due": 1, "assessed": 0}],
            measures=[{"name": "c", "unit": "d", "patients": [{"before": 1, "after": 2}] * 2}],
            trajectories=[
                {
                    "name": "e",
                    "unit": "f",
                    "visits": [
                        {"patient": patient, "years": years, "value": years}
                        for patient in "gh"
                        for years in (0, 1)
                    ],
                }
            ],
            enrolment=enrolment(0, cap=1, recent=1),
        )
        assert explain(found).startswith("s. A: 1 of 2 patients")

    @pytest.mark.parametrize(
        "parts",
        [
            {"scheme": ""},
            {"confidence": 0.49},
            {"confidence": 0.99991},
            {"measures": [{"name": "x", "unit": "x", "patients": [{"before": 1, "after": 1.1e12}] * 2}]},
            {"measures": [{"name": "x", "unit": "x", "patients": [{"before": 1, "after": -1.1e12}] * 2}]},
            {"shares": [{"name": "x", "had": 1, "of": 10**10 + 1}]},
            {"shares": [{"name": "", "had": 1, "of": 2}]},
            {"shares": [{"name": "x", "had": -1, "of": 2}]},
            {"time_points": [{"name": "", "due": 1, "assessed": 0}]},
            {"time_points": [{"name": "x", "due": 1, "assessed": -1}]},
            {"time_points": [{"name": "x", "due": 1, "assessed": 1, "needed": -1}]},
            {"measures": [{"name": "", "unit": "x", "patients": [{"before": 1, "after": 2}] * 2}]},
            {"measures": [{"name": "x", "unit": "", "patients": [{"before": 1, "after": 2}] * 2}]},
            {"trajectories": [{"name": "x", "unit": "", "visits": []}]},
            {"enrolment": {"cap": 0, "months": enrolment(1)["months"], "recent": 1}},
            {"enrolment": {"cap": 1, "months": [], "recent": 1}},
            {"enrolment": {"cap": 1, "months": enrolment(1)["months"], "recent": 0}},
            {"enrolment": {"cap": 1, "months": [{"starts": "2025-01-01", "enrolled": -1}], "recent": 1}},
        ],
    )
    def test_out_of_bounds(self, parts: Any) -> None:
        with pytest.raises(Refused):
            evaluated(**{"shares": [{"name": "x", "had": 1, "of": 2}], **parts})


@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
@settings(max_examples=40)
def test_a_share_lies_within_its_intervals_and_turns_with_them(counts: tuple[int, int]) -> None:
    had, of = counts
    one, other = share(had, of), share(of - had, of)
    assert 0 <= one.exact_lower <= one.share <= one.exact_upper <= 1
    assert one.exact_lower <= one.wilson_upper
    assert one.wilson_lower <= one.share + 1e-12
    assert one.share <= one.wilson_upper + 1e-12
    assert (one.exact_lower, one.wilson_lower) == pytest.approx(
        (1 - other.exact_upper, 1 - other.wilson_upper), abs=1e-9
    )


pairs = st.lists(
    st.tuples(st.integers(-50, 50).map(float), st.integers(-50, 50).map(float)), min_size=2, max_size=15
)


@given(pairs, st.sampled_from([-3.0, 0.5, 100.0]), st.integers(-10, 10))
@settings(max_examples=50)
def test_a_change_follows_its_unit_and_not_its_origin(pairs: Any, scale: float, origin: int) -> None:
    one = change(pairs)
    other = change([(before * scale + origin, after * scale + origin) for before, after in pairs])
    assert other.mean == pytest.approx(one.mean * scale, abs=1e-9)
    assert other.upper - other.lower == pytest.approx(abs(scale) * (one.upper - one.lower), abs=1e-6)
    assert one.lower <= one.mean <= one.upper


@given(pairs, st.floats(-5, 5), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_a_slope_adds_and_no_order_or_level_changes_it(pairs: Any, steeper: float, random: Any) -> None:
    visits = [(str(n), year / 2, value) for n, pair in enumerate(pairs) for year, value in enumerate(pair)]
    shifted = [
        (patient, years, value + steeper * years + 7 * int(patient)) for patient, years, value in visits
    ]
    random.shuffle(shifted)
    one, other = slope(visits), slope(shifted)
    assert other.per_year == pytest.approx(one.per_year + steeper, abs=1e-8)
    assert other.standard_error == pytest.approx(one.standard_error, abs=1e-8)


@given(st.lists(st.integers(0, 30), min_size=3, max_size=8), st.integers(1, 300))
@settings(max_examples=50)
def test_a_forecast_lies_within_its_limits_and_a_higher_cap_is_later(counts: list[int], cap: int) -> None:
    one, later = forecast(*counts, cap=cap), forecast(*counts, cap=cap + 20)
    assert one.enrolled + one.remaining == max(cap, one.enrolled)
    if one.expected and one.earliest and later.expected:
        assert one.earliest <= one.expected < later.expected
        assert one.latest is None or one.expected <= one.latest


def test_a_cap_beyond_all_patients_is_refused() -> None:
    given_with = {**example(), "enrolment": {**example()["enrolment"], "cap": 10**18}}
    with pytest.raises(Refused, match="enrolment, cap: input should be less than or equal to 1000000000"):
        METHOD.read(given_with)
