"""Many criteria compiled into bit tables: data that NumPy, Numba, DuckDB and Spark can all run.

Every clause of every rule (`normal_form`) has one bit. For each *slot* (a scalar field, the first code of
a list, the codes of a list) a table maps a value to the bits that the value does not rule out. A record's
answer is the AND of its rows over the slots; for a list of codes, the OR of what its codes provide. This
is the bit-vector method of packet classification, applied to commissioning rules.

What one AND of rows cannot say is settled after it, on the few records that have any bit left: a clause
that asks for two different codes of one list has *companions* (bits that must also be set), and a
criterion whose clauses would explode is a formula over one bit an atom.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from speccom.criteria.codes import normal_form
from speccom.criteria.codesets import CodeSet
from speccom.criteria.expression import CodeMatch, Expression, InCodeSet
from speccom.criteria.normal_form import Atom, Clause, Step, clauses, formula
from speccom.criteria.vocabulary import Field

BITS_IN_WORD = 63
"""SQL engines have no unsigned 64-bit integer, so the sign bit stays unused everywhere."""

Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Told:
    """The records of a batch that have any bit: which they are, (told,), and their bits, (told, words)."""

    records: npt.NDArray[np.int64]
    bits: Words

    @classmethod
    def of(cls, bits: Words) -> Told:
        """Return the records among (records, words) that have any bit."""
        records = np.flatnonzero(np.bitwise_or.reduce(bits, axis=1))
        return cls(records, bits[records])


@dataclass(frozen=True)
class SlotKey:
    """What a slot looks at: a field's `value`, or the `primary`, `any` or `secondary` codes of a list."""

    field: Field
    position: str


@dataclass(frozen=True)
class ScalarSlot:
    """A slot with one value a record: its conditions, and the bits that no condition restricts."""

    key: SlotKey
    conditions: tuple[tuple[frozenset[Atom], int], ...]
    free: int

    def row(self, value: object) -> int:
        """Return the bits that the value does not rule out (None for a missing value)."""
        bits = self.free
        code = self._code(value)
        if code is not None:
            bits |= self._sorted.required.matching(code)
        if code is not None or self.key.position == "primary":
            bits |= self._sorted.excluded_bits & ~self._sorted.excluded.matching(code or "")
        for atoms, mine in self._sorted.others:
            if all(atom.is_met_by(value) for atom in atoms):
                bits |= mine
        return bits

    def _code(self, value: object) -> str | None:
        if not isinstance(value, str) or self.key.field.classification is None:
            return None
        if self.key.position == "primary":
            return value
        return normal_form(self.key.field.classification, value) or ""

    @cached_property
    def _sorted(self) -> _SortedConditions:
        return _SortedConditions.of(self.conditions)


@dataclass(frozen=True)
class ListSlot:
    """A slot over the codes of a list: which bits each code set provides, and which it forbids."""

    key: SlotKey
    provides: tuple[tuple[CodeSet, int], ...]
    forbids: tuple[tuple[CodeSet, int], ...]
    free: int

    def row(self, code: str) -> tuple[int, int]:
        """Return the bits that a code in normal form provides and forbids."""
        provides, forbids = self._indexes
        return provides.matching(code), forbids.matching(code)

    @cached_property
    def _indexes(self) -> tuple[_CodeIndex, _CodeIndex]:
        return _CodeIndex(self.provides), _CodeIndex(self.forbids)


class _CodeIndex:
    """Bits by code: one look-up for each length that a prefix has, however many sets there are."""

    def __init__(self, sets: Iterable[tuple[CodeSet, int]]) -> None:
        self._prefixes: dict[str, int] = {}
        self._exact: dict[str, int] = {}
        for codeset, bits in sets:
            for prefix in codeset.prefixes:
                self._prefixes[prefix] = self._prefixes.get(prefix, 0) | bits
            for code in codeset.exact:
                self._exact[code] = self._exact.get(code, 0) | bits
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})

    def matching(self, code: str) -> int:
        bits = self._exact.get(code, 0)
        for length in self._lengths:
            bits |= self._prefixes.get(code[:length], 0)
        return bits


@dataclass(frozen=True)
class _SortedConditions:
    """A scalar slot's conditions by how they are looked up: one code set required, one excluded, or other."""

    required: _CodeIndex
    excluded: _CodeIndex
    excluded_bits: int
    others: tuple[tuple[frozenset[Atom], int], ...]

    @classmethod
    def of(cls, conditions: Iterable[tuple[frozenset[Atom], int]]) -> _SortedConditions:
        required: list[tuple[CodeSet, int]] = []
        excluded: list[tuple[CodeSet, int]] = []
        others: list[tuple[frozenset[Atom], int]] = []
        for atoms, bits in conditions:
            atom = next(iter(atoms))
            if len(atoms) > 1 or not isinstance(atom.leaf, CodeMatch | InCodeSet):
                others.append((atoms, bits))
            else:
                (required if atom.holds else excluded).append((atom.leaf.codeset, bits))
        excluded_bits = _or_of(bits for _, bits in excluded)
        return cls(_CodeIndex(required), _CodeIndex(excluded), excluded_bits, tuple(others))


@dataclass(frozen=True)
class RuleBits:
    """How a rule's answer is read from the bits.

    `bits` are its clauses; `companions` maps a clause's bit to bits that must be set with it; a rule with
    a `steps` formula has one bit, set where the formula over `atom_bits` holds.
    """

    bits: tuple[int, ...]
    companions: Mapping[int, tuple[int, ...]]
    steps: tuple[Step, ...] = ()
    atom_bits: Mapping[Atom, int] | None = None


@dataclass(frozen=True)
class BitTables:
    """The compiled rules. `answer_bits` bits hold answers; those from there to `size` only help to settle."""

    slots: tuple[ScalarSlot, ...]
    lists: tuple[ListSlot, ...]
    rules: tuple[RuleBits, ...]
    answer_bits: int
    size: int

    @property
    def words(self) -> int:
        """How many 63-bit words a record's bits take."""
        return max(1, -(-self.size // BITS_IN_WORD))

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that a record needs, each once."""
        return tuple(dict.fromkeys([*(s.key.field for s in self.slots), *(s.key.field for s in self.lists)]))

    def settle(self, bits: Words) -> Words:
        """Make the AND of rows, (records, words), final: in place, and returned.

        Companions are checked, formulas decided, and bits that only helped are cleared.
        """
        decided = [(rule.bits[0], _decide(rule, bits)) for rule in self.rules if rule.steps]
        for rule in self.rules:
            for bit, companions in rule.companions.items():
                records = np.flatnonzero(_test(bits, bit))
                met = np.logical_and.reduce([_test(bits[records], each) for each in companions])
                _clear(bits, bit, records[~met])
        for bit, holds in decided:
            _set(bits, bit, holds)
        for word, kept in enumerate(words_of(_ones(self.answer_bits), self.words)):
            if kept != _ones(BITS_IN_WORD):
                bits[:, word] &= kept
        return bits

    def rules_of(self, bits: int) -> tuple[int, ...]:
        """Return the numbers of the rules that hold, given one record's final bits as a whole number."""
        return tuple(n for n, mine in enumerate(self._bits_of_rules) if bits & mine)

    @cached_property
    def _bits_of_rules(self) -> tuple[int, ...]:
        return tuple(_or_of(1 << bit for bit in rule.bits) for rule in self.rules)

    @cached_property
    def start(self) -> int:
        """The bits that a record starts from: all but those that only a formula can set."""
        return _ones(self.size) & ~_or_of(1 << rule.bits[0] for rule in self.rules if rule.steps)

    @cached_property
    def needs_settling(self) -> bool:
        """Whether any rule has companions or a formula."""
        return any(rule.steps or rule.companions for rule in self.rules)


def compile_rules(criteria: Sequence[Expression]) -> BitTables:
    """Compile criteria into bit tables; rule numbers are positions in `criteria`."""
    return _Compiler(criteria).compile()


def words_of(bits: int, count: int) -> Words:
    """Return a whole number's bits as `count` words of 63 bits, lowest first."""
    mask = _ones(BITS_IN_WORD)
    return np.array([bits >> (BITS_IN_WORD * word) & mask for word in range(count)], dtype=np.uint64)


def bits_of(words: Iterable[int]) -> int:
    """Return the whole number that 63-bit words stand for, lowest word first."""
    return sum(int(word) << (BITS_IN_WORD * place) for place, word in enumerate(words))


class _Compiler:
    def __init__(self, criteria: Sequence[Expression]) -> None:
        self.plans = [(expression, clauses(expression)) for expression in criteria]
        self.size = 0
        self.scalars: dict[SlotKey, dict[frozenset[Atom], int]] = {}
        self.provides: dict[SlotKey, dict[CodeSet, int]] = {}
        self.forbids: dict[SlotKey, dict[CodeSet, int]] = {}

    def compile(self) -> BitTables:
        answers = [self._answer_bits(plan) for _, plan in self.plans]
        answer_bits = self.size
        rules = tuple(
            self._rule(expression, plan, bits)
            for (expression, plan), bits in zip(self.plans, answers, strict=True)
        )
        everything = _ones(self.size)
        lists = dict.fromkeys((*self.provides, *self.forbids))
        return BitTables(
            slots=tuple(
                ScalarSlot(key, tuple(conditions.items()), everything & ~_or_of(conditions.values()))
                for key, conditions in self.scalars.items()
            ),
            lists=tuple(self._list_slot(key, everything) for key in lists),
            rules=rules,
            answer_bits=answer_bits,
            size=self.size,
        )

    def _answer_bits(self, plan: tuple[Clause, ...] | None) -> tuple[int, ...]:
        return tuple(self._new_bit() for _ in (plan if plan is not None else (None,)))

    def _rule(
        self, expression: Expression, plan: tuple[Clause, ...] | None, bits: tuple[int, ...]
    ) -> RuleBits:
        if plan is None:
            return self._formula(expression, bits)
        companions = {
            bit: helpers
            for bit, clause in zip(bits, plan, strict=True)
            if (helpers := self._place(clause, bit))
        }
        return RuleBits(bits, companions)

    def _formula(self, expression: Expression, bits: tuple[int, ...]) -> RuleBits:
        steps = tuple(formula(expression))
        atom_bits: dict[Atom, int] = {}
        for step in steps:
            if step.atom is not None and step.atom not in atom_bits:
                atom_bits[step.atom] = self._new_bit()
                self._place(frozenset((step.atom,)), atom_bits[step.atom])
        return RuleBits(bits, {}, steps, atom_bits)

    def _place(self, clause: Clause, bit: int) -> tuple[int, ...]:
        """Enter a clause's conditions under its bit; return the companion bits that it needs beside it."""
        scalar: dict[SlotKey, set[Atom]] = {}
        provided: set[SlotKey] = set()
        companions: list[int] = []
        for atom in sorted(clause, key=_atom_order):
            key = _slot_of(atom.leaf)
            if not (isinstance(atom.leaf, CodeMatch) and key.position in ("any", "secondary")):
                scalar.setdefault(key, set()).add(atom)
            elif not atom.holds:
                _enter(self.forbids, key, atom.leaf.codeset, bit)
            elif key not in provided:
                provided.add(key)
                _enter(self.provides, key, atom.leaf.codeset, bit)
            else:
                companion = self._new_bit()
                companions.append(companion)
                _enter(self.provides, key, atom.leaf.codeset, companion)
        for key, atoms in scalar.items():
            conditions = self.scalars.setdefault(key, {})
            condition = frozenset(atoms)
            conditions[condition] = conditions.get(condition, 0) | 1 << bit
        return tuple(companions)

    def _list_slot(self, key: SlotKey, everything: int) -> ListSlot:
        provides = self.provides.get(key, {})
        return ListSlot(
            key,
            tuple(provides.items()),
            tuple(self.forbids.get(key, {}).items()),
            everything & ~_or_of(provides.values()),
        )

    def _new_bit(self) -> int:
        self.size += 1
        return self.size - 1


def _slot_of(leaf: Expression) -> SlotKey:
    if isinstance(leaf, CodeMatch):
        return SlotKey(leaf.field, leaf.position)
    field: Field = leaf.field  # type: ignore[attr-defined]
    return SlotKey(field, "value")


def _enter(table: dict[SlotKey, dict[CodeSet, int]], key: SlotKey, codeset: CodeSet, bit: int) -> None:
    rows = table.setdefault(key, {})
    rows[codeset] = rows.get(codeset, 0) | 1 << bit


def _atom_order(atom: Atom) -> tuple[int, int]:
    """Atoms of a clause in a fixed order: as they stand in the criterion's text."""
    return atom.leaf.span


def _ones(count: int) -> int:
    return (1 << count) - 1


def _or_of(values: Iterable[int]) -> int:
    total = 0
    for value in values:
        total |= value
    return total


def _test(bits: Words, bit: int) -> npt.NDArray[np.bool_]:
    word, place = divmod(bit, BITS_IN_WORD)
    set_in: npt.NDArray[np.bool_] = (bits[:, word] & np.uint64(1 << place)) != 0
    return set_in


def _clear(bits: Words, bit: int, where: npt.NDArray[np.intp]) -> None:
    word, place = divmod(bit, BITS_IN_WORD)
    bits[where, word] &= ~np.uint64(1 << place)


def _set(bits: Words, bit: int, where: npt.NDArray[np.bool_]) -> None:
    word, place = divmod(bit, BITS_IN_WORD)
    bits[where, word] |= np.uint64(1 << place)


def _decide(rule: RuleBits, bits: Words) -> npt.NDArray[np.bool_]:
    assert rule.atom_bits is not None
    results: list[npt.NDArray[np.bool_]] = []
    for step in rule.steps:
        if step.atom is not None:
            results.append(_test(bits, rule.atom_bits[step.atom]))
            continue
        operands = results[-step.count :]
        del results[-step.count :]
        join = np.logical_and if step.kind == "all" else np.logical_or
        results.append(join.reduce(operands))
    return results[0]


def constants_of(slot: ScalarSlot) -> Iterator[object]:
    """Yield the literals that a slot's conditions compare with, for slots whose values are ordered."""
    for atoms, _ in slot.conditions:
        for atom in atoms:
            for name in ("value", "low", "high"):
                if hasattr(atom.leaf, name):
                    yield getattr(atom.leaf, name)
            yield from getattr(atom.leaf, "values", ())
