"""Facts that a published method calculates from what a case holds, with how they were come by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import speccom
from speccom import methods
from speccom.criteria.vocabulary import Confidentiality, FieldType
from speccom.methods.method import Method
from speccom.problem import Problem
from speccom.process.decide import FactValue
from speccom.process.form import NO, YES
from speccom.process.procedure import Fact, Procedure
from speccom.rulebook.method_rules import find_method_rules

SETTING = "@"
"""Before the name of a setting, as the source of an input."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
_TOLD = (Confidentiality.PUBLIC, Confidentiality.OFFICIAL)


def calculated(procedure: Procedure, fact: Fact, answers: Mapping[str, Any], rows: Rows) -> FactValue:
    """Return what a fact's method makes of a case.

    It is unknown while an input that the method needs is blank, and where the method does not serve what was
    given; its witnesses then say so.
    """
    method = methods.load(fact.definition["method"])
    given = {name: _source(procedure, source, answers, rows) for name, source in fact.inputs.items()}
    blank = [name for name, value in given.items() if value is None]
    if any(method.takes.model_fields[name].is_required() for name in blank):
        return FactValue(None, (f"Not everything is given from which {method.title} is calculated",))
    try:
        filled = {name: value for name, value in given.items() if value is not None}
        used, rules = _with_rules(method, fact, filled)
        data = method.read(used)
        value = _typed(procedure.vocabulary[fact.name].type, _at(method.calculate(data), fact))
    except (Problem, ValueError, ArithmeticError) as fault:
        return FactValue(None, (_refused(procedure, fact, method, fault),))
    inputs = hashlib.sha256(data.model_dump_json(exclude={"rules"}).encode()).hexdigest()
    how = f"{method_identity(method.name)}, inputs sha256:{inputs}{f', rules {rules}' if rules else ''}"
    return FactValue(value, (f"Calculated by the method “{method.title}”",), how=how)


@lru_cache(maxsize=64)
def method_identity(name: str) -> str:
    """Return how an answer names the method that gave it: its name, the code's version, its text's digest."""
    source = Path(str(methods.load(name).module().__file__))
    files = sorted(source.parent.rglob("*.py")) if source.stem == "__init__" else [source]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return f"{name}@{speccom.__version__}#{digest[:12]}"


def _source(procedure: Procedure, source: str, answers: Mapping[str, Any], rows: Rows) -> Any:
    if source.startswith(SETTING):
        return procedure.settings[source.removeprefix(SETTING)].value
    if source in procedure.columns:
        found = rows.get(source) or ()
        return [{name: value for name, value in row.items() if value is not None} for row in found] or None
    return answers.get(source)


def _with_rules(method: Method[Any, Any], fact: Fact, given: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the input with the day's rules put in, and their identity; blank where it has none."""
    if not method.rules:
        return given, ""
    found = find_method_rules(method.rules, given["on"], fact.definition.get("rules", ""))
    return {**given, "rules": found.content}, found.identity


def _at(result: Any, fact: Fact) -> Any:
    """Return the part of a result that the fact names: `total`, or `years.4.total`."""
    for part in fact.definition["result"].split("."):
        result = result[int(part)] if part.isdecimal() else getattr(result, part)
    return result


def _typed(kind: FieldType, value: Any) -> object:
    if value is None:
        return None
    if isinstance(value, bool):
        return YES if value else NO
    value = value.value if isinstance(value, Enum) else value
    is_number = isinstance(value, int | float | Decimal)
    if kind is FieldType.TEXT:
        return str(value)
    if kind is FieldType.DECIMAL and is_number:
        return Decimal(str(value))
    if kind is FieldType.WHOLE_NUMBER and is_number and value == int(value):
        return int(value)
    if kind is FieldType.DATE and isinstance(value, date):
        return value
    raise Problem(f"what it gives is no {kind.value}")


def _refused(procedure: Procedure, fact: Fact, method: Method[Any, Any], fault: Exception) -> str:
    """Return why a method did not serve; without the figures where not everybody who acts may see them."""
    words = f"The method “{method.title}” does not serve what was given"
    classes = {each for source in fact.inputs.values() for each in _classes(procedure, source)}
    is_told = isinstance(fault, Problem) and all(each in _TOLD for each in classes)
    return f"{words}: {fault.what}" if is_told and isinstance(fault, Problem) else words


def _classes(procedure: Procedure, source: str) -> set[Confidentiality]:
    if source in procedure.columns:
        return {each.confidentiality for each in procedure.columns[source].values()}
    field = procedure.vocabulary.get(source)
    return {Confidentiality(field.confidentiality)} if field else set()
