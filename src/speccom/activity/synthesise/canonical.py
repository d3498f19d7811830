"""A batch in the canonical layout of an activity record."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from speccom.activity.synthesise.arrow_columns import MONEY, constant, dates, lists, money, numbered, texts
from speccom.activity.synthesise.batch import NO_DAY, Batch
from speccom.activity.synthesise.clinical_model import ClinicalModel
from speccom.activity.synthesise.weighted import Integers

SEX_CODES = ("0", "1", "2", "X", "", "", "", "", "", "9")
SITE_ENDINGS = ("01", "02", "03")
NOT_SEEN = ("2", "3", "4", "7")

TEXT = pa.string()
SCHEMA = pa.schema(
    [
        ("record_id", TEXT),
        ("dataset", TEXT),
        ("spell_id", TEXT),
        ("activity_date", pa.date32()),
        ("provider", TEXT),
        ("site", TEXT),
        ("age", pa.int32()),
        ("sex", TEXT),
        ("treatment_function", TEXT),
        ("main_specialty", TEXT),
        ("admission_method", TEXT),
        ("patient_classification", TEXT),
        ("hrg", TEXT),
        ("spell_hrg", TEXT),
        ("gp_practice", TEXT),
        ("gp_responsibility", TEXT),
        ("residence_responsibility", TEXT),
        ("host_sub_icb", TEXT),
        ("point_of_delivery", TEXT),
        ("diagnoses", pa.list_(TEXT)),
        ("procedures", pa.list_(TEXT)),
        ("unbundled_hrgs", pa.list_(TEXT)),
        ("administrative_category", TEXT),
        ("source_of_admission", TEXT),
        ("submitted_service_line", TEXT),
        ("attended", TEXT),
        ("activity_count", MONEY),
        ("total_cost", MONEY),
    ]
)


def canonical_table(batch: Batch, model: ClinicalModel, dataset: str) -> pa.Table:
    """The batch's records, one a row, with the columns of SCHEMA."""
    columns = _identity(batch, model, dataset) | _person(batch, model) | _care(batch, model, dataset)
    return pa.table([columns[field.name] for field in SCHEMA], schema=SCHEMA)


def record_ids(batch: Batch, dataset: str) -> pa.Array:
    """Ids that say what they are: `SYNA` (admitted) or `SYNO` (outpatient) and the record's number."""
    letter = {"apc": "A", "op": "O"}[dataset]
    return numbered(f"SYN{letter}", batch.first_record + 1 + np.arange(batch.rows), 10)


def sex_codes(sex: Integers) -> pa.Array:
    """The NHS Data Dictionary's codes; not disclosed is `X`."""
    return texts(sex, SEX_CODES)


def sites(batch: Batch, model: ClinicalModel) -> pa.Array:
    """Site codes: the provider's code and two figures; a specialty keeps to one site of a trust."""
    provider = batch.spells.provider[batch.spell]
    ending = (batch.function() + provider) % len(SITE_ENDINGS)
    every = [one.code + end for one in model.providers for end in SITE_ENDINGS]
    return texts(provider * len(SITE_ENDINGS) + ending, every)


def practices(batch: Batch) -> pa.Array:
    """Invented general practices: Z and five figures, which no real practice has."""
    return numbered("Z", batch.spells.practice[batch.spell] + 1, 5)


def day_of_record(batch: Batch) -> Integers:
    """Discharge; the start where the admission is unfinished; the appointment of an attendance."""
    spells = batch.spells
    day = np.where(spells.discharge == NO_DAY, spells.admitted, spells.discharge)
    return day[batch.spell]


def _identity(batch: Batch, model: ClinicalModel, dataset: str) -> dict[str, pa.Array]:
    rows, spells, spell = batch.rows, batch.spells, batch.spell
    admitted = dataset == "apc"
    return {
        "record_id": record_ids(batch, dataset),
        "dataset": constant(dataset, rows),
        "spell_id": numbered("SYNS", batch.first_spell + 1 + spell, 10) if admitted else pa.nulls(rows, TEXT),
        "activity_date": dates(day_of_record(batch), model.year.starts),
        "provider": texts(spells.provider[spell], [one.code for one in model.providers]),
        "site": sites(batch, model),
    }


def _person(batch: Batch, model: ClinicalModel) -> dict[str, pa.Array]:
    spells, spell = batch.spells, batch.spell
    places = [one.sub_icb for one in model.residences]
    return {
        "age": pa.array(spells.age[spell].astype(np.int32)),
        "sex": sex_codes(spells.sex[spell]),
        "gp_practice": practices(batch),
        "gp_responsibility": texts(spells.registered[spell], places),
        "residence_responsibility": texts(spells.residence[spell], places),
        "host_sub_icb": texts(spells.provider[spell], [one.host_sub_icb for one in model.providers]),
    }


def _care(batch: Batch, model: ClinicalModel, dataset: str) -> dict[str, pa.Array]:
    rows, spells, spell = batch.rows, batch.spells, batch.spell
    function, kinds = batch.function(), model.admission_kinds
    hrg = texts(spells.hrg[spell], model.hrgs.texts)
    nothing = pa.nulls(rows, TEXT)
    admitted = dataset == "apc"
    attended = texts(spells.attendance[spell], [one.value for one in model.year.attendance])
    seen = [0 if one.value in NOT_SEEN else 100 for one in model.year.attendance]
    return {
        "treatment_function": texts(function, [text.split("/")[0] for text in model.functions.texts]),
        "main_specialty": texts(model.function_specialty[function], model.specialties.texts),
        "admission_method": texts(spells.method[spell], model.methods.texts) if admitted else nothing,
        "patient_classification": texts(spells.kind[spell], [one.patient_classification for one in kinds])
        if admitted
        else nothing,
        "hrg": hrg,
        "spell_hrg": hrg if admitted else nothing,
        "point_of_delivery": texts(spells.kind[spell], [one.point_of_delivery for one in kinds]),
        "diagnoses": lists(spells.diagnoses[spell], model.diagnoses.texts),
        "procedures": lists(batch.of_busiest(spells.procedures), model.procedures.texts),
        "unbundled_hrgs": lists(batch.unbundled(model.is_critical_care), model.unbundled_codes.texts),
        "administrative_category": constant("01", rows),
        "source_of_admission": texts(spells.source[spell], model.sources.texts) if admitted else nothing,
        "submitted_service_line": texts(spells.stated_line[spell], model.lines.texts),
        "attended": nothing if admitted else attended,
        "activity_count": money(np.array(seen)[spells.attendance[spell]].astype(np.int64)),
        "total_cost": money(batch.pence),
    }
