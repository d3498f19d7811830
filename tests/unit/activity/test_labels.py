"""Labels become answers once all spells are known."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.activity.identified import small_rulebook

from speccom.activity.column_chunks.chunk import of_texts
from speccom.activity.column_chunks.writer import RowGroup, chunk_writer
from speccom.activity.labels import FATES, LABELS, LAYERS, NOT_ATTENDED, AnswerBook, Answers
from speccom.activity.lines import UNRANKED, LineSet
from speccom.rulebook.identification import load_identification

# The small rulebook's lines by place: LUNG (spell), DRUG (episode), CARE (if specialised), SAID (spell).
NONE = LineSet((), None, UNRANKED, UNRANKED)
LUNG = LineSet(("LUNG",), "rules", 0, 0)
DRUG = LineSet(("DRUG",), "rules", UNRANKED, UNRANKED)
CARE = LineSet(("CARE",), "local", UNRANKED, UNRANKED)
DRUG_CARE = LineSet(("DRUG", "CARE"), "rules", UNRANKED, UNRANKED)
EXCLUDED = LineSet(("SAID",), "provider", UNRANKED, 3)
SETS = [NONE, LUNG, DRUG, CARE, DRUG_CARE, EXCLUDED]


@pytest.fixture
def book(tmp_path: Path) -> AnswerBook:
    return AnswerBook(load_identification(small_rulebook(tmp_path / "rulebook")), SETS)


def answer(book: AnswerBook, label: int, spell_line: int | None) -> dict[str, object]:
    """The row of one record in a spell whose line is at a place (-1: none), or alone (None)."""
    answers = book.answers(
        np.array([label], dtype=np.int32),
        np.array([-1 if spell_line is None else spell_line], dtype=np.int16),
        np.array([spell_line is None]),
    )
    return rows(book, ["r"], answers)[0]


def rows(book: AnswerBook, ids: list[str], answers: Answers) -> list[dict[str, Any]]:
    """The output's rows, as they read back."""
    identifiers = [of_texts(name, pa.array(ids)) for name in ("record_id", "spell_id")]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "labels.parquet"
        with chunk_writer(path, LABELS) as writer:
            writer.write(
                RowGroup(len(ids), [*identifiers, *book.columns(answers, np.arange(len(ids)), len(ids))])
            )
        found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


@pytest.mark.parametrize(
    ("label", "spell_line", "lines", "pays", "layer", "fate"),
    [
        (0, None, [], None, None, "not_specialised"),
        (0, -1, [], None, None, "not_specialised"),
        (0, 3, [], "SAID", None, "labelled"),
        (1, None, ["LUNG"], "LUNG", "rules", "labelled"),
        (1, 3, ["LUNG"], "SAID", "rules", "labelled"),
        (2, None, ["DRUG"], "DRUG", "rules", "labelled"),
        (2, -1, ["DRUG"], "DRUG", "rules", "labelled"),
        (2, 0, ["DRUG"], "LUNG", "rules", "labelled"),
        (3, None, [], None, None, "not_specialised"),
        (3, -1, [], None, None, "not_specialised"),
        (3, 0, ["CARE"], "LUNG", "local", "labelled"),
        (4, -1, ["DRUG"], "DRUG", "rules", "labelled"),
        (4, 0, ["DRUG", "CARE"], "LUNG", "rules", "labelled"),
        (5, None, ["SAID"], "SAID", "provider", "labelled"),
        (NOT_ATTENDED, None, [], None, None, "not_attended"),
    ],
)
def test_answers(
    label: int,
    spell_line: int | None,
    lines: list[str],
    pays: str | None,
    layer: str | None,
    fate: str,
    book: AnswerBook,
) -> None:
    row = answer(book, label, spell_line)
    assert row["service_lines"] == lines
    assert row["service_line"] == (lines[0] if lines else None)
    assert row["spell_service_line"] == pays
    assert row["specialised"] == (pays is not None)
    assert row["layer"] == layer
    assert row["fate"] == fate
    programme = {"LUNG": "A", "DRUG": "B", "CARE": "C", "SAID": "D"}
    assert row["programme_of_care"] == (programme[lines[0]] if lines else None)
    assert row["rulebook"] == book.rulebook.identity


def test_rows_keep_their_order_and_lists_their_own_lines(book: AnswerBook) -> None:
    labels = np.array([4, 0, 1, 4, 2, 0, 4], dtype=np.int32)
    spell = np.array([0, -1, 0, -1, -1, 0, 0], dtype=np.int16)
    answers = book.answers(labels, spell, np.zeros(7, dtype=np.bool_))
    ids = [str(number) for number in range(7)]
    found = rows(book, ids, answers)
    assert [row["record_id"] for row in found] == ids
    assert [row["service_lines"] for row in found] == [
        ["DRUG", "CARE"],
        [],
        ["LUNG"],
        ["DRUG"],
        ["DRUG"],
        [],
        ["DRUG", "CARE"],
    ]


def test_no_rows_at_all(book: AnswerBook) -> None:
    nothing = book.answers(
        np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int16), np.zeros(0, dtype=np.bool_)
    )
    assert rows(book, [], nothing) == []


def test_fates_and_layers_are_the_contracts() -> None:
    assert LAYERS == ("rules", "local", "provider")
    assert FATES == ("labelled", "not_specialised", "not_attended")
