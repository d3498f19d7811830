"""Input that the method serves, and input that it refuses. The spells are invented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from speccom.methods.method import Example

_ELECTIVE: dict[str, Any] = {"id": "elective", "provider": "RJZ", "setting": "elective", "hrg": "ILL01"}


def example() -> dict[str, Any]:
    """Return invented lines of each kind, priced by the illustrative list."""
    spine = {"provider": "RJZ", "hrg": "HC51C", "service_line": "NCBPS06Z"}
    return {
        "on": "2025-07-01",
        "lines": [
            {
                "id": "spine, with top-up",
                "setting": "elective",
                **spine,
                "best_practice": ["spinal surgery registry"],
            },
            {"id": "spine, elsewhere", "setting": "elective", **spine, "provider": "R1H"},
            {
                "id": "long stay",
                "provider": "RJ2",
                "setting": "elective",
                "hrg": "ILL01",
                "length_of_stay": 24,
                "critical_care_days": 5,
                "critical_care": [{"hrg": "XC05Z", "days": 5, "advanced_respiratory_days": 2}],
                "weighted_day_pence": 121_075,
            },
            {
                "id": "short emergency",
                "provider": "RJ7",
                "setting": "emergency",
                "hrg": "ILL01",
                "service_line": "NCBPS23B",
                "length_of_stay": 1,
                "age": 19,
            },
            {
                "id": "outpatients",
                "provider": "RJZ",
                "setting": "outpatient",
                "hrg": "ILL02",
                "service_line": "NCBPS06Z",
                "attendance_status": "5",
                "units": 12,
            },
            {
                "id": "transfers, above plan",
                "provider": "R1H",
                "setting": "non_elective",
                "hrg": "ILL01",
                "units": 11,
                "planned_units": 9,
                "agreed_pence": 4_300_000,
            },
            {"id": "drug", "provider": "RJ2", "setting": "unbundled", "local_pence": 734_512},
            {
                "id": "private",
                "provider": "RJZ",
                "setting": "elective",
                "hrg": "HC51C",
                "administrative_category": "02",
            },
        ],
    }


def _line(**parts: Any) -> Callable[[], Example]:
    return lambda: {"on": "2025-07-01", "lines": [{**_ELECTIVE, **parts}]}


REFUSALS: dict[str, Callable[[], Example]] = {
    "a day without prices": lambda: {**example(), "on": "2026-04-01", "rules": EXPIRED},
    "a line that is there twice": lambda: {"on": "2025-07-01", "lines": [_ELECTIVE, _ELECTIVE]},
    "a group without a price in this setting": _line(setting="outpatient", attendance_status="5"),
    "a provider without market forces": _line(provider="RXX"),
    "a best practice standard that is not known": _line(best_practice=["tidy notes"]),
    "more days paid otherwise than the stay has": _line(length_of_stay=4, critical_care_days=5),
    "a length of stay for several spells": _line(length_of_stay=4, units=3),
    "a short emergency stay without an age": _line(
        setting="emergency", service_line="NCBPS23B", length_of_stay=1
    ),
    "a block without a sum": _line(setting="emergency"),
    "a variable part without a plan": _line(setting="non_elective", agreed_pence=100),
    "a critical care group without a weight": _line(critical_care=[{"hrg": "XC99Z", "days": 1}]),
    "a year of care without a month": _line(setting="year_of_care", hrg="ILL04"),
}

EXPIRED: Example = {
    "id": "expired",
    "version": "2025-26",
    "title": "A price list of 2025/26",
    "valid_from": "2025-04-01",
    "valid_to": "2026-03-31",
    "source": "Made for this refusal",
    "status": "illustrative",
    "prices": [{"hrg": "ILL01", "elective": 1}],
    "market_forces": [],
    "payment_bases": [],
    "short_stay_days": 2,
    "short_stay_age": 19,
}
