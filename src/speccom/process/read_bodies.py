"""Read the bodies of a process rulebook, with every error in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from speccom.process.bodies import Body, BodyKind, Need, Quorum
from speccom.process.faults import Faults
from speccom.rulebook.metadata_file import read_toml

BODIES = "bodies.toml"


def read_bodies(
    folder: Path, acts: Collection[str], marks: Collection[str], faults: Faults
) -> tuple[dict[str, Body], dict[str, object]]:
    """Return the bodies by name, and what is written of them."""
    path = folder / BODIES
    written = read_toml(path, faults.errors) if path.exists() else {}
    found = {}
    for name, body in written.items():
        if isinstance(body, dict):
            found[name] = _body(name, body, acts, marks, faults)
        else:
            faults.add(f"{BODIES}, {name}", "this is no body", f"Write it under [{name}]")
    return found, written


def _body(
    name: str, written: Mapping[str, object], acts: Collection[str], marks: Collection[str], faults: Faults
) -> Body:
    where = f"{BODIES}, {name}"
    powers = faults.listed(written, "powers", where)
    for act in powers:
        faults.known(act, acts, where, "powers")
    seats = faults.options(written, "seats", where)
    first, last = (_day(written, key, where, faults) for key in ("valid_from", "valid_to"))
    if last < first:
        faults.add(where, "the body ends before it begins")
    return Body(
        id=name,
        title=faults.text(written, "title", where),
        kind=faults.word(BodyKind, str(written.get("kind", "")), where, "kind") or BodyKind.ADVISORY,
        scope=faults.text(written, "scope", where),
        powers=powers,
        seats=seats,
        quorum=_quorum(written, seats, where, faults),
        valid_from=first,
        valid_to=last,
        term_years=faults.whole(written, "term_years", where),
        mark=faults.one_of(str(written.get("mark", "")), marks, where, "mark"),
        note=faults.text(written, "note", where),
    )


def _quorum(written: Mapping[str, object], seats: Collection[str], where: str, faults: Faults) -> Quorum:
    body = written.get("quorum")
    if not isinstance(body, dict):
        faults.add(where, "`quorum` is missing", f"Write [{where.rpartition(' ')[2]}.quorum] and members = 4")
        return Quorum(0)
    place = f"{where}, quorum"
    needs = []
    for _, need in faults.tables(body, "needs", place, named=False):
        named = faults.listed(need, "seats", place)
        for seat in named:
            faults.known(seat, seats, place, "seats")
        needs.append(Need(named, faults.whole(need, "at_least", place) or 1))
    members = faults.whole(body, "members", place)
    if not members:
        faults.add(place, "nobody needs to be there", "Write members = 4")
    return Quorum(members or 0, tuple(needs))


def _day(written: Mapping[str, object], key: str, where: str, faults: Faults) -> date:
    value = written.get(key)
    if type(value) is date:
        return value
    faults.add(where, f"`{key}` is not a date", f"Write {key} = 2026-05-01")
    return date.min
