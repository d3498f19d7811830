"""What is wrong with an activity file: values that cannot be used, counted; rows left out, listed."""

from __future__ import annotations

from dataclasses import dataclass, field

# Beyond this many different values of one kind in one column, the rest are counted together.
VALUES_LISTED = 1000
OTHER_VALUES = "(other values)"


@dataclass(frozen=True)
class Fault:
    """One kind of fault, in one column, of one value, with how often it was met and an example.

    `kind` is words with underscores; `column` is a column of the activity record, or empty where the
    fault is the file's; `example_row` is the 0-based row of data in the file, -1 where there is none.
    """

    kind: str
    column: str
    value: str
    count: int
    message: str
    example_file: str
    example_row: int = -1
    example_record_id: str = ""


@dataclass(frozen=True)
class Rejected:
    """A row that cannot be used at all, with the reason; `row` is the 0-based row of data in the file."""

    file: str
    row: int
    record_id: str
    reason: str


@dataclass
class _Tally:
    count: int
    message: str
    row: int
    record_id: str


@dataclass
class FaultCounter:
    """Counts the faults of one file by column, kind and value, keeping the first example of each."""

    file: str
    _tallies: dict[tuple[str, str, str], _Tally] = field(default_factory=dict)
    _listed: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(
        self,
        kind: str,
        column: str,
        value: str,
        message: str,
        *,
        count: int = 1,
        row: int = -1,
        record_id: str = "",
    ) -> None:
        """Count a value `count` times; row and record are the example, kept the first time."""
        key = (column, kind, value)
        known = self._tallies.get(key)
        if known is None and self._listed.get((column, kind), 0) >= VALUES_LISTED:
            key = (column, kind, OTHER_VALUES)
            known = self._tallies.get(key)
        if known is not None:
            known.count += count
            return
        self._tallies[key] = _Tally(count, message, row, record_id)
        self._listed[(column, kind)] = self._listed.get((column, kind), 0) + 1

    def faults(self) -> tuple[Fault, ...]:
        """All faults counted, by column, then kind, then the most frequent value first."""
        found = [
            Fault(kind, column, value, each.count, each.message, self.file, each.row, each.record_id)
            for (column, kind, value), each in self._tallies.items()
        ]
        return tuple(sorted(found, key=lambda fault: (fault.column, fault.kind, -fault.count, fault.value)))
