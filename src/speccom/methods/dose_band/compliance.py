"""How many doses were given as their table's band, by provider, and how many mg for those prescribed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from speccom.methods.dose_band.administration import BandedDose, Verdict
from speccom.methods.dose_band.published_table import DoseBandRules
from speccom.methods.method import Figures
from speccom.methods.rounding import rounded


class Compliance(Figures):
    """The doses of one provider, or of all."""

    provider: str
    """The provider; `all` for all of them."""
    administrations: int
    """How many administrations there are."""
    counted: int
    """How many of them the share is of."""
    banded: int
    """How many were given as the band for the prescribed dose."""
    other_band: int
    """How many were given as another band of the same table."""
    individual: int
    """How many were given as a dose that is no band, although there is one."""
    outside_table: int
    """How many were prescribed at a dose that lies outside the table."""
    not_said: int
    """How many say no dose given; they are not counted."""
    banded_percent: Decimal | None
    """The banded as a percentage of the counted, to two places; none where nothing is counted."""
    met: bool | None
    """Whether that reaches the share the rules ask for; none where nothing is counted."""
    prescribed_mg: Decimal
    """All doses prescribed that say what was given, in mg: a sum for checking."""
    difference_mg: Decimal
    """All doses given less all doses prescribed, in mg."""
    given_mg: Decimal
    """All doses given, in mg; exactly the two above together."""


def comply(provider: str, doses: Sequence[BandedDose], rules: DoseBandRules) -> Compliance:
    """Return the compliance of these doses under a provider's name."""
    of = {verdict: sum(each.verdict is verdict for each in doses) for verdict in Verdict}
    counted = of[Verdict.BAND] + of[Verdict.OTHER_BAND] + of[Verdict.INDIVIDUAL]
    if rules.count_doses_outside_table:
        counted += of[Verdict.OUTSIDE_TABLE]
    said = [each for each in doses if each.given_mg is not None]
    share = Decimal(100 * of[Verdict.BAND]) / counted if counted else None
    return Compliance(
        provider=provider,
        administrations=len(doses),
        counted=counted,
        banded=of[Verdict.BAND],
        other_band=of[Verdict.OTHER_BAND],
        individual=of[Verdict.INDIVIDUAL],
        outside_table=of[Verdict.OUTSIDE_TABLE],
        not_said=of[Verdict.NOT_SAID],
        banded_percent=None if share is None else rounded(share, 2),
        met=None if share is None else share >= rules.banded_share_percent,
        prescribed_mg=sum((each.prescribed_mg for each in said), Decimal(0)),
        difference_mg=sum((each.difference_mg or Decimal(0) for each in said), Decimal(0)),
        given_mg=sum((each.given_mg or Decimal(0) for each in said), Decimal(0)),
    )
