"""What a unit must bring for each kind of rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from speccom.methods.method import Refused
from speccom.methods.rate.figures import Kind, RateInput, Unit
from speccom.methods.words import listed, number

# The least population, and the least expected count, that anything is measured against.
SMALLEST = 1e-6

BY_BANDS = (Kind.DIRECT, Kind.INDIRECT_RATIO, Kind.INDIRECT_RATE)


def check(given: RateInput) -> None:
    """Raise Refused where the units, their bands or the standard do not serve what is asked for."""
    if not given.units:
        raise Refused("there are no units", where="units", mend="Give one or more")
    often = _repeated(unit.name for unit in given.units)
    if often:
        raise Refused(
            f"{listed(often)} {_is(often)} there more than once",
            where="units",
            mend="Give each unit once, with its counts added up",
        )
    if given.kind in BY_BANDS:
        _check_standard(given)
    for unit in given.units:
        if given.kind in BY_BANDS:
            _check_bands(given, unit)
        else:
            _check_whole(given.kind, unit)


def _check_whole(kind: Kind, unit: Unit) -> None:
    if unit.bands or unit.count is None or unit.population is None:
        raise Refused(
            "a crude rate or a proportion takes one count and one population, and no bands",
            where=unit.name,
            mend="Add up the bands, or ask for a standardised rate",
        )
    if unit.population < SMALLEST:
        raise Refused(
            "its population is zero or next to it, and there is no rate of nothing",
            where=unit.name,
            mend="Leave the unit out, and say so beside the figures",
        )
    if kind == Kind.PROPORTION and unit.count > unit.population:
        raise Refused(
            f"it counts {number(unit.count)} of {number(unit.population)}, and a proportion is a part",
            where=unit.name,
            mend="Correct the figures, or ask for a crude rate where a person may count more than once",
        )


def _check_bands(given: RateInput, unit: Unit) -> None:
    names = [band.name for band in unit.bands]
    wanted = [band.name for band in given.standard]
    often = _repeated(names)
    if often:
        raise Refused(
            f"{listed(often)} {_is(often)} there more than once", where=unit.name, mend="Give each band once"
        )
    if unlike := sorted(set(names) ^ set(wanted)):
        raise Refused(
            f"its bands are not those of the standard: {listed(unlike)} {_is(unlike)} in one and not in "
            "the other",
            where=unit.name,
            mend="Use the same bands, with the same names, in both",
        )
    if unit.population is not None:
        raise Refused(
            "it has a population of its own beside those of its bands",
            where=unit.name,
            mend="Leave `population` out",
        )
    _check_counts(given.kind, unit)


def _check_counts(kind: Kind, unit: Unit) -> None:
    without = [band.name for band in unit.bands if band.count is None]
    total_alone = kind != Kind.DIRECT and unit.count is not None and len(without) == len(unit.bands)
    if (without or unit.count is not None) and not total_alone:
        raise Refused(
            "it must have a count in every band and no count of its own"
            + ("" if kind == Kind.DIRECT else ", or one of its own and none in any band"),
            where=unit.name,
            mend=f"Give the counts of {listed(without)}" if without else "Leave its own count out",
        )
    nobody = [
        band.name for band in unit.bands if band.population < SMALLEST and (kind == Kind.DIRECT or band.count)
    ]
    if nobody:
        raise Refused(
            f"{listed(nobody)} {'has' if len(nobody) == 1 else 'have'} no population, so no rate",
            where=unit.name,
            mend="Join small bands with their neighbours, in the standard too",
        )


def _check_standard(given: RateInput) -> None:
    where = "the standard"
    if not given.standard:
        raise Refused("it has no bands", where=where, mend="Give the standard population, band by band")
    often = _repeated(band.name for band in given.standard)
    if often:
        raise Refused(
            f"{listed(often)} {_is(often)} there more than once", where=where, mend="Give each band once"
        )
    needs_count = given.kind != Kind.DIRECT
    lacking = [
        band.name
        for band in given.standard
        if band.population < SMALLEST or (needs_count and band.count is None)
    ]
    if lacking:
        lack = "lacks" if len(lacking) == 1 else "lack"
        raise Refused(
            f"{listed(lacking)} {lack} a population{' or a count' if needs_count else ''}",
            where=where,
            mend=f"Give {'both' if needs_count else 'it'} for every band of the standard",
        )


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"
