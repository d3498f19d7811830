import json

import pytest

from speccom.commands import main
from speccom.rulebook.check import Overlap, check_identification
from speccom.rulebook.identification import load_identification

ROUTES = "service_code,route\nLUNG,rules\nLIVER,rules\nCHEMO,rules\n"


def kinds_of(folder):
    report = check_identification(load_identification(folder))
    return [(each.kind, each.rules or each.services) for each in report.warnings]


def test_a_sound_rulebook_has_no_warning(make_rulebook):
    assert kinds_of(make_rulebook(routes_csv=ROUTES)) == []


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"rules_csv": "+R5,LUNG,apc,age > 9 AND age < 9\n"}, ("rule_never_true", ("R5",))),
        (
            {"rules_csv": "+R5,LUNG,apc,any_diagnosis('cf') AND age >= 30\n"},
            ("rule_adds_nothing", ("R5", "R1")),
        ),
        (
            {"rules_csv": "+R5,LUNG,apc,age >= 19 AND any_diagnosis('cf')\n"},
            ("rule_adds_nothing", ("R5", "R1")),
        ),
        ({"rules_csv": "+R5,LUNG,apc,any_procedure('liver')\n"}, ("same_criterion", ("R2", "R5"))),
        (
            {"rules_csv": "+R5,LUNG,apc,any_procedure('liver') AND age = 4\n"},
            ("rule_never_first", ("R2", "R5")),
        ),
        ({"codesets_csv": "+spare,icd10,R54X,\n"}, ("set_unused", ())),
        ({"codeset_titles_csv": "codeset,title\nspare,frailty\n"}, ("set_empty", ())),
        ({"services_csv": "+NEW,New,A01,5,,,\n"}, ("line_unreachable", ("NEW",))),
        (
            {"services_csv": "+NEW,New,A01,5,,,\n", "routes_csv": ROUTES + "NEW,rules\n"},
            ("line_unreachable", ("NEW",)),
        ),
        (
            {
                "services_csv": "+NEW,New,A01,5,,,\n",
                "rules_csv": "+R5,NEW,apc,age = 1.5\n",
                "routes_csv": ROUTES + "NEW,rules\n",
            },
            ("line_unreachable", ("NEW",)),
        ),
        (
            {
                "services_csv": "+NEW,New,A01,500,,,\n",
                "rules_csv": "+R5,NEW,apc,any_procedure('liver') AND age = 1\n",
                "routes_csv": ROUTES + "NEW,rules\n",
            },
            ("line_never_first", ("NEW",)),
        ),
        ({"routes_csv": ROUTES + "OTHER,registry\n"}, ("route_without_service", ("OTHER",))),
        ({"routes_csv": ROUTES.replace("LUNG,rules\n", "")}, ("route_not_said", ("LUNG",))),
        ({"programmes_csv": "programme_of_care,title\nA01,X\nA02,Y\n"}, ("programme_without_title", ())),
        (
            {
                "services_csv": "+NEW,New,A01,10,,,\n",
                "rules_csv": "+R5,NEW,apc,age = 1\n",
                "routes_csv": ROUTES + "NEW,rules\n",
            },
            ("rank_shared", ("LIVER", "NEW")),
        ),
    ],
)
def test_what_is_odd_is_warned_of(make_rulebook, files, found):
    assert found in kinds_of(make_rulebook(**{"routes_csv": ROUTES, **files}))


def test_a_line_behind_one_that_may_not_count_is_not_called_silent(make_rulebook):
    folder = make_rulebook(
        routes_csv=ROUTES + "NEW,rules\n",
        services_csv="+NEW,New,A01,500,,,\n",
        rules_csv="+R5,NEW,apc,any_unbundled_hrg('chemo')\n",
    )
    assert "line_never_first" not in {kind for kind, _ in kinds_of(folder)}


def test_an_overlap_that_rank_settles_is_told_and_is_no_warning(make_rulebook, capsys):
    folder = make_rulebook(routes_csv=ROUTES, rules_csv="+R5,CHEMO,apc,any_diagnosis('cf')\n")
    report = check_identification(load_identification(folder))
    assert report.warnings == ()
    assert report.overlaps == (Overlap("R1", "LUNG", "R5", "CHEMO"),)
    assert main(["check-rulebook", str(folder)]) == 0
    assert "- R1 (LUNG) within R5 (CHEMO)" in capsys.readouterr().out


def test_rules_for_other_datasets_are_not_compared(make_rulebook):
    folder = make_rulebook(routes_csv=ROUTES, rules_csv="+R5,LUNG,op,any_procedure('liver')\n")
    assert kinds_of(folder) == []


def test_the_command_says_what_it_found_and_what_it_did_not_decide(make_rulebook, capsys):
    folder = make_rulebook(
        routes_csv=ROUTES,
        rules_csv="+R5,LUNG,apc,provider LIKE '%7%' AND provider LIKE '%Q8%' AND provider NOT LIKE '7%'\n"
        "R6,LIVER,apc,age > 9 AND age < 9\n",
    )
    assert main(["check-rulebook", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "1 warning; the rulebook can be used." in said
    assert (
        "- Rule R6 (LIVER, Liver transplantation) can never be true: `age > 9` and `age < 9` contradict"
        in said
    )
    assert "Of 6 rules, 4 were shown to be true for some record." in said
    assert "For 1 it was not decided whether they can ever be true:" in said
    assert said.count("R5") == 1
    assert main(["check-rulebook", str(folder), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["usable"] is True
    assert [each["rule_id"] for each in report["rules_not_decided"]] == ["R5"]


def test_the_command_ends_with_1_on_errors_and_2_without_a_rulebook(make_rulebook, tmp_path, capsys):
    folder = make_rulebook(rules_csv="+R5,LUNG,apc,agee = 1\n")
    assert main(["check-rulebook", str(folder)]) == 1
    assert "rules.csv, rule R5: There is no field “agee”." in capsys.readouterr().out
    assert main(["check-rulebook", str(folder), "--json"]) == 1
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert (error["rule_id"], error["start"], error["suggestion"]) == ("R5", 0, "age")
    assert main(["check-rulebook", str(tmp_path / "none")]) == 2
    assert "there is no such folder" in capsys.readouterr().err
