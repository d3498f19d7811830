"""The answers of the records that an edit touches, with all others of their spells, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from speccom.activity.edited.asking import Asked, Asking
from speccom.activity.edited.workings import Rows, Workings
from speccom.activity.labels import AnswerBook, Answers
from speccom.activity.lines import LineSet
from speccom.activity.row_ids import hashes_of_numbers
from speccom.activity.spells import LabelledSpells, Members
from speccom.rulebook.identification import IdentificationRulebook


@dataclass(frozen=True)
class Settled:
    """The answers of some records under one rulebook, and which of them stand for their spells."""

    rulebook: IdentificationRulebook
    answers: Answers
    first_of_spell: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class BeforeAndAfter:
    """Records, by their rows in order, with their spells and their answers under both rulebooks."""

    rows: Rows
    spells: Rows
    old: Settled
    new: Settled


def settle(workings: Workings, asking: Asking, asked: Asked) -> BeforeAndAfter:
    """Answer the touched records and the others of their spells under both rulebooks."""
    spell_of = workings.numbers("spell")
    chosen = np.zeros(workings.rows, dtype=np.bool_)
    chosen[asked.touched] = True
    chosen[_members(workings, _distinct(spell_of[asked.touched]))] = True
    rows = np.flatnonzero(chosen)
    spells = spell_of[rows].astype(np.int64)
    labels = workings.numbers("label")[rows].astype(np.int32)
    place, pairs = asking.line_sets(labels, _patterns_at(asked, rows))
    sides = [
        _settled(book.rulebook, labels, place, [pair[side] for pair in pairs], spells)
        for side, book in enumerate(asking.change.versions)
    ]
    return BeforeAndAfter(rows, spells, sides[0], sides[1])


def _distinct(spells: npt.NDArray[np.integer]) -> Rows:
    """Return which numbers there are, nought apart."""
    there = np.zeros(int(spells.max(initial=0)) + 1, dtype=np.bool_)
    there[spells] = True
    return np.flatnonzero(there[1:]) + 1


def _members(workings: Workings, spells: Rows) -> Rows:
    """Return the rows of some spells."""
    starts = workings.numbers("starts")
    first, last = starts[spells - 1].astype(np.int64), starts[spells].astype(np.int64)
    sizes = last - first
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    members: Rows = workings.numbers("members")[np.repeat(first, sizes) + within].astype(np.int64)
    return members


def _patterns_at(asked: Asked, rows: Rows) -> Rows:
    """Return the pattern of each row, nought where no new criterion holds."""
    if len(asked.told) == 0:
        return np.zeros(len(rows), dtype=np.int64)
    place = np.minimum(np.searchsorted(asked.told, rows), len(asked.told) - 1)
    return np.where(asked.told[place] == rows, asked.patterns[place], 0)


def _settled(
    rulebook: IdentificationRulebook,
    labels: npt.NDArray[np.int32],
    place: npt.NDArray[np.intp],
    line_sets: Sequence[LineSet],
    spells: Rows,
) -> Settled:
    """Settle the spells as a run does: every record of each of them is here."""
    numbers = np.where(labels < 0, labels, place.astype(np.int32))
    makes = np.array([*(each.makes_spell_specialised for each in line_sets), False])
    making = np.flatnonzero((labels >= 0) & makes[place] & (spells > 0))
    named, nothing = hashes_of_numbers(spells), np.zeros(len(spells), dtype=np.uint64)
    members = Members.of(named[making], nothing[making], place[making])
    specialised = LabelledSpells([members], line_sets)
    _, lines = specialised.settle(named, nothing)
    answers = AnswerBook(rulebook, line_sets).answers(numbers, lines, spells == 0)
    return Settled(rulebook, answers, _first_of_spell(spells, answers.spell_line >= 0))


def _first_of_spell(spells: Rows, specialised: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Mark the first specialised record of each spell."""
    marked: npt.NDArray[np.bool_] = specialised & (spells == 0)
    rows = np.flatnonzero(specialised & (spells > 0))
    first = np.full(int(spells.max(initial=0)) + 1, -1, dtype=np.int64)
    first[spells[rows[::-1]]] = rows[::-1]  # of several rows, the last one written is the first of the spell
    marked[first[first >= 0]] = True
    return marked
