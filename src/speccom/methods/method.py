"""What every method is: typed input, typed result, words, and refusals for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from speccom.methods.picture import Picture
from speccom.problem import Problem

Pence = Annotated[int, Field(json_schema_extra={"unit": "pence"})]
"""Money, in whole pence; the field that has it says what money."""


class Refused(Problem):
    """A method cannot serve this input; it says why, where, and what would do."""


class Figures(BaseModel):
    """Base of all input and results: frozen, no unknown fields, no NaN or infinity anywhere.

    The string under a field is its description, in words for people, with its unit. Sequences are tuples and
    mappings are not changed, so a value once made stays as it is.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        ser_json_inf_nan="strings",
    )


Input = TypeVar("Input", bound=Figures)
Result = TypeVar("Result", bound=Figures)
Example = Mapping[str, Any]


@dataclass(frozen=True)
class Method(Generic[Input, Result]):
    """A published calculation, as its module declares it in `METHOD`.

    `calculate` is pure and raises Refused; `explain` says the result in plain English with the numbers in
    it; `picture` draws it, or is None where a table says it all. `example` is input as JSON that the method
    serves; `refusals` is input that it does not, each under a few words that say what is wrong with it.
    `rules` names the kind of dated rulebook that `calculate` takes as its input's `rules`; it is empty for a
    method that does not change with the year.
    """

    name: str
    title: str
    takes: type[Input]
    gives: type[Result]
    calculate: Callable[[Input], Result]
    explain: Callable[[Result], str]
    example: Callable[[], Example]
    refusals: Mapping[str, Callable[[], Example]] = field(default_factory=dict)
    picture: Callable[[Result], Picture] | None = None
    rules: str = ""

    def read(self, given: object) -> Input:
        """Return JSON-like data as the method's input. Raises Refused, naming each place that is wrong."""
        try:
            return self.takes.model_validate(given)
        except ValidationError as faults:
            raise _in_words(faults, self.name) from None

    def read_json(self, text: str | bytes) -> Input:
        """Return a JSON text as the method's input. Raises Refused, naming each place that is wrong."""
        try:
            return self.takes.model_validate_json(text)
        except ValidationError as faults:
            raise _in_words(faults, self.name) from None

    @property
    def summary(self) -> str:
        """The first sentence of its description."""
        return " ".join((self.module().__doc__ or "").strip().split("\n\n")[0].split())

    def module(self) -> ModuleType:
        """Return the module that the method is published in; its docstring is the method's description."""
        import importlib

        return importlib.import_module(f"{__package__}.{self.name}")


_MOST_SAID = 8


def _in_words(faults: ValidationError, name: str) -> Refused:
    found = faults.errors()
    inside = {each["loc"][:depth] for each in found for depth in range(len(each["loc"]))}
    # A list with a faulty item counts as too short as well, which says nothing more.
    told = [each for each in found if each["type"] != "too_short" or each["loc"] not in inside]
    said = [f"{_place(each['loc'])}: {_fault(each)}" for each in told]
    if len(said) > _MOST_SAID:
        said = [*said[:_MOST_SAID], f"and {len(said) - _MOST_SAID} more places"]
    return Refused("; ".join(said), mend=f"`speccom calculate --schema {name}` prints what it takes")


def _place(parts: tuple[int | str, ...]) -> str:
    """Return a place as a person would point to it: `points, number 3, value`."""
    return ", ".join(f"number {part + 1}" if isinstance(part, int) else part for part in parts) or "the input"


def _fault(fault: ErrorDetails) -> str:
    words = {
        "missing": "is missing",
        "extra_forbidden": "is not something this method takes",
        "finite_number": "must be a finite number",
        "json_invalid": "this is not valid JSON",
    }
    kind = fault["type"]
    if kind == "value_error":
        return str(fault["ctx"]["error"])
    said = words.get(kind, fault["msg"][0].lower() + fault["msg"][1:])
    given = fault["input"]
    short = isinstance(given, str | int | float) and kind not in words
    return f"{said}, and it is {str(given)[:60]!r}" if short else said
