import csv
import io
from pathlib import Path

import pytest

from speccom.problem import Problem
from speccom.rulebook.errors import RulebookErrors, underlined
from speccom.rulebook.identification import Reach, load_identification

HEADER = "service_code,title,programme_of_care,rank,spell_excluded,delegation,reach\n"


def errors_of(folder: Path) -> list[str]:
    with pytest.raises(RulebookErrors) as raised:
        load_identification(folder)
    return [str(error) for error in raised.value.errors]


def test_a_rulebook_is_read_with_its_defaults_and_in_order_of_precedence(make_rulebook):
    rulebook = load_identification(make_rulebook())
    assert list(rulebook.services) == ["LIVER", "LUNG", "CHEMO"]
    assert rulebook.services["LIVER"].reach is Reach.SPELL
    assert not rulebook.services["LIVER"].spell_excluded
    assert rulebook.services["CHEMO"].spell_excluded
    assert rulebook.services["CHEMO"].reach is Reach.EPISODE
    assert rulebook.codesets["liver"].exact == {"J011", "J012"}
    assert rulebook.codesets["chemo"].prefixes == {"SB"}
    assert [rule.rule_id for rule in rulebook.rules] == ["R2", "R1", "R4", "R3"]
    assert rulebook.identity == f"small@1#{rulebook.digest[:12]}"
    assert rulebook.illustrative
    assert rulebook.routes == ()


def test_optional_columns_may_be_missing(make_rulebook):
    folder = make_rulebook(
        services_csv="rank,service_code,programme_of_care,title\n1,LUNG,,Lungs\n",
        codesets_csv="code,codeset,classification\nE84,cf,icd10\n",
        rules_csv="rule_id,service_code,dataset,criterion\nR1,LUNG,apc,any_diagnosis('cf')\n",
    )
    rulebook = load_identification(folder)
    assert rulebook.services["LUNG"].reach is Reach.SPELL
    assert rulebook.codesets["cf"].prefixes == {"E84"}


def test_dates_may_be_toml_dates(make_rulebook):
    toml = (
        'id = "small"\nversion = "1"\ntitle = "T"\nvalid_from = 2025-04-01\nvalid_to = 2026-03-31\n'
        'source = "S"\nstatus = "official"\n'
    )
    rulebook = load_identification(make_rulebook(rulebook_toml=toml))
    assert rulebook.valid_from.isoformat() == "2025-04-01"
    assert rulebook.scope == ""


def test_a_whole_number_and_a_list_are_text_too(make_rulebook):
    folder = make_rulebook()
    toml = (folder / "rulebook.toml").read_text().replace('"1"', "2025").replace('"Tests"', '["apc", "op"]')
    (folder / "rulebook.toml").write_text(toml)
    rulebook = load_identification(folder)
    assert (rulebook.version, rulebook.scope) == ("2025", "apc, op")


def test_bytes_of_another_kind_are_said_to_be_no_text(make_rulebook):
    assert "not UTF-8" in errors_of(make_rulebook(rules_csv="rule_id,x\n".encode("utf-16")))[0]
    assert errors_of(make_rulebook("zip", rules_csv=b"PK\x03\x04\x00\x00"))[0].startswith("rules.csv")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"rules_csv": None}, ["rules.csv: this file is missing. Every rulebook has one."]),
        ({"rulebook_toml": None}, ["rulebook.toml: this file is missing. Every rulebook has one."]),
        ({"services_csv": ""}, ["services.csv: the file is empty"]),
        ({"rules_csv": "rule_id,service_code,dataset,criterion\n"}, ["rules.csv: there are no rules"]),
        ({"services_csv": HEADER, "rules_csv": "rule_id,service_code,dataset,criterion\n"},
         ["services.csv: there are no services", "rules.csv: there are no rules"]),
        ({"codesets_csv": "codeset,classification\ncf,icd10\n", "rules_csv": "+"},
         ["codesets.csv: the column `code` is missing. The columns are codeset, classifi"]),
        ({"services_csv": "+LUNG,Again,A01,40,,,\n"},
         ["services.csv, line 5: the service_code `LUNG` was used before, in services.csv, line 2."]),
        ({"rules_csv": "+R1,LUNG,apc,age > 1\n"},
         ["rules.csv, line 6: the rule_id `R1` was used before, in rules.csv, line 2."]),
        ({"rules_csv": "+R5,LUNGS,apc,age > 1\n"},
         ["rules.csv, rule R5: there is no service `LUNGS` in the services. Did you mean `LUNG`?"]),
        ({"rules_csv": "+R5,LUNG,ap,age > 1\n"},
         ["rules.csv, rule R5: `ap` is no dataset. Did you mean `apc`? It is one of apc, op."]),
        ({"codesets_csv": "+cf,opcs4,J01,\n"},
         ["codesets.csv, line 7: the set `cf` holds codes of two classifications, icd10 (since"]),
        ({"codesets_csv": "+new,icd11,J01,\n"},
         ["codesets.csv, line 7: `icd11` is no classification. Did you mean `icd10`?"]),
        ({"codesets_csv": "+cf,icd10,8E4,\n"}, ["codesets.csv, line 7: `8E4` of the set `cf` is no ICD-"]),
        ({"codesets_csv": "+cf,icd10,E8,exact\n"}, ["codesets.csv, line 7: `E8` of the set `cf` is no ICD"]),
        ({"codesets_csv": "+cf,icd10,E8,fuzzy\n"}, ["codesets.csv, line 7: `fuzzy` is no match"]),
        ({"services_csv": "+NEW,New,A01,1.5,,,\n"},
         ["services.csv, line 5: the rank `1.5` is not a whole number"]),
        ({"services_csv": "+NEW,New,A01,1,maybe,,\n"},
         ["services.csv, line 5: `maybe` is neither true nor false"]),
        ({"services_csv": "+NEW,New,A01,1,,,spel\n"},
         ["services.csv, line 5: `spel` is no reach. Did you mean `spell`?"]),
        ({"services_csv": "+A/B,New,A01,1,,,\n"}, ["services.csv, line 5: `A/B` cannot be a service_code"]),
        ({"codesets_csv": "+..,icd10,E84,\n"}, ["codesets.csv, line 7: `..` cannot be a codeset"]),
        ({"rules_csv": '+"a\nb",LUNG,apc,age=1\n'}, ["rules.csv, line 6: `a\nb` cannot be a rule_id. Leave"]),
        ({"rules_csv": "+a/../b,LUNG,apc,age > 1\n"}, ["rules.csv, line 6: `a/../b` cannot be a rule_id"]),
        ({"services_csv": "+NEW,,A01,,,,\n"},
         ["services.csv, line 5: `title` is blank.", "services.csv, line 5: `rank` is blank."]),
        ({"routes_csv": "service_code,route\nLUNG,rule\n"},
         ["routes.csv, line 2: `rule` is no route. Did you mean `rules`?"]),
        ({"rules_csv": "+R5,LUNG,apc,age IN (1, 2)\n"},
         ["rules.csv, line 6: the line has 5 cells and the header has 4", "rules.csv, rule R5:"]),
        ({"rules_csv": '+R5,LUNG,apc,"age > 1\n'}, ["rules.csv, line 6: the quoting is broken"]),
        ({"services_csv": "caf\xe9".encode("latin-1")}, ["services.csv, line 1: the text is not UTF-8"]),
        ({"services_csv": "+NEW,Bad\x01title,A01,1,,,\n"},
         ["services.csv, line 5: `title` holds a control character"]),
        ({"rulebook_toml": "id = small\n"}, ["rulebook.toml: this is not valid TOML"]),
        ({"codeset_titles_csv": "codeset,title\ncf,a\ncf,b\n"},
         ["codeset_titles.csv, line 3: the codeset `cf` was used before, in codeset_titles.csv, line 2."]),
        ({"local_rules_csv": "rule_id,service_code,dataset,criterion\nR1,LUNG,apc,age > 1\n"},
         ["local_rules.csv, line 2: the rule_id `R1` was used before, in rules.csv, line 2."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(make_rulebook, files, said):
    found = errors_of(make_rulebook(**files))
    assert len(found) == len(said), found
    for error, beginning in zip(found, said, strict=True):
        assert error.startswith(beginning)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("valid_from", '"1 April 2025"', "rulebook.toml, valid_from: `1 April 2025` is not a date"),
        ("valid_from", '"20250401"', "rulebook.toml, valid_from: `20250401` is not a date"),
        ("valid_to", '"2024-01-01"', "rulebook.toml, valid_to: the rulebook ends on 2024-01-01, before it"),
        ("status", '"draft"', "rulebook.toml, status: `draft` is no status"),
        ("version", "1.5", "rulebook.toml, version: the value is not text"),
        ("id", '""', "rulebook.toml, id: `id` is missing"),
        ("version", '"2025/26"', "rulebook.toml, version: `2025/26` holds a character that an identity"),
        ("id", '"a#b"', "rulebook.toml, id: `a#b` holds a character that an identity cannot"),
    ],
)
def test_what_is_wrong_with_the_metadata_is_said(make_rulebook, key, value, said):
    folder = make_rulebook()
    path = folder / "rulebook.toml"
    lines = [line for line in path.read_text().splitlines() if not line.startswith(f"{key} ")]
    path.write_text("\n".join([*lines, f"{key} = {value}"]))
    (error,) = errors_of(folder)
    assert error.startswith(said)


def test_a_criterions_error_points_into_its_text(make_rulebook):
    found = errors_of(make_rulebook(rules_csv="+R5,LUNG,apc,any_diagnosis('cff') AND agee = 1\n"))
    assert found[0].splitlines() == [
        "rules.csv, rule R5: There is no code set “cff”. Did you mean `cf`?",
        "    any_diagnosis('cff') AND agee = 1",
        "                  ^^^^^",
    ]
    assert found[1].endswith("                             ^^^^")


def test_one_wrong_classification_does_not_make_the_rules_wrong_too(make_rulebook):
    codesets = (
        "codeset,classification,code\ncf,icd,E84\nliver,opcs4,J01\ncentres,provider,R1H\nchemo,hrg,SB\n"
    )
    assert len(errors_of(make_rulebook(codesets_csv=codesets))) == 1


def test_forty_errors_are_forty_messages(make_rulebook):
    kinds = ["agee > 1", "age > '1'", "any_diagnosis('none')", "any_procedure('cf')"]
    rules = "".join(f"X{at},LUNG,apc,{kinds[at % 4]}\n" for at in range(20))
    folder = make_rulebook(
        rules_csv="+" + rules,
        services_csv="+" + "".join(f"S{at},Title,A01,high,,,\n" for at in range(10)),
        codesets_csv="+" + "".join(f"set{at},icd10,?,\n" for at in range(10)),
    )
    found = errors_of(folder)
    assert len(found) == 40
    with pytest.raises(RulebookErrors, match="this rulebook has 40 errors and cannot be used") as raised:
        load_identification(folder)
    assert str(raised.value).count("\n\n") == 40


def test_a_folder_that_is_not_there_is_a_problem(tmp_path):
    with pytest.raises(Problem, match="there is no such folder"):
        load_identification(tmp_path / "none")
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match="is a file, and a rulebook is a folder"):
        load_identification(tmp_path / "file")


def test_the_hash_is_of_the_content_and_not_of_the_bytes(make_rulebook):
    plain = make_rulebook("plain")
    other = make_rulebook("other")
    for path in other.glob("*.csv"):
        header, *rows = csv.reader(io.StringIO(path.read_text()))
        text = io.StringIO()
        out = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
        out.writerow([*header, "remark"])
        out.writerows([[*row, "seen"] for row in reversed(rows)])
        path.write_bytes(text.getvalue().encode("utf-8-sig"))
    codesets = (other / "codesets.csv").read_text(encoding="utf-8")
    (other / "codesets.csv").write_text(codesets.replace("J01.1", " j011 "), encoding="utf-8")
    one, two = load_identification(plain), load_identification(other)
    assert one.digest == two.digest
    assert one.rules == two.rules


@pytest.mark.parametrize(
    "files",
    [
        {"rules_csv": "+R5,LUNG,apc,age > 90\n"},
        {"codesets_csv": "+cf,icd10,E85,\n"},
        {"codesets_csv": "+cf,icd10,E84,exact\n"},
        {"services_csv": "+NEW,New,A01,5,,,\n"},
        {"routes_csv": "service_code,route,source\nLUNG,rules,\n"},
        {"codeset_titles_csv": "codeset,title\ncf,cystic fibrosis\n"},
        {"programmes_csv": "programme_of_care,title\nA01,Respiratory\n"},
        {"local_rules_csv": "rule_id,service_code,dataset,criterion\nL1,LUNG,apc,age > 1\n"},
    ],
)
def test_whatever_can_change_an_answer_or_its_words_changes_the_hash(make_rulebook, files):
    plain, changed = make_rulebook("plain"), make_rulebook("changed", **files)
    assert load_identification(plain).digest != load_identification(changed).digest


def test_a_long_criterion_is_shown_around_the_place():
    text = " OR ".join(f"age = {at}" for at in range(100)) + " OR agee = 1"
    line, carets = underlined(text, text.index("agee"), text.index("agee") + 4).splitlines()
    assert len(line) < 110
    assert line[carets.index("^") : carets.rindex("^") + 1] == "agee"
    assert underlined("a\nbb x", 5, 6).splitlines() == ["    bb x", "       ^"]


def test_a_folder_of_rulebooks_names_those_it_holds(tmp_path: Path) -> None:
    (tmp_path / "2025-26").mkdir()
    (tmp_path / "2025-26" / "rulebook.toml").write_text("", encoding="utf-8")
    with pytest.raises(Problem, match="holds rulebooks and is none itself: 2025-26"):
        load_identification(tmp_path)
