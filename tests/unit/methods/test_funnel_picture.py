"""The picture of a funnel: its lines, its units, who is named, and its table."""

from typing import Any

import pytest
from tests.unit.methods.test_funnel import EXPECTED, OBSERVED, funnel

from speccom.methods.funnel import METHOD
from speccom.methods.funnel.figures import FunnelResult
from speccom.methods.picture import Picture


def drawn(result: FunnelResult) -> Picture:
    assert METHOD.picture is not None
    return METHOD.picture(result)


def layers(result: FunnelResult) -> list[Any]:
    found: list[Any] = drawn(result).chart.to_dict(validate=False)["layer"]
    return found


@pytest.mark.parametrize("limits", ["adjusted", "unadjusted"])
def test_the_table_has_each_unit_with_the_limits_in_use(limits: str) -> None:
    result = funnel(OBSERVED, EXPECTED, limits=limits, level="95%", measure="Deaths")
    table = drawn(result).table
    assert table.title == f"Deaths: each unit, the {limits} limits at its denominator, and where it lies"
    assert table.columns == (
        "Unit", "Numerator", "Denominator", "Value", "Lower 99.8%", "Lower 95%", "Upper 95%", "Upper 99.8%",
        "Lies", "By chance alone", "Adjusted",
    )  # fmt: skip
    used = getattr(result.units[1], limits)
    assert table.rows[1] == (
        "unit 2", 150, 112, 150 / 112, used.lower_998, used.lower_95, used.upper_95, used.upper_998,
        "within" if limits == "adjusted" else "high", "high", "within",
    )  # fmt: skip
    assert len(table.rows) == 6


def test_counts_are_written_as_counts() -> None:
    row = drawn(funnel([2000, 10], [1999.5, 8])).table.rows[0]
    assert (row[1], row[2]) == (2000, 1999.5)
    assert isinstance(row[1], int)


def test_the_title_counts_those_outside() -> None:
    picture = drawn(funnel(OBSERVED, EXPECTED, limits="unadjusted", level="95%", measure="Deaths"))
    assert picture.title == "Deaths: 1 of 6 outside the 95% limits (unadjusted)"
    assert picture.alternative.startswith("Deaths: 6 units are compared")


@pytest.mark.parametrize("as_funnelplotr", [False, True])
@pytest.mark.parametrize("limits", ["adjusted", "unadjusted"])
@pytest.mark.parametrize("kind", ["ratio_log", "ratio_root", "ratio_of_counts"])
def test_the_lines_pass_through_the_limits_of_the_units(kind: str, limits: str, as_funnelplotr: bool) -> None:
    denominators = (90, 112, 165, 95, 100, 220)
    result = funnel(
        OBSERVED, denominators, kind, limits=limits, multiplier=100, as_funnelplotr=as_funnelplotr
    )
    lines = layers(result)[0]["data"]["values"]
    assert len(lines) == 480
    ends = {(line["line"], line["x"]): line["y"] for line in lines if line["x"] in (90, 220)}
    for unit in (result.units[0], result.units[5]):
        used = getattr(unit, str(result.limits_used))
        assert ends["lower 95%", unit.denominator] == pytest.approx(used.lower_95)
        assert ends["upper 95%", unit.denominator] == pytest.approx(used.upper_95)
        assert ends["lower 99.8%", unit.denominator] == pytest.approx(used.lower_998)
        assert ends["upper 99.8%", unit.denominator] == pytest.approx(used.upper_998)
    along = [line["x"] for line in lines if line["line"] == "lower 95%"]
    assert (along[0], along[-1]) == (90, 220)
    assert {line["line"]: line["level"] for line in lines} == {
        "lower 95%": "95%", "upper 95%": "95%", "lower 99.8%": "99.8%", "upper 99.8%": "99.8%",
    }  # fmt: skip


X = {
    "field": "x",
    "type": "quantitative",
    "title": "expected",
    "scale": {"zero": False},
    "axis": {"tickCount": 10},
}
Y = {"field": "y", "type": "quantitative", "title": "observed to expected", "scale": {"zero": False}}


def test_what_is_drawn() -> None:
    result = funnel([100, 150, 60], [100, 100, 120], limits="unadjusted")
    limits, centre, dots, high, low = layers(result)
    assert limits["mark"] == {"type": "line", "color": "#768692", "strokeWidth": 1.5}
    assert limits["encoding"] == {
        "x": X,
        "y": Y,
        "detail": {"field": "line", "type": "nominal"},
        "strokeDash": {
            "field": "level",
            "type": "nominal",
            "title": "limits",
            "scale": {"domain": ["95%", "99.8%"], "range": [[2, 3], [8, 3]]},
        },
    }
    assert centre["mark"] == {"type": "rule", "color": "#003087", "strokeWidth": 1}
    assert centre["encoding"] == {"y": Y}
    assert centre["data"]["values"] == [{"y": 1}]
    assert dots["mark"] == {"type": "point", "filled": True, "opacity": 1, "size": 80}
    standings = {"field": "standing", "type": "nominal", "title": None}
    assert dots["encoding"] == {
        "x": X,
        "y": Y,
        "color": {
            **standings,
            "scale": {"domain": ["low", "within", "high"], "range": ["#003087", "#768692", "#005eb8"]},
        },
        "shape": {
            **standings,
            "scale": {
                "domain": ["low", "within", "high"],
                "range": ["triangle-down", "circle", "triangle-up"],
            },
        },
    }
    assert dots["data"]["values"] == [
        {"x": 100, "y": 1, "name": "unit 1", "standing": "within"},
        {"x": 100, "y": 1.5, "name": "unit 2", "standing": "high"},
        {"x": 120, "y": 0.5, "name": "unit 3", "standing": "low"},
    ]
    for layer, name, offset in ((high, "unit 2", -15), (low, "unit 3", 15)):
        assert [point["name"] for point in layer["data"]["values"]] == [name]
        assert layer["mark"] == {"type": "text", "dy": offset, "color": "#212b32"}
        assert layer["encoding"] == {"x": X, "y": Y, "text": {"field": "name", "type": "nominal"}}


@pytest.mark.parametrize(
    ("kind", "along", "up"),
    [
        ("ratio_root", "expected", "observed to expected × 1,000"),
        ("proportion", "cases", "proportion × 1,000"),
        ("ratio_of_counts", "denominator", "ratio × 1,000"),
    ],
)
def test_the_axes_say_what_they_are(kind: str, along: str, up: str) -> None:
    dots = layers(funnel([10, 20, 12], [40, 40, 50], kind, multiplier=1000))[2]
    assert (dots["encoding"]["x"]["title"], dots["encoding"]["y"]["title"]) == (along, up)
