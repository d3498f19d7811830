"""Chemotherapy payment: worked codes, the truth table of supportive drugs, and money conserved."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.chemotherapy_payment import METHOD, chemotherapy_payment, explain, picture
from speccom.methods.chemotherapy_payment.regimen_list import ChemotherapyRules
from speccom.problem import Problem
from speccom.rulebook.method_rules import read_method_rules

SHELF = Path(__file__).parents[3] / "rulebooks" / "chemotherapy" / "illustrative-chemotherapy"
CONTENT = dict(read_method_rules(SHELF / "2025-26").content)


def rules(**changes):
    """Round prices, so that each part can be told in a sum."""
    return {
        **CONTENT,
        "title": "Test rules",
        "status": "official",
        "procurement": [
            {"hrg": "SB02Z", "title": "band 2", "opcs": "X70.2", "price": "200"},
            {"hrg": "SB03Z", "title": "band 3", "opcs": "X70.3", "price": "3000"},
        ],
        "delivery": [
            {"hrg": "SB12Z", "title": "simple", "price": "50"},
            {"hrg": "SB13Z", "title": "complex", "price": "60.50"},
            {"hrg": "SB15Z", "title": "subsequent", "price": "7"},
        ],
        "regimens": [
            {"regimen": "FEC", "procurement_hrg": "SB02Z", "delivery_hrg": "SB12Z"},
            {"regimen": "FEC100", "procurement_hrg": "SB03Z", "delivery_hrg": "SB13Z"},
        ],
        "supportive": [{"regimen": "FEC100", "drug": "filgrastim"}],
        "same_day_price": "0.25",
        **changes,
    }


def cycle(*days, regimen="FEC", setting="day_case", reference="1", provider="Ashdown", **more):
    return {
        "reference": reference,
        "provider": provider,
        "regimen": regimen,
        "attendances": [{"day": f"2025-06-{day:02d}", "setting": setting} for day in days],
        **more,
    }


def drug(name, purpose="routine", pence=1000):
    return {"drug": name, "purpose": purpose, "pence": pence}


def run(*cycles, on="2025-06-30", **changes):
    return chemotherapy_payment(METHOD.read({"on": on, "cycles": cycles, "rules": rules(**changes)}))


def parts(result):
    return [(part.kind.value, part.item, part.pence, part.reason.value) for part in result.cycles[0].parts]


@pytest.mark.parametrize(
    ("regimen", "hrg", "opcs"), [("FEC", "SB02Z", "X70.2"), ("FEC100", "SB03Z", "X70.3")]
)
def test_the_worked_codes_of_the_coding_standards(regimen, hrg, opcs):
    shipped = ChemotherapyRules.model_validate(CONTENT)
    band = shipped.band(shipped.regimen_named(regimen).procurement_hrg)
    assert (band.hrg, band.opcs) == (hrg, opcs)
    assert [each.hrg for each in shipped.procurement] == [f"SB{at:02d}Z" for at in range(1, 11)]
    assert shipped.way(shipped.subsequent_delivery_hrg).opcs == "X73.1"


def test_a_cycle_of_one_day_is_paid_for_drugs_and_first_delivery():
    result = run(cycle(2))
    assert parts(result) == [
        ("procurement", "SB02Z", 20_000, "paid"),
        ("same_day", "SB97Z", 25, "paid"),
        ("delivery", "SB12Z", 5_000, "paid"),
    ]
    assert (result.cycles[0].payment, result.total.payment) == (25_025, 25_025)


def test_the_whole_cycles_drugs_are_paid_on_the_first_day_and_later_delivery_as_subsequent():
    result = run(cycle(2, 9, 16, regimen="FEC100"))
    days = [(part.item, part.day.day) for part in result.cycles[0].parts if part.item != "SB97Z"]
    assert days == [("SB03Z", 2), ("SB13Z", 2), ("SB15Z", 9), ("SB15Z", 16)]
    assert result.cycles[0].payment == 300_000 + 6_050 + 2 * 700 + 3 * 25


@pytest.mark.parametrize("setting", ["day_case", "regular_admission", "outpatient"])
def test_delivery_is_paid_outside_a_stay(setting):
    assert run(cycle(2, setting=setting)).total.delivery == 5_000


def test_delivery_to_an_inpatient_is_not_paid_and_the_drugs_are():
    result = run(cycle(2, setting="inpatient"))
    assert parts(result) == [
        ("procurement", "SB02Z", 20_000, "paid"),
        ("delivery", "SB12Z", 0, "delivered_to_inpatient"),
    ]
    assert result.total.same_day == 0


def test_after_a_first_attendance_in_a_stay_the_next_is_a_subsequent_one():
    given = cycle(2, 9)
    given["attendances"][0]["setting"] = "inpatient"
    result = run(given)
    assert [(part.item, part.pence) for part in result.cycles[0].parts if part.kind == "delivery"] == [
        ("SB12Z", 0),
        ("SB15Z", 700),
    ]


def test_a_cycle_that_began_before_is_paid_no_drugs_and_only_subsequent_delivery():
    result = run(cycle(2, begun_before=True))
    assert [part[1] for part in parts(result)] == ["SB97Z", "SB15Z"]


def test_the_rules_of_the_year_give_the_price():
    def paid(year, day):
        content = read_method_rules(SHELF / year).content
        given = {**cycle(), "attendances": [{"day": day, "setting": "day_case"}]}
        return chemotherapy_payment(METHOD.read({"on": day, "cycles": [given], "rules": content}))

    assert paid("2025-26", "2025-04-01").total.procurement == 21_000
    assert paid("2024-25", "2025-03-31").total.procurement == 20_200
    assert paid("2025-26", "2025-04-01").illustrative


# Supportive drugs: (drug, routine within the regimen?, listed?) → payable or not


@pytest.mark.parametrize(
    ("regimen", "name", "purpose", "reason"),
    [
        ("FEC100", "filgrastim", "routine", "paid"),
        ("FEC100", "Filgrastim", "routine", "paid"),
        ("FEC100", "filgrastim", "complication", "for_complication"),
        ("FEC100", "dalteparin", "routine", "drug_not_listed"),
        ("FEC100", "ciprofloxacin", "complication", "for_complication"),
        ("FEC100", "epoetin", "complication", "for_complication"),
        ("FEC", "filgrastim", "routine", "drug_not_listed"),
        ("trial", "filgrastim", "routine", "regimen_not_listed"),
        ("trial", "filgrastim", "complication", "regimen_not_listed"),
    ],
)
def test_supportive_drugs_are_payable_only_as_a_part_of_a_listed_regimen(regimen, name, purpose, reason):
    (part,) = [
        part
        for part in run(cycle(2, regimen=regimen, supportive=[drug(name, purpose)])).cycles[0].parts
        if part.kind == "supportive"
    ]
    assert part.reason.value == reason
    assert (part.pence, part.not_paid) == ((1000, 0) if reason == "paid" else (0, 1000))
    assert part.day is None


def test_the_rules_may_put_integral_drugs_within_the_band():
    result = run(cycle(2, regimen="FEC100", supportive=[drug("filgrastim")]), supportive_paid_at_cost=False)
    assert parts(result)[-1] == ("supportive", "filgrastim", 0, "within_band")
    assert "Within the band's price, so not paid again: 1 supportive drug (£10.00)." in explain(result)


def test_a_regimen_that_is_not_listed_is_shown_and_has_no_price():
    result = run(cycle(2, 9, regimen="trial"))
    assert parts(result) == [
        ("procurement", "trial", 0, "regimen_not_listed"),
        ("delivery", "trial", 0, "regimen_not_listed"),
        ("delivery", "trial", 0, "regimen_not_listed"),
    ]
    assert (result.cycles[0].listed, result.total.not_listed, result.total.payment) == (False, 1, 0)


def test_a_regimen_is_known_by_its_name_as_it_is_written():
    assert not run(cycle(2, regimen="fec")).cycles[0].listed


# Claims and words


def test_a_claim_is_held_against_the_payment():
    result = run(cycle(2, claimed=25_025), cycle(2, reference="2", claimed=25_000), cycle(2, reference="3"))
    assert [each.difference for each in result.cycles] == [0, -25, None]
    assert (result.claimed, result.difference) == (50_025, -25)
    assert (
        "Of 2 claims given, 1 differs from what is paid; together they come to £500.25, £0.25 less than"
        in explain(result)
    )
    assert (run(cycle(2)).claimed, run(cycle(2)).difference) == (None, None)
    assert explain(run(cycle(2, claimed=25_025))).endswith("The 1 claim given is what is paid, to the penny.")
    assert explain(run(cycle(2, claimed=25_026))).endswith(
        "The claim given comes to £250.26, £0.01 more than is paid for it."
    )


def test_claims_that_cancel_out_are_told_apart():
    said = explain(run(cycle(2, claimed=25_026), cycle(2, reference="2", claimed=25_024)))
    assert said.endswith(
        "Of 2 claims given, 2 differ from what is paid; together they come to £500.50, which is what is "
        "paid for them."
    )


def test_a_price_in_pounds_is_paid_in_pence():
    assert run(cycle(2), same_day_price="12.34").total.same_day == 1234


def test_each_regimen_has_its_own_supportive_drugs():
    listed = [{"regimen": "FEC", "drug": "ondansetron"}, {"regimen": "FEC100", "drug": "filgrastim"}]
    given = [drug("ondansetron"), drug("filgrastim")]
    for regimen, paid in (("FEC", [1000, 0]), ("FEC100", [0, 1000])):
        result = run(cycle(2, regimen=regimen, supportive=given), supportive=listed)
        assert [part.pence for part in result.cycles[0].parts if part.kind == "supportive"] == paid


def test_words_say_what_is_paid_and_what_is_not():
    given = [drug("filgrastim"), drug("epoetin", "complication", 500), drug("dalteparin", pence=70)]
    stay = cycle(3, 4, setting="inpatient", reference="2")
    said = explain(
        run(cycle(2, regimen="FEC100", supportive=given), stay, cycle(5, regimen="trial", reference="3"))
    )
    assert said == (
        "3 cycles of 1 provider are paid £3,270.75 under Test rules: £3,200.00 for drugs by band, £0.25 "
        "for same-day attendances, £60.50 for delivery and £10.00 for supportive drugs. 2 deliveries to an "
        "inpatient are not paid, since the stay is. 2 parts are of a regimen that is not listed and has no "
        "price here; it is to be agreed locally. Not payable, since given for a complication: 1 supportive "
        "drug (£5.00). Not payable, since the regimen does not list it: 1 supportive drug (£0.70)."
    )
    assert "under Test rules." in explain(run(cycle(5, regimen="trial")))
    assert explain(run(cycle(5), status="illustrative")).endswith("show the method and no tariff.")


def test_the_chart_has_every_provider_and_all_in_its_table():
    rows = picture(run(cycle(2), cycle(2, provider="Brambley", regimen="FEC100"))).table.rows
    assert rows[0] == ("Ashdown", 1, "200.00", "0.25", "50.00", "0.00", "250.25")
    assert [row[0] for row in rows] == ["Ashdown", "Brambley", "all"]


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (
            lambda: run(cycle(9, 2)),
            "cycle 1 of Ashdown: its attendances are out of order: 2 June 2025 stands after 9",
        ),
        (lambda: run(cycle(2, 2)), "two attendances are given on 2 June 2025. Give one for each day."),
        (lambda: run(cycle()), "attendances"),
        (lambda: run(cycle(2), cycle(3)), "cycle 1 of Ashdown is given 2 times, and each is paid once."),
        (lambda: run(cycle(2), on="2026-04-01"), "the date asked for is 1 April 2026"),
        (
            lambda: run(cycle(2), valid_from="2025-06-03", on="2025-06-03"),
            "lies outside Test rules, which holds from 3 June 2025 to 31 March 2026. Give the",
        ),
        (
            lambda: run(cycle(2), valid_to="2025-06-01", on="2025-06-01"),
            "an attendance on 2 June 2025 lies outside",
        ),
        (lambda: run(cycle(2, supportive=[drug("a", pence=-1)])), "supportive, number 1, pence"),
        (lambda: run(cycle(2), regimens=rules()["regimens"] * 2), "the regimen FEC is listed more than once"),
        (
            lambda: run(
                cycle(2), regimens=[{"regimen": "X", "procurement_hrg": "SB09Z", "delivery_hrg": "SB12Z"}]
            ),
            "the regimen X is paid by a currency that has no price",
        ),
        (
            lambda: run(
                cycle(2), regimens=[{"regimen": "X", "procurement_hrg": "SB02Z", "delivery_hrg": "SB14Z"}]
            ),
            "the regimen X is paid by a currency that has no price",
        ),
        (lambda: run(cycle(2), subsequent_delivery_hrg="SB99Z"), "the delivery SB99Z has no price"),
        (
            lambda: run(cycle(2), supportive=[{"regimen": "X", "drug": "a"}]),
            "a is listed for X, which is not",
        ),
    ],
)
def test_what_the_rules_cannot_serve_is_refused_in_words(act, said):
    with pytest.raises(Problem) as refusal:
        act()
    assert said in str(refusal.value)


def test_the_first_and_the_last_day_of_the_rules_are_served():
    assert run(cycle(2, 3), valid_from="2025-06-02", valid_to="2025-06-03", on="2025-06-02").total.cycles == 1


drawn_cycles = st.lists(
    st.tuples(
        st.sampled_from(["Ashdown", "Brambley"]),
        st.sampled_from(["FEC", "FEC100", "trial"]),
        st.lists(st.integers(1, 28), min_size=1, max_size=4, unique=True).map(sorted),
        st.sampled_from(["day_case", "inpatient", "outpatient"]),
        st.lists(
            st.tuples(
                st.sampled_from(["filgrastim", "epoetin"]),
                st.sampled_from(["routine", "complication"]),
                st.integers(0, 10**6),
            ),
            max_size=3,
        ),
        st.none() | st.integers(0, 10**7),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=80)
@given(drawn_cycles)
def test_every_penny_is_in_one_part_of_one_cycle_of_one_provider(rows):
    cycles = [
        cycle(
            *days,
            regimen=regimen,
            setting=setting,
            reference=str(at),
            provider=provider,
            supportive=[drug(*each) for each in drugs],
            claimed=claimed,
            begun_before=begun,
        )
        for at, (provider, regimen, days, setting, drugs, claimed, begun) in enumerate(rows)
    ]
    result = run(*cycles)
    total = result.total
    assert total.procurement + total.same_day + total.delivery + total.supportive == total.payment
    for figure in ("cycles", "not_listed", "procurement", "delivery", "supportive", "payment"):
        assert sum(getattr(each, figure) for each in result.providers) == getattr(total, figure)
    assert sum(each.payment for each in result.cycles) == total.payment
    asked = sum(pence for row in rows for _, _, pence in row[4])
    assert total.supportive + total.supportive_not_paid == asked
    assert sum(each.pence for each in result.not_paid) == total.supportive_not_paid
    claims = [each for each in result.cycles if each.claimed is not None]
    if claims:
        assert result.claimed - sum(each.payment for each in claims) == result.difference
    for each in result.cycles:
        assert sum(part.pence for part in each.parts) == each.payment
        # The drugs of a cycle are paid once at most, and one delivery for each attendance at most.
        assert sum(part.kind == "procurement" for part in each.parts) <= 1
        assert sum(part.kind == "delivery" for part in each.parts) == len(rows[int(each.reference)][2])
