"""Refuse a workbook that would not fit in memory: its reader makes every cell up to the farthest used one."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from speccom.problem import Problem

MOST_CELLS = 10_000_000
MOST_BYTES = 500_000_000
_BLOCK = 1 << 20
_LONGEST_PLACE = 32
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")


def refuse_too_large(path: Path) -> None:
    """Raise Problem where an Excel workbook unpacks to too much, or a sheet of it reaches too far.

    What is no Excel workbook is left for its reader to refuse.
    """
    try:
        with zipfile.ZipFile(path) as book:
            if sum(each.file_size for each in book.infolist()) > MOST_BYTES:
                raise Problem(
                    f"the workbook unpacks to more than {MOST_BYTES // 1_000_000} MB",
                    where=str(path),
                    mend="Take out what is no part of the rulebook",
                )
            for name in book.namelist():
                if "/worksheets/" in name and name.endswith(".xml"):
                    with book.open(name) as sheet:
                        _refuse_far_cells(sheet, path)
    # zipfile raises NotImplementedError for a compression that it does not know, RuntimeError for a password.
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError):
        return


def _refuse_far_cells(sheet: IO[bytes], path: Path) -> None:
    across = down = 0
    for letters, digits in _places(sheet):
        across = max(across, _column(letters))
        down = max(down, int(digits))
        if across * down > MOST_CELLS:
            raise Problem(
                f"a sheet of the workbook reaches to column {letters.decode()} and row {int(digits):,}, "
                "far beyond a rulebook",
                where=str(path),
                mend="Delete the empty columns and rows after the table, and save it again",
            )


def _places(sheet: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The addresses of a sheet's cells; one that lies over two blocks is found in the second."""
    kept = b""
    while block := sheet.read(_BLOCK):
        text = kept + block
        for found in _PLACE.finditer(text):
            yield found.group(1), found.group(2)
        kept = text[-_LONGEST_PLACE:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
