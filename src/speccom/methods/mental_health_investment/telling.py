"""The standard in words, and each commissioner's growth against the growth asked for as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from speccom.methods.picture import AQUA, BLUE, DARK, ORANGE, Picture
from speccom.methods.table import Table
from speccom.methods.words import counted, listed, pounds

if TYPE_CHECKING:
    from speccom.methods.mental_health_investment import InvestmentResult, Judgement

_MOST_NAMED = 5


def explain(result: InvestmentResult) -> str:
    """Return the result in words."""
    said = [
        _who_meets(result),
        _short(result),
        _together(result.together) if len(result.commissioners) > 1 else "",
        _real(result),
        _left_out(result.together),
        *(_fenced(each) for each in result.commissioners),
    ]
    if result.forecast:
        said.append(f"The rise in prices rests on a forecast of the {result.price_index}, which may change.")
    return " ".join(each for each in said if each)


def _who_meets(result: InvestmentResult) -> str:
    grown = {
        "base_growth": "of its programme base before convergence",
        "allocation_growth": "of its own allocation",
    }[result.form]
    terms = "after inflation" if result.growth_terms == "real" else "in cash"
    asked = f"a growth of mental health spend by at least that {grown}, {terms}"
    if len(result.commissioners) == 1:
        (one,) = result.commissioners
        return (
            f"In {result.year} the standard asks for {asked}. {one.name} spent "
            f"{pounds(one.this_year.counted)} against the {pounds(one.required)} asked for "
            f"({one.asked_percent:.2f}% more than {pounds(one.last_year.counted)} in {result.year_before}), "
            f"so it {'meets' if one.met else 'does not meet'} it, by {pounds(abs(one.margin))}."
        )
    return (
        f"In {result.year} the standard asks each commissioner for {asked}. "
        f"{result.number_met:,} of {counted(len(result.commissioners), 'commissioner')} meet it."
    )


def _short(result: InvestmentResult) -> str:
    short = sorted((each for each in result.commissioners if not each.met), key=lambda each: each.margin)
    if len(result.commissioners) == 1 or not short:
        return ""
    named = [f"{each.name} by {pounds(-each.margin)}" for each in short[:_MOST_NAMED]]
    left = len(short) - len(named)
    return f"Short of it: {listed([*named, f'{left:,} more'] if left else named)}."


def _together(all_of_them: Judgement) -> str:
    more = "more" if all_of_them.margin >= 0 else "less"
    change = all_of_them.this_year.counted - all_of_them.last_year.counted
    asked = all_of_them.required - all_of_them.last_year.counted
    moved = "lowered" if change < 0 else "raised"
    return (
        f"Together they {moved} their spend by {pounds(abs(change))}, where a rise of {pounds(asked)} was "
        f"asked for: {pounds(abs(all_of_them.margin))} {more}. One that does more does not make up for "
        "another."
    )


def _real(result: InvestmentResult) -> str:
    together = result.together
    grew = sum(each.grew_in_real_terms for each in result.commissioners)
    said = (
        f"Prices {'fell' if result.price_rise_percent < 0 else 'rose'} by "
        f"{abs(result.price_rise_percent):.2f}% ({result.price_index}), so last year's spend is "
        f"{pounds(together.last_year_at_todays_prices)} at this year's prices. In real terms the spend "
        f"{_moved(together)}."
    )
    if len(result.commissioners) == 1:
        return said
    return f"{said} Spend grew in real terms at {grew:,} of {len(result.commissioners):,}."


def _moved(together: Judgement) -> str:
    if not together.real_change:
        return "stayed as it was"
    fell = together.real_change < 0
    by = f"{pounds(abs(together.real_change))} ({together.real_growth_percent:+.2f}%)"
    return f"{'fell' if fell else 'rose'} by {by}"


def _left_out(all_of_them: Judgement) -> str:
    this = all_of_them.this_year
    named = [
        f"{pounds(pence)} on {words}"
        for pence, words in (
            (this.learning_disability, "learning disability"),
            (this.dementia, "dementia"),
            (this.one_off_transformation, "one-off transformation"),
        )
        if pence
    ]
    return f"Left out of this year's figures: {listed(named)}." if named else ""


def _fenced(commissioner: Judgement) -> str:
    return " ".join(
        f"{commissioner.name} received {pounds(each.received)} ring-fenced for {each.title}, which counts "
        f"towards nothing here, and spent {pounds(each.spent)} on it"
        + (f": {pounds(each.unspent)} is unspent." if each.unspent > 0 else ".")
        for each in commissioner.ring_fences
    )


def picture(result: InvestmentResult) -> Picture:
    """Return each commissioner's growth in cash, with the growth asked for and the rise in prices."""
    import altair as alt

    rows = [
        {
            "name": each.name,
            "growth": float(each.growth_percent),
            "asked": float(each.asked_percent),
            "verdict": "meets the standard" if each.met else "does not meet it",
        }
        for each in result.commissioners
    ]
    verdicts = ["meets the standard", "does not meet it"]
    base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("name:N", title=None))
    bars = base.mark_bar(size=20).encode(
        x=alt.X("growth:Q", title="growth of mental health spend in cash (%); the tick is what is asked for"),
        color=alt.Color(
            "verdict:N",
            title=None,
            scale=alt.Scale(domain=verdicts, range=[BLUE, ORANGE]),
            legend=alt.Legend(orient="bottom"),
        ),
    )
    ticks = base.mark_tick(thickness=4, size=34, color=DARK, opacity=1).encode(x="asked:Q")
    prices = [{"rise": float(result.price_rise_percent)}]
    rule = alt.Chart(alt.Data(values=prices)).mark_rule(strokeDash=[6, 4], color=AQUA, size=2)
    said = "; ".join(
        f"{each.name} {each.growth_percent:.2f}% against {each.asked_percent:.2f}%"
        for each in result.commissioners
    )
    return Picture(
        title=f"Growth of mental health spend in {result.year} against the standard",
        alternative=f"Growth in cash against what is asked for: {said}. The dashed line is the rise in "
        f"prices, {result.price_rise_percent:.2f}%.",
        chart=bars + ticks + rule.encode(x="rise:Q"),
        table=Table(
            f"The standard in {result.year}",
            (
                "commissioner",
                "last year (£)",
                "this year (£)",
                "asked for (£)",
                "margin (£)",
                "real growth (%)",
            ),
            tuple(
                (
                    each.name,
                    f"{each.last_year.counted / 100:,.2f}",
                    f"{each.this_year.counted / 100:,.2f}",
                    f"{each.required / 100:,.2f}",
                    f"{each.margin / 100:,.2f}",
                    each.real_growth_percent,
                )
                for each in (*result.commissioners, result.together)
            ),
        ),
    )
