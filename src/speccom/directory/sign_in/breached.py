"""Passwords that were stolen elsewhere, and so are tried first: by a list that the operator brings.

It is a file of the home with the SHA-1 digest of one password a line, in order, as public lists have them.
What follows a colon is not looked at. Its size is no matter: a password is found in some forty steps.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError

from speccom.problem import Problem

LIST = "breached-passwords.txt"
_DIGEST = re.compile(rb"[0-9A-F]{40}")
_BEFORE_ALL, _AFTER_ALL = b"", b"G"


class NotBreached:
    """Refuses a password that is in the list, where there is one."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise where the password is in the list. Raises Problem where the list cannot be used."""
        path = Path(settings.SPECCOM_HOME) / LIST
        try:
            with path.open("rb") as file:
                listed = _is_listed(file, path, password)
        except FileNotFoundError:
            return
        except OSError as fault:
            raise Problem(
                f"the list of stolen passwords cannot be read ({fault.strerror})",
                where=str(path),
                mend="Let the account that runs speccom read it",
            ) from None
        if listed:
            raise ValidationError("This password was stolen from another service, so it is tried first.")

    def get_help_text(self) -> str:
        """Say what the rule is."""
        return "Do not use a password that was stolen from another service."


def _is_listed(file: BinaryIO, path: Path, password: str) -> bool:
    """Tell whether a password's digest is in a file, by halving the part in which its line can begin."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    first, end = 0, path.stat().st_size
    below, above = _BEFORE_ALL, _AFTER_ALL
    while first < end:
        middle = (first + end) // 2
        begins, line = _line_from(file, middle)
        if begins >= end:
            end = middle
            continue
        digest = line.partition(b":")[0].strip().upper()
        if not (_DIGEST.fullmatch(digest) and below < digest < above):
            raise Problem(
                "the list of stolen passwords is no list of SHA-1 digests in order",
                where=str(path),
                mend="Sort it, with one digest a line and each once",
            )
        if digest == wanted:
            return True
        if digest < wanted:
            first, below = begins + len(line), digest
        else:
            end, above = middle, digest
    return False


def _line_from(file: BinaryIO, place: int) -> tuple[int, bytes]:
    """Return the first line that begins at a place or after it, and where it begins."""
    file.seek(max(place - 1, 0))
    if place:
        file.readline()
    return file.tell(), file.readline()
