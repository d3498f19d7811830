"""The map of a procedure in words: what may be done from each state, by whom, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccom.process.procedure import CLOCK, PREVIOUS, Procedure, StateKind, Transition

BACK = "where it came from"


def map_in_words(procedure: Procedure, roles: Mapping[str, str]) -> Iterator[str]:
    """Yield the procedure's map, a line a state and a line an act."""
    yield "To begin:"
    yield from (_act(procedure, each, roles) for each in procedure.acts_from(""))
    for state in procedure.states.values():
        over = " (the end)" if state.kind is StateKind.CLOSED else ""
        yield f"{state.label}{over}"
        yield from (_act(procedure, each, roles) for each in procedure.acts_from(state.name))


def who_and_when(transition: Transition, roles: Mapping[str, str]) -> tuple[str, ...]:
    """Return who does an act and, where there is a limit, within what time."""
    who = "by itself" if transition.role == CLOCK else roles.get(transition.role, transition.role)
    limit = within(transition)
    return (who, limit) if limit else (who,)


def within(transition: Transition) -> str:
    """Return within what time an act is to be done, or after what time it happens; blank without a limit."""
    if transition.deadline is None:
        return ""
    return f"{'after' if transition.role == CLOCK else 'within'} {transition.deadline.words}"


def _act(procedure: Procedure, transition: Transition, roles: Mapping[str, str]) -> str:
    target = BACK if transition.target == PREVIOUS else procedure.states[transition.target].label
    return f"  {transition.label} ({', '.join(who_and_when(transition, roles))}) → {target}"
