"""`speccom calculate`: what it prints and writes, what it refuses, and its exit codes."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from speccom import commands, methods
from speccom.problem import Problem

PRICE = {
    "on": "2025-07-01",
    "lines": [{"id": "a", "provider": "R1H", "setting": "elective", "hrg": "HC54C"}],
}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def calculate(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `speccom calculate` with some words; return the exit code and what was printed."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        code = commands.main(["calculate", *map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def price_file(tmp_path: Path) -> Path:
    path = tmp_path / "lines.json"
    path.write_text(json.dumps(PRICE), encoding="utf-8")
    return path


@pytest.fixture
def budget_file(tmp_path: Path) -> Path:
    path = tmp_path / "budget.json"
    path.write_text(json.dumps(methods.load("budget_impact").example()), encoding="utf-8")
    return path


def standard_input(monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> None:
    held = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(held, encoding="utf-8"))


def test_the_list_names_every_method_with_its_title(calculate: Run) -> None:
    code, out, err = calculate("--list")
    assert (code, err) == (0, "")
    lines = [line.split(maxsplit=1) for line in out.splitlines()]
    assert [line[0] for line in lines] == list(methods.names())
    assert ["budget_impact", "Budget impact"] in lines
    assert ["price", "Price"] in lines
    assert len({line.index(line.split(maxsplit=1)[1]) for line in out.splitlines()}) == 1


def test_the_schema_describes_the_input(calculate: Run) -> None:
    code, out, _ = calculate("--schema", "price")
    schema = json.loads(out)
    assert code == 0
    assert set(schema["properties"]) == {"on", "rules", "lines"}
    assert schema["properties"]["on"]["description"] == "The day whose prices are wanted."


def test_the_example_is_served_as_it_is_printed(calculate: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, example, _ = calculate("--example", "price")
    assert code == 0
    assert "rules" not in json.loads(example)
    standard_input(monkeypatch, example)
    code, out, err = calculate("price")
    assert (code, err) == (0, "")
    assert json.loads(out)["method"] == "price"


def test_an_answer_carries_its_method_its_rulebook_its_words_and_its_result(
    calculate: Run, price_file: Path
) -> None:
    code, out, err = calculate("price", price_file)
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert list(answer) == ["method", "rulebook", "explanation", "result"]
    assert answer["method"] == "price"
    name, digest = answer["rulebook"].split("#")
    assert name == "illustrative-prices@2025-26"
    assert len(digest) == 12
    assert answer["explanation"].startswith("By “Illustrative price list of 2025/26”, 1 line of activity")
    assert answer["result"]["paid_pence"] == 1_146_195
    assert "£" in out  # written as it is, not escaped


def test_the_words_alone(calculate: Run, price_file: Path) -> None:
    code, out, err = calculate("price", price_file, "--words")
    assert (code, err) == (0, "")
    assert out.startswith("By “Illustrative price list of 2025/26”")
    assert "{" not in out


def test_rules_that_the_input_brings_need_no_date_and_no_identity(
    calculate: Run, price_file: Path, tmp_path: Path
) -> None:
    rules = {
        "id": "own",
        "version": "1",
        "title": "Our own prices",
        "valid_from": "2020-01-01",
        "valid_to": "2020-12-31",
        "source": "a test",
        "status": "official",
        "prices": [{"hrg": "HC54C", "elective": 1}],
        "market_forces": [{"provider": "R1H", "index": 1}],
        "payment_bases": [{"setting": "elective", "basis": "unit"}],
        "short_stay_days": 2,
        "short_stay_age": 19,
    }
    path = tmp_path / "own.json"
    path.write_text(json.dumps({**PRICE, "on": "2020-06-01", "rules": rules}), encoding="utf-8")
    code, out, _ = calculate("price", path)
    answer = json.loads(out)
    assert code == 0
    assert "rulebook" not in answer
    assert answer["result"]["paid_pence"] == 100


def test_input_with_a_byte_order_mark_is_read(calculate: Run, tmp_path: Path) -> None:
    path = tmp_path / "marked.json"
    path.write_text(json.dumps(PRICE), encoding="utf-8-sig")
    assert calculate("price", path)[0] == 0


def test_the_picture_is_written_beside_the_answer(calculate: Run, price_file: Path, tmp_path: Path) -> None:
    picture = tmp_path / "picture.svg"
    code, out, _ = calculate("price", price_file, "--picture", picture)
    assert code == 0
    assert json.loads(out)["result"]["paid_pence"] == 1_146_195
    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_the_workbook_is_written_beside_the_answer(calculate: Run, budget_file: Path, tmp_path: Path) -> None:
    python_calamine = pytest.importorskip("python_calamine")
    path = tmp_path / "budget.xlsx"
    code, out, err = calculate("budget_impact", budget_file, "--workbook", path)
    assert (code, err) == (0, "")
    impact = json.loads(out)["result"]["mid"]["impact"]
    book = python_calamine.CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["About", "Results", "Inputs", "Calculation"]
    rows = book.get_sheet_by_name("Results").to_python()
    start = next(place for place, row in enumerate(rows) if row[0] == "Scenario: mid")
    counted = next(row for row in rows[start:] if row[1] == "Counted payers")
    assert [round(cell * 100) for cell in counted[2:7]] == impact


def refusal(calculate: Run, *words: str | Path) -> str:
    code, out, err = calculate(*words)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    return err


def test_a_method_without_a_workbook_or_a_chart_says_so(
    calculate: Run, price_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "x.xlsx"
    assert "`price` has no workbook. Its result as JSON holds every figure." in refusal(
        calculate, "price", price_file, "--workbook", path
    )
    assert not path.exists()
    for name in methods.names():
        if methods.load(name).picture is None and not methods.load(name).rules:
            given = tmp_path / "given.json"
            given.write_text(json.dumps(methods.load(name).example(), default=str), encoding="utf-8")
            said = refusal(calculate, name, given, "--picture", tmp_path / "x.svg")
            assert f"`{name}` has no chart. Its result is told by its figures alone." in said
            return


@pytest.mark.parametrize("option", ["--picture", "--workbook"])
def test_a_file_that_cannot_be_written_is_named(
    calculate: Run, budget_file: Path, tmp_path: Path, option: str
) -> None:
    path = tmp_path / "no such folder" / "file"
    said = refusal(calculate, "budget_impact", budget_file, option, path)
    assert f"{path}: it cannot be written (No such file or directory)." in said


def test_no_method_at_all(calculate: Run) -> None:
    said = refusal(calculate)
    assert "no method was named. `speccom calculate --list` names the methods." in said


@pytest.mark.parametrize("words", [("pricee",), ("--schema", "pricee"), ("--example", "pricee")])
def test_an_unknown_method_is_named_with_the_nearest(calculate: Run, words: tuple[str, ...]) -> None:
    said = refusal(calculate, *words)
    assert "there is no method `pricee`; did you mean `price`?" in said
    assert "`speccom calculate --list` names the methods." in said


def test_what_a_method_refuses_is_said_in_words(calculate: Run, tmp_path: Path) -> None:
    path = tmp_path / "refused.json"
    path.write_text(json.dumps({**PRICE, "lines": [PRICE["lines"][0]] * 2}), encoding="utf-8")
    assert "line a is there twice. Give each line a name of its own." in refusal(calculate, "price", path)


def test_each_place_that_is_wrong_is_named(calculate: Run, tmp_path: Path) -> None:
    path = tmp_path / "wrong.json"
    line = {**PRICE["lines"][0], "units": -1, "colour": "red"}  # type: ignore[dict-item]
    path.write_text(json.dumps({**PRICE, "lines": [line]}), encoding="utf-8")
    said = refusal(calculate, "price", path)
    assert "lines, number 1, units: input should be greater than or equal to 0, and it is '-1'" in said
    assert "lines, number 1, colour: is not something this method takes" in said
    assert "`speccom calculate --schema price` prints what it takes." in said


@pytest.mark.parametrize("text", ["", "{", "[1, 2", "not json", '{"on": "2025-07-01",}'])
def test_broken_json_is_no_crash(calculate: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    assert "not valid JSON" in refusal(calculate, "price", path)


@pytest.mark.parametrize("text", ["[]", "7", '"price"', "null"])
def test_json_that_is_no_object_is_no_crash(calculate: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    assert "the input: " in refusal(calculate, "price", path)


def test_very_deep_json_is_no_crash(calculate: Run, tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    refusal(calculate, "price", path)


def test_a_missing_file_is_named(calculate: Run, tmp_path: Path) -> None:
    path = tmp_path / "absent.json"
    assert f"{path}: it cannot be read (No such file or directory)." in refusal(calculate, "price", path)


def test_a_file_in_another_encoding_is_named(calculate: Run, tmp_path: Path) -> None:
    path = tmp_path / "latin.json"
    path.write_bytes(b'{"title": "\xa3"}')
    said = refusal(calculate, "price", path)
    assert f"{path}: it is not in UTF-8. Save it again as UTF-8." in said


def test_standard_input_in_another_encoding_is_named(calculate: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(PRICE).encode("utf-16")
    held = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", errors="surrogateescape")
    monkeypatch.setattr(sys, "stdin", held)
    assert calculate("price") == (
        2,
        "",
        "standard input: it is not in UTF-8. Save it again as UTF-8.\n",
    )


def test_standard_input_with_a_byte_order_mark_is_read(
    calculate: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    standard_input(monkeypatch, "\ufeff" + json.dumps(PRICE))
    assert calculate("price", "--words")[0] == 0


@pytest.mark.parametrize("name", ["price", "funnel"])
def test_a_field_given_twice_is_refused_since_one_of_them_would_be_lost(
    calculate: Run, tmp_path: Path, name: str
) -> None:
    text = json.dumps(methods.load(name).example())
    field = json.dumps(next(iter(methods.load(name).example())))
    path = tmp_path / "twice.json"
    path.write_text(text[:-1] + f", {field}: 1}}", encoding="utf-8")
    code, out, err = calculate(name, path)
    assert (code, out) == (2, "")
    assert f"`{json.loads(field)}` is given twice in one place" in err


@pytest.mark.parametrize(
    ("digits", "refused"), [("9" * 18, False), ("1" + "0" * 18, True), ("9" * 400, True)]
)
def test_a_number_without_end_is_refused(calculate: Run, tmp_path: Path, digits: str, refused: bool) -> None:
    path = tmp_path / "much.json"
    line = {"line": "a", "kind": "other", "plan_pence": 0, "actual_pence": -1}
    path.write_text(json.dumps({"lines": [line]}).replace("-1", "-" + digits), encoding="utf-8")
    _, _, err = calculate("variance_bridge", path)
    assert ("has more than 18 digits" in err) is refused


def test_a_figure_beyond_all_calculation_is_refused_and_is_no_fault_of_the_program(
    calculate: Run, tmp_path: Path
) -> None:
    given = json.loads(json.dumps(methods.load("location").example()))
    given["areas"][0]["demand"] = 1e308
    path = tmp_path / "huge.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    with np.errstate(over="ignore"):
        code, out, err = calculate("location", path)
    assert (code, out) == (2, "")
    assert "a figure is so large, or so near to nought, that no answer can be calculated" in err


@pytest.mark.parametrize("output", ["--picture", "--workbook"])
def test_nothing_is_written_over_the_input(calculate: Run, budget_file: Path, output: str) -> None:
    before = budget_file.read_bytes()
    code, out, err = calculate(
        "budget_impact", budget_file, output, budget_file.parent / "." / budget_file.name
    )
    assert (code, out) == (2, "")
    assert "is named twice" in err
    assert budget_file.read_bytes() == before


def test_the_chart_and_the_workbook_have_a_file_each(calculate: Run, budget_file: Path) -> None:
    both = budget_file.parent / "both"
    code, _, err = calculate("budget_impact", budget_file, "--picture", both, "--workbook", both)
    assert code == 2
    assert "is named twice" in err
    assert not both.exists()


def test_pages_that_cannot_be_written_are_named(calculate: Run, budget_file: Path) -> None:
    code, _, err = calculate("--pages", budget_file)
    assert code == 2
    assert err.startswith(f"{budget_file}: it cannot be written (")


def test_standard_input_is_named_too(calculate: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, b"\xa3")
    assert "standard input: it is not in UTF-8." in refusal(calculate, "price")


@pytest.mark.parametrize("on", [None, "", "soon", "2025-13-01", 20250701])
def test_rules_are_not_found_without_a_date(calculate: Run, tmp_path: Path, on: Any) -> None:
    path = tmp_path / "undated.json"
    given = {**PRICE, "on": on} if on is not None else {"lines": PRICE["lines"]}
    path.write_text(json.dumps(given), encoding="utf-8")
    said = refusal(calculate, "price", path)
    assert (
        "the input of `price`: `on` is missing or is not a date such as 2025-04-01, and the rules change "
        "with the year." in said
    )
    assert "Give the date that the rules are wanted for; none is guessed." in said


def test_a_date_without_rules_is_refused_with_those_there_are(calculate: Run, tmp_path: Path) -> None:
    path = tmp_path / "late.json"
    path.write_text(json.dumps({**PRICE, "on": "2040-01-01"}), encoding="utf-8")
    said = refusal(calculate, "price", path)
    assert "no version of the prices rulebook `illustrative-prices` is valid on 1 January 2040." in said
    assert "2025-26 (1 April 2025 to 31 March 2026); none is used outside its dates." in said


def test_the_date_decides_which_version_is_used(calculate: Run, tmp_path: Path) -> None:
    found = {}
    for day in ("2022-03-31", "2022-04-01", "2026-04-01"):
        path = tmp_path / f"{day}.json"
        path.write_text(json.dumps({**methods.load("budget_impact").example(), "on": day}), encoding="utf-8")
        found[day] = json.loads(calculate("budget_impact", path)[1])["rulebook"].split("#")[0]
    assert found == {
        "2022-03-31": "england-thresholds@2021-22",
        "2022-04-01": "england-thresholds@2022-26",
        "2026-04-01": "england-thresholds@2026-27",
    }


def test_where_several_rulebooks_are_on_the_shelf_one_is_named(
    calculate: Run, price_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    shipped = repository / "rulebooks" / "prices" / "illustrative" / "2025-26"
    for name, price in (("cheap", "elective\nHC54C,1"), ("dear", "elective\nHC54C,9")):
        folder = tmp_path / "shelf" / "prices" / name / "1"
        folder.mkdir(parents=True)
        for each in shipped.iterdir():
            text = each.read_text(encoding="utf-8").replace("illustrative-prices", name)
            (folder / each.name).write_text(text, encoding="utf-8")
        (folder / "prices.csv").write_text(f"hrg,{price}\n", encoding="utf-8")
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(tmp_path / "shelf"))
    said = refusal(calculate, "price", price_file)
    assert "there are several rulebooks of the kind `prices`: cheap, dear. Say which one is meant." in said
    code, out, _ = calculate("price", price_file, "--rules", "dear")
    assert code == 0
    assert json.loads(out)["result"]["lines"][0]["components"][0]["pence"] == 900
    assert json.loads(out)["rulebook"].startswith("dear@2025-26#")
    assert "there is no prices rulebook `deer`; did you mean `dear`?" in refusal(
        calculate, "price", price_file, "--rules", "deer"
    )


def test_the_pages_of_one_method_are_written(calculate: Run, tmp_path: Path, repository: Path) -> None:
    code, out, _ = calculate("price", "--pages", tmp_path / "pages")
    assert (code, out) == (0, "")
    written = sorted(path.relative_to(tmp_path / "pages") for path in (tmp_path / "pages").rglob("*.*"))
    assert [str(path) for path in written] == ["README.md", "pictures/price.svg", "price.md"]
    assert (tmp_path / "pages" / "price.md").read_text(encoding="utf-8") == (
        repository / "docs" / "methods" / "price.md"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words", [("--list", "--schema", "price"), ("--schema",), ("price", "--colour"), ("price", "a", "b")]
)
def test_wrong_use(calculate: Run, words: tuple[str, ...]) -> None:
    code, out, err = calculate(*words)
    assert (code, out) == (2, "")
    assert "usage: speccom calculate" in err


def test_a_problem_is_one_that_a_person_can_mend() -> None:
    with pytest.raises(Problem) as problem:
        methods.load("nothing like it at all")
    assert problem.value.mend == "`speccom calculate --list` names the methods"
