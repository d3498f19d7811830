"""A batch in the wide layouts of Hospital Episode Statistics."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from speccom.activity.synthesise.arrow_columns import constant, dates, packed, texts
from speccom.activity.synthesise.batch import NO_DAY, Batch
from speccom.activity.synthesise.canonical import practices, record_ids, sex_codes, sites
from speccom.activity.synthesise.clinical_model import ClinicalModel
from speccom.activity.synthesise.codes import Numbers
from speccom.activity.synthesise.weighted import Integers

APC_DIAGNOSES, OP_DIAGNOSES, PROCEDURES = 20, 12, 24


def episodes_table(batch: Batch, model: ClinicalModel) -> pa.Table:
    """Admitted care: every column text, blank where there is nothing."""
    spells, spell = batch.spells, batch.spell
    finished = spells.discharge[spell] != NO_DAY
    start, end = _episode_days(batch)
    first_year = model.year.starts
    columns = {
        "FYEAR": constant(_short_year(model), batch.rows),
        "EPIKEY": record_ids(batch, "apc"),
        "ADMIDATE": _date_text(dates(spells.admitted[spell], first_year)),
        "ADMIMETH": texts(spells.method[spell], model.methods.texts),
        "ADMINCAT": constant("01", batch.rows),
        "ADMISORC": texts(spells.source[spell], model.sources.texts),
        "CLASSPAT": texts(spells.kind[spell], [one.patient_classification for one in model.admission_kinds]),
        **_wide("DIAG_4", spells.diagnoses[spell], APC_DIAGNOSES, model.diagnoses.texts),
        "DIAG_COUNT": _count(spells.diagnoses[spell]),
        "DISDATE": _date_text(dates(spells.discharge[spell], first_year, missing=~finished)),
        "EPIDUR": _number_text(end - start, missing=~finished),
        "EPIEND": _date_text(dates(end, first_year, missing=~finished)),
        "EPIORDER": _number_text(batch.episode + 1),
        "EPISTART": _date_text(dates(start, first_year)),
        "EPISTAT": texts(finished.astype(np.int64), ["1", "3"]),
        "EPITYPE": constant("1", batch.rows),
        "GPPRAC": practices(batch),
        "MAINSPEF": texts(model.function_specialty[batch.function()], model.specialties.texts),
        **_wide("OPERTN_4", batch.of_busiest(spells.procedures), PROCEDURES, model.procedures.texts),
        "OPERTN_COUNT": _count(batch.of_busiest(spells.procedures)),
        **_provider(batch, model),
        "SEX": sex_codes(spells.sex[spell]),
        "SPELBGIN": texts((batch.episode == 0).astype(np.int64), ["0", "2"]),
        "SPELDUR": _number_text(spells.nights[spell], missing=~finished),
        "SPELEND": texts(_is_last(batch).astype(np.int64), ["N", "Y"]),
        "STARTAGE": _number_text(spells.age[spell]),
        "SUSHRG": texts(spells.hrg[spell], model.hrgs.texts),
        "TRETSPEF": texts(batch.function(), [text.split("/")[0] for text in model.functions.texts]),
    }
    return _blank_for_null(columns)


def attendances_table(batch: Batch, model: ClinicalModel) -> pa.Table:
    """Outpatient attendances: every column text, blank where there is nothing."""
    spells, spell = batch.spells, batch.spell
    kinds = model.admission_kinds
    first = [one.kind.startswith("first") for one in kinds]
    columns = {
        "FYEAR": constant(_short_year(model), batch.rows),
        "ATTENDKEY": record_ids(batch, "op"),
        "ADMINCAT": constant("01", batch.rows),
        "APPTAGE": _number_text(spells.age[spell]),
        "APPTDATE": _date_text(dates(spells.admitted[spell], model.year.starts)),
        "ATENTYPE": texts(spells.kind[spell], ["1" if one else "2" for one in first]),
        "ATTENDED": texts(spells.attendance[spell], [one.value for one in model.year.attendance]),
        **_wide("DIAG_4", spells.diagnoses[spell], OP_DIAGNOSES, model.diagnoses.texts),
        "DIAG_COUNT": _count(spells.diagnoses[spell]),
        "FIRSTATT": texts(spells.kind[spell], _first_attendance(model)),
        "GPPRAC": practices(batch),
        "MAINSPEF": texts(model.function_specialty[batch.function()], model.specialties.texts),
        **_wide("OPERTN_4", spells.procedures[spell], PROCEDURES, model.procedures.texts),
        "OPERTN_COUNT": _count(spells.procedures[spell]),
        "PRIORITY": constant("1", batch.rows),
        **_provider(batch, model),
        "REFSOURC": texts(spells.source[spell], model.sources.texts),
        "SEX": sex_codes(spells.sex[spell]),
        "SUSHRG": texts(spells.hrg[spell], model.hrgs.texts),
        "TRETSPEF": texts(batch.function(), [text.split("/")[0] for text in model.functions.texts]),
    }
    return _blank_for_null(columns)


def _provider(batch: Batch, model: ClinicalModel) -> dict[str, pa.Array]:
    provider = batch.spells.provider[batch.spell]
    return {
        "PROCODE3": texts(provider, [one.code for one in model.providers]),
        "PROCODE5": texts(provider, [f"{one.code}00" for one in model.providers]),
        "SITETRET": sites(batch, model),
    }


def _first_attendance(model: ClinicalModel) -> list[str]:
    """FIRSTATT of each kind: 1 first, 2 follow-up, 3 and 4 the same by telephone or video."""
    return [
        {(True, False): "1", (False, False): "2", (True, True): "3", (False, True): "4"}[
            (one.kind.startswith("first"), one.kind.endswith("remote"))
        ]
        for one in model.admission_kinds
    ]


def _episode_days(batch: Batch) -> tuple[Integers, Integers]:
    """First and last day of each episode: the nights of a spell, divided evenly."""
    spells, spell = batch.spells, batch.spell
    start = spells.admitted[spell] + spells.nights[spell] * batch.episode // spells.episodes[spell]
    end = spells.admitted[spell] + spells.nights[spell] * (batch.episode + 1) // spells.episodes[spell]
    return start, end


def _is_last(batch: Batch) -> np.ndarray:
    last: np.ndarray = batch.episode == batch.spells.episodes[batch.spell] - 1
    return last


def _wide(stem: str, codes: Numbers, width: int, values: list[str]) -> dict[str, pa.Array]:
    columns = packed(codes, width)
    return {f"{stem}_{place + 1:02d}": texts(columns[:, place], values) for place in range(width)}


def _count(codes: Numbers) -> pa.Array:
    return _number_text((codes >= 0).sum(axis=1))


def _number_text(numbers: Integers, missing: np.ndarray | None = None) -> pa.Array:
    return pc.cast(pa.array(numbers, mask=missing), pa.string())


def _date_text(column: pa.Array) -> pa.Array:
    return pc.cast(column, pa.string())


def _short_year(model: ClinicalModel) -> str:
    """`2526` for 2025-26, as FYEAR has it."""
    return f"{model.year.starts.year % 100:02d}{model.year.ends.year % 100:02d}"


def _blank_for_null(columns: dict[str, pa.Array]) -> pa.Table:
    return pa.table({name: pc.fill_null(column, "") for name, column in columns.items()})
