"""Trials of the criterion language's own random rulebooks: criteria that explode, negate and nest.

The criteria go through text and a rulebook's files, as a draft does. One field of that vocabulary is no
column of activity; another column of free text stands in for it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.generative.criterion_text import text_of
from tests.generative.generator import Generator, Record
from tests.unit.activity.edited.full_run import check, identified
from tests.unit.activity.random_activity import Case

from speccom.activity.edited.trial import Trials
from speccom.activity.plan import canonical_type
from speccom.criteria.codesets import CodeSet
from speccom.criteria.normal_form import clauses
from speccom.rulebook.activity_record import ACTIVITY

LINES = ("A1", "B2", "C3", "D4")
STAND_IN = "gp_practice"
SEEDS = range(6)
Rule = tuple[str, str, str, str]


def rulebook(folder: Path, codesets: Sequence[CodeSet], rules: Sequence[Rule]) -> Path:
    folder.mkdir(parents=True)
    (folder / "rulebook.toml").write_text(
        f'id = "made"\nversion = "{folder.name}"\ntitle = "Made"\nvalid_from = "2025-04-01"\n'
        'valid_to = "2026-03-31"\nsource = "a test"\nstatus = "illustrative"\nscope = ""\n'
    )
    reach = ("spell", "episode", "if_spell_specialised", "spell")
    services = [(code, code, "P", place, "false", reach[place]) for place, code in enumerate(LINES)]
    codes = [
        (each.name, each.classification, code, match)
        for each in codesets
        for match, some in (("prefix", each.prefixes), ("exact", each.exact))
        for code in sorted(some)
    ]
    for name, columns, rows in (
        ("services", "service_code,title,programme_of_care,rank,spell_excluded,reach", services),
        ("codesets", "codeset,classification,code,match", codes),
        ("rules", "rule_id,service_code,dataset,criterion", rules),
    ):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([columns.split(","), *rows])
    return folder


def activity(path: Path, records: Sequence[Record], chance: Random) -> Path:
    rows = [
        {
            "record_id": f"r{number}",
            "dataset": chance.choice(("apc", "apc", "op")),
            "spell_id": chance.choice((None, "S1", "S2", "S3", f"own {number}")),
            **{STAND_IN if name == "remark" else name: _countable(value) for name, value in record.items()},
        }
        for number, record in enumerate(records)
    ]
    names = [name for name in ACTIVITY if any(name in row for row in rows)]
    schema = pa.schema([(name, canonical_type(name)) for name in names])
    pq.write_table(pa.Table.from_pylist(rows, schema), path, row_group_size=70)
    return path


def _countable(value: object) -> object:
    """Costs that add up to more than can be counted are refused, by a full run too."""
    return min(value, Decimal("99999.99")) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("seed", SEEDS)
def test_a_trial_of_any_criteria_is_a_full_run(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    made = Generator(seed)
    book = made.rulebook(12)
    sets = [each for each in book.codesets.values() if each.prefixes or each.exact]
    named = {each.name for each in sets}

    def rules(number: int, criteria: Sequence[str]) -> list[Rule]:
        return [
            (f"r{number}-{at}", chance.choice(LINES), chance.choice(("apc", "apc", "op")), text)
            for at, text in enumerate(criteria)
        ]

    def texts(number: int) -> list[str]:
        found = book.criteria if not number else made.rulebook(6).criteria
        written = [re.sub(r"\bremark\b", STAND_IN, text_of(each)) for each in found]
        return [
            text
            for text in written
            if set(re.findall(r"'((?:icd10|opcs4|hrg|provider|treatment_function)_\d)'", text)) <= named
        ]

    first = rules(0, texts(0))
    files = [activity(tmp_path / f"{n}.parquet", made.records(150), chance) for n in range(2)]
    case = Case(rulebook(tmp_path / "old", sets, first), files)
    trials = Trials(identified(case, case.rulebook, tmp_path / "run"), threads=2)
    moved = 0
    for number in (1, 2):
        kept = chance.sample(first, len(first) * 2 // 3)
        draft = rulebook(tmp_path / f"draft{number}", sets, [*kept, *rules(number, texts(number))])
        moved += check(trials, case, draft, tmp_path / f"full{number}")
    assert moved


def test_some_of_these_criteria_explode() -> None:
    criteria = [each for seed in SEEDS for each in Generator(seed).rulebook(12).criteria]
    assert sum(clauses(each) is None for each in criteria) >= 3
