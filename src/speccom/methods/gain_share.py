r"""How much a change saved against an agreed baseline of price and volume, and how the saving is shared.

A provider that moves patients to a cheaper product, or needs fewer units of it, does the work while the
commissioner keeps the saving. A gain share gives the provider an agreed part of it. Afterwards people argue
about the baseline and the part, so both are agreed, and signed, before the end of the period to which they
apply.

**Steps.** Each item has a baseline price `p0` (pence a unit) and baseline volume `q0` (units), and the price
`p1` and volume `q1` that came true.

1. Cost of an item: `p0 × q0` at baseline, `p1 × q1` in fact, each to the nearest penny (a half goes away
   from nought).
2. Saving of an item: baseline cost less actual cost. Its price part is `(p0 − p1) × q1`, to the nearest
   penny; its volume part is the rest, which is `(q0 − q1) × p0` but for that rounding. So the parts sum
   exactly.
3. Counted saving: the parts that the agreement counts (price, volume or both), over all items.
4. Net saving: the counted saving less the cost of the change (a switching nurse, homecare set-up), which the
   payer meets.
5. Shared saving: the part of the net saving above the threshold and not above the ceiling, where these are
   agreed. A loss shares nothing unless the agreement says that losses are shared; then it is shared down to
   minus the ceiling. The threshold concerns savings only.
6. The shared saving is split by the agreed shares to the whole penny: each party's exact part is rounded
   down and the pennies left over go to the largest remainders, the first named first. Everything else stays
   with the payer.

So what the parties gain sums exactly to the saving less the cost of the change.

**Sources.** No national percentage for a gain share was found published: an agreement needs its signature,
its shares, and a baseline of price and volume, so each of these is input. The split into price and volume is
the usual one of management accounting, with the joint part given to price (a cheaper price saves on the
units that were in fact bought). Splitting by largest remainders is Hamilton's method.

**Quirks.** A higher volume at a lower price makes the volume part a loss. An agreement that counts price
alone does not hold growth in patients against the provider; one that counts both does.

**Errors.** Refused: no items, an item twice, shares that do not sum to one, a payer who is not a party, a
period that ends before it begins, an agreement signed after its period has ended, a ceiling below the
threshold.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field

from speccom.methods.method import Example, Figures, Method, Pence, Refused
from speccom.methods.once import refuse_repeated
from speccom.methods.picture import BLUE, GREY, Picture
from speccom.methods.rounding import shared, to_the_penny
from speccom.methods.table import Table
from speccom.methods.words import counted, listed, pounds


class Counts(StrEnum):
    """Which part of a saving the agreement counts."""

    PRICE = "price"
    VOLUME = "volume"
    BOTH = "both"


Volume = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6)]
Price = Annotated[Pence, Field(ge=0, le=10**15)]
Sum = Annotated[Pence, Field(ge=0, le=10**18)]


class Item(Figures):
    """One product or service: its agreed baseline, and what came true."""

    item: str = Field(min_length=1)
    """What is bought."""
    baseline_price_pence: Price
    """Agreed baseline price, in pence a unit."""
    baseline_volume: Volume
    """Agreed baseline volume, in units."""
    price_pence: Price
    """Price paid in the period, in pence a unit."""
    volume: Volume
    """Volume bought in the period, in units."""


class Party(Figures):
    """One party of the agreement, and its share."""

    name: str = Field(min_length=1)
    """Who it is."""
    share: Decimal = Field(ge=0, le=1)
    """Its share of what is shared, between 0 and 1."""


class GainShareInput(Figures):
    """An agreement, its baseline, and what came true in its period."""

    signed_on: date
    """The day on which the agreement was signed."""
    first_day: date
    """The first day of the period."""
    last_day: date
    """The last day of the period."""
    counts: Counts
    """Which part of the saving counts: that of price, of volume, or both."""
    parties: tuple[Party, ...]
    """The parties and their shares, which sum to 1."""
    payer: str
    """The party that pays for the care: the saving arises there, and what is not shared stays there."""
    items: tuple[Item, ...]
    """The items with their baseline."""
    cost_of_change_pence: Sum = 0
    """What the change cost, in pence; the payer meets it, and it is taken off before sharing."""
    threshold_pence: Sum = 0
    """Net saving, in pence, that stays with the payer before anything is shared."""
    ceiling_pence: Sum | None = None
    """Net saving, in pence, above which nothing more is shared; nothing where none is agreed."""
    shares_losses: bool = False
    """Whether the agreement says that a loss is shared too."""


class ItemSaving(Figures):
    """What one item saved."""

    item: str
    """What is bought."""
    baseline_pence: Pence
    """Its cost at the baseline's price and volume, in pence."""
    actual_pence: Pence
    """Its cost in fact, in pence."""
    price_saving_pence: Pence
    """What the change of price saved, in pence; less than nought is a loss."""
    volume_saving_pence: Pence
    """What the change of volume saved, in pence; less than nought is a loss."""
    saving_pence: Pence
    """Both together, in pence."""


class PartyGain(Figures):
    """What one party gains."""

    name: str
    """Who it is."""
    share: Decimal
    """Its agreed share."""
    shared_pence: Pence
    """Its part of what is shared, in pence; less than nought is a part of a loss."""
    gain_pence: Pence
    """What it gains in all, in pence: for the payer, also what is not shared, less the cost of the change."""


class GainShareResult(Figures):
    """The saving, the part that is shared, and what each party gains."""

    signed_on: date
    """The day on which the agreement was signed."""
    counts: Counts
    """Which part of the saving counts."""
    payer: str
    """The party that pays for the care."""
    shares_losses: bool
    """Whether losses are shared."""
    items: tuple[ItemSaving, ...]
    """The saving of each item."""
    price_saving_pence: Pence
    """What the changes of price saved, in pence."""
    volume_saving_pence: Pence
    """What the changes of volume saved, in pence."""
    saving_pence: Pence
    """The whole saving, in pence."""
    counted_pence: Pence
    """The part of the saving that the agreement counts, in pence."""
    cost_of_change_pence: Pence
    """What the change cost, in pence."""
    net_pence: Pence
    """The counted saving less the cost of the change, in pence."""
    threshold_pence: Pence
    """Net saving that stays with the payer before anything is shared, in pence."""
    ceiling_pence: Pence | None
    """Net saving above which nothing more is shared, in pence; nothing where none is agreed."""
    shared_pence: Pence
    """What is shared, in pence; less than nought is a loss that is shared."""
    parties: tuple[PartyGain, ...]
    """What each party gains; these sum to the saving less the cost of the change."""


def gain_share(given: GainShareInput) -> GainShareResult:
    """Return the saving and its shares. Raises Refused for an agreement that cannot be applied."""
    _check(given)
    items = tuple(_saving(each) for each in given.items)
    price = sum(each.price_saving_pence for each in items)
    volume = sum(each.volume_saving_pence for each in items)
    counted_pence = {Counts.PRICE: price, Counts.VOLUME: volume, Counts.BOTH: price + volume}[given.counts]
    net = counted_pence - given.cost_of_change_pence
    shared_pence = _shareable(net, given)
    return GainShareResult(
        signed_on=given.signed_on,
        counts=given.counts,
        payer=given.payer,
        shares_losses=given.shares_losses,
        items=items,
        price_saving_pence=price,
        volume_saving_pence=volume,
        saving_pence=price + volume,
        counted_pence=counted_pence,
        cost_of_change_pence=given.cost_of_change_pence,
        net_pence=net,
        threshold_pence=given.threshold_pence,
        ceiling_pence=given.ceiling_pence,
        shared_pence=shared_pence,
        parties=_gains(given, shared_pence, price + volume),
    )


def _check(given: GainShareInput) -> None:
    if not given.items:
        raise Refused(
            "there are no items",
            mend="Give each product or service that the agreement covers, with its baseline",
        )
    refuse_repeated((each.item for each in given.items), "item")
    refuse_repeated((each.name for each in given.parties), "party")
    total = sum((each.share for each in given.parties), Decimal(0))
    if total != 1:
        raise Refused(
            f"the parties' shares sum to {total}, not to 1", mend="Write the shares as they were agreed"
        )
    if given.payer not in {each.name for each in given.parties}:
        raise Refused(
            f"{given.payer} pays for the care and is not one of the parties",
            mend="Name the payer among the parties, with a share of 0 where it has none",
        )
    if given.last_day < given.first_day:
        raise Refused(
            f"the period ends on {given.last_day}, before it begins on {given.first_day}",
            mend="Write its first and last day in this order",
        )
    if given.signed_on > given.last_day:
        raise Refused(
            f"the agreement was signed on {given.signed_on}, after its period had ended on {given.last_day}",
            mend="A saving is shared under an agreement that was signed while it could still be earned",
        )
    if given.ceiling_pence is not None and given.ceiling_pence < given.threshold_pence:
        raise Refused(
            f"the ceiling, {pounds(given.ceiling_pence)}, is below the threshold, "
            f"{pounds(given.threshold_pence)}",
            mend="Sharing begins at the threshold and ends at the ceiling",
        )


def _saving(item: Item) -> ItemSaving:
    baseline = to_the_penny(item.baseline_price_pence * Fraction(item.baseline_volume))
    actual = to_the_penny(item.price_pence * Fraction(item.volume))
    price = to_the_penny((item.baseline_price_pence - item.price_pence) * Fraction(item.volume))
    return ItemSaving(
        item=item.item,
        baseline_pence=baseline,
        actual_pence=actual,
        price_saving_pence=price,
        volume_saving_pence=baseline - actual - price,
        saving_pence=baseline - actual,
    )


def _shareable(net: int, given: GainShareInput) -> int:
    """Return what is shared of a net saving; less than nought is a loss."""
    if net < 0:
        if not given.shares_losses:
            return 0
        return net if given.ceiling_pence is None else max(net, -given.ceiling_pence)
    most = net if given.ceiling_pence is None else min(net, given.ceiling_pence)
    return max(0, most - given.threshold_pence)


def _gains(given: GainShareInput, shared_pence: int, saving: int) -> tuple[PartyGain, ...]:
    parts = shared(shared_pence, [each.share for each in given.parties])
    stays = saving - given.cost_of_change_pence - shared_pence
    return tuple(
        PartyGain(
            name=party.name,
            share=party.share,
            shared_pence=part,
            gain_pence=part + stays if party.name == given.payer else part,
        )
        for party, part in zip(given.parties, parts, strict=True)
    )


def explain(result: GainShareResult) -> str:
    """Return the result in plain English."""
    return " ".join([_saved(result), _net(result), _split(result), _caveat(result)])


def _saved(result: GainShareResult) -> str:
    items = counted(len(result.items), "item")
    whole = "saved" if result.saving_pence >= 0 else "cost more than the baseline by"
    return (
        f"Against the agreed baseline, {items} {whole} {pounds(abs(result.saving_pence))}: "
        f"{_part('price', result.price_saving_pence)} and {_part('volume', result.volume_saving_pence)}."
    )


def _part(of: str, pence: int) -> str:
    return f"the change of {of} {'saved' if pence >= 0 else 'cost'} {pounds(abs(pence))}"


def _net(result: GainShareResult) -> str:
    which = {
        Counts.PRICE: "The agreement counts price alone",
        Counts.VOLUME: "The agreement counts volume alone",
        Counts.BOTH: "The agreement counts both",
    }[result.counts]
    what = "leaves" if result.net_pence >= 0 else "leaves a loss of"
    return (
        f"{which}, which after {pounds(result.cost_of_change_pence)} for the change itself "
        f"{what} {pounds(abs(result.net_pence))}."
    )


def _split(result: GainShareResult) -> str:
    if result.shared_pence == 0:
        return f"Nothing is shared, {_why_nothing(result)}, so all of it stays with {result.payer}."
    what = "Of this" if result.shared_pence > 0 else "Losses are shared under this agreement:"
    bounds = []
    if result.threshold_pence and result.shared_pence > 0:
        bounds.append(f"the first {pounds(result.threshold_pence)} stay with {result.payer}")
    if result.ceiling_pence is not None and abs(result.net_pence) > result.ceiling_pence:
        bounds.append(f"nothing beyond {pounds(result.ceiling_pence)} is shared")
    parts = listed(
        [
            f"{each.name} {(100 * each.share).normalize():f}%, {pounds(each.shared_pence)}"
            for each in result.parties
        ],
        "and",
    )
    rest = f" ({listed(bounds)})" if bounds else ""
    return f"{what} {pounds(result.shared_pence)} is shared{rest}: {parts}."


def _why_nothing(result: GainShareResult) -> str:
    if result.net_pence < 0 and not result.shares_losses:
        return "because a loss is shared only where the agreement says so"
    if result.net_pence <= result.threshold_pence:
        return "because there is no saving above the threshold"
    return "because the ceiling leaves nothing above the threshold"


def _caveat(result: GainShareResult) -> str:
    payer = next(each for each in result.parties if each.name == result.payer)
    return (
        f"In all {result.payer} is {pounds(abs(payer.gain_pence))} "
        f"{'better' if payer.gain_pence >= 0 else 'worse'} off than at the baseline. "
        "This stands or falls with the baseline: had prices or volumes changed anyway, "
        "part of it is not a saving."
    )


def picture(result: GainShareResult) -> Picture:
    """Draw the saving and what each party gains of it, in pounds."""
    import altair as alt  # deferred: it takes a while, and most calculations are not drawn

    rows: list[tuple[str, int, str]] = [
        ("Price", result.price_saving_pence, "saving"),
        ("Volume", result.volume_saving_pence, "saving"),
        ("Cost of the change", -result.cost_of_change_pence, "saving"),
        *((f"{each.name} gains", each.gain_pence, "share") for each in result.parties),
    ]
    data = [{"what": what, "pounds": pence / 100, "kind": kind} for what, pence, kind in rows]
    chart = (
        alt.Chart(alt.Data(values=data))
        .mark_bar()
        .encode(
            y=alt.Y("what:N", sort=None, title=None, axis=alt.Axis(labelLimit=0)),
            x=alt.X(
                "pounds:Q", title="Pounds; to the left of nought is a cost", axis=alt.Axis(format=",.0f")
            ),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=["saving", "share"], range=[GREY, BLUE]),
                legend=alt.Legend(
                    orient="top", labelExpr="datum.label == 'share' ? 'Who gains it' : 'What was saved'"
                ),
            ),
        )
    )
    net = result.saving_pence - result.cost_of_change_pence
    gains = listed([f"{each.name} {pounds(each.gain_pence)}" for each in result.parties])
    return Picture(
        title=f"{pounds(net)} after the cost of the change, and who gains it",
        alternative=f"Bars of what was saved and of what each party gains: {gains}.",
        chart=chart,
        table=Table(
            "The saving and who gains it",
            ("What", "Sum"),
            tuple((what, pounds(pence)) for what, pence, _ in rows),
        ),
    )


def example() -> Example:
    """A move to a cheaper product, invented: 10,400 units at £62.50 against 10,000 at £85.00."""
    return {
        "signed_on": "2025-03-20",
        "first_day": "2025-04-01",
        "last_day": "2026-03-31",
        "counts": "price",
        "parties": [
            {"name": "Northdale ICB", "share": "0.70"},
            {"name": "Riverside Hospitals", "share": "0.30"},
        ],
        "payer": "Northdale ICB",
        "items": [
            {
                "item": "An infused biological medicine, by dose",
                "baseline_price_pence": 8_500,
                "baseline_volume": "10000",
                "price_pence": 6_250,
                "volume": "10400",
            }
        ],
        "cost_of_change_pence": 2_000_000,
    }


def _changed(**change: Any) -> Example:
    return {**example(), **change}


METHOD = Method(
    name="gain_share",
    title="Sharing a saving",
    takes=GainShareInput,
    gives=GainShareResult,
    calculate=gain_share,
    explain=explain,
    example=example,
    refusals={
        "no items": lambda: _changed(items=[]),
        "an item given twice": lambda: _changed(items=[*example()["items"], *example()["items"]]),
        "shares that do not sum to one": lambda: _changed(
            parties=[
                {"name": "Northdale ICB", "share": "0.7"},
                {"name": "Riverside Hospitals", "share": "0.2"},
            ]
        ),
        "a payer who is not a party": lambda: _changed(payer="The department"),
        "a period that ends before it begins": lambda: _changed(last_day="2025-03-31"),
        "an agreement signed after its period": lambda: _changed(signed_on="2026-04-01"),
        "a ceiling below the threshold": lambda: _changed(threshold_pence=500_00, ceiling_pence=400_00),
    },
    picture=picture,
)
