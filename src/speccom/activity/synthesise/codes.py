"""Codes as numbers: what is drawn is the number of a code in its list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from speccom.activity.synthesise.weighted import Alternative, Choices

Numbers = NDArray[np.int32]

NO_CODE = -1


class CodeList:
    """Different texts in the order in which they were met, each with its number."""

    def __init__(self, texts: Sequence[str] = ()) -> None:
        self._numbers: dict[str, int] = {}
        for text in texts:
            self.number(text)

    def number(self, text: str) -> int:
        """The number of a text, new or met before; no text is NO_CODE."""
        return self._numbers.setdefault(text, len(self._numbers)) if text else NO_CODE

    @property
    def texts(self) -> list[str]:
        """All texts; the position is the number."""
        return list(self._numbers)


class CodeChoice:
    """For each group, weighted alternatives of one code."""

    def __init__(self, groups: Sequence[Sequence[Alternative]], codes: CodeList) -> None:
        self.choices = Choices([[one.weight for one in group] for group in groups])
        self.numbers: Numbers = np.array(
            [codes.number(one.value) for group in groups for one in group], dtype=np.int32
        )


class BundleChoice:
    """For each group, weighted alternatives of several codes in order, joined by `+` in the tables."""

    def __init__(self, groups: Sequence[Sequence[Alternative]], codes: CodeList) -> None:
        self.choices = Choices([[one.weight for one in group] for group in groups])
        bundles = [
            [codes.number(code) for code in one.value.split("+") if code] for group in groups for one in group
        ]
        width = max(1, *(len(bundle) for bundle in bundles))
        self.bundles: Numbers = np.full((len(bundles), width), NO_CODE, dtype=np.int32)
        for row, bundle in enumerate(bundles):
            self.bundles[row, : len(bundle)] = bundle
