import pytest

from speccom.rulebook.compare import compare_identification
from speccom.rulebook.identification import load_identification

SERVICES = (
    "service_code,title,programme_of_care,rank,spell_excluded,delegation,reach\n"
    "LUNG,Cystic fibrosis,A01,20,false,red,spell\n"
    "LIVER,Liver transplantation,A02,10,,green,\n"
    "CHEMO,Chemotherapy,B02,30,yes,,episode\n"
)


def sentences(make_rulebook, before, after):
    one = load_identification(make_rulebook("before", **before))
    two = load_identification(make_rulebook("after", **after))
    return compare_identification(one, two)


def test_a_rulebook_is_the_same_as_itself(make_rulebook):
    compared = sentences(make_rulebook, {}, {})
    assert compared.changes == ()
    assert compared.rewritten == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {"services_csv": "+NEW,New line,A01,5,,,\n"}, "NEW (New line) is new, with rank 5."),
        ({"services_csv": "+OLD,Old line,A01,5,,,\n"}, {}, "OLD (Old line) is no longer a line."),
        (
            {},
            {"services_csv": SERVICES.replace("A01,20,false,red,spell", "A01,25,true,red,episode")},
            (
                "LUNG (Cystic fibrosis): its rank was 20 and is now 25; its reach was “makes the whole spell "
                "specialised” and is now “stays on its own episode”; its place in choosing the spell's line "
                "was “considered” and is now “left out”."
            ),
        ),
        (
            {},
            {"services_csv": SERVICES.replace("green", "")},
            "LIVER (Liver transplantation): its delegation was green and is now blank.",
        ),
        (
            {},
            {"rules_csv": "+R5,LUNG,op,any_diagnosis('cf')\n"},
            "LUNG (Cystic fibrosis) gains rule R5: an outpatient attendance counts when ",
        ),
        (
            {"rules_csv": "+R5,LUNG,op,any_diagnosis('cf')\n"},
            {},
            "LUNG (Cystic fibrosis) loses rule R5, which asked that ",
        ),
        (
            {"rules_csv": "+R5,LUNG,op,age > 5 AND age < 9\n"},
            {"rules_csv": "+R5b,LUNG,op,age < 9 AND age > 5\n"},
            "LUNG (Cystic fibrosis): rule R5 is now called R5b and asks the same.",
        ),
        (
            {"rules_csv": "+R5,LUNG,op,age > 5\n"},
            {"rules_csv": "+R5,LUNG,op,age > 6\n"},
            (
                "LUNG (Cystic fibrosis), rule R5: what it asks was “the patient's age at the start of care "
                "is over 5” and is now “the patient's age at the start of care is over 6”."
            ),
        ),
        (
            {"rules_csv": "+R5,LUNG,op,age > 5 AND any_diagnosis('cf') AND sex = '1'\n"},
            {"rules_csv": "+R5,LUNG,op,sex = '1' AND any_diagnosis('cf')\n"},
            (
                "LUNG (Cystic fibrosis), rule R5: it no longer asks that the patient's age at the start of "
                "care is over 5."
            ),
        ),
        (
            {"rules_csv": "+R5,LUNG,op,age > 5 AND sex = '1'\n"},
            {"rules_csv": "+R5,LUNG,op,sex = '1' AND age > 6\n"},
            (
                "LUNG (Cystic fibrosis), rule R5: it no longer asks that the patient's age at the start of "
                "care is over 5, but that the patient's age at the start of care is over 6."
            ),
        ),
        (
            {"rules_csv": "+R5,LUNG,op,age > 5\n"},
            {"rules_csv": "+R5,LIVER,apc,age > 5\n"},
            (
                "LIVER (Liver transplantation), rule R5: its line was LUNG and is now LIVER; what it "
                "looks at was an outpatient attendance and is now an admitted episode."
            ),
        ),
        (
            {"codeset_titles_csv": "codeset,title\ncf,cystic fibrosis\n"},
            {
                "codeset_titles_csv": "codeset,title\ncf,cystic fibrosis\n",
                "codesets_csv": "+cf,icd10,P75,exact\ncf,icd10,E85,\n",
            },
            "The set “cystic fibrosis” gains P75 and every code that begins with E85. It is used by LUNG.",
        ),
        (
            {},
            {"codesets_csv": "+spare,icd10,R54,\n"},
            "The set “spare” is new: every code that begins with R54.",
        ),
        (
            {"codesets_csv": "+spare,icd10,R54,\n"},
            {},
            "The set “spare” is gone; it was every code that begins with R54.",
        ),
        (
            {"routes_csv": "service_code,route,source\nLUNG,rules,a\n"},
            {"routes_csv": "service_code,route,source\nLUNG,provider_statement,a\n"},
            "LUNG (Cystic fibrosis) can now be identified by provider statement.",
        ),
        (
            {"programmes_csv": "programme_of_care,title\nA01,X\n"},
            {"programmes_csv": "programme_of_care,title\nA01,Y\n"},
            "The programme of care A01: its title was X and is now Y.",
        ),
    ],
)
def test_each_difference_is_a_sentence(make_rulebook, before, after, said):
    compared = sentences(make_rulebook, before, after)
    assert any(each.startswith(said) for each in compared.sentences), compared.sentences


def test_a_criterion_that_is_only_written_differently_is_no_change(make_rulebook):
    compared = sentences(
        make_rulebook,
        {"rules_csv": "+R5,LUNG,op,age BETWEEN 1 AND 5\n"},
        {"rules_csv": "+R5,LUNG,op,AGE<=5 and age>=1\n"},
    )
    assert compared.changes == ()
    assert compared.rewritten == ("R5",)


def test_a_new_version_says_so_and_changes_are_found_by_line(make_rulebook):
    toml = (
        'id = "small"\nversion = "2"\ntitle = "A small rulebook"\nvalid_from = "2026-04-01"\n'
        'valid_to = "2027-03-31"\nsource = "Written for tests"\nstatus = "illustrative"\nscope = "Tests"\n'
    )
    compared = sentences(make_rulebook, {}, {"rulebook_toml": toml, "codesets_csv": "+cf,icd10,E85,\n"})
    assert "The rulebook: its first day was 1 April 2025 and is now 1 April 2026." in compared.sentences
    (change,) = compared.touching("LUNG")
    assert (change.subject, change.kind, change.name) == ("set", "changed", "cf")
