"""Records put into columns, as the bulk engines take them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

import numpy as np

from speccom.criteria.columns import (
    EPOCH,
    Batch,
    CodesColumn,
    Column,
    Dictionary,
    KnownValues,
    NumberColumn,
    TextColumn,
)
from speccom.criteria.vocabulary import Field, FieldType, Vocabulary

PENCE = 2
"""Money is given to the engines in units of 10^-2."""


def batch_of(
    records: Sequence[dict[str, object]], vocabulary: Vocabulary, chance: Random | None = None
) -> Batch:
    """Return the records by column; a column that no record has is absent.

    `chance` shuffles the dictionaries and puts unused and missing values into them, as files do.
    """
    columns: dict[str, Column] = {}
    for field in vocabulary.values():
        if any(field.name in record for record in records):
            columns[field.name] = _column(field, [record.get(field.name) for record in records], chance)
    return Batch(len(records), columns)


def _column(field: Field, values: list[object], chance: Random | None) -> Column:
    if field.type == FieldType.CODES:
        return _codes(values, chance)
    if field.type == FieldType.TEXT:
        dictionary, place = _dictionary(values, chance)
        ids = np.array([place[each] for each in values], dtype=np.int32)
        return TextColumn(dictionary, ids)
    scale = PENCE if field.type == FieldType.DECIMAL else 0
    numbers = np.array([_number(each, scale) for each in values], dtype=np.int64)
    missing = np.array([each is None for each in values], dtype=np.bool_)
    return NumberColumn(numbers, missing if missing.any() else None, scale)


def _codes(values: list[object], chance: Random | None) -> CodesColumn:
    lists: list[list[object]] = [each if isinstance(each, list) else [] for each in values]
    dictionary, place = _dictionary([code for codes in lists for code in codes], chance)
    offsets = np.cumsum([0, *(len(codes) for codes in lists)]).astype(np.int32)
    ids = np.array([place[code] for codes in lists for code in codes], dtype=np.int32)
    return CodesColumn(dictionary, offsets, ids)


def _dictionary(values: Sequence[object], chance: Random | None) -> tuple[Dictionary, dict[object, int]]:
    distinct: list[object] = list(dict.fromkeys(each for each in values if each is not None))
    if chance is not None:
        distinct += ["C77", "unused"] if chance.random() < 0.3 else []
        distinct += [None] if chance.random() < 0.3 else []
        chance.shuffle(distinct)
    place: dict[object, int] = {None: -1, **{each: n for n, each in enumerate(distinct)}}
    texts = [None if each is None else str(each) for each in distinct]
    return (
        _part(texts, chance) if chance is not None and chance.random() < 0.5 else Dictionary(texts)
    ), place


def _part(texts: Sequence[str | None], chance: Random) -> Dictionary:
    """Return a dictionary that is a part of all values that a column came to have."""
    known = KnownValues()
    known.values = list({*texts, "C77", "met before"} - {None})
    chance.shuffle(known.values)
    places = [-1 if each is None else known.values.index(each) for each in texts]
    return Dictionary(known=known, places=np.array(places, dtype=np.int32))


def _number(value: object, scale: int) -> int:
    if value is None:
        return 0
    if isinstance(value, date):
        return (value - EPOCH).days
    assert isinstance(value, int | Decimal)
    return int(Decimal(value).scaleb(scale))
