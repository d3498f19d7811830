"""Ask the records of a finished run what an edit can change, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock

import numpy as np
import numpy.typing as npt

from speccom.activity.edited.change import Change
from speccom.activity.edited.workings import Rows, Workings
from speccom.activity.encode import Chunk
from speccom.activity.in_order import in_order
from speccom.activity.lines import LineSet
from speccom.criteria.bit_tables import Words, bits_of, compile_rules
from speccom.criteria.kernel import Kernel
from speccom.rulebook.entries import DATASETS

WIDEST_TABLE = 4_000_000

Patterns = npt.NDArray[np.int64]
Pattern = tuple[str, tuple[int, ...]]
"""A dataset and the numbers of its new criteria that hold."""


@dataclass(frozen=True)
class Asked:
    """The rows for which new criteria hold, each with its pattern, and the rows whose lines may differ."""

    told: Rows
    patterns: Patterns
    touched: Rows


class Asking:
    """Asks the criteria that only the draft has. A *pattern* is a set of them that hold; nought is none."""

    def __init__(self, workings: Workings, change: Change, threads: int, implementation: str = "") -> None:
        self.workings = workings
        self.change = change
        self.threads = threads
        self._labels = workings.numbers("label")
        self._kernels: dict[str, tuple[list[int], Kernel]] = {}
        for name in DATASETS:
            numbers, criteria = change.new_criteria(name)
            if criteria:
                self._kernels[name] = (list(numbers), Kernel(compile_rules(criteria), implementation))
        self._patterns: list[Pattern] = [("", ())]
        self._places: dict[Pattern, int] = {}
        self._pairs: dict[tuple[int, int], tuple[LineSet, LineSet]] = {}
        self._lock = Lock()

    def ask(self, tell: Callable[[int, int], None]) -> Asked:
        """Ask every record that an edit can touch."""
        told, patterns, touched = [_NO_ROWS], [_NO_ROWS], [_NO_ROWS]
        chunks = self.workings.chunks
        for chunk, found in in_order(chunks, self._of, threads=self.threads, at_once=self.threads + 2):
            told.append(found.told)
            patterns.append(found.patterns)
            touched.append(found.touched)
            tell(chunk.start + chunk.rows, self.workings.rows)
        return Asked(np.concatenate(told), np.concatenate(patterns), np.concatenate(touched))

    def line_sets(
        self, labels: npt.NDArray[np.int32], patterns: Patterns
    ) -> tuple[npt.NDArray[np.intp], list[tuple[LineSet, LineSet]]]:
        """Return for each record its place in a list of pairs of line sets: under the run's rulebook, and
        under the draft."""
        count = len(self.workings.findings)
        keys = patterns * count + np.maximum(labels, 0)
        distinct, place = _distinct(keys)
        return place, [self._pair(*divmod(key, count)) for key in distinct.tolist()]

    def _of(self, chunk: Chunk) -> Asked:
        labels = self._labels[chunk.start : chunk.start + chunk.rows].astype(np.int32)
        rows, patterns = self._told(chunk, labels)
        every = np.zeros(chunk.rows, dtype=np.int64)
        every[rows] = patterns
        candidates = np.flatnonzero(self._may_touch[labels] | (every != 0))
        place, pairs = self.line_sets(labels[candidates], every[candidates])
        differs = np.array([self.change.differs(old, new) for old, new in pairs], dtype=np.bool_)
        touched = candidates[differs[place]] if len(pairs) else candidates
        return Asked(rows + chunk.start, patterns, touched + chunk.start)

    def _told(self, chunk: Chunk, labels: npt.NDArray[np.int32]) -> tuple[Rows, Patterns]:
        """Return the rows for which new criteria hold, and their patterns."""
        if not self._kernels:
            return _NO_ROWS, _NO_ROWS
        datasets = self.workings.datasets(chunk)
        patterns = np.zeros(chunk.rows, dtype=np.int64)
        for name, (numbers, kernel) in self._kernels.items():
            mine = (datasets == DATASETS.index(name)) & (labels >= 0)
            if mine.any():
                told = kernel.told(self.workings.batch(chunk, kernel.tables.fields))
                found = self._patterns_of(name, told.bits, numbers, kernel)
                patterns[told.records] = np.where(mine[told.records], found, patterns[told.records])
        rows = np.flatnonzero(patterns)
        return rows, patterns[rows]

    def _patterns_of(self, dataset: str, bits: Words, numbers: list[int], kernel: Kernel) -> Patterns:
        if bits.shape[1] == 1:
            distinct, place = np.unique(bits[:, 0], return_inverse=True)
            distinct = distinct[:, None]
        else:
            distinct, place = np.unique(bits, axis=0, return_inverse=True)
        held = (kernel.tables.rules_of(bits_of(each)) for each in distinct)
        found = [self._pattern((dataset, tuple(numbers[rule] for rule in rules))) for rules in held]
        return np.array([*found, 0], dtype=np.int64)[place.reshape(-1)]

    def _pattern(self, pattern: Pattern) -> int:
        """Return a pattern's number, nought where no new criterion holds."""
        with self._lock:
            if pattern[1] and pattern not in self._places:
                self._places[pattern] = len(self._patterns)
                self._patterns.append(pattern)
            return self._places.get(pattern, 0)

    def _pair(self, pattern: int, label: int) -> tuple[LineSet, LineSet]:
        if (pattern, label) not in self._pairs:
            finding = self.workings.findings[label]
            dataset, new = self._patterns[pattern]
            if new:  # a record without a label of its own
                finding = replace(finding, dataset=dataset)
            self._pairs[pattern, label] = self.change.line_sets(finding, new)
        return self._pairs[pattern, label]

    @cached_property
    def _may_touch(self) -> npt.NDArray[np.bool_]:
        """By label; the last two, reached by -1 and -2, are of records that no rule labels."""
        of_labels = [self.change.may_touch(finding) for finding in self.workings.findings]
        return np.array([*of_labels, False, False], dtype=np.bool_)


_NO_ROWS = np.zeros(0, dtype=np.int64)


def _distinct(keys: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]]:
    """Return the different keys in order, and the place of each key among them; in a table where it fits."""
    size = int(keys.max(initial=0)) + 1
    if size > WIDEST_TABLE:
        distinct, place = np.unique(keys, return_inverse=True)
        return distinct, place
    there = np.zeros(size, dtype=np.bool_)
    there[keys] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[keys]
