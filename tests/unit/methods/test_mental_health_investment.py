"""The mental health investment standard: its worked values, its edges, and that no money is counted twice."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.deflator import Deflator
from speccom.methods.mental_health_investment import METHOD, explain, mental_health_investment, picture
from speccom.methods.periods import financial_year, year_label
from speccom.problem import Problem
from speccom.rulebook.method_rules import find_method_rules, read_method_rules

SHELF = Path(__file__).parents[3] / "rulebooks" / "deflators" / "gdp-deflator" / "2026-03"
CONTENT = dict(read_method_rules(SHELF).content)
MILLION = 100_000_000


def prices(*indices, forecast="no"):
    """A made-up index for the years up to 2024/25."""
    first = 2025 - len(indices)
    years = [
        {"year": f"{first + at}/{(first + at + 1) % 100:02d}", "index": index, "forecast": forecast}
        for at, index in enumerate(indices)
    ]
    return {**CONTENT, "years": years, "index": "test index"}


def line(last, this, category="mental_health", **more):
    return {"category": category, "last_year": last, "this_year": this, **more}


def board(growth, *lines, name="Ashdown"):
    return {"name": name, "growth_percent": str(growth), "lines": lines}


def run(*commissioners, on="2024-04-01", rules=None, **more):
    data = {"on": on, "commissioners": commissioners, "rules": rules or prices("100", "102"), **more}
    return mental_health_investment(METHOD.read(data))


def one(*args, **more):
    return run(*args, **more).commissioners[0]


@pytest.mark.parametrize(
    ("spent", "met"), [(312 * MILLION, True), (312 * MILLION - 1, False), (31_190_000_000, False)]
)
def test_m1_300_million_at_4_per_cent_needs_312(spent, met):
    judged = one(board(4, line(300 * MILLION, spent)))
    assert (judged.required, judged.met) == (312 * MILLION, met)
    assert judged.margin == spent - 312 * MILLION
    assert judged.asked_percent == 4


def test_m2_the_form_of_2015_asks_for_the_growth_of_the_allocation():
    given = board("1.9", line(100 * MILLION, 101_90_000_000 // 100))
    judged = one(given, on="2015-06-01", form="allocation_growth", rules=CONTENT)
    assert judged.required == 10_190_000_000
    assert not judged.met
    exactly = board("1.9", line(100 * MILLION, 10_190_000_000))
    assert one(exactly, on="2015-06-01", form="allocation_growth", rules=CONTENT).met


def test_m3_the_national_sum_passes_by_254_million():
    # £9.3bn to £9.679bn is +£379m; £125m of that was required.
    judged = run(board("1.344086021505376", line(9_300 * MILLION, 9_679 * MILLION)))
    together = judged.together
    assert together.required - together.last_year.counted == 125 * MILLION
    assert together.this_year.counted - together.last_year.counted == 379 * MILLION
    assert together.margin == 254 * MILLION
    assert together.growth_percent == Decimal("4.0753")
    assert together.met


def test_m3_as_published_in_round_figures():
    judged = run(board("1.3", line(9_300 * MILLION, 9_700 * MILLION))).together
    assert judged.required == 942_090_000_000
    assert judged.met


@pytest.mark.parametrize(("last", "required"), [(1, 2), (100, 104), (101, 106), (25, 26)])
def test_what_is_required_is_rounded_up_to_the_penny(last, required):
    assert one(board(4, line(last, 1))).required == required


def test_only_mental_health_counts():
    judged = one(
        board(
            4,
            line(1000, 1039),
            line(500, 900, "learning_disability"),
            line(300, 700, "dementia"),
            line(200, 800, "one_off_transformation"),
            line(100, 600, "ring_fenced", received=600, title="fund"),
        )
    )
    assert not judged.met
    this = judged.this_year
    assert (this.counted, this.learning_disability, this.dementia) == (1039, 900, 700)
    assert (this.one_off_transformation, this.ring_fenced, this.total) == (800, 600, 4039)
    assert judged.last_year.total == 2100


def test_ring_fenced_sums_stand_apart():
    judged = one(board(0, line(100, 100), line(0, 90, "ring_fenced", received=110, title="fund")))
    (fence,) = judged.ring_fences
    assert (fence.title, fence.received, fence.spent, fence.unspent) == ("fund", 110, 90, 20)
    assert judged.margin == 0


# In real terms


def test_last_years_spend_at_this_years_prices():
    judged = one(board(4, line(1000, 1030)))
    assert judged.last_year_at_todays_prices == 1020
    assert (judged.real_change, judged.grew_in_real_terms) == (10, True)
    assert judged.real_growth_percent == Decimal("0.9804")
    assert judged.growth_percent == 3


def test_growth_just_as_prices_is_no_growth_in_real_terms():
    judged = one(board(0, line(1000, 1020)))
    assert (judged.real_change, judged.real_growth_percent, judged.grew_in_real_terms) == (0, 0, False)


def test_growth_given_after_inflation_is_asked_for_on_top_of_prices():
    judged = one(board(4, line(1000, 1060)), growth_terms="real")
    # 1,000 × 1.04 × 1.02 = 1,060.8
    assert (judged.required, judged.met, judged.asked_percent) == (1061, False, Decimal("6.0800"))
    assert one(board(4, line(1000, 1061)), growth_terms="real").met


def test_the_form_of_2015_never_lets_spend_rise_by_less_than_prices():
    low = board(1, line(1000, 1015))
    assert one(low, form="base_growth").required == 1010
    judged = one(low, form="allocation_growth")
    assert (judged.required, judged.met, judged.asked_percent) == (1020, False, 2)
    assert one(board(3, line(1000, 1030)), form="allocation_growth").required == 1030


def test_a_spend_that_rises_exactly_as_prices_do_is_enough():
    result = run(board(0, line(3, 5)), growth_terms="real", rules=prices("3", "5"))
    assert (result.together.required, result.together.met) == (5, True)


def test_the_shipped_deflator_gives_the_published_rise():
    result = run(board(1, line(100, 101)), on="2024-09-30", rules=CONTENT)
    # 100.0000 ÷ 96.1117
    assert result.price_rise_percent == Decimal("4.0456")
    assert not result.forecast
    assert (result.year, result.year_before) == ("2024/25", "2023/24")
    later = run(board(1, line(100, 101)), on="2025-04-01", rules=CONTENT)
    assert (later.price_rise_percent, later.forecast) == (Decimal("3.2388"), True)


def test_the_shipped_deflator_covers_its_years_and_is_found_by_date():
    from datetime import date

    for day in (date(2001, 4, 1), date(2031, 3, 31)):
        rules = Deflator.model_validate(find_method_rules("deflators", day).content)
        assert rules.rise(financial_year(day))
    assert len(CONTENT["years"]) == 31


@pytest.mark.parametrize(
    ("day", "year"),
    [
        ("2024-03-31", "2023/24"),
        ("2024-04-01", "2024/25"),
        ("1999-12-31", "1999/00"),
        ("2000-01-01", "1999/00"),
    ],
)
def test_a_day_lies_in_its_financial_year(day, year):
    from datetime import date

    assert year_label(financial_year(date.fromisoformat(day))) == year


# Together, and in words


def several():
    return run(
        board(4, line(1000, 1100), name="A"),
        board(4, line(2000, 2079), name="B"),
        board(2, line(3000, 3050), line(10, 12, "dementia"), name="C"),
    )


def test_one_that_does_more_does_not_make_up_for_another():
    result = several()
    assert [each.met for each in result.commissioners] == [True, False, False]
    assert (result.number_met, result.together.met) == (1, False)
    # 1,040 + 2,080 + 3,060 = 6,180 was required and 6,229 was spent.
    assert (result.together.required, result.together.margin) == (6180, 49)
    assert result.together.asked_percent == 3


def test_words_for_several():
    assert explain(several()) == (
        "In 2024/25 the standard asks each commissioner for a growth of mental health spend by at least "
        "that of its programme base before convergence, in cash. 1 of 3 commissioners meet it. Short of "
        "it: C by £0.10 and B by £0.01. Together they raised their spend by £2.29, where a rise of £1.80 "
        "was asked for: £0.49 more. One that does more does not make up for another. Prices rose by 2.00% "
        "(test index), so last year's spend is £61.20 at this year's prices. In real terms the spend rose "
        "by £1.09 (+1.78%). Spend grew in real terms at 2 of 3. Left out of this year's figures: £0.12 on "
        "dementia."
    )


def test_words_where_all_meet_it_exactly():
    said = explain(run(board(4, line(1000, 1040), name="A"), board(4, line(1000, 1040), name="B")))
    assert (
        "2 of 2 commissioners meet it. Together they raised their spend by £0.80, where a rise of £0.80"
        in said
    )
    assert "was asked for: £0.00 more." in said
    spent = line(0, 110, "ring_fenced", received=110)
    assert "and spent £1.10 on it." in explain(run(board(4, line(1000, 1039), spent)))
    left = line(0, 109, "ring_fenced", received=110)
    assert "on it: £0.01 is unspent." in explain(run(board(4, line(1000, 1039), left)))
    nothing = line(0, 0, "ring_fenced", received=0)
    assert run(board(100, line(1000, 1039), nothing)).number_met == 0
    assert run(board(-100, line(1000, 0))).number_met == 1


def test_words_for_one():
    fence = line(0, 90, "ring_fenced", received=110, title="the fund")
    said = explain(
        run(
            board(4, line(1000, 1039), fence),
            form="allocation_growth",
            growth_terms="real",
            rules=prices("100", "99", forecast="yes"),
        )
    )
    assert said == (
        "In 2024/25 the standard asks for a growth of mental health spend by at least that of its own "
        "allocation, after inflation. Ashdown spent £10.39 against the £10.30 asked for (2.96% more than "
        "£10.00 in 2023/24), so it meets it, by £0.09. Prices fell by 1.00% (test index), so last year's "
        "spend is £9.90 at this year's prices. In real terms the spend rose by £0.49 (+4.95%). Ashdown "
        "received £1.10 ring-fenced for the fund, which counts towards nothing here, and spent £0.90 on "
        "it: £0.20 is unspent. The rise in prices rests on a forecast of the test index, which may change."
    )
    assert "so it does not meet it, by £0.01." in explain(run(board(4, line(1000, 1039))))
    spent = line(0, 120, "ring_fenced", received=110)
    assert "and spent £1.20 on it." in explain(run(board(4, line(1000, 1039), spent)))


def test_words_name_at_most_five_that_fall_short():
    result = run(*(board(4, line(1000, 1040 - at), name=f"B{at}") for at in range(1, 8)))
    assert (
        "Short of it: B7 by £0.07, B6 by £0.06, B5 by £0.05, B4 by £0.04, B3 by £0.03 and 2 more."
        in explain(result)
    )
    assert "where a rise of £2.80 was asked for: £0.28 less." in explain(result)
    fell = run(board(0, line(1000, 900), name="A"), board(0, line(1000, 1020), name="B"))
    assert (
        "Together they lowered their spend by £0.80, where a rise of £0.00 was asked for: £0.80"
        in explain(fell)
    )
    assert "In real terms the spend fell by £1.20 (-5.88%)." in explain(fell)
    assert "In real terms the spend stayed as it was." in explain(run(board(0, line(1000, 1020))))


def test_the_chart_has_all_in_its_table():
    rows = picture(several()).table.rows
    assert rows[1] == ("B", "20.00", "20.79", "20.80", "-0.01", Decimal("1.9118"))
    assert rows[3][0] == "all"


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (
            lambda: run(board(4, line(1, 1)), board(4, line(1, 1))),
            "the commissioner Ashdown is given more than once.",
        ),
        (
            lambda: run(board(4, line(0, 5), line(5, 5, "dementia"))),
            "Ashdown: nothing that the standard counts was spent last year",
        ),
        (
            lambda: run(board(4, line(1, 1), line(1, 1, "ring_fenced", title="fund"))),
            "Ashdown: the ring-fenced sum “fund” says nothing of what was received for it.",
        ),
        (
            lambda: run(board(4, line(1, 1, received=5))),
            "Ashdown: without a title has money received for it and is not marked as ring-fenced.",
        ),
        (lambda: run(board(4, line(1, -1))), "lines, number 1, this_year"),
        (lambda: run(board(101, line(1, 1))), "growth_percent"),
        (lambda: run(board(4)), "lines"),
        (lambda: run(), "commissioners"),
        (
            lambda: run(board(4, line(1, 1)), on="2025-04-01"),
            "the test index is not given for both 2025/26 and the year before. It is given from 2023/24 to",
        ),
        (lambda: run(board(4, line(1, 1)), on="2031-04-01"), "the date asked for is 1 April 2031"),
        (
            lambda: run(board(4, line(1, 1)), rules={**CONTENT, "years": CONTENT["years"][::2]}),
            "2002/03 does not follow 2000/01",
        ),
        (lambda: run(board(4, line(1, 1)), rules=prices("100", "0")), "rules, years, number 2, index"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_words(act, said):
    with pytest.raises(Problem) as refusal:
        act()
    assert said in str(refusal.value)


sums = st.integers(0, 10**11)
categories = st.sampled_from(
    ["mental_health", "learning_disability", "dementia", "one_off_transformation", "ring_fenced"]
)
drawn_lines = st.lists(st.tuples(categories, sums, sums, sums), max_size=5)
growths = st.decimals(-5, 9, places=2)


@settings(max_examples=80)
@given(st.lists(st.tuples(growths, st.integers(1, 10**11), sums, drawn_lines), min_size=1, max_size=4))
def test_no_money_is_lost_or_counted_twice(rows):
    boards = [
        board(
            growth,
            line(last, this),
            *(
                line(a, b, category, **({"received": c} if category == "ring_fenced" else {}))
                for category, a, b, c in others
            ),
            name=f"B{at}",
        )
        for at, (growth, last, this, others) in enumerate(rows)
    ]
    result = run(*boards)
    everything = [each for one_board in boards for each in one_board["lines"]]
    for year, key in ((result.together.last_year, "last_year"), (result.together.this_year, "this_year")):
        assert year.total == sum(each[key] for each in everything)
        left_out = year.learning_disability + year.dementia + year.one_off_transformation
        assert year.counted + left_out + year.ring_fenced == year.total
    for figure in ("required", "margin"):
        assert sum(getattr(each, figure) for each in result.commissioners) == getattr(result.together, figure)
    assert sum(each.this_year.total for each in result.commissioners) == result.together.this_year.total
    for each, (growth, _, _, _) in zip(result.commissioners, rows, strict=True):
        exact = each.last_year.counted * (1 + growth / 100)
        assert exact <= each.required < exact + 1
        assert each.met == (each.this_year.counted >= exact)


@settings(max_examples=40)
@given(growths, st.integers(1, 10**9), sums, st.integers(0, 10**9))
def test_spending_more_never_fails_what_less_has_met(growth, last, this, more):
    if one(board(growth, line(last, this))).met:
        assert one(board(growth, line(last, this + more))).met
