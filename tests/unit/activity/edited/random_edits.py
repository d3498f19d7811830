"""Random edits of a random rulebook: the kinds that a rule editor makes, one or two at a time."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.unit.activity.random_activity import SETS, criterion

Rows = list[dict[str, str]]


def edited(rulebook: Path, folder: Path, chance: Random, *kinds: str) -> Path:
    """Write a copy with edits of these kinds, or of one or two at random."""
    shutil.copytree(rulebook, folder)
    metadata = (folder / "rulebook.toml").read_text()
    (folder / "rulebook.toml").write_text(metadata.replace('version = "1"', f'version = "{folder.name}"'))
    for kind in kinds or chance.sample(list(EDITS), chance.choice((1, 1, 2))):
        EDITS[kind](folder, chance)
    return folder


def _rewrite(path: Path, change: Callable[[Rows], Rows | None]) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        rows, names = list(reader), list(reader.fieldnames or [])
    changed = change(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows if changed is None else changed)


def _another_criterion(folder: Path, chance: Random) -> None:
    _rewrite(folder / "rules.csv", lambda rows: chance.choice(rows).update(criterion=criterion(chance)))


def _narrowed_age(folder: Path, chance: Random) -> None:
    def narrow(rows: Rows) -> None:
        row = chance.choice(rows)
        row["criterion"] = (
            f"({row['criterion']}) AND age {chance.choice(('>=', '<'))} {chance.choice((18, 19, 64))}"
        )

    _rewrite(folder / "rules.csv", narrow)


def _code_added(folder: Path, chance: Random) -> None:
    codes = {
        "icd10": ("R", "C34", "T08", "K26"),
        "opcs4": ("J", "Y95", "K4"),
        "hrg": ("S", "AA22A"),
        "provider": ("RX", "RJ122"),
        "site": ("RJ1",),
        "treatment_function": ("100",),
        "main_specialty": ("320", "100"),
    }
    name = chance.choice(_sets_asked_for(folder))
    classification = SETS[name][0]

    def add(rows: Rows) -> None:
        code = chance.choice(codes[classification])
        if not any((row["codeset"], row["code"]) == (name, code) for row in rows):
            rows.append({"codeset": name, "classification": classification, "code": code, "match": "prefix"})

    _rewrite(folder / "codesets.csv", add)


def _code_removed(folder: Path, chance: Random) -> None:
    asked = _sets_asked_for(folder)

    def remove(rows: Rows) -> Rows:
        sizes = Counter(row["codeset"] for row in rows)
        many = [row for row in rows if sizes[row["codeset"]] > 1 and row["codeset"] in asked]
        gone = chance.choice(many or [None])
        return [row for row in rows if row is not gone]

    _rewrite(folder / "codesets.csv", remove)


def _sets_asked_for(folder: Path) -> list[str]:
    """Return the sets that the rules name; all where they name none."""
    rules = (folder / "rules.csv").read_text(encoding="utf-8")
    return [name for name in SETS if f"'{name}'" in rules] or list(SETS)


def _rule_added(folder: Path, chance: Random) -> None:
    def add(rows: Rows) -> None:
        dataset = chance.choice(("apc", "op"))
        rows.append(
            {**chance.choice(rows), "rule_id": "added", "dataset": dataset, "criterion": criterion(chance)}
        )

    _rewrite(
        folder / chance.choice(("rules.csv", "rules.csv", "local_rules.csv")),
        lambda rows: add(rows) if rows else None,
    )


def _rule_removed(folder: Path, chance: Random) -> None:
    _rewrite(folder / "rules.csv", lambda rows: chance.sample(rows, len(rows) - 1))


def _rule_given_to_another_line(folder: Path, chance: Random) -> None:
    def give(rows: Rows) -> None:
        chance.choice(rows)["service_code"] = chance.choice(rows)["service_code"]

    _rewrite(folder / "rules.csv", give)


def _line_added(folder: Path, chance: Random) -> None:
    def add(rows: Rows) -> None:
        rows.append({**chance.choice(rows), "service_code": "NCBPS99A", "rank": str(chance.randint(1, 3))})

    _rewrite(folder / "services.csv", add)
    rule = {"rule_id": "of-new", "service_code": "NCBPS99A", "dataset": "apc", "criterion": criterion(chance)}
    _rewrite(folder / "rules.csv", lambda rows: rows.append(rule))
    if chance.random() < 0.3:
        stated = {"service_code": "NCBPS99A", "route": "provider_statement", "source": "a test"}
        _rewrite(folder / "routes.csv", lambda rows: rows.append(stated))


def _line_removed(folder: Path, chance: Random) -> None:
    with (folder / "services.csv").open(newline="") as file:
        gone = chance.choice(list(csv.DictReader(file)))["service_code"]
    for name in ("services.csv", "rules.csv", "local_rules.csv", "routes.csv"):
        _rewrite(folder / name, lambda rows: [row for row in rows if row["service_code"] != gone])


def _precedence(folder: Path, chance: Random) -> None:
    def swap(rows: Rows) -> None:
        one, other = chance.sample(rows, 2)
        one["rank"], other["rank"] = str(chance.randint(0, 4)), one["rank"]

    _rewrite(folder / "services.csv", swap)


def _reach(folder: Path, chance: Random) -> None:
    reaches = ("spell", "episode", "if_spell_specialised")
    _rewrite(folder / "services.csv", lambda rows: chance.choice(rows).update(reach=chance.choice(reaches)))


def _excluded(folder: Path, chance: Random) -> None:
    def turn(rows: Rows) -> None:
        row = chance.choice(rows)
        row["spell_excluded"] = "false" if row["spell_excluded"] == "true" else "true"

    _rewrite(folder / "services.csv", turn)


def _programme(folder: Path, chance: Random) -> None:
    _rewrite(folder / "services.csv", lambda rows: chance.choice(rows).update(programme_of_care="Z9"))


def _statements(folder: Path, chance: Random) -> None:
    with (folder / "services.csv").open(newline="") as file:
        code = chance.choice(list(csv.DictReader(file)))["service_code"]

    def turn(rows: Rows) -> Rows:
        stated = [row for row in rows if (row["service_code"], row["route"]) == (code, "provider_statement")]
        if stated:
            return [row for row in rows if row not in stated]
        return [*rows, {"service_code": code, "route": "provider_statement", "source": "a test"}]

    _rewrite(folder / "routes.csv", turn)


EDITS: dict[str, Callable[[Path, Random], None]] = {
    "another criterion": _another_criterion,
    "narrowed age": _narrowed_age,
    "code added": _code_added,
    "code removed": _code_removed,
    "rule added": _rule_added,
    "rule removed": _rule_removed,
    "rule given to another line": _rule_given_to_another_line,
    "line added": _line_added,
    "line removed": _line_removed,
    "precedence": _precedence,
    "reach": _reach,
    "excluded": _excluded,
    "programme": _programme,
    "statements": _statements,
}
