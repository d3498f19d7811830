"""The picture of a process: all of it is there, nothing lies on anything else, and it says what it shows."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.commands import main
from speccom.process.layered import Line, Size, lay_out
from speccom.process.map_picture import map_picture
from speccom.process.map_words import map_in_words
from speccom.process.procedure import Procedure
from speccom.process.read_process import load_process
from speccom.rulebook.find import shelf

FOLDERS = sorted((shelf() / "processes").glob("*/*"))
SVG = "{http://www.w3.org/2000/svg}"
ROLES = {"policy_lead": "policy lead", "clinician": "clinician"}


@pytest.fixture(scope="module", params=FOLDERS, ids=[each.parent.name for each in FOLDERS])
def procedure(request: pytest.FixtureRequest) -> Procedure:
    return load_process(request.param)


def test_every_state_and_act_is_drawn(procedure: Procedure) -> None:
    root = ElementTree.fromstring(map_picture(procedure, ROLES))
    said = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    for words in (*(each.label for each in procedure.states.values()), *procedure.acts.values()):
        assert words in said


def test_it_says_in_words_what_it_shows(procedure: Procedure) -> None:
    root = ElementTree.fromstring(map_picture(procedure, ROLES, id_prefix="one"))
    assert root.attrib["role"] == "img"
    named = root.attrib["aria-labelledby"].split()
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert [title.attrib["id"], desc.attrib["id"]] == named
    assert desc.text == "\n".join(map_in_words(procedure, ROLES))


def test_it_needs_nothing_from_outside_and_keeps_its_size(procedure: Procedure) -> None:
    picture = map_picture(procedure, ROLES, id_prefix="one")
    root = ElementTree.fromstring(picture)
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        *("svg", "title", "desc", "defs", "marker", "path", "rect", "text")
    }
    assert not [
        name for each in root.iter() for name in each.attrib if name == "style" or name.startswith("on")
    ]
    assert all(each.attrib["id"].startswith("one-") for each in root.iter() if "id" in each.attrib)
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"


def test_words_stand_inside_the_picture_and_never_on_each_other(procedure: Procedure) -> None:
    root = ElementTree.fromstring(map_picture(procedure, ROLES))
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    found = []
    for text in root.iter(f"{SVG}text"):
        size = float(text.attrib.get("font-size", 16))
        half = len(text.text or "") * size * 0.25
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        assert x - half >= 0
        assert x + half <= width
        assert 0 < y - size < y < height
        found.append((x - half, x + half, y - size * 0.7, y))
    for number, (left, right, top, bottom) in enumerate(found):
        for other in found[number + 1 :]:
            assert right <= other[0] or other[1] <= left or bottom <= other[2] or other[3] <= top


def test_it_begins_where_a_narrow_page_shows_it(procedure: Procedure) -> None:
    root = ElementTree.fromstring(map_picture(procedure, ROLES))
    (start,) = (text for text in root.iter(f"{SVG}text") if text.text == "Start")
    assert float(start.attrib["x"]) < float(root.attrib["width"]) / 2


def test_an_end_is_told_by_its_shape(procedure: Procedure) -> None:
    root = ElementTree.fromstring(map_picture(procedure, ROLES))
    boxes = list(root.iter(f"{SVG}rect"))
    labels = {each.label for each in procedure.states.values() if not procedure.acts_from(each.name)}
    double = [each for each in boxes if each.attrib.get("fill") == "none"]
    assert len(double) > len(labels)
    assert all(float(each.attrib["rx"]) > 8 for each in double)
    assert [each for each in boxes if "stroke-dasharray" in each.attrib]


def test_its_colours_can_be_told_apart() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(one: str, other: str) -> float:
        low, high = sorted((light(one), light(other)))
        return (high + 0.05) / (low + 0.05)

    for text, ground in (("#212b32", "#f0f4f5"), ("#4c6272", "#f0f4f5"), ("#ffffff", "#212b32")):
        assert contrast(text, ground) >= 4.5
    picture = map_picture(load_process(FOLDERS[0]), ROLES)
    drawn = {part[:7] for part in picture.split('="')[1:] if part.startswith("#")}
    assert drawn == {"#212b32", "#4c6272", "#005eb8", "#f0f4f5", "#ffffff"}
    assert contrast("#005eb8", "#ffffff") >= 3


def test_words_of_a_rulebook_are_text_and_never_markup(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(FOLDERS[0], copy)
    states = (copy / "states.csv").read_text()
    (copy / "states.csv").write_text(states.replace(",Draft,", ",<b>&,", 1))
    root = ElementTree.fromstring(map_picture(load_process(copy), ROLES))
    assert [each for each in root.iter(f"{SVG}text") if each.text == "<b>&"]


def test_the_command_draws_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "map.svg"
    assert main(["check-process", str(FOLDERS[0]), "--picture", str(target)]) == 0
    assert ElementTree.parse(target).getroot().tag == f"{SVG}svg"
    assert f"The map is drawn in {target}." in capsys.readouterr().out
    assert main(["check-process", str(FOLDERS[0]), "--picture", str(tmp_path / "no" / "map.svg")]) == 2
    assert "Name another file" in "".join(capsys.readouterr())


@st.composite
def drawings(draw: st.DrawFn) -> tuple[dict[str, Size], list[Line]]:
    names = [f"n{number}" for number in range(draw(st.integers(1, 12)))]
    sizes = {name: Size(draw(st.integers(10, 200)), draw(st.integers(10, 80))) for name in names}
    lines = []
    for lower in range(1, len(names)):
        for upper in draw(st.sets(st.integers(0, lower - 1), max_size=3)):
            back = draw(st.booleans())
            ends = (names[lower], names[upper]) if back else (names[upper], names[lower])
            lines.append(Line(*ends, back))
    return sizes, lines


@given(drawings())
def test_no_box_lies_on_another_and_lines_join_what_they_say(
    drawing: tuple[dict[str, Size], list[Line]],
) -> None:
    sizes, lines = drawing
    layout = lay_out(sizes, lines)
    assert layout.middles.keys() == sizes.keys()
    assert layout.middles["n0"][0] <= layout.width / 2 + 0.01
    boxes = [
        (x - size.width / 2, x + size.width / 2, y - size.height / 2, y + size.height / 2)
        for name, size in sizes.items()
        for x, y in [layout.middles[name]]
    ]
    for number, (left, right, top, bottom) in enumerate(boxes):
        assert left >= -0.01
        assert right <= layout.width + 0.01
        assert top >= -0.01
        assert bottom <= layout.height + 0.01
        for other in boxes[number + 1 :]:
            assert (
                right <= other[0] + 0.01
                or other[1] <= left + 0.01
                or bottom <= other[2] + 0.01
                or other[3] <= top + 0.01
            )
    for line in lines:
        points = layout.points[line]
        for end, (x, y) in ((line.source, points[0]), (line.target, points[-1])):
            middle_x, middle_y = layout.middles[end]
            assert abs(x - middle_x) <= sizes[end].width / 2
            assert abs(abs(y - middle_y) - sizes[end].height / 2) < 0.01
        heights = [y for _, y in points]
        assert heights == sorted(heights, reverse=line.back)
