import base64
import re
from decimal import Decimal

from speccom.interface.charts import Bar, bar_chart, column_chart

BARS = [Bar("Radiotherapy", Decimal(4_000_000), "£4 million"), Bar("A <b> & c", Decimal(1000), "£1,000")]


def svg(address: str) -> str:
    kind, data = address.split(",", 1)
    assert kind == "data:image/svg+xml;base64"
    return base64.b64decode(data).decode()


def test_bars_start_from_zero_and_are_named_in_words() -> None:
    chart = bar_chart("c", "Title", "Cost", BARS, "Source")
    assert chart
    picture = svg(chart.wide)
    assert "£0" in picture
    assert "£4 million" in picture
    assert "A &lt;b&gt; &amp; c" in picture
    assert "2 bars" in chart.alternative
    assert "The longest is Radiotherapy, £4 million" in chart.alternative
    assert chart.narrow != chart.wide


def test_nothing_is_fetched_by_a_chart() -> None:
    chart = column_chart("c", "Title", "Cost", BARS, "Source")
    assert chart
    assert re.findall(r"(?:href|url)\W+https?:", svg(chart.wide)) == []


def test_no_bars_no_chart() -> None:
    assert bar_chart("c", "Title", "Cost", [], "Source") is None
    assert column_chart("c", "Title", "Cost", [], "Source") is None
