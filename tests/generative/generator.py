"""Random code sets, criteria and records, made so that the hard cases are frequent and answers vary.

Values come from small pools with neighbours on both sides of every literal, so that a boundary that is
off by one shows; everything follows from the seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from speccom.criteria.codesets import CodeSet
from speccom.criteria.expression import (
    And,
    Between,
    CodeMatch,
    Comparison,
    Expression,
    InCodeSet,
    InList,
    IsNull,
    Like,
    Literal,
    Not,
    Or,
)
from speccom.criteria.vocabulary import Field, FieldType, Vocabulary

VOCABULARY = Vocabulary(
    (
        Field("provider", FieldType.TEXT, "the provider", classification="provider"),
        Field("treatment_function", FieldType.TEXT, "the function", classification="treatment_function"),
        Field("sex", FieldType.TEXT, "the sex"),
        Field("remark", FieldType.TEXT, "the remark"),
        Field("age", FieldType.WHOLE_NUMBER, "the age"),
        Field("total_cost", FieldType.DECIMAL, "the cost"),
        Field("activity_date", FieldType.DATE, "the date"),
        Field("diagnoses", FieldType.CODES, "the diagnoses", classification="icd10", singular="diagnosis"),
        Field("procedures", FieldType.CODES, "the procedures", classification="opcs4", singular="procedure"),
        Field(
            "unbundled_hrgs",
            FieldType.CODES,
            "the unbundled groups",
            classification="hrg",
            singular="unbundled_hrg",
            positions=("any",),
        ),
    )
)

_CODES = {
    "icd10": [
        "C34",
        "C340",
        "C341",
        "C349",
        "C50",
        "C509",
        "E84",
        "E840",
        "E848",
        "K262",
        "R54",
        "T080",
        "T0801",
        "Z51",
        "Z515",
    ],
    "opcs4": ["K10", "K101", "K102", "K26", "K269", "L29", "L291", "L292", "X72", "X721", "X729"],
    "hrg": ["SB12Z", "SB13Z", "SB17Z", "SC21Z", "SC29Z", "XC01Z", "XC07Z"],
    "provider": ["RJ1", "RJ1A", "RJ122", "RJ2", "RX1", "R0A", "X09", "8HK24"],
    "treatment_function": ["100", "101", "150", "303", "800", "812"],
}
_PREFIXES = {
    name: sorted({code[:n] for code in codes for n in (1, 2, 3, 4, 5)}) for name, codes in _CODES.items()
}
_TEXTS = {
    "provider": [*_CODES["provider"], "rj1", "R J1", " RJ1 ", "x09", "", " "],
    "treatment_function": [*_CODES["treatment_function"], "1 00", "15O"],
    "sex": ["1", "2", "9", "0", "X", "x"],
    "remark": [
        "",
        "a",
        "A",
        "ab",
        "a_b",
        "a%b",
        "a\nb",
        "O'Neill",
        "Ærø",
        "æ",
        "ab\\c",
        "日本",
        "e\u0301",
        "🫀",
    ],
}
_PATTERNS = {
    "provider": ["R%", "RJ_", "%1", "_", "", "RJ1", "%J%", "rj%"],
    "treatment_function": ["1%", "_0_", "%0", "10_"],
    "sex": ["_", "%", "X"],
    "remark": [
        "a%",
        "%b",
        "a_b",
        "_",
        "",
        "%",
        "%%",
        "a\\%b",
        "Ær_",
        "日_",
        "O'%",
        "A_",
        "__",
        "🫀%",
        "%\n%",
        "[ab]",
        "a.b",
    ],
}
_AGES = [-1, 0, 1, 17, 18, 19, 64, 65, 120, 7001, 2**31 - 1]
_AGE_LITERALS = [Decimal(each) for each in ("-1", "0", "1", "18", "18.5", "19", "65", "64.0", "5000")]
_MOST = "9999999999999999.99"
_COSTS = [Decimal(each) for each in ("-0.01", "0.00", "0.01", "99.99", "100.00", "100.01", _MOST)]
_COST_LITERALS = [
    Decimal(each) for each in ("-0.01", "0", "0.005", "99.99", "100", "100.005", "100.01", _MOST)
]
_DAYS = [
    date(1, 1, 1),
    date(1899, 12, 31),
    date(1970, 1, 1),
    date(2024, 2, 29),
    *(date(2025, 3, 30) + timedelta(days=each) for each in range(5)),
    date(9999, 12, 31),
]

Record = dict[str, object]


@dataclass(frozen=True)
class Rulebook:
    """Random criteria and the code sets that they name."""

    codesets: dict[str, CodeSet]
    criteria: tuple[Expression, ...]


class Generator:
    """Everything random of one round, from one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.codesets: dict[str, CodeSet] = {}

    def rulebook(self, criteria: int) -> Rulebook:
        """Return that many criteria over code sets of every classification.

        One rulebook in seven has three times as many, each narrow, so that few hold of any record.
        """
        for classification in _CODES:
            for number in range(self.chance.randint(2, 4)):
                codeset = self._codeset(f"{classification}_{number}", classification)
                self.codesets[codeset.name] = codeset
        if self.chance.random() < 0.15:
            return Rulebook(self.codesets, tuple(self._narrowed() for _ in range(3 * criteria)))
        return Rulebook(self.codesets, tuple(self._criterion() for _ in range(criteria)))

    def records(self, count: int) -> list[Record]:
        """Return records of the vocabulary; some batches leave out whole columns."""
        absent = {name for name in VOCABULARY if self.chance.random() < 0.08}
        missing = self.chance.choice((0.0, 0.1, 0.3))
        return [
            {each.name: self._value(each, missing) for each in VOCABULARY.values() if each.name not in absent}
            for _ in range(count)
        ]

    # --- records ---

    def _value(self, field: Field, missing: float) -> object:
        if self.chance.random() < missing:
            return None
        if field.type == FieldType.CODES:
            return self._list(str(field.classification), missing)
        if field.type == FieldType.TEXT:
            return self.chance.choice(_TEXTS[field.name])
        values: list[object] = {
            FieldType.WHOLE_NUMBER: list[object](_AGES),
            FieldType.DECIMAL: list[object](_COSTS),
            FieldType.DATE: list[object](_DAYS),
        }[field.type]
        return self.chance.choice(values)

    def _list(self, classification: str, missing: float) -> list[str | None]:
        length = self.chance.choice((0, 1, 1, 2, 2, 3, 4, 6))
        return [
            None if self.chance.random() < missing / 2 else self.chance.choice(_CODES[classification])
            for _ in range(length)
        ]

    # --- code sets ---

    def _codeset(self, name: str, classification: str) -> CodeSet:
        if self.chance.random() < 0.04:
            return CodeSet(name, classification)
        prefixes = self.chance.sample(_PREFIXES[classification], self.chance.randint(0, 3))
        exact = self.chance.sample(_CODES[classification], self.chance.randint(1, 3))
        return CodeSet(name, classification, frozenset(prefixes), frozenset(exact))

    def _set_of(self, classification: str | None) -> CodeSet:
        return self.chance.choice(
            [each for each in self.codesets.values() if each.classification == classification]
        )

    # --- criteria ---

    def _criterion(self) -> Expression:
        """Make a criterion; each of the hard shapes is asked for on its own, so that they also meet."""
        if self.chance.random() < 0.06:
            return self._exploding()
        made = self._tree(self.chance.choice((1, 2, 2, 3)))
        if self.chance.random() < 0.42:
            made = self._with_two_any(made)
        if self.chance.random() < 0.3:
            made = self._with_not_over(made)
        if self.chance.random() < 0.25:
            made = self._deepened(made)
        return made

    def _narrowed(self) -> Expression:
        sex, function = VOCABULARY["sex"], VOCABULARY["treatment_function"]
        narrow = (
            Comparison(sex, "=", self._literal(sex)),
            Comparison(function, "=", self._literal(function)),
        )
        return And((*narrow, self._criterion()))

    def _tree(self, depth: int) -> Expression:
        if depth <= 1:
            leaf = self._leaf()
            return Not(leaf) if self.chance.random() < 0.15 else leaf
        parts = tuple(
            self._tree(depth - self.chance.choice((1, 1, 2))) for _ in range(self.chance.randint(2, 3))
        )
        return self._joined(*parts)

    def _joined(self, *parts: Expression) -> Expression:
        made = self.chance.choice((And, Or))(parts)
        return Not(made) if self.chance.random() < 0.15 else made

    def _with_two_any(self, rest: Expression) -> Expression:
        """Join a clause that asks for two codes of one list, plainly or through NOT."""
        field = self.chance.choice([each for each in VOCABULARY.values() if each.type == FieldType.CODES])
        position = (
            self.chance.choice(("any", "any", "any", "secondary")) if len(field.positions) > 1 else "any"
        )
        wanted = tuple(
            CodeMatch(field, position, self._set_of(field.classification))
            for _ in range(self.chance.choice((2, 2, 3)))
        )
        both: Expression = And(wanted)
        if self.chance.random() < 0.25:
            both = Not(Or(tuple(Not(each) for each in wanted)))
        return self.chance.choice((And, Or))((both, rest)) if self.chance.random() < 0.7 else both

    def _with_not_over(self, rest: Expression) -> Expression:
        inner = self.chance.choice((And, Or))((self._tree(2), self._leaf()))
        if self.chance.random() < 0.4:
            return Not(And((inner, rest)) if self.chance.random() < 0.5 else Or((inner, rest)))
        return self.chance.choice((And, Or))((Not(inner), rest))

    def _deepened(self, made: Expression) -> Expression:
        node = self.chance.choice((And, Or))
        for _ in range(4):
            made = node((made, self._leaf())) if self.chance.random() < 0.5 else node((self._leaf(), made))
            node = Or if node is And else And
        return made

    def _exploding(self) -> Expression:
        """Make a criterion whose alternatives are too many to list, in either direction of NOT."""
        outer, inner = (And, Or) if self.chance.random() < 0.5 else (Or, And)
        made = outer(tuple(inner(tuple(self._tree(1) for _ in range(3))) for _ in range(6)))
        return Not(made) if outer is Or else made

    def _leaf(self) -> Expression:
        if self.chance.random() < 0.4:
            field = self.chance.choice([each for each in VOCABULARY.values() if each.type == FieldType.CODES])
            return CodeMatch(field, self.chance.choice(field.positions), self._set_of(field.classification))
        field = self.chance.choice([each for each in VOCABULARY.values() if each.type != FieldType.CODES])
        negated = self.chance.random() < 0.3
        kinds = ["comparison", "comparison", "between", "in", "null"]
        kinds += ["like", "like"] if field.type == FieldType.TEXT else []
        kinds += ["codeset", "codeset"] if field.classification else []
        match self.chance.choice(kinds):
            case "comparison":
                operator = self.chance.choice(("=", "<>", "<", "<=", ">", ">="))
                return Comparison(field, operator, self._literal(field))
            case "between":
                low, high = self._literal(field), self._literal(field)
                if low > high and self.chance.random() < 0.9:  # type: ignore[operator]
                    low, high = high, low
                return Between(field, low, high, negated)
            case "in":
                values = tuple(self._literal(field) for _ in range(self.chance.randint(1, 3)))
                return InList(field, values, negated)
            case "like":
                return Like(field, self.chance.choice(_PATTERNS[field.name]), negated)
            case "codeset":
                return InCodeSet(field, self._set_of(field.classification))
        return IsNull(field, negated)

    def _literal(self, field: Field) -> Literal:
        if field.type == FieldType.WHOLE_NUMBER:
            return self.chance.choice(_AGE_LITERALS)
        if field.type == FieldType.DECIMAL:
            return self.chance.choice(_COST_LITERALS)
        if field.type == FieldType.DATE:
            return self.chance.choice(_DAYS)
        return self.chance.choice(_TEXTS[field.name])
