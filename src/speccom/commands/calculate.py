"""`speccom calculate`: one published method, from JSON to JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import date
from decimal import InvalidOperation
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from speccom import methods
from speccom.methods.method import Example, Method
from speccom.methods.page import Page, page
from speccom.problem import Problem
from speccom.rulebook.method_rules import find_method_rules

SUMMARY = "calculate by one of the published methods, from JSON to JSON"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("method", nargs="?", metavar="METHOD", help="the method's name")
    parser.add_argument("input", nargs="?", type=Path, metavar="INPUT.json", help="default: standard input")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--list", action="store_true", help="name the methods")
    instead.add_argument("--schema", metavar="METHOD", help="print the JSON schema of a method's input")
    instead.add_argument("--example", metavar="METHOD", help="print input that a method serves")
    instead.add_argument("--pages", type=Path, metavar="DIR", help="write the documentation of all methods")
    parser.add_argument("--words", action="store_true", help="print the explanation and no JSON")
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="write the chart to this file")
    parser.add_argument(
        "--workbook", type=Path, metavar="FILE.xlsx", help="write a workbook with live formulas to this file"
    )
    parser.add_argument(
        "--rules", default="", metavar="ID", help="which rulebook, where a method has several of its kind"
    )


def run(arguments: argparse.Namespace) -> int:
    """Calculate, or say what can be calculated."""
    if arguments.list:
        for name in methods.names():
            print(f"{name:<28} {methods.load(name).title}")
        return 0
    if arguments.schema:
        print(json.dumps(methods.load(arguments.schema).takes.model_json_schema(), indent=2))
        return 0
    if arguments.example:
        print(json.dumps(methods.load(arguments.example).example(), indent=2, default=str))
        return 0
    if arguments.pages:
        try:
            write_pages(arguments.pages, [arguments.method] if arguments.method else methods.names())
        except OSError as fault:
            raise Problem(f"it cannot be written ({fault.strerror})", where=str(arguments.pages)) from None
        return 0
    if not arguments.method:
        raise Problem("no method was named", mend="`speccom calculate --list` names the methods")
    _calculate(methods.load(arguments.method), arguments)
    return 0


def write_pages(folder: Path, names: Iterable[str]) -> None:
    """Write a page for each method, and its picture under `pictures/`."""
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    for name in names:
        made = method_page(name)
        (folder / f"{name}.md").write_text(made.markdown, encoding="utf-8")
        if made.svg:
            (folder / "pictures" / f"{name}.svg").write_text(made.svg, encoding="utf-8")
    (folder / "README.md").write_text(index_page(), encoding="utf-8")


def index_page() -> str:
    """Return the page that lists all methods."""
    lines = [f"| [{each.title}]({each.name}.md) | `{each.name}` | {each.summary} |" for each in _all()]
    return _INDEX + "\n".join(["| method | name | what it does |", "|---|---|---|", *lines]) + "\n"


def _all() -> list[Method[Any, Any]]:
    return [methods.load(name) for name in methods.names()]


_INDEX = """# Methods

Published calculations, each exact, explained, and the same for everybody. Every page says what the method
does, what it takes, a real answer with its words and its picture, and what it refuses; it is made from the
method itself.

    speccom calculate --list                                   # name the methods
    speccom calculate --schema funnel                          # what one takes, as JSON schema
    speccom calculate --example funnel | speccom calculate funnel --words
    speccom calculate funnel input.json --picture funnel.svg   # JSON to JSON, and the chart

What changes with the year (prices, thresholds, schemes, deflators) is a dated rulebook: give the date as
`on`, and a date that none covers is refused. In Python: `from speccom import methods`, then
`methods.load("funnel")`. Money is in whole pence throughout.

"""


def method_page(name: str) -> Page:
    """Return the documentation of one method, with the shipped rules in force at its examples' dates."""
    method = methods.load(name)

    def prepare(example: Example) -> Example:
        text = json.dumps(example, default=str)
        prepared: Example = json.loads(with_rules(method, text, "")[0] if method.rules else text)
        return prepared

    return page(method, prepare)


def _calculate(method: Method[Any, Any], arguments: argparse.Namespace) -> None:
    _keep_apart(arguments.input, arguments.picture, arguments.workbook)
    text = _text(arguments.input)
    _assure_plain(text, str(arguments.input or "standard input"))
    given, identity = text, ""
    if method.rules:
        given, identity = with_rules(method, text, arguments.rules)
    data = method.read_json(given)
    result, words = _answer(method, data)
    if arguments.picture:
        _draw(method, result, arguments.picture)
    if arguments.workbook:
        _write_workbook(method, data, result, arguments.workbook)
    if arguments.words:
        print(words)
        return
    answer: dict[str, Any] = {"method": method.name}
    if identity:
        answer["rulebook"] = identity
    answer |= {"explanation": words, "result": result.model_dump(mode="json")}
    print(json.dumps(answer, indent=2, ensure_ascii=False, allow_nan=False))


def _answer(method: Method[Any, Any], data: Any) -> tuple[Any, str]:
    """Return the result and its words. Raises Problem for figures that lie beyond what can be calculated."""
    try:
        result = method.calculate(data)
        return result, method.explain(result)
    except (OverflowError, InvalidOperation, ValidationError):
        raise Problem(
            "a figure is so large, or so near to nought, that no answer can be calculated from it",
            where=f"the input of `{method.name}`",
            mend="Check the largest and the smallest figures, and their units: money is in whole pence",
        ) from None


def _keep_apart(given: Path | None, *written: Path | None) -> None:
    """Raise Problem where the chart or the workbook would be written over the input or each other."""
    paths = [path.resolve() for path in (given, *written) if path]
    repeated = [path for path in paths if paths.count(path) > 1]
    if repeated:
        raise Problem(
            "this file is named twice, and writing it would lose what is in it",
            where=str(repeated[0]),
            mend="Give the input, the chart and the workbook a file each",
        )


_MOST_DIGITS = 18


def _assure_plain(text: str, where: str) -> None:
    """Raise Problem where a field is given twice, of which one would be lost, or a number has no end."""

    def once(fields: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(fields)
        if len(made) < len(fields):
            names = [name for name, _ in fields]
            repeated = next(name for name in names if names.count(name) > 1)
            raise Problem(
                f"`{repeated}` is given twice in one place, and only one of the two can be meant",
                where=where,
                mend="Leave one out",
            )
        return made

    def whole(digits: str) -> int:
        if len(digits.lstrip("-")) > _MOST_DIGITS:
            raise Problem(
                f"the number {digits[:_MOST_DIGITS]}… has more than {_MOST_DIGITS} digits",
                where=where,
                mend="Check it; money is in whole pence",
            )
        return int(digits)

    try:
        json.loads(text, object_pairs_hook=once, parse_int=whole)
    except (ValueError, RecursionError):
        return  # the method's own reader says what is wrong with it


def with_rules(method: Method[Any, Any], text: str, rulebook_id: str) -> tuple[str, str]:
    """Return the input with the dated rules put in, and their identity; "" where the input brings its own.

    Raises Problem where the input has neither rules nor a date (`on`) to find them by.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return text, ""  # the method's own reader says what is wrong with it
    if not isinstance(given, dict) or "rules" in given:
        return text, ""
    try:
        on = date.fromisoformat(given.get("on", ""))
    except (TypeError, ValueError):
        raise Problem(
            "`on` is missing or is not a date such as 2025-04-01, and the rules change with the year",
            where=f"the input of `{method.name}`",
            mend="Give the date that the rules are wanted for; none is guessed",
        ) from None
    found = find_method_rules(method.rules, on, rulebook_id)
    return json.dumps({**given, "rules": found.content}, default=str), found.identity


def _text(path: Path | None) -> str:
    where = str(path or "standard input")
    try:
        text = path.read_text(encoding="utf-8-sig") if path else sys.stdin.read().removeprefix("\ufeff")
        text.encode()  # standard input may hide what is not UTF-8
        return text
    except OSError as fault:
        raise Problem(f"it cannot be read ({fault.strerror})", where=where) from None
    except UnicodeError:
        raise Problem("it is not in UTF-8", where=where, mend="Save it again as UTF-8") from None


def _draw(method: Method[Any, Any], result: Any, path: Path) -> None:
    if method.picture is None:
        raise Problem(f"`{method.name}` has no chart", mend="Its result is told by its figures alone")
    try:
        path.write_text(method.picture(result).svg(), encoding="utf-8")
    except OSError as fault:
        raise Problem(f"it cannot be written ({fault.strerror})", where=str(path)) from None


def _write_workbook(method: Method[Any, Any], given: Any, result: Any, path: Path) -> None:
    workbook = getattr(method.module(), "workbook", None)
    if workbook is None:
        raise Problem(f"`{method.name}` has no workbook", mend="Its result as JSON holds every figure")
    try:
        path.write_bytes(workbook(given, result))
    except OSError as fault:
        raise Problem(f"it cannot be written ({fault.strerror})", where=str(path)) from None
