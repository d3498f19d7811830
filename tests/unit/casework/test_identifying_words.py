"""A patient is named in more ways than one; what is no name is left alone."""

from __future__ import annotations

from datetime import date

import pytest

from speccom.casework.identifying_words import IdentifyingWords

PATIENT = IdentifyingWords(
    [
        "The Millbrook Surgery",
        "Ms Anna O'Neill-Baker",
        "AOB",
        date(1980, 5, 1),
        "9990000018",
        "12 High Street, Testham",
        None,
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "Anna has not answered to treatment",
        "Mrs O'Neill-Baker",
        "Patient AOB was seen",
        "number 999 000 0018",
        "999-000-0018",
        "born on 1 May 1980",
        "DoB 01/05/1980",
        "lives at 12 High street,  Testham",
        "registered at Millbrook",
    ],
)
def test_what_names_the_patient(text: str) -> None:
    assert PATIENT.name_somebody(text)


@pytest.mark.parametrize(
    "text",
    [
        "The patient has an anna antibody",
        "Ms is no name",
        "1 May 1981",
        "999 000 0026",
        "High dose",
        "",
        None,
        12,
    ],
)
def test_what_does_not(text: object) -> None:
    assert not PATIENT.name_somebody(text)
