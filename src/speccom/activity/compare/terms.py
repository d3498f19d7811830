"""The terms of a contract: which share of each line's money follows activity, and which is fixed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from speccom.criteria.criterion_errors import nearest
from speccom.problem import Problem
from speccom.rulebook.errors import RulebookError
from speccom.rulebook.table_file import FileRow, read_table_file

NO_LINE = "none"
"""What the terms and the results call activity without a line, which another contract pays for."""

_COLUMNS = ("service_line", "variable_share")
_DECIMAL = re.compile(r"[01]|[01]?\.\d+|[01]\.")


class TermsErrors(Problem):
    """Terms that cannot be used. `errors` holds every error found."""

    def __init__(self, path: Path, errors: Collection[RulebookError]) -> None:
        self.errors = tuple(errors)
        count = len(self.errors)
        plural = "" if count == 1 else "s"
        super().__init__(f"these terms have {count} error{plural} and cannot be used", where=str(path))

    def __str__(self) -> str:
        """The head line, then each error as a paragraph of its own."""
        return "\n\n".join([super().__str__(), *(str(error) for error in self.errors)])


@dataclass(frozen=True)
class Terms:
    """The variable share of each line, between 0 and 1; `default` is that of a line without its own.

    The default is not for activity without a line: that is paid for under another contract.
    """

    shares: Mapping[str, Decimal] = field(default_factory=dict)
    default: Decimal | None = None

    def share(self, line: str) -> Decimal | None:
        """Return the variable share of a line (NO_LINE for none); None where nobody has said it."""
        return self.shares.get(line, None if line == NO_LINE else self.default)

    def variable(self, line: str, pence: int) -> int | None:
        """Return the part of an amount that follows activity, to the nearest penny (halves to even)."""
        share = self.share(line)
        return None if share is None else round(Fraction(share) * pence)


def read_terms(path: Path, lines: Collection[str]) -> Terms:
    """Read terms from CSV with the columns `service_line` and `variable_share`; `lines` are those there are.

    Raises TermsErrors with every error at once.
    """
    errors: list[RulebookError] = []
    shares: dict[str, Decimal] = {}
    for row in read_table_file(path, _COLUMNS, errors):
        line, share = row.cells["service_line"], _share(path, row, errors)
        where = f"{path.name}, line {row.line}"
        if line and line != NO_LINE and line not in lines:
            errors.append(
                RulebookError(
                    where,
                    f"neither rulebook has a service line `{line}`",
                    "Leave the row out, or name a line",
                    suggestion=nearest(line, sorted(lines)),
                )
            )
        elif line in shares:
            said = f"the service line `{line}`" if line else "the default share (a blank service line)"
            errors.append(RulebookError(where, f"{said} is there more than once", "Keep one of them"))
        else:
            shares[line] = share
    if errors:
        raise TermsErrors(path, errors)
    return Terms({line: share for line, share in shares.items() if line}, shares.get(""))


def _share(path: Path, row: FileRow, errors: list[RulebookError]) -> Decimal:
    text = row.cells["variable_share"]
    if _DECIMAL.fullmatch(text) and Decimal(text) <= 1:
        return Decimal(text)
    said = f"“{text}” is no share" if text else "the share is missing"
    errors.append(
        RulebookError(
            f"{path.name}, line {row.line}", said, "Write a decimal from 0 to 1, such as 0.2 for a fifth"
        )
    )
    return Decimal(0)
