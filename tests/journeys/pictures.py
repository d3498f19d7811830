"""Pictures of the running product for its documentation, taken when SPECCOM_PICTURES is set."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

WANTED = bool(os.environ.get("SPECCOM_PICTURES"))
_FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def take(page: Page, name: str, height: int = 1000) -> None:
    """Take the first part of a page, as it is on a wide screen."""
    if not WANTED or not name:
        return
    _FOLDER.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": 1100, "height": height})
    page.screenshot(path=_FOLDER / f"{name}.png")
    page.set_viewport_size({"width": 1280, "height": 900})
