"""Where the product keeps its files: the folder that SPECCOM_HOME names, else one by the kind of use."""

from __future__ import annotations

import os
from pathlib import Path

import speccom


def product_home() -> Path:
    """Return the home of a person's own runs."""
    named = os.environ.get("SPECCOM_HOME")
    return Path(named).expanduser().resolve() if named else Path.home() / ".local" / "share" / "speccom"


def demonstration_home() -> Path:
    """Return the demonstration's home: ``var`` of the checkout, or in a person's own where installed."""
    named = os.environ.get("SPECCOM_HOME")
    if named:
        return Path(named).expanduser().resolve()
    checkout = Path(speccom.__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file():
        return checkout / "var"
    return product_home() / "demonstration"
