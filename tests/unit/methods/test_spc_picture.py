"""The picture of a control chart: what is drawn, how each kind of signal looks, and its table."""

from typing import Any

import pytest
from tests.unit.methods.test_spc import chart, rebase

from speccom.methods.picture import Picture
from speccom.methods.spc import METHOD
from speccom.methods.spc.figures import SpcResult


def drawn(result: SpcResult) -> Picture:
    assert METHOD.picture is not None
    return METHOD.picture(result)


def layers(result: SpcResult) -> list[Any]:
    found: list[Any] = drawn(result).chart.to_dict(validate=False)["layer"]
    return found


def test_the_table_has_every_point_with_the_limits_that_judge_it() -> None:
    result = chart([1, 2] * 7 + [11, 12] * 7, unit="%", rebases=[rebase(14)], measure="Seen in time")
    table = drawn(result).table
    assert table.title == "Seen in time: each point, the limits it is judged by, and what it shows"
    assert table.columns == (
        "Date", "Value (%)", "Lower limit (%)", "Mean (%)", "Upper limit (%)", "Shows", "Which is",
    )  # fmt: skip
    first, last = result.stretches
    shown = ("common cause", "common cause")
    assert table.rows[0] == ("2024-01-01", 1.0, first.lower, 1.5, first.upper, *shown)
    assert table.rows[27] == ("2024-01-28", 12.0, last.lower, 11.5, last.upper, *shown)
    assert drawn(chart([1, 2])).table.columns[:3] == ("Date", "Value", "Lower limit")


def test_the_title_says_both_icons() -> None:
    result = chart([1, 2] * 12 + [9], target=90, measure="Seen in time")
    assert drawn(result).title == (
        "Seen in time: the latest point is special cause, improvement, high, the target is consistently "
        "failing"
    )
    assert drawn(chart([1, 2], measure="Falls")).title == "Falls: the latest point is common cause"
    assert drawn(result).alternative == METHOD.explain(result)


@pytest.mark.parametrize(
    ("better", "kind", "colour", "shape"),
    [
        ("higher", "improvement", "#005eb8", "triangle-up"),
        ("lower", "concern", "#d5281b", "square"),
        ("neither", "neutral", "#003087", "diamond"),
    ],
)
def test_each_kind_of_signal_has_its_colour_and_shape(
    better: str, kind: str, colour: str, shape: str
) -> None:
    dots = layers(chart([1, 2] * 12 + [9], better=better))[2]
    assert dots["encoding"]["color"] == {
        "field": "shows",
        "type": "nominal",
        "title": None,
        "scale": {"domain": ["common cause", kind], "range": ["#768692", colour]},
    }
    assert dots["encoding"]["shape"] == {
        "field": "shows",
        "type": "nominal",
        "title": None,
        "scale": {"domain": ["common cause", kind], "range": ["circle", shape]},
    }
    assert dots["data"]["values"][-1] == {"date": "2024-01-25", "value": 9.0, "shows": kind}


X = {
    "field": "date",
    "type": "temporal",
    "title": None,
    "scale": {"type": "utc"},
    "axis": {"format": "%b %Y", "tickCount": 8},
}
Y = {"field": "value", "type": "quantitative", "title": "%", "scale": {"zero": False}}


def test_what_is_drawn() -> None:
    limits, series, dots, rule, words = layers(chart([1, 2, 4, 5], unit="%", target=3, rebases=[rebase(2)]))
    assert limits["mark"] == {"type": "line", "color": "#768692", "strokeWidth": 1.5}
    assert limits["encoding"] == {
        "x": X,
        "y": Y,
        "detail": [{"field": "stretch", "type": "nominal"}, {"field": "line", "type": "nominal"}],
        "strokeDash": {"condition": {"test": "datum.line == 'mean'", "value": [1, 0]}, "value": [6, 4]},
    }
    assert series["mark"] == {"type": "line", "color": "#768692", "strokeWidth": 1}
    assert series["encoding"] == {"x": X, "y": Y}
    assert dots["mark"] == {"type": "point", "filled": True, "opacity": 1, "size": 80}
    assert (dots["encoding"]["x"], dots["encoding"]["y"]) == (X, Y)
    assert [point["value"] for point in series["data"]["values"]] == [1, 2, 4, 5]
    assert rule["mark"] == {"type": "rule", "color": "#003087", "strokeDash": [2, 2]}
    assert rule["encoding"] == {"y": Y}
    assert rule["data"]["values"] == [{"value": 3.0, "said": "target"}]
    assert words["mark"] == {"type": "text", "align": "right", "baseline": "bottom", "color": "#003087"}
    assert words["encoding"] == {
        "x": {"value": "width"},
        "y": Y,
        "text": {"field": "said", "type": "nominal"},
    }


def test_each_stretch_has_its_own_lines() -> None:
    lines = layers(chart([1, 2, 4, 5], rebases=[rebase(2)]))[0]["data"]["values"]
    assert lines[:4] == [
        {"date": "2024-01-01", "value": pytest.approx(4.16), "stretch": 0, "line": "limit, upper"},
        {"date": "2024-01-02", "value": pytest.approx(4.16), "stretch": 0, "line": "limit, upper"},
        {"date": "2024-01-01", "value": 1.5, "stretch": 0, "line": "mean"},
        {"date": "2024-01-02", "value": 1.5, "stretch": 0, "line": "mean"},
    ]
    assert lines[-1] == {
        "date": "2024-01-04", "value": pytest.approx(1.84), "stretch": 1, "line": "limit, lower",
    }  # fmt: skip
    assert len(lines) == 12


def test_without_a_target_or_a_unit() -> None:
    found = layers(chart([1, 2, 4, 5]))
    assert len(found) == 3
    assert found[0]["encoding"]["y"]["title"] is None
