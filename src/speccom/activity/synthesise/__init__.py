"""A synthetic year of hospital activity, from a clinical model of its own that never reads a rulebook."""

from __future__ import annotations

from pathlib import Path

from speccom.activity.synthesise.clinical_model import ClinicalModel
from speccom.activity.synthesise.year_files import FORMATS, Progress, YearOrder, write_year
from speccom.problem import Problem

LAYOUTS = tuple(FORMATS)
MOST_RECORDS = 200_000_000


def synthesise(
    records: int,
    out: Path,
    *,
    seed: int = 2025,
    layout: str = "canonical",
    dirty: bool = False,
    file_format: str = "",
    progress: Progress | None = None,
) -> list[Path]:
    """Write a synthetic year of exactly `records` records under `out`; return the files in order.

    `layout` is `canonical` (admitted care and outpatients, as Parquet or with `file_format="csv"` as CSV),
    `hes-apc` or `hes-op` (CSV). The same arguments give the same bytes. `progress` is told the records done
    and the total. Raises Problem for an order that cannot be met or a folder that cannot be written.
    """
    if layout not in FORMATS:
        raise Problem(f"there is no layout {layout!r}", mend=f"Choose one of {', '.join(LAYOUTS)}")
    if not 1 <= records <= MOST_RECORDS:
        raise Problem(f"{records:,} records cannot be made", mend=f"Ask for 1 to {MOST_RECORDS:,}")
    if seed < 0:
        raise Problem(f"the seed {seed} is negative", mend="Choose a seed of 0 or more")
    written = file_format or FORMATS[layout][0]
    if written not in FORMATS[layout]:
        raise Problem(
            f"the layout {layout} is not written as {written}",
            mend=f"It is written as {' or '.join(FORMATS[layout])}",
        )
    order = YearOrder(records, seed, layout, written, dirty)
    return write_year(order, ClinicalModel(), Path(out), progress)
