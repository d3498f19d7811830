"""What the picture of a procedure shows: its states and acts as boxes, and the lines between them.

An act is a box on its line, so that its words never lie on another line. Ends are drawn wherever an act leads
to one. An act that may be done from many states has one box that names them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from speccom.process.layered import Line
from speccom.process.map_words import BACK, who_and_when
from speccom.process.procedure import PREVIOUS, Procedure, StateKind, TimeLimit, Transition

_MANY = 4
"""An act from so many states is drawn once, from a box that names them."""


class Shape(Enum):
    """What a box is, which its outline shows."""

    BEGIN = auto()
    OPEN = auto()
    WAITING = auto()
    CLOSED = auto()
    ACT = auto()
    ANY_OF = auto()
    BACK = auto()


_SHAPES = {StateKind.CLOSED: Shape.CLOSED, StateKind.WAITING: Shape.WAITING}


@dataclass(frozen=True)
class Part:
    """One box: what it is, its words, and smaller words under them."""

    id: str
    shape: Shape
    words: str
    small: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parts:
    """The boxes in the order of the table, and the lines between them."""

    boxes: Mapping[str, Part]
    lines: tuple[Line, ...]


def parts_of(procedure: Procedure, roles: Mapping[str, str]) -> Parts:
    """Return the boxes and lines of a procedure's picture."""
    return _Gathering(procedure, roles).gather()


@dataclass(frozen=True)
class _Arrow:
    """One act as it is drawn: from which states, as what, and where to."""

    sources: tuple[str, ...]
    transition: Transition


class _Gathering:
    def __init__(self, procedure: Procedure, roles: Mapping[str, str]) -> None:
        self.procedure = procedure
        self.roles = roles
        self.places = {name: place for place, name in enumerate(["", *procedure.states])}
        self.boxes: dict[str, Part] = {}
        self.lines: list[Line] = []

    def gather(self) -> Parts:
        arrows = list(self._arrows())
        stays = [each for each in arrows if each.sources == (each.transition.target,)]
        self.boxes["begin"] = Part("begin", Shape.BEGIN, "Start")
        for state in self.procedure.states.values():
            if state.kind is not StateKind.CLOSED:
                again = tuple(each.transition.label for each in stays if each.transition.target == state.name)
                small = (f"While here: {', '.join(again)}",) if again else ()
                shape = _SHAPES.get(state.kind, Shape.OPEN)
                self.boxes[_state(state.name)] = Part(_state(state.name), shape, state.label, small)
        for number, arrow in enumerate(arrows):
            if arrow not in stays:
                self._draw(f"act-{number}", arrow)
        return Parts(self.boxes, tuple(self.lines))

    def _arrows(self) -> Iterator[_Arrow]:
        """Yield the acts, those of the same name and end put together."""
        together: dict[tuple[str, str, str, TimeLimit | None], tuple[Transition, list[str]]] = {}
        for name in self.places:
            for each in self.procedure.acts_from(name):
                key = (each.act, each.target, each.role, each.deadline)
                together.setdefault(key, (each, []))[1].append(name)
        for transition, sources in together.values():
            yield _Arrow(tuple(sources), transition)

    def _draw(self, name: str, arrow: _Arrow) -> None:
        transition = arrow.transition
        target, ends_here = self._end(name, transition)
        small = who_and_when(transition, self.roles)
        if len(arrow.sources) >= _MANY:
            labels = tuple(self.procedure.states[each].label for each in arrow.sources)
            sources = {self._any_of(labels): -1}
        else:
            sources = {_state(each): self.places[each] for each in arrow.sources}
        place = max(self.places.values()) + 1 if ends_here else self.places[transition.target]
        forward = [each for each, own in sources.items() if own < place]
        backward = [each for each in sources if each not in forward]
        for group, back in ((forward, False), (backward, True)):
            for number, part in enumerate([group] if group and not back else [[each] for each in group]):
                act = f"{name}-{'back' if back else 'on'}-{number}"
                self.boxes[act] = Part(act, Shape.ACT, transition.label, small)
                self.lines += [Line(each, act, back) for each in part]
                self.lines.append(Line(act, target, back))

    def _end(self, name: str, transition: Transition) -> tuple[str, bool]:
        """Return the box to which an act leads, and whether it is one of its own."""
        if transition.target == PREVIOUS:
            self.boxes[f"{name}-end"] = Part(f"{name}-end", Shape.BACK, f"Back {BACK}")
            return f"{name}-end", True
        state = self.procedure.states[transition.target]
        if state.kind is not StateKind.CLOSED:
            return _state(state.name), False
        self.boxes[f"{name}-end"] = Part(f"{name}-end", Shape.CLOSED, state.label)
        return f"{name}-end", True

    def _any_of(self, labels: tuple[str, ...]) -> str:
        """Return the box that names these states, which acts from the same states share."""
        name = f"any-{'-'.join(labels)}"
        self.boxes.setdefault(name, Part(name, Shape.ANY_OF, "At any of these", labels))
        return name


def _state(name: str) -> str:
    return f"state-{name}" if name else "begin"
