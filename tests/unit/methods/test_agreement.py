"""Agreement of raters: each published example with its figure, statsmodels, and what always holds."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from speccom.methods.agreement import METHOD, AgreementResult, example, explain, picture
from speccom.methods.method import Refused


def rated(rows: Any, categories: Any = None, **more: Any) -> AgreementResult:
    """Ratings as rows of items, each a text with one letter a rater; a dot is no rating."""
    rows = [[None if each in (None, ".") else str(each) for each in row] for row in rows]
    used = sorted({each for row in rows for each in row if each is not None})
    data = {
        "categories": list(categories or used),
        "scale": "nominal",
        "raters": [f"Rater {number}" for number in range(1, len(rows[0]) + 1)],
        "items": [{"name": f"Item {number}", "ratings": row} for number, row in enumerate(rows, start=1)],
        "draws": 0,
        "seed": 1,
        **more,
    }
    return METHOD.calculate(METHOD.read(data))


def from_counts(table: Any, **more: Any) -> AgreementResult:
    """Ratings from a table of items by categories, for which nobody knows who rated what."""
    names = "abcdefgh"[: len(table[0])]
    return rated(
        ["".join(name * count for name, count in zip(names, row, strict=True)) for row in table],
        names,
        **more,
    )


def from_square(table: Any, **more: Any) -> AgreementResult:
    """Ratings of two raters from the table of one against the other."""
    names = "abcdefgh"[: len(table)]
    rows = [
        names[one] + names[other]
        for one, row in enumerate(table)
        for other, count in enumerate(row)
        for _ in range(count)
    ]
    return rated(rows, names, **more)


# Fleiss 1971, table 1: 30 patients, each placed by six psychiatrists in one of five diagnoses.
FLEISS_1971 = """
444444 222555 233335 555555 222444 113333 333355 113334 114444 555555
144444 124444 222333 144444 224445 333335 111455 111112 224444 133555
555555 244444 224555 114444 144445 222224 111155 224444 133333 555555
"""

WIKIPEDIA = (
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
)

# Krippendorff 2011, section C: four observers, twelve units, with missing ratings.
KRIPPENDORFF_2011 = list(zip("123321412...", "1233224125.3", ".3332342251.", "12332441251.", strict=True))

SKIN = ((10, 4, 1, 0), (5, 10, 12, 2), (2, 4, 12, 5), (0, 2, 6, 13))


class TestFleiss:
    def test_fleiss_1971(self) -> None:
        """Psychol Bull 76:378, kappa 0.430, observed agreement 0.556."""
        found = rated(FLEISS_1971.split())
        assert found.fleiss.value == pytest.approx(0.430, abs=5e-4)
        assert found.observed == pytest.approx(0.556, abs=5e-4)
        assert found.fleiss.items == 30

    def test_the_example_of_wikipedia(self) -> None:
        """Ten subjects, fourteen raters: kappa 0.210; agreement on the items 1.000, 0.253, 0.308 …"""
        found = from_counts(WIKIPEDIA)
        assert found.fleiss.value == pytest.approx(0.210, abs=5e-4)
        assert found.observed == pytest.approx(0.378, abs=5e-4)
        by_item = (1.000, 0.253, 0.308, 0.440, 0.330, 0.462, 0.242, 0.176, 0.286, 0.286)
        assert [item.agreement for item in found.items] == pytest.approx(by_item, abs=5e-4)

    @pytest.mark.parametrize(
        ("table", "fixed", "free"),
        [
            (((7, 1), (3, 5)), 0.161905, 0.214286),
            (((6, 1, 0), (0, 7, 0)), 0.708333, 0.785714),
            (((7, 0), (0, 7)), 1, 1),
        ],
    )
    def test_an_online_calculator(self, table: Any, fixed: float, free: float) -> None:
        """Randolph's kappa calculator, as quoted in the tests of statsmodels."""
        found = from_counts(table)
        assert found.fleiss.value == pytest.approx(fixed, abs=6e-6)
        assert found.if_equally_common == pytest.approx(free, abs=6e-6)

    def test_ratings_that_are_missing(self) -> None:
        found = rated(["aab", "ab.", "bbb"])
        assert found.fleiss.value is None
        assert found.fleiss.why == "not every item has the same number of ratings"
        assert (found.missing, found.fleiss.items) == (1, 0)


class TestCohen:
    def test_fleiss_1981(self) -> None:
        """Statistical Methods for Rates and Proportions, table 13.1: 100 patients, kappa 0.68."""
        found = from_square(((75, 1, 4), (5, 4, 1), (0, 0, 10)))
        assert found.cohen.value == pytest.approx(0.6765, abs=5e-5)
        assert found.observed == pytest.approx(0.89)

    def test_sas_example(self) -> None:
        """A SAS example quoted in the tests of statsmodels: simple kappa 0.4842."""
        assert from_square(((0, 4, 1), (0, 8, 0), (0, 1, 5))).cohen.value == pytest.approx(0.4842, abs=5e-5)

    def test_skin_condition(self) -> None:
        """SAS/STAT User's Guide, FREQ, agreement study: simple kappa 0.3449, weighted 0.5082."""
        assert from_square(SKIN).cohen.value == pytest.approx(0.3449, abs=5e-5)
        weighted = from_square(SKIN, scale="ordinal", weights="linear")
        assert weighted.cohen.value == pytest.approx(0.5082, abs=5e-5)

    @pytest.mark.parametrize("weights", ["linear", "quadratic"])
    def test_weights_against_statsmodels(self, weights: str) -> None:
        fitted = cohens_kappa(np.array(SKIN), wt="linear" if weights == "linear" else "quadratic")
        found = from_square(SKIN, scale="ordinal", weights=weights)
        assert found.cohen.value == pytest.approx(fitted.kappa, abs=1e-12)
        assert found.weights == weights

    def test_the_prevalence_paradox(self) -> None:
        """Feinstein and Cicchetti 1990: agreement of 85% both times, kappa 0.70 and 0.32."""
        even, uneven = from_square(((40, 9), (6, 45))), from_square(((80, 10), (5, 5)))
        assert even.observed == uneven.observed == pytest.approx(0.85)
        assert even.cohen.value == pytest.approx(0.70, abs=5e-3)
        assert uneven.cohen.value == pytest.approx(0.32, abs=5e-3)
        assert even.if_equally_common == uneven.if_equally_common == pytest.approx(0.70)
        said = explain(uneven)
        assert "Two ratings of the same item agreed in 85% of pairs." in said
        assert "Cohen's kappa (any disagreement alike) is 0.32" in said
        assert "87.5% of all ratings are “a”: the commoner one category, the lower these figures" in said
        assert "equally common, the same agreement would be worth 0.7." in said

    def test_the_bias_paradox(self) -> None:
        """Feinstein and Cicchetti 1990: agreement of 60% both times, kappa 0.13 and 0.26."""
        alike, apart = from_square(((45, 15), (25, 15))), from_square(((25, 35), (5, 35)))
        assert alike.observed == apart.observed == pytest.approx(0.6)
        assert alike.cohen.value == pytest.approx(0.13, abs=5e-3)
        assert apart.cohen.value == pytest.approx(0.26, abs=5e-3)
        assert "over “a”: Rater 1 used it for 60% of items rated and Rater 2 for 30%." in explain(apart)

    def test_only_items_that_both_rated(self) -> None:
        found = rated(["aa", "ab", "bb", "b.", ".a"])
        assert found.cohen.items == 3
        assert found.cohen.value == pytest.approx(1 - (1 / 3) / (1 - (2 / 3 * 1 / 3 + 1 / 3 * 2 / 3)))

    def test_it_is_for_two(self) -> None:
        assert rated(["aab", "bbb"]).cohen.why == "it is for two raters"


class TestKrippendorff:
    @pytest.mark.parametrize(
        ("scale", "published"),
        [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
    )
    def test_four_observers_with_missing_ratings(self, scale: str, published: float) -> None:
        """Krippendorff 2011, sections C and D."""
        values = None if scale in ("nominal", "ordinal") else [1, 2, 3, 4, 5]
        found = rated(KRIPPENDORFF_2011, scale=scale, values=values)
        assert found.alpha.value == pytest.approx(published, abs=5e-4)
        assert found.alpha.items == 11
        assert found.missing == 7

    def test_two_observers_two_values(self) -> None:
        """Krippendorff 2011, section A: ten units, alpha 0.095."""
        found = rated(zip("0100000010", "1110010000", strict=True))
        assert found.alpha.value == pytest.approx(0.095, abs=5e-4)

    def test_two_observers_many_values(self) -> None:
        """Krippendorff 2011, section B: twelve articles, alpha 0.692."""
        found = rated(zip("aabbdcccedda", "babbbcccedda"[:11] + "d", strict=True))
        assert found.alpha.value == pytest.approx(0.692, abs=5e-4)

    def test_a_ratio_scale_may_begin_at_nought(self) -> None:
        """By hand: pairs 00, 01, 11; differences of 0 and 1 count (1/1)² = 1, as nominal ones do."""
        rows = ["aa", "ab", "bb"]
        ratio = rated(rows, scale="ratio", values=[0, 1])
        assert ratio.alpha.value == pytest.approx(rated(rows).alpha.value)


class TestIntervals:
    @pytest.mark.parametrize("parts", [{"seed": -1}, {"items": []}])
    def test_a_seed_below_nought_or_no_item_is_refused_in_words(self, parts: dict[str, Any]) -> None:
        with pytest.raises(Refused, match="prints what it takes"):
            METHOD.read({**METHOD.example(), **parts})

    def test_the_same_seed_gives_the_same_interval(self) -> None:
        one, same = rated(FLEISS_1971.split(), draws=500), rated(FLEISS_1971.split(), draws=500)
        other = rated(FLEISS_1971.split(), draws=500, seed=2)
        assert one == same
        assert one.fleiss.lower != other.fleiss.lower
        assert one.fleiss.lower == pytest.approx(other.fleiss.lower, abs=0.05)

    def test_resamples_of_cohens_kappa_come_to_its_known_error(self) -> None:
        """The asymptotic limits of SAS for the skin conditions: 0.2030 to 0.4868."""
        found = from_square(SKIN, draws=3000).cohen
        assert (found.lower, found.upper) == pytest.approx((0.2030, 0.4868), abs=0.02)

    def test_fleiss_and_alpha_nearly_agree_in_their_intervals(self) -> None:
        found = rated(FLEISS_1971.split(), draws=1000)
        assert found.fleiss.lower == pytest.approx(found.alpha.lower, abs=0.01)
        assert found.fleiss.upper == pytest.approx(found.alpha.upper, abs=0.01)

    def test_a_wider_interval_for_more_confidence(self) -> None:
        wide, narrow = (rated(FLEISS_1971.split(), draws=500, confidence=each).alpha for each in (0.95, 0.5))
        limits = (wide.lower, narrow.lower, narrow.value, narrow.upper, wide.upper)
        assert all(one is not None and other is not None and one < other for one, other in pairwise(limits))

    def test_its_interval_holds_the_truth_nearly_as_often_as_it_says(self) -> None:
        """Two raters who copy a coin with probability √0.6 each: kappa 0.6."""
        drawn = np.random.default_rng(4)
        held = 0
        for _ in range(150):
            truth = drawn.random(60) < 0.5
            guesses = [np.where(drawn.random(60) < 0.6**0.5, truth, drawn.random(60) < 0.5) for _ in range(2)]
            rows = ["".join("ab"[int(each)] for each in row) for row in zip(*guesses, strict=True)]
            found = rated(rows, draws=300).cohen
            held += (found.lower or 9) <= 0.6 <= (found.upper or 0)
        assert 132 <= held <= 149

    def test_a_thousand_resamples_unless_more_are_asked_for(self) -> None:
        plain = METHOD.calculate(METHOD.read(example()))
        assert plain == METHOD.calculate(METHOD.read({**example(), "draws": 1000}))
        assert plain != METHOD.calculate(METHOD.read({**example(), "draws": 1001}))

    def test_none_asked_for(self) -> None:
        found = rated(["aa", "ab", "bb"])
        assert found.alpha.lower is found.alpha.upper is None
        assert "; no resamples were asked for." in explain(found)


class TestWhereThereIsNoFigure:
    def test_all_in_one_category(self) -> None:
        found = rated(["aa", "aa", "aa"], "ab")
        assert found.alpha.value is found.fleiss.value is found.cohen.value is None
        assert (found.observed, found.if_equally_common) == (1, 1)
        said = explain(found)
        assert (
            "Krippendorff's alpha on the nominal scale does not exist here: all ratings are in one category, "
            "so nothing shows that the raters tell items apart." in said
        )
        assert "All raters used each category equally often. No item split them." in said

    def test_a_resample_without_variety(self) -> None:
        found = rated(["aa", "aa", "ab"], draws=200)
        assert found.alpha.value is not None
        assert found.alpha.lower is None
        assert "in some resamples all ratings were in one category, so there is no interval." in explain(
            found
        )


class TestCounts:
    def test_of_items_categories_and_raters(self) -> None:
        found = rated(["abc", "aa.", "b..", "..."], "abcd", scale="ordinal")
        assert [item.counts for item in found.items] == [
            (1, 1, 1, 0),
            (2, 0, 0, 0),
            (0, 1, 0, 0),
            (0, 0, 0, 0),
        ]
        assert [item.agreement for item in found.items] == [0, 1, None, None]
        assert [(item.lowest, item.highest) for item in found.items[:3]] == [
            ("a", "c"),
            ("a", "a"),
            ("b", "b"),
        ]
        assert found.items[3].lowest is found.items[3].highest is found.items[3].median_lower is None
        assert [each.ratings for each in found.categories] == [3, 2, 1, 0]
        assert [each.share for each in found.categories] == pytest.approx([1 / 2, 1 / 3, 1 / 6, 0])
        assert [each.counts for each in found.raters] == [(2, 1, 0, 0), (1, 1, 0, 0), (0, 0, 1, 0)]
        assert (found.ratings, found.missing) == (6, 6)

    def test_the_middle_of_an_even_number_is_not_averaged(self) -> None:
        first, second = rated(["abcd", "aabc"], scale="ordinal").items
        assert (first.median_lower, first.median_upper) == ("b", "c")
        assert (second.median_lower, second.median_upper) == ("a", "b")
        odd = rated(["abccd", "aaaaa"], scale="ordinal").items[0]
        assert (odd.median_lower, odd.median_upper) == ("c", "c")

    def test_categories_without_order_have_no_middle(self) -> None:
        item = rated(["ab", "aa"]).items[0]
        assert item.lowest is item.highest is item.median_lower is item.median_upper is None


class TestWords:
    def test_the_example(self) -> None:
        assert explain(METHOD.calculate(METHOD.read(example()))) == (
            "8 items were rated by 5 raters as low, medium or high; 1 rating was not given. Two ratings of "
            "the same item agreed in 66.7% of pairs. Krippendorff's alpha on the ordinal scale is 0.68 (95% "
            "interval 0.28 to 0.88, from 8 items). Fleiss's kappa does not exist here: not every item has "
            "the same number of ratings. Each is 1 for full agreement and 0 for what chance alone would "
            "bring. "
            "38.5% of all ratings are “high”: the commoner one category, the lower these figures, even among "
            "raters who nearly always agree. If all categories were equally common, the same agreement would "
            "be worth 0.5. The raters' habits differ most over “low”: Clinician 2 used it for 42.9% of items "
            "rated and Clinician 1 for 12.5%. The ratings are most divided on Treatment E."
        )

    def test_a_complete_panel_on_an_ordered_scale(self) -> None:
        said = explain(rated(["aab", "abc", "ccc"], scale="ordinal"))
        assert "3 items were rated by 3 raters as a, b or c. Two ratings" in said
        assert "Cohen's" not in said
        assert said.endswith(
            "The ratings are most divided on Item 2. Fleiss's kappa takes a disagreement by two steps for no "
            "worse than one by a single step."
        )

    def test_two_raters_with_weights(self) -> None:
        said = explain(rated(["ab", "ac", "..", "bb", ".c"], scale="ordinal", weights="linear"))
        assert "; 3 ratings were not given." in said
        assert "Cohen's kappa (linear weights) is" in said
        assert "most divided on Item 1 and Item 2." in said

    def test_many_divided_items(self) -> None:
        said = explain(rated(["ab", "ba", "ab", "ab", "aa"]))
        assert "The ratings are most divided on Item 1, Item 2 and Item 3 and others." in said
        three = explain(rated(["ab", "ba", "ab", "aa"]))
        assert "most divided on Item 1, Item 2 and Item 3." in three

    def test_the_habit_that_differs_most_need_not_be_the_commonest(self) -> None:
        said = explain(rated(zip("aaaaabbbbb", "aaaabbcccc", strict=True)))
        assert "over “c”: Rater 2 used it for 40% of items rated and Rater 1 for 0%." in said

    def test_the_confidence_is_told_as_it_is(self) -> None:
        assert "(99.88% interval" in explain(rated(FLEISS_1971.split(), confidence=0.99875, draws=100))

    def test_a_rater_who_rated_nothing(self) -> None:
        said = explain(rated(["ab.", "bb.", "aa."]))
        assert "over “a”: Rater 1 used it for 66.7% of items rated and Rater 2 for 33.3%." in said


class TestRefusals:
    def test_a_category_that_was_not_declared(self) -> None:
        with pytest.raises(Refused, match="item Item 1: “b” is none of the categories a and c"):
            rated(["ab", "aa"], "ac")

    def test_a_rating_too_few(self) -> None:
        with pytest.raises(Refused, match="item Item 2: it has 1 rating, and there are 2 raters"):
            rated(["ab", "a"])

    @pytest.mark.parametrize(
        ("rows", "more"),
        [
            (["aa", "bb"], {"categories": ["a", "b", "a"]}),
            (["aa", "bb"], {"raters": ["A", "A"]}),
            (["aa", "bb"], {"items": [{"name": "One", "ratings": ["a", "b"]}] * 2}),
        ],
    )
    def test_a_name_that_is_there_twice(self, rows: Any, more: Any) -> None:
        with pytest.raises(Refused, match="is given more than once"):
            rated(rows, **more)

    def test_too_few_items_with_two_ratings(self) -> None:
        with pytest.raises(Refused, match="fewer than two items have two ratings or more"):
            rated(["ab", "b."])
        assert rated(["ab", "bb"]).alpha.items == 2

    def test_weights_without_order(self) -> None:
        with pytest.raises(Refused, match="a nominal scale have no order"):
            rated(["ab", "bb"], weights="linear")

    @pytest.mark.parametrize("values", [None, [1], [1, 1], [1, 2, 3]])
    @pytest.mark.parametrize("scale", ["interval", "ratio"])
    def test_a_scale_without_its_values(self, scale: str, values: Any) -> None:
        with pytest.raises(Refused, match=f"the {scale} scale needs a number for each of 2 categories"):
            rated(["ab", "bb"], scale=scale, values=values)

    def test_a_ratio_scale_below_nought(self) -> None:
        with pytest.raises(Refused, match="-1 is below nought, and a ratio scale begins there"):
            rated(["ab", "bb"], scale="ratio", values=[2, -1])
        assert rated(["ab", "bb"], scale="interval", values=[2, -1]).alpha.value is not None

    @pytest.mark.parametrize(
        "more",
        [
            {"categories": ["a"]},
            {"raters": ["A"]},
            {"confidence": 0.49},
            {"confidence": 0.99991},
            {"scale": "interval", "values": [0, 1.1e12]},
            {"scale": "interval", "values": [0, -1.1e12]},
            {"draws": -1},
            {"draws": 5001},
            {"items": [{"name": "", "ratings": ["a", "a"]}]},
        ],
    )
    def test_out_of_bounds(self, more: Any) -> None:
        with pytest.raises(Refused):
            rated(["ab", "bb"], **more)

    def test_the_bounds_themselves_are_served(self) -> None:
        for confidence in (0.5, 0.9999):
            found = rated(["ab", "bb"], scale="interval", values=[-1e12, 1e12], confidence=confidence)
            assert found.alpha.value == pytest.approx(rated(["ab", "bb"]).alpha.value)

    def test_a_name_of_one_letter_is_served(self) -> None:
        items = [{"name": name, "ratings": ["a", "b"]} for name in "xy"]
        assert rated(["ab", "bb"], items=items).items[0].name == "x"

    def test_the_most_resamples(self) -> None:
        assert rated(["ab", "bb", "aa"], draws=5000).ratings == 6


def test_its_table_has_each_item() -> None:
    drawn = picture(from_counts(WIKIPEDIA))
    assert drawn.table.columns == ("Item", "a", "b", "c", "d", "e", "Agreement of pairs")
    assert drawn.table.rows[1][:6] == ("Item 2", 0, 2, 6, 4, 2)
    assert "one for each of 10 items; 9 of them are split." in drawn.alternative


def panels(least: int = 2, most: int = 5) -> st.SearchStrategy[list[str]]:
    return st.integers(least, most).flatmap(
        lambda raters: st.lists(st.text("abc", min_size=raters, max_size=raters), min_size=2, max_size=12)
    )


@given(panels())
@settings(max_examples=60)
def test_alpha_and_fleiss_differ_by_the_correction_for_few_ratings(rows: list[str]) -> None:
    """Krippendorff: with nothing missing, nominal alpha is kappa + (1 − kappa) / (ratings)."""
    found = rated(rows, "abc")
    if found.fleiss.value is None:
        assert found.alpha.value is None
    else:
        expected = found.fleiss.value + (1 - found.fleiss.value) / found.ratings
        assert found.alpha.value == pytest.approx(expected, abs=1e-9)


@given(panels())
@settings(max_examples=60)
def test_fleiss_as_statsmodels_has_it(rows: list[str]) -> None:
    found = rated(rows, "abc")
    if found.fleiss.value is not None:
        counts = np.array([item.counts for item in found.items])
        assert found.fleiss.value == pytest.approx(fleiss_kappa(counts), abs=1e-9)


@given(panels(2, 2))
@settings(max_examples=60)
def test_with_two_categories_all_weights_are_alike(rows: list[str]) -> None:
    rows = [row.replace("c", "a") for row in rows]
    values = {
        round(found.cohen.value, 9) if found.cohen.value is not None else None
        for weights in ("any disagreement alike", "linear", "quadratic")
        for found in [rated(rows, "ab", scale="ordinal", weights=weights)]
    }
    assert len(values) == 1


@given(panels(), st.randoms(use_true_random=False), st.sampled_from(["nominal", "ordinal"]))
@settings(max_examples=60)
def test_no_order_of_items_or_raters_changes_a_figure(rows: list[str], random: Any, scale: str) -> None:
    columns = list(range(len(rows[0])))
    random.shuffle(columns)
    turned = ["".join(row[column] for column in columns) for row in rows]
    random.shuffle(turned)
    one, other = rated(rows, "abc", scale=scale), rated(turned, "abc", scale=scale)
    for name in ("alpha", "fleiss", "cohen"):
        assert getattr(one, name).value == pytest.approx(getattr(other, name).value, abs=1e-9)
    assert one.observed == pytest.approx(other.observed)


@given(panels(), st.permutations("abc"))
@settings(max_examples=60)
def test_names_of_unordered_categories_change_nothing(rows: list[str], names: list[str]) -> None:
    renamed = [row.translate(str.maketrans("abc", "".join(names))) for row in rows]
    one, other = rated(rows, "abc"), rated(renamed, "abc")
    assert one.alpha.value == pytest.approx(other.alpha.value, abs=1e-9)


@given(panels(), st.sampled_from([0.001, 1.0, 365.0]), st.sampled_from([0.0, 50.0]))
@settings(max_examples=60)
def test_the_unit_of_an_interval_scale_changes_nothing(rows: list[str], unit: float, origin: float) -> None:
    one = rated(rows, "abc", scale="interval", values=[1, 2, 4])
    values = [origin + unit * each for each in (1, 2, 4)]
    other = rated(rows, "abc", scale="interval", values=values)
    assert one.alpha.value == pytest.approx(other.alpha.value, abs=1e-6)


@given(panels())
@settings(max_examples=60)
def test_no_figure_is_above_one_and_full_agreement_is_one(rows: list[str]) -> None:
    for found in (rated(rows, "abc"), rated([row[0] * len(row) for row in rows], "abc")):
        for each in (found.alpha, found.fleiss, found.cohen):
            assert each.value is None or each.value <= 1 + 1e-12
    assert found.observed == 1
    assert found.alpha.value in (None, pytest.approx(1))
