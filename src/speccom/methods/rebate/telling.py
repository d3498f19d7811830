"""The payments and the ends of agreements in words, and what each company pays as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from speccom.methods.picture import AQUA, BLUE, DARK, Picture
from speccom.methods.rebate.managed_access import AgreementEnd, AgreementState
from speccom.methods.table import Table
from speccom.methods.words import counted, listed, number, pounds, spoken

if TYPE_CHECKING:
    from speccom.methods.rebate import RebateResult


def explain(result: RebateResult) -> str:
    """Return the result in words."""
    said = [_payments(result), _investment(result), _unknown(result), _companies(result)]
    said += [_agreement(each) for each in result.managed_access]
    return " ".join(each for each in said if each)


def _payments(result: RebateResult) -> str:
    total = result.total
    if not result.payments:
        return ""
    parts = [
        f"{pounds(amount)} {words}"
        for amount, words in (
            (total.newer, "on newer medicines" if total.older or total.top_up else "on all of them"),
            (total.older, "as the basic payment on older ones"),
            (total.top_up, "as the top-up on older ones"),
        )
        if amount
    ]
    made = f": {listed(parts)}" if len(parts) > 1 else ""
    share = "" if total.percent_of_sales is None else f", which is {total.percent_of_sales:.2f}% of them"
    return (
        f"Under {result.scheme}, companies pay {pounds(total.payment)} on sales of "
        f"{pounds(total.sales)}{share}{made}. It goes to {result.department} for the scheme as a whole, and "
        "lowers the price of no product."
    )


def _investment(result: RebateResult) -> str:
    if not result.total.investment:
        return ""
    return f"Of it, {pounds(result.total.investment)} is for the investment programme."


def _unknown(result: RebateResult) -> str:
    if not result.without_top_up:
        return ""
    return (
        f"The prices of {counted(result.without_top_up, 'older medicine')} were not given, so any top-up on "
        f"{'it' if result.without_top_up == 1 else 'them'} comes in addition."
    )


def _companies(result: RebateResult) -> str:
    if len(result.companies) < 2:
        return ""
    largest = max(result.companies, key=lambda each: (each.payment, each.company))
    return (
        f"{counted(len(result.companies), 'company pays', 'companies pay')}; the most is "
        f"{pounds(largest.payment)}, by {largest.company}."
    )


def _agreement(agreement: AgreementEnd) -> str:
    if agreement.state is AgreementState.ENDED:
        stands = f"ended on {spoken(agreement.ends)}"
    elif agreement.state is AgreementState.NOT_BEGUN:
        stands = f"begins on {spoken(agreement.begins)} and ends on {spoken(agreement.ends)}"
    else:
        stands = f"ends on {spoken(agreement.ends)}, in {counted(agreement.days_left or 0, 'day')}"
    long = (
        f"; that is longer than such agreements may run, which would be to {spoken(agreement.latest_end)}"
        if agreement.runs_too_long
        else ""
    )
    return f"Managed access to {agreement.medicine} {stands}{long}."


def picture(result: RebateResult) -> Picture:
    """Return what each company pays, by the kind of payment."""
    import altair as alt

    kinds = {
        "newer": "basic payment, newer or all",
        "older": "basic payment, older",
        "top_up": "top-up, older",
    }
    rows = [
        {"company": each.company, "kind": words, "pounds": getattr(each, kind) / 1e8}
        for each in result.companies
        for kind, words in kinds.items()
    ]
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(size=26)
        .encode(
            x=alt.X("pounds:Q", title="payment to the scheme (£ million)"),
            y=alt.Y("company:N", title=None, axis=alt.Axis(labelLimit=220)),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=list(kinds.values()), range=[BLUE, AQUA, DARK]),
                legend=alt.Legend(orient="bottom"),
            ),
        )
    )
    said = "; ".join(f"{each.company} {pounds(each.payment)}" for each in result.companies) or "nobody pays"
    return Picture(
        title=f"Payments under {result.scheme}",
        alternative=f"Payments by company: {said}.",
        chart=chart,
        table=Table(
            "Payments by company",
            ("company", "sales (£)", "newer (£)", "older (£)", "top-up (£)", "payment (£)", "of sales (%)"),
            tuple(
                (
                    each.company,
                    *(
                        f"{pence / 100:,.2f}"
                        for pence in (each.sales, each.newer, each.older, each.top_up, each.payment)
                    ),
                    None if each.percent_of_sales is None else number(float(each.percent_of_sales)),
                )
                for each in (*result.companies, result.total)
            ),
        ),
    )
