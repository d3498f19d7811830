"""What a control offers, as a template shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One answer of a control that offers some."""

    value: str
    text: str
    selected: bool

    @property
    def checked(self) -> bool:
        """What radio buttons call it."""
        return self.selected
