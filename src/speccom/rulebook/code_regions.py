"""Sets of codes as regions: where two meet, and whether one lies within another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from speccom.criteria.codes import normal_form
from speccom.criteria.codesets import CodeSet

_MOST_TRIED = 4000
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST = {"icd10": 5, "opcs4": 4}


@dataclass(frozen=True)
class Region:
    """All codes of a classification that start with one of the prefixes or are one of the exact ones."""

    classification: str
    prefixes: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()

    @staticmethod
    def of(codeset: CodeSet) -> Region:
        """Return the region of a code set."""
        return Region(codeset.classification, codeset.prefixes, codeset.exact)

    def holds(self, code: str) -> bool:
        """Whether a code in normal form lies in the region."""
        return code in self.exact or self._starts(code)

    def _starts(self, code: str) -> bool:
        while code:
            if code in self.prefixes:
                return True
            code = code[:-1]
        return False

    def meet(self, other: Region) -> Region:
        """Return the codes that lie in both."""
        return _meet(self, other)

    def join(self, other: Region) -> Region:
        """Return the codes that lie in either."""
        return Region(self.classification, self.prefixes | other.prefixes, self.exact | other.exact)

    def surely_within(self, other: Region) -> bool:
        """Whether every code of the region is proved to lie in the other; the empty region lies in any.

        A prefix is proved by a shorter or equal prefix alone: that `C0` to `C9` together make up `C` is not
        looked for.
        """
        return _within(self, other)

    def code_outside(self, others: Iterable[Region]) -> str | None:
        """Return a valid code of the region that none of the others holds; None where none was found."""
        avoided = tuple(others)
        for tried, code in enumerate(self._codes()):
            if tried > _MOST_TRIED:
                break
            if normal_form(self.classification, code) == code and not any(
                other.holds(code) for other in avoided
            ):
                return code
        return None

    def _codes(self) -> Iterator[str]:
        """Yield codes of the region, short ones first."""
        yield from sorted(self.exact)
        level = sorted(self.prefixes)
        while level:
            yield from level
            level = [code + letter for code in level for letter in self._next_letters(code)][:_MOST_TRIED]

    def _next_letters(self, code: str) -> str:
        longest = _LONGEST.get(self.classification)
        if longest is None:
            return _LETTERS if len(code) < 6 else ""
        if len(code) >= longest:
            return ""
        return _LETTERS[:10] if len(code) < 3 else _LETTERS


@lru_cache(maxsize=50_000)
def _meet(one: Region, other: Region) -> Region:
    prefixes = {each for each in one.prefixes if other._starts(each)}
    prefixes |= {each for each in other.prefixes if one._starts(each)}
    exact = {each for each in one.exact if other.holds(each)}
    exact |= {each for each in other.exact if one.holds(each)}
    return Region(one.classification, frozenset(prefixes), frozenset(exact))


@lru_cache(maxsize=50_000)
def _within(one: Region, other: Region) -> bool:
    return all(other._starts(each) for each in one.prefixes) and all(other.holds(each) for each in one.exact)


def joined(classification: str, regions: Iterable[Region]) -> Region:
    """Return the region that holds every code of the given ones."""
    found = Region(classification)
    for region in regions:
        found = found.join(region)
    return found
