"""A made-up rulebook of national size, for measuring only: its rules mean nothing.

150 services, about 290 clauses, and 370 code sets of 5 to 300 prefixes, as the national tool's rules have.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

SERVICES = 150
TREATMENT_FUNCTIONS = (
    "100",
    "101",
    "110",
    "150",
    "160",
    "170",
    "300",
    "301",
    "303",
    "320",
    "340",
    "361",
    "370",
)


def write_national_rulebook(folder: Path, seed: int = 2025) -> Path:
    """Write the rulebook and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.Generator(np.random.PCG64(seed))
    sets: list[tuple[str, str, str, str]] = []
    rules: list[tuple[str, str, str, str, str]] = []
    for service in range(SERVICES):
        code = f"LINE{service:03d}"
        for clause in range(int(draw.integers(1, 4))):
            rules.append(
                (f"R{service}-{clause}", code, "apc", _criterion(draw, sets), "made up for measuring")
            )
    (folder / "rulebook.toml").write_text(
        'id = "national-size"\nversion = "1"\ntitle = "A rulebook of national size, made up for measuring"\n'
        'valid_from = "2025-04-01"\nvalid_to = "2026-03-31"\nsource = "made up"\nstatus = "illustrative"\n',
        encoding="utf-8",
    )
    services = [(f"LINE{n:03d}", f"Line {n}", "A01", n + 1) for n in range(SERVICES)]
    _write(folder / "services.csv", ("service_code", "title", "programme_of_care", "rank"), services)
    _write(folder / "codesets.csv", ("codeset", "classification", "code", "match"), sets)
    _write(folder / "rules.csv", ("rule_id", "service_code", "dataset", "criterion", "reasoning"), rules)
    return folder


def _criterion(draw: np.random.Generator, sets: list[tuple[str, str, str, str]]) -> str:
    position = ("any", "primary")[int(draw.integers(2))]
    parts = [f"{position}_diagnosis('{_codeset(draw, sets, 'icd10')}')"]
    if draw.random() < 0.6:
        parts.append(f"any_procedure('{_codeset(draw, sets, 'opcs4')}')")
    if draw.random() < 0.5:
        parts.append(("age < 19", "age >= 19")[int(draw.integers(2))])
    if draw.random() < 0.3:
        chosen = draw.choice(TREATMENT_FUNCTIONS, size=3, replace=False)
        parts.append("treatment_function IN ({})".format(", ".join(f"'{each}'" for each in sorted(chosen))))
    if draw.random() < 0.2:
        parts.append(f"NOT any_diagnosis('{_codeset(draw, sets, 'icd10', most=30)}')")
    return " AND ".join(parts)


def _codeset(
    draw: np.random.Generator, sets: list[tuple[str, str, str, str]], classification: str, most: int = 300
) -> str:
    name = f"set_{len({each[0] for each in sets})}"
    size = int(np.clip(draw.lognormal(3.3, 0.9), 5, most))
    codes = {
        f"{chr(65 + int(draw.integers(26)))}{int(draw.integers(100)):02d}{int(draw.integers(10))}"
        for _ in range(size)
    }
    sets += [(name, classification, code, "prefix") for code in sorted(codes)]
    return name


def _write(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
