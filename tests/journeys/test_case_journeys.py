"""Both processes from the first step to the last, by each person in a browser and again by a program."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.journeys.case_players import ByProgram, InBrowser, play
from tests.journeys.people import People
from tests.journeys.states import MAKING

from speccom.casework.demonstration.read import Step, stories

PROCESSES = {"urgent-policy-statement": "request", "individual-funding-request": "start"}


def longest(act: str) -> tuple[Step, ...]:
    """The first of the demonstration's longest stories that begin with an act."""
    return max((each.steps for each in stories() if each.steps[0].act == act), key=len)


def numbered(steps: tuple[Step, ...], number: str) -> tuple[Step, ...]:
    """The same story, in which a policy that is published has a number that no other has."""
    taken = "UPS-D-"
    return tuple(
        replace(
            step,
            forms={
                form: {control: number if text.startswith(taken) else text for control, text in texts.items()}
                for form, texts in step.forms.items()
            },
        )
        for step in steps
    )


@pytest.mark.parametrize("process", PROCESSES)
def test_people_and_programs_leave_the_same_events(
    process: str, addresses: dict[str, str], people: People
) -> None:
    steps = longest(PROCESSES[process])
    program = ByProgram(addresses[MAKING], people)
    by_people = play(InBrowser(addresses[MAKING], people), process, numbered(steps, "UPS-J-1"))
    by_program = play(program, process, numbered(steps, "UPS-J-2"))
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
