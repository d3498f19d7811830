from datetime import date
from pathlib import Path

import pytest

from speccom.problem import Problem
from speccom.rulebook.find import find, list_rulebooks, shelf, unreadable_rulebooks


def put(folder: Path, name: str, version: str, first: str, last: str) -> None:
    place = folder / "identification" / name / version
    place.mkdir(parents=True)
    (place / "rulebook.toml").write_text(
        f'id = "{name}"\nversion = "{version}"\ntitle = "T"\nvalid_from = "{first}"\n'
        f'valid_to = {last}\nstatus = "illustrative"\n'
    )


@pytest.fixture
def shelved(tmp_path, monkeypatch):
    put(tmp_path, "national", "2025-26", "2025-04-01", '"2026-03-31"')
    put(tmp_path, "national", "2026-27", "2026-04-01", "2027-03-31")
    put(tmp_path, "twofold", "a", "2025-04-01", '"2026-03-31"')
    put(tmp_path, "twofold", "b", "2026-03-31", '"2026-12-31"')
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(tmp_path))
    return tmp_path


def test_the_version_of_the_day_is_found(shelved):
    assert find("identification", "national", on=date(2026, 3, 31)).version == "2025-26"
    assert find("identification", "national", on=date(2026, 4, 1)).version == "2026-27"
    assert [each.version for each in list_rulebooks("identification")] == ["2025-26", "2026-27", "a", "b"]


def test_a_date_outside_every_version_is_refused(shelved):
    with pytest.raises(Problem) as raised:
        find("identification", "national", on=date(2024, 5, 1))
    assert str(raised.value) == (
        "no version of the identification rulebook `national` is valid on 1 May 2024. There is 2025-26 "
        "(1 April 2025 to 31 March 2026) and 2026-27 (1 April 2026 to 31 March 2027); none is used outside "
        "its dates."
    )


def test_two_versions_of_one_day_are_refused(shelved):
    with pytest.raises(
        Problem, match="2 versions of the identification rulebook `twofold` are valid on 31 March"
    ):
        find("identification", "twofold", on=date(2026, 3, 31))


def test_an_unknown_rulebook_is_named_with_the_nearest(shelved):
    with pytest.raises(Problem, match=r"did you mean `national`\? There is national and twofold"):
        find("identification", "nationl", on=date(2026, 3, 31))
    with pytest.raises(Problem, match="There are none in"):
        find("processes", "national", on=date(2026, 3, 31))


def test_one_that_cannot_be_read_is_named_and_hides_no_other(shelved):
    broken = shelved / "identification" / "broken"
    broken.mkdir()
    (broken / "rulebook.toml").write_text("id = ")
    assert len(list_rulebooks("identification")) == 4
    (problem,) = unreadable_rulebooks("identification")
    assert "this is not valid TOML" in str(problem)
    with pytest.raises(Problem, match="1 more cannot be read"):
        find("identification", "other", on=date(2026, 3, 31))


def test_a_shelf_that_is_not_there_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(tmp_path / "none"))
    with pytest.raises(Problem, match="SPECCOM_RULEBOOKS names"):
        shelf()


def test_without_a_setting_the_shelf_is_the_one_that_came_with_speccom(monkeypatch):
    monkeypatch.delenv("SPECCOM_RULEBOOKS", raising=False)
    assert (shelf() / "identification").is_dir()


@pytest.mark.parametrize("line", ['version = "2025/26"', 'version = ".."', 'id = "a/b"'])
def test_a_name_that_no_address_can_hold_is_refused_and_hides_no_other(tmp_path, line):
    key = line.split(" ")[0]
    facts = {"id": '"x"', "version": '"1"', "title": '"T"', "status": '"illustrative"'}
    facts |= {"valid_from": "2025-04-01", "valid_to": "2026-03-31", key: line.split(" = ")[1]}
    folder = tmp_path / "identification" / "x"
    folder.mkdir(parents=True)
    text = "\n".join(f"{name} = {value}" for name, value in facts.items())
    (folder / "rulebook.toml").write_text(text, encoding="utf-8")
    assert list_rulebooks("identification", tmp_path) == ()
    (problem,) = unreadable_rulebooks("identification", tmp_path)
    assert "no web address can hold" in str(problem)
