"""Criteria and findings in plain English: no SQL, no names of columns, no identifiers of code sets."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from speccom.criteria.codesets import CodeSet
from speccom.criteria.evaluate import Finding, Truth
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
    Not,
    Or,
    fold,
)
from speccom.criteria.vocabulary import Field, FieldType

CODES_NAMED = 6
"""A code set without a title is described by this many of its codes and the number of the others."""

_NUMBERS = {
    "=": "is",
    "<>": "is not",
    "<": "is under",
    "<=": "is at most",
    ">": "is over",
    ">=": "is at least",
}
_DATES = {
    "=": "is",
    "<>": "is not",
    "<": "is before",
    "<=": "is on or before",
    ">": "is after",
    ">=": "is on or after",
}
_TEXTS = {
    "=": "is",
    "<>": "is not",
    "<": "comes in order before",
    "<=": "comes in order no later than",
    ">": "comes in order after",
    ">=": "comes in order no earlier than",
}
_OPPOSITE = {"=": "<>", "<>": "="}


@dataclass(frozen=True)
class Statement:
    """A criterion as a sentence without its full stop, and what it is made of.

    A group's text introduces its parts ("all of these hold").
    """

    text: str
    parts: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """One part of an answer in words: what was asked, whether it holds, and what the record says.

    `verdict` is "yes", "no" or "not known"; `sentence` says it all, `seen` the values alone.
    """

    statement: str
    verdict: str
    seen: str
    sentence: str
    parts: tuple[Explanation, ...] = ()


def outline(expression: Expression) -> Statement:
    """Return a criterion in words, nested as it is."""

    def combine(part: Expression, inner: tuple[Statement, ...]) -> Statement:
        if isinstance(part, And):
            return Statement("all of these hold", inner)
        if isinstance(part, Or):
            return Statement("at least one of these holds", inner)
        if isinstance(part, Not):
            return _denied(part, inner[0])
        return Statement(leaf_words(part))

    return fold(expression, combine)


def describe(expression: Expression) -> str:
    """Return a criterion as one line of plain English, without a full stop."""

    def combine(part: Expression, inner: tuple[_Phrase, ...]) -> _Phrase:
        if isinstance(part, And):
            return _Phrase(", and ".join(_bracketed(each, Or) for each in inner), part)
        if isinstance(part, Or):
            return _Phrase(" or ".join(_bracketed(each, And) for each in inner), part)
        if not isinstance(part, Not):
            return _Phrase(leaf_words(part), part)
        if isinstance(part.part, And | Or | Not):
            return _Phrase(f"it is not so that ({inner[0].text})", part)
        return _Phrase(leaf_words(part.part, holds=False), part)

    return fold(expression, combine).text


def explain(finding: Finding) -> Explanation:
    """Return a finding in words, nested as the criterion is."""
    explained: dict[int, Explanation] = {}
    for each in _parts_first(finding):
        inner = tuple(explained.pop(id(part)) for part in each.parts)
        explained[id(each)] = _explained(each, inner)
    return explained[id(finding)]


def leaf_words(leaf: Expression, *, holds: bool = True) -> str:
    """Return a leaf, or with `holds=False` its opposite, as a sentence without its full stop."""
    if isinstance(leaf, CodeMatch):
        return _code_match_words(leaf, holds)
    if isinstance(leaf, InCodeSet):
        return f"{leaf.field.title} {'is' if holds else 'is not'} among {set_words(leaf.codeset)}"
    if isinstance(leaf, IsNull):
        return f"{leaf.field.title} is {'not ' if holds != leaf.negated else ''}recorded"
    if isinstance(leaf, Comparison):
        return _comparison_words(leaf, holds)
    if isinstance(leaf, Between):
        verb = "is" if holds != leaf.negated else "is not"
        low, high = value_words(leaf.field, leaf.low), value_words(leaf.field, leaf.high)
        return f"{leaf.field.title} {verb} from {low} to {high}"
    if isinstance(leaf, InList):
        verb = "is" if holds != leaf.negated else "is not"
        listed = either([value_words(leaf.field, value) for value in leaf.values])
        return f"{leaf.field.title} {verb} {'one of ' if len(leaf.values) > 2 else ''}{listed}"
    assert isinstance(leaf, Like)
    return _like_words(leaf, holds)


def set_words(codeset: CodeSet) -> str:
    """Return what people call a code set, or its first codes where it has no title."""
    if codeset.title:
        return codeset.title
    if codeset.is_empty:
        return "one of no codes"
    codes = sorted(codeset.prefixes | codeset.exact)
    if len(codes) <= CODES_NAMED:
        return either(codes)
    return f"{', '.join(codes[:CODES_NAMED])} or {len(codes) - CODES_NAMED} other codes"


def value_words(field: Field, value: object) -> str:
    """Return a value as people write it, with its meaning where the field's values are coded."""
    if value is None:
        return "not recorded"
    if isinstance(value, date):
        return f"{value.day} {month_name[value.month]} {value.year}"
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    meaning = field.values.get(str(value))
    return f"{meaning} ({value})" if meaning else str(value)


def either(words: Sequence[str]) -> str:
    """Return "a, b or c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


@dataclass(frozen=True)
class _Phrase:
    text: str
    made_from: Expression


def _bracketed(phrase: _Phrase, kind: type[Expression]) -> str:
    return f"({phrase.text})" if isinstance(phrase.made_from, kind) else phrase.text


def _denied(part: Not, inner: Statement) -> Statement:
    if isinstance(part.part, And):
        return Statement("not all of these hold", inner.parts)
    if isinstance(part.part, Or):
        return Statement("none of these holds", inner.parts)
    if isinstance(part.part, Not):
        return Statement("it is not so that the following does not hold", (inner,))
    return Statement(leaf_words(part.part, holds=False))


def _comparison_words(leaf: Comparison, holds: bool) -> str:
    operator = leaf.operator if holds else _OPPOSITE.get(leaf.operator, leaf.operator)
    verbs = _DATES if leaf.field.type == FieldType.DATE else _TEXTS
    verb = (_NUMBERS if leaf.field.type.is_number else verbs)[operator]
    if not holds and operator == leaf.operator:
        verb = verb.replace("is ", "is not ", 1).replace("comes ", "does not come ", 1)
    return f"{leaf.field.title} {verb} {value_words(leaf.field, leaf.value)}"


def _like_words(leaf: Like, holds: bool) -> str:
    positive = holds != leaf.negated
    pattern = leaf.pattern
    middle = pattern.strip("%")
    plain = "%" not in middle and "_" not in middle and middle != ""
    if plain and pattern == middle + "%":
        return f"{leaf.field.title} {'starts' if positive else 'does not start'} with {middle}"
    if plain and pattern == "%" + middle:
        return f"{leaf.field.title} {'ends' if positive else 'does not end'} with {middle}"
    if plain and pattern == "%" + middle + "%":
        return f"{leaf.field.title} {'holds' if positive else 'does not hold'} {middle}"
    if pattern == "" or (plain and pattern == middle):
        return f"{leaf.field.title} {'is' if positive else 'is not'} {middle or 'empty text'}"
    shape = pattern.replace("%", "…").replace("_", "?")
    return (
        f"{leaf.field.title} {'has' if positive else 'does not have'} the form {shape} "
        "(… is any text, ? is any one character)"
    )


def _code_match_words(leaf: CodeMatch, holds: bool) -> str:
    kind = leaf.field.singular_title or str(leaf.field.singular)
    codes = set_words(leaf.codeset)
    if leaf.position == "primary":
        return f"the main {kind} {'is' if holds else 'is not'} {codes}"
    which = {"any": "recorded", "secondary": "further"}[leaf.position]
    return f"{'a' if holds else 'no'} {which} {kind} is {codes}"


def _explained(finding: Finding, inner: tuple[Explanation, ...]) -> Explanation:
    part = finding.expression
    verdict = _verdict(finding.value)
    if isinstance(part, Not) and not isinstance(part.part, And | Or | Not):
        leaf = finding.parts[0]
        statement = leaf_words(part.part, holds=False)
        return Explanation(statement, verdict, _seen(leaf), _leaf_sentence(leaf))
    if inner:
        statement = outline_text(part)
        parts = inner[0].parts if isinstance(part, Not) and not isinstance(part.part, Not) else inner
        return Explanation(statement, verdict, "", f"{_capital(statement)}: {verdict}", parts)
    return Explanation(leaf_words(part), verdict, _seen(finding), _leaf_sentence(finding))


def outline_text(part: Expression) -> str:
    """Return the words that introduce a group's parts."""
    if isinstance(part, And):
        return "all of these hold"
    if isinstance(part, Or):
        return "at least one of these holds"
    assert isinstance(part, Not)
    return _denied(part, Statement("")).text


def _leaf_sentence(finding: Finding) -> str:
    """Return what the record says of a leaf: the leaf's words where it holds, its opposite where not."""
    seen = _seen(finding)
    if finding.value is None:
        return f"Not known whether {leaf_words(finding.expression)}: it is not recorded"
    words = _capital(leaf_words(finding.expression, holds=finding.value))
    if isinstance(finding.expression, IsNull) or not seen:
        return words
    return f"{words} ({seen})" if finding.value else f"{words} (it is {seen})"


def _seen(finding: Finding) -> str:
    part = finding.expression
    if isinstance(part, CodeMatch):
        return ", ".join(finding.seen) if isinstance(finding.seen, tuple) else ""
    field: Field = part.field  # type: ignore[attr-defined]
    return value_words(field, finding.seen)


def _verdict(value: Truth) -> str:
    return {True: "yes", False: "no", None: "not known"}[value]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _parts_first(finding: Finding) -> list[Finding]:
    order = [finding]
    for each in order:
        order.extend(each.parts)
    return order[::-1]
