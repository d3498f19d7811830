"""Check how a fact is calculated: the method, what each of its inputs is, and which part of its result."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from speccom import methods
from speccom.process.calculated import SETTING
from speccom.process.faults import Faults
from speccom.process.procedure import Fact


def check_calculated(
    fact: Fact, sources: Collection[str], settings: Collection[str], where: str, faults: Faults
) -> None:
    """Add what is wrong with a fact; `sources` are the fields and the collections that forms bring."""
    name = faults.text(fact.definition, "method", where)
    result = faults.text(fact.definition, "result", where)
    if not name or not faults.known(name, methods.names(), where, "method"):
        return
    method = methods.load(name)
    takes = {each for each in method.takes.model_fields if each != "rules"}
    for each, source in fact.inputs.items():
        faults.known(each, takes, where, f"the method `{name}` takes")
        if source.startswith(SETTING):
            faults.known(source.removeprefix(SETTING), settings, where, each)
        else:
            faults.known(source, sources, where, each)
    for each in sorted(takes - fact.inputs.keys()):
        if method.takes.model_fields[each].is_required():
            faults.add(where, f"the method `{name}` needs `{each}`", f'Write {each} = "…" under its inputs')
    if result:
        _check_result(method.gives, result, where, faults)


def _check_result(gives: Any, result: str, where: str, faults: Faults) -> None:
    """Follow a path through what a method gives: names of fields, and places in lists."""
    for part in result.split("."):
        if part.isdecimal() and get_origin(gives) is tuple:
            gives = get_args(gives)[0]
            continue
        fields = gives.model_fields if isinstance(gives, type) and issubclass(gives, BaseModel) else {}
        if not faults.known(part, fields, where, f"result `{result}`"):
            return
        gives = fields[part].annotation
    if get_origin(gives) is tuple or (isinstance(gives, type) and issubclass(gives, BaseModel)):
        faults.add(where, f"`{result}` is more than one value", "Name the part of it that is meant")
