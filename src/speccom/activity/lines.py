"""From the rules that hold for a record to its service lines, and which layer they come from."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.criteria.bit_tables import BitTables, Told, Words, bits_of, compile_rules
from speccom.criteria.columns import TextColumn
from speccom.rulebook.entries import DATASETS, Reach, Rule
from speccom.rulebook.identification import IdentificationRulebook

PROVIDER_STATEMENT = "provider_statement"
UNRANKED = 32_767
"""A place in the order of lines that means "no line"."""


@dataclass(frozen=True)
class LineSet:
    """The lines of a record, in rank order, by one layer (`rules`, `local` or `provider`).

    `spell_line` is the place (in the rulebook's order) of the best line that can be a spell's, `spell_any`
    the best when lines excluded from spells count too, UNRANKED where there is none.
    """

    lines: tuple[str, ...]
    layer: str | None
    spell_line: int
    spell_any: int

    @property
    def makes_spell_specialised(self) -> bool:
        """Whether one such record makes its spell specialised."""
        return self.spell_any != UNRANKED


class LineBook:
    """Numbers the different sets of lines that records come to have: label 0 is "none".

    The rules of each dataset are compiled apart, unless `tables` are given, which several books share.
    One book serves several threads.
    """

    def __init__(
        self, rulebook: IdentificationRulebook, tables: Mapping[str, BitTables] | None = None
    ) -> None:
        self.rulebook = rulebook
        self.order = {code: place for place, code in enumerate(rulebook.services)}
        self.rules = {name: _rules_of(rulebook, name) for name in DATASETS}
        self.tables: Mapping[str, BitTables] = tables or {
            name: compile_rules([rule.criterion.expression for rule, _ in rules])
            for name, rules in self.rules.items()
        }
        self.stated = {
            route.service_code
            for route in rulebook.routes
            if route.route == PROVIDER_STATEMENT and route.service_code in rulebook.services
        }
        self._lock = threading.Lock()
        self._labels: dict[tuple[tuple[str, ...], str | None], int] = {((), None): 0}
        self._known: dict[tuple[str, int, str], int] = {}

    def labels(
        self, dataset: str, told: Told, stated: TextColumn | None, records: int
    ) -> npt.NDArray[np.int32]:
        """Return each record's label, (records,), from the rules that hold and the provider's statement."""
        labels = np.zeros(records, dtype=np.int32)
        rows, bits, names = told.records, told.bits, [""]
        statements = np.zeros(len(rows), dtype=np.int32)
        if stated is not None:
            every, names = self._statements(stated)
            if len(names) > 1:
                rows, bits = _with_rows(told, every > 0)
                statements = every[rows]
        if len(rows) == 0:
            return labels
        keys = np.column_stack([bits, statements.astype(np.uint64)])
        first, inverse = _distinct_rows(keys)
        numbers = [self._label(dataset, bits_of(words), names[name]) for *words, name in keys[first].tolist()]
        labels[rows] = np.array(numbers, dtype=np.int32)[inverse]
        return labels

    def line_sets(self) -> list[LineSet]:
        """Return the set of lines behind each label so far."""
        return [self._line_set(lines, layer) for lines, layer in self._labels]

    def numbered(self) -> list[tuple[tuple[str, ...], str | None]]:
        """Return the lines and the layer behind each label so far."""
        with self._lock:
            return list(self._labels)

    def number(self, sets: Iterable[tuple[Iterable[str], str | None]]) -> None:
        """Number sets of lines as an earlier book, from which `numbered` had them, did."""
        with self._lock:
            for lines, layer in sets:
                self._labels.setdefault((tuple(lines), layer), len(self._labels))

    def line_set_of(self, dataset: str, held: Iterable[int], stated: str) -> LineSet:
        """Return the set of lines where these of the dataset's rules hold, and the provider states a line."""
        return self._line_set(*self._lines(dataset, held, stated))

    def _statements(self, stated: TextColumn) -> tuple[npt.NDArray[np.int32], list[str]]:
        """Return a number for each record's accepted statement (nought for none), and their lines."""
        names = [""]
        numbers = []
        for value in stated.dictionary.values:
            if value in self.stated and value is not None:
                names.append(value)
                numbers.append(len(names) - 1)
            else:
                numbers.append(0)
        return np.array([*numbers, 0], dtype=np.int32)[stated.ids], names

    def _label(self, dataset: str, bits: int, stated: str) -> int:
        key = (dataset, bits, stated)
        with self._lock:
            label = self._known.get(key)
            if label is None:
                found = self._lines(dataset, self.tables[dataset].rules_of(bits), stated)
                label = self._labels.setdefault(found, len(self._labels))
                self._known[key] = label
            return label

    def _lines(self, dataset: str, held: Iterable[int], stated: str) -> tuple[tuple[str, ...], str | None]:
        rules = [self.rules[dataset][number] for number in held]
        for layer in ("rules", "local"):
            codes = {rule.service_code for rule, of_layer in rules if of_layer == layer}
            if codes:
                return tuple(sorted(codes, key=self.order.__getitem__)), layer
        return ((stated,), "provider") if stated else ((), None)

    def _line_set(self, lines: tuple[str, ...], layer: str | None) -> LineSet:
        makers = [code for code in lines if self.rulebook.services[code].reach == Reach.SPELL]
        chosen = [code for code in makers if not self.rulebook.services[code].spell_excluded]
        return LineSet(lines, layer, self._best(chosen), self._best(makers))

    def _best(self, codes: Iterable[str]) -> int:
        return min((self.order[code] for code in codes), default=UNRANKED)


def _rules_of(rulebook: IdentificationRulebook, dataset: str) -> list[tuple[Rule, str]]:
    layers = ((rulebook.rules, "rules"), (rulebook.local_rules, "local"))
    return [(rule, layer) for rules, layer in layers for rule in rules if rule.dataset == dataset]


def _with_rows(told: Told, more: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], Words]:
    """Return the records told of and those marked besides, which have no bits of their own."""
    there = more.copy()
    there[told.records] = True
    rows = np.flatnonzero(there)
    place = np.empty(len(there), dtype=np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    bits = np.zeros((len(rows), told.bits.shape[1]), dtype=np.uint64)
    bits[place[told.records]] = told.bits
    return rows, bits


def _distinct_rows(keys: Words) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.signedinteger]]:
    """Return the places of the distinct rows, and for each row which of them it is."""
    mixed = keys[:, 0].copy()
    for column in keys.T[1:]:
        mixed = (mixed * np.uint64(0x9E3779B97F4A7C15)) ^ (mixed >> np.uint64(29)) ^ column
    numbered = pa.array(mixed).dictionary_encode()
    inverse = numbered.indices.to_numpy()
    first = np.empty(len(numbered.dictionary), dtype=np.intp)
    first[inverse[::-1]] = np.arange(len(inverse) - 1, -1, -1)
    if not (keys[first][inverse] == keys).all():
        _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return first, inverse.reshape(-1)
