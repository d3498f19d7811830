"""The linear programmes of a table, for HiGHS: columns that move, under sums that hold."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from scipy import sparse

from speccom.methods.suppression.published_table import Floats


def quiet_solver(**options: object) -> Any:
    """Return HiGHS, silent and on one processor so that it always takes the same way."""
    made: Any = highspy.Highs
    solver = made()
    for option, value in {"output_flag": False, "threads": 1, **options}.items():
        if solver.setOptionValue(option, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"HiGHS has no option {option} with the value {value}")
    return solver


def linear_programme(
    sums: sparse.csr_matrix, amounts: Floats, low: Floats, high: Floats, cost: Floats
) -> Any:
    """Return a solver that holds: least `cost` x with `sums` x = `amounts` and x between `low` and `high`."""
    # Solved again and again with little changed, which starting afresh from a presolved model would waste.
    solver = quiet_solver(presolve="off")
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = sums.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, low, high
    model.row_lower_ = model.row_upper_ = amounts
    rows = sums.tocsr()
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = np.asarray(rows.data, dtype=float)
    solver.passModel(model)
    return solver
