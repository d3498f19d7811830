"""The four kinds of funnel, and which units lie outside a pair of limits."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]
Signs = NDArray[np.int8]


class Kind(StrEnum):
    """What is plotted, and on which scale its over-dispersion is measured."""

    RATIO_LOG = "ratio_log"
    RATIO_ROOT = "ratio_root"
    PROPORTION = "proportion"
    RATIO_OF_COUNTS = "ratio_of_counts"

    @property
    def is_ratio_to_expected(self) -> bool:
        """Whether the denominator is an expected count, so that the centre is 1."""
        return self in (Kind.RATIO_LOG, Kind.RATIO_ROOT)


def outside(values: Values, lower: Values, upper: Values) -> Signs:
    """Return 1 for values above the upper limit, -1 for those below the lower; on a limit is within."""
    return (values > upper).astype(np.int8) - (values < lower).astype(np.int8)
