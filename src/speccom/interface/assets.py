"""The files that every page fetches: NHS.UK frontend as set-up brought it, and our own small style sheet."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from speccom.problem import Problem

_HERE = Path(__file__).resolve().parent
STATIC_FOLDER = _HERE / "static"
VERSION = "10.6.1"


@cache
def nhsuk_folder() -> Path:
    """Return the folder of NHS.UK frontend's ready-built files.

    It is ``node_modules/nhsuk-frontend/dist/nhsuk`` of the checkout, or the folder that
    SPECCOM_NHSUK_FRONTEND names.
    """
    named = os.environ.get("SPECCOM_NHSUK_FRONTEND")
    checkout = _HERE.parents[2] / "node_modules" / "nhsuk-frontend" / "dist" / "nhsuk"
    folder = Path(named) if named else checkout
    if not (folder / f"nhsuk-frontend-{VERSION}.min.css").is_file():
        raise Problem(
            f"The files of NHS.UK frontend {VERSION} are not there",
            where=str(folder),
            mend="Run script/setup, which brings them",
        )
    return folder


@cache
def own_version() -> str:
    """Return a short digest of our own style sheet and script, so that a browser never keeps an old one."""
    digest = hashlib.sha256()
    for path in sorted((STATIC_FOLDER / "speccom").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
