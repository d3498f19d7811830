"""When a body is quorate, and what it lacks where it is not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.process.bodies import Body, BodyKind, Need, Quorum, quorum_lacks

SEATS = {"chair": "chair", "deputy": "deputy chair", "clinical": "clinical member", "lay": "lay member"}
PANEL = Body(
    "panel",
    "Panel",
    BodyKind.DECIDING,
    "Requests",
    ("decide",),
    SEATS,
    Quorum(4, (Need(("chair", "deputy"), 1), Need(("clinical",), 2), Need(("lay",), 1))),
    date(2026, 1, 1),
    date(2028, 12, 31),
)


@pytest.mark.parametrize(
    ("present", "lacks"),
    [
        ("chair clinical clinical lay", ()),
        ("deputy clinical clinical lay", ()),
        ("chair deputy clinical clinical lay", ()),
        ("clinical clinical lay lay", ("chair or deputy chair: 1 needed and 0 here",)),
        ("chair clinical lay lay", ("clinical member: 2 needed and 1 here",)),
        (
            "chair clinical clinical",
            ("4 members are needed and 3 are here", "lay member: 1 needed and 0 here"),
        ),
        (
            "",
            (
                "4 members are needed and 0 are here",
                "chair or deputy chair: 1 needed and 0 here",
                "clinical member: 2 needed and 0 here",
                "lay member: 1 needed and 0 here",
            ),
        ),
    ],
)
def test_what_a_body_lacks(present: str, lacks: tuple[str, ...]) -> None:
    assert quorum_lacks(PANEL, present.split()) == lacks


@given(st.lists(st.sampled_from(sorted(SEATS))), st.sampled_from(sorted(SEATS)))
def test_one_more_member_never_breaks_a_quorum(present: list[str], joins: str) -> None:
    if not quorum_lacks(PANEL, present):
        assert not quorum_lacks(PANEL, [*present, joins])
