"""Where the product keeps its files: the folder that SPECCOM_HOME names, else one by the kind of use."""

from __future__ import annotations

import os
from pathlib import Path

import speccom
from speccom.product_home import product_home

__all__ = ["demonstration_home", "make_home", "product_home"]


def demonstration_home() -> Path:
    """Return the demonstration's home: ``var`` of the checkout, or in a person's own where installed."""
    named = os.environ.get("SPECCOM_HOME")
    if named:
        return Path(named).expanduser().resolve()
    checkout = Path(speccom.__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file():
        return checkout / "var"
    return product_home() / "demonstration"


def make_home(home: Path) -> Path:
    """Make a home where there is none, for its owner only, and return it."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home
