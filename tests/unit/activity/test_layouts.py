"""Layouts as data, and how a file's layout is recognised."""

from pathlib import Path

import pytest

from speccom.activity.layouts import Layout, load_layouts
from speccom.activity.recognise import choose_layout
from speccom.problem import Problem
from speccom.rulebook import find
from speccom.rulebook.activity_record import ACTIVITY


@pytest.fixture
def layouts() -> dict[str, Layout]:
    return load_layouts(find.shelf())


def test_the_shipped_layouts(layouts: dict[str, Layout]) -> None:
    assert list(layouts) == ["canonical", "hes-apc", "hes-op", "sus-apc", "sus-op"]
    assert layouts["hes-apc"].lists["diagnoses"][0] == "DIAG_4_01"
    assert len(layouts["hes-apc"].lists["diagnoses"]) == 20
    assert len(layouts["hes-op"].lists["diagnoses"]) == 12
    assert len(layouts["hes-op"].lists["procedures"]) == 24


def test_canonical_takes_every_column_under_its_own_name(layouts: dict[str, Layout]) -> None:
    canonical = layouts["canonical"]
    assert {*canonical.columns, *canonical.lists} == {*ACTIVITY, "attended"}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["record_id"], "canonical"),
        (["RECORD_ID", "Age"], "canonical"),
        (["EPIKEY", "PROCODE3", "TRETSPEF"], "hes-apc"),
        (["epikey", "procode3", "tretspef"], "hes-apc"),
        (["ATTENDKEY", "PROCODE3", "TRETSPEF"], "hes-op"),
        (["Generated Record Identifier", "Patient Classification", "Treatment Function Code"], "sus-apc"),
        (["GeneratedRecordIdentifier", "AppointmentDate", "TreatmentFunctionCode"], "sus-op"),
        (["record_id", "EPIKEY", "PROCODE3", "TRETSPEF"], "hes-apc"),
    ],
)
def test_recognised_by_columns(names: list[str], expected: str, layouts: dict[str, Layout]) -> None:
    assert choose_layout(names, layouts, asked="auto", file="f.csv").id == expected


@pytest.mark.parametrize(
    ("names", "asked", "said"),
    [
        (["EPIKEY", "TRETSPEF"], "auto", "f.csv: no layout fits these columns. The nearest is hes-apc"),
        (["EPIKEY", "TRETSPEF"], "auto", "which also needs PROCODE3"),
        (["diagnoses", "age"], "auto", "which also needs record_id"),
        (["colour", "size"], "auto", "no layout knows any of these columns"),
        (["record_id", "EPIKEY", "ATTENDKEY", "PROCODE3", "TRETSPEF"], "auto", "say which it is"),
        (["record_id"], "hes-acp", "there is no layout called hes-acp. Did you mean hes-apc"),
        (["record_id"], "hes-apc", "needs a column EPIKEY"),
    ],
)
def test_not_recognised(names: list[str], asked: str, said: str, layouts: dict[str, Layout]) -> None:
    with pytest.raises(Problem) as problem:
        choose_layout(names, layouts, asked=asked, file="f.csv")
    assert said.lower() in str(problem.value).lower()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('id = "x"\n[columns]\nrecord_id = "A"', "title is not given"),
        ('id = "x"\ntitle = "X"\nrecognised_by = ["A"]\n[columns]\nage = "A"', "record_id"),
        ('id = "x"\ntitle = "X"\nrecognised_by = ["A"]\n[columns]\nrecord_id = "A"\nsize = "B"', "size"),
        (
            'id = "x"\ntitle = "X"\nrecognised_by = ["A"]\nnul_text = []\n[columns]\nrecord_id = "A"',
            "nul_text",
        ),
        (
            'id = "x"\ntitle = "X"\nrecognised_by = ["A"]\ndataset = "ae"\n[columns]\nrecord_id = "A"',
            "apc or op",
        ),
        ("id = ", "cannot be read"),
    ],
)
def test_a_layout_that_is_not_well_formed(text: str, said: str, tmp_path: Path) -> None:
    folder = tmp_path / "layouts"
    folder.mkdir()
    (folder / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=said):
        load_layouts(tmp_path)


def test_no_layouts_at_all(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no layouts"):
        load_layouts(tmp_path)
