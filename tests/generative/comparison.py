"""One round: a random rulebook and a random batch, answered by every engine, and what they disagree on.

Each round also counts how many of its criteria and batches are of the hard kinds (`Shares`), because a
comparison over easy cases proves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tests.generative.batches import batch_of
from tests.generative.criterion_text import text_of
from tests.generative.generator import VOCABULARY, Generator, Record
from tests.generative.plain_sql import truths

from speccom.criteria.bit_tables import BITS_IN_WORD, BitTables, Words, bits_of, compile_rules
from speccom.criteria.columns import Batch
from speccom.criteria.evaluate import evaluate
from speccom.criteria.expression import (
    And,
    CodeMatch,
    Expression,
    IsNull,
    Like,
    Not,
    Or,
    fold,
    leaves,
)
from speccom.criteria.kernel import Kernel
from speccom.criteria.kernel_duckdb import DuckDBKernel
from speccom.criteria.parse import parse

CRITERIA = 14
RECORDS = 48
Answerer = Callable[[BitTables, Batch], Words]

BLOCK = 20
"""Records that the kernels take at once here, so that a batch is several blocks."""

ENGINES: dict[str, Answerer] = {
    "numpy": lambda tables, batch: Kernel(tables, "numpy").answer(batch),
    "numba": lambda tables, batch: Kernel(tables, "numba").answer(batch),
    "duckdb": lambda tables, batch: DuckDBKernel(tables).answer(batch),
}


@dataclass(frozen=True)
class Disagreement:
    """One record on which one engine differs from the reference evaluator."""

    seed: int
    engine: str
    criterion: str
    record: Record
    reference: bool | None
    answer: bool | None

    def __str__(self) -> str:
        return (
            f"round {self.seed}, {self.engine} says {self.answer}, the reference {self.reference}\n"
            f"    {self.criterion}\n    {self.record}"
        )


@dataclass
class Shares:
    """How many criteria, batches and answers were of each kind."""

    criteria: Counter[str] = field(default_factory=Counter)
    batches: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    def add(self, other: Shares) -> None:
        """Count another round's too."""
        self.criteria += other.criteria
        self.batches += other.batches
        self.answers += other.answers

    def share(self, kind: str) -> float:
        """Return the share of a kind among its like."""
        for counter in (self.criteria, self.batches, self.answers):
            if kind in counter:
                return counter[kind] / counter["all"]
        return 0.0

    def report(self) -> str:
        """Return the shares as lines to be read."""
        lines = [
            f"{self.criteria['all']} criteria, {self.batches['all']} batches, {self.answers['all']} pairs"
        ]
        for counter in (self.criteria, self.batches, self.answers):
            lines += [
                f"  {count / counter['all']:6.1%}  {kind}"
                for kind, count in sorted(counter.items())
                if kind != "all"
            ]
        return "\n".join(lines)


@dataclass(frozen=True)
class Round:
    """What one round came to."""

    disagreements: tuple[Disagreement, ...]
    shares: Shares


def run_round(seed: int, *, records: int | None = None) -> Round:
    """Make a rulebook and a batch from a seed, ask every engine, compare."""
    generator = Generator(seed)
    rulebook = generator.rulebook(CRITERIA)
    size = records if records is not None else generator.chance.choice((RECORDS,) * 8 + (0, 1))
    batch = generator.records(size)
    texts = [text_of(each, generator.chance) for each in rulebook.criteria]
    criteria = [parse(text, VOCABULARY, rulebook.codesets).expression for text in texts]
    misread = [
        text for text, made, read in zip(texts, rulebook.criteria, criteria, strict=True) if made != read
    ]
    if misread:
        return Round(tuple(Disagreement(seed, "parser", text, {}, None, None) for text in misread), Shares())
    reference = [[evaluate(each, record).value for each in criteria] for record in batch]
    tables = compile_rules(criteria)
    columns = batch_of(batch, VOCABULARY, generator.chance)
    found: list[Disagreement] = []
    for engine, answer in ENGINES.items():
        holding = [set(tables.rules_of(bits_of(row))) for row in answer(tables, columns)]
        answers = [[number in held for number in range(len(criteria))] for held in holding]
        wanted = [[value is True for value in row] for row in reference]
        found += _differences(seed, engine, texts, batch, wanted, answers)
    second = truths(criteria, batch, VOCABULARY) if batch else []
    found += _differences(seed, "plain SQL", texts, batch, reference, second)
    return Round(tuple(found), _shares(criteria, tables, batch, reference))


def run_rounds(seeds: Iterable[int]) -> Round:
    """Run several rounds and put them together."""
    shares = Shares()
    found: list[Disagreement] = []
    for seed in seeds:
        done = run_round(seed)
        shares.add(done.shares)
        found += done.disagreements
    return Round(tuple(found), shares)


def _differences(
    seed: int,
    engine: str,
    texts: Sequence[str],
    batch: Sequence[Record],
    reference: Sequence[Sequence[bool | None]],
    answers: Sequence[Sequence[bool | None]],
) -> list[Disagreement]:
    if len(answers) != len(batch):
        return [Disagreement(seed, engine, "(all)", {}, None, None)]
    return [
        Disagreement(seed, engine, texts[number], record, wanted[number], answer)
        for record, wanted, row in zip(batch, reference, answers, strict=True)
        for number, answer in enumerate(row)
        if answer is not wanted[number]
    ]


# --- shares ---


def _shares(
    criteria: Sequence[Expression],
    tables: BitTables,
    batch: Sequence[Record],
    reference: Sequence[Sequence[bool | None]],
) -> Shares:
    shares = Shares()
    for expression, rule in zip(criteria, tables.rules, strict=True):
        kinds = {
            "all": True,
            "NOT over two or more leaves": _has_not_over_two(expression),
            "depth 4 and more": _depth(expression) >= 4,
            "two any-conditions of one list in a clause": _has_two_any(expression),
            "decided by a formula": bool(rule.steps),
            "with companions": bool(rule.companions),
            "with LIKE": any(isinstance(each, Like) for each in leaves(expression)),
            "with IS NULL": any(isinstance(each, IsNull) for each in leaves(expression)),
        }
        shares.criteria.update(kind for kind, present in kinds.items() if present)
    used = {each.field.name for expression in criteria for each in leaves(expression)}  # type: ignore[attr-defined]
    values = [value for record in batch for name, value in record.items() if name in used]
    kinds = {
        "all": True,
        "batch with nulls": None in values,
        "batch with a list position without a code": any(isinstance(v, list) and None in v for v in values),
        "batch with empty lists": [] in values,
        "batch with absent columns": bool(batch) and not used <= set(batch[0]),
        "batch of none or one": len(batch) < 2,
        "bits in more than one word": tables.size > BITS_IN_WORD,
    }
    shares.batches.update(kind for kind, present in kinds.items() if present)
    words = {True: "answer TRUE", False: "answer FALSE", None: "answer unknown"}
    for row in reference:
        shares.answers.update(words[value] for value in row)
        shares.answers["all"] += len(row)
    return shares


def _depth(expression: Expression) -> int:
    """Return the levels of AND and OR over the deepest leaf, the leaf being one; NOT adds none."""

    def combine(part: Expression, inner: tuple[int, ...]) -> int:
        return max(inner, default=0) + (0 if isinstance(part, Not) else 1)

    return fold(expression, combine)


def _has_not_over_two(expression: Expression) -> bool:
    def combine(part: Expression, inner: tuple[tuple[int, bool], ...]) -> tuple[int, bool]:
        count = sum(leaves_within for leaves_within, _ in inner) if inner else 1
        return count, any(has for _, has in inner) or (isinstance(part, Not) and count >= 2)

    return fold(expression, combine)[1]


def _has_two_any(expression: Expression) -> bool:
    """Whether some AND (or OR under NOT) directly asks for two codes of one list, whatever their order."""
    waiting: list[tuple[Expression, bool]] = [(expression, True)]
    while waiting:
        part, holds = waiting.pop()
        if isinstance(part, Not):
            waiting.append((part.part, not holds))
        elif isinstance(part, And | Or):
            if isinstance(part, And) is holds:
                asked = Counter(
                    leaf.field.name
                    for leaf, wanted in (_bare(each, holds) for each in part.parts)
                    if isinstance(leaf, CodeMatch) and leaf.position == "any" and wanted
                )
                if max(asked.values(), default=0) >= 2:
                    return True
            waiting.extend((each, holds) for each in part.parts)
    return False


def _bare(part: Expression, holds: bool) -> tuple[Expression, bool]:
    while isinstance(part, Not):
        part, holds = part.part, not holds
    return part, holds
