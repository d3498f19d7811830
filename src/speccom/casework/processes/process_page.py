"""One process as it stood: its map, each state with its acts, its bodies, its settings and its versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from speccom.casework.procedures import pinned
from speccom.casework.processes.process_links import anchor_of, process_address
from speccom.interface import formats
from speccom.interface.frame import Link
from speccom.process.bodies import Body, BodyKind
from speccom.process.map_picture import map_picture
from speccom.process.map_words import BACK, within
from speccom.process.procedure import CLOCK, PREVIOUS, Procedure, Setting, State, StateKind, Transition

_KINDS = {
    StateKind.INITIAL: "A case begins here",
    StateKind.OPEN: "",
    StateKind.WAITING: "Waits for somebody",
    StateKind.CLOSED: "The end",
}
_MARKS = {
    "read": "A source gives this figure.",
    "recall": "From memory: no source was read.",
    "design": "Set by choice: no source gives it.",
}


@dataclass(frozen=True)
class ActShown:
    """One act: who does it and by when, where it leads, and what it needs, in sentences."""

    label: str
    who: str
    leads_to: str
    needs: tuple[str, ...]
    brings: str
    sends: str


@dataclass(frozen=True)
class StateShown:
    """One state, or several from any of which the same acts lead on."""

    anchor: str
    title: str
    words: str
    acts: tuple[ActShown, ...]


@dataclass(frozen=True)
class BodyShown:
    """One body: what it does, in which meetings, and who must be there."""

    title: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class SettingShown:
    """One value that the process sets, and where it comes from."""

    value: str
    sentence: str
    mark: str


@dataclass(frozen=True)
class ProcessPage:
    """What the page of a process shows."""

    standing: str
    is_illustrative: bool
    source: str
    picture: str
    states: tuple[StateShown, ...]
    bodies: tuple[BodyShown, ...]
    settings: tuple[SettingShown, ...]
    versions: tuple[Link, ...]
    identity: str


def present_process(
    procedure: Procedure, versions: Sequence[Procedure], roles: Mapping[str, str], standing: str
) -> ProcessPage:
    """Return what the page of a process shows; `versions` are all that are known of it."""
    return ProcessPage(
        standing=standing,
        is_illustrative=procedure.status == "illustrative",
        source=procedure.source,
        picture=_picture(procedure.identity, tuple(sorted(roles.items()))),
        states=tuple(_states(procedure, roles)),
        bodies=tuple(_body(procedure, each) for each in procedure.bodies.values()),
        settings=tuple(_setting(each) for each in procedure.settings.values()),
        versions=tuple(_version(each, procedure) for each in versions) if len(versions) > 1 else (),
        identity=procedure.identity,
    )


@lru_cache(maxsize=32)
def _picture(identity: str, roles: tuple[tuple[str, str], ...]) -> str:
    return map_picture(pinned(identity), dict(roles))


def _states(procedure: Procedure, roles: Mapping[str, str]) -> Iterator[StateShown]:
    yield StateShown("begin", "To begin", "", _acts(procedure, "", roles))
    for state in procedure.states.values():
        acts = _acts(procedure, state.name, roles)
        yield StateShown(anchor_of(procedure, state.name), state.label, _KINDS[state.kind], acts)
    groups: dict[str, list[State]] = {}
    for state in procedure.states.values():
        groups.setdefault(state.group, []).append(state)
    for place, (group, states) in enumerate(groups.items()):
        acts = _acts(procedure, group, roles) if group else ()
        if acts:
            labels = formats.listed([f"“{each.label}”" for each in states], "or")
            yield StateShown(f"any-{place}", "From any of several steps", f"From {labels}.", acts)


def _acts(procedure: Procedure, source: str, roles: Mapping[str, str]) -> tuple[ActShown, ...]:
    return tuple(_act(procedure, each, roles) for each in procedure.transitions if each.source == source)


def _act(procedure: Procedure, transition: Transition, roles: Mapping[str, str]) -> ActShown:
    who = "This happens by itself" if transition.role == CLOCK else f"By the {_role(transition.role, roles)}"
    target = BACK if transition.target == PREVIOUS else f"“{procedure.states[transition.target].label}”"
    names = (*transition.requires, *transition.records)
    others = [f"“{procedure.acts[each]}”" for each in transition.not_by]
    needs = [procedure.requirements[each].sentence for each in names]
    if others:
        needs.append(f"Whoever does this has not done {formats.listed(others, 'or')} in the same case.")
    forms = formats.listed([each.title for each in procedure.forms_of(transition.act)])
    letters = formats.listed([each.title for each in procedure.letters_of(transition.act)])
    limit = within(transition)
    return ActShown(
        label=transition.label,
        who=f"{who}{f', {limit}' if limit else ''}.",
        leads_to=f"Leads to {target}.",
        needs=tuple(formats.sentence(each) for each in needs),
        brings=f"To fill in: {forms}." if forms else "",
        sends=f"Sends: {letters}." if letters else "",
    )


def _role(name: str, roles: Mapping[str, str]) -> str:
    title = roles.get(name, name)
    return title[:1].lower() + title[1:]


def _body(procedure: Procedure, body: Body) -> BodyShown:
    powers = formats.listed([f"“{procedure.acts[each]}”" for each in body.powers], "or")
    does = "decides" if body.kind is BodyKind.DECIDING else "advises and does not decide"
    needs = [
        f"{formats.number(each.at_least)} {formats.listed([body.seats[seat] for seat in each.seats], 'or')}"
        for each in body.quorum.needs
    ]
    among = f", among them {formats.listed(needs)}" if needs else ""
    return BodyShown(
        body.title,
        tuple(
            filter(
                None,
                (
                    f"It {does}.",
                    formats.sentence(body.scope),
                    f"Its meetings may do {powers}." if powers else "",
                    f"{formats.counted(body.quorum.members, 'member')} must be there{among}.",
                    _MARKS[body.mark] if not body.note else formats.sentence(body.note),
                ),
            )
        ),
    )


def _setting(setting: Setting) -> SettingShown:
    return SettingShown(f"{setting.value} {setting.unit}", setting.sentence, _MARKS[setting.mark])


def _version(each: Procedure, shown: Procedure) -> Link:
    period = f"{formats.day(each.valid_from)} to {formats.day(each.valid_to)}"
    return Link(
        f"Version {each.version}", process_address(each), each.identity == shown.identity, note=period
    )
