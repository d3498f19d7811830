import string
from datetime import date

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from speccom.commands import main
from speccom.problem import Problem
from speccom.rulebook import workbook_size
from speccom.rulebook.errors import RulebookErrors
from speccom.rulebook.identification import load_identification
from speccom.rulebook.shape import TABLES
from speccom.rulebook.sheet import export_sheet, import_sheet
from speccom.rulebook.write_folder import write_folder
from speccom.rulebook.written import Row, Table, WrittenRulebook

NASTY = "=+-@'\"<r>/&,;\n\t#_x 0123456789EeéßĀ漢😀"
TEXT = st.one_of(
    st.text(alphabet=string.ascii_letters + NASTY, max_size=30),
    st.sampled_from(
        ["=1+1", "+44", "-1", "@cmd", "<r>a</r>", "_x0041_", "010", "1E10", "TRUE", "2025-04-01"]
    ),
).map(str.strip)
FILLED = TEXT.filter(bool)
ADDRESSABLE = FILLED.filter(lambda text: not set(text) & {"/", "\n", "\t"})
CODES = {
    "icd10": st.from_regex(r"[A-Z][0-9]{2}(\.[0-9])?", fullmatch=True),
    "opcs4": st.from_regex(r"[A-Z][0-9]{2}(\.[0-9])?", fullmatch=True),
    "provider": st.sampled_from(["010", "1E10", "R1H", "=R1", "+A"]),
    "treatment_function": st.sampled_from(["100", "020", "8E2"]),
}
QUESTIONS = {
    "icd10": "any_diagnosis('{}')",
    "opcs4": "NOT primary_procedure('{}')",
    "provider": "in_codeset(provider, '{}')",
    "treatment_function": "in_codeset(treatment_function, '{}')",
}


@st.composite
def written_rulebooks(draw):
    codes = draw(st.lists(ADDRESSABLE, min_size=1, max_size=4, unique=True))
    services = [
        {
            "service_code": code,
            "title": draw(FILLED),
            "programme_of_care": draw(TEXT),
            "rank": str(draw(st.integers(-99, 99999))),
            "spell_excluded": draw(st.sampled_from(["true", "no", "1", "false"])),
            "delegation": draw(TEXT),
            "reach": draw(st.sampled_from(["spell", "episode", "if_spell_specialised"])),
        }
        for code in codes
    ]
    names = draw(
        st.lists(
            st.text(alphabet="abc_=+ 019é", min_size=1).map(str.strip).filter(bool), max_size=4, unique=True
        )
    )
    kinds = {name: draw(st.sampled_from(sorted(CODES))) for name in names}
    codesets = [
        {
            "codeset": name,
            "classification": kind,
            "code": code,
            "match": draw(st.sampled_from(["prefix", "exact"])),
        }
        for name, kind in kinds.items()
        for code in draw(st.lists(CODES[kind], min_size=1, max_size=4))
    ]
    asked = [QUESTIONS[kind].format(name) for name, kind in kinds.items()]
    asked += ["age >= 19", "sex = 'it''s'", "age IN (1, 2)\n AND sex = '1'"]
    rules = [
        {
            "rule_id": rule_id,
            "service_code": draw(st.sampled_from(codes)),
            "dataset": draw(st.sampled_from(["apc", "op"])),
            "criterion": draw(st.sampled_from(asked)),
            "reasoning": draw(TEXT),
        }
        for rule_id in draw(st.lists(ADDRESSABLE, min_size=1, max_size=5, unique=True))
    ]
    routes = [
        {"service_code": code, "route": draw(st.sampled_from(["rules", "drug"])), "source": draw(TEXT)}
        for code in codes
    ]
    rows = {
        "services": services,
        "routes": routes,
        "codesets": codesets,
        "codeset_titles": [{"codeset": name, "title": draw(FILLED)} for name in names[1:]],
        "rules": rules[: len(rules) // 2 + 1],
        "local_rules": rules[len(rules) // 2 + 1 :],
        "programmes": [
            {"programme_of_care": each, "title": draw(FILLED)}
            for each in sorted({service["programme_of_care"] for service in services} - {""})
        ],
    }
    metadata = {
        "id": draw(st.text(alphabet='abc-=é"\\', min_size=1).map(str.strip)),
        "version": draw(st.sampled_from(["2025-26", "1", "=1", "010"])),
        "title": draw(FILLED),
        "valid_from": "2025-04-01",
        "valid_to": "2026-03-31",
        "source": draw(FILLED),
        "status": draw(st.sampled_from(["official", "illustrative"])),
        "scope": draw(TEXT),
    }
    tables = {
        shape.name: Table(
            shape, tuple(Row(number, cells) for number, cells in enumerate(rows[shape.name], start=2))
        )
        for shape in TABLES
    }
    return WrittenRulebook("generated", metadata, tables)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(written_rulebooks())
def test_what_goes_out_comes_back_with_the_same_hash(tmp_path_factory, written):
    place = tmp_path_factory.mktemp("trip")
    write_folder(written, place / "one")
    exported = export_sheet(place / "one", place / "sheet.xlsx")
    assert exported.left_out == ()
    imported = import_sheet(place / "sheet.xlsx", place / "two")
    assert exported.rulebook.digest == imported.digest == load_identification(place / "two").digest
    for path in (place / "one").iterdir():
        assert path.read_bytes() == (place / "two" / path.name).read_bytes()


def test_no_cell_is_a_formula_and_codes_stay_as_they_are(make_rulebook, tmp_path):
    folder = make_rulebook(
        services_csv="+=1+1,@SUM(A1),A01,5,,,\n",
        codesets_csv="+centres,provider,010,\ncentres,provider,1E10,\n",
    )
    export_sheet(folder, tmp_path / "sheet.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "sheet.xlsx"))
    services = book.get_sheet_by_name("Services").to_python()
    assert services[4][:4] == ["=1+1", "@SUM(A1)", "A01", 5.0]
    assert [row[2] for row in book.get_sheet_by_name("Code sets").to_python()][-2:] == ["010", "1E10"]


SHEETS = {
    "Rulebook": [
        ["field", "value"],
        ["id", "typed"],
        ["version", "1"],
        ["title", "Typed"],
        ["valid_from", "2025-04-01"],
        ["valid_to", "2026-03-31"],
        ["source", "Typed"],
        ["status", "illustrative"],
    ],
    "Services": [["Service code", "Title", "Programme of care", "Rank"], ["LUNG", "Lungs", "A01", 10]],
    "Code sets": [["codeset", "classification", "code", "match", "remark"], ["cf", "icd10", "E84", "", "x"]],
    "Rules": [
        ["rule_id", "service_code", "dataset", "criterion"],
        ["R1", "LUNG", "apc", "any_diagnosis('cf')"],
    ],
}


def typed(path, **changes):
    """Write a workbook as somebody might have typed it; a change is `Sheet__B3=value`, or `Sheet=None`."""
    sheets = {name: [list(row) for row in rows] for name, rows in SHEETS.items()}
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        for key, value in changes.items():
            name, _, cell = key.replace("Code_sets", "Code sets").partition("__")
            if not cell:
                del sheets[name]
                continue
            column, row = ord(cell[0]) - ord("A"), int(cell[1:]) - 1
            rows = sheets[name]
            rows.extend([""] * len(rows[0]) for _ in range(row + 1 - len(rows)))
            rows[row][column] = value
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if hasattr(value, "isoformat"):
                        sheet.write_datetime(at, column, value, day)
                    else:
                        sheet.write(at, column, value)
    return path


def test_a_sheet_typed_by_hand_is_read(tmp_path):
    path = typed(tmp_path / "typed.xlsx", Rulebook__B5=date(2025, 4, 1), Rules__A5="R2", Rules__B5="LUNG",
                 Rules__C5="op", Rules__D5="age > 1")  # fmt: skip
    rulebook = import_sheet(path, tmp_path / "made", version="2")
    assert rulebook.version == "2"
    assert rulebook.valid_from == date(2025, 4, 1)
    assert [rule.rule_id for rule in rulebook.rules] == ["R1", "R2"]
    assert load_identification(tmp_path / "made").digest == rulebook.digest


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Rules__D2": "any_diagnosis('cff')"}, "Rules!D2, rule R1: There is no code set “cff”."),
        ({"Rules__B2": "LUNGS"}, "Rules!B2, rule R1: there is no service `LUNGS` in the services."),
        ({"Rules__C2": "ip"}, "Rules!C2, rule R1: `ip` is no dataset."),
        ({"Rules__A2": ""}, "Rules!A2: `rule_id` is blank."),
        ({"Services__D2": "first"}, "Services!D2: the rank `first` is not a whole number."),
        ({"Services__D2": 1.5}, "Services!D2: the rank `1.5` is not a whole number."),
        ({"Services__A3": "LUNG", "Services__B3": "x", "Services__D3": 1},
         "Services!A3: the service_code `LUNG` was used before, in Services!A2."),
        ({"Code_sets__C3": 10, "Code_sets__A3": "tf", "Code_sets__B3": "treatment_function"},
         "Code sets!C3: the cell holds the number 10, so noughts or letters may have been lost."),
        ({"Code_sets__C2": "8E4"}, "Code sets!C2: `8E4` of the set `cf` is no ICD-10 code."),
        ({"Rulebook__B6": "soon"}, "Rulebook!B6: `soon` is not a date."),
        ({"Rulebook__B8": "final"}, "Rulebook!B8: `final` is no status."),
        ({"Rulebook__A4": "name"}, "Rulebook: `title` is missing."),
        ({"Rules": None}, "Rules: the workbook has no sheet `Rules`."),
        ({"Rules__D1": "rule"}, "Rules, row 1: the column `criterion` is missing."),
    ],
)  # fmt: skip
def test_an_error_names_its_cell_and_nothing_is_written(tmp_path, changes, said):
    path = typed(tmp_path / "typed.xlsx", **changes)
    with pytest.raises(RulebookErrors) as raised:
        import_sheet(path, tmp_path / "made")
    assert str(raised.value.errors[0]).startswith(said)
    assert [each.name for each in tmp_path.iterdir()] == ["typed.xlsx"]


def test_all_errors_of_a_sheet_are_said_at_once(tmp_path):
    changes = {f"Rules__{column}{row}": text for row in range(3, 13) for column, text in
               (("A", f"X{row}"), ("B", "LUNG"), ("C", "apc"), ("D", "agee = 1"))}  # fmt: skip
    with pytest.raises(RulebookErrors) as raised:
        import_sheet(typed(tmp_path / "typed.xlsx", **changes), tmp_path / "made")
    assert len(raised.value.errors) == 10


def test_a_rulebook_is_replaced_only_when_asked_and_other_files_stay(make_rulebook, tmp_path):
    path = typed(tmp_path / "typed.xlsx")
    folder = make_rulebook(routes_csv="service_code,route\nLUNG,rules\n")
    (folder / "NOTES.md").write_text("keep me")
    with pytest.raises(Problem, match="there is a rulebook here already"):
        import_sheet(path, folder)
    assert load_identification(folder).id == "small"
    import_sheet(path, folder, replace=True)
    assert load_identification(folder).id == "typed"
    assert sorted(each.name for each in folder.iterdir()) == [
        "NOTES.md",
        "codesets.csv",
        "rulebook.toml",
        "rules.csv",
        "services.csv",
    ]
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")]


def test_a_folder_of_other_things_is_never_replaced(tmp_path):
    path = typed(tmp_path / "typed.xlsx")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    with pytest.raises(Problem, match="this folder holds other things than a rulebook"):
        import_sheet(path, tmp_path / "home", replace=True)


def test_what_is_no_spreadsheet_is_a_problem(tmp_path):
    (tmp_path / "text.xlsx").write_text("rule_id,criterion")
    with pytest.raises(Problem, match="this is no spreadsheet that can be read"):
        import_sheet(tmp_path / "text.xlsx", tmp_path / "made")
    with pytest.raises(Problem, match="the spreadsheet cannot be read"):
        import_sheet(tmp_path / "none.xlsx", tmp_path / "made")


def test_what_a_spreadsheet_cannot_hold_is_refused_and_leaves_the_old_file(make_rulebook, tmp_path):
    long = " OR ".join(["age = 1"] * 4000)
    folder = make_rulebook(rules_csv=f"+R5,LUNG,apc,{long}\n")
    (tmp_path / "sheet.xlsx").write_text("old")
    with pytest.raises(Problem, match=r"rules.csv, line 6: `criterion` is longer than the 32,767 characters"):
        export_sheet(folder, tmp_path / "sheet.xlsx")
    assert (tmp_path / "sheet.xlsx").read_text() == "old"
    with pytest.raises(Problem, match=r"must end with .xlsx"):
        export_sheet(make_rulebook("other"), tmp_path / "sheet.csv")


def test_the_command_goes_there_and_back(make_rulebook, tmp_path, capsys):
    folder = make_rulebook(programmes_csv="programme_of_care,title,note\nA01,Lungs,x\n")
    sheet, back = str(tmp_path / "sheet.xlsx"), str(tmp_path / "back")
    assert main(["rulebook-sheet", "export", str(folder), sheet]) == 0
    said = capsys.readouterr().out
    assert "Wrote small@1#" in said
    assert "Left out, because the template has no place for it: programmes.csv: note." in said
    assert main(["rulebook-sheet", "import", sheet, back, "--version", "2"]) == 0
    assert "Made small@2#" in capsys.readouterr().out
    assert main(["rulebook-sheet", "import", sheet, back]) == 2
    assert "--replace" in capsys.readouterr().err
    assert main(["rulebook-sheet", "import", str(typed(tmp_path / "t.xlsx", Rules__D2="x")), back]) == 1
    assert "Rules!D2, rule R1:" in capsys.readouterr().out


@pytest.mark.parametrize("row", [1_048_576, 200_000])
def test_a_cell_far_out_is_refused_before_all_cells_up_to_it_are_made(tmp_path, row):
    book = xlsxwriter.Workbook(str(tmp_path / "far.xlsx"))
    sheet = book.add_worksheet("Rulebook")
    sheet.write(0, 0, "id")
    sheet.write(row - 1, 16_383, "x")
    book.close()
    with pytest.raises(Problem, match="reaches to column XFD and row"):
        import_sheet(tmp_path / "far.xlsx", tmp_path / "made")


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_size, "MOST_BYTES", 1_000)
    book = xlsxwriter.Workbook(str(tmp_path / "big.xlsx"))
    book.add_worksheet("Rulebook").write(0, 0, "x")
    book.close()
    with pytest.raises(Problem, match="unpacks to more than"):
        import_sheet(tmp_path / "big.xlsx", tmp_path / "made")
