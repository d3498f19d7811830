"""Sharing a saving: a worked example, every bound of an agreement, and no penny lost."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.gain_share import METHOD, GainShareResult
from speccom.problem import Problem


def calculated(**change: Any) -> GainShareResult:
    return METHOD.calculate(METHOD.read({**METHOD.example(), **change}))


def gains(result: GainShareResult) -> dict[str, int]:
    return {each.name: each.gain_pence for each in result.parties}


def at_price(price_pence: int) -> list[dict[str, Any]]:
    return [{**METHOD.example()["items"][0], "price_pence": price_pence}]


def test_a_share_is_said_with_all_its_places() -> None:
    parties = [
        {**party, "share": share}
        for party, share in zip(METHOD.example()["parties"], ("0.33335", "0.66665"), strict=True)
    ]
    # £214,000.00 × 33.335% = £71,336.90; 33.3% of it would be £71,262.00.
    said = METHOD.explain(calculated(parties=parties))
    assert "Northdale ICB 33.335%, £71,336.90 and Riverside Hospitals 66.665%, £142,663.10" in said


class TestTheWorkedExample:
    """10,000 units at £85.00 became 10,400 at £62.50; worked by hand."""

    def test_the_saving_is_that_of_price_and_that_of_volume(self) -> None:
        result = calculated()
        assert result.items[0].baseline_pence == 850_000_00
        assert result.items[0].actual_pence == 650_000_00
        assert result.price_saving_pence == 234_000_00  # 22.50 × 10,400
        assert result.volume_saving_pence == -34_000_00  # 400 × 85.00
        assert result.saving_pence == 200_000_00

    def test_the_trust_gains_its_share_of_price_after_the_cost_of_the_change(self) -> None:
        result = calculated()
        assert result.net_pence == 214_000_00
        assert result.shared_pence == 214_000_00
        assert gains(result) == {"Northdale ICB": 115_800_00, "Riverside Hospitals": 64_200_00}

    @pytest.mark.parametrize(
        ("counts", "net", "trust"),
        [("both", 180_000_00, 54_000_00), ("volume", -54_000_00, 0)],
    )
    def test_the_agreement_says_what_counts(self, counts: str, net: int, trust: int) -> None:
        result = calculated(counts=counts)
        assert result.net_pence == net
        assert gains(result)["Riverside Hospitals"] == trust

    def test_it_is_said_in_words(self) -> None:
        said = METHOD.explain(calculated())
        assert "saved £200,000.00" in said
        assert "the change of price saved £234,000.00 and the change of volume cost £34,000.00" in said
        assert "counts price alone" in said
        assert "Northdale ICB 70%, £149,800.00 and Riverside Hospitals 30%, £64,200.00" in said
        assert "Northdale ICB is £115,800.00 better off" in said


class TestBounds:
    def test_the_threshold_stays_with_the_payer(self) -> None:
        result = calculated(threshold_pence=14_000_00)
        assert result.shared_pence == 200_000_00
        assert gains(result)["Riverside Hospitals"] == 60_000_00
        assert "the first £14,000.00 stay with Northdale ICB" in METHOD.explain(result)

    def test_nothing_beyond_the_ceiling_is_shared(self) -> None:
        result = calculated(threshold_pence=14_000_00, ceiling_pence=114_000_00)
        assert gains(result)["Riverside Hospitals"] == 30_000_00
        assert "nothing beyond £114,000.00 is shared" in METHOD.explain(result)

    def test_a_saving_at_the_threshold_shares_nothing(self) -> None:
        assert calculated(threshold_pence=214_000_00).shared_pence == 0
        assert calculated(threshold_pence=213_999_99).shared_pence == 1
        assert "no saving above the threshold" in METHOD.explain(calculated(threshold_pence=214_000_00))

    def test_a_ceiling_at_the_threshold_shares_nothing_and_says_why(self) -> None:
        result = calculated(threshold_pence=100, ceiling_pence=100)
        assert result.shared_pence == 0
        assert "the ceiling leaves nothing above the threshold" in METHOD.explain(result)


class TestLosses:
    def test_a_loss_shares_nothing_unless_agreed(self) -> None:
        result = calculated(items=at_price(9_500))  # a dearer product
        assert result.net_pence == -124_000_00
        assert result.shared_pence == 0
        assert gains(result) == {"Northdale ICB": -158_000_00, "Riverside Hospitals": 0}
        assert "a loss is shared only where the agreement says so" in METHOD.explain(result)
        assert "£158,000.00 worse off" in METHOD.explain(result)

    def test_a_loss_is_shared_where_agreed(self) -> None:
        result = calculated(items=at_price(9_500), shares_losses=True)
        assert result.shared_pence == -124_000_00
        assert gains(result)["Riverside Hospitals"] == -37_200_00

    def test_a_loss_is_shared_down_to_the_ceiling_and_the_threshold_is_for_savings(self) -> None:
        result = calculated(
            items=at_price(9_500), shares_losses=True, ceiling_pence=100_000_00, threshold_pence=50_000_00
        )
        assert result.shared_pence == -100_000_00
        said = METHOD.explain(result)
        assert "nothing beyond £100,000.00 is shared" in said
        assert "the first" not in said


class TestRefusals:
    @pytest.mark.parametrize(
        ("what", "said"),
        [
            ("no items", "there are no items"),
            ("an item given twice", "given more than once"),
            ("shares that do not sum to one", "shares sum to 0.9, not to 1"),
            ("a payer who is not a party", "The department pays for the care and is not one of the parties"),
            ("a period that ends before it begins", "ends on 2025-03-31, before it begins on 2025-04-01"),
            ("an agreement signed after its period", "signed on 2026-04-01, after its period had ended"),
            ("a ceiling below the threshold", "the ceiling, £400.00, is below the threshold, £500.00"),
        ],
    )
    def test_it_says_what_is_wrong(self, what: str, said: str) -> None:
        with pytest.raises(Problem, match=said):
            METHOD.calculate(METHOD.read(METHOD.refusals[what]()))

    def test_an_agreement_signed_on_the_last_day_is_served(self) -> None:
        assert calculated(signed_on="2026-03-31").shared_pence == 214_000_00

    def test_a_negative_volume_is_refused_where_it_stands(self) -> None:
        items = [{**METHOD.example()["items"][0], "volume": "-1"}]
        with pytest.raises(Problem, match="items, number 1, volume"):
            METHOD.read({**METHOD.example(), "items": items})


volumes = st.decimals(0, 10_000, places=3, allow_nan=False)
prices = st.integers(0, 1_000_000)


@given(
    st.lists(st.tuples(prices, volumes, prices, volumes), min_size=1, max_size=4),
    st.sampled_from(["price", "volume", "both"]),
    st.integers(0, 10**8),
    st.integers(0, 100),
    st.booleans(),
    st.integers(0, 10**7),
)
@settings(max_examples=100)
def test_money_is_conserved(
    figures: list[tuple[Any, ...]], counts: str, cost: int, share: int, losses: bool, threshold: int
) -> None:
    names = ("baseline_price_pence", "baseline_volume", "price_pence", "volume")
    items = [
        {"item": f"item {place}", **dict(zip(names, each, strict=True))} for place, each in enumerate(figures)
    ]
    parties = [
        {"name": "Northdale ICB", "share": Decimal(100 - share) / 100},
        {"name": "Riverside Hospitals", "share": Decimal(share) / 100},
    ]
    result = calculated(
        items=items,
        counts=counts,
        cost_of_change_pence=cost,
        parties=parties,
        shares_losses=losses,
        threshold_pence=threshold,
    )
    spent = sum(each.actual_pence for each in result.items)
    baseline = sum(each.baseline_pence for each in result.items)
    assert sum(gains(result).values()) == baseline - spent - cost
    assert sum(each.shared_pence for each in result.parties) == result.shared_pence
    assert result.price_saving_pence + result.volume_saving_pence == baseline - spent
    if result.net_pence < 0 and not losses:
        assert gains(result)["Riverside Hospitals"] == 0


@given(st.integers(0, 20_000), st.integers(0, 20_000))
@settings(max_examples=50)
def test_a_lower_price_never_gives_the_trust_less(one: int, other: int) -> None:
    low, high = sorted((one, other))
    trust = [gains(calculated(items=at_price(price)))["Riverside Hospitals"] for price in (low, high)]
    assert trust[0] >= trust[1]
