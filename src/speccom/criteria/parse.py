"""From a criterion's text to its expression, accepting a short whitelist and pointing at everything else.

The words are SQL's boolean expressions. sqlglot's tokenizer splits the text (so strings, numbers and
keywords are read as SQL reads them); the grammar is ours, so that nothing outside the whitelist can slip
through and every message can point into the text. The parser keeps its own stack and so never runs out
of depth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer

from speccom.criteria.codesets import CodeSet
from speccom.criteria.criterion_errors import CriterionError, CriterionErrors, nearest
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
    Span,
)
from speccom.criteria.vocabulary import Field, FieldType, Vocabulary

CLASSIFICATION_WORDS = {
    "icd10": "diagnosis codes (ICD-10)",
    "opcs4": "procedure codes (OPCS-4)",
    "treatment_function": "treatment functions",
    "main_specialty": "main specialties",
    "hrg": "healthcare resource groups",
    "provider": "providers",
    "site": "sites",
}

_COMPARISONS = {
    TokenType.EQ: "=",
    TokenType.NEQ: "<>",
    TokenType.LT: "<",
    TokenType.LTE: "<=",
    TokenType.GT: ">",
    TokenType.GTE: ">=",
}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_CONNECTIVES = {TokenType.AND: "AND", TokenType.OR: "OR"}
_PRECEDENCE = {"(": 0, "OR": 1, "AND": 2, "NOT": 3}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RESERVED = frozenset(("AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "IS", "NULL", "TRUE", "FALSE"))


@dataclass(frozen=True)
class Criterion:
    """A valid criterion: its text as written and what it means."""

    text: str
    expression: Expression


def parse(text: str, vocabulary: Vocabulary, codesets: Mapping[str, CodeSet]) -> Criterion:
    """Parse and check a criterion against the fields and code sets that it may use.

    Raises `CriterionErrors` with every name and type that is wrong, or with the first place where the
    text stops being a criterion.
    """
    return Criterion(text, _Parser(text, vocabulary, codesets).parse())


class _Unreadable(Exception):
    """The text stops being a criterion here."""

    def __init__(self, error: CriterionError) -> None:
        self.error = error


@dataclass(frozen=True)
class _Operator:
    name: str
    span: Span


@dataclass(frozen=True)
class _Value:
    value: Literal
    span: Span


@dataclass(frozen=True)
class _Broken(Expression):
    """Stands where a leaf had an error, so that the rest of the text is still checked."""


class _Parser:
    def __init__(self, text: str, vocabulary: Vocabulary, codesets: Mapping[str, CodeSet]) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.codesets = codesets
        self.errors: list[CriterionError] = []
        self.tokens: list[Token] = []
        self.at = 0

    def parse(self) -> Expression:
        try:
            self.tokens = self._tokenise()
            expression = self._expression()
        except _Unreadable as unreadable:
            self.errors.append(unreadable.error)
        if self.errors:
            ordered = sorted(self.errors, key=lambda error: error.start)
            raise CriterionErrors(self.text, tuple(ordered))
        return expression

    # --- the grammar of AND, OR, NOT and parentheses ---

    def _expression(self) -> Expression:
        operands: list[Expression] = []
        operators: list[_Operator] = []
        while True:
            self._read_operand(operands, operators)
            while self._next_is(TokenType.R_PAREN) and self._close_parenthesis(operands, operators):
                pass
            token = self._peek()
            if token is None:
                break
            connective = _CONNECTIVES.get(token.token_type)
            if connective is None:
                raise self._unexpected(token, "AND, OR or the end of the criterion")
            self.at += 1
            self._reduce(operands, operators, above=_PRECEDENCE[connective])
            operators.append(_Operator(connective, _span(token)))
        self._reduce(operands, operators, above=0)
        if operators:
            raise self._unreadable("This parenthesis is never closed.", operators[-1].span)
        return operands[0]

    def _read_operand(self, operands: list[Expression], operators: list[_Operator]) -> None:
        while (token := self._peek()) is not None and token.token_type in (TokenType.NOT, TokenType.L_PAREN):
            self.at += 1
            operators.append(_Operator("NOT" if token.token_type == TokenType.NOT else "(", _span(token)))
        operands.append(self._predicate())

    def _close_parenthesis(self, operands: list[Expression], operators: list[_Operator]) -> bool:
        token = self._take("a parenthesis")
        self._reduce(operands, operators, above=0)
        if not operators:
            raise self._unreadable("This parenthesis closes nothing.", _span(token))
        operators.pop()
        return True

    def _reduce(self, operands: list[Expression], operators: list[_Operator], *, above: int) -> None:
        """Apply waiting operators that bind more tightly than `above`, a run of equal ones as one node."""
        while operators and _PRECEDENCE[operators[-1].name] > above:
            operator = operators.pop()
            if operator.name == "NOT":
                part = operands.pop()
                operands.append(Not(part, span=(operator.span[0], part.span[1])))
                continue
            count = 2
            while operators and operators[-1].name == operator.name:
                operators.pop()
                count += 1
            parts = tuple(operands[-count:])
            del operands[-count:]
            node = And if operator.name == "AND" else Or
            operands.append(node(parts, span=(parts[0].span[0], parts[-1].span[1])))

    # --- predicates ---

    def _predicate(self) -> Expression:
        token = self._peek()
        if token is None:
            raise self._ended("a condition")
        if self._is_literal(token):
            return self._literal_first()
        if not _is_name(token):
            raise self._unexpected(token, "a condition")
        self.at += 1
        if self._next_is(TokenType.L_PAREN):
            return self._function(token)
        return self._field_predicate(token)

    def _literal_first(self) -> Expression:
        value = self._literal()
        token = self._peek()
        operator = self._comparison_operator("a comparison")
        name = self._peek()
        if name is None:
            raise self._ended("the name of a field")
        if self._is_literal(name):
            raise self._unreadable(
                "This compares one literal with another; a comparison names a field.",
                (value.span[0], name.end + 1),
            )
        if not _is_name(name) or token is None:
            raise self._unexpected(name, "the name of a field")
        self.at += 1
        field = self._field(name)
        span = (value.span[0], name.end + 1)
        return self._checked(
            field, span, [value], lambda found: Comparison(found, _MIRRORED[operator], value.value, span=span)
        )

    def _field_predicate(self, name: Token) -> Expression:
        field = self._field(name)
        token = self._peek()
        if token is None or token.token_type in (TokenType.AND, TokenType.OR, TokenType.R_PAREN):
            raise self._unreadable(
                f"“{name.text}” is not a condition by itself: compare it with a value.", _span(name)
            )
        if token.token_type == TokenType.IS:
            return self._is_null(name, field)
        negated = token.token_type == TokenType.NOT
        if negated:
            self.at += 1
            token = self._take("IN, LIKE or BETWEEN")
        elif token.token_type in _COMPARISONS:
            return self._comparison(name, field)
        else:
            self.at += 1
        if token.token_type == TokenType.IN:
            return self._in_list(name, field, negated=negated)
        if token.token_type == TokenType.LIKE:
            return self._like(name, field, negated=negated)
        if token.token_type == TokenType.BETWEEN:
            return self._between(name, field, negated=negated)
        raise self._unexpected(token, "=, <>, <, <=, >, >=, IN, LIKE, BETWEEN or IS NULL")

    def _comparison(self, name: Token, field: Field | None) -> Expression:
        operator = self._comparison_operator("a comparison")
        value = self._literal()
        span = (name.start, value.span[1])
        return self._checked(
            field, span, [value], lambda found: Comparison(found, operator, value.value, span=span)
        )

    def _is_null(self, name: Token, field: Field | None) -> Expression:
        self.at += 1
        negated = self._next_is(TokenType.NOT)
        if negated:
            self.at += 1
        token = self._take("NULL")
        if token.token_type != TokenType.NULL:
            raise self._unexpected(token, "NULL")
        span = (name.start, token.end + 1)
        return self._checked(field, span, [], lambda found: IsNull(found, negated, span=span))

    def _in_list(self, name: Token, field: Field | None, *, negated: bool) -> Expression:
        opening = self._expect(TokenType.L_PAREN, "a parenthesis")
        if self._next_is(TokenType.R_PAREN):
            raise self._unreadable(
                "This list is empty: nothing can be in it.", (opening.start, opening.end + 2)
            )
        values = [self._literal()]
        while self._next_is(TokenType.COMMA):
            self.at += 1
            values.append(self._literal())
        closing = self._expect(TokenType.R_PAREN, "a comma or a closing parenthesis")
        span = (name.start, closing.end + 1)
        return self._checked(
            field,
            span,
            values,
            lambda found: InList(found, tuple(each.value for each in values), negated, span=span),
        )

    def _like(self, name: Token, field: Field | None, *, negated: bool) -> Expression:
        value = self._literal()
        span = (name.start, value.span[1])
        pattern = str(value.value)
        if field is not None and field.type != FieldType.TEXT and field.type != FieldType.CODES:
            self._error(f"LIKE is for text, and “{field.name}” is a {field.type}.", span)
            return _Broken(span=span)
        return self._checked(field, span, [value], lambda found: Like(found, pattern, negated, span=span))

    def _between(self, name: Token, field: Field | None, *, negated: bool) -> Expression:
        low = self._literal()
        self._expect(TokenType.AND, "AND and the upper end of the range")
        high = self._literal()
        span = (name.start, high.span[1])
        return self._checked(
            field, span, [low, high], lambda found: Between(found, low.value, high.value, negated, span=span)
        )

    # --- functions over code sets ---

    def _function(self, name: Token) -> Expression:
        self.at += 1
        called = name.text.lower()
        function = self.vocabulary.functions.get(called)
        if function is None and called != "in_codeset":
            return self._unknown_function(name)
        arguments: list[Token] = []
        while not self._next_is(TokenType.R_PAREN):
            arguments.append(self._take("a closing parenthesis"))
            if self._next_is(TokenType.COMMA):
                self.at += 1
            elif not self._next_is(TokenType.R_PAREN):
                token = self._peek()
                raise (
                    self._unexpected(token, "a comma or )") if token else self._ended("a closing parenthesis")
                )
        closing = self._take("a closing parenthesis")
        span = (name.start, closing.end + 1)
        self._refuse_comparison_of(name)
        if called == "in_codeset":
            return self._in_codeset(arguments, span)
        assert function is not None
        if len(arguments) != 1 or arguments[0].token_type != TokenType.STRING:
            self._error(f"{called} takes the name of one code set in quotes.", span)
            return _Broken(span=span)
        codeset = self._codeset(arguments[0], function.field)
        if codeset is None:
            return _Broken(span=span)
        return CodeMatch(function.field, function.position, codeset, span=span)

    def _unknown_function(self, name: Token) -> Expression:
        """Tell of a function that does not exist, and read on after it where that can be done."""
        known = [*self.vocabulary.functions, "in_codeset"]
        error = CriterionError(
            f"There is no function “{name.text}”.", *_span(name), nearest(name.text.lower(), known)
        )
        while (token := self._peek()) is not None and token.token_type != TokenType.R_PAREN:
            self.at += 1
        self.at += 1
        after = self._peek()
        if token is None or (
            after is not None and after.token_type not in (*_CONNECTIVES, TokenType.R_PAREN)
        ):
            raise _Unreadable(error)
        self.errors.append(error)
        return _Broken(span=(name.start, token.end + 1))

    def _in_codeset(self, arguments: list[Token], span: Span) -> Expression:
        if len(arguments) != 2 or not _is_name(arguments[0]) or arguments[1].token_type != TokenType.STRING:
            self._error("in_codeset takes a field and the name of a code set in quotes.", span)
            return _Broken(span=span)
        field = self._field(arguments[0])
        if field is None:
            return _Broken(span=span)
        if field.classification is None or field.type == FieldType.CODES:
            fit = [
                each.name
                for each in self.vocabulary.values()
                if each.classification and each.type != FieldType.CODES
            ]
            self._error(f"in_codeset is for {', '.join(fit)}; “{field.name}” is none of them.", span)
            return _Broken(span=span)
        codeset = self._codeset(arguments[1], field)
        return _Broken(span=span) if codeset is None else InCodeSet(field, codeset, span=span)

    def _codeset(self, token: Token, field: Field) -> CodeSet | None:
        codeset = self.codesets.get(token.text)
        if codeset is None:
            fitting = [k for k, v in self.codesets.items() if v.classification == field.classification]
            self._error(f"There is no code set “{token.text}”.", _span(token), nearest(token.text, fitting))
            return None
        if codeset.classification != field.classification:
            holds = CLASSIFICATION_WORDS.get(codeset.classification, codeset.classification)
            needs = CLASSIFICATION_WORDS.get(field.classification or "", str(field.classification))
            self._error(
                f"The code set “{codeset.name}” holds {holds}, but “{field.name}” is compared with {needs}.",
                _span(token),
            )
            return None
        return codeset

    def _refuse_comparison_of(self, name: Token) -> None:
        token = self._peek()
        if token is not None and (token.token_type in _COMPARISONS or token.token_type == TokenType.IS):
            raise self._unreadable(
                f"{name.text}(…) is already a condition; leave out what follows it, or put NOT before it.",
                _span(token),
            )

    # --- names and literals ---

    def _field(self, token: Token) -> Field | None:
        name = token.text.lower()
        if name in self.vocabulary:
            return self.vocabulary[name]
        self._error(f"There is no field “{token.text}”.", _span(token), nearest(name, list(self.vocabulary)))
        return None

    def _checked(
        self,
        field: Field | None,
        span: Span,
        values: list[_Value],
        make: Callable[[Field], Expression],
    ) -> Expression:
        """Make the leaf if its field is known, no list, and of the values' type."""
        if field is None:
            return _Broken(span=span)
        if field.type == FieldType.CODES:
            functions = [name for name, each in self.vocabulary.functions.items() if each.field == field]
            self._error(f"“{field.name}” is a list of codes: ask with {' or '.join(functions)}.", span)
            return _Broken(span=span)
        wrong = [value for value in values if not _fits(value.value, field.type)]
        for value in wrong:
            self._error(_type_message(field, value.value), value.span)
        return _Broken(span=span) if wrong else make(field)

    def _comparison_operator(self, expected: str) -> str:
        token = self._take(expected)
        operator = _COMPARISONS.get(token.token_type)
        if operator is None:
            raise self._unexpected(token, expected)
        if token.text != operator:
            raise _Unreadable(
                CriterionError(f"“{token.text}” is not used here.", token.start, token.end + 1, operator)
            )
        return operator

    def _is_literal(self, token: Token) -> bool:
        if token.token_type == TokenType.DATE:
            following = self.tokens[self.at + 1 : self.at + 2]
            return bool(following) and following[0].token_type == TokenType.STRING
        return token.token_type in (TokenType.STRING, TokenType.NUMBER, TokenType.DASH)

    def _literal(self) -> _Value:
        token = self._take("a value")
        if token.token_type == TokenType.STRING:
            return _Value(token.text, _span(token))
        if token.token_type == TokenType.DATE:
            return self._date(token)
        if token.token_type == TokenType.DASH:
            number = self._take("a number")
            return self._number(number, start=token.start, sign="-")
        if token.token_type == TokenType.NUMBER:
            return self._number(token, start=token.start, sign="")
        raise self._not_a_literal(token)

    def _number(self, token: Token, *, start: int, sign: str) -> _Value:
        if token.token_type != TokenType.NUMBER or not _NUMBER.fullmatch(token.text):
            raise self._unexpected(token, "a number such as 18 or 18.5")
        return _Value(Decimal(sign + token.text), (start, token.end + 1))

    def _date(self, token: Token) -> _Value:
        text = self._expect(TokenType.STRING, "a date in quotes, as in DATE '2025-04-01'")
        span = (token.start, text.end + 1)
        try:
            if not _DATE.fullmatch(text.text):
                raise ValueError
            return _Value(date.fromisoformat(text.text), span)
        except ValueError:
            message = f"“{text.text}” is not a date: write DATE '2025-04-01'."
            raise self._unreadable(message, span) from None

    def _not_a_literal(self, token: Token) -> _Unreadable:
        if token.token_type == TokenType.NULL:
            return self._unreadable("Nothing equals NULL: write IS NULL or IS NOT NULL.", _span(token))
        if token.token_type in (TokenType.TRUE, TokenType.FALSE):
            return self._unreadable(f"{token.text.upper()} is not a value here.", _span(token))
        if token.token_type in (TokenType.SELECT, TokenType.WITH):
            return self._unreadable("A criterion holds no queries: write the values.", _span(token))
        if _is_name(token):
            return self._unreadable(
                f"A field is compared with a value, not with another field (“{token.text}”).", _span(token)
            )
        return self._unexpected(token, "a value")

    # --- tokens ---

    def _tokenise(self) -> list[Token]:
        try:
            tokens = Tokenizer().tokenize(self.text)
        except TokenError:
            place = self.text.rfind("'") if "'" in self.text else 0
            raise self._unreadable(
                "This text cannot be read: a quotation mark or a comment is never closed.",
                (place, len(self.text)),
            ) from None
        self._refuse_comments(tokens)
        if not tokens:
            raise self._unreadable("The criterion is empty.", (0, max(1, len(self.text))))
        return tokens

    def _refuse_comments(self, tokens: list[Token]) -> None:
        """Refuse what the tokenizer passed over: between tokens there is only white space."""
        ends = [0, *(token.end + 1 for token in tokens)]
        starts = [*(token.start for token in tokens), len(self.text)]
        for end, start in zip(ends, starts, strict=True):
            passed_over = self.text[end:start]
            if passed_over.strip():
                place = start - len(passed_over.lstrip())
                raise self._unreadable(
                    "A criterion holds no comments.", (place, place + len(passed_over.strip()))
                )

    def _peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _next_is(self, token_type: TokenType) -> bool:
        token = self._peek()
        return token is not None and token.token_type == token_type

    def _take(self, expected: str) -> Token:
        token = self._peek()
        if token is None:
            raise self._ended(expected)
        self.at += 1
        return token

    def _expect(self, token_type: TokenType, expected: str) -> Token:
        token = self._take(expected)
        if token.token_type != token_type:
            raise self._unexpected(token, expected)
        return token

    # --- errors ---

    def _error(self, message: str, span: Span, suggestion: str = "") -> None:
        self.errors.append(CriterionError(message, span[0], span[1], suggestion))

    def _unreadable(self, message: str, span: Span) -> _Unreadable:
        return _Unreadable(CriterionError(message, span[0], span[1]))

    def _unexpected(self, token: Token, expected: str) -> _Unreadable:
        shown = self.text[token.start : token.end + 1]
        return self._unreadable(f"Expected {expected} here, not “{shown}”.", _span(token))

    def _ended(self, expected: str) -> _Unreadable:
        end = len(self.text)
        return self._unreadable(f"The criterion ends where {expected} should follow.", (max(0, end - 1), end))


def _is_name(token: Token) -> bool:
    return bool(_NAME.fullmatch(token.text)) and token.text.upper() not in _RESERVED and _plain(token)


def _plain(token: Token) -> bool:
    """Whether the token is bare, not a quoted identifier or a string that only looks like a name."""
    return token.end - token.start + 1 == len(token.text) and token.token_type != TokenType.STRING


def _span(token: Token) -> Span:
    return (token.start, token.end + 1)


def _fits(value: Literal, field_type: FieldType) -> bool:
    if isinstance(value, str):
        return field_type == FieldType.TEXT
    if isinstance(value, date):
        return field_type == FieldType.DATE
    return field_type.is_number


def _type_message(field: Field, value: Literal) -> str:
    if field.type == FieldType.TEXT:
        return f"“{field.name}” is text: write '{value}' in quotes."
    if field.type == FieldType.DATE:
        return f"“{field.name}” is a date: write DATE '2025-04-01'."
    return f"“{field.name}” is a number: write it without quotes."
