from speccom.catalogue.programmes import area_title, programme_of, programmes_in_use
from speccom.catalogue.rules_shown import show_rules
from speccom.catalogue.service_page import present_service
from speccom.catalogue.service_words import delegation_words, rank_words, route_words
from speccom.catalogue.services_page import present_services, services_sheet
from speccom.rulebook.identification import IdentificationRulebook

HAS_NOTHING: frozenset[str] = frozenset()


def test_programmes_are_the_large_ones_with_areas_in_them(rulebook: IdentificationRulebook) -> None:
    assert [each.title for each in programmes_in_use(rulebook)] == ["Internal medicine", "Cancer"]
    assert programme_of(rulebook, "A06").title == "Internal medicine"
    assert programme_of(rulebook, None).title == "No programme given"
    assert programme_of(rulebook, "Z9").title == "Z9"
    assert area_title(rulebook, "A06") == "Renal services"
    assert area_title(rulebook, "A") == ""


def test_the_list_filters_and_counts(rulebook: IdentificationRulebook) -> None:
    def found(**asked: str) -> list[str]:
        return [item.code for item in present_services(rulebook, [], asked).items]

    assert len(found()) == 5
    assert found(programme="B") == ["NCBPS01C"]
    assert found(programme="A06", rules="no") == ["NCBPS99Z"]
    assert found(delegation="green", q="dialysis") == ["NCBPS11B"]
    assert found(route="registry") == ["NCBPS99Z"]
    assert found(delegation="purple") == []
    summary = present_services(rulebook, [], {}).summary
    assert summary.startswith("5 services. The rules of this rulebook can find 4 of them")


def test_a_file_of_the_list_has_all_of_it_under_the_filters(rulebook: IdentificationRulebook) -> None:
    assert [row[0] for row in services_sheet(rulebook, {"programme": "B"}).rows] == ["NCBPS01C"]
    assert len(services_sheet(rulebook, {"page": "9"}).rows) == 5


def test_a_service_is_told_in_words(rulebook: IdentificationRulebook) -> None:
    page = present_service(rulebook, rulebook.services["NCBPS11T"], [], None, {}, HAS_NOTHING.__contains__)
    assert page.standing == (
        "Delegated to integrated care boards. Programme of care: Internal medicine. "
        "1 rule of this rulebook can find it in hospital records."
    )
    rule = page.rules[0]
    assert rule.words == "An admitted episode counts when all of these hold:"
    assert [part.text for part in rule.parts] == [
        "a recorded procedure is kidney transplantation",
        "the patient's age at the start of care is at least 19",
    ]
    assert rule.reasoning == "A kidney transplant in an adult."
    assert rule.codesets[0].codes == ("M01…",)
    assert page.illustrative


def test_a_service_without_rules_says_that_silence_is_not_zero(rulebook: IdentificationRulebook) -> None:
    page = present_service(rulebook, rulebook.services["NCBPS99Z"], [], None, {}, HAS_NOTHING.__contains__)
    assert "No rule of this rulebook looks for this service" in page.identified
    assert page.rules == ()
    assert page.routes[0].name == "From a registry"


def test_several_rules_are_numbered(rulebook: IdentificationRulebook) -> None:
    shown = show_rules(rulebook, rulebook.rules_of("NCBPS11B"))
    assert [each.heading for each in shown] == [
        "Rule 1 of 2, for admitted care",
        "Rule 2 of 2, for outpatient care",
    ]


def test_words_for_values_that_are_not_known_yet(rulebook: IdentificationRulebook) -> None:
    assert delegation_words("") == "Not stated"
    assert delegation_words("purple") == "purple"
    assert route_words("new_way").name == "New way"
    assert rank_words(rulebook, rulebook.services["NCBPS11T"]).startswith("No service comes before it")
    assert rank_words(rulebook, rulebook.services["NCBPS01C"]).startswith("2 of 5 services come before it")
