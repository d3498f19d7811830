"""The manual tells the truth: all that its chapters claim holds, in the reference and in every engine."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest
from tests.generative.batches import batch_of
from tests.spec.manual import (
    CHAPTERS,
    AnswersClaim,
    Claim,
    DecisionClaim,
    NormalFormClaim,
    RefusedClaim,
    SameClaim,
    claims_of,
)

from speccom.criteria.bit_tables import bits_of, compile_rules
from speccom.criteria.codes import CLASSIFICATIONS, normal_form
from speccom.criteria.columns import Batch
from speccom.criteria.criterion_errors import CriterionErrors
from speccom.criteria.evaluate import evaluate
from speccom.criteria.expression import Expression, Not
from speccom.criteria.kernel import Kernel
from speccom.criteria.kernel_duckdb import DuckDBKernel
from speccom.criteria.parse import parse
from speccom.rulebook.activity_record import ACTIVITY

CLAIMS = [claim for chapter in CHAPTERS for claim in claims_of(chapter)]
ENGINES = ("numpy", "numba", "duckdb")


def _of(kind: type) -> list[object]:
    return [pytest.param(each, id=each.where) for each in CLAIMS if isinstance(each, kind)]


@pytest.mark.parametrize("claim", _of(AnswersClaim))
def test_reference_answers(claim: AnswersClaim) -> None:
    answers = [
        tuple(evaluate(criterion.expression, record).value for criterion in claim.criteria)
        for record in claim.records
    ]
    assert answers == list(claim.truths)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("claim", _of(AnswersClaim))
def test_engine_answers(claim: AnswersClaim, engine: str) -> None:
    """Engines say only whether a criterion is TRUE; asked of its NOT too, they tell FALSE from unknown."""
    criteria = [each.expression for each in claim.criteria]
    together = _truths(criteria, batch_of(claim.records, ACTIVITY), engine)
    assert together == list(claim.truths)
    alone = [_truths(criteria, batch_of([record], ACTIVITY), engine)[0] for record in claim.records[:3]]
    assert alone == list(claim.truths[:3])


@pytest.mark.parametrize("claim", _of(NormalFormClaim))
def test_normal_forms(claim: NormalFormClaim) -> None:
    assert normal_form(claim.classification, claim.written) == claim.normal


@pytest.mark.parametrize("claim", _of(SameClaim))
def test_same_meaning(claim: SameClaim) -> None:
    assert claim.written.expression == claim.means.expression


@pytest.mark.parametrize("claim", _of(RefusedClaim))
def test_refusals(claim: RefusedClaim) -> None:
    with pytest.raises(CriterionErrors) as refused:
        parse(claim.text, ACTIVITY, claim.codesets)
    assert str(refused.value) == claim.message


@pytest.mark.parametrize("claim", _of(DecisionClaim))
def test_decision_tables(claim: DecisionClaim) -> None:
    decision = claim.table.decide(claim.record)
    assert decision.answer == claim.answer
    words = {True: "TRUE", False: "FALSE", None: "unknown"}
    visits = [
        f"{visit.row.name} {words[visit.finding.value]}" if visit.finding else visit.row.name
        for visit in decision.path
    ]
    assert ", ".join(visits) == claim.path


# --- the manual is whole ---


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_claims_something_and_is_in_the_index(chapter: Path) -> None:
    assert claims_of(chapter)
    assert f"({chapter.name})" in (chapter.parent / "README.md").read_text(encoding="utf-8")


def test_every_word_of_the_language_is_answered_for() -> None:
    criteria = chain.from_iterable(each.criteria for each in CLAIMS if isinstance(each, AnswersClaim))
    shown = " ".join(each.text for each in criteria)
    words = ["AND", "OR", "NOT", "IN (", "NOT IN", "LIKE", "NOT LIKE", "BETWEEN", "NOT BETWEEN"]
    words += ["IS NULL", "IS NOT NULL", " = ", " <> ", " < ", " <= ", " > ", " >= ", "DATE '", "in_codeset("]
    words += [f"{function}(" for function in ACTIVITY.functions]
    assert [word for word in words if word not in shown] == []


def test_every_classification_has_its_normal_form() -> None:
    shown = {each.classification for each in CLAIMS if isinstance(each, NormalFormClaim)}
    assert shown == set(CLASSIFICATIONS)


def test_manual_is_of_some_size() -> None:
    truths = sum(len(row) for each in CLAIMS if isinstance(each, AnswersClaim) for row in each.truths)
    assert truths >= 300


def test_wrong_claim_is_noticed(tmp_path: Path) -> None:
    """What the tests above rest on: a chapter that says something else fails them."""
    chapter = tmp_path / "00-wrong.md"
    chapter.write_text("| age | `age > 18` |\n|---|---|\n| 18 | TRUE |\n", encoding="utf-8")
    claim = claims_of(chapter)[0]
    assert isinstance(claim, AnswersClaim)
    with pytest.raises(AssertionError):
        test_reference_answers(claim)
    for engine in ENGINES:
        with pytest.raises(AssertionError):
            test_engine_answers(claim, engine)


def test_headings_have_no_code() -> None:
    headings = re.findall(r"^#.*`.*$", "\n".join(each.read_text("utf-8") for each in CHAPTERS), re.MULTILINE)
    assert headings == []


def _truths(criteria: list[Expression], batch: Batch, engine: str) -> list[tuple[bool | None, ...]]:
    tables = compile_rules([*criteria, *(Not(each) for each in criteria)])
    kernel = DuckDBKernel(tables) if engine == "duckdb" else Kernel(tables, engine)
    held = [set(tables.rules_of(bits_of(row))) for row in kernel.answer(batch)]
    numbers = range(len(criteria))
    return [
        tuple(True if n in row else False if n + len(criteria) in row else None for n in numbers)
        for row in held
    ]


def test_claims_of_each_kind() -> None:
    kinds: set[type[Claim]] = {type(each) for each in CLAIMS}
    assert kinds == {AnswersClaim, NormalFormClaim, SameClaim, RefusedClaim, DecisionClaim}
