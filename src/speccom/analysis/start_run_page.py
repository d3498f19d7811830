"""The page that starts a run, and what it says where there is nothing to start from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from speccom.directory.form_shown import FormShown


@dataclass(frozen=True)
class StartRunPage:
    """The form; without activity, where to put some."""

    form: FormShown | None
    activity_folder: str
    reference_folder: str
    offers_payers: bool


def present_start(form: FormShown | None, activity: Path, reference: Path, *, payers: bool) -> StartRunPage:
    """Return what the page that starts a run shows."""
    return StartRunPage(form, str(activity), str(reference), payers)
