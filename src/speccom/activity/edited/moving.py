"""The records that another line pays for under the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from speccom.activity.compare.accounts import Flow
from speccom.activity.compare.flows import flows_of
from speccom.activity.compare.movements import Moved, Movements
from speccom.activity.compare.terms import Terms
from speccom.activity.edited.settling import BeforeAndAfter, Settled
from speccom.activity.edited.workings import Rows, Workings


@dataclass(frozen=True)
class Moving:
    """Records by their rows in order, each with its old and new line as a place in `codes`, -1 for none."""

    rows: Rows
    spells: Rows
    codes: Sequence[str]
    old: npt.NDArray[np.int16]
    new: npt.NDArray[np.int16]
    pence: npt.NDArray[np.int64]
    uncosted: npt.NDArray[np.bool_]


def moving_records(workings: Workings, settled: BeforeAndAfter) -> Moving:
    """Return the records whose payer line differs."""
    codes = list(dict.fromkeys([*settled.old.rulebook.services, *settled.new.rulebook.services]))
    old, new = (_payers(each, codes) for each in (settled.old, settled.new))
    moves = np.flatnonzero(old != new)
    rows = settled.rows[moves]
    return Moving(
        rows,
        settled.spells[moves],
        codes,
        old[moves],
        new[moves],
        workings.numbers("cost")[rows].astype(np.int64),
        workings.numbers("uncosted")[rows] != 0,
    )


def flows_between_lines(
    workings: Workings, settled: BeforeAndAfter, moving: Moving, terms: Terms | None
) -> tuple[Flow, ...]:
    """Return what moves from line to line."""
    movements = Movements()
    movements.add(
        Moved(
            moving.old,
            moving.new,
            workings.numbers("dataset")[moving.rows].astype(np.int8),
            workings.numbers("provider")[moving.rows].astype(np.int32),
            moving.pence,
            moving.uncosted,
            moving.spells.astype(np.uint64),
        )
    )
    rulebooks = (settled.old.rulebook, settled.new.rulebook)
    return flows_of(movements, rulebooks, moving.codes, workings.providers, terms)


def _payers(side: Settled, codes: Sequence[str]) -> npt.NDArray[np.int16]:
    place = {code: number for number, code in enumerate(codes)}
    places = np.array([*(place[code] for code in side.rulebook.services), -1], dtype=np.int16)
    payers: npt.NDArray[np.int16] = places[side.answers.spell_line]
    return payers
