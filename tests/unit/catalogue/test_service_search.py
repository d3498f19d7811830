import pytest

from speccom.catalogue.service_search import search, words_of
from speccom.rulebook.identification import IdentificationRulebook


def codes(rulebook: IdentificationRulebook, asked: str) -> list[str]:
    return [match.service.code for match in search(rulebook, asked).matches]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("renal transplantation", "NCBPS11T"),
        ("TRANSPLANTATION, Renal!", "NCBPS11T"),
        ("transplant", "NCBPS11T"),
        ("dialysis", "NCBPS11B"),
        ("NCBPS01C", "NCBPS01C"),
        ("ncbps 01c", "NCBPS01C"),
        ("01C", "NCBPS01C"),
        ("N18.5", "NCBPS11B"),
        ("k26 2", "NCBPS13X"),
        ("aortic valves", "NCBPS13X"),
        ("cancer", "NCBPS01C"),
    ],
)
def test_services_are_found(rulebook: IdentificationRulebook, asked: str, first: str) -> None:
    assert codes(rulebook, asked)[0] == first


def test_what_is_found_by_its_rules_says_so(rulebook: IdentificationRulebook) -> None:
    match = search(rulebook, "long-term kidney").matches[0]
    assert match.because == "its rules look for long-term kidney disease"
    by_code = [each for each in search(rulebook, "N180").matches if each.service.code == "NCBPS11B"]
    assert by_code[0].because == "its rules look for N180 (long-term kidney disease)"


def test_a_misspelt_word_is_mended_and_said(rulebook: IdentificationRulebook) -> None:
    found = search(rulebook, "chemoterapy")
    assert [each.service.code for each in found.matches] == ["NCBPS01C"]
    assert found.instead == "chemotherapy"


@pytest.mark.parametrize(
    "asked", ["", "   ", "!!", "the of and", "xylophone", "NCBPS00Q", "'; drop table x", "²³"]
)
def test_nothing_found_is_no_error(rulebook: IdentificationRulebook, asked: str) -> None:
    assert codes(rulebook, asked) == []


def test_every_word_must_be_there(rulebook: IdentificationRulebook) -> None:
    assert codes(rulebook, "renal cancer") == []


def test_words_have_one_form() -> None:
    assert words_of("Services for Valves & Bodies, Pelvis, and Crohn's") == [
        "valve",
        "body",
        "pelvis",
        "crohn",
    ]
