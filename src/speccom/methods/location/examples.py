"""Made-up input: twelve areas, five sites, and what `location` refuses."""

from __future__ import annotations

from typing import Any

from speccom.methods.method import Example

_EXAMPLE_SITES = ("Northgate", "Eastfield", "Southmoor", "Westbrook", "Central")
# Area, people, deprivation fifth, rurality, minutes to each site.
_EXAMPLE_AREAS: tuple[tuple[str, int, int, str, tuple[int, ...]], ...] = (
    ("Ashby", 52, 1, "urban", (12, 48, 66, 40, 22)),
    ("Birchwell", 41, 2, "urban", (18, 39, 60, 47, 20)),
    ("Coldharbour", 18, 4, "rural", (27, 30, 71, 58, 34)),
    ("Dunmore", 33, 3, "urban", (46, 11, 52, 69, 28)),
    ("Elmstead", 29, 1, "urban", (52, 16, 41, 66, 27)),
    ("Fallowfield", 16, 5, "rural", (61, 25, 33, 72, 38)),
    ("Gorse Hill", 47, 2, "urban", (68, 44, 13, 51, 29)),
    ("Highcombe", 22, 4, "rural", (74, 55, 21, 43, 39)),
    ("Inglewood", 38, 3, "urban", (57, 63, 36, 17, 26)),
    ("Juniper Vale", 14, 5, "rural", (44, 70, 49, 23, 35)),
    ("Kingsmead", 61, 1, "urban", (24, 29, 31, 26, 8)),
    ("Larkrise", 57, 2, "urban", (28, 26, 27, 30, 10)),
)
_EXAMPLE_OPEN = ["Northgate", "Eastfield", "Southmoor", "Westbrook"]


def _given(question: dict[str, Any], **more: Any) -> Example:
    sites = [
        {"name": name, "minimum": 60, "attraction": beds}
        for name, beds in zip(_EXAMPLE_SITES, (24, 18, 20, 12, 30), strict=True)
    ]
    areas = [
        {
            "name": name,
            "demand": people,
            "times": list(times),
            "deprivation_fifth": fifth,
            "groups": {"rurality": rurality},
        }
        for name, people, fifth, rurality, times in _EXAMPLE_AREAS
    ]
    return {"question": question, "sites": sites, "areas": areas, "thresholds": [20, 30, 45], **more}


def example() -> Example:
    """Return an example: Westbrook's unit closes."""
    return _given(
        {
            "ask": "closure",
            "sites": _EXAMPLE_OPEN,
            "closes": ["Westbrook"],
            "service": "Thrombectomy",
            "units": [
                {"site": "Westbrook", "service": "Thrombectomy", "activity": 52, "income": 62_400_001},
                {
                    "site": "Westbrook",
                    "service": "Aneurysm coiling",
                    "activity": 31,
                    "income": 40_300_000,
                    "needs": ["Thrombectomy"],
                },
            ],
        },
        further=[10, 20],
    )


def questions() -> dict[str, Example]:
    """Return an example of every other question."""
    asked: tuple[dict[str, Any], ...] = (
        {"ask": "access", "sites": _EXAMPLE_OPEN},
        {"ask": "p_median", "sites": 3},
        {"ask": "p_center", "sites": 3},
        {"ask": "set_covering", "within": 30},
        {"ask": "maximal_covering", "sites": 2, "within": 30},
        {"ask": "huff", "sites": _EXAMPLE_OPEN, "decay": 2},
        {
            "ask": "pareto",
            "fewest": 1,
            "most": 4,
            "objectives": ["sites", "mean time", "share outside", "sites below minimum"],
            "within": 30,
        },
    )
    return {question["ask"]: _given(question, now=_EXAMPLE_OPEN) for question in asked}


def too_few_times() -> Example:
    """Return input in which an area has too few travel times."""
    given = dict(_given({"ask": "access", "sites": _EXAMPLE_OPEN}))
    given["areas"] = [{**given["areas"][0], "times": [12, 48]}]
    return given


def out_of_reach() -> Example:
    """Return input in which an area can reach no site."""
    given = dict(_given({"ask": "access", "sites": _EXAMPLE_OPEN}))
    given["areas"] = [{**area, "times": [None] * 5} for area in given["areas"][:1]] + given["areas"][1:]
    return given


def nobody() -> Example:
    """Return input without anybody in it."""
    given = dict(_given({"ask": "p_median", "sites": 2}))
    given["areas"] = [{**area, "demand": 0} for area in given["areas"]]
    return given


def unknown_site() -> Example:
    """Return input that names a site that there is not."""
    return _given({"ask": "access", "sites": ["Northgate", "Atlantis"]})


def too_many_sites() -> Example:
    """Return input that asks for more sites than there are."""
    return _given({"ask": "p_median", "sites": 6})


def out_of_time() -> Example:
    """Return input whose areas no set of sites covers in time."""
    return _given({"ask": "set_covering", "within": 9})


def too_small() -> Example:
    """Return input in which no choice keeps to the least volumes."""
    given = dict(_given({"ask": "p_median", "sites": 5, "volumes": "nearest"}))
    given["sites"] = [{**site, "minimum": 150} for site in given["sites"]]
    return given


def no_footprint() -> Example:
    """Return input in which people stay within footprints that are not given."""
    return _given({"ask": "access", "sites": _EXAMPLE_OPEN}, within_footprint=True)


def everything_closes() -> Example:
    """Return input in which every site closes."""
    return _given(
        {"ask": "closure", "sites": _EXAMPLE_OPEN, "closes": _EXAMPLE_OPEN, "service": "Thrombectomy"}
    )


def time_of_nothing() -> Example:
    """Return input for Huff's model with a travel time of 0."""
    given = dict(_given({"ask": "huff", "sites": _EXAMPLE_OPEN, "decay": 1}))
    given["areas"] = [{**given["areas"][0], "times": [0, 48, 66, 40, 22]}]
    return given
