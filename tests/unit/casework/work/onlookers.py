"""Cases of the demonstration, some of them given to somebody, and people who look at them in every way."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from uuid import NAMESPACE_OID, UUID, uuid5

from hypothesis import strategies as st

from speccom.casework.demonstration.load import load
from speccom.casework.door import Note, note
from speccom.casework.models import CaseRow
from speccom.casework.procedures import all_known
from speccom.casework.sight import Viewer
from speccom.directory.demonstration import load as load_people
from speccom.directory.permission import Held
from speccom.process.decide import Actor
from speccom.process.event import GIVEN, PERSON, Reference
from speccom.process.procedure import CLOCK

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
STRANGER = str(uuid5(NAMESPACE_OID, "stranger"))
ELSEWHERE = "ZZ9"


def make_cases(seed: int) -> None:
    """Play the demonstration, and give some of its open cases to one who began another, or to a stranger."""
    load_people(NOW)
    load(NOW)
    drawn = Random(seed)
    people = sorted({STRANGER, *CaseRow.objects.values_list("opened_by", flat=True)})
    for number, row in enumerate(CaseRow.objects.filter(is_closed=False).order_by("reference")):
        if drawn.random() < 0.4:
            to = Reference(PERSON, drawn.choice(people), "0" * 64)
            giver = Actor(STRANGER, frozenset({"officer"}))
            note(Note(f"given-{number}", GIVEN, giver, "", NOW, row.reference, references=(to,)))


def onlookers() -> st.SearchStrategy[Viewer]:
    """Return people who hold up to eight roles of the processes, at organisations and on bodies."""
    rows = list(CaseRow.objects.all())
    codes = sorted({each.organisation for each in rows})
    people = sorted({STRANGER, *(each.opened_by for each in rows), *(each.given_to for each in rows)} - {""})
    roles = sorted({act.role for each in all_known() for act in each.transitions} - {CLOCK} | {"auditor"})
    bodies = sorted({body for each in all_known() for body in each.bodies})
    at_organisations = st.tuples(st.sampled_from(roles), st.sampled_from([*codes, ELSEWHERE]), st.just(""))
    on_bodies = st.tuples(st.sampled_from(roles), st.just(""), st.sampled_from(bodies))
    with_power = st.sampled_from(
        sorted(
            {
                (act.role, "", body.id)
                for each in all_known()
                for body in each.bodies.values()
                for act in each.transitions
                if act.act in body.powers
            }
        )
    )
    some = st.lists(
        at_organisations | at_organisations | on_bodies | with_power, min_size=2, max_size=8, unique=True
    )
    grants = st.just([]) | some | some
    return st.builds(_onlooker, st.sampled_from(people), grants, st.sampled_from([(), tuple(codes)]))


def _onlooker(name: str, grants: list[tuple[str, str, str]], merged: tuple[str, ...]) -> Viewer:
    """Return somebody who holds roles; what is elsewhere may have taken the other organisations in."""
    held = tuple(Held(UUID(name), role, code, body, NOW, None) for role, code, body in grants)
    reach = {each.organisation: frozenset({each.organisation}) for each in held if each.organisation}
    if ELSEWHERE in reach:
        reach[ELSEWHERE] |= set(merged)
    return Viewer(name, NOW, held, reach)
