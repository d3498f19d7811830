"""Reconciliation: planted differences are all found, none netted away; acceptances keep to their amount."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.reconciliation import METHOD, explain, picture, reconciliation
from speccom.problem import Problem

SIDES = {"activity": "patient_level", "drugs": "drugs", "devices": "devices"}


def entry(feed, pence, line="L1", provider="Ashdown", month="2025-06", **more):
    return {"feed": feed, "pence": pence, "line": line, "provider": provider, "month": month, **more}


def acceptance(check, difference, line="L1", provider="Ashdown", month="2025-06", **more):
    return {
        "check": check,
        "difference": difference,
        "line": line,
        "provider": provider,
        "month": month,
        "accepted_by": "A. Lead",
        "accepted_on": "2025-07-10",
        "reason": "late discharge",
        **more,
    }


def run(*entries, accepted=(), as_at="2025-07-31", **more):
    return reconciliation(METHOD.read({"as_at": as_at, "entries": entries, "accepted": accepted, **more}))


def check(result, name):
    return next(each for each in result.checks if each.check == name)


def found(result):
    return {
        (each.check.value, each.provider, each.month, each.line): each.difference
        for check in result.checks
        for each in check.differences
    }


def agreeing(provider="Ashdown", month="2025-06", line="L1", activity=1000, drugs=200, devices=30):
    at = {"provider": provider, "month": month, "line": line}
    return [
        entry("aggregate", activity, **at),
        entry("aggregate", drugs, part="drugs", **at),
        entry("aggregate", devices, part="devices", **at),
        entry("patient_level", activity, **at),
        entry("drugs", drugs, **at),
        entry("devices", devices, **at),
        entry("invoice", activity + drugs + devices, **at),
    ]


def test_feeds_that_tie_agree():
    result = run(*agreeing(), *agreeing(line="L2", provider="Brambley"))
    assert result.agrees
    assert found(result) == {}
    assert [(each.places, each.agreeing) for each in result.checks] == [(2, 2)] * 4
    assert [(each.line, each.aggregate, each.difference) for each in result.lines] == [
        ("L1", 1230, 0),
        ("L2", 1230, 0),
    ]
    assert explain(result) == (
        "8 places were compared in 4 checks; in 8 both feeds agree. Nothing is left open."
    )


def test_the_line_shows_what_lies_behind_the_aggregate():
    entries = agreeing()
    entries[4]["pence"] = 150
    (line,) = run(*entries).lines
    assert (line.aggregate, line.patient_level, line.drugs, line.devices, line.difference) == (
        1230,
        1000,
        150,
        30,
        50,
    )


def test_nothing_is_netted_away():
    entries = [*agreeing(), *agreeing(line="L2")]
    entries[3]["pence"] += 100
    entries[10]["pence"] -= 100
    result = run(*entries)
    activity = check(result, "activity")
    assert (activity.difference, activity.without_netting, activity.still_open) == (0, 200, 200)
    assert found(result) == {
        ("activity", "Ashdown", "2025-06", "L1"): -100,
        ("activity", "Ashdown", "2025-06", "L2"): 100,
    }
    assert not result.agrees
    assert "2 places differ by £2.00 (£0.00 net); all of it is open." in explain(result)
    assert "in the table" not in explain(result)
    assert "open again" not in explain(result)


def test_money_moved_from_drugs_to_activity_shows_in_both():
    entries = agreeing()
    entries[0]["pence"] += 50
    entries[1]["pence"] -= 50
    result = run(*entries)
    assert [each.difference for each in result.lines] == [0]
    assert found(result) == {
        ("activity", "Ashdown", "2025-06", "L1"): 50,
        ("drugs", "Ashdown", "2025-06", "L1"): -50,
    }


@pytest.mark.parametrize(
    ("entries", "kind", "difference"),
    [
        ([entry("aggregate", 5)], "only_left", 5),
        ([entry("patient_level", 5)], "only_right", -5),
        ([entry("aggregate", 5), entry("patient_level", 4)], "differs", 1),
    ],
)
def test_a_missing_record_is_told_from_a_wrong_amount(entries, kind, difference):
    result = run(*entries, checks=["activity"])
    (one,) = result.checks[0].differences
    assert (one.found.value, one.difference, one.state.value) == (kind, difference, "open")


def test_what_only_one_feed_has_stands_against_nothing():
    result = run(entry("aggregate", 1), entry("patient_level", 1, line="L2"), checks=["activity"])
    assert [(each.line, each.left, each.right) for each in result.checks[0].differences] == [
        ("L1", 1, 0),
        ("L2", 0, 1),
    ]


def test_the_largest_difference_stands_first_without_its_sign():
    entries = [entry("aggregate", pence, line=f"L{pence}") for pence in (2, -9, 5)]
    result = run(*entries, checks=["activity"])
    assert [each.difference for each in result.checks[0].differences] == [-9, 5, 2]


def test_several_entries_for_a_place_are_added_up():
    result = run(
        entry("aggregate", 5), entry("patient_level", 7), entry("patient_level", -2), checks=["activity"]
    )
    assert result.agrees
    assert [(each.feed.value, each.entries, each.pence) for each in result.feeds] == [
        ("aggregate", 1, 5),
        ("patient_level", 2, 5),
    ]


def test_a_place_where_both_have_nothing_is_compared_and_agrees():
    result = run(entry("aggregate", 0), checks=["activity"])
    assert (result.checks[0].places, result.checks[0].agreeing) == (1, 1)


def test_places_differ_by_commissioner_and_detail_too():
    result = run(
        entry("aggregate", 5, commissioner="13Q", detail="day case"),
        entry("patient_level", 5, commissioner="27T", detail="day case"),
        checks=["activity"],
    )
    assert sorted(each.difference for each in result.checks[0].differences) == [-5, 5]
    assert "activity, line L1 (day case), Ashdown for 13Q, 2025-06: £0.05, being" in explain(result)


def test_an_invoice_for_all_lines_is_compared_as_one_bill():
    entries = [each for each in [*agreeing(), *agreeing(line="L2")] if each["feed"] != "invoice"]
    result = run(*entries, entry("invoice", 2461, line=""))
    invoice = check(result, "invoice")
    assert (invoice.left, invoice.right, invoice.difference, invoice.places) == (2461, 2460, 1, 1)
    (one,) = invoice.differences
    assert (one.line, one.detail, one.left, one.right) == ("", "", 2461, 2460)
    assert "invoice, all lines, Ashdown, 2025-06: £0.01, being £24.61 against £24.60" in explain(result)


def test_an_invoice_by_line_is_compared_line_by_line():
    entries = [*agreeing(), *agreeing(line="L2"), *agreeing(provider="Brambley")]
    entries[6]["pence"] += 1
    entries[13]["pence"] -= 1
    assert found(run(*entries)) == {
        ("invoice", "Ashdown", "2025-06", "L1"): 1,
        ("invoice", "Ashdown", "2025-06", "L2"): -1,
    }


def test_a_bill_without_an_invoice_is_found():
    entries = [each for each in agreeing() if each["feed"] != "invoice"]
    result = run(*entries)
    (one,) = check(result, "invoice").differences
    assert (one.found.value, one.difference) == ("only_right", -1230)
    assert "being £12.30 that only the second of the two feeds has" in explain(result)


def test_the_national_data_set_is_compared_where_asked_for():
    entries = [*agreeing(), entry("national", 990)]
    assert len(run(*entries).checks) == 4
    result = run(*entries, checks=["national"])
    assert found(result) == {("national", "Ashdown", "2025-06", "L1"): 10}


# Acceptances


def differing(by):
    entries = agreeing()
    entries[3]["pence"] -= by
    return entries


def test_an_acceptance_holds_while_its_amount_is_unchanged():
    result = run(*differing(58), accepted=[acceptance("activity", 58)])
    (one,) = check(result, "activity").differences
    assert one.state.value == "accepted"
    assert one.acceptance.reason == "late discharge"
    assert (check(result, "activity").without_netting, check(result, "activity").still_open) == (58, 0)
    assert result.agrees
    assert [each.difference for each in result.carried_forward] == [58]
    assert result.cleared == ()
    said = explain(result)
    assert "1 place differs by £0.58; all of it is accepted." in said
    assert (
        "1 difference stays accepted, the amount being unchanged: line L1, Ashdown, 2025-06 (£0.58, A. Lead: "
        "late discharge). Nothing is left open."
    ) in said


@pytest.mark.parametrize("amount", [57, 59, -58])
def test_an_acceptance_for_another_amount_is_open_again(amount):
    result = run(*differing(58), accepted=[acceptance("activity", amount)])
    (one,) = check(result, "activity").differences
    assert (one.state.value, one.acceptance.difference) == ("changed", amount)
    assert not result.agrees
    assert check(result, "activity").still_open == 58
    assert (result.carried_forward, result.cleared) == ((), ())
    assert "was accepted by A. Lead on 10 July 2025, and the amount has changed)" in explain(result)


def test_an_acceptance_is_for_its_own_check_and_place_only():
    result = run(*differing(58), accepted=[acceptance("drugs", 58), acceptance("activity", 58, line="L2")])
    assert check(result, "activity").differences[0].state.value == "open"
    assert len(result.cleared) == 2


def test_an_acceptance_whose_difference_is_gone_is_cleared():
    result = run(*agreeing(), accepted=[acceptance("activity", 58)])
    assert [each.difference for each in result.cleared] == [58]
    assert result.carried_forward == ()
    assert "1 difference accepted before is gone." in explain(result)


def test_an_acceptance_in_a_check_that_was_not_made_is_carried():
    result = run(*agreeing(), accepted=[acceptance("activity", 58)], checks=["invoice"])
    assert [each.difference for each in result.carried_forward] == [58]
    assert result.cleared == ()


def test_an_invoice_for_all_lines_may_be_accepted():
    entries = [*[each for each in agreeing() if each["feed"] != "invoice"], entry("invoice", 1231, line="")]
    assert run(*entries, accepted=[acceptance("invoice", 1, line="")]).agrees


def test_the_largest_differences_are_named_first_and_the_rest_counted():
    entries = [entry("aggregate", at, line=f"L{at}") for at in range(1, 9)]
    said = explain(run(*entries, checks=["activity"]))
    assert said.index("line L8") < said.index("line L4")
    assert "line L3" not in said
    assert "3 smaller ones are in the table." in said
    accepted = [acceptance("activity", at, line=f"L{at}") for at in range(1, 8)]
    said = explain(run(*entries, checks=["activity"], accepted=accepted))
    assert "£0.08 of it is open." in said
    assert "and 2 more." in said


def test_the_chart_says_that_all_agree_where_they_do():
    assert picture(run(*agreeing())).table.rows == (("all",) * 4 + (None, None, "0.00", "agree", None),)
    (row,) = picture(run(*differing(58), accepted=[acceptance("activity", 58)])).table.rows
    assert row[4:] == ("10.00", "9.42", "0.58", "accepted", "late discharge")


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: run(entry("drugs", 1, line="")), "an entry of the drugs feed names no service line"),
        (
            lambda: run(entry("invoice", 1), entry("invoice", 1, line="")),
            "Ashdown, 2025-06: the invoice is given both by line and for all lines together.",
        ),
        (lambda: run(entry("drugs", 1, part="drugs")), "this entry of the drugs feed is marked `drugs`"),
        (
            lambda: run(entry("aggregate", 1), accepted=[acceptance("drugs", 1)] * 2),
            "line L1, Ashdown, 2025-06: two acceptances are given for the drugs check. Keep the last.",
        ),
        (
            lambda: run(entry("aggregate", 1), accepted=[acceptance("drugs", 1)], as_at="2025-07-09"),
            "an acceptance is dated 10 July 2025, after the comparison of 9 July 2025",
        ),
        (
            lambda: run(entry("aggregate", 1), accepted=[acceptance("drugs", 0)]),
            "a difference of nothing needs no acceptance",
        ),
        (lambda: run(entry("aggregate", 1), accepted=[acceptance("drugs", 1, reason="")]), "reason"),
        (
            lambda: run(entry("aggregate", 1), accepted=[acceptance("drugs", 1, accepted_by="")]),
            "accepted_by",
        ),
        (lambda: run(entry("aggregate", 1, month="2025-00")), "entries, number 1, month"),
        (lambda: run(entry("aggregate", 0.5)), "entries, number 1, pence"),
        (lambda: run(), "entries"),
    ],
)
def test_what_contradicts_itself_is_refused_in_words(act, said):
    with pytest.raises(Problem) as refusal:
        act()
    assert said in str(refusal.value)


def test_an_acceptance_of_the_same_day_is_served():
    assert run(*differing(1), accepted=[acceptance("activity", 1)], as_at="2025-07-10").as_at == date(
        2025, 7, 10
    )


# Planted differences

places = st.tuples(
    st.sampled_from(["Ashdown", "Brambley", "Carrick"]),
    st.sampled_from(["2025-05", "2025-06"]),
    st.sampled_from(["L1", "L2", "L3"]),
)
amounts = st.integers(-(10**6), 10**8)


@settings(max_examples=80)
@given(
    st.dictionaries(places, st.tuples(amounts, amounts, amounts), min_size=1, max_size=10),
    st.data(),
)
def test_all_planted_differences_are_found_and_money_is_conserved(books, data):
    entries = [
        each
        for (provider, month, line), (activity, drugs, devices) in books.items()
        for each in agreeing(provider, month, line, activity, drugs, devices)
    ]
    cells = [(check, *place) for check in (*SIDES, "invoice") for place in books]
    planted = data.draw(
        st.dictionaries(st.sampled_from(cells), st.integers(-9, 9).filter(bool), max_size=len(cells))
    )
    for (name, provider, month, line), amount in planted.items():
        feed = "invoice" if name == "invoice" else SIDES[name]
        at = {"provider": provider, "month": month, "line": line}
        # An extra entry of the feed on the right makes the left less, and the invoice is on the left.
        entries.append(entry(feed, amount if name == "invoice" else -amount, **at))
    result = run(*data.draw(st.permutations(entries)))
    assert found(result) == planted
    for each in result.checks:
        assert each.left - each.right == each.difference == sum(one.difference for one in each.differences)
        assert each.without_netting == sum(abs(one.difference) for one in each.differences)
        assert each.agreeing + len(each.differences) == each.places
    assert sum(each.pence for each in result.feeds) == sum(each["pence"] for each in entries)
    behind = sum(check(result, name).difference for name in SIDES)
    assert sum(each.difference for each in result.lines) == behind
    carried = [
        acceptance(name, amount, line=line, provider=provider, month=month)
        for (name, provider, month, line), amount in planted.items()
    ]
    next_month = run(*entries, accepted=carried)
    assert next_month.agrees
    assert len(next_month.carried_forward) == len(planted)
