"""One answer of each kind: from text to its value and back, or in people's words why it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from nhs_number.validate import is_valid

from speccom.criteria.codes import normal_form
from speccom.criteria.parse import CLASSIFICATION_WORDS
from speccom.methods.words import pounds
from speccom.process.form import Question, QuestionKind, Value
from speccom.rulebook.read_folder import forbidden_characters

LONGEST_TEXT, LONGEST_LONG_TEXT = 500, 20_000

_MINUS = {"-", "−", "–"}
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})*|[0-9]+")
_FRACTION, _PENCE = re.compile(r"[0-9]+"), re.compile(r"[0-9]{1,2}")
_LONGEST_NUMBER = 15
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip


class Unreadable(Exception):
    """Text that is no answer to its question; the message says what would be."""


def read_answer(question: Question, written: Sequence[str]) -> Value:
    """Return the value of what was written (a date in three parts). Raises Unreadable, with what to write."""
    value = _READERS[question.kind](question, written)
    _refuse_beyond(question, value)
    return value


def written_answer(question: Question, value: Value) -> tuple[str, ...]:
    """Return a value as it would be typed: one text, a text for each option chosen, or a date's parts.

    Money is written without the sign of the pound, which stands before the box, and with a hyphen for minus.
    """
    if isinstance(value, tuple):
        return value
    if isinstance(value, date):
        return (str(value.day), str(value.month), str(value.year))
    if question.kind is QuestionKind.MONEY and isinstance(value, int):
        return (f"{Decimal(value).scaleb(-2):,.2f}",)
    return (str(value),)


def day_in_words(day: date) -> str:
    """A day as people say it: 6 August 2026."""
    return f"{day.day} {_MONTHS[day.month - 1].title()} {day.year}"


def _text(question: Question, written: Sequence[str]) -> str:
    text = written[0].replace("\r\n", "\n").replace("\r", "\n").strip()
    if question.kind is QuestionKind.TEXT:
        text = " ".join(text.split("\n"))
    if forbidden_characters(text):
        raise Unreadable("it holds a character that cannot be shown. Type the text again.")
    own = LONGEST_LONG_TEXT if question.kind is QuestionKind.LONG_TEXT else LONGEST_TEXT
    longest = own if question.limits.longest is None else question.limits.longest
    if len(text) > longest:
        raise Unreadable(f"write no more than {longest:,} characters. There are {len(text):,}.")
    return text


def _choice(question: Question, written: Sequence[str]) -> str:
    if len(written) > 1 or written[0] not in question.options:
        raise Unreadable("choose one of the answers.")
    return written[0]


def _document(question: Question, written: Sequence[str]) -> str:
    if written[0] in question.withdrawn:
        raise Unreadable("the document was withdrawn; choose another.")
    if len(written) > 1 or written[0] not in question.options:
        raise Unreadable("choose one of the documents of the case.")
    return written[0]


def _choices(question: Question, written: Sequence[str]) -> tuple[str, ...]:
    if not set(written) <= question.options.keys():
        raise Unreadable("choose from the answers.")
    return tuple(name for name in question.options if name in written)


def _whole_number(question: Question, written: Sequence[str]) -> int:
    sign, digits = _signed(written[0])
    if not _GROUPED.fullmatch(digits) or len(digits) > _LONGEST_NUMBER:
        raise Unreadable("write a whole number in figures, such as 12.")
    return sign * int(digits.replace(",", ""))


def _decimal(question: Question, written: Sequence[str]) -> Decimal:
    sign, digits = _signed(written[0])
    whole, dot, rest = digits.partition(".")
    if (
        not _GROUPED.fullmatch(whole)
        or (dot and not _FRACTION.fullmatch(rest))
        or len(digits) > _LONGEST_NUMBER
    ):
        raise Unreadable("write a number in figures, such as 12.5.")
    return sign * Decimal(digits.replace(",", ""))


def _money(question: Question, written: Sequence[str]) -> int:
    sign, digits = _signed(written[0])
    whole, dot, pence = digits.removeprefix("£").strip().partition(".")
    if not _GROUPED.fullmatch(whole) or (dot and not _PENCE.fullmatch(pence)) or len(whole) > _LONGEST_NUMBER:
        raise Unreadable("write pounds in figures, with or without pence, such as £1,234.50.")
    return sign * (int(whole.replace(",", "")) * 100 + int(pence.ljust(2, "0") or 0))


def _day(question: Question, written: Sequence[str]) -> date:
    parts = dict(zip(("day", "month", "year"), written, strict=True))
    blank = [name for name, text in parts.items() if not text]
    if blank:
        raise Unreadable(f"the date must have a {' and a '.join(blank)}.")
    month = _month(parts["month"])
    if month is None or not all(re.fullmatch(r"[0-9]{1,4}", parts[name]) for name in ("day", "year")):
        raise Unreadable("write the date in figures, such as 27 3 2026.")
    if len(parts["year"]) != 4:
        raise Unreadable("write the year with four figures, such as 2026.")
    try:
        return date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        raise Unreadable("there is no such day. Look at the day, the month and the year.") from None


def _month(text: str) -> int | None:
    if re.fullmatch(r"[0-9]{1,2}", text):
        return int(text)
    found = [
        place
        for place, name in enumerate(_MONTHS, start=1)
        if len(text) >= 3 and name.startswith(text.lower())
    ]
    return found[0] if found else None


def _nhs_number(question: Question, written: Sequence[str]) -> str:
    digits = re.sub(r"[\s-]", "", written[0])
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise Unreadable("an NHS number has 10 figures, such as 999 000 0018.")
    if not is_valid(digits):
        raise Unreadable("this is not an NHS number. Look for a figure that is wrong or out of place.")
    return digits


def _code(question: Question, written: Sequence[str]) -> str:
    code = normal_form(question.classification, written[0])
    if code is None or forbidden_characters(code):
        words = CLASSIFICATION_WORDS.get(question.classification, "codes")
        raise Unreadable(f"this is none of the {words}.")
    return code


def _signed(text: str) -> tuple[int, str]:
    text = text.strip()
    if text[:1] in _MINUS:
        return -1, text[1:].strip()
    return 1, text


def _refuse_beyond(question: Question, value: Value) -> None:
    lowest, highest = question.limits.lowest, question.limits.highest
    if lowest is not None and value < lowest:  # type: ignore[operator]
        raise Unreadable(f"it must be {_shown(question, lowest)} or {_more(value)}.")
    if highest is not None and value > highest:  # type: ignore[operator]
        raise Unreadable(f"it must be {_shown(question, highest)} or {_less(value)}.")


def _more(value: Value) -> str:
    return "later" if isinstance(value, date) else "more"


def _less(value: Value) -> str:
    return "earlier" if isinstance(value, date) else "less"


def _shown(question: Question, value: Value) -> str:
    if isinstance(value, date):
        return day_in_words(value)
    if question.kind is QuestionKind.MONEY and isinstance(value, int):
        return pounds(value)
    return written_answer(question, value)[0]


_READERS: Mapping[QuestionKind, Callable[[Question, Sequence[str]], Value]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _text,
    QuestionKind.YES_NO: _choice,
    QuestionKind.ONE_OF: _choice,
    QuestionKind.ANY_OF: _choices,
    QuestionKind.WHOLE_NUMBER: _whole_number,
    QuestionKind.MONEY: _money,
    QuestionKind.DECIMAL: _decimal,
    QuestionKind.DATE: _day,
    QuestionKind.NHS_NUMBER: _nhs_number,
    QuestionKind.CODE: _code,
    QuestionKind.DOCUMENT: _document,
}
