"""Finds the published band of a chemotherapy dose, and whether doses were given as their bands.

A dose worked out for one patient (so many mg for each square metre of body surface) is rounded to one of a
national list of doses, so that it can be made ahead and nothing is left in the vial. This method looks a
dose up in the published table, says by how much its band differs, and, where the dose given is known,
measures how closely each provider keeps to the table.

## The steps

1. The prescribed dose is given in mg, or is the dose per square metre times the body surface in square
   metres.
2. Its band is the row of the published table with `from ≤ dose < threshold`. A dose on a threshold takes
   the upper band: that is the table's column *To (A)*. (*To (B)* is a hundredth of a mg less, for a
   prescribing system that rounds down.) A dose outside the table has no band and is made for the patient.
3. `variance = (band − prescribed) ÷ prescribed`, in per cent, and whether it is within the tolerance of the
   medicine's kind.
4. A dose given counts as banded where it is the band for the prescribed dose. Another band of the same
   table does not count. `share = banded ÷ counted`, and the rules say what share is asked for and whether
   doses outside the table are counted.
5. Each table that was used is checked against the law of its thresholds. For neighbouring bands b1 and b2
   at a concentration c (mg per mL), `threshold = c × round(√(b1/c × b2/c), 3 places of a mL)`, then to 2
   places of a mg. The rounding is of the volume: a plain geometric mean gives only 39 of the 72 thresholds
   of the 20 mg/mL table.

The dose is conserved: what was prescribed and the difference together are exactly what was given.

## Sources

NHS England national dose-banding tables, 20 mg/mL version 7 (73 bands) and 6 mg/mL version 2 (33 bands).
The tolerance (6% conventional, 10% biologic) is in NICE KTT22; the share of 90% by March 2018 is CQUIN
scheme CA2 of 2017/19.

## Known quirks

The published tables are not strictly within 6%: 19 of 73 bands at 20 mg/mL (at most 6.58%, at 6.8 mg) and 9
of 33 at 6 mg/mL (at most 6.43%) exceed it at one of their ends. So the table is the rule, and the
difference is reported; a dose is never moved to another band to keep within the tolerance.

A dose is only looked up here. Whether a patient should have it is for those who treat the patient.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import localcontext

from pydantic import Field

from speccom.methods.dose_band.administration import Administration, BandedDose, judge
from speccom.methods.dose_band.compliance import Compliance, comply
from speccom.methods.dose_band.published_table import DoseBandRules, TableCheck, check_table
from speccom.methods.method import Example, Figures, Method, Refused
from speccom.methods.picture import BLUE, ORANGE, Picture
from speccom.methods.table import Table
from speccom.methods.words import counted, listed

# Enough that millions of doses of any length sum exactly.
_DIGITS = 60


class DoseBandInput(Figures):
    """Administrations, and the day whose tables hold for them."""

    on: date
    """The day whose published tables hold."""
    administrations: tuple[Administration, ...] = Field(min_length=1)
    """The administrations, of which at least one."""
    rules: DoseBandRules
    """The published tables in force."""


class DoseBandResult(Figures):
    """The bands, the compliance, and how the tables used agree with their own law."""

    doses: tuple[BandedDose, ...]
    """Each administration with its band, in the order given."""
    overall: Compliance
    """All administrations together."""
    providers: tuple[Compliance, ...]
    """Each provider, in alphabetical order."""
    tables: tuple[TableCheck, ...]
    """Each table that was used."""
    asked_percent: str
    """The percentage of doses that the rules ask to be given as bands."""
    rules_title: str
    """The rules that were used."""
    not_settled: tuple[str, ...]
    """What in those rules no source settles, in words."""


def dose_band(given: DoseBandInput) -> DoseBandResult:
    """Return the bands of the doses and how closely they were kept to. Raises Refused."""
    given.rules.cover(given.on)
    _refuse_repeats(given.administrations)
    with localcontext() as context:
        context.prec = _DIGITS
        return _band(given)


def _band(given: DoseBandInput) -> DoseBandResult:
    doses = tuple(judge(each, given.rules) for each in given.administrations)
    providers = sorted({each.provider for each in doses})
    used = {each.table for each in doses}
    return DoseBandResult(
        doses=doses,
        overall=comply("all", doses, given.rules),
        providers=tuple(
            comply(name, [each for each in doses if each.provider == name], given.rules) for name in providers
        ),
        tables=tuple(check_table(table, given.rules) for table in given.rules.tables if table.table in used),
        asked_percent=str(given.rules.banded_share_percent),
        rules_title=given.rules.title,
        not_settled=tuple(said.partition(": ")[2] for _, said in sorted(given.rules.marks.items())),
    )


def _refuse_repeats(administrations: tuple[Administration, ...]) -> None:
    times = Counter((each.provider, each.reference) for each in administrations)
    (provider, reference), most = times.most_common(1)[0]
    if most > 1:
        raise Refused(
            f"administration {reference} of {provider} is given {most} times, and each may be given once",
            mend="Take the repeats out, or give each administration a reference of its own",
        )


def explain(result: DoseBandResult) -> str:
    """Return the result in words."""
    said = [_of_one(result.doses[0])] if len(result.doses) == 1 else []
    if result.overall.counted:
        said += [_of_all(result), _of_providers(result)]
    said += [_outside(result), *(_of_table(each) for each in result.tables)]
    return " ".join(each for each in said if each)


def _of_one(dose: BandedDose) -> str:
    if dose.band_mg is None:
        return (
            f"The prescribed dose of {dose.prescribed_mg:f} mg lies outside the {dose.table} table, "
            "so it has no band and is made for the patient."
        )
    tolerance = "within" if dose.within_tolerance else "beyond"
    return (
        f"The prescribed dose of {dose.prescribed_mg:f} mg takes the {dose.table} band of "
        f"{dose.band_mg:f} mg, a difference of {dose.variance_percent:+.2f}%, which is {tolerance} the "
        "tolerance of its kind of medicine."
    )


def _of_all(result: DoseBandResult) -> str:
    all_of_them = result.overall
    reached = "reaches" if all_of_them.met else "does not reach"
    rest = [
        f"{counted(number, 'was', 'were')} given as {words}"
        for number, words in (
            (all_of_them.other_band, "another band than the one for the dose prescribed"),
            (all_of_them.individual, "a dose that is no band"),
        )
        if number
    ]
    others = f" Of the rest, {listed(rest)}." if rest else ""
    given = f"{'was' if all_of_them.banded == 1 else 'were'} given as the band of the published table"
    return (
        f"Of {counted(all_of_them.counted, 'dose')} counted, {all_of_them.banded:,} "
        f"({all_of_them.banded_percent}%) {given}, which {reached} the {result.asked_percent}% asked "
        f"for.{others}"
    )


def _of_providers(result: DoseBandResult) -> str:
    judged = [each for each in result.providers if each.met is not None]
    short = [f"{each.provider} ({each.banded_percent}%)" for each in judged if not each.met]
    if len(judged) < 2:
        return ""
    if not short:
        return f"Each of the {len(judged)} providers reaches it."
    return f"{listed(short)} {'does' if len(short) == 1 else 'do'} not reach it."


def _outside(result: DoseBandResult) -> str:
    outside, silent = result.overall.outside_table, result.overall.not_said
    said = []
    if outside:
        said.append(
            f"{counted(outside, 'dose was', 'doses were')} prescribed outside the published table and "
            f"{'is' if outside == 1 else 'are'} shown apart."
        )
    if silent and len(result.doses) > 1:
        said.append(
            f"{counted(silent, 'administration says', 'administrations say')} no dose given, so "
            f"{'it is' if silent == 1 else 'they are'} not counted."
        )
    return " ".join(said)


def _of_table(check: TableCheck) -> str:
    every = check.thresholds_reproduced == check.thresholds
    law = f"all {check.thresholds}" if every else f"{check.thresholds_reproduced} of {check.thresholds}"
    beyond = f"{check.bands_beyond_tolerance or 'None'} of its {check.bands} bands"
    return (
        f"The law of thresholds gives {law} thresholds of the {check.table} table (version "
        f"{check.version}) exactly. {beyond} differ at one end by more than the conventional tolerance, the "
        f"furthest by {check.furthest_percent}% (the band of {check.furthest_band_mg:f} mg); the published "
        "table stands."
    )


def picture(result: DoseBandResult) -> Picture:
    """Return the share of doses given as bands, by provider, against what is asked for."""
    import altair as alt

    judged = [each for each in result.providers if each.banded_percent is not None]
    rows = [
        {"provider": each.provider, "percent": float(each.banded_percent or 0), "met": bool(each.met)}
        for each in judged
    ]
    asked = float(result.asked_percent)
    bars = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(size=26)
        .encode(
            x=alt.X(
                "percent:Q",
                title="doses given as their band (%)",
                scale=alt.Scale(domain=[0, 100]),
                axis=alt.Axis(tickCount=10),
            ),
            y=alt.Y("provider:N", title=None, sort="-x"),
            color=alt.condition("datum.met", alt.value(BLUE), alt.value(ORANGE)),
        )
    )
    line = alt.Chart(alt.Data(values=[{"asked": asked}])).mark_rule(strokeDash=[6, 4]).encode(x="asked:Q")
    said = "; ".join(f"{each.provider} {each.banded_percent}%" for each in judged) or "no dose given is known"
    return Picture(
        title=f"Doses given as their band, against the {result.asked_percent}% asked for",
        alternative=f"The share of doses given as their published band: {said}. "
        f"The dashed line is the {result.asked_percent}% asked for.",
        chart=bars + line,
        table=Table(
            "Doses by provider",
            ("provider", "administrations", "counted", "banded", "banded (%)", "reaches the share asked for"),
            tuple(
                (
                    each.provider,
                    each.administrations,
                    each.counted,
                    each.banded,
                    each.banded_percent,
                    each.met,
                )
                for each in result.providers
            ),
        ),
    )


def example() -> Example:
    """Return input that this method serves."""
    doses = {
        "Ashdown": (("320.25", "336"), ("152.10", "150"), ("310", "300"), ("66.5", "66")),
        "Brambley": (("320.25", "336"), ("205.3", "198"), ("420", "420"), ("900", "900")),
    }
    made = [
        {
            "reference": f"{provider[0]}{at}",
            "provider": provider,
            "table": "6 mg/mL",
            "prescribed_mg": prescribed,
            "given_mg": given,
        }
        for provider, pairs in doses.items()
        for at, (prescribed, given) in enumerate(pairs, start=1)
    ]
    made.append(
        {
            "reference": "B5",
            "provider": "Brambley",
            "table": "20 mg/mL",
            "per_square_metre_mg": "175",
            "body_surface": "1.83",
            "given_mg": "320",
        }
    )
    return {"on": date(2025, 6, 30), "administrations": made}


def _with(**changes: object) -> Example:
    first = {"reference": "A1", "provider": "Ashdown", "table": "6 mg/mL", "prescribed_mg": "320.25"}
    return {"on": date(2025, 6, 30), "administrations": [{**first, **changes}]}


METHOD = Method(
    name="dose_band",
    title="Dose bands of chemotherapy and how closely they are kept to",
    takes=DoseBandInput,
    gives=DoseBandResult,
    calculate=dose_band,
    explain=explain,
    example=example,
    picture=picture,
    rules="dose_bands",
    refusals={
        "a table that is not published": lambda: _with(table="7 mg/mL"),
        "a dose given in both ways": lambda: _with(per_square_metre_mg="175", body_surface="1.83"),
        "a dose per square metre without the body surface": lambda: _with(
            prescribed_mg=None, per_square_metre_mg="175"
        ),
        "a dose of nothing": lambda: _with(prescribed_mg="0"),
        "an administration given twice": lambda: {
            "on": date(2025, 6, 30),
            "administrations": [*_with()["administrations"], *_with()["administrations"]],
        },
        "a date that no table covers": lambda: {**_with(), "on": date(2016, 1, 1)},
    },
)
