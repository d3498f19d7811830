"""The map of a procedure as a picture: SVG that holds its own words, and no script or style."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from speccom.process.layered import Layout, Point, Size, lay_out
from speccom.process.map_parts import Part, Parts, Shape, parts_of
from speccom.process.map_words import map_in_words
from speccom.process.procedure import Procedure

_FONT = "Frutiger W01, Arial, Helvetica, sans-serif"
_TEXT, _SMALL = 16, 13
_LINE, _SMALL_LINE = 20, 17
_LETTER = 0.53
"""How wide a letter is beside its height, on the generous side."""
_MARGIN, _PAD = 16, 12
_INK, _GREY, _BLUE, _PALE = "#212b32", "#4c6272", "#005eb8", "#f0f4f5"
_WRAP = {Shape.ACT: 24, Shape.ANY_OF: 34}


def map_picture(procedure: Procedure, roles: Mapping[str, str], *, id_prefix: str = "map") -> str:
    """Return the SVG. Its identifiers begin with the prefix, so that several can stand on one page."""
    parts = parts_of(procedure, roles)
    drawn = [_Drawing(each) for each in (_KEY, *_pieces(parts))]
    width = max(each.layout.width for each in drawn) + 2 * _MARGIN
    lines: list[str] = []
    top = float(_MARGIN)
    for band in _bands(drawn, width - 2 * _MARGIN):
        left = float(_MARGIN)
        for each in band:
            lines += each.svg(left, top, id_prefix)
            left += each.layout.width + 2 * _LINE
        top += max(each.layout.height for each in band) + 2 * _LINE
    words = "\n".join(map_in_words(procedure, roles))
    title = f"The steps of: {procedure.title}"
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" height="{top:.0f}" '
                f'viewBox="0 0 {width:.0f} {top:.0f}" aria-labelledby="{id_prefix}-title {id_prefix}-words" '
                f'font-family="{_FONT}" font-size="{_TEXT}" fill="{_INK}">'
            ),
            f'<title id="{id_prefix}-title">{escape(title)}</title>',
            f'<desc id="{id_prefix}-words">{escape(words)}</desc>',
            _head(id_prefix),
            f'<rect width="{width:.0f}" height="{top:.0f}" fill="#ffffff"/>',
            *lines,
            "</svg>",
            "",
        ]
    )


def _head(id_prefix: str) -> str:
    shape = f'<path d="M0 0 L10 5 L0 10 z" fill="{_GREY}"/>'
    size = 'viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"'
    return f'<defs><marker id="{id_prefix}-head" {size}>{shape}</marker></defs>'


def _pieces(parts: Parts) -> list[Parts]:
    """Return what hangs together as pieces, the largest first."""
    joined: dict[str, set[str]] = {name: {name} for name in parts.boxes}
    for line in parts.lines:
        both = joined[line.source] | joined[line.target]
        for name in both:
            joined[name] = both
    groups = {id(each): each for each in joined.values()}
    return [
        Parts(
            {name: part for name, part in parts.boxes.items() if name in group},
            tuple(line for line in parts.lines if line.source in group),
        )
        for group in sorted(groups.values(), key=len, reverse=True)
    ]


def _bands(drawn: Sequence[_Drawing], width: float) -> list[list[_Drawing]]:
    """Return the pieces as bands from top to bottom, each with as many side by side as fit."""
    found: list[list[_Drawing]] = []
    room = 0.0
    for each in drawn:
        if each.layout.width > room:
            found.append([])
            room = width
        found[-1].append(each)
        room -= each.layout.width + 2 * _LINE
    return found


_KEY = Parts(
    {
        part.id: part
        for part in (
            Part("key-open", Shape.OPEN, "A step"),
            Part("key-waiting", Shape.WAITING, "A step that waits for somebody"),
            Part("key-act", Shape.ACT, "What is done", ("by whom, within what time",)),
            Part("key-closed", Shape.CLOSED, "An end"),
        )
    },
    (),
)


class _Drawing:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.texts = {name: _wrapped(part) for name, part in parts.boxes.items()}
        self.sizes = {name: _size(part, self.texts[name]) for name, part in parts.boxes.items()}
        self.layout: Layout = lay_out(self.sizes, parts.lines)

    def svg(self, left: float, top: float, id_prefix: str) -> Iterator[str]:
        """Yield the lines first, so that boxes lie on them."""
        for line in self.parts.lines:
            to_act = self.parts.boxes[str(line.target)].shape is Shape.ACT
            head = "" if to_act else f' marker-end="url(#{id_prefix}-head)"'
            path = _path([(x + left, y + top) for x, y in self.layout.points[line]])
            yield f'<path d="{path}" fill="none" stroke="{_GREY}" stroke-width="2"{head}/>'
        for name, part in self.parts.boxes.items():
            x, y = self.layout.middles[name]
            size = self.sizes[name]
            yield _outline(part.shape, x + left, y + top, size)
            yield from _words(part.shape, self.texts[name], x + left, y + top, size)


def _wrapped(part: Part) -> tuple[list[str], list[str]]:
    width = _WRAP.get(part.shape, 22)
    big = textwrap.wrap(part.words, width, break_long_words=False)
    small = [line for each in part.small for line in textwrap.wrap(each, width + 4, break_long_words=False)]
    return big, small


def _size(part: Part, text: tuple[Sequence[str], Sequence[str]]) -> Size:
    big, small = text
    if part.shape is Shape.BEGIN:
        return Size(64, 32)
    wide = max(
        *(len(line) * _TEXT * _LETTER for line in big), *(len(line) * _SMALL * _LETTER for line in small), 80
    )
    extra = 16 if part.shape is Shape.CLOSED else 0
    return Size(wide + 2 * _PAD + extra, len(big) * _LINE + len(small) * _SMALL_LINE + 1.2 * _PAD)


def _path(points: Sequence[Point]) -> str:
    """Return a smooth line that leaves and meets each row straight up or down."""
    (x, y), *rest = points
    found = [f"M{x:.1f} {y:.1f}"]
    for next_x, next_y in rest:
        if abs(next_x - x) < 0.5:
            found.append(f"L{next_x:.1f} {next_y:.1f}")
        else:
            middle = (y + next_y) / 2
            found.append(f"C{x:.1f} {middle:.1f} {next_x:.1f} {middle:.1f} {next_x:.1f} {next_y:.1f}")
        x, y = next_x, next_y
    return " ".join(found)


def _outline(shape: Shape, x: float, y: float, size: Size) -> str:
    box = _rectangle(x, y, size)
    match shape:
        case Shape.BEGIN:
            return f'<rect {box} rx="16" fill="{_INK}"/>'
        case Shape.OPEN:
            return f'<rect {box} fill="#ffffff" stroke="{_BLUE}" stroke-width="3"/>'
        case Shape.WAITING:
            return f'<rect {box} fill="#ffffff" stroke="{_BLUE}" stroke-width="3" stroke-dasharray="8 5"/>'
        case Shape.CLOSED:
            inner = _rectangle(x, y, Size(size.width - 8, size.height - 8))
            radius = size.height / 2
            return (
                f'<rect {box} rx="{radius:.0f}" fill="#ffffff" stroke="{_INK}" stroke-width="2"/>'
                f'<rect {inner} rx="{radius - 4:.0f}" fill="none" stroke="{_INK}" stroke-width="2"/>'
            )
        case Shape.ACT:
            return f'<rect {box} rx="8" fill="{_PALE}"/>'
        case Shape.ANY_OF:
            return f'<rect {box} fill="#ffffff" stroke="{_BLUE}" stroke-width="1"/>'
        case Shape.BACK:
            return f'<rect {box} rx="8" fill="#ffffff" stroke="{_GREY}" stroke-dasharray="3 4"/>'


def _rectangle(x: float, y: float, size: Size) -> str:
    left, top = x - size.width / 2, y - size.height / 2
    return f'x="{left:.1f}" y="{top:.1f}" width="{size.width:.1f}" height="{size.height:.1f}"'


def _words(
    shape: Shape, text: tuple[Sequence[str], Sequence[str]], x: float, y: float, size: Size
) -> Iterator[str]:
    big, small = text
    high = len(big) * _LINE + len(small) * _SMALL_LINE
    at = y - high / 2
    colour = ' fill="#ffffff"' if shape is Shape.BEGIN else ""
    weight = "" if shape is Shape.ACT else ' font-weight="600"'
    for line in big:
        at += _LINE
        yield f'<text x="{x:.1f}" y="{at - 5:.1f}" text-anchor="middle"{colour}{weight}>{escape(line)}</text>'
    for line in small:
        at += _SMALL_LINE
        yield (
            f'<text x="{x:.1f}" y="{at - 4:.1f}" text-anchor="middle" font-size="{_SMALL}" fill="{_GREY}">'
            f"{escape(line)}</text>"
        )
