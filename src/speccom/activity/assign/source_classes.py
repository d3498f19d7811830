"""The values of one column of the record, told apart only as far as criteria tell them apart.

Every fact that hangs on the column is looked up once for each of its values and each period in which the
reference tables stay as they are. Values for which all conditions come to the same are one class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from speccom.criteria.columns import Dictionary
from speccom.criteria.evaluate import Truth, leaf_truth
from speccom.criteria.expression import Expression
from speccom.rulebook.lookups import Lookup, Reference

Ids = npt.NDArray[np.int32]


class SourceClasses:
    """The classes of one text column and of the facts that are looked up by it. Not safe for threads.

    `periods` are days, one in each period; the places of values are flat: value × period where any fact
    is dated, else the value alone, and a missing value comes last.
    """

    def __init__(
        self,
        name: str,
        lookups: Sequence[Lookup],
        conditions: Sequence[Expression],
        reference: Reference,
        periods: Sequence[date],
    ) -> None:
        self.name = name
        self.lookups = lookups
        self.conditions = conditions
        self.reference = reference
        dated = any(reference.tables[each.table].dated for each in lookups)
        self.periods: Sequence[date | None] = periods if dated else [None]
        self.representatives: list[Mapping[str, str | None]] = []
        self._classes: dict[tuple[Truth, ...], int] = {}
        self._by_value: dict[str | None, list[int]] = {}
        self._by_dictionary: WeakKeyDictionary[Dictionary, Ids] = WeakKeyDictionary()
        self._answers: WeakKeyDictionary[Dictionary, dict[int, Ids]] = WeakKeyDictionary()

    @property
    def dated(self) -> bool:
        """Whether places depend on the period."""
        return len(self.periods) > 1

    def places(self, ids: Ids, period: Ids) -> Ids:
        """Return each record's place; a missing value's is counted from the end."""
        return ids * np.int32(len(self.periods)) + period if self.dated else ids

    def classes(self, dictionary: Dictionary) -> Ids:
        """Return the class of each place."""
        known = self._by_dictionary.get(dictionary)
        if known is None:
            numbers = [self._classes_of(value) for value in (*dictionary.values, None)]
            known = self._by_dictionary[dictionary] = np.array(numbers, dtype=np.int32).reshape(-1)
        return known

    def answers(self, dictionary: Dictionary, row: int) -> Ids:
        """Return the numbers of a row's answers by place, -1 where none has been made yet; to be filled."""
        by_row = self._answers.setdefault(dictionary, {})
        if row not in by_row:
            by_row[row] = np.full((len(dictionary.values) + 1) * len(self.periods), -1, dtype=np.int32)
        return by_row[row]

    def value_at(self, dictionary: Dictionary, place: int, field: str) -> str | None:
        """Return the value of the column, or of a fact that hangs on it, at a place."""
        size = (len(dictionary.values) + 1) * len(self.periods)
        value, period = divmod(place % size, len(self.periods))
        text = dictionary.values[value] if value < len(dictionary.values) else None
        return self.facts(text, self.periods[period])[field]

    def facts(self, value: str | None, day: date | None) -> dict[str, str | None]:
        """Return the column's value and every fact that hangs on it."""
        found = {each.field.name: self.reference.value(each, value, day) for each in self.lookups}
        return {self.name: value, **found}

    def _classes_of(self, value: str | None) -> list[int]:
        known = self._by_value.get(value)
        if known is None:
            known = self._by_value[value] = [self._class_of(value, day) for day in self.periods]
        return known

    def _class_of(self, value: str | None, day: date | None) -> int:
        facts = self.facts(value, day)
        truths = tuple(
            leaf_truth(leaf, facts[leaf.field.name])  # type: ignore[attr-defined]
            for leaf in self.conditions
        )
        if truths not in self._classes:
            self._classes[truths] = len(self.representatives)
            self.representatives.append(facts)
        return self._classes[truths]
