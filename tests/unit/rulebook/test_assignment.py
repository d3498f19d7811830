"""Assignment rulebooks: the shipped ones are sound, and one that is not says everything at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.spec.assignment.chapters import reference_folder

from speccom.criteria.decision_table import DecisionTable, Row, table_faults
from speccom.criteria.parse import parse
from speccom.problem import Problem
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.assignment import Template, find_assignment
from speccom.rulebook.assignment_load import load_assignment
from speccom.rulebook.errors import RulebookErrors
from speccom.rulebook.lookups import ReferenceErrors

METHODS = ("validation-tool-5.3", "flowchart-2025-26")
Change = Callable[[str, str, str], Path]


@pytest.fixture
def changed(tmp_path: Path) -> Change:
    """A copy of the flowchart with one text in one file changed."""

    def change(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "rulebook"
        if not folder.exists():
            shutil.copytree(find_assignment("flowchart-2025-26").folder, folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return change


def messages(folder: Path) -> list[str]:
    with pytest.raises(RulebookErrors) as raised:
        load_assignment(folder)
    return [f"{error.where}: {error.message}" for error in raised.value.errors]


@pytest.mark.parametrize("method", METHODS)
def test_the_shipped_rulebooks_are_sound(method: str) -> None:
    rulebook = load_assignment(find_assignment(method).folder)
    assert rulebook.method == method
    assert rulebook.identity == f"{rulebook.id}@{rulebook.version}#{rulebook.digest[:12]}"
    assert not table_faults([each.row for each in rulebook.rows])


def test_no_commissioner_and_no_box_is_named_in_the_code() -> None:
    """Whatever the health service changes every year is in the rulebook."""
    named = {"13Q", "VPP00", "7A5HC", "SD002", "C_6_1", "C-5", "NCBPS", "99999999", "GREEN"}
    package = Path(load_assignment.__code__.co_filename).parents[1]
    sources = [
        *(package / "activity" / "assign").glob("*.py"),
        *(package / "rulebook").glob("assignment*.py"),
    ]
    assert len(sources) > 8
    for path in sources:
        code = [line for line in path.read_text(encoding="utf-8").splitlines() if '"""' not in line]
        found = {name for name in named if any(name in line for line in code)}
        assert not found, f"{path.name} names {found}"


def test_an_unknown_method_names_the_nearest() -> None:
    with pytest.raises(Problem, match=r"did you mean `validation-tool-5\.3`"):
        find_assignment("validation-tool-5.2")


def test_a_folder_that_is_no_rulebook(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="there is no assignment rulebook here"):
        load_assignment(tmp_path)


def test_every_error_at_once(changed: Change) -> None:
    changed("rows.csv", "WB-1,WB-1", "WB-1,WB-1")
    changed("rows.csv", "home_country = 'E92000001'", "home_contry = 'E92000001'")
    changed("rows.csv", ",B-2,B-3,", ",B-22,B-3,")
    changed("rows.csv", "{gp_sub_icb}_AE_1_1", "{gp_subicb}_AE_1_1")
    changed("lookups.csv", "provider_hubs,provider,", "provider_hub,provider,")
    folder = changed("parts.csv", "any_unbundled_hrg('chemotherapy')", "any_unbundled_hrg('chemo')")
    found = "\n".join(messages(folder))
    assert "(A&E-1): There is no field “home_contry”" in found
    assert "(B-1): it leads to “B-22”, which does not exist" in found
    assert "the field `gp_subicb` is not known" in found
    assert "(provider_hub): the table `provider_hub` is not known" in found
    assert "chemo" in found


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("rows.csv", ",WB-10,", ",WB-1,", "it leads back to “WB-1”"),
        ("rows.csv", "\nWB-2,", "\nWB-1,", "“WB-1” is there already, in line"),
        ("rows.csv", "\nSTART,START,Is it an attendance", "\n,START,Is it an attendance", "`row` is blank"),
        ("rows.csv", ",A&E-1,A,", ",A&E-1,B charging,", "no row leads here, so it is never read"),
        ("rows.csv", "VPP00_A_1,VPP00,", "{gp_icb}{res_icb},VPP00,", "`answer` names more than one field"),
        ("rows.csv", "VPP00_A_1,VPP00,", "VPP00_A_1,{gp_icb},", "`commissioner` names another field"),
        ("rows.csv", ",A&E-1,A,,,,", ",A&E-1,A,X,,,", "the row leads on and answers too"),
        ("tables.csv", ",optional,,", ",perhaps,,", "`perhaps` is no presence"),
        ("tables.csv", "open_date,close_date", "open_date,", "only one of `first_day` and `last_day`"),
        ("lookups.csv", "detention_hub,", "sex,", "a field of the record has this name"),
        (
            "lookups.csv",
            ",home_postcode,postcode,health",
            ",age,postcode,health",
            "the key `age` is not known",
        ),
        ("lookups.csv", ",squeezed", ",pressed", "`pressed` is no form of a key"),
        ("lookups.csv", "provider_hub,the hub", "provider_hob,the hub", "There is no field “provider_hub”"),
        ("codesets.csv", "icd10,N46,prefix", "icd10,46N,prefix", "`46N` (prefix) is no code of icd10"),
        ("codesets.csv", "icd10,N46,prefix", "opcs4,N46,prefix", "has two classifications"),
        ("rulebook.toml", 'valid_to = "2026-03-31"', 'valid_to = "soon"', "this is not a date"),
        ("rulebook.toml", 'valid_to = "2026-03-31"', "", "`valid_to` is missing"),
        ("rulebook.toml", 'status = "official"', 'status = "odd"', "the status is one of"),
        ("rulebook.toml", 'status = "official"', "status = 1", "this is not text"),
    ],
)
def test_what_is_wrong_is_said(changed: Change, file: str, old: str, new: str, said: str) -> None:
    assert said in "\n".join(messages(changed(file, old, new)))


def test_an_empty_account_of_itself_lacks_everything(changed: Change) -> None:
    folder = changed("rulebook.toml", "\n", "\n")
    (folder / "rulebook.toml").write_text("", encoding="utf-8")
    said = "\n".join(messages(folder))
    for key in ("id", "version", "title", "valid_from", "valid_to", "source", "status"):
        assert f"`{key}` is missing" in said


def test_a_fact_that_nothing_asks_for(changed: Change) -> None:
    folder = changed(
        "lookups.csv",
        "provider_hub,",
        "spare,a spare one,provider_hubs,provider,provider_code,x,\nprovider_hub,",
    )
    assert messages(folder) == ["lookups.csv, line 29 (spare): no row asks for this fact"]


def test_the_hash_follows_what_can_change_an_answer(changed: Change) -> None:
    before = load_assignment(changed("rows.csv", "WB-1", "WB-1")).digest
    folder = changed("tables/eea_states.csv", "ZZ99 4GZ,France", "ZZ99 4GZ,Gaul")
    assert load_assignment(folder).digest != before
    changed("tables/eea_states.csv", "ZZ99 4GZ,Gaul", "ZZ99 4GZ,France")
    assert load_assignment(folder).digest == before
    lines = (folder / "lookups.csv").read_text(encoding="utf-8").splitlines()
    (folder / "lookups.csv").write_text("\n".join([lines[0], *lines[:0:-1]]) + "\n", encoding="utf-8")
    assert load_assignment(folder).digest == before
    changed("rows.csv", "'D', 'F'", "'D', 'E', 'F'")
    assert load_assignment(folder).digest != before


def test_reference_tables_that_cannot_be_used(tmp_path: Path) -> None:
    rulebook = load_assignment(find_assignment("validation-tool-5.3").folder)
    with pytest.raises(Problem, match="no such folder"):
        rulebook.reference(tmp_path / "nowhere")
    (tmp_path / "service_codes.csv").write_text(
        "service_code,specialised_flag,effective_from,effective_to\nX,1,soon,2025-01-01\n", encoding="utf-8"
    )
    with pytest.raises(ReferenceErrors) as raised:
        rulebook.reference(tmp_path)
    said = [f"{error.where}: {error.message}" for error in raised.value.errors]
    assert "assignment_reasons.csv: this file is missing" in said
    assert any(
        each.startswith("service_codes.csv: the column `icb_delegation_status` is missing") for each in said
    )
    assert "these reference tables have" in str(raised.value)


def test_lookups_are_as_at_a_day(tmp_path: Path) -> None:
    """Both days of a period count; a blank one is without end; the first row in force answers."""
    rulebook = load_assignment(find_assignment("flowchart-2025-26").folder)
    reference = rulebook.reference(reference_folder(tmp_path))
    delegated = rulebook.lookups["gp_sub_icb_delegated"]
    days = [date(2024, 3, 31), date(2024, 4, 1), date(2025, 3, 31), date(2025, 4, 1), date(2050, 4, 1)]
    assert [reference.value(delegated, "72Q", day) for day in days] == [None, "No", "No", "Yes", None]
    assert reference.value(delegated, "QKK", days[1]) is None
    assert reference.value(delegated, None, days[1]) is None
    assert reference.value(delegated, "72Q", None) is None
    forces = rulebook.lookups["english_forces_practice"]
    assert reference.value(forces, "A91902", date(2024, 6, 30)) == "1"
    assert reference.value(forces, "A91902", date(2024, 7, 1)) is None
    assert reference.value(forces, "A91901", date(2099, 1, 1)) == "1"
    place = rulebook.lookups["detention_hub"]
    assert reference.value(place, " zz2 1aa", None) == "14M"


@pytest.mark.parametrize(
    ("text", "value", "filled"),
    [("{a}_C_6_1", "72Q", "72Q_C_6_1"), ("{a}_C_6_1", None, None), ("X", None, "X"), ("", None, "")],
)
def test_templates(text: str, value: str | None, filled: str | None) -> None:
    assert Template(text).filled(value) == filled


def test_a_table_of_rows_refuses_what_leads_nowhere() -> None:
    criterion = parse("age < 19", ACTIVITY, {})
    with pytest.raises(Problem, match="it leads to “nowhere”, which does not exist"):
        DecisionTable([Row("one", criterion, when_met="nowhere"), Row("two", None, "x")])
    faults = table_faults(
        [Row("one", None, "x"), Row("two", None, "y"), Row("two", criterion, "z", "", "one")]
    )
    assert [fault.message for fault in faults] == ["two rows have this name", "it leads back to “one”"]
    assert [fault.row for fault in table_faults([Row("one", None, "x"), Row("two", None, "y")])] == ["two"]
