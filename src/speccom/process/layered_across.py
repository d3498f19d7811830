"""Where the boxes of a layered layout stand across the page: in columns as straight as their order allows.

After U. Brandes and B. Köpf, Fast and simple horizontal coordinate assignment (2001): each box is put in line
with the middle one of its neighbours, four times over (from above and from below, leaning left and right),
and takes the middle of the four places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Generic, TypeVar

Node = TypeVar("Node")
Neighbours = Mapping[Node, Sequence[Node]]
Apart = Callable[[Node, Node], float]
"""How far apart the middles of two boxes beside each other must be."""


def across(
    rows: Sequence[Sequence[Node]],
    above: Neighbours[Node],
    below: Neighbours[Node],
    is_bend: Callable[[Node], bool],
    apart: Apart[Node],
) -> dict[Node, float]:
    """Return the middle of each box across the page."""
    crossed = _lines_to_give_way(rows, below, is_bend)
    found = []
    for downwards in (True, False):
        near = above if downwards else below
        ordered = list(rows) if downwards else list(reversed(rows))
        for leans_left in (True, False):
            turned = ordered if leans_left else [list(reversed(row)) for row in ordered]
            places = _Leaning(turned, near, crossed, apart).places()
            found.append(places if leans_left else {node: -x for node, x in places.items()})
    return _middle_of(found)


def _lines_to_give_way(
    rows: Sequence[Sequence[Node]], below: Neighbours[Node], is_bend: Callable[[Node], bool]
) -> frozenset[tuple[Node, Node]]:
    """Return the lines that cross the straight part of a long line, and so are not straight themselves."""
    found: set[tuple[Node, Node]] = set()
    for upper, lower in pairwise(rows):
        own = {node: place for place, node in enumerate(upper)}
        other = {node: place for place, node in enumerate(lower)}
        lines = [(node, end) for node in upper for end in below.get(node, ())]
        straight = [(a, b) for a, b in lines if is_bend(a) and is_bend(b)]
        for a, b in lines:
            if (a, b) in straight:
                continue
            if any((own[a] - own[c]) * (other[b] - other[d]) < 0 for c, d in straight):
                found |= {(a, b), (b, a)}
    return frozenset(found)


class _Leaning(Generic[Node]):
    """One of the four: boxes in columns with the rows before theirs, as far to the left as may be."""

    def __init__(
        self,
        rows: Sequence[Sequence[Node]],
        near: Neighbours[Node],
        crossed: frozenset[tuple[Node, Node]],
        apart: Apart[Node],
    ) -> None:
        self.rows = rows
        self.apart = apart
        self.column = self._columns(near, crossed)

    def _columns(self, near: Neighbours[Node], crossed: frozenset[tuple[Node, Node]]) -> dict[Node, Node]:
        """Return the box that leads the column of each: that of its middle neighbour, where it can be."""
        column = {node: node for row in self.rows for node in row}
        for before, row in pairwise(self.rows):
            place = {node: number for number, node in enumerate(before)}
            last = -1
            for node in row:
                beside = sorted(near.get(node, ()), key=place.__getitem__)
                for middle in sorted({(len(beside) - 1) // 2, len(beside) // 2}) if beside else ():
                    other = beside[middle]
                    if column[node] == node and last < place[other] and (other, node) not in crossed:
                        column[node] = column[other]
                        last = place[other]
        return column

    def places(self) -> dict[Node, float]:
        """Return the middle of each box: columns as far left as may be, and then no further than need be."""
        gaps = self._gaps()
        order = _in_order(set(self.column.values()), gaps)
        found = dict.fromkeys(order, 0.0)
        for column in order:
            for (left, right), gap in gaps.items():
                if right == column:
                    found[column] = max(found[column], found[left] + gap)
        for column in reversed(order):
            room = [found[right] - gap for (left, right), gap in gaps.items() if left == column]
            if room:
                found[column] = max(found[column], min(room))
        return {node: found[column] for node, column in self.column.items()}

    def _gaps(self) -> dict[tuple[Node, Node], float]:
        """Return how far apart columns are that have boxes beside each other."""
        gaps: dict[tuple[Node, Node], float] = {}
        for row in self.rows:
            for left, right in pairwise(row):
                pair = (self.column[left], self.column[right])
                gaps[pair] = max(gaps.get(pair, 0.0), self.apart(left, right))
        return gaps


def _in_order(columns: set[Node], gaps: Mapping[tuple[Node, Node], float]) -> list[Node]:
    """Return the columns so that each comes after those on its left."""
    waiting = {column: {left for left, right in gaps if right == column} for column in columns}
    found: list[Node] = []
    while waiting:
        free = [column for column, lefts in waiting.items() if not lefts & waiting.keys()]
        found += free
        for column in free:
            del waiting[column]
    return found


def _middle_of(layouts: Sequence[Mapping[Node, float]]) -> dict[Node, float]:
    """Return the middle of four places, after the four are laid over the narrowest."""
    narrowest = min(layouts, key=lambda each: max(each.values()) - min(each.values()))
    shifted = []
    for number, layout in enumerate(layouts):
        edge = min if number % 2 == 0 else max
        shift = edge(narrowest.values()) - edge(layout.values())
        shifted.append({node: x + shift for node, x in layout.items()})
    found = {}
    for node in narrowest:
        _, low, high, _ = sorted(layout[node] for layout in shifted)
        found[node] = (low + high) / 2
    return found
