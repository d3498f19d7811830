"""The three columns of money: notional, payable under the contract, and the change of baseline."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.activity.identified import canonical, small_rulebook

from speccom.activity.compare.accounts import Flow, Money, accounts, by_line, money_of, pounds
from speccom.activity.compare.order import CompareOrder
from speccom.activity.compare.run import Comparison, compare
from speccom.activity.compare.terms import NO_LINE, Terms, TermsErrors, read_terms

RULES = "rule_id,service_code,dataset,criterion\n"
LINES = ("LUNG", "DRUG", NO_LINE)
PENCE = st.integers(-(10**17), 10**17)
SHARES = st.decimals(0, 1, places=4)
TERMS = st.builds(Terms, st.dictionaries(st.sampled_from(LINES), SHARES, max_size=3), st.none() | SHARES)
MOVES = st.lists(
    st.tuples(st.sampled_from(LINES), st.sampled_from(LINES), st.sampled_from((None, "RJ1", "RX1")), PENCE)
)


def flows(terms: Terms, moves: list[tuple[str, str, str | None, int]]) -> list[Flow]:
    return [
        Flow(
            old,
            new,
            None,
            None,
            "apc",
            provider,
            1,
            1,
            0,
            money_of(terms, old, pence),
            money_of(terms, new, pence),
        )
        for old, new, provider, pence in moves
    ]


@given(TERMS, PENCE, st.sampled_from(LINES))
def test_notional_is_payable_and_baseline_to_the_penny(terms: Terms, pence: int, line: str) -> None:
    money = money_of(terms, line, pence)
    share = terms.share(line)
    if share is None:
        assert (money.payable, money.baseline) == (None, None)
    else:
        assert money.payable is not None
        assert money.baseline is not None
        assert money.notional == pence == money.payable + money.baseline
        assert abs(Fraction(share) * pence - money.payable) <= Fraction(1, 2)


@given(TERMS, MOVES)
def test_gains_less_losses_of_all_lines_are_nought(
    terms: Terms, moves: list[tuple[str, str, str | None, int]]
) -> None:
    kept = by_line(flows(terms, moves))
    assert sum(account.net.notional for account in kept.values()) == 0
    assert sum(account.gained_records for account in kept.values()) == len(moves)
    assert sum(account.lost_records for account in kept.values()) == len(moves)


@given(TERMS, MOVES)
def test_accounts_by_anything_have_one_total(
    terms: Terms, moves: list[tuple[str, str, str | None, int]]
) -> None:
    listed = flows(terms, moves)
    total = accounts(listed, lambda flow, line, programme: "").get("")
    whole = total.net if total else Money()
    by_provider = accounts(listed, lambda flow, line, programme: flow.provider)
    by_both = accounts(listed, lambda flow, line, programme: (line, flow.provider))
    for kept in (list(by_provider.values()), list(by_both.values())):
        added = Money()
        for account in kept:
            added += account.net
        assert added == whole


@given(MOVES)
def test_relabelling_alone_moves_no_cash_inside_a_fixed_element(
    moves: list[tuple[str, str, str | None, int]],
) -> None:
    fixed = Terms(default=Decimal(0))
    between = [each for each in moves if NO_LINE not in each]
    for account in by_line(flows(fixed, between)).values():
        assert account.net.payable == 0
        assert account.net.baseline == account.net.notional


def test_lines_of_one_variable_share_exchange_cash_and_make_none() -> None:
    listed = flows(Terms(default=Decimal("0.3")), [("LUNG", "DRUG", "RJ1", 100_01)])
    kept = by_line(listed)
    assert kept["LUNG"].net == Money(-100_01, -30_00, -70_01)
    assert kept["DRUG"].net == Money(100_01, 30_00, 70_01)


def test_between_lines_of_different_shares_the_provider_is_paid_more() -> None:
    terms = Terms({"LUNG": Decimal(0), "DRUG": Decimal(1)})
    kept = accounts(
        flows(terms, [("LUNG", "DRUG", "RJ1", 500_00)]), lambda flow, line, programme: flow.provider
    )
    assert kept["RJ1"].net == Money(0, 500_00, -500_00)


def test_the_default_is_not_for_activity_without_a_line() -> None:
    terms = Terms(default=Decimal("0.5"))
    assert terms.share("LUNG") == Decimal("0.5")
    assert terms.share(NO_LINE) is None
    assert Terms({NO_LINE: Decimal(1)}).share(NO_LINE) == 1


@pytest.mark.parametrize(
    ("pence", "text"),
    [(0, "0.00"), (-5, "-0.05"), (123456789012345678901234, "1234567890123456789012.34"), (None, None)],
)
def test_pounds_are_exact(pence: int | None, text: str | None) -> None:
    assert pounds(pence) == text


# --- terms ---


def terms_file(folder: Path, *rows: str, head: str = "service_line,variable_share") -> Path:
    path = folder / "terms.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_terms_are_read_exactly(tmp_path: Path) -> None:
    path = terms_file(tmp_path, "LUNG,0.2", ",0.30", "none,1")
    assert read_terms(path, ["LUNG"]) == Terms({"LUNG": Decimal("0.2"), NO_LINE: Decimal(1)}, Decimal("0.30"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("LUNG,1.1", "“1.1” is no share"),
        ("LUNG,-0.1", "“-0.1” is no share"),
        ("LUNG,20%", "“20%” is no share. Write a decimal from 0 to 1, such as 0.2 for a fifth."),
        ("LUNG,1e-1", "“1e-1” is no share"),
        ("LUNG,NaN", "“NaN” is no share"),
        ("LUNG,", "terms.csv, line 3: the share is missing"),
        ("LUNGS,0.5", "neither rulebook has a service line `LUNGS`. Did you mean `LUNG`?"),
        (",0.5", "the default share (a blank service line) is there more than once"),
    ],
)
def test_terms_that_are_wrong_are_named(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(TermsErrors) as refused:
        read_terms(terms_file(tmp_path, ",0.1", row), ["LUNG"])
    assert message in str(refused.value)
    assert len(refused.value.errors) == 1


def test_all_errors_of_terms_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(TermsErrors) as refused:
        read_terms(terms_file(tmp_path, "LUNG,2", "LUNG,0.1", "X,0.1"), ["LUNG"])
    assert str(refused.value).startswith(
        f"{tmp_path}/terms.csv: these terms have 3 errors and cannot be used."
    )


def test_terms_without_their_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TermsErrors, match="the column `variable_share` is missing"):
        read_terms(terms_file(tmp_path, "LUNG,0.1", head="service_line,share"), ["LUNG"])


# --- a whole comparison ---


def comparison(folder: Path, *, rules: str, terms: Path | None, activity: list[Path]) -> Comparison:
    old = small_rulebook(folder / "old")
    new = small_rulebook(folder / "new", **{"rules.csv": RULES + rules})
    return compare(CompareOrder(old, [new], activity, terms=terms)).comparisons[0]


def test_a_spell_over_two_files_moves_whole(tmp_path: Path) -> None:
    first = canonical(
        tmp_path / "a.parquet",
        {"record_id": "1", "spell_id": "S", "provider": "RJ1", "total_cost": Decimal("10.01")},
        {"record_id": "2", "provider": "RJ1", "total_cost": Decimal("1")},
    )
    second = canonical(
        tmp_path / "b.parquet",
        {
            "record_id": "3",
            "spell_id": "S",
            "provider": "RJ1",
            "total_cost": Decimal("5"),
            "diagnoses": ["C349"],
        },
    )
    found = comparison(
        tmp_path, rules="lung,SAID,apc,any_diagnosis('lung')\n", terms=None, activity=[first, second]
    )
    (flow,) = found.flows
    assert (flow.old, flow.new, flow.old_programme, flow.new_programme) == ("LUNG", "SAID", "A", "D")
    assert (flow.records, flow.spells, flow.provider) == (2, 1, "RJ1")
    assert flow.arrives == Money(15_01, None, None)


def test_a_record_moves_by_its_neighbour_in_another_file(tmp_path: Path) -> None:
    """The neighbour's rule is edited away; critical care then no longer counts."""
    first = canonical(
        tmp_path / "a.parquet", {"record_id": "1", "spell_id": "S", "unbundled_hrgs": ["XC01Z"]}
    )
    second = canonical(tmp_path / "b.parquet", {"record_id": "2", "spell_id": "S", "diagnoses": ["C34"]})
    rules = "care,CARE,apc,any_unbundled_hrg('care')\nlung,LUNG,op,any_diagnosis('lung')\n"
    (flow,) = comparison(tmp_path, rules=rules, terms=None, activity=[first, second]).flows
    assert (flow.old, flow.new, flow.records, flow.spells) == ("LUNG", NO_LINE, 2, 1)
    assert flow.without_cost == 2


def test_a_line_that_nobody_gave_a_share_is_not_guessed(tmp_path: Path) -> None:
    activity = canonical(tmp_path / "a.parquet", {"diagnoses": ["C34"], "total_cost": Decimal("9.99")})
    (flow,) = comparison(
        tmp_path,
        rules="lung,SAID,apc,any_diagnosis('lung')\n",
        terms=terms_file(tmp_path, "LUNG,0.25"),
        activity=[activity],
    ).flows
    assert flow.leaves == Money(9_99, 2_50, 7_49)
    assert flow.arrives == Money(9_99, None, None)


def test_a_rank_alone_moves_a_spell(tmp_path: Path) -> None:
    services = (
        "service_code,title,programme_of_care,rank,spell_excluded,reach\n"
        "LUNG,Lungs,A,9,false,spell\nDRUG,Chemotherapy,B,2,false,spell\n"
        "CARE,Critical care,C,3,false,if_spell_specialised\nSAID,Stated,D,4,false,spell\n"
    )
    activity = canonical(
        tmp_path / "a.parquet",
        {"spell_id": "S", "diagnoses": ["C34"]},
        {"spell_id": "S", "unbundled_hrgs": ["SB97Z"]},
    )
    old = small_rulebook(tmp_path / "old")
    new = small_rulebook(tmp_path / "new", **{"services.csv": services})
    (flow,) = compare(CompareOrder(old, [new], [activity])).comparisons[0].flows
    assert (flow.old, flow.new, flow.records, flow.spells) == ("LUNG", "DRUG", 2, 1)
