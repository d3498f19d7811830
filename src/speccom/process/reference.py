"""References of cases: the kind, the year, a number and a check digit, as in `UPS-2026-0042-7`."""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"([A-Z]{2,6})-(\d{4})-(\d{4,9})-(\d)")
_WORD = re.compile(r"[a-z]+")


def series_of(procedure_id: str, year: int) -> str:
    """Return the series of a process's references in a year: the initials of its name, and the year."""
    return f"{''.join(word[0] for word in _WORD.findall(procedure_id)).upper()}-{year}"


def reference(series: str, number: int) -> str:
    """Return the reference of a number in a series, with the digit that a slip of one figure would change."""
    body = f"{series}-{number:04d}"
    return f"{body}-{_check_digit(body)}"


def is_reference(text: str) -> bool:
    """Whether a text is a reference whose check digit is right."""
    match = _REFERENCE.fullmatch(text)
    return match is not None and text == f"{text[:-2]}-{_check_digit(text[:-2])}"


def _check_digit(body: str) -> int:
    """Return the check digit by ISO 7064, modulus 11,10; letters count as their place in the alphabet."""
    product = 10
    for character in body.replace("-", ""):
        value = int(character) if character.isdigit() else (ord(character) - ord("A") + 1) % 10
        total = (value + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10
