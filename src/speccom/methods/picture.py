"""A chart of a method's result, with its alternative in words and its table; drawn as SVG with no browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from speccom.methods.table import Table

# The colours of the design system: blue for the data, grey for what it is measured against, and three more
# that differ in lightness too, so that none is told by its hue alone.
BLUE, GREY, TEXT, GRID = "#005eb8", "#768692", "#212b32", "#d8dde0"
DARK, ORANGE, AQUA = "#003087", "#d5281b", "#00a499"


@dataclass(frozen=True)
class Picture:
    """One chart.

    `title` says what it shows ("Seven centres do two thirds of the work"); `alternative` is what a person
    who cannot see it needs to know; `chart` is an Altair chart without size or style; `table` has each figure
    that is drawn.
    """

    title: str
    alternative: str
    chart: Any
    table: Table

    def svg(self, width: int = 680, height: int = 300) -> str:
        """Return the chart as SVG in the product's style, `width` by `height` pixels within its axes."""
        import vl_convert  # deferred: it takes a while, and most calculations are not drawn

        chart = self.chart.properties(width=width, height=height, background="white").configure(
            font="Arial, Helvetica, sans-serif",
            view={"stroke": None},
            axis={
                "labelFontSize": 13,
                "titleFontSize": 13,
                "titleFontWeight": "normal",
                "labelColor": TEXT,
                "titleColor": TEXT,
                "gridColor": GRID,
                "domainColor": GRID,
            },
            legend={"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal", "labelLimit": 0},
            text={"fontSize": 13},
        )
        return str(vl_convert.vegalite_to_svg(chart.to_dict(validate=False)))
