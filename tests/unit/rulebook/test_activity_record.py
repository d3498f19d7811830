import re

import pytest

from speccom.criteria.codes import CLASSIFICATIONS
from speccom.criteria.criterion_errors import CriterionErrors
from speccom.criteria.parse import parse
from speccom.criteria.vocabulary import FieldType
from speccom.rulebook.activity_record import ACTIVITY

COLUMNS = """record_id dataset spell_id activity_date provider site age sex treatment_function main_specialty
admission_method patient_classification hrg spell_hrg gp_practice gp_responsibility residence_responsibility
host_sub_icb commissioned_service_category service_code point_of_delivery diagnoses procedures unbundled_hrgs
charging_category administrative_category source_of_admission home_postcode home_country practice_geography
referral_service contracted_hub submitted_service_line official_service_line official_assignment
activity_count total_cost"""


def test_the_vocabulary_is_the_canonical_record():
    assert list(ACTIVITY) == COLUMNS.split()


def test_titles_are_phrases_for_people():
    for field in ACTIVITY.values():
        assert re.match(r"(the|whether) [^_.]+$", field.title), field.name
        assert field.meaning.endswith(".")
        assert field.classification is None or field.classification in CLASSIFICATIONS


def test_its_functions_are_those_of_the_contract():
    assert sorted(ACTIVITY.functions) == [
        "any_diagnosis",
        "any_procedure",
        "any_unbundled_hrg",
        "primary_diagnosis",
        "primary_procedure",
        "secondary_diagnosis",
        "secondary_procedure",
    ]


def test_only_five_columns_may_be_asked_for_a_set():
    scalars = {
        each.name for each in ACTIVITY.values() if each.classification and each.type != FieldType.CODES
    }
    assert scalars == {"treatment_function", "main_specialty", "hrg", "provider", "site"}
    with pytest.raises(CriterionErrors):
        parse("in_codeset(spell_hrg, 'sb')", ACTIVITY, {})


def test_what_identifies_a_patient_is_marked():
    marked = {each.name for each in ACTIVITY.values() if each.confidentiality == "identity"}
    assert marked == {"record_id", "spell_id", "home_postcode"}
