"""Dirt of the kinds that real files hold, put into a batch's table at the rates of `dirt.csv`."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from speccom.activity.synthesise.soiled_codes import (
    DIAGNOSIS_SPELLINGS,
    PROCEDURE_SPELLINGS,
    marked_none,
    respelt,
)
from speccom.activity.synthesise.tables import DATA

PROCEDURE_MARKS = ("-", "&", " ", "X999", "X998")
DIAGNOSIS_MARKS = ("-", "&", " ")
FIRST_MARKS = {"hes-apc": ("-   ", "-", "&"), "hes-op": ("&\t ", "-   ", "X999")}
NO_PRACTICES = ("V81997", "V81998", "V81999")
SPACED_COLUMNS = (
    "provider",
    "treatment_function",
    "main_specialty",
    "hrg",
    "sex",
    "PROCODE3",
    "TRETSPEF",
    "SUSHRG",
)
BLANKED_COLUMNS = ("submitted_service_line", "spell_hrg", "admission_method")
NUMBER_COLUMNS = ("DIAG_COUNT", "OPERTN_COUNT", "EPIORDER", "EPIDUR", "STARTAGE", "APPTAGE")
PROVIDER_COLUMNS = ("provider", "PROCODE3")
AGE_COLUMNS = ("age", "STARTAGE", "APPTAGE")
FUNCTION_COLUMNS = ("treatment_function", "main_specialty", "TRETSPEF", "MAINSPEF")
ID_COLUMNS = ("record_id", "EPIKEY", "ATTENDKEY")

FEWEST_ROWS = 200
"""Tables of at least so many rows hold every kind of dirt at least once."""


def load_rates(folder: Path = DATA) -> dict[str, float]:
    """The share of places that each kind of dirt falls on, from `dirt.csv`."""
    with (folder / "dirt.csv").open(newline="", encoding="utf-8") as lines:
        return {row["kind"]: float(row["rate"]) for row in csv.DictReader(lines)}


class Dirt:
    """Soils tables of one layout, always in the same order of draws."""

    def __init__(self, layout: str, seed: np.random.SeedSequence) -> None:
        self._layout = layout
        self._rates = load_rates()
        self._generator = np.random.Generator(np.random.PCG64(seed))

    def soil(self, table: pa.Table) -> pa.Table:
        """Return the table with dirt in it; the same rows, columns and types."""
        columns = {name: table.column(name).combine_chunks() for name in table.column_names}
        if self._layout == "canonical":
            self._soil_canonical(columns)
        else:
            self._soil_hes(columns)
        self._lose_values(columns)
        self._add_spaces(columns)
        return pa.table(list(columns.values()), schema=table.schema)

    def _some(self, rows: int, kind: str) -> NDArray[np.bool_]:
        chosen = self._generator.random(rows) < self._rates[kind]
        if rows >= FEWEST_ROWS:
            chosen[int(self._generator.integers(1, rows))] = True
        return chosen

    def _soil_canonical(self, columns: dict[str, pa.Array]) -> None:
        rate = self._rates["no_code_mark"] / 2
        outpatient = columns["dataset"][0].as_py() == "op"
        for name, spellings, marks in (
            ("diagnoses", DIAGNOSIS_SPELLINGS, DIAGNOSIS_MARKS),
            ("procedures", PROCEDURE_SPELLINGS, PROCEDURE_MARKS),
        ):
            lists = columns[name]
            values = respelt(pc.list_flatten(lists), spellings, self._rates, self._generator)
            lists = pa.ListArray.from_arrays(lists.offsets, values)
            columns[name] = marked_none(lists, marks, rate if outpatient else rate / 2, self._generator)
        for name in BLANKED_COLUMNS:
            nothing = pc.is_null(columns[name]).to_numpy(zero_copy_only=False)
            self._put(columns, name, nothing & self._some(len(nothing), "blank_text"), "  ")

    def _soil_hes(self, columns: dict[str, pa.Array]) -> None:
        for stem, spellings in (("DIAG_4", DIAGNOSIS_SPELLINGS), ("OPERTN_4", PROCEDURE_SPELLINGS)):
            for name in (name for name in columns if name.startswith(stem)):
                columns[name] = respelt(columns[name], spellings, self._rates, self._generator)
        self._mark_none(columns, "OPERTN_4_01", FIRST_MARKS[self._layout])
        self._mark_none(columns, "OPERTN_4_02", ("", "", "\t"))
        self._mark_none(columns, "DIAG_4_01", ("R69X",) if self._layout == "hes-op" else ("-", "&"))
        self._make_ages_of_babies(columns)
        for name in (name for name in NUMBER_COLUMNS if name in columns):
            number = self._is_filled(columns[name]) & self._some(len(columns[name]), "decimal_number")
            decimal = pc.binary_join_element_wise(columns[name], pa.scalar(".0"), "")
            columns[name] = pc.if_else(pa.array(number), decimal, columns[name])
        if "DISDATE" in columns:
            absent = ~self._is_filled(columns["DISDATE"]) & self._some(len(columns["DISDATE"]), "absent_date")
            self._put(columns, "DISDATE", absent, "1800-01-01", "1801-01-01")
        for name in (name for name in ("STARTAGE", "APPTAGE") if name in columns):
            self._put(columns, name, self._some(len(columns[name]), "unreadable_age"), "NK", "unk", "1O")
        for name in (name for name in ("DISDATE", "APPTDATE") if name in columns):
            some = self._is_filled(columns[name]) & self._some(len(columns[name]), "unreadable_date")
            self._put(columns, name, some, "2025-02-30", "31/06/2025")
        self._put(columns, "GPPRAC", self._some(len(columns["GPPRAC"]), "no_practice"), *NO_PRACTICES)

    def _make_ages_of_babies(self, columns: dict[str, pa.Array]) -> None:
        for name in (name for name in ("STARTAGE", "APPTAGE") if name in columns):
            baby = pc.equal(columns[name], "0").to_numpy(zero_copy_only=False)
            chosen = baby & self._some(len(baby), "baby_age")
            self._put(columns, name, chosen, *(str(age) for age in range(7001, 7008)))

    def _mark_none(self, columns: dict[str, pa.Array], name: str, marks: Sequence[str]) -> None:
        empty = ~self._is_filled(columns[name])
        self._put(columns, name, empty & self._some(len(empty), "no_code_mark"), *marks)

    def _lose_values(self, columns: dict[str, pa.Array]) -> None:
        for kind, names in (
            ("missing_provider", PROVIDER_COLUMNS),
            ("missing_age", AGE_COLUMNS),
            ("missing_function", FUNCTION_COLUMNS),
        ):
            lost = self._some(len(next(iter(columns.values()))), kind)
            for name in (name for name in names if name in columns):
                self._put(columns, name, lost, self._nothing(columns[name], kind))
        for name in (name for name in ("activity_date", "APPTDATE") if name in columns):
            lost = self._some(len(columns[name]), "missing_date")
            self._put(columns, name, lost, None if name == "activity_date" else "1800-01-01")
        for name in (name for name in ID_COLUMNS if name in columns):
            again = self._some(len(columns[name]), "repeated_id")
            again[0] = False
            source = np.arange(len(again)) - again
            columns[name] = columns[name].take(pa.array(source))

    def _nothing(self, column: pa.Array, kind: str) -> str | None:
        if self._layout == "canonical":
            return None
        return "&" if kind == "missing_function" and pa.types.is_string(column.type) else ""

    def _add_spaces(self, columns: dict[str, pa.Array]) -> None:
        for name in (name for name in SPACED_COLUMNS if name in columns):
            spaced = self._is_filled(columns[name]) & self._some(len(columns[name]), "trailing_spaces")
            longer = pc.binary_join_element_wise(columns[name], pa.scalar("  "), "")
            columns[name] = pc.if_else(pa.array(spaced), longer, columns[name])

    def _put(
        self, columns: dict[str, pa.Array], name: str, where: NDArray[np.bool_], *values: str | None
    ) -> None:
        """Put one of the values, in turn, where it is wanted."""
        column = columns[name]
        drawn = self._generator.integers(len(values), size=len(where))
        replacement = pa.array(values, column.type).take(pa.array(drawn))
        columns[name] = pc.if_else(pa.array(where), replacement, column)

    @staticmethod
    def _is_filled(column: pa.Array) -> NDArray[np.bool_]:
        filled: NDArray[np.bool_] = pc.fill_null(pc.not_equal(column, ""), False).to_numpy(
            zero_copy_only=False
        )
        return filled
