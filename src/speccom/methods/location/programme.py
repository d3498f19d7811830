"""A mixed-integer programme for HiGHS, and the proof that comes back with its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from speccom.methods.method import Refused

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# HiGHS holds rows to a millionth; a gap below this share of the objective is its rounding, not a doubt.
PROVEN_WITHIN = 1e-6

OPTIMAL = "optimal"

_WORDS = {
    highspy.HighsModelStatus.kOptimal: OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
    highspy.HighsModelStatus.kSolutionLimit: "stopped at its limit of branches",
}


@dataclass(frozen=True)
class Programme:
    """Minimise `cost` x + `offset`, with x between `lower` and `upper` and `rows` x between `low` and `high`.

    `whole` columns are whole numbers; `lower` is 0 where it is not given.
    """

    cost: Floats
    upper: Floats
    whole: Bools
    rows: sparse.csr_matrix
    low: Floats
    high: Floats
    offset: float = 0.0
    lower: Floats | None = None


@dataclass(frozen=True)
class Solution:
    """The values found, their cost, the proven bound on any cost, and HiGHS's own status in words."""

    values: Floats
    cost: float
    bound: float
    status: str


@dataclass(frozen=True)
class Choice:
    """Sites chosen (as positions, in order), their cost, a bound below any choice's cost, HiGHS's status."""

    sites: NDArray[np.int64]
    cost: float
    bound: float
    status: str

    @property
    def proven(self) -> bool:
        """Whether no other choice can cost less."""
        return self.cost - self.bound <= PROVEN_WITHIN * max(1.0, abs(self.cost))


def solve(programme: Programme, most_branches: int) -> Solution | None:
    """Return the best values, or None where nothing fits all rows. Raises Refused where none was found."""
    if not len(programme.cost):
        fits = bool(((programme.low <= 0) & (programme.high >= 0)).all())
        return Solution(programme.cost, programme.offset, programme.offset, OPTIMAL) if fits else None
    solver = _solver(most_branches)
    solver.passModel(_as_highs(programme))
    solver.run()
    status = solver.getModelStatus()
    said = _WORDS.get(status, solver.modelStatusToString(status).lower())
    if said == "infeasible":
        return None
    values = np.asarray(solver.getSolution().col_value)
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise Refused(
            f"the solver found no arrangement that serves everyone before it ended ({said})",
            mend="Allow more branches (`most_branches`), or fewer limits on volumes",
        )
    whole = bool(programme.whole.any())
    cost = float(info.objective_function_value)
    return Solution(values, cost, float(info.mip_dual_bound) if whole else cost, said)


def _solver(most_branches: int) -> Any:
    made: Any = highspy.Highs
    solver = made()
    for option, value in {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1e-9,
        "mip_max_nodes": most_branches,
    }.items():
        solver.setOptionValue(option, value)
    return solver


def _as_highs(programme: Programme) -> Any:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(programme.cost), programme.rows.shape[0]
    model.col_cost_, model.offset_ = programme.cost, programme.offset
    nothing = np.zeros(len(programme.cost))
    model.col_lower_ = nothing if programme.lower is None else programme.lower
    model.col_upper_ = programme.upper
    model.row_lower_, model.row_upper_ = programme.low, programme.high
    rows = programme.rows.tocsr()
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data.astype(np.float64)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    if programme.whole.any():
        model.integrality_ = [kinds[int(whole)] for whole in programme.whole]
    return model
