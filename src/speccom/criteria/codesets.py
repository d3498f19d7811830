"""A named set of codes of one classification, each entry a whole code or a prefix."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class CodeSet:
    """Codes in normal form. `title` is what people call the set, to be read inside a sentence."""

    name: str
    classification: str
    prefixes: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()
    title: str = ""

    def matches(self, code: str) -> bool:
        """Whether a code in normal form belongs to the set."""
        return code in self.exact or any(code[:length] in self.prefixes for length in self._lengths)

    @cached_property
    def _lengths(self) -> frozenset[int]:
        return frozenset(len(prefix) for prefix in self.prefixes)

    @property
    def is_empty(self) -> bool:
        """Whether no code can belong to the set."""
        return not self.prefixes and not self.exact
