"""Published calculations, one module a method, each named for it; `load("spc")` gives one.

A method is a pure function: typed input to typed result, with no clock, no files and no network. It says in
plain English what its result means, shows it as a chart with its table where people would rather look, and
refuses in words what it cannot serve.
"""

import importlib
import pkgutil
from difflib import get_close_matches
from typing import Any

from speccom.methods.method import Method
from speccom.problem import Problem

# What the methods stand on, and is none itself.
_GROUND = frozenset(
    {"method", "table", "picture", "dated_rules", "words", "rounding", "periods", "once", "deflator", "page"}
)


def names() -> tuple[str, ...]:
    """Return the names of all methods, in alphabetical order."""
    return tuple(sorted(each.name for each in pkgutil.iter_modules(__path__) if each.name not in _GROUND))


def load(name: str) -> Method[Any, Any]:
    """Return one method. Raises Problem where there is none of that name."""
    if name not in names():
        near = get_close_matches(name, names(), n=1, cutoff=0.5)
        meant = f"; did you mean `{near[0]}`?" if near else ""
        raise Problem(
            f"there is no method `{name}`{meant}", mend="`speccom calculate --list` names the methods"
        )
    method: Method[Any, Any] = importlib.import_module(f"{__name__}.{name}").METHOD
    return method
