"""One administration: the dose prescribed, its band, the dose given, and whether they agree."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from speccom.methods.dose_band.published_table import Band, DoseBandRules, Milligrams, variance_percent
from speccom.methods.method import Figures, Refused
from speccom.methods.rounding import rounded

_PERCENT_PLACES = 2


class MedicineKind(StrEnum):
    """What kind of medicine it is, which sets its tolerance."""

    CONVENTIONAL = "conventional"
    BIOLOGIC = "biologic"


class Verdict(StrEnum):
    """How the dose given stands to the published table."""

    BAND = "band"
    OTHER_BAND = "other_band"
    INDIVIDUAL = "individual"
    OUTSIDE_TABLE = "outside_table"
    NOT_SAID = "not_said"


class Administration(Figures):
    """A dose of one medicine to one patient, without anything that tells who the patient is."""

    reference: str = Field(min_length=1)
    """What this administration is called in the data."""
    provider: str = Field(min_length=1)
    """The provider that gave it."""
    table: str
    """The published table that holds for the medicine at this strength: `6 mg/mL`."""
    kind: MedicineKind = MedicineKind.CONVENTIONAL
    """Whether the medicine is conventional or a biologic."""
    prescribed_mg: Milligrams | None = None
    """The dose as calculated for the patient, in mg; left out where the next two are given."""
    per_square_metre_mg: Milligrams | None = None
    """The prescribed dose in mg per square metre of body surface."""
    body_surface: Annotated[Decimal, Field(gt=0, le=4, max_digits=20)] | None = None
    """The body surface in square metres."""
    given_mg: Milligrams | None = None
    """The dose that was given, in mg; left out to look up the band only."""


class BandedDose(Figures):
    """One administration, judged by its published table."""

    reference: str
    """What this administration is called in the data."""
    provider: str
    """The provider that gave it."""
    table: str
    """The published table."""
    prescribed_mg: Decimal
    """The dose as calculated for the patient, in mg."""
    band_mg: Decimal | None
    """The band for it, in mg; none where the dose lies outside the table and is made for the patient."""
    variance_percent: Decimal | None
    """By how many per cent the band lies above the prescribed dose (below it, where negative)."""
    within_tolerance: bool | None
    """Whether that is within the tolerance of the medicine's kind; none where there is no band."""
    given_mg: Decimal | None
    """The dose that was given, in mg."""
    difference_mg: Decimal | None
    """The dose given less the dose prescribed, in mg."""
    verdict: Verdict
    """How the dose given stands to the table."""


def judge(given: Administration, rules: DoseBandRules) -> BandedDose:
    """Return an administration with its band and its verdict."""
    prescribed = _prescribed(given)
    rules.table_named(given.table, _place(given))
    band = _band_for(prescribed, rules.bands_of(given.table))
    variance = variance_percent(band.dose_mg, prescribed) if band else None
    return BandedDose(
        reference=given.reference,
        provider=given.provider,
        table=given.table,
        prescribed_mg=prescribed,
        band_mg=band.dose_mg if band else None,
        variance_percent=None if variance is None else rounded(variance, _PERCENT_PLACES),
        within_tolerance=None if variance is None else abs(variance) <= _tolerance(given.kind, rules),
        given_mg=given.given_mg,
        difference_mg=None if given.given_mg is None else given.given_mg - prescribed,
        verdict=_verdict(given.given_mg, band, rules.bands_of(given.table)),
    )


def _prescribed(given: Administration) -> Decimal:
    by_surface = (given.per_square_metre_mg, given.body_surface)
    if given.prescribed_mg is not None and by_surface == (None, None):
        return given.prescribed_mg
    if given.prescribed_mg is None and None not in by_surface:
        per_square_metre, surface = by_surface
        assert per_square_metre is not None
        assert surface is not None
        return per_square_metre * surface
    raise Refused(
        "the prescribed dose is given neither in one way nor in the other",
        where=_place(given),
        mend="Give either the dose in mg, or both the dose per square metre and the body surface",
    )


def _place(given: Administration) -> str:
    return f"administration {given.reference} of {given.provider}"


def _band_for(prescribed: Decimal, bands: tuple[Band, ...]) -> Band | None:
    """Return the band that holds a dose; a dose on a threshold takes the upper one (`From ≥`, `To (A) <`)."""
    return next((band for band in bands if band.from_mg <= prescribed < band.below_mg), None)


def _tolerance(kind: MedicineKind, rules: DoseBandRules) -> Decimal:
    if kind is MedicineKind.BIOLOGIC:
        return rules.biologic_tolerance_percent
    return rules.conventional_tolerance_percent


def _verdict(given_mg: Decimal | None, band: Band | None, bands: tuple[Band, ...]) -> Verdict:
    if given_mg is None:
        return Verdict.NOT_SAID
    if band is None:
        return Verdict.OUTSIDE_TABLE
    if given_mg == band.dose_mg:
        return Verdict.BAND
    return Verdict.OTHER_BAND if any(given_mg == each.dose_mg for each in bands) else Verdict.INDIVIDUAL
