"""Control charts and funnels: a hundred thousand at once against one at a time, in one run.

    python bench/methods_spc_funnel.py

One at a time is measured in two ways on a sample, since all would take long: the same function called for
each series alone, and the whole method, from typed input to typed result. Rates are processor seconds per
series, medians of the rounds. That both give the same signals and limits is checked first.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from speccom.methods.funnel.figures import FunnelInput
from speccom.methods.funnel.kinds import Kind
from speccom.methods.funnel.limits import funnels
from speccom.methods.funnel.placing import funnel
from speccom.methods.spc.chart import spc
from speccom.methods.spc.figures import SpcInput
from speccom.methods.spc.xmr import xmr

POINTS = 24
UNITS = 20


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def charts(series: int, sample: int, rounds: int) -> list[tuple[str, float]]:
    """Return the seconds for each series: at once, alone, and as the whole method."""
    values = np.random.default_rng(1).normal(100, 10, (series, POINTS)).round(1)
    dates = [date(2024, 1, 1) + timedelta(days=30 * number) for number in range(POINTS)]

    def given(row: int) -> SpcInput:
        points = [{"date": when, "value": value} for when, value in zip(dates, values[row], strict=True)]
        return SpcInput.model_validate({"points": points, "better": "higher"})

    together = xmr(values)
    for row in range(sample):
        alone = xmr(values[row : row + 1])
        assert (alone.cause[0] == together.cause[row]).all()
        assert np.isclose(alone.limits.upper[0], together.limits.upper[row])
    return [
        ("at once", measured(lambda: xmr(values), rounds) / series),
        (
            "one by one",
            measured(lambda: [xmr(values[row : row + 1]) for row in range(sample)], rounds) / sample,
        ),
        ("whole method", measured(lambda: [spc(given(row)) for row in range(sample)], rounds) / sample),
    ]


def funnel_plots(kind: Kind, series: int, sample: int, rounds: int) -> list[tuple[str, float]]:
    """Return the seconds for each funnel: at once, alone, and as the whole method."""
    random = np.random.default_rng(2)
    cases = random.uniform(50, 500, (series, UNITS))
    counts = random.poisson(cases * 0.4).clip(1).astype(float)

    def given(row: int) -> FunnelInput:
        units = [
            {"name": f"unit {number}", "numerator": count, "denominator": base}
            for number, (count, base) in enumerate(zip(counts[row], cases[row], strict=True))
        ]
        return FunnelInput.model_validate({"units": units, "kind": kind})

    together = funnels(kind, counts, cases)
    for row in range(sample):
        alone = funnels(kind, counts[row : row + 1], cases[row : row + 1])
        assert np.isclose(alone.dispersion.phi[0], together.dispersion.phi[row])
        assert np.allclose(alone.adjusted.upper_998[0], together.adjusted.upper_998[row])

    def one_by_one() -> None:
        for row in range(sample):
            funnels(kind, counts[row : row + 1], cases[row : row + 1])

    return [
        ("at once", measured(lambda: funnels(kind, counts, cases), rounds) / series),
        ("one by one", measured(one_by_one, rounds) / sample),
        ("whole method", measured(lambda: [funnel(given(row)) for row in range(sample)], rounds) / sample),
    ]


def measured(work: Callable[[], object], rounds: int) -> float:
    return statistics.median(seconds(work) for _ in range(rounds))


def show(title: str, series: int, sample: int, rates: list[tuple[str, float]]) -> None:
    print(f"\n{title}; {series:,} at once, {sample:,} of them one at a time")
    print(f"{'':<14}{'µs a series':>14}{f's for {series:,}':>16}{'ratio':>10}")
    for name, each in rates:
        print(f"{name:<14}{each * 1e6:>14,.2f}{each * series:>16,.2f}{each / rates[0][1]:>10,.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    sample = min(asked.sample, asked.series)
    show(
        f"Control charts of {POINTS} points", asked.series, sample, charts(asked.series, sample, asked.rounds)
    )
    for kind in Kind:
        rates = funnel_plots(kind, asked.series, sample, asked.rounds)
        show(f"Funnels of {UNITS} units, {kind}", asked.series, sample, rates)
