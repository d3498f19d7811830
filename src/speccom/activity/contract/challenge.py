"""A workbook for one provider: each difference that is open, with room for the provider's answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from speccom.activity.contract.reconcile import Outcome
from speccom.methods.reconciliation.compare import Difference, Found, State
from speccom.methods.reconciliation.entry import SIDES, Check
from speccom.methods.words import counted, pounds, spoken
from speccom.problem import Problem

Cells = Sequence[str | int]

_HOW = (
    "The aggregate's activity with the patient-level records, its drugs with the drug records and its "
    "devices with the device records, for each commissioner, month and service line, to the penny. Of "
    "several files only the latest counts for a month."
)
_FEEDS = {
    "aggregate": "aggregate",
    "patient_level": "patient-level records",
    "drugs": "drug records",
    "devices": "device records",
    "national": "activity, identified and priced",
    "invoice": "invoice",
}
_MONEY = "£#,##0.00;[Red]-£#,##0.00"
_OPEN = (
    "Comparison",
    "Commissioner",
    "Month",
    "Service line",
    "Point of delivery",
    "First",
    "First says (£)",
    "Second",
    "Second says (£)",
    "Difference (£)",
    "What is found",
    "Your answer",
    "Amount you agree (£)",
)
_ACCEPTED = ("Comparison", "Commissioner", "Month", "Service line", "Difference (£)", "By", "On", "Reason")
_FAULTS = ("File", "Column", "Value", "Rows", "First row", "What is wrong")
_FILES = ("File", "Feed", "Made", "Rows", "Total (£)", "Rows left out")


def write_challenge(outcome: Outcome, provider: str, path: Path) -> int:
    """Write the workbook, and return how many differences are open in it.

    Raises Problem where the provider is in none of the feeds, or the file cannot be written.
    """
    import xlsxwriter  # deferred: only a challenge needs it

    providers = sorted({place.provider for _, place, _ in outcome.current.money})
    if provider not in providers:
        raise Problem(
            f"no feed has a provider {provider}", mend=f"The providers are {', '.join(providers[:20])}"
        )
    if path.suffix.lower() != ".xlsx":
        raise Problem("a challenge is an Excel workbook", where=str(path), mend="Give it a name in .xlsx")
    mine = [each for each in outcome.differences if each.provider == provider]
    waiting = [each for each in mine if each.state is not State.ACCEPTED]
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    try:
        book = xlsxwriter.Workbook(str(path), options)
        sheets = _Sheets(book)
        sheets.about(_about(outcome, provider, waiting))
        sheets.table("Open differences", _OPEN, [_open(each) for each in waiting])
        sheets.table(
            "Accepted", _ACCEPTED, [_accepted(each) for each in mine if each.state is State.ACCEPTED]
        )
        sheets.table("Values that cannot be used", _FAULTS, _faults(outcome, provider))
        sheets.table("Files", _FILES, _files(outcome, provider))
        book.close()
    except (OSError, xlsxwriter.exceptions.FileCreateError) as fault:
        raise Problem(f"the workbook cannot be written ({fault})", where=str(path)) from None
    return len(waiting)


class _Sheets:
    """The sheets of one workbook. Text is always written as text, so that none is taken for a formula."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._text = book.add_format({"valign": "top", "text_wrap": True})
        self._money = book.add_format({"valign": "top", "num_format": _MONEY})

    def about(self, rows: Sequence[tuple[str, str]]) -> None:
        page = self._book.add_worksheet("About")
        page.set_column(0, 0, 26)
        page.set_column(1, 1, 90)
        for line, (name, text) in enumerate(rows):
            page.write_string(line, 0, name, self._head)
            page.write_string(line, 1, text, self._text)

    def table(self, name: str, titles: Sequence[str], rows: Sequence[Cells]) -> None:
        page = self._book.add_worksheet(name)
        for place, title in enumerate(titles):
            page.set_column(place, place, 40 if title in ("Your answer", "Reason", "What is wrong") else 18)
            page.write_string(0, place, title, self._head)
        for line, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(line, place, value, self._text)
                elif titles[place].endswith("(£)"):
                    page.write_number(line, place, value / 100, self._money)
                else:
                    page.write_number(line, place, value, self._text)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(1, len(rows)), len(titles) - 1)


def _about(outcome: Outcome, provider: str, waiting: Sequence[Difference]) -> list[tuple[str, str]]:
    amount = sum(abs(each.difference) for each in waiting)
    return [
        ("Provider", provider),
        ("Compared on", spoken(outcome.order.as_at)),
        (
            "Open",
            f"{counted(len(waiting), 'difference')}, {pounds(amount)} together, counted without netting.",
        ),
        (
            "What to do",
            "Write what is right beside each open difference, and send the files that are wrong again.",
        ),
        (
            "How it was compared",
            _HOW,
        ),
    ]


def _open(each: Difference) -> Cells:
    left, _, right = SIDES[each.check]
    found = {
        Found.DIFFERS: "Both have an amount, and they differ.",
        Found.ONLY_LEFT: f"Only the first ({_FEEDS[left]}) has it.",
        Found.ONLY_RIGHT: f"Only the second ({_FEEDS[right]}) has it.",
    }[each.found]
    if each.state is State.CHANGED and each.acceptance:
        found += f" {pounds(each.acceptance.difference)} was accepted before; the amount has changed."
    return (
        _check(each.check),
        each.commissioner,
        each.month,
        each.line,
        each.detail,
        _FEEDS[left],
        each.left,
        _FEEDS[right],
        each.right,
        each.difference,
        found,
        "",
        "",
    )


def _accepted(each: Difference) -> Cells:
    accepted = each.acceptance
    by, on, reason = (
        (accepted.accepted_by, spoken(accepted.accepted_on), accepted.reason) if accepted else ("", "", "")
    )
    return (_check(each.check), each.commissioner, each.month, each.line, each.difference, by, on, reason)


def _check(check: Check) -> str:
    return "activity against the contract" if check is Check.NATIONAL else str(check)


def _faults(outcome: Outcome, provider: str) -> list[Cells]:
    """Return the faults of files that hold this provider alone; others' values are not for its eyes."""
    return [
        (fault.example_file, fault.column, fault.value, fault.count, fault.example_row + 1, fault.message)
        for submission in outcome.submissions
        if {place.provider for place in submission.money} == {provider}
        for fault in submission.faults
    ]


def _files(outcome: Outcome, provider: str) -> list[Cells]:
    found: list[Cells] = []
    for each in outcome.submissions:
        mine = [money for place, money in each.money.items() if place.provider == provider]
        if mine:
            total = sum(money.pounds for money in mine)
            made = f"{each.created:%Y-%m-%d %H:%M}" if each.created else "not said"
            rows = sum(money.rows for money in mine)
            alone = len(mine) == len(each.money)
            found.append(
                (
                    each.file,
                    each.shape.title,
                    made,
                    rows,
                    round(total * 100),
                    each.left_out.rows if alone else "",
                )
            )
    return found
