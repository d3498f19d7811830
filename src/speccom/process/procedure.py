"""A procedure as data: its states, the acts that lead from one to another, and what each act requires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from speccom.criteria.parse import Criterion
from speccom.criteria.vocabulary import Vocabulary
from speccom.process.access import AccessRow
from speccom.process.bodies import Body
from speccom.process.form import Form, Question
from speccom.process.letter import Letter
from speccom.process.policies import PolicyEffect

PREVIOUS = "previous"
"""As the end of a transition: back to the state that the case came from."""
CLOCK = "clock"
"""As a role: time itself acts."""


class StateKind(StrEnum):
    """What a state means: a case may start here, goes on, waits for somebody outside, or is over."""

    INITIAL = "initial"
    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class ClockEffect(StrEnum):
    """What an act does to the time that counts towards deadlines."""

    START = "start"
    STOP = "stop"
    RESUME = "resume"


class FactKind(StrEnum):
    """The four kinds of facts that a criterion may use beside stored fields."""

    LOOKUP = "lookup"
    COUNT = "count"
    ELAPSED = "elapsed"
    CALCULATED = "calculated"


@dataclass(frozen=True)
class State:
    """One state of a case; `label` in people's words, `group` for transitions from any state of it."""

    name: str
    label: str
    group: str
    kind: StateKind


@dataclass(frozen=True)
class TimeLimit:
    """A number of working or calendar days, as written (`10wd`) or by a setting of the rulebook."""

    days: int
    working: bool
    setting: str = ""

    @property
    def words(self) -> str:
        """The limit as people say it."""
        kind = "working day" if self.working else "day"
        return f"{self.days} {kind}{'' if self.days == 1 else 's'}"


@dataclass(frozen=True)
class Transition:
    """One act: who may do it, from where, to where, what must be met, and within what time.

    `requires` are met by the case as it stands, `records` by what the act itself brings. A blank `source`
    begins a case. `not_by` names earlier acts whose actor may not do this one.
    """

    source: str
    act: str
    label: str
    target: str
    role: str
    requires: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    deadline: TimeLimit | None = None
    clock: ClockEffect | None = None
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Requirement:
    """What an act requires: a sentence for people, its criterion, and what to say where it is not met."""

    name: str
    sentence: str
    criterion: Criterion
    message: str
    where: str


@dataclass(frozen=True)
class Fact:
    """A fact that a criterion may use: one of four kinds, with what its kind needs to be found.

    `criterion` is that of a count, over the columns of its collection; `inputs` are those of what is
    calculated, each with the field, the collection or the setting that it is.
    """

    name: str
    kind: FactKind
    definition: Mapping[str, str]
    criterion: Criterion | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """A value that an organisation may set: its unit, whether a source was seen for it, and a sentence."""

    name: str
    value: str
    unit: str
    mark: str
    sentence: str


@dataclass(frozen=True)
class Procedure:
    """A process rulebook, checked whole. `identity` is `id@version#hash`.

    `called` is what people call one case of it; `subject` names the field by which lists tell cases apart,
    blank where there is none.
    """

    id: str
    version: str
    title: str
    valid_from: date
    valid_to: date
    source: str
    status: str
    folder: Path
    digest: str
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    requirements: Mapping[str, Requirement]
    vocabulary: Vocabulary
    facts: Mapping[str, Fact] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    access: tuple[AccessRow, ...] = ()
    bodies: Mapping[str, Body] = field(default_factory=dict)
    letters: Mapping[str, Letter] = field(default_factory=dict)
    policies: Mapping[str, PolicyEffect] = field(default_factory=dict)
    subject: str = ""
    called: str = ""

    @property
    def identity(self) -> str:
        """How an answer names the procedure that gave it."""
        return f"{self.id}@{self.version}#{self.digest[:12]}"

    def acts_from(self, state: str) -> tuple[Transition, ...]:
        """Return the transitions that lead from a state, by its name or its group; "" is before the start."""
        return self._acts.get(state, ())

    def transition(self, state: str, act: str) -> Transition | None:
        """Return the one transition of an act from a state, if there is one."""
        return next((each for each in self.acts_from(state) if each.act == act), None)

    @cached_property
    def columns(self) -> Mapping[str, Mapping[str, Question]]:
        """The questions of each collection that forms bring, by name."""
        found: dict[str, dict[str, Question]] = {}
        for form in self.forms.values():
            for name, section in form.collections.items():
                found.setdefault(name, {}).update((each.name, each) for each in section.questions)
        return found

    def bodies_for(self, act: str, sitting: Sequence[str] = ()) -> frozenset[str]:
        """Return the bodies that may do an act, none where it is no body's.

        Of several it is the one that has the case before it; `sitting` are those, the latest to meet first.
        """
        empowered = frozenset(each.id for each in self.bodies.values() if act in each.powers)
        turn = next((each for each in sitting if each in empowered), "")
        return frozenset({turn}) if turn else empowered

    def forms_of(self, act: str) -> tuple[Form, ...]:
        """Return the forms that an act brings."""
        return tuple(each for each in self.forms.values() if act in each.acts)

    def letters_of(self, act: str) -> tuple[Letter, ...]:
        """Return the letters that an act sends."""
        return tuple(each for each in self.letters.values() if act in each.acts)

    @cached_property
    def acts(self) -> Mapping[str, str]:
        """Each act with its label, in the order of the table."""
        return {each.act: each.label for each in reversed(self.transitions)}

    @cached_property
    def _acts(self) -> Mapping[str, tuple[Transition, ...]]:
        found: dict[str, tuple[Transition, ...]] = {
            "": tuple(each for each in self.transitions if not each.source)
        }
        for state in self.states.values():
            own = [each for each in self.transitions if each.source == state.name]
            named = {each.act for each in own}
            shared = [each for each in self.transitions if each.source == state.group and state.group]
            found[state.name] = (*own, *(each for each in shared if each.act not in named))
        return found
