"""Dose bands: every published threshold, the bands of known doses, and compliance."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.dose_band import METHOD, DoseBandInput, dose_band, explain
from speccom.methods.dose_band.administration import Verdict
from speccom.methods.dose_band.published_table import DoseBandRules, check_table, threshold
from speccom.problem import Problem
from speccom.rulebook.method_rules import read_method_rules

SHELF = Path(__file__).parents[3] / "rulebooks" / "dose_bands" / "national-dose-bands" / "2017"
CONTENT = dict(read_method_rules(SHELF).content)
RULES = DoseBandRules.model_validate(CONTENT)

# The two published tables by their band doses, apart from the rulebook.
BANDS_6 = (
    "28.8 32.4 36 39.6 44.4 49.2 54 60 66 72 78 84 90 96 108 120 132 144 162 180 198 216 240 270 300 "
    "336 378 420 474 534 600 678 768"
)
BANDS_20 = (
    "5.2 5.6 6 6.8 7.6 8.4 9.2 10.4 11.6 12.8 14.4 16 18 20 22 24 26 28 30 32 34 36 40 44 48 52 56 "
    "60 64 68 72 80 88 96 108 120 132 148 164 180 200 220 240 260 280 300 320 360 400 440 480 540 "
    "600 660 720 800 900 1000 1120 1260 1400 1580 1780 2000 2260 2560 2900 3280 3700 4180 4720 5340 "
    "6000"
)
# The 1 mg/mL table up to its band of 16 mg: band doses and the `From` above each (docslib 100960).
BANDS_1 = (
    "0.22 0.24 0.26 0.28 0.3 0.34 0.38 0.42 0.46 0.52 0.58 0.64 0.72 0.8 0.9 1 1.1 1.2 1.3 1.4 1.5 "
    "1.6 1.7 1.8 2 2.2 2.4 2.6 2.8 3 3.2 3.4 3.6 4 4.4 4.8 5.4 6 6.6 7.4 8.2 9 10 11 12 13 14 15 16 "
    "18"
)
FROM_1 = (
    "0.23 0.25 0.27 0.29 0.32 0.36 0.40 0.44 0.49 0.55 0.61 0.68 0.76 0.85 0.95 1.05 1.15 1.25 1.35 "
    "1.45 1.55 1.65 1.75 1.90 2.10 2.30 2.50 2.70 2.90 3.10 3.30 3.50 3.80 4.20 4.60 5.09 5.69 6.29 "
    "6.99 7.79 8.59 9.49 10.49 11.49 12.49 13.49 14.49 15.49 16.97"
)
# The variances that the 6 mg/mL table prints, in whole per cent, below and above each band.
PRINTED_6 = (
    "4,-6 6,-5 5,-5 5,-6 6,-5 5,-5 5,-5 5,-5 5,-4 4,-4 4,-4 4,-3 4,-3 3,-6 6,-5 5,-5 5,-4 4,-6 6,-5 "
    "5,-5 5,-4 4,-5 5,-6 6,-5 5,-6 6,-6 6,-5 5,-6 6,-6 6,-6 6,-6 6,-6 6,-6"
)


def doses(text: str) -> list[Decimal]:
    return [Decimal(each) for each in text.split()]


def one(**changes: object) -> dict[str, object]:
    first = {"reference": "1", "provider": "Ashdown", "table": "20 mg/mL", "prescribed_mg": "320.25"}
    return {**first, **changes}


def run(*administrations: dict[str, object], **rules: object):
    given = {"on": "2018-03-31", "administrations": administrations, "rules": {**CONTENT, **rules}}
    return dose_band(METHOD.read(given))


@pytest.mark.parametrize(
    ("lower", "upper", "concentration", "expected"),
    [
        pytest.param("320", "360", "20", "339.42", id="D1"),
        pytest.param("28.8", "32.4", "6", "30.55", id="D2"),
        pytest.param("8.4", "9.2", "20", "8.80", id="D3, where the naive mean gives 8.79"),
        pytest.param("6.0", "6.8", "20", "6.38", id="D4, where the naive mean gives 6.39"),
    ],
)
def test_thresholds_of_the_worked_examples(lower, upper, concentration, expected):
    assert threshold(Decimal(lower), Decimal(upper), Decimal(concentration)) == Decimal(expected)


@pytest.mark.parametrize(
    ("table", "concentration", "listed", "first", "last"),
    [("20 mg/mL", 20, BANDS_20, "5.00", "6368.68"), ("6 mg/mL", 6, BANDS_6, "27.58", "817.41")],
)
def test_every_published_threshold_is_reproduced_exactly(table, concentration, listed, first, last):
    bands = RULES.bands_of(table)
    assert [band.dose_mg for band in bands] == doses(listed)
    assert (bands[0].from_mg, bands[-1].below_mg) == (Decimal(first), Decimal(last))
    for low, high in pairwise(bands):
        assert threshold(low.dose_mg, high.dose_mg, Decimal(concentration)) == high.from_mg == low.below_mg


def test_the_law_gives_the_thresholds_of_a_third_table_too():
    bands = doses(BANDS_1)
    found = [threshold(low, high, Decimal(1)) for low, high in pairwise(bands)]
    assert found == doses(FROM_1)


def test_a_plain_geometric_mean_gives_only_39_of_the_72():
    bands = RULES.bands_of("20 mg/mL")
    plain = [
        (low.dose_mg * high.dose_mg).sqrt().quantize(Decimal("0.01")) == high.from_mg
        for low, high in pairwise(bands)
    ]
    assert (sum(plain), len(plain)) == (39, 72)


def test_the_tables_leave_their_own_tolerance_as_the_notes_count():
    of_20, of_6 = (check_table(table, RULES) for table in RULES.tables)
    assert (of_20.bands, of_20.thresholds, of_20.thresholds_reproduced) == (73, 72, 72)
    assert (of_20.bands_beyond_tolerance, of_20.furthest_percent, of_20.furthest_band_mg) == (
        19,
        Decimal("6.58"),
        Decimal("6.8"),
    )
    assert (of_6.bands, of_6.thresholds, of_6.thresholds_reproduced) == (33, 32, 32)
    assert (of_6.bands_beyond_tolerance, of_6.furthest_percent) == (9, Decimal("6.43"))
    assert of_20.bands_not_drawable == of_6.bands_not_drawable == 0


def test_the_printed_variances_of_the_6_mg_table_are_ours_rounded():
    printed = [tuple(int(part) for part in pair.split(",")) for pair in PRINTED_6.split()]
    for band, (below, above) in zip(RULES.bands_of("6 mg/mL"), printed, strict=True):
        found = [100 * (band.dose_mg - end) / end for end in (band.from_mg, band.below_mg)]
        assert (round(found[0]), round(found[1])) == (below, above)


@pytest.mark.parametrize(
    ("administration", "band", "variance"),
    [
        pytest.param(
            one(prescribed_mg=None, per_square_metre_mg="175", body_surface="1.83", table="6 mg/mL"),
            "336",
            "4.92",
            id="D5",
        ),
        pytest.param(one(), "320", "-0.08", id="D6"),
        pytest.param(one(prescribed_mg="152"), "148", "-2.63", id="D7"),
    ],
)
def test_bands_of_the_worked_examples(administration, band, variance):
    (dose,) = run(administration).doses
    assert (dose.band_mg, dose.variance_percent, dose.within_tolerance) == (
        Decimal(band),
        Decimal(variance),
        True,
    )


def test_doses_as_long_as_a_calculator_gives_them_sum_exactly():
    result = run(
        one(prescribed_mg=320.25499999999994, given_mg="320"),
        one(
            reference="2", prescribed_mg=None, per_square_metre_mg="175.1234567890", body_surface="1.83123456"
        ),
        one(reference="3", prescribed_mg="1000000.00000000000001", given_mg="6000"),
    )
    assert result.overall.prescribed_mg == Decimal("1000320.25499999999995")
    assert result.overall.difference_mg == Decimal("-994000.25499999999995")


def test_d9_a_dose_below_the_table_is_made_for_the_patient():
    result = run(one(prescribed_mg="4.99", given_mg="5"))
    (dose,) = result.doses
    assert (dose.band_mg, dose.variance_percent, dose.within_tolerance) == (None, None, None)
    assert dose.verdict is Verdict.OUTSIDE_TABLE
    assert (result.overall.counted, result.overall.banded_percent, result.overall.met) == (0, None, None)
    assert "no band and is made for the patient" in explain(result)


@pytest.mark.parametrize(
    ("prescribed", "band"),
    [("5", "5.2"), ("339.41", "320"), ("339.42", "360"), ("6368.67", "6000"), ("6368.68", None)],
)
def test_a_dose_on_a_threshold_takes_the_upper_band(prescribed, band):
    (dose,) = run(one(prescribed_mg=prescribed)).doses
    assert dose.band_mg == (None if band is None else Decimal(band))


def test_a_band_beyond_the_tolerance_stands_and_is_said():
    (dose,) = run(one(prescribed_mg="6.38")).doses
    assert (dose.band_mg, dose.variance_percent, dose.within_tolerance) == (
        Decimal("6.8"),
        Decimal("6.58"),
        False,
    )
    (biologic,) = run(one(prescribed_mg="6.38", kind="biologic")).doses
    assert (biologic.band_mg, biologic.within_tolerance) == (Decimal("6.8"), True)


LAW_OF_20 = (
    "The law of thresholds gives all 72 thresholds of the 20 mg/mL table (version 7) exactly. 19 of its 73 "
    "bands differ at one end by more than the conventional tolerance, the furthest by 6.58% (the band of "
    "6.8 mg); the published table stands."
)
SMALL = {
    "tables": [{"table": "T", "concentration": "1", "version": "1"}],
    "bands": [
        {"table": "T", "from_mg": "94.4", "below_mg": "105", "dose_mg": "100"},
        {"table": "T", "from_mg": "105", "below_mg": "112", "dose_mg": "110.25"},
    ],
}


def test_words_for_one_dose():
    assert explain(run(one())) == (
        "The prescribed dose of 320.25 mg takes the 20 mg/mL band of 320 mg, a difference of -0.08%, which "
        "is within the tolerance of its kind of medicine." + f" {LAW_OF_20}"
    )
    assert "a difference of +6.58%, which is beyond the tolerance" in explain(run(one(prescribed_mg="6.38")))
    assert explain(run(one(prescribed_mg="1", given_mg="1"))) == (
        "The prescribed dose of 1 mg lies outside the 20 mg/mL table, so it has no band and is made for "
        "the patient. 1 dose was prescribed outside the published table and is shown apart." + f" {LAW_OF_20}"
    )


def test_words_where_all_reach_the_share():
    said = explain(
        run(
            one(given_mg="320", provider="A"),
            one(given_mg="320", provider="B"),
            one(reference="2", provider="B"),
            one(reference="3", provider="B", prescribed_mg="1", given_mg="1"),
        )
    )
    assert said == (
        "Of 2 doses counted, 2 (100.00%) were given as the band of the published table, which reaches the "
        "90% asked for. Each of the 2 providers reaches it. 1 dose was prescribed outside the published "
        "table and is shown apart. 1 administration says no dose given, so it is not counted."
        f" {LAW_OF_20}"
    )


def test_words_where_some_do_not():
    said = explain(
        run(
            one(given_mg="320", provider="A"),
            *(one(given_mg="300", provider=name) for name in "BC"),
            *(one(reference=at, provider="B") for at in "24"),
            *(one(reference=at, provider="B", prescribed_mg="1", given_mg="1") for at in "35"),
            one(reference="6", provider="C", given_mg="301"),
        )
    )
    assert said == (
        "Of 4 doses counted, 1 (25.00%) was given as the band of the published table, which does not reach "
        "the 90% asked for. Of the rest, 2 were given as another band than the one for the dose prescribed "
        "and 1 was given as a dose that is no band. B (0.00%) and C (0.00%) do not reach it. 2 doses were "
        "prescribed outside the published table and are shown apart. 2 administrations say no dose given, "
        "so they are not counted." + f" {LAW_OF_20}"
    )
    alone = explain(run(one(given_mg="320"), one(reference="2", given_mg="300")))
    assert "reach it." not in alone


def test_a_table_off_the_law_is_said_and_one_within_tolerance_too():
    (check,) = run(one(table="T", prescribed_mg="100"), **SMALL).tables
    # The law would give 105.00; the mean of 100 and 110.25.
    assert (check.thresholds_reproduced, check.thresholds, check.bands_beyond_tolerance) == (1, 1, 0)
    moved = [{**row} for row in SMALL["bands"]]
    moved[0]["below_mg"] = moved[1]["from_mg"] = "104.5"
    said = explain(run(one(table="T", prescribed_mg="100"), tables=SMALL["tables"], bands=moved))
    assert (
        "The law of thresholds gives 0 of 1 thresholds of the T table (version 1) exactly. None of its 2"
        in said
    )


@pytest.mark.parametrize(
    ("dose", "steps", "drawable"),
    [
        ("0.05", [{"below_ml": "1", "step_ml": "0.01"}], True),
        ("0.055", [{"below_ml": "1", "step_ml": "0.01"}], False),
        ("1", [{"below_ml": "1", "step_ml": "0.3"}, {"step_ml": "0.5"}], True),
        ("1.2", [{"below_ml": "1", "step_ml": "0.3"}, {"step_ml": "0.5"}], False),
        ("1", [{"below_ml": "1", "step_ml": "1"}], False),
    ],
)
def test_a_band_is_drawable_where_a_syringe_measures_its_volume(dose, steps, drawable):
    rows = [{"table": "T", "from_mg": "0.01", "below_mg": "2", "dose_mg": dose}]
    (check,) = run(
        one(table="T", prescribed_mg="1"), tables=SMALL["tables"], bands=rows, volume_steps=steps
    ).tables
    assert check.bands_not_drawable == (0 if drawable else 1)


def test_a_band_exactly_at_the_tolerance_is_within_it():
    for percent, within in (("5", True), ("4.99", False)):
        (dose,) = run(
            one(table="T", prescribed_mg="105", given_mg="110.25"),
            **SMALL,
            conventional_tolerance_percent=percent,
        ).doses
        assert (dose.variance_percent, dose.within_tolerance) == (5, within)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"conventional_tolerance_percent": "0"}, "conventional_tolerance_percent"),
        ({"conventional_tolerance_percent": "100"}, "conventional_tolerance_percent"),
        ({"biologic_tolerance_percent": "0"}, "biologic_tolerance_percent"),
        ({"biologic_tolerance_percent": "100"}, "biologic_tolerance_percent"),
        ({"banded_share_percent": "0"}, "banded_share_percent"),
        ({"banded_share_percent": "100.5"}, "banded_share_percent"),
        ({"tables": []}, "tables"),
        ({"volume_steps": []}, "volume_steps"),
        ({"volume_steps": [{"step_ml": "0"}]}, "step_ml"),
        ({"volume_steps": [{"step_ml": "1", "below_ml": "0"}]}, "below_ml"),
        ({"tables": [{"table": "T", "version": "1", "concentration": "0"}]}, "concentration"),
    ],
)
def test_rules_that_cannot_be_are_refused(changes, said):
    with pytest.raises(Problem, match=said):
        run(one(), **changes)


def test_rules_on_their_bounds_are_served():
    served = run(
        one(table="T", prescribed_mg="100", given_mg="100"),
        **SMALL,
        conventional_tolerance_percent="0.5",
        biologic_tolerance_percent="0.5",
        banded_share_percent="100",
        volume_steps=[{"step_ml": "0.5", "below_ml": "0.5"}],
    )
    assert served.overall.met
    half = run(
        one(table="T", prescribed_mg="100"),
        **{**SMALL, "tables": [{**SMALL["tables"][0], "concentration": "0.5"}]},
    )
    assert half.tables[0].bands == 2
    by_surface = one(prescribed_mg=None, per_square_metre_mg="0.5", body_surface="4", table="20 mg/mL")
    assert run(by_surface).doses[0].prescribed_mg == 2
    with pytest.raises(Problem, match="body_surface"):
        run({**by_surface, "body_surface": "4.1"})


def many(banded: int, others: int) -> list[dict[str, object]]:
    made = [one(reference=f"b{at}", given_mg="320") for at in range(banded)]
    return made + [one(reference=f"o{at}", given_mg="321") for at in range(others)]


def test_d10_940_of_1000_is_94_per_cent_and_meets_the_scheme():
    overall = run(*many(940, 60)).overall
    assert (overall.counted, overall.banded, overall.individual) == (1000, 940, 60)
    assert (overall.banded_percent, overall.met) == (Decimal("94.00"), True)


@pytest.mark.parametrize(("banded", "others", "met"), [(9, 1, True), (899, 101, False), (900, 100, True)])
def test_the_share_asked_for_is_met_at_exactly_90_per_cent(banded, others, met):
    assert run(*many(banded, others)).overall.met is met


def test_verdicts_and_denominators():
    administrations = (
        one(reference="band", given_mg="320.00"),
        one(reference="other", given_mg="300"),
        one(reference="individual", given_mg="320.25"),
        one(reference="outside", prescribed_mg="4", given_mg="4"),
        one(reference="silent"),
    )
    result = run(*administrations)
    assert [each.verdict.value for each in result.doses] == [
        "band",
        "other_band",
        "individual",
        "outside_table",
        "not_said",
    ]
    assert (result.overall.counted, result.overall.banded_percent) == (3, Decimal("33.33"))
    assert (result.overall.outside_table, result.overall.not_said) == (1, 1)
    counting = run(*administrations, count_doses_outside_table=True).overall
    assert (counting.counted, counting.banded_percent) == (4, Decimal("25.00"))


def test_providers_are_judged_one_by_one():
    result = run(
        one(provider="B", given_mg="320"),
        one(provider="A", given_mg="300"),
        one(provider="C", given_mg="320"),
    )
    assert [(each.provider, each.met) for each in result.providers] == [
        ("A", False),
        ("B", True),
        ("C", True),
    ]
    assert "A (0.00%) does not reach it." in explain(result)
    assert "Of the rest, 1 was given as another band" in explain(result)


@pytest.mark.parametrize(
    ("administrations", "said"),
    [
        ([one(table="7 mg/mL")], "there is no dose-banding table `7 mg/mL`. The tables of National"),
        ([one(table="7 mg/mL")], "are 20 mg/mL, 6 mg/mL."),
        ([one(per_square_metre_mg="175", body_surface="1.8")], "neither in one way nor in the other"),
        ([one(prescribed_mg=None, body_surface="1.8")], "administration 1 of Ashdown: the prescribed dose"),
        ([one(prescribed_mg=None)], "Give either the dose in mg, or both"),
        ([one(), one()], "administration 1 of Ashdown is given 2 times, and each may be given once."),
        ([one(prescribed_mg="-1")], "administrations, number 1, prescribed_mg"),
        ([], "administrations"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_words(administrations, said):
    with pytest.raises(Problem) as refusal:
        run(*administrations)
    assert said in str(refusal.value)


def test_a_table_with_a_gap_is_no_table():
    broken = [{**row} for row in CONTENT["bands"]]
    broken[1]["from_mg"] = "5.41"
    with pytest.raises(
        Problem, match=r"its band of 5.2 mg ends at 5.40 mg and its band of 5.6 mg begins at 5.41 mg"
    ):
        run(one(), bands=broken)


def test_a_band_that_holds_no_dose_is_refused():
    with pytest.raises(Problem, match="the band of 5 mg holds no dose"):
        run(one(), bands=[{"table": "20 mg/mL", "from_mg": "5", "below_mg": "5", "dose_mg": "5"}])


def test_a_table_without_bands_is_refused():
    with pytest.raises(Problem, match="the table 20 mg/mL has no bands"):
        run(one(), bands=[row for row in CONTENT["bands"] if row["table"] == "6 mg/mL"])


def test_a_date_without_tables_is_refused():
    given = {"on": "2016-12-31", "administrations": [one()], "rules": CONTENT}
    with pytest.raises(Problem, match="the date asked for is 31 December 2016"):
        dose_band(METHOD.read(given))


amounts = st.decimals(min_value="4", max_value="7000", places=2)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("ABC"), amounts, st.none() | amounts), min_size=1, max_size=12))
def test_the_dose_is_conserved(rows):
    result = run(
        *(
            one(
                reference=str(at),
                provider=provider,
                prescribed_mg=str(dose),
                given_mg=None if got is None else str(got),
            )
            for at, (provider, dose, got) in enumerate(rows)
        )
    )
    said = [(dose, got) for _, dose, got in rows if got is not None]
    overall = result.overall
    assert overall.prescribed_mg == sum((dose for dose, _ in said), Decimal(0))
    assert overall.given_mg == sum((got for _, got in said), Decimal(0))
    assert overall.prescribed_mg + overall.difference_mg == overall.given_mg
    for figure in ("administrations", "counted", "banded", "outside_table", "given_mg", "difference_mg"):
        assert sum(getattr(each, figure) for each in result.providers) == getattr(overall, figure)


@settings(max_examples=60)
@given(amounts, amounts)
def test_a_higher_dose_never_takes_a_lower_band(one_dose, other):
    low, high = sorted((one_dose, other))
    bands = [run(one(prescribed_mg=str(each))).doses[0].band_mg for each in (low, high)]
    if None not in bands:
        assert bands[0] <= bands[1]


@settings(max_examples=60)
@given(amounts)
def test_a_band_holds_its_own_dose(prescribed):
    band = run(one(prescribed_mg=str(prescribed))).doses[0].band_mg
    if band is not None:
        assert run(one(prescribed_mg=str(band))).doses[0].band_mg == band


def test_the_rules_keep_what_is_not_settled():
    asked = DoseBandInput.model_validate(
        {"on": date(2020, 1, 1), "administrations": [one()], "rules": CONTENT}
    )
    assert (
        "whether a dose below or above the table counts against a provider was not found"
        in dose_band(asked).not_settled
    )
