"""Whether all that is asked of one field can hold at once: a value that does it, or a proof that none can.

Soundness comes first: `Impossible` is answered only where every value has been ruled out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from speccom.criteria.codes import squeezed
from speccom.criteria.evaluate import evaluate, leaf_truth
from speccom.criteria.expression import (
    Between,
    CodeMatch,
    Comparison,
    InCodeSet,
    InList,
    IsNull,
    Like,
    Literal,
)
from speccom.criteria.vocabulary import Field, FieldType
from speccom.rulebook.code_regions import Region, joined
from speccom.rulebook.conditions import Condition


@dataclass(frozen=True)
class Possible:
    """The conditions hold for this value of the field."""

    value: object


@dataclass(frozen=True)
class Impossible:
    """No value of the field can meet the conditions."""


@dataclass(frozen=True)
class Undecided:
    """Neither a value nor a proof was found."""


Outcome = Possible | Impossible | Undecided


def prove(field: Field, conditions: Sequence[Condition], *, example: bool = True) -> Outcome:
    """Decide whether one value of the field can meet all conditions.

    Without `example` no list of codes is looked for, and what is not impossible may stay undecided.
    """
    if any(Condition(each.leaf, not each.truth) in conditions for each in conditions):
        return Impossible()
    if field.type == FieldType.CODES:
        return _code_list(field, conditions, example=example)
    missing = [each for each in conditions if isinstance(each.leaf, IsNull) and _asks_missing(each)]
    if missing:
        return Possible(None) if len(missing) == len(conditions) else Impossible()
    asked = [each for each in conditions if not isinstance(each.leaf, IsNull)]
    if field.type == FieldType.TEXT:
        return _text(field, asked)
    return _ordered(field, asked)


def _asks_missing(condition: Condition) -> bool:
    assert isinstance(condition.leaf, IsNull)
    return condition.leaf.negated != condition.truth


def _meets(value: object, conditions: Iterable[Condition]) -> bool:
    return all(leaf_truth(each.leaf, value) is each.truth for each in conditions)


def _literals(conditions: Iterable[Condition]) -> list[Literal]:
    found: list[Literal] = []
    for condition in conditions:
        leaf = condition.leaf
        if isinstance(leaf, Comparison):
            found.append(leaf.value)
        elif isinstance(leaf, Between):
            found.extend((leaf.low, leaf.high))
        elif isinstance(leaf, InList):
            found.extend(leaf.values)
    return found


# --- numbers and dates: between two neighbouring literals the truth of every condition is the same ---


def _ordered(field: Field, conditions: Sequence[Condition]) -> Outcome:
    literals = sorted(set(_literals(conditions)))
    tried = _dates(literals) if field.type == FieldType.DATE else _numbers(literals, field.type)
    if tried is None:
        return Undecided()
    for value in tried:
        if _meets(value, conditions):
            return Possible(value)
    return Impossible()


def _dates(literals: Sequence[Literal]) -> list[date]:
    found = [date(2025, 4, 1)]
    for literal in literals:
        assert isinstance(literal, date)
        found.append(literal)
        if literal > date.min:
            found.append(literal - timedelta(days=1))
        if literal < date.max:
            found.append(literal + timedelta(days=1))
    return found


def _numbers(literals: Sequence[Literal], field_type: FieldType) -> Sequence[int | Decimal] | None:
    numbers = [each for each in literals if isinstance(each, Decimal)]
    if field_type == FieldType.WHOLE_NUMBER:
        return [40] + [int(each) + step for each in numbers for step in (-1, 0, 1)]
    if not numbers:
        return [Decimal(0)]
    tried = [numbers[0] - 1, numbers[0]]
    for low, high in pairwise(numbers):
        tried += [(low + high) / 2, high]
    tried.append(numbers[-1] + 1)
    # Arithmetic on very long numbers rounds; then nothing is proved.
    return tried if all(low < high for low, high in pairwise(tried)) else None


# --- text ---


def _text(field: Field, conditions: Sequence[Condition]) -> Outcome:
    only = _only_values(conditions)
    tried = _text_candidates(field, conditions) if only is None else only
    for value in tried:
        if value and value == value.strip(" ") and _meets(value, conditions):
            return Possible(value)
    if only is not None or _bounds_cross(conditions) or _patterns_clash(conditions):
        return Impossible()
    if field.classification and _sets_clash(field.classification, conditions):
        return Impossible()
    return Undecided()


def _only_values(conditions: Iterable[Condition]) -> list[str] | None:
    """Return all values that one of the conditions leaves possible, where it leaves a list of them."""
    for condition in conditions:
        leaf, truth = condition.leaf, condition.truth
        if isinstance(leaf, Comparison) and leaf.operator == ("=" if truth else "<>"):
            return [str(leaf.value)]
        if isinstance(leaf, InList) and leaf.negated != truth:
            return [str(each) for each in leaf.values]
        if isinstance(leaf, Like) and leaf.negated != truth and _head(leaf.pattern) == leaf.pattern:
            return [leaf.pattern]
    return None


def _text_candidates(field: Field, conditions: Iterable[Condition]) -> list[str]:
    found = [*field.values, "100", "R1A", "ZZ9", "AA01A"]
    for condition in conditions:
        leaf = condition.leaf
        if isinstance(leaf, Like):
            found += [
                leaf.pattern.replace("%", filling).replace("_", letter)
                for filling in ("", "0", "A1", "QZ")
                for letter in "07AQ"
            ]
        elif isinstance(leaf, InCodeSet):
            codes = [*sorted(leaf.codeset.exact), *sorted(leaf.codeset.prefixes)]
            found += [code + ending for ending in ("", "0", "A") for code in codes]
    found += [f"{each}{ending}" for each in _literals(conditions) for ending in ("", "0", "Z")]
    return found


def _bounds_cross(conditions: Iterable[Condition]) -> bool:
    """Whether the text must be above one literal and below another that is not above it."""
    lows: list[tuple[str, bool]] = []
    highs: list[tuple[str, bool]] = []
    for condition in conditions:
        leaf, truth = condition.leaf, condition.truth
        if isinstance(leaf, Comparison):
            operator = leaf.operator if truth else _OPPOSITE[leaf.operator]
            if operator in (">", ">="):
                lows.append((str(leaf.value), operator == ">"))
            elif operator in ("<", "<="):
                highs.append((str(leaf.value), operator == "<"))
        elif isinstance(leaf, Between) and leaf.negated != truth:
            lows.append((str(leaf.low), False))
            highs.append((str(leaf.high), False))
    return any(
        low > high or (low == high and (above or below)) for low, above in lows for high, below in highs
    )


_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def _head(pattern: str) -> str:
    """Return what a text that fits the pattern must begin with."""
    ends = [at for at in (pattern.find("%"), pattern.find("_")) if at >= 0]
    return pattern[: min(ends)] if ends else pattern


def _patterns_clash(conditions: Iterable[Condition]) -> bool:
    asked: list[str] = []
    refused: list[str] = []
    for condition in conditions:
        if isinstance(condition.leaf, Like):
            positive = condition.leaf.negated != condition.truth
            (asked if positive else refused).append(condition.leaf.pattern)
    heads = [_head(each) for each in asked]
    if any(not (a.startswith(b) or b.startswith(a)) for a in heads for b in heads):
        return True
    beginnings = [each[:-1] for each in refused if each == _head(each) + "%"]
    return any(head.startswith(beginning) for head in heads for beginning in beginnings)


def _sets_clash(classification: str, conditions: Iterable[Condition]) -> bool:
    asked: Region | None = None
    refused: list[Region] = []
    for condition in conditions:
        leaf = condition.leaf
        if isinstance(leaf, InCodeSet):
            region = Region.of(leaf.codeset)
            if not condition.truth:
                refused.append(region)
                continue
        elif isinstance(leaf, Like) and leaf.negated != condition.truth and _head(leaf.pattern).strip():
            region = Region(classification, frozenset((squeezed(classification, _head(leaf.pattern)),)))
        else:
            continue
        asked = region if asked is None else asked.meet(region)
    return asked is not None and asked.surely_within(joined(classification, refused))


# --- lists of codes ---


def _code_list(field: Field, conditions: Sequence[Condition], *, example: bool) -> Outcome:
    assert field.classification is not None
    asked: dict[str, list[Region]] = {"any": [], "primary": [], "secondary": []}
    refused: dict[str, list[Region]] = {"any": [], "primary": [], "secondary": []}
    for condition in conditions:
        assert isinstance(condition.leaf, CodeMatch)
        (asked if condition.truth else refused)[condition.leaf.position].append(
            Region.of(condition.leaf.codeset)
        )
    not_first = refused["any"] + refused["primary"]
    not_later = refused["any"] + refused["secondary"]
    first: Region | None = None
    for region in asked["primary"]:
        first = region if first is None else first.meet(region)
    no_first, no_later = joined(field.classification, not_first), joined(field.classification, not_later)
    if first is not None and first.surely_within(no_first):
        return Impossible()
    if any(region.surely_within(no_later) for region in asked["secondary"]):
        return Impossible()
    for region in asked["any"]:
        at_first = region if first is None else region.meet(first)
        if at_first.surely_within(no_first) and region.surely_within(no_later):
            return Impossible()
    if not example:
        return Undecided()
    return _fitting_list(field, conditions, first, asked, not_first, not_later)


def _fitting_list(
    field: Field,
    conditions: Sequence[Condition],
    first: Region | None,
    asked: dict[str, list[Region]],
    not_first: list[Region],
    not_later: list[Region],
) -> Outcome:
    """Make a list of codes that meets the conditions, where that is easily done."""
    later = [region.code_outside(not_later) for region in asked["secondary"]]
    wanted_first = first
    for region in asked["any"]:
        code = region.code_outside(not_later)
        if code is None:
            wanted_first = region if wanted_first is None else wanted_first.meet(region)
        else:
            later.append(code)
    codes = [wanted_first.code_outside(not_first) if wanted_first else None, *later]
    record = {field.name: codes}
    met = all(evaluate(each.leaf, record).value is each.truth for each in conditions)
    return Possible(codes) if met else Undecided()
