"""Suppression of a table of 200 x 50: how many counts are hidden, and how long it takes beside its audit.

    python bench/methods_suppression.py

The tables are made up (log-normal counts, a share of them small). Seconds are processor seconds; the ratio
is against the bare audit: two linear programmes for each hidden count, which any method must pass that proves
what it hides.
"""

from __future__ import annotations

import resource
import time

import numpy as np

from speccom.methods.suppression import METHOD
from speccom.methods.suppression.knowledge import demands, knowledge
from speccom.methods.suppression.outsider import audit
from speccom.methods.suppression.published_table import published_table

# Rows, columns, the share of small counts, rounding, and whether the least cost is proven.
TABLES = (
    (20, 12, 0.05, 1, True),
    (20, 12, 0.05, 1, False),
    (200, 50, 0.01, 1, False),
    (200, 50, 0.03, 1, False),
    (200, 50, 0.10, 1, False),
    (200, 50, 0.03, 5, False),
)


def main() -> None:
    print("| table | small | rounding | way | hidden by rule | more | s | audit, s | ratio |")
    print("|---|---|---|---|---|---|---|---|---|")
    for rows, columns, share, rounding, proven in TABLES:
        given = METHOD.read(table(rows, columns, share, rounding, proven))
        began = time.process_time()
        result = METHOD.calculate(given)
        whole = time.process_time() - began
        places = {(each.row, each.column) for each in result.hidden}
        laid_out = published_table(given)
        hidden = np.array([laid_out.place(cell) in places for cell in range(len(laid_out.counts))])
        began = time.process_time()
        found = audit(laid_out, *knowledge(given, laid_out).bounds(hidden), hidden)
        auditing = time.process_time() - began
        demanded = demands(given, laid_out)
        for cell, (low, high) in found.items():
            assert not demanded.hidden[cell] or demanded.met(cell, low, np.inf if high is None else high)
        print(
            f"| {rows} x {columns} | {share:.0%} | {rounding} | {result.way}{', proven' * result.proven} | "
            f"{result.small} | {result.protecting} | {whole:.2f} | {auditing:.2f} | {whole / auditing:.1f} |",
            flush=True,
        )
    print(f"\nPeak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def table(rows: int, columns: int, share: float, rounding: int, proven: bool) -> dict[str, object]:
    random = np.random.default_rng(1)
    large = np.exp(random.normal(4, 1.2, (rows, columns))).astype(int) + 8
    small = random.integers(1, 8, (rows, columns))
    counts = np.where(random.random((rows, columns)) < share, small, large)
    return {
        "rows": [f"R{place}" for place in range(rows)],
        "columns": [f"C{place}" for place in range(columns)],
        "counts": counts.tolist(),
        "hide_up_to": 7,
        "rounding": rounding,
        "exact_up_to": 300 if proven else 0,
        "most_rounds": 500,
    }


if __name__ == "__main__":
    main()
