import html
import re

import pytest
from django.test import Client

from speccom.activity.explain import explain_record
from speccom.activity.records import normal_record
from speccom.analysis.record_explained import conditions_of, near_rules
from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_rows import place_of, record_at_place


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (1, "It is counted under Renal transplantation (adults)."),
        (1, "The record qualifies for 2 services. Renal transplantation (adults) comes first"),
        (1, "The extract already gave this record to Renal transplantation (adults), which is also"),
        (2, "No rule is true of this record itself. It is part of a hospital stay in which another record"),
        (3, "This admitted episode is not specialised."),
        (4, "which differs from what this run gives"),
        (6, "No rule of the rulebook is true of this record."),
        (7, "It is counted under Chemotherapy."),
        (8, "Nor does another record of its hospital stay make the stay specialised."),
        (9, "None came near."),
        (10, "This outpatient attendance is specialised."),
    ],
)
def test_a_record_says_why(client: Client, row: int, words: str) -> None:
    assert words in text_of(client, f"/runs/small/rows/{row}")


def test_no_record_contradicts_its_label(client: Client) -> None:
    for row in range(1, 12):
        assert "do not agree" not in text_of(client, f"/runs/small/rows/{row}")


def near_of(run: RunFolder, position: int) -> dict[str, tuple[str, ...]]:
    place = place_of(run, position)
    record = normal_record(record_at_place(place), dataset=place.source.dataset or None)
    explained = explain_record(run.rulebook, record, None)
    return {each.service.code: conditions_of(each).failed for each in near_rules(explained)}


def test_near_rules_tell_what_was_missing(small: RunFolder) -> None:
    child = near_of(small, 2)
    assert list(child) == ["NCBPS11T"]
    assert "at least 19" in child["NCBPS11T"][0] or "under 19" in child["NCBPS11T"][0]
    kidney_too = near_of(small, 5)
    assert "long-term kidney disease" in kidney_too["NCBPS13X"][0]


def test_that_a_patient_is_an_adult_brings_no_rule_near(small: RunFolder) -> None:
    assert near_of(small, 1) == {}


def test_a_row_beyond_the_run_is_not_found(client: Client) -> None:
    assert client.get("/runs/small/rows/12").status_code == 404
    assert client.get("/runs/small/rows/0").status_code == 404
    assert client.get("/runs/small/rows/99999999999999999999").status_code == 404
