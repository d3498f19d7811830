"""Charts made on the server as SVG, so that they need no JavaScript. A chart is never without its table."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from speccom.interface import formats

_BLUE = "#005eb8"
_TEXT = "#212b32"
_GRID = "#d8dde0"
_WIDE = 860
_NARROW = 290
_POUNDS = (
    "datum.value >= 1e9 ? '£' + format(datum.value / 1e9, ',.3~f') + ' billion' : "
    "datum.value >= 1e6 ? '£' + format(datum.value / 1e6, ',.3~f') + ' million' : "
    "'£' + format(datum.value, ',')"
)


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length, and the length in words as written at its end."""

    name: str
    length: Decimal
    words: str


@dataclass(frozen=True)
class Chart:
    """A picture in two widths, as addresses that hold the picture itself, and what it says in words."""

    id: str
    title: str
    alternative: str
    wide: str
    narrow: str
    source: str


def bar_chart(chart_id: str, title: str, measure: str, bars: Sequence[Bar], source: str) -> Chart | None:
    """Return bars from zero, in the order given, with the measure's name on the axis; None without bars."""
    if not bars:
        return None
    longest = max(bars, key=lambda bar: bar.length)
    alternative = (
        f"Bar chart of {measure}: {formats.counted(len(bars), 'bar')}. "
        f"The longest is {longest.name}, {longest.words}. The table that follows has every figure."
    )
    points = tuple((bar.name, float(bar.length), bar.words) for bar in bars)
    return Chart(
        id=chart_id,
        title=title,
        alternative=alternative,
        wide=_picture(points, measure, _WIDE),
        narrow=_picture(points, measure, _NARROW),
        source=source,
    )


def column_chart(chart_id: str, title: str, measure: str, bars: Sequence[Bar], source: str) -> Chart | None:
    """Return columns over time, from zero, in the order given; None without any."""
    if not bars:
        return None
    highest = max(bars, key=lambda bar: bar.length)
    lowest = min(bars, key=lambda bar: bar.length)
    alternative = (
        f"Column chart of {measure} from {bars[0].name} to {bars[-1].name}. The highest is {highest.name}, "
        f"{highest.words}; the lowest is {lowest.name}, {lowest.words}. The table that follows has every "
        "figure."
    )
    points = tuple((bar.name, float(bar.length), bar.words) for bar in bars)
    return Chart(
        id=chart_id,
        title=title,
        alternative=alternative,
        wide=_columns_picture(points, measure, _WIDE),
        narrow=_columns_picture(points, measure, _NARROW),
        source=source,
    )


def get_ready() -> None:
    """Load what charts are made with, which takes a second that the first page should not wait for."""
    bar_chart("ready", "", "", [Bar("", Decimal(1), "")], "")


@lru_cache(maxsize=512)
def _picture(points: tuple[tuple[str, float, str], ...], measure: str, width: int) -> str:
    import altair  # deferred: it takes a second, and most pages have no chart

    narrow = width == _NARROW
    rows = [{"place": place, "length": v, "words": w} for place, (_, v, w) in enumerate(points)]
    names = [_cut(name, 16 if narrow else 58) for name, _, _ in points]
    base = altair.Chart(altair.Data(values=rows)).encode(
        y=altair.Y(
            "place:O",
            title=None,
            axis=altair.Axis(
                labelExpr=f"{json.dumps(names)}[datum.value]",
                labelLimit=0,
                ticks=False,
                domain=False,
                labelPadding=8,
            ),
        ),
        x=altair.X(
            "length:Q",
            title=measure,
            scale=altair.Scale(zero=True, nice=True, padding=0),
            axis=altair.Axis(tickCount=2 if narrow else 4, labelExpr=_POUNDS, labelFlush=False),
        ),
    )
    words = base.mark_text(align="left", dx=4, color=_TEXT).encode(text="words:N")
    layers = altair.layer(base.mark_bar(color=_BLUE), words)
    return _as_address(layers, width=110 if narrow else 380, height=max(40, 26 * len(points)))


@lru_cache(maxsize=256)
def _columns_picture(points: tuple[tuple[str, float, str], ...], measure: str, width: int) -> str:
    import altair  # deferred, as above

    narrow = width == _NARROW
    rows = [{"place": place, "name": n, "length": v} for place, (n, v, _) in enumerate(points)]
    chart = (
        altair.Chart(altair.Data(values=rows))
        .mark_bar(color=_BLUE)
        .encode(
            x=altair.X(
                "name:N",
                sort=altair.EncodingSortField("place"),
                title=None,
                axis=altair.Axis(labelAngle=-60 if not narrow else -90, ticks=False, labelLimit=120),
            ),
            y=altair.Y(
                "length:Q",
                title=measure,
                scale=altair.Scale(zero=True),
                axis=altair.Axis(tickCount=4, labelExpr=_POUNDS),
            ),
        )
    )
    return _as_address(chart, width=190 if narrow else 720, height=220)


def _cut(name: str, signs: int) -> str:
    """Cut a long name; bars stand by their place, so that two may read alike."""
    return name if len(name) <= signs else f"{name[: signs - 1].rstrip()}…"


def _as_address(chart: Any, width: int, height: int) -> str:
    import vl_convert  # deferred, as above

    styled = chart.properties(width=width, height=height, background="white").configure(
        font="Arial, Helvetica, sans-serif",
        view={"stroke": None},
        axis={
            "labelFontSize": 13,
            "titleFontSize": 13,
            "titleFontWeight": "normal",
            "labelColor": _TEXT,
            "titleColor": _TEXT,
            "gridColor": _GRID,
            "domainColor": _GRID,
        },
        text={"fontSize": 13},
    )
    svg = vl_convert.vegalite_to_svg(styled.to_dict(validate=False))
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
