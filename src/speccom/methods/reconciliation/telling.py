"""The differences in words, and how much is open in each comparison as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from speccom.methods.picture import AQUA, DARK, ORANGE, Picture
from speccom.methods.reconciliation.compare import CheckResult, Difference, Found, State
from speccom.methods.table import Table
from speccom.methods.words import counted, listed, pounds, spoken

if TYPE_CHECKING:
    from speccom.methods.reconciliation import ReconciliationResult

_MOST_NAMED = 5


def explain(result: ReconciliationResult) -> str:
    """Return the result in words."""
    differences = [each for check in result.checks for each in check.differences]
    places = sum(check.places for check in result.checks)
    agreeing = sum(check.agreeing for check in result.checks)
    compared = counted(places, "place was", "places were")
    said = [
        f"{compared} compared in {counted(len(result.checks), 'check')}; in {agreeing:,} both feeds agree."
    ]
    said += [_of_check(check) for check in result.checks if check.differences]
    said += [
        _of_open(differences),
        _of_accepted([each for each in differences if each.state is State.ACCEPTED]),
        _of_cleared(len(result.cleared)),
        "Nothing is left open." if result.agrees else "",
    ]
    return " ".join(each for each in said if each)


def _of_check(check: CheckResult) -> str:
    net = "" if check.without_netting == abs(check.difference) else f" ({pounds(check.difference)} net)"
    if not check.still_open:
        left = "all of it is accepted"
    elif check.still_open == check.without_netting:
        left = "all of it is open"
    else:
        left = f"{pounds(check.still_open)} of it is open"
    return (
        f"In the {check.check} check, {counted(len(check.differences), 'place differs', 'places differ')} by "
        f"{pounds(check.without_netting)}{net}; {left}."
    )


def _of_open(differences: Sequence[Difference]) -> str:
    waiting = sorted(
        (each for each in differences if each.state is not State.ACCEPTED),
        key=lambda each: (-abs(each.difference), each.check, each.cell),
    )
    if not waiting:
        return ""
    named = [_of_one(each) for each in waiting[:_MOST_NAMED]]
    left = len(waiting) - len(named)
    rest = f" {counted(left, 'smaller one is', 'smaller ones are')} in the table." if left else ""
    return f"Open: {'; '.join(named)}.{rest}"


def _of_one(each: Difference) -> str:
    names = {
        Found.DIFFERS: f"{pounds(each.left)} against {pounds(each.right)}",
        Found.ONLY_LEFT: f"{pounds(each.left)} that only the first of the two feeds has",
        Found.ONLY_RIGHT: f"{pounds(each.right)} that only the second of the two feeds has",
    }
    again = ""
    if each.state is State.CHANGED and each.acceptance:
        again = (
            f" (open again: {pounds(each.acceptance.difference)} was accepted by "
            f"{each.acceptance.accepted_by} on {spoken(each.acceptance.accepted_on)}, and the amount has "
            "changed)"
        )
    return f"{each.check}, {each.cell}: {pounds(each.difference)}, being {names[each.found]}{again}"


def _of_accepted(accepted: Sequence[Difference]) -> str:
    if not accepted:
        return ""
    named = [
        f"{each.cell} ({pounds(each.difference)}, {each.acceptance.accepted_by}: {each.acceptance.reason})"
        for each in accepted[:_MOST_NAMED]
        if each.acceptance
    ]
    left = len(accepted) - len(named)
    rest = [f"{left:,} more"] if left else []
    return (
        f"{counted(len(accepted), 'difference stays', 'differences stay')} accepted, the amount being "
        f"unchanged: {listed([*named, *rest])}."
    )


def _of_cleared(count: int) -> str:
    if not count:
        return ""
    return (
        f"{counted(count, 'difference', 'differences')} accepted before {'is' if count == 1 else 'are'} gone."
    )


def picture(result: ReconciliationResult) -> Picture:
    """Return what differs in each check, without netting, by whether it is accepted."""
    import altair as alt

    words = {State.OPEN: "open", State.CHANGED: "open again, the amount changed", State.ACCEPTED: "accepted"}
    sums = {
        (check.check, state): sum(abs(each.difference) for each in check.differences if each.state is state)
        for check in result.checks
        for state in words
    }
    rows = [
        {"check": str(check), "state": words[state], "pounds": pence / 100}
        for (check, state), pence in sums.items()
    ]
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(size=26)
        .encode(
            x=alt.X("pounds:Q", title="differences without netting (£)"),
            y=alt.Y("check:N", title=None, sort=[str(check.check) for check in result.checks]),
            color=alt.Color(
                "state:N",
                title=None,
                scale=alt.Scale(domain=list(words.values()), range=[ORANGE, DARK, AQUA]),
                legend=alt.Legend(orient="bottom"),
            ),
        )
    )
    said = "; ".join(
        f"{check.check} {pounds(check.without_netting)}, of which {pounds(check.still_open)} is open"
        for check in result.checks
    )
    return Picture(
        title="What does not agree, by comparison",
        alternative=f"Differences without netting, by comparison: {said}.",
        chart=chart,
        table=Table(
            "Each difference",
            (
                "check",
                "provider",
                "month",
                "line",
                "left (£)",
                "right (£)",
                "difference (£)",
                "state",
                "reason",
            ),
            tuple(
                (
                    str(each.check),
                    each.provider,
                    each.month,
                    each.line or "all",
                    f"{each.left / 100:.2f}",
                    f"{each.right / 100:.2f}",
                    f"{each.difference / 100:.2f}",
                    words[each.state],
                    each.acceptance.reason if each.acceptance and each.state is State.ACCEPTED else None,
                )
                for check in result.checks
                for each in check.differences
            )
            or (("all", "all", "all", "all", None, None, "0.00", "agree", None),),
        ),
    )
