"""What is refused of a case is told in the log, without a word of what was entered."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from tests.unit.casework.story import CLINICIAN, OFFICER, Story

from speccom.casework.sight import Viewer, find_visible
from speccom.process.decide import Actor
from speccom.process.procedure import CLOCK


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, str]]]:
    lines = [each for each in caplog.records if each.name == "speccom.security"]
    return [(each.getMessage(), each.__dict__["told"]) for each in lines]


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def test_an_act_that_is_refused_is_told(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    story.did(CLINICIAN, "ask", reason="rarity")
    story.does(Actor("somebody", frozenset({"clinician"})), "answer", finding="a secret word")
    [(message, what)] = told(caplog)
    assert message == "act refused"
    assert what == {"person": "somebody", "case": story.case, "act": "answer", "why": "not yours"}


def test_the_clock_that_asks_again_is_no_news(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    story.did(CLINICIAN, "ask", reason="rarity")
    story.does(Actor(CLOCK, frozenset({CLOCK})), "answer")
    assert told(caplog) == []


def test_a_case_that_is_not_theirs_to_see_is_told(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    story.did(CLINICIAN, "ask", reason="rarity")
    stranger = Viewer("somebody", story.now + timedelta(minutes=1))
    assert find_visible(stranger, story.case) is None
    assert find_visible(stranger, "NO-SUCH-1") is None
    assert told(caplog) == [
        ("refused", {"person": "somebody", "case": story.case, "why": "not theirs to see"})
    ]


def test_what_is_done_is_in_the_ledger_and_not_told_again(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    story.did(CLINICIAN, "ask", reason="rarity")
    story.did(OFFICER, "answer", finding="agreed")
    assert told(caplog) == []
