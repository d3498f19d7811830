"""Whole numbers as an address or a form sends them."""

from __future__ import annotations


def whole_number(text: str | None, *, digits: int = 9) -> int | None:
    """Return the number that a text of so many digits at most writes; nothing where it writes none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= digits else None
