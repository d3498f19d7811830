import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.criteria.evaluate import evaluate
from speccom.criteria.parse import parse
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.proof import CanBeTrue, NeverTrue, NotDecided, implies, study
from speccom.rulebook.sameness import asks_the_same

from .criteria_strategies import CRITERIA, RECORDS, SETS


def studied(text):
    return study(parse(text, ACTIVITY, SETS))


def truth(text, record):
    return evaluate(parse(text, ACTIVITY, SETS).expression, record).value


@pytest.mark.parametrize(
    "text",
    [
        "age >= 19 AND age < 18",
        "age > 17 AND age < 18",
        "age = 18.5",
        "age BETWEEN 20 AND 10",
        "age IN (1, 2) AND age NOT BETWEEN 0 AND 5",
        "age = 1 AND age IS NULL",
        "age IS NULL AND age IS NOT NULL",
        "total_cost > 10 AND total_cost <= 10",
        "activity_date > DATE '2025-04-01' AND activity_date < DATE '2025-04-02'",
        "treatment_function = '150' AND treatment_function = '160'",
        "treatment_function IN ('150', '160') AND treatment_function IN ('170', '180')",
        "treatment_function = '150' AND treatment_function LIKE '3%'",
        "treatment_function LIKE '15%' AND treatment_function LIKE '3%'",
        "treatment_function LIKE '15%' AND treatment_function NOT LIKE '1%'",
        "treatment_function > '3' AND treatment_function < '2'",
        "treatment_function = '150' AND in_codeset(treatment_function, 'heart')",
        "treatment_function LIKE '2%' AND in_codeset(treatment_function, 'ones')",
        "in_codeset(treatment_function, 'heart') AND NOT in_codeset(treatment_function, 'heart')",
        "sex = ''",
        "primary_diagnosis('c34') AND NOT any_diagnosis('c')",
        "primary_diagnosis('c') AND primary_diagnosis('e8')",
        "any_diagnosis('c3') AND NOT primary_diagnosis('c') AND NOT secondary_diagnosis('c3')",
        "secondary_diagnosis('c3') AND NOT (any_diagnosis('c') OR age = 1)",
        "(age < 1 OR treatment_function = '150') AND NOT (age < 2 OR treatment_function LIKE '1%')",
        "NOT (age < 19 OR age >= 19)",
    ],
)
def test_what_can_never_be_true_is_proved(text):
    assert isinstance(studied(text).verdict, NeverTrue)


@pytest.mark.parametrize(
    "text",
    [
        "age >= 18 AND age < 19",
        "total_cost > 10 AND total_cost < 10.01",
        "age IS NULL",
        "NOT (age < 19 AND age >= 19)",
        "treatment_function IS NOT NULL AND treatment_function NOT IN ('100', 'R1A')",
        "treatment_function LIKE '1_0' AND treatment_function NOT LIKE '15%'",
        "in_codeset(treatment_function, 'ones') AND NOT in_codeset(treatment_function, 'heart')",
        "primary_diagnosis('c') AND NOT any_diagnosis('c3')",
        "any_diagnosis('c') AND NOT primary_diagnosis('c')",
        "any_diagnosis('c34') AND NOT secondary_diagnosis('c')",
        "any_unbundled_hrg('sb')",
        "NOT any_procedure('j0')",
    ],
)
def test_what_can_be_true_is_shown_by_a_record(text):
    verdict = studied(text).verdict
    assert isinstance(verdict, CanBeTrue)
    assert all(truth(text, example) is True for example in verdict.examples)


def test_a_contradiction_names_the_parts_that_clash():
    verdict = studied(
        "sex = '1' AND primary_procedure('j01') AND NOT any_procedure('j0') AND age > 1"
    ).verdict
    assert isinstance(verdict, NeverTrue)
    assert verdict.parts == ("primary_procedure('j01')", "NOT any_procedure('j0')")


def test_what_is_too_large_or_too_odd_is_not_decided():
    large = studied(" AND ".join(f"(age <> {at} OR sex = '{at}')" for at in range(20))).verdict
    assert large == NotDecided("its conditions combine in more than 1,000 ways")
    odd = studied("provider LIKE '%7%' AND provider LIKE '%Q8%' AND provider NOT LIKE '7%'").verdict
    assert isinstance(odd, NotDecided)


@given(CRITERIA, st.lists(RECORDS, min_size=5, max_size=15))
def test_a_proof_of_never_holds_on_every_record(text, records):
    found = studied(text)
    if isinstance(found.verdict, NeverTrue):
        assert all(truth(text, record) is not True for record in records)
    if isinstance(found.verdict, CanBeTrue):
        assert all(truth(text, example) is True for example in found.verdict.examples)


@given(CRITERIA, st.lists(RECORDS, min_size=1, max_size=10))
def test_the_ways_to_be_true_are_all_there_are(text, records):
    found = studied(text)
    if found.ways is None:
        return
    for record in records:
        met = any(all(evaluate(each.leaf, record).value is each.truth for each in way) for way in found.ways)
        assert met is (truth(text, record) is True)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("age > 20", "age >= 19"),
        ("age > 20 AND any_diagnosis('c3')", "any_diagnosis('c')"),
        ("primary_diagnosis('c34')", "any_diagnosis('c') AND NOT primary_diagnosis('e8')"),
        ("age = 5", "age IN (4, 5) OR age IS NULL"),
        (
            "treatment_function = '170' OR treatment_function = '320'",
            "in_codeset(treatment_function, 'heart')",
        ),
    ],
)
def test_what_lies_within_another_is_proved(narrow, wide):
    assert implies(studied(narrow), studied(wide))
    assert not implies(studied(wide), studied(narrow))


def test_that_several_ways_together_cover_another_is_not_looked_for():
    assert not implies(studied("age IN (1, 2)"), studied("age < 2 OR age = 2"))


def test_a_missing_value_keeps_one_from_lying_within_another():
    assert not implies(studied("any_diagnosis('c')"), studied("any_diagnosis('c') AND (age < 5 OR age >= 5)"))


@given(CRITERIA, CRITERIA, st.lists(RECORDS, min_size=5, max_size=15))
def test_a_proof_of_lying_within_holds_on_every_record(narrow, wide, records):
    if implies(studied(narrow), studied(wide)):
        for record in records:
            assert truth(narrow, record) is not True or truth(wide, record) is True


@given(CRITERIA, st.sampled_from(["{} AND age < 90", "{} AND NOT any_diagnosis('c')", "age IS NULL AND {}"]))
def test_a_criterion_with_one_condition_more_lies_within_it(text, more):
    narrow, wide = studied(more.format(text)), studied(text)
    assert narrow.ways is None or wide.ways is None or implies(narrow, wide)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("age >= 19 AND sex = '1'", "sex='1'   and (AGE >= 19)", True),
        ("age BETWEEN 1 AND 5", "age >= 1 AND age <= 5", True),
        ("age NOT BETWEEN 1 AND 5", "NOT (age BETWEEN 1 AND 5)", True),
        ("sex IN ('2', '1')", "sex = '1' OR sex = '2'", True),
        ("sex NOT IN ('1')", "NOT sex = '1'", True),
        ("NOT (NOT any_diagnosis('c'))", "any_diagnosis('c')", True),
        ("age = 1 AND (age = 2 AND sex = '1')", "(age = 1 AND age = 2) AND sex = '1'", True),
        ("sex IS NOT NULL", "NOT sex IS NULL", True),
        ("age = 1 AND sex = '1'", "age = 1 OR sex = '1'", False),
        ("any_diagnosis('c')", "primary_diagnosis('c')", False),
        ("age = 1", "age = 2", False),
    ],
)
def test_criteria_are_the_same_however_they_are_written(one, other, same):
    first, second = (parse(text, ACTIVITY, SETS).expression for text in (one, other))
    assert asks_the_same(first, second) is same


@given(CRITERIA, CRITERIA, RECORDS)
def test_criteria_that_ask_the_same_answer_the_same(one, other, record):
    first, second = (parse(text, ACTIVITY, SETS).expression for text in (one, other))
    if asks_the_same(first, second):
        assert truth(one, record) == truth(other, record)


@given(CRITERIA, RECORDS)
def test_turning_a_criterion_inside_out_and_back_asks_the_same(text, record):
    twice = f"NOT (NOT ({text}))"
    first, second = (parse(each, ACTIVITY, SETS).expression for each in (text, twice))
    assert asks_the_same(first, second)
    assert truth(text, record) == truth(twice, record)
