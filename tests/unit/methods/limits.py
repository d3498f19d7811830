"""Whether the figures of a method's input are read up to their limits, and refused beyond them by name."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from speccom.methods.method import Method, Refused


def with_figure(given: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return an input with another value at a path such as `bands 0 count`."""
    changed = copy.deepcopy(dict(given))
    *way, last = [int(step) if step.isdigit() else step for step in path.split()]
    inner: Any = changed
    for step in way:
        inner = inner[step]
    inner[last] = value
    return changed


def read_within_alone(
    method: Method[Any, Any], given: Mapping[str, Any], path: str, within: Any, beyond: Any
) -> None:
    """Assert that each value within is read, and each beyond is refused with the name of its field."""
    for value in within:
        method.read(with_figure(given, path, value))
    for value in beyond:
        with pytest.raises(Refused, match=path.split()[-1]):
            method.read(with_figure(given, path, value))
