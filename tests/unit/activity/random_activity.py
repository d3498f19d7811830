"""Random small rulebooks and activity files, in which spells, layers and dirt meet often."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
from tests.unit.activity.identification_oracle import LISTS, WrittenFile

SETS = {
    "c": ("icd10", [("C", "prefix")]),
    "c3": ("icd10", [("c3", "prefix"), ("R54X", "exact")]),
    "e8": ("icd10", [("E84", "prefix"), ("T08X0", "exact"), ("K26.2", "exact")]),
    "j0": ("opcs4", [("J01", "prefix"), ("X99", "prefix")]),
    "k4": ("opcs4", [("K40.1", "exact"), ("J021", "exact")]),
    "heart": ("treatment_function", [("170", "exact"), ("32", "prefix")]),
    "surgeons": ("main_specialty", [("1", "prefix")]),
    "sb": ("hrg", [("SB", "prefix"), ("XC0", "prefix")]),
    "centres": ("provider", [("RJ1", "prefix"), ("rx1", "exact")]),
    "sites": ("site", [("RJ122", "exact")]),
}
_BY_CLASSIFICATION = {
    "diagnosis": ["c", "c3", "e8"],
    "procedure": ["j0", "k4"],
}
_DIAGNOSES = ["C349", "c34.1 ", "C50D", "C50-", "R54", "R54X", "T08X0", "T080", "K26.2", "K262A", "E84"]
_DIAGNOSES += [None, "", " ", "-", "&", "R69X", "r69.x", "banana", "34C", "C3499X"]
_PROCEDURES = ["J011", "J02.1", "k401", "X991", "Y95", None, "", "-", "&", "X998", "x99.9", "X998A", "??"]
_UNBUNDLED = ["SB97Z", "SC97Z", "XC01Z", "sb 12z", "XA01Z", None, ""]
_TEXTS: dict[str, list[str | None]] = {
    "provider": ["RJ1", "RJ122", " rj1", "RX1", "rx1 ", "RX11", "", None],
    "site": ["RJ122", "rj122", "RJ1", None],
    "sex": ["1", "2", " 1", "X", None],
    "treatment_function": ["170", "320", "100", " 170 ", "", None],
    "main_specialty": ["100", "170", "320", None],
    "admission_method": ["11", "21", None],
    "hrg": ["SB97Z", "sb97z", "XC01Z", "AA22A", None],
    "spell_hrg": ["SB97Z", "SC97Z", "AA22A", None],
}
_DATES = [date(2025, 3, 31), date(2025, 4, 1), date(2025, 10, 5), date(2026, 3, 31), date(2026, 4, 1), None]
_COSTS = [Decimal("0.01"), Decimal("99.99"), Decimal("-12.50"), Decimal("123456.78"), Decimal(0), None]
_AGES = [0, 17, 18, 19, 64, 130, None]
_SPELLS = ["S1", " S1", "S2", "S2 ", "S3", "S4", "a spell with a long identifier", "", " ", None, None, None]


@dataclass
class Case:
    """A rulebook's folder and some files, on disk and as rows."""

    rulebook: Path
    paths: list[Path] = field(default_factory=list)
    files: list[WrittenFile] = field(default_factory=list)
    dataset: str | None = None


def make_case(folder: Path, seed: int) -> Case:
    """Write a random rulebook and one to three random files under a folder."""
    chance = Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    codes = write_rulebook(folder / "rulebook", chance)
    case = Case(folder / "rulebook", dataset=chance.choice((None, None, "apc", "op")))
    identifiers = [f"R{number}" for number in range(chance.choice((12, 60, 400)))]
    for number in range(chance.randint(1, 3)):
        if chance.random() < 0.15 and case.dataset != "apc":
            _hes_file(case, folder / f"hes{number}.csv", chance, identifiers)
        else:
            _canonical_file(case, folder, number, chance, identifiers, codes)
    return case


def write_rulebook(folder: Path, chance: Random) -> list[str]:
    """Write a random rulebook; return its service codes."""
    folder.mkdir(parents=True)
    (folder / "rulebook.toml").write_text(
        'id = "random"\nversion = "1"\ntitle = "Random"\nvalid_from = "2025-04-01"\n'
        'valid_to = "2026-03-31"\nsource = "made for a test"\nstatus = "illustrative"\nscope = ""\n'
    )
    codes = chance.sample([f"NCBPS{number:02d}{letter}" for number in range(4) for letter in "ACZ"], 6)
    services = [
        [
            code,
            f"Service {code}",
            chance.choice(("A01", "B02", "C")),
            chance.randint(1, 3),
            chance.choice(("true", "false", "false")),
            "",
            chance.choice(("spell", "spell", "episode", "if_spell_specialised", "")),
        ]
        for code in codes
    ]
    columns = ["service_code", "title", "programme_of_care", "rank", "spell_excluded", "delegation", "reach"]
    _csv(folder / "services.csv", columns, services)
    rows = [[name, kind, code, match] for name, (kind, listed) in SETS.items() for code, match in listed]
    _csv(folder / "codesets.csv", ["codeset", "classification", "code", "match"], rows)
    numbers = iter(range(1000))
    for file, count in (("rules.csv", chance.randint(2, 9)), ("local_rules.csv", chance.randint(0, 3))):
        rules = [
            [
                f"r{next(numbers)}",
                chance.choice(codes),
                chance.choice(("apc", "apc", "op")),
                criterion(chance),
            ]
            for _ in range(count)
        ]
        _csv(folder / file, ["rule_id", "service_code", "dataset", "criterion"], rules)
    routes = [[code, "provider_statement", "a test"] for code in codes if chance.random() < 0.4]
    routes += [[code, "registry", "a test"] for code in codes if chance.random() < 0.3]
    _csv(folder / "routes.csv", ["service_code", "route", "source"], routes)
    return codes


def criterion(chance: Random, depth: int = 2) -> str:
    """Return a random criterion that a fair share of random records meets."""
    if depth and chance.random() < 0.6:
        joined = chance.choice((" AND ", " OR ")).join(criterion(chance, depth - 1) for _ in range(2))
        return f"{chance.choice(('', '', 'NOT '))}({joined})"
    position = chance.choice(("any", "any", "primary", "secondary"))
    kind = chance.choice(("diagnosis", "procedure"))
    negated = chance.choice(("", "", "NOT "))
    return negated + chance.choice(
        (
            f"{position}_{kind}('{chance.choice(_BY_CLASSIFICATION[kind])}')",
            f"{position}_{kind}('{chance.choice(_BY_CLASSIFICATION[kind])}')",
            "any_unbundled_hrg('sb')",
            "in_codeset(treatment_function, 'heart')",
            "in_codeset(main_specialty, 'surgeons')",
            "in_codeset(provider, 'centres')",
            "in_codeset(site, 'sites')",
            "in_codeset(hrg, 'sb')",
            f"age {chance.choice(('<', '>=', '<>'))} 18",
            "age IS NULL",
            "dataset = 'apc'",
            "sex = '1'",
            "spell_hrg IN ('SB97Z', 'SC97Z')",
            "admission_method LIKE '2%'",
            "total_cost > 99.99",
            "activity_date < DATE '2025-10-05'",
        )
    )


def _canonical_file(
    case: Case, folder: Path, number: int, chance: Random, identifiers: list[str], codes: Sequence[str]
) -> None:
    missing = chance.random() < 0.5
    absent = {
        name
        for name in (*_TEXTS, *LISTS, "age", "activity_date", "total_cost", "spell_id")
        if missing and chance.random() < 0.2
    }
    whole = case.dataset is not None and chance.random() < 0.5
    dirty = chance.random() < 0.4
    rows = [
        _row(chance, identifiers, codes, absent, whole=whole, dirty=dirty)
        for _ in range(chance.choice((0, 1, 9, 40, 150)))
    ]
    form = chance.choice(("parquet", "parquet", "coded parquet", "csv"))
    path = folder / f"file{number}.{form.split()[-1]}"
    names = list(rows[0]) if rows else ["record_id", *([] if whole else ["dataset"])]
    if form == "csv":
        write_csv(path, names, rows)
        if rows:
            rows = [_as_csv_gives_it(row) for row in rows]
    else:
        table = pa.table({name: pa.array([row[name] for row in rows], _type(name)) for name in names})
        if form == "coded parquet":
            for name in set(names) & set(_TEXTS):
                place = table.schema.get_field_index(name)
                table = table.set_column(place, name, table.column(name).dictionary_encode())
        pq.write_table(table, path, row_group_size=chance.choice((1, 7, 50, 1000)))
    case.paths.append(path)
    case.files.append(WrittenFile(path.name, rows, dataset=case.dataset))


def _row(
    chance: Random,
    identifiers: list[str],
    codes: Sequence[str],
    absent: set[str],
    *,
    whole: bool,
    dirty: bool,
) -> dict[str, object]:
    row: dict[str, object] = {"record_id": chance.choice(identifiers)}
    if dirty and chance.random() < 0.1:
        row["record_id"] = chance.choice((None, "", "  ", f" {row['record_id']}", f"{row['record_id']}\t"))
    if not whole:
        row["dataset"] = chance.choice((*["apc"] * 6, *["op"] * 3, *([None, "ae", " apc"] if dirty else [])))
    row["spell_id"] = chance.choice(_SPELLS)
    for name, values in _TEXTS.items():
        row[name] = chance.choice(values)
    row["age"] = chance.choice(_AGES)
    row["activity_date"] = chance.choice(_DATES)
    row["total_cost"] = chance.choice(_COSTS)
    for name, values in (
        ("diagnoses", _DIAGNOSES),
        ("procedures", _PROCEDURES),
        ("unbundled_hrgs", _UNBUNDLED),
    ):
        codes_of = [chance.choice(values) for _ in range(chance.choice((0, 1, 1, 2, 3)))]
        row[name] = None if chance.random() < 0.1 else codes_of
    row["submitted_service_line"] = chance.choice((None, None, "", "UNKNOWN", *codes, f" {codes[0]} "))
    row["official_service_line"] = chance.choice((None, codes[0], codes[1], "NCB_Unk"))
    return {name: value for name, value in row.items() if name not in absent}


def _hes_file(case: Case, path: Path, chance: Random, identifiers: list[str]) -> None:
    rows: list[dict[str, object]] = []
    for _ in range(chance.choice((3, 40))):
        row: dict[str, object] = {
            "record_id": chance.choice(identifiers),
            "attended": chance.choice(("2", "3", "4", "5", "6", "7", "")),
            "treatment_function": chance.choice(("170", "320", "100", "&", " -")),
            "provider": chance.choice(("RJ1", "RX1", "&")),
            "diagnoses": [chance.choice(("C349", "R69X", "R54X", "-", "", "banana")) for _ in range(2)],
        }
        rows.append(row)
    names = ["ATTENDKEY", "ATTENDED", "TRETSPEF", "PROCODE3", "DIAG_4_01", "DIAG_4_02"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in rows:
            diagnoses = row["diagnoses"]
            assert isinstance(diagnoses, list)
            writer.writerow(
                [row["record_id"], row["attended"], row["treatment_function"], row["provider"], *diagnoses]
            )
    case.paths.append(path)
    case.files.append(WrittenFile(path.name, rows, layout="hes-op", dataset="op"))


def write_csv(path: Path, names: Sequence[str], rows: Sequence[dict[str, object]]) -> None:
    """Write canonical CSV: lists as text with semicolons."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(names)
        for row in rows:
            writer.writerow([_cell(row[name]) for name in names])


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ";".join(text or "" for text in value)
    return "" if value is None else str(value)


def _as_csv_gives_it(row: dict[str, object]) -> dict[str, object]:
    """Nothing between two semicolons is a position without a code; an empty cell is an empty list."""
    return {name: ([] if value is None else value) if name in LISTS else value for name, value in row.items()}


def _type(name: str) -> pa.DataType:
    if name in LISTS:
        return pa.list_(pa.string())
    special = {"age": pa.int32(), "activity_date": pa.date32(), "total_cost": pa.decimal128(18, 2)}
    return special.get(name, pa.string())


def _csv(path: Path, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([names, *rows])
