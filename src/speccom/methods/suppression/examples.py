"""Made-up input: patients of five conditions at six centres in two regions, and what is refused."""

from __future__ import annotations

from speccom.methods.method import Example

_ROWS = ["Northgate", "Eastfield", "Southmoor", "Westbrook", "Central", "Harbour"]
_COLUMNS = ["Pompe", "Fabry", "Gaucher", "MPS I", "MPS II"]
_COUNTS = [
    [3, 24, 31, 18, 12],
    [14, 41, 22, 9, 16],
    [21, 8, 17, 26, 33],
    [11, 19, 0, 13, 28],
    [36, 52, 44, 2, 47],
    [9, 15, 12, 20, 7],
]


def example() -> Example:
    """Return an example in which counts up to 7 are hidden."""
    return {
        "rows": _ROWS,
        "columns": _COLUMNS,
        "counts": _COUNTS,
        "row_groups": ["North", "North", "South", "South", "North", "South"],
        "hide_up_to": 7,
    }


def wrong_shape() -> Example:
    """Return input with a row too short."""
    return {**example(), "counts": [*_COUNTS[:5], [9, 15]]}


def named_twice() -> Example:
    """Return input in which two rows have one name."""
    return {**example(), "rows": ["Northgate", *_ROWS[:5]]}


def groups_missing() -> Example:
    """Return input in which not each row has a group."""
    return {**example(), "row_groups": ["North"]}


def half_a_dominance() -> Example:
    """Return input with a share of dominance and no contributions."""
    return {**example(), "dominance": "0.8"}


def too_large_a_part() -> Example:
    """Return input in which a contributor makes up more than a count."""
    return {
        "rows": ["Northgate"],
        "columns": ["Pompe"],
        "counts": [[12]],
        "largest": [[13]],
        "dominance": "0.8",
        "hide_up_to": 5,
    }


def below_zero() -> Example:
    """Return input with a count below 0."""
    return {**example(), "counts": [*_COUNTS[:5], [9, 15, -1, 20, 7]]}


def gives_itself_away() -> Example:
    """Return input in which a small count cannot be protected."""
    return {
        "rows": ["Northgate", "Eastfield"],
        "columns": ["Pompe", "Fabry"],
        "counts": [[3, 20], [0, 0]],
        "hide_up_to": 5,
        "zeros": "shown",
        "totals_may_hide": False,
    }
