"""Spells that are specialised, and which line pays, found again by the two numbers of their identifier."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from speccom.activity import spells as spells_module
from speccom.activity import spells_numba
from speccom.activity.lines import UNRANKED, LineSet
from speccom.activity.spells import LabelledSpells, Members


def numbers(*values: int) -> npt.NDArray[np.uint64]:
    return np.array(values, dtype=np.uint64)


def spells(*records: tuple[int, int, int, int]) -> LabelledSpells:
    """From (first number, second number, best line, best line when excluded ones count)."""
    columns = list(zip(*records, strict=True)) or [(), (), (), ()]
    first, second = (np.array(column, dtype=np.uint64) for column in columns[:2])
    line_sets = [LineSet((), None, *both) for both in zip(*columns[2:], strict=True)]
    return LabelledSpells([Members.of(first, second, np.arange(len(first)))], line_sets)


def lines(known: LabelledSpells, *asked: tuple[int, int]) -> list[int]:
    """Return the line of each spell asked for, which is found in either way."""
    first, second = (numbers(*column) for column in zip(*asked, strict=True))
    places = known.find(first, second)
    rows, found = spells_numba.sought(known.index, first, second)
    assert dict(zip(rows.tolist(), found.tolist(), strict=True)) == {
        row: place for row, place in enumerate(places.tolist()) if place >= 0
    }
    return [int(known.line[place]) if place >= 0 else -1 for place in places]


def test_the_best_line_of_a_spell_pays() -> None:
    known = spells((5, 1, 4, 4), (9, 1, 2, 2), (5, 1, 3, 3), (5, 1, 7, 7))
    assert lines(known, (5, 1), (9, 1), (9, 1), (7, 1)) == [3, 2, 2, -1]


def test_an_excluded_line_pays_only_where_there_is_no_other() -> None:
    known = spells((5, 1, UNRANKED, 0), (5, 1, 6, 6), (9, 1, UNRANKED, 2), (9, 1, UNRANKED, 1))
    assert lines(known, (5, 1), (9, 1)) == [6, 1]


def test_a_spell_that_no_record_makes_specialised_is_known_and_has_no_line() -> None:
    known = spells((5, 1, UNRANKED, UNRANKED), (9, 1, UNRANKED, UNRANKED), (9, 1, 3, 3))
    assert lines(known, (5, 1), (9, 1)) == [-1, 3]
    assert known.find(numbers(5), numbers(1)).tolist() == [0]


def test_labelled_records_without_a_spell_are_not_brought_together() -> None:
    known = spells((0, 0, 2, 2), (0, 0, 1, 1), (1, 1, 3, 3), (0, 7, 4, 4))
    assert lines(known, (0, 0), (0, 7), (1, 1)) == [-1, -1, 3]
    assert len(known) == 1


def test_nought_is_no_spell() -> None:
    assert lines(spells((1, 1, 3, 3)), (0, 0), (1, 1)) == [-1, 3]


def test_spells_whose_first_numbers_agree_are_told_by_their_second() -> None:
    known = spells((5, 1, 1, 1), (5, 2, 2, 2), (5, 9, 3, 3), (6, 1, 4, 4))
    assert lines(known, (5, 9), (5, 1), (5, 2), (5, 3), (6, 1), (6, 2)) == [3, 1, 2, -1, 4, -1]


def test_the_largest_numbers_are_found() -> None:
    most = 2**64 - 1
    known = spells((most, most, 1, 1), (most, 1, 2, 2))
    assert lines(known, (most, most), (most, 1), (most, 2)) == [1, 2, -1]


def test_no_spell_at_all() -> None:
    assert lines(spells(), (5, 1), (0, 0)) == [-1, -1]


def test_many_spells_against_a_dictionary() -> None:
    chance = np.random.default_rng(7)
    first = chance.integers(1, 60, 500).astype(np.uint64)
    second = chance.integers(1, 4, 500).astype(np.uint64)
    best = chance.choice([1, 2, 3, UNRANKED], 500).astype(np.int16)
    of_all = np.minimum(best, chance.integers(1, 9, 500)).astype(np.int16)
    expected: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for one, two, chosen, fallback in zip(first, second, best, of_all, strict=True):
        expected.setdefault((int(one), int(two)), []).append((int(chosen), int(fallback)))
    halves = np.arange(250), np.arange(250, 500)
    members = [Members.of(first[rows], second[rows], rows) for rows in halves]
    line_sets = [LineSet((), None, *both) for both in zip(best.tolist(), of_all.tolist(), strict=True)]
    known = LabelledSpells(members, line_sets)
    asked = [(one, two) for one in range(1, 62) for two in range(1, 5)]
    answers = []
    for key in asked:
        pairs = expected.get(key, [])
        chosen = [line for line, _ in pairs if line != UNRANKED]
        answers.append(min(chosen or [line for _, line in pairs], default=-1))
    assert lines(known, *asked) == answers


def test_spells_are_sought_in_compiled_code_where_it_was_chosen() -> None:
    member = Members.of(numbers(5), numbers(1), np.array([0]))
    compiled = LabelledSpells([member], [LineSet((), None, 3, 3)], "numba")
    rows, found = compiled.found(numbers(7, 5, 0), numbers(1, 1, 0))
    assert (rows.tolist(), found.tolist()) == ([1], [0])
    assert len(compiled) == 1


def test_no_row_at_all() -> None:
    known = spells((5, 1, 3, 3))
    for sought in (spells_module.sought, spells_numba.sought):
        assert [each.tolist() for each in sought(known.index, numbers(), numbers())] == [[], []]
