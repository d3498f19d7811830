"""Both processes from the first step to the last, by each person in a browser and again by a program."""

from __future__ import annotations

import pytest
from tests.journeys.case_players import ByProgram, InBrowser, play
from tests.journeys.people import People
from tests.journeys.states import MAKING

from speccom.casework.demonstration.read import Step, stories

PROCESSES = {"urgent-policy-statement": ("request", 8), "individual-funding-request": ("start", 11)}


def longest(act: str, steps: int) -> tuple[Step, ...]:
    """The demonstration's story of so many steps that begins with an act."""
    return next(each.steps for each in stories() if each.steps[0].act == act and len(each.steps) == steps)


@pytest.mark.parametrize("process", PROCESSES)
def test_people_and_programs_leave_the_same_events(
    process: str, addresses: dict[str, str], people: People
) -> None:
    steps = longest(*PROCESSES[process])
    program = ByProgram(addresses[MAKING], people)
    by_people = play(InBrowser(addresses[MAKING], people), process, steps)
    by_program = play(program, process, steps)
    seen_by = steps[0].by
    told = [
        [
            (each["kind"], each["act"], each["role"], each["state"], each["actor"])
            for each in program.ask(seen_by, f"/cases/{reference}/events")
        ]
        for reference in (by_people, by_program)
    ]
    assert told[0] == told[1]
    assert [act for _, act, *_ in told[0] if act] == [step.act for step in steps]
    documents = sum(len(step.documents) for step in steps)
    assert [kind for kind, *_ in told[0]].count("document_added.1") == documents > 0
