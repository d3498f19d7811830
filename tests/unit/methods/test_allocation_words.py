"""Allocations in words, and one place as a chart."""

from decimal import Decimal

from tests.unit.methods.test_allocation import apart, place, run, stepwise

from speccom.methods.allocation import explain, picture


def test_words_where_nothing_is_limited():
    assert explain(apart()) == (
        "£20.00 is shared out among 2 places, 0.00% more than the year before. No limit on growth holds any "
        "of them. A has need of 1.0000 against an average of 1. By its people alone its target would be "
        "£10.00. Its target is £10.00, a share of 50.0000%. It had £9.60, which is 4.00% below that share of "
        "what all had. "
        "It gets £0.00 of growth that all have and £0.20 towards its target: together £9.80, 2.08% more "
        "than before, and 2.00% below its target."
    )


def test_words_where_a_place_is_held_down():
    assert explain(apart(ceiling="1", total=2000)) == (
        "£20.00 is shared out among 2 places, 0.00% more than the year before. A limit on growth holds 1 of "
        "them (A), so the growth of every other place is changed by +1.0000 percentage points. A has need "
        "of 1.0000 against an average of 1. By its people alone its target would be £10.00. Its target is "
        "£10.00, a share of 50.0000%. It had £9.60, which is 4.00% below that share of "
        "what all had. It gets £0.00 of "
        "growth that all have, £0.20 towards its target, £0.10 as its part of the limits of all and −£0.20 "
        "by its own limit: together £9.70, 1.04% more than before, and 3.00% below its target. The greatest "
        "growth that the rules allow holds it down."
    )


def test_words_of_the_other_limits():
    assert "The least growth that the rules allow holds it up." in explain(apart(floor="-1", explained="B"))
    assert "The greatest shortfall that the rules allow holds it up." in explain(
        apart(convergence="0", greatest_shortfall_percent="3")
    )
    assert "holds it" not in explain(apart(floor="-1"))


def test_words_of_a_target_step_by_step():
    said = explain(stepwise())
    assert "shared out among 2 places, 0.00% more" in said
    assert (
        "A has need of 1.3800 against an average of 1. By its people alone its target would be £2.50. To "
        "that, acute adds £0.75, mental adds £0.20 and market forces adds £0.68. Its target is £4.13, a "
        "share of 41.2556%. It had £4.00, which is 3.04% below that share of what all had."
    ) in said
    b = stepwise().model_copy(update={"explained": "B"})
    assert "To that, acute takes £0.75, mental takes £0.20 and market forces takes £0.68." in explain(b)
    assert "which is 2.14% above that share of what all had" in explain(b)


def test_words_on_target_and_with_less():
    said = explain(run(place("A"), place("B"), total=1900))
    assert "5.00% less than the year before" in said
    assert (
        "It had £10.00, which is that share of what all had. It gets −£0.50 of growth that all have: "
        "together £9.50"
    ) in said
    assert "5.00% less than before, and on its target." in said


def test_words_of_a_step_of_one_penny():
    said = explain(run(place("A", 1000, 1001, baseline=1), place("B", 1000, 999, baseline=1999)))
    assert "To that, need adds £0.01." in said


def test_words_a_little_above_the_target():
    low = run(place("A", baseline=1_000_000), place("B", baseline=1_005_000), total=2_005_000, explained="B")
    assert "which is 0.25% above that share of what all had" in explain(low)


def test_words_on_published_allocations():
    def said(*published, explained="A"):
        places = [place(name, published=each) for name, each in zip("ABC", published, strict=True)]
        return explain(run(*places, total=3000, explained=explained))

    assert "Its published allocation of £10.00 is explained to the penny." in said(1000, None, None)
    assert "Its published allocation is £10.01, which is £0.01 more than these rules explain." in said(
        1001, None, None
    )
    assert "which is £0.50 less than these rules explain." in said(950, None, None)
    assert "B, by £0.00" not in said(1000, None, 1001)
    assert "furthest from it is C, by £0.01" in said(1000, None, 1001)
    assert "published" not in said(None, None, None)
    assert "Of 1 published" not in said(950, None, None)
    assert "All 2 published allocations are explained to the penny." in said(1000, 1000, None)
    assert (
        "Of 3 published allocations, 1 are explained to the penny; the furthest from it is B, by −£0.70."
        in said(1050, 930, 1000)
    )


def test_words_of_access_and_of_illustrative_rules():
    asked = place("A", 600_000, spend=9_000_000_000, patients=30_000)
    said = explain(run(asked, place("B"), explained="A"))
    assert (
        "Of the service asked about, it spends £150.00 a head: £3,000.00 for each patient, times 0.0500 "
        "patients for each person."
    ) in said
    assert "a head" not in explain(run(asked, place("B"), explained="B"))
    assert explain(apart(status="illustrative")).endswith(
        "These rules were made for demonstration, so the figures show the method and no policy."
    )
    assert "demonstration" not in said


def test_words_of_a_limit_that_hardly_moves_the_others():
    crowd = [place(f"P{at}", baseline=10**9) for at in range(9)]
    held = place("Q", baseline=10**3, population="0.0002", need="0.0002")
    said = explain(run(*crowd, held, total=9 * 10**9 + 10**3, convergence="100", ceiling="1"))
    assert "A limit on growth holds 1 of them (Q), which hardly moves the others." in said


def test_words_name_at_most_five_places_that_are_held():
    def said(high):
        places = [place(f"H{at}", baseline=1100) for at in range(high)]
        places += [place(f"L{at}", baseline=1000, need=300) for at in range(3)]
        total = 1100 * high + 3000
        return explain(run(*places, total=total, convergence="100", floor="0", ceiling="50"))

    assert "holds 5 of them (H0, H1, H2, H3 and H4), so the growth" in said(5)
    assert "holds 6 of them, so the growth" in said(6)


def test_the_chart_has_each_step_in_its_table():
    drawn = picture(stepwise())
    assert drawn.table.rows == (
        ("population", None, "2.50"),
        ("acute", Decimal("1.500000"), "0.75"),
        ("mental", Decimal("1.200000"), "0.20"),
        ("market forces", None, "0.68"),
        ("target", None, "4.13"),
        ("baseline", None, "4.00"),
        ("growth that all have", None, "0.00"),
        ("towards target", None, "0.06"),
        ("part of the limits of all", None, "0.00"),
        ("own limit", None, "0.00"),
        ("allocation", None, "4.06"),
    )


def test_the_chart_goes_from_step_to_step():
    drawn = picture(stepwise())
    bars = [(row["step"], row["from"], row["to"], row["kind"]) for row in drawn.chart.data.values]
    assert bars == [
        ("acute", 0, 75 / 1e8, "adds"),
        ("mental", 75 / 1e8, 95 / 1e8, "adds"),
        ("market forces", 95 / 1e8, 163 / 1e8, "adds"),
        ("target", 0, 163 / 1e8, "target"),
        ("baseline", 0, 150 / 1e8, "money"),
        ("allocation", 0, 156 / 1e8, "money"),
    ]
    other = picture(stepwise().model_copy(update={"explained": "B"})).chart.data.values
    assert [row["kind"] for row in other][:3] == ["takes away"] * 3
    even = picture(apart()).chart.data.values
    assert [row["kind"] for row in even][:2] == ["adds", "adds"]
