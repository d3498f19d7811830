"""Which characters no text of a rulebook may hold."""

from __future__ import annotations

import pytest

from speccom.rulebook.read_folder import forbidden_characters

FIRST_AND_LAST = [
    (0, 8),
    (0x0B, 0x1F),
    (0x7F, 0x9F),
    (0xD800, 0xDFFF),
    (0xFFFE, 0xFFFF),
    (0x10FFFE, 0x10FFFF),
]


@pytest.mark.parametrize("point", [point for ends in FIRST_AND_LAST for point in ends])
def test_control_characters_and_what_is_no_character_are_found_anywhere(point: int) -> None:
    assert forbidden_characters(f"Adults{chr(point)} only")


@pytest.mark.parametrize("point", [9, 10, 0x20, 0x7E, 0xA0, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x10FFFD])
def test_their_neighbours_are_not(point: int) -> None:
    assert not forbidden_characters(f"Adults{chr(point)} only")
