"""What is odd about a procedure that loads: states no case reaches, states without a way on, unused parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain

from speccom.process.check_content import content_oddities
from speccom.process.form import fields_read
from speccom.process.oddity import Oddity
from speccom.process.procedure import CLOCK, PREVIOUS, Procedure, StateKind


def oddities(procedure: Procedure, roles: Collection[str]) -> tuple[Oddity, ...]:
    """Return what is odd; `roles` are all that anybody can hold."""
    found = (_unreached(procedure), _dead_ends(procedure), _nobodys(procedure, roles), _unused(procedure))
    return tuple(chain(*found, content_oddities(procedure, roles)))


def reached(procedure: Procedure) -> frozenset[str]:
    """Return the states that some case can come to."""
    found: set[str] = set()
    waiting = [each.target for each in procedure.acts_from("")]
    while waiting:
        state = waiting.pop()
        if state in found or state == PREVIOUS:
            continue
        found.add(state)
        waiting += [each.target for each in procedure.acts_from(state)]
    return frozenset(found)


def _unreached(procedure: Procedure) -> Iterator[Oddity]:
    if not procedure.acts_from(""):
        yield Oddity("transitions.csv", "no act begins a case: none has a blank `from`")
        return
    for name in procedure.states.keys() - reached(procedure):
        yield Oddity(f"states.csv, {name}", "no case can come to this state")


def _dead_ends(procedure: Procedure) -> Iterator[Oddity]:
    for state in procedure.states.values():
        acts = procedure.acts_from(state.name)
        if state.kind is StateKind.CLOSED:
            continue
        if not acts:
            yield Oddity(f"states.csv, {state.name}", "it is not closed, and no act leads on from it")
        elif not _can_close(procedure, state.name):
            yield Oddity(f"states.csv, {state.name}", "from here no case can ever be closed")


def _can_close(procedure: Procedure, start: str) -> bool:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        state = waiting.pop()
        if state in found:
            continue
        found.add(state)
        if procedure.states[state].kind is StateKind.CLOSED:
            return True
        waiting += [each.target for each in procedure.acts_from(state) if each.target != PREVIOUS]
    return False


def _nobodys(procedure: Procedure, roles: Collection[str]) -> Iterator[Oddity]:
    for each in procedure.transitions:
        if each.role != CLOCK and each.role not in roles:
            yield Oddity(f"transitions.csv, {each.act}", f"nobody can hold the role “{each.role}”")
        if each.role == CLOCK and each.deadline is None and not each.requires:
            yield Oddity(f"transitions.csv, {each.act}", "the clock does this, and nothing says when")


def _unused(procedure: Procedure) -> Iterator[Oddity]:
    asked = {name for each in procedure.transitions for name in (*each.requires, *each.records)}
    for name in procedure.requirements.keys() - asked:
        yield Oddity(f"requirements.toml, {name}", "no act requires this")
    for name in procedure.facts.keys() - _read(procedure):
        yield Oddity(f"rulebook.toml, facts.{name}", "nothing asks for this fact")
    limits = {each.deadline.setting for each in procedure.transitions if each.deadline}
    limits |= {
        each.definition.get(key, "").partition("+")[2].strip()
        for each in procedure.facts.values()
        for key in ("from", "to")
    }
    for setting in procedure.settings.values():
        if setting.unit in ("working days", "days") and setting.name not in limits:
            yield Oddity(
                f"rulebook.toml, settings.{setting.name}", "no deadline and no fact uses this setting"
            )


def _read(procedure: Procedure) -> set[str]:
    """Return the fields and facts that requirements, conditions and letters read."""
    criteria = (fields_read(each.criterion) for each in procedure.requirements.values())
    conditions = (
        each.looks_at
        for form in procedure.forms.values()
        for section in form.sections
        for each in section.questions
    )
    letters = (each.reads for each in procedure.letters.values())
    return {name for names in chain(criteria, conditions, letters) for name in names}
