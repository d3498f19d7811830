"""Compares every engine with the reference evaluator for as long as wanted.

    python bench/generative_equality.py --rounds 5000 [--seed 0]

Each round is one random rulebook over one random batch; the same as the test run makes, only more of them.
A disagreement is printed with its round, so that `--seed ROUND --rounds 1` shows it again. Exit 1 if any.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.generative.comparison import Shares, run_round


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare every engine with the reference evaluator")
    parser.add_argument("--rounds", type=int, default=2000, help="how many rulebooks and batches (2000)")
    parser.add_argument("--seed", type=int, default=0, help="the first round's seed (0)")
    arguments = parser.parse_args()
    shares = Shares()
    disagreements = 0
    started = time.monotonic()
    for done, seed in enumerate(range(arguments.seed, arguments.seed + arguments.rounds), start=1):
        found = run_round(seed)
        shares.add(found.shares)
        disagreements += len(found.disagreements)
        for each in found.disagreements[:2]:
            print(each, flush=True)
        if done % 500 == 0:
            print(
                f"{done} rounds, {disagreements} disagreements, {time.monotonic() - started:.0f} s",
                flush=True,
            )
    print(shares.report())
    print(f"{disagreements} disagreements in {arguments.rounds} rounds, {time.monotonic() - started:.0f} s")
    return 1 if disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
