"""The documentation of a method, made from its docstring, its types and its real output."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from speccom.methods.method import Example, Method
from speccom.problem import Problem

_MOST_LINES = 60
_MOST_ROWS = 24

Prepare = Callable[[Example], Example]


@dataclass(frozen=True)
class Page:
    """One page in Markdown and its picture as SVG; "" where the method has none."""

    markdown: str
    svg: str


def page(method: Method[Any, Any], prepare: Prepare) -> Page:
    """Return a method's page.

    `prepare` puts into an example what a caller would: the dated rules, for a method that has them.
    """
    shown = method.example()
    result = method.calculate(method.read(prepare(shown)))
    parts = [
        f"# {method.title}",
        _description(method),
        "## What it takes",
        _fields(method.takes.model_json_schema()),
        "## An example",
        f"`speccom calculate --example {method.name} | speccom calculate {method.name}` calculates with:",
        _json(shown),
        "It answers:",
        _quoted(method.explain(result)),
    ]
    svg = ""
    if method.picture:
        drawn = method.picture(result)
        svg = drawn.svg() + "\n"
        parts += [
            f"![{drawn.alternative}](pictures/{method.name}.svg)",
            f"**{drawn.table.title}**",
            drawn.table.as_markdown(_MOST_ROWS),
        ]
    parts += [
        "The result as JSON, its fractions shortened:",
        _json(_shortened(result.model_dump(mode="json"))),
        "## What it refuses",
        *_refusals(method, prepare),
    ]
    return Page("\n\n".join(parts) + "\n", svg)


def _description(method: Method[Any, Any]) -> str:
    return inspect.cleandoc(method.module().__doc__ or "")


def _shortened(data: Any) -> Any:
    """Return data with its fractions to eight digits: further ones differ from one library to the next."""
    if isinstance(data, float):
        return float(f"{data:.8g}")
    if isinstance(data, dict):
        return {key: _shortened(each) for key, each in data.items()}
    return [_shortened(each) for each in data] if isinstance(data, list) else data


def _json(data: object) -> str:
    lines = json.dumps(data, indent=2, ensure_ascii=False, default=str).splitlines()
    left = len(lines) - _MOST_LINES
    if left > 0:
        lines = [*lines[:_MOST_LINES], f"… and {left:,} more lines"]
    return "```json\n" + "\n".join(lines) + "\n```"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _fields(schema: Mapping[str, Any]) -> str:
    tables = [_field_table(schema)]
    for name, part in schema.get("$defs", {}).items():
        if "properties" in part:
            tables += [f"### {name}", part.get("description", ""), _field_table(part)]
        elif "enum" in part:
            values = ", ".join(f"`{value}`" for value in part["enum"])
            tables += [f"### {name}", part.get("description", ""), f"One of {values}."]
    return "\n\n".join(text for text in tables if text)


def _field_table(schema: Mapping[str, Any]) -> str:
    needed = schema.get("required", ())
    lines = ["| field | is | meaning |", "|---|---|---|"]
    for name, field in schema["properties"].items():
        optional = "" if name in needed else "; may be left out"
        meaning = " ".join(str(field.get("description", "")).split()).replace("|", "\\|")
        lines.append(f"| `{name}` | {_kind(field)}{optional} | {meaning} |")
    return "\n".join(lines)


def _kind(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in field:
            return " or ".join(dict.fromkeys(_kind(each) for each in field[several]))
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("unit") == "pence":
        return "whole pence"
    kind = field.get("type", "any value")
    if kind == "array":
        return f"list of {_kind(field.get('items', {}))}"
    if kind == "object":
        return f"names, each with {_kind(field.get('additionalProperties') or {})}"
    words = {"integer": "whole number", "string": "text", "null": "nothing", "boolean": "yes or no"}
    return str(field.get("format") or words.get(kind, kind))


def _refusals(method: Method[Any, Any], prepare: Prepare) -> list[str]:
    said = []
    for what, example in method.refusals.items():
        try:
            method.calculate(method.read(prepare(example())))
        except Problem as problem:
            said.append(f"- {what}: “{problem}”")
        else:
            raise ValueError(f"{method.name} does not refuse {what}")
    return ["\n".join(said)] if said else ["Nothing beyond what its types exclude."]
