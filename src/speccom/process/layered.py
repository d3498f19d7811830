"""A small layered layout: boxes in rows so that lines run downwards, with as few crossings as it finds.

Rows come from the longest way to a box; long lines pass through each row between as a bend. Each row is put
in order by where its neighbours stand, and its boxes are then moved as near to their neighbours as the order
allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from speccom.process.layered_across import across

Point = tuple[float, float]

_BETWEEN, _BEND, _ROW_GAP = 16.0, 8.0, 38.0
"""How far boxes of a row stand apart, how wide a bend is, and how far rows stand apart."""
_SWEEPS = 12


@dataclass(frozen=True)
class Size:
    """How wide and how high a box is."""

    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """A line from a box to another. One that is `back` is laid out the other way round, to run upwards."""

    source: str
    target: str
    back: bool = False


@dataclass(frozen=True)
class Layout:
    """The middle of each box, the points of each line from its source to its target, and the whole size."""

    middles: Mapping[str, Point]
    points: Mapping[Line, tuple[Point, ...]]
    width: float
    height: float


@dataclass(frozen=True)
class _Bend:
    """Where a long line passes through a row."""

    line: Line
    row: int


Node = str | _Bend


@dataclass(frozen=True)
class _Chain:
    """A line as it is laid out: from the box above, through its bends, to the box below."""

    above: str
    bends: tuple[_Bend, ...]
    below: str

    @property
    def nodes(self) -> tuple[Node, ...]:
        return (self.above, *self.bends, self.below)


def lay_out(sizes: Mapping[str, Size], lines: Sequence[Line]) -> Layout:
    """Return where boxes and lines go. The lines, with those that are `back` turned round, have no cycle."""
    down = {line: (line.target, line.source) if line.back else (line.source, line.target) for line in lines}
    rows_of = _rows(sizes, list(down.values()), _middles_of_back(lines))
    chains = {line: _chain(line, ends, rows_of) for line, ends in down.items()}
    rows = _ordered(sizes, rows_of, list(chains.values()))
    xs, width = _from_the_left(_across(rows, sizes, list(chains.values())), sizes)
    tops, height = _tops(rows, sizes)
    middles = {
        node: (xs[node], tops[rows_of[node]] + _row_height(rows[rows_of[node]], sizes) / 2) for node in sizes
    }
    points = _all_points(chains, xs, middles, sizes, rows, tops)
    return Layout(middles, points, width, height)


def _rows(sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]], backing: set[str]) -> dict[str, int]:
    """Return each box's row: below all that lead to it, and near to what it leads to where it is free.

    Free is what cannot be come to from the first box, and the middle of a line that runs back.
    """
    found = dict.fromkeys(sizes, 0)
    for _ in sizes:
        for above, below in edges:
            found[below] = max(found[below], found[above] + 1)
    held = _reached(next(iter(sizes)), edges)
    for node in sorted(sizes, key=lambda each: found[each], reverse=True):
        leads_to = [found[below] for above, below in edges if above == node]
        if leads_to and (node in backing or node not in held):
            found[node] = min(leads_to) - 1
    return found


def _reached(start: str, edges: Sequence[tuple[str, str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += [below for above, below in edges if above == node]
    return found


def _middles_of_back(lines: Sequence[Line]) -> set[str]:
    """Return the boxes that stand in the middle of a way back: all their lines run back."""
    back = {end for line in lines if line.back for end in (line.source, line.target)}
    return back - {end for line in lines if not line.back for end in (line.source, line.target)}


def _chain(line: Line, ends: tuple[str, str], rows_of: Mapping[str, int]) -> _Chain:
    above, below = ends
    bends = tuple(_Bend(line, row) for row in range(rows_of[above] + 1, rows_of[below]))
    return _Chain(above, bends, below)


def _ordered(
    sizes: Mapping[str, Size], rows_of: Mapping[str, int], chains: Sequence[_Chain]
) -> list[list[Node]]:
    """Return the rows, each in the order that crossed the fewest lines of those tried."""
    rows: list[list[Node]] = [[] for _ in range(max(rows_of.values()) + 1)]
    for node in sizes:
        rows[rows_of[node]].append(node)
    for chain in chains:
        for bend in chain.bends:
            rows[bend.row].append(bend)
    above, below = _neighbours(chains)
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        for row in range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1):
            neighbours = above if downwards else below
            beside = rows[row - 1 if downwards else row + 1]
            places = {node: place for place, node in enumerate(beside)}
            wanted = {
                node: fmean(places[each] for each in neighbours[node]) if node in neighbours else own
                for own, node in enumerate(rows[row])
            }
            rows[row].sort(key=wanted.__getitem__)
        _swap_where_better(rows, below)
        crossed = _crossings(rows, below)
        if crossed < fewest:
            best, fewest = [list(row) for row in rows], crossed
    return best


def _swap_where_better(rows: list[list[Node]], below: Mapping[Node, Sequence[Node]]) -> None:
    """Swap boxes beside each other for as long as that leaves fewer crossings."""
    fewest, improved = _crossings(rows, below), True
    while improved:
        improved = False
        for row in rows:
            for place in range(len(row) - 1):
                row[place], row[place + 1] = row[place + 1], row[place]
                crossed = _crossings(rows, below)
                if crossed < fewest:
                    fewest, improved = crossed, True
                else:
                    row[place], row[place + 1] = row[place + 1], row[place]


def _neighbours(
    chains: Sequence[_Chain],
) -> tuple[dict[Node, list[Node]], dict[Node, list[Node]]]:
    above: dict[Node, list[Node]] = {}
    below: dict[Node, list[Node]] = {}
    for chain in chains:
        for upper, lower in pairwise(chain.nodes):
            above.setdefault(lower, []).append(upper)
            below.setdefault(upper, []).append(lower)
    return above, below


def _crossings(rows: Sequence[Sequence[Node]], below: Mapping[Node, Sequence[Node]]) -> int:
    crossed = 0
    for upper, lower in pairwise(rows):
        places = {node: place for place, node in enumerate(lower)}
        ends = [sorted(places[each] for each in below.get(node, ())) for node in upper]
        flat = [place for each in ends for place in each]
        crossed += sum(later < earlier for number, earlier in enumerate(flat) for later in flat[number + 1 :])
    return crossed


def _across(
    rows: Sequence[Sequence[Node]], sizes: Mapping[str, Size], chains: Sequence[_Chain]
) -> dict[Node, float]:
    """Return the middle of each box and bend across the page."""
    above, below = _neighbours(chains)

    def apart(left: Node, right: Node) -> float:
        return (_width(left, sizes) + _width(right, sizes)) / 2 + _BETWEEN

    return across(rows, above, below, lambda node: isinstance(node, _Bend), apart)


def _from_the_left(xs: Mapping[Node, float], sizes: Mapping[str, Size]) -> tuple[dict[Node, float], float]:
    """Return the places from the left edge, and the width; the first box stands in the left half."""
    left = min(x - _width(node, sizes) / 2 for node, x in xs.items())
    right = max(x + _width(node, sizes) / 2 for node, x in xs.items())
    if xs[next(iter(sizes))] > (left + right) / 2:
        return {node: right - x for node, x in xs.items()}, right - left
    return {node: x - left for node, x in xs.items()}, right - left


def _tops(rows: Sequence[Sequence[Node]], sizes: Mapping[str, Size]) -> tuple[list[float], float]:
    tops, top = [], 0.0
    for row in rows:
        tops.append(top)
        top += _row_height(row, sizes) + _ROW_GAP
    return tops, top - _ROW_GAP


def _all_points(
    chains: Mapping[Line, _Chain],
    xs: Mapping[Node, float],
    middles: Mapping[str, Point],
    sizes: Mapping[str, Size],
    rows: Sequence[Sequence[Node]],
    tops: Sequence[float],
) -> dict[Line, tuple[Point, ...]]:
    """Return the points of each line; where several leave one side of a box they are spread along it."""
    starts = _spread(chains, xs, sizes, at_top=False)
    ends = _spread(chains, xs, sizes, at_top=True)
    found = {}
    for line, chain in chains.items():
        points = [(starts[line], middles[chain.above][1] + sizes[chain.above].height / 2)]
        for bend in chain.bends:
            top, bottom = tops[bend.row], tops[bend.row] + _row_height(rows[bend.row], sizes)
            points += [(xs[bend], top), (xs[bend], bottom)]
        points.append((ends[line], middles[chain.below][1] - sizes[chain.below].height / 2))
        found[line] = tuple(reversed(points)) if line.back else tuple(points)
    return found


def _spread(
    chains: Mapping[Line, _Chain],
    xs: Mapping[Node, float],
    sizes: Mapping[str, Size],
    *,
    at_top: bool,
) -> dict[Line, float]:
    at: dict[str, list[tuple[float, int, Line]]] = {}
    for number, (line, chain) in enumerate(chains.items()):
        own, beside = (chain.below, chain.nodes[-2]) if at_top else (chain.above, chain.nodes[1])
        at.setdefault(own, []).append((xs[beside], number, line))
    found = {}
    for node, joined in at.items():
        room = sizes[node].width * 0.7
        step = min(room / len(joined), 44.0)
        for place, (_, _, line) in enumerate(sorted(joined, key=lambda each: each[:2])):
            found[line] = xs[node] + (place - (len(joined) - 1) / 2) * step
    return found


def _width(node: Node, sizes: Mapping[str, Size]) -> float:
    return _BEND if isinstance(node, _Bend) else sizes[node].width


def _row_height(row: Sequence[Node], sizes: Mapping[str, Size]) -> float:
    return max((sizes[node].height for node in row if not isinstance(node, _Bend)), default=0.0)
