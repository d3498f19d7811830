"""The published dose-banding tables, the law of their thresholds, and where they leave the tolerance."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator

from speccom.methods.dated_rules import DatedRules
from speccom.methods.method import Figures, Refused
from speccom.methods.rounding import rounded

Milligrams = Annotated[Decimal, Field(gt=0, max_digits=24)]

_VOLUME_PLACES, _DOSE_PLACES, _PERCENT_PLACES = 3, 2, 2


class Band(Figures):
    """One row of a published table."""

    table: str
    """The table that it is a row of."""
    from_mg: Milligrams
    """The lowest prescribed dose that takes this band, in mg."""
    below_mg: Milligrams
    """The threshold above it, in mg: a prescribed dose below this takes this band."""
    dose_mg: Milligrams
    """The dose that is given, in mg."""


class BandTable(Figures):
    """One published table, known by its name."""

    table: str
    """Its name, which is the strength of its raw material: `20 mg/mL`."""
    concentration: Annotated[Decimal, Field(gt=0)]
    """The strength of the raw material, in mg per mL."""
    version: str
    """Its published version."""
    drugs: str = ""
    """Medicines that it names."""


class VolumeStep(Figures):
    """How finely a syringe measures."""

    below_ml: Annotated[Decimal, Field(gt=0)] | None = None
    """The volumes that this holds for are below this, in mL; left out where there is no limit."""
    step_ml: Annotated[Decimal, Field(gt=0)]
    """The step between two volumes that can be drawn up, in mL."""


class DoseBandRules(DatedRules):
    """The dose-banding tables in force, and how closely they are to be kept to."""

    tables: tuple[BandTable, ...] = Field(min_length=1)
    """The tables."""
    bands: tuple[Band, ...] = Field(min_length=1)
    """Their rows, each table's in ascending order without a gap."""
    volume_steps: tuple[VolumeStep, ...] = Field(min_length=1)
    """The volumes that can be drawn up, the smallest first."""
    conventional_tolerance_percent: Annotated[Decimal, Field(gt=0, lt=100)]
    """Within how many per cent of the prescribed dose a band of a conventional medicine should lie."""
    biologic_tolerance_percent: Annotated[Decimal, Field(gt=0, lt=100)]
    """The same for a biologic."""
    banded_share_percent: Annotated[Decimal, Field(gt=0, le=100)]
    """The percentage of doses that should be given as their table's band."""
    count_doses_outside_table: bool
    """Whether a dose that lies outside its table counts in the denominator of that share."""

    @field_validator("bands")
    @classmethod
    def _join_up(cls, bands: tuple[Band, ...]) -> tuple[Band, ...]:
        last: dict[str, Band] = {}
        for band in bands:
            before = last.get(band.table)
            if before and before.below_mg != band.from_mg:
                raise ValueError(
                    f"the table {band.table} has a gap or an overlap: its band of {before.dose_mg} mg ends "
                    f"at {before.below_mg} mg and its band of {band.dose_mg} mg begins at {band.from_mg} mg"
                )
            if not band.from_mg < band.below_mg:
                raise ValueError(f"the table {band.table}: the band of {band.dose_mg} mg holds no dose")
            last[band.table] = band
        return bands

    def table_named(self, name: str, where: str) -> BandTable:
        """Return a table. Raises Refused, naming those there are, where none has that name."""
        for table in self.tables:
            if table.table == name:
                return table
        raise Refused(
            f"there is no dose-banding table `{name}`",
            where=where,
            mend=f"The tables of {self.title} are {', '.join(each.table for each in self.tables)}",
        )

    def bands_of(self, table: str) -> tuple[Band, ...]:
        """Return a table's rows, lowest dose first."""
        return tuple(band for band in self.bands if band.table == table)


def threshold(lower_mg: Decimal, upper_mg: Decimal, concentration: Decimal) -> Decimal:
    """Return the dose in mg at which the upper of two neighbouring bands takes over.

    It is the geometric mean of the two, rounded as a volume to a thousandth of a mL and then as a dose to
    a hundredth of a mg.
    """
    volume = ((lower_mg / concentration) * (upper_mg / concentration)).sqrt()
    return rounded(concentration * rounded(volume, _VOLUME_PLACES), _DOSE_PLACES)


def variance_percent(dose_mg: Decimal, prescribed_mg: Decimal) -> Decimal:
    """Return by how many per cent a dose lies above (or, negative, below) the prescribed one."""
    return (dose_mg - prescribed_mg) / prescribed_mg * 100


class TableCheck(Figures):
    """How one published table agrees with the law of its thresholds and with the tolerance."""

    table: str
    """The table."""
    version: str
    """Its published version."""
    bands: int
    """How many bands it has."""
    thresholds: int
    """How many thresholds lie between two of its bands."""
    thresholds_reproduced: int
    """How many of them the law gives exactly."""
    bands_beyond_tolerance: int
    """How many bands differ by more than the conventional tolerance from a dose at one of their ends."""
    furthest_percent: Decimal
    """The largest such difference in the whole table, as a percentage to two places, without its sign."""
    furthest_band_mg: Decimal
    """The band that it belongs to, in mg."""
    bands_not_drawable: int
    """How many bands are not a volume that a syringe measures."""


def check_table(table: BandTable, rules: DoseBandRules) -> TableCheck:
    """Return how a published table agrees with the law and the tolerance; it is never changed by either."""
    bands = rules.bands_of(table.table)
    if not bands:
        raise Refused(f"the table {table.table} has no bands", where=rules.title)
    neighbours = list(pairwise(bands))
    reproduced = sum(
        threshold(low.dose_mg, high.dose_mg, table.concentration) == high.from_mg for low, high in neighbours
    )
    furthest = {band.dose_mg: _furthest(band) for band in bands}
    worst = max(furthest, key=lambda dose: furthest[dose])
    return TableCheck(
        table=table.table,
        version=table.version,
        bands=len(bands),
        thresholds=len(neighbours),
        thresholds_reproduced=reproduced,
        bands_beyond_tolerance=sum(each > rules.conventional_tolerance_percent for each in furthest.values()),
        furthest_percent=rounded(furthest[worst], _PERCENT_PLACES),
        furthest_band_mg=worst,
        bands_not_drawable=sum(
            not _drawable(band.dose_mg / table.concentration, rules.volume_steps) for band in bands
        ),
    )


def _furthest(band: Band) -> Decimal:
    ends = (band.from_mg, band.below_mg)
    return max(abs(variance_percent(band.dose_mg, end)) for end in ends)


def _drawable(volume: Decimal, steps: Sequence[VolumeStep]) -> bool:
    for step in steps:
        if step.below_ml is None or volume < step.below_ml:
            return volume % step.step_ml == 0
    return False
