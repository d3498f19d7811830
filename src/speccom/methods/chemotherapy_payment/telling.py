"""The payments in words, and what each provider is paid for as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from speccom.methods.chemotherapy_payment.cycle import Reason
from speccom.methods.picture import AQUA, BLUE, DARK, GREY, Picture
from speccom.methods.table import Table
from speccom.methods.words import counted, listed, pounds

if TYPE_CHECKING:
    from speccom.methods.chemotherapy_payment import ChemotherapyResult, NotPaid

_KINDS = {
    "procurement": "drugs by band",
    "same_day": "same-day attendances",
    "delivery": "delivery",
    "supportive": "supportive drugs",
}


def explain(result: ChemotherapyResult) -> str:
    """Return the result in words."""
    said = [_paid(result), *(_unpaid(each) for each in result.not_paid), _claimed(result)]
    if result.illustrative:
        said.append("The prices were made for demonstration, so the figures show the method and no tariff.")
    return " ".join(each for each in said if each)


def _paid(result: ChemotherapyResult) -> str:
    total = result.total
    parts = [
        f"{pounds(getattr(total, kind))} for {words}"
        for kind, words in _KINDS.items()
        if getattr(total, kind)
    ]
    made = f": {listed(parts)}" if parts else ""
    providers = counted(len(result.providers), "provider")
    return (
        f"{counted(total.cycles, 'cycle')} of {providers} {'is' if total.cycles == 1 else 'are'} paid "
        f"{pounds(total.payment)} under {result.rules_title}{made}."
    )


def _unpaid(each: NotPaid) -> str:
    of_drugs = f" ({pounds(each.pence)})" if each.pence else ""
    how_many = counted(each.parts, "part is", "parts are")
    drugs = counted(each.parts, "supportive drug", "supportive drugs")
    return {
        Reason.DELIVERED_TO_INPATIENT: f"{counted(each.parts, 'delivery', 'deliveries')} to an inpatient "
        f"{'is' if each.parts == 1 else 'are'} not paid, since the stay is.",
        Reason.REGIMEN_NOT_LISTED: f"{how_many} of a regimen that is not listed and has no price here"
        f"{of_drugs}; it is to be agreed locally.",
        Reason.WITHIN_BAND: f"Within the band's price, so not paid again: {drugs}{of_drugs}.",
        Reason.FOR_COMPLICATION: f"Not payable, since given for a complication: {drugs}{of_drugs}.",
        Reason.DRUG_NOT_LISTED: f"Not payable, since the regimen does not list it: {drugs}{of_drugs}.",
    }[each.reason]


def _claimed(result: ChemotherapyResult) -> str:
    if result.claimed is None or result.difference is None:
        return ""
    count = sum(each.claimed is not None for each in result.cycles)
    wrong = sum(bool(each.difference) for each in result.cycles)
    if not wrong:
        return (
            f"The {counted(count, 'claim')} given {'is' if count == 1 else 'are'} what is paid, to the penny."
        )
    more = "more" if result.difference > 0 else "less"
    those = "it" if count == 1 else "them"
    sums = f"{pounds(result.claimed)}, {pounds(abs(result.difference))} {more} than is paid for {those}"
    if not result.difference:
        sums = f"{pounds(result.claimed)}, which is what is paid for {those}"
    if count == 1:
        return f"The claim given comes to {sums}."
    differ = f"{wrong:,} {'differs' if wrong == 1 else 'differ'}"
    return f"Of {count:,} claims given, {differ} from what is paid; together they come to {sums}."


def picture(result: ChemotherapyResult) -> Picture:
    """Return what each provider is paid for."""
    import altair as alt

    rows = [
        {"provider": each.provider, "kind": words, "pounds": getattr(each, kind) / 100}
        for each in result.providers
        for kind, words in _KINDS.items()
    ]
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(size=26)
        .encode(
            x=alt.X("pounds:Q", title="payment (£)"),
            y=alt.Y("provider:N", title=None),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=list(_KINDS.values()), range=[BLUE, GREY, DARK, AQUA]),
                legend=alt.Legend(orient="bottom"),
            ),
        )
    )
    said = "; ".join(f"{each.provider} {pounds(each.payment)}" for each in result.providers)
    return Picture(
        title="Payment of chemotherapy by provider",
        alternative=f"What each provider is paid: {said}.",
        chart=chart,
        table=Table(
            "Payment by provider",
            ("provider", "cycles", *(f"{words} (£)" for words in _KINDS.values()), "payment (£)"),
            tuple(
                (
                    each.provider,
                    each.cycles,
                    *(f"{getattr(each, kind) / 100:,.2f}" for kind in _KINDS),
                    f"{each.payment / 100:,.2f}",
                )
                for each in (*result.providers, result.total)
            ),
        ),
    )
