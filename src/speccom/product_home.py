"""Where the product keeps a person's own files: the folder that SPECCOM_HOME names, else one of theirs."""

from __future__ import annotations

import os
from pathlib import Path


def product_home() -> Path:
    """Return the home of a person's own runs, cases and approved rulebooks."""
    named = os.environ.get("SPECCOM_HOME")
    return Path(named).expanduser().resolve() if named else Path.home() / ".local" / "share" / "speccom"
