"""The medicines scheme: worked values, published percentages, ages at their edges, and money conserved."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.rebate import METHOD, explain, picture, rebate
from speccom.methods.rebate.managed_access import years_after
from speccom.methods.rebate.scheme import RebateRules, price_fall
from speccom.problem import Problem
from speccom.rulebook.method_rules import find_method_rules, read_method_rules

SHELF = Path(__file__).parents[3] / "rulebooks" / "rebates" / "voluntary-scheme"
RULES = {name: dict(read_method_rules(SHELF / name).content) for name in ("2014", "2019", "2024")}
MILLION = 100_000_000


def sold(pence, company="Ashdown", first="2025-01-01", last="2025-12-31", age="newer", **more):
    return {"company": company, "first": first, "last": last, "pence": pence, "age": age, **more}


def older(pence, **more):
    return sold(pence, **{"age": "older", "medicine": "M", **more})


def run(*sales, on="2025-06-30", scheme="2024", rules=None, **more):
    data = {"on": on, "sales": sales, "rules": {**RULES[scheme], **(rules or {})}, **more}
    return rebate(METHOD.read(data))


def test_v1_newer_medicines_in_2025():
    result = run(sold(50 * MILLION))
    assert result.total.payment == 1_145_000_000
    assert (result.total.newer, result.total.older, result.total.top_up) == (1_145_000_000, 0, 0)
    assert result.total.percent_of_sales == Decimal("22.9")
    # 0.6% of the sales is for the investment programme, within the 22.9%.
    assert result.total.investment == 30_000_000


def test_v2_older_medicines_pay_the_basic_10_per_cent_and_a_top_up_by_price_fall():
    basic = run(older(20 * MILLION))
    assert (basic.total.payment, basic.total.older, basic.without_top_up) == (200_000_000, 200_000_000, 1)
    assert basic.payments[0].top_up_percent is None
    fallen = run(older(20 * MILLION, price="80", reference_price="100"))
    (payment,) = fallen.payments
    assert (payment.price_fall_percent, payment.top_up_percent, payment.top_up) == (20, 15, 300_000_000)
    assert (fallen.total.payment, fallen.without_top_up) == (500_000_000, 0)


@pytest.mark.parametrize(
    ("price", "fall", "top_up"),
    [
        ("100", 0, 25),
        ("130", 0, 25),
        ("90", 10, 25),
        ("89.51", 10, 25),
        ("89.5", 11, 24),
        ("66", 34, 1),
        ("65", 35, 0),
        ("1", 99, 0),
    ],
)
def test_the_top_up_falls_from_25_per_cent_to_nothing(price, fall, top_up):
    (payment,) = run(older(10_000, price=price, reference_price="100")).payments
    assert (payment.price_fall_percent, payment.top_up_percent) == (fall, top_up)
    assert payment.payment == 1_000 + 100 * top_up


def test_a_reimbursement_price_is_lowered_by_an_eighth_to_be_the_reference():
    (payment,) = run(older(10_000, price="70", reimbursement_price="100")).payments
    # 87.5 to 70 is a fall of a fifth.
    assert payment.price_fall_percent == 20
    (close,) = run(older(10_000, price="69650", reimbursement_price="100000")).payments
    # 87,500 to 69,650 is a fall of 20.4%.
    assert close.price_fall_percent == 20


@pytest.mark.parametrize(
    ("scheme", "day", "percent"),
    [
        ("2014", "2014-06-30", "3.74"),
        ("2014", "2015-06-30", "10.36"),
        ("2014", "2016-06-30", "7.80"),
        ("2014", "2017-06-30", "4.75"),
        ("2014", "2018-06-30", "7.80"),
        ("2019", "2019-06-30", "9.6"),
        ("2019", "2020-06-30", "5.9"),
        ("2019", "2021-06-30", "5.1"),
        ("2019", "2022-06-30", "15.0"),
        ("2019", "2023-06-30", "26.5"),
        ("2024", "2024-03-31", "19.5"),
        ("2024", "2024-04-01", "15.1"),
        ("2024", "2024-12-31", "15.1"),
        ("2024", "2025-01-01", "22.9"),
        ("2024", "2026-12-31", "15.5"),
    ],
)
def test_the_percentage_is_that_of_the_day(scheme, day, percent):
    (payment,) = run(sold(100_000, first=day, last=day), scheme=scheme, on=day).payments
    assert payment.percent == Decimal(percent)
    assert payment.basic == 1000 * Decimal(percent)


@pytest.mark.parametrize(
    ("scheme", "year", "growth"),
    [("2014", 2015, 0), ("2014", 2018, "1.9"), ("2019", 2021, 2), ("2024", 2025, "3.75"), ("2024", 2028, 4)],
)
def test_the_growth_that_is_allowed(scheme, year, growth):
    agreement = {"medicine": "M", "begins": "2014-01-01", "ends": "2014-01-02"}
    result = run(on=f"{year}-06-30", scheme=scheme, managed_access=[agreement])
    assert result.allowed_growth_percent == Decimal(growth)


def test_schemes_follow_one_another_without_a_gap():
    for day in (date(2014, 1, 1), date(2018, 12, 31), date(2019, 1, 1), date(2024, 1, 1), date(2028, 12, 31)):
        RebateRules.model_validate(find_method_rules("rebates", day).content).cover(day)


def test_a_scheme_that_makes_no_difference_ignores_age():
    result = run(
        sold(1000, first="2023-01-01", last="2023-12-31", age="older", price="5"),
        scheme="2019",
        on="2023-01-01",
    )
    assert result.payments[0].age.value == "all"
    assert (result.total.newer, result.total.older, result.without_top_up) == (265, 0, 0)


@pytest.mark.parametrize(
    ("authorised", "age"), [("2013-01-01", "newer"), ("2012-12-31", "older"), ("2012-12-30", "older")]
)
def test_a_medicine_is_older_when_more_than_12_years_have_passed(authorised, age):
    data = sold(100, age=None, first_authorised=authorised, last="2025-01-01")
    assert run(data).payments[0].age.value == age
    assert run({**data, "age": age}).payments[0].age.value == age


def test_a_period_may_not_begin_on_the_last_day_of_being_newer_and_go_on():
    with pytest.raises(Problem, match="becomes older after 1 January 2025, within the period"):
        run(sold(100, age=None, first_authorised="2013-01-01"))


def test_the_next_change_of_percentage_is_named():
    with pytest.raises(Problem, match="the payment percentage changes on 1 January 2025"):
        run(sold(1, first="2024-04-01", last="2025-01-01"))


def test_a_leap_day_comes_again_on_28_february():
    assert years_after(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_half_a_penny_is_rounded_up():
    assert run(older(5)).total.payment == 1
    assert run(older(4)).total.payment == 0
    assert price_fall(Decimal("99.5"), Decimal(100)) == 1


# Managed access


@pytest.mark.parametrize(
    ("on", "state", "days"),
    [
        ("2024-01-14", "not_begun", None),
        ("2024-01-15", "running", 1826),
        ("2029-01-14", "running", 0),
        ("2029-01-15", "ended", None),
    ],
)
def test_an_agreement_runs_from_its_first_day_to_its_last(on, state, days):
    agreement = {"medicine": "M", "begins": "2024-01-15", "ends": "2029-01-14"}
    rules = {"valid_from": "2024-01-01", "valid_to": "2030-01-01"}
    (end,) = run(on=on, managed_access=[agreement], rules=rules).managed_access
    assert (end.state.value, end.days_left) == (state, days)
    assert (end.latest_end, end.runs_too_long) == (date(2029, 1, 14), False)


def test_an_agreement_may_be_for_one_day():
    agreement = {"medicine": "M", "begins": "2025-06-30", "ends": "2025-06-30"}
    result = run(managed_access=[agreement])
    assert explain(result) == "Managed access to M ends on 30 June 2025, in 0 days."


def test_an_agreement_of_more_than_five_years_is_named():
    agreements = [
        {"medicine": "later", "begins": "2024-01-15", "ends": "2029-01-15"},
        {"medicine": "sooner", "begins": "2024-01-15", "ends": "2025-01-01"},
        {"medicine": "next", "begins": "2025-07-01", "ends": "2025-12-31"},
    ]
    result = run(managed_access=agreements)
    assert [each.medicine for each in result.managed_access] == ["sooner", "next", "later"]
    assert [each.runs_too_long for each in result.managed_access] == [False, False, True]
    assert explain(result) == (
        "Managed access to sooner ended on 1 January 2025. Managed access to next begins on 1 July 2025 "
        "and ends on 31 December 2025. Managed access to later ends on 15 January 2029, in 1,295 days; "
        "that is longer than such agreements may run, which would be to 14 January 2029."
    )


# Words


def test_words_for_a_scheme_that_tells_ages_apart():
    result = run(
        sold(100_000),
        older(200_000, company="Brambley", price="80", reference_price="100"),
        older(100, medicine="N"),
    )
    assert explain(result) == (
        "Under VPAG 2024, companies pay £729.10 on sales of £3,001.00, which is 24.30% of them: £229.00 on "
        "newer medicines, £200.10 as the basic payment on older ones and £300.00 as the top-up on older "
        "ones. It goes to the Department of Health and Social Care for the scheme as a whole, and lowers "
        "the price of no product. Of it, £6.00 is for the investment programme. The prices of 1 older "
        "medicine were not given, so any top-up on it comes in addition. 2 companies pay; the most is "
        "£500.00, by Brambley."
    )


def test_words_without_a_top_up():
    said = explain(run(sold(100_000), older(100_000)))
    assert ": £229.00 on newer medicines and £100.00 as the basic payment on older ones." in said
    assert "companies pay;" not in said
    assert (
        "which is 35.00% of them: £100.00 as the basic payment on older ones and £250.00 as the"
        in explain(run(older(100_000, price="9", reference_price="9")))
    )


def test_words_for_a_scheme_that_does_not():
    sales = sold(100_000, first="2023-01-01", last="2023-12-31", age=None)
    assert explain(run(sales, scheme="2019", on="2023-01-01")) == (
        "Under VPAS 2019, companies pay £265.00 on sales of £1,000.00, which is 26.50% of them. It goes to "
        "the Department of Health and Social Care for the scheme as a whole, and lowers the price of no "
        "product."
    )


def test_sales_of_nothing_pay_nothing():
    result = run(sold(0))
    assert (result.total.payment, result.total.percent_of_sales) == (0, None)
    assert "pay £0.00 on sales of £0.00. It goes" in explain(result)


def test_the_chart_has_every_company_and_all_in_its_table():
    rows = picture(run(sold(100_000), sold(200_000, company="Brambley"))).table.rows
    assert [row[0] for row in rows] == ["Ashdown", "Brambley", "all"]
    assert rows[2] == ("all", "3,000.00", "687.00", "0.00", "0.00", "687.00", "22.9")


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (
            lambda: run(sold(1), level="product"),
            "a payment under VPAG 2024 cannot be taken off a product's price: companies pay it on their",
        ),
        (lambda: run(sold(1), level="product"), "Ask for it at the level of the scheme"),
        (lambda: run(), "there are neither sales nor managed access agreements."),
        (lambda: run(sold(1), sold(2)), "these sales are given more than once"),
        (
            lambda: run(sold(1, age=None)),
            "Ashdown, 1 January 2025 to 31 December 2025: VPAG 2024 pays differently",
        ),
        (lambda: run(sold(1, age="all")), "these say neither"),
        (
            lambda: run(sold(1, first="2024-03-31", last="2024-04-01")),
            "the payment percentage changes on 1 April 2024, within the period given. Give the sales",
        ),
        (
            lambda: run(sold(1, first="2027-01-01", last="2027-03-31")),
            "has no payment percentage for newer medicines from 1 January 2027 to 31 March 2027.",
        ),
        (lambda: run(sold(1, last="2024-12-31")), "the period ends before it begins."),
        (
            lambda: run(older(1, price="5")),
            "Ashdown, M, 1 January 2025 to 31 December 2025: the top-up needs",
        ),
        (lambda: run(older(1, reference_price="5")), "the top-up needs the price now"),
        (
            lambda: run(older(1, price="5", reference_price="5", reimbursement_price="5")),
            "one of the reference price and the reimbursement price",
        ),
        (
            lambda: run(sold(1, age=None, first_authorised="2013-06-30")),
            "the medicine becomes older after 30 June 2025, within the period given.",
        ),
        (
            lambda: run(sold(1, first_authorised="2001-01-01")),
            "the medicine is marked as newer, and by the day it was first authorised it is older.",
        ),
        (
            lambda: run(managed_access=[{"medicine": "M", "begins": "2025-01-02", "ends": "2025-01-01"}]),
            "M: the managed access agreement ends before it begins.",
        ),
        (lambda: run(sold(-1)), "sales, number 1, pence"),
        (lambda: run(older(1, price="0", reference_price="1")), "sales, number 1, price"),
        (lambda: run(sold(1), on="2029-01-01"), "the date asked for is 1 January 2029"),
        (
            lambda: run(sold(1), rules={"top_up": [{"price_fall_percent": 1, "percent": 5}]}),
            "do not ascend from a price fall of nothing",
        ),
        (
            lambda: run(sold(1), rules={"top_up": [{"price_fall_percent": 0, "percent": 5}] * 2}),
            "do not ascend",
        ),
    ],
)
def test_what_the_scheme_does_not_say_is_refused_in_words(act, said):
    with pytest.raises(Problem) as refusal:
        act()
    assert said in str(refusal.value)


amounts = st.integers(0, 10**12)
drawn = st.lists(
    st.tuples(
        st.sampled_from(["Ashdown", "Brambley", "Carrick"]),
        st.sampled_from(["newer", "older"]),
        amounts,
        st.none() | st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=80)
@given(drawn)
def test_every_penny_paid_is_a_companys_and_no_sales_are_changed(rows):
    sales = [
        sold(
            pence,
            company,
            age=age,
            medicine=f"M{at}",
            **({"price": prices[0], "reference_price": prices[1]} if prices else {}),
        )
        for at, (company, age, pence, prices) in enumerate(rows)
    ]
    result = run(*sales)
    assert [each.sales for each in result.payments] == [pence for _, _, pence, _ in rows]
    for figure in ("sales", "newer", "older", "top_up", "payment", "investment"):
        assert sum(getattr(each, figure) for each in result.companies) == getattr(result.total, figure)
    total = result.total
    assert total.newer + total.older + total.top_up == total.payment
    assert sum(each.payment for each in result.payments) == total.payment
    for each in result.payments:
        assert each.basic + each.top_up == each.payment
        # The highest is 10% and 25% on an older medicine.
        assert 0 <= each.payment <= each.sales * Decimal("0.35") + 2
        assert each.investment <= each.payment


@settings(max_examples=60)
@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 10**5))
def test_a_deeper_price_fall_never_pays_more(price, reference, less):
    def paid(now):
        return run(older(10**9, price=now, reference_price=reference)).total.payment

    lower = max(price - less, 1)
    assert paid(lower) <= paid(price)
