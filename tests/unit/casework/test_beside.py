"""Eight processes on the same cases, fifty identical posts, and processes killed in mid-act."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.installation import Installation

ACTS, PROCESSES, EACH = "tests.unit.casework.acts", 8, 12


def said_by(running: list[subprocess.Popen[str]]) -> list[list[str]]:
    """Return each line that programs printed, in words; none failed, or told of more than refusals."""
    said = []
    for each in running:
        out, error = each.communicate(timeout=150)
        unexpected = [line for line in error.splitlines() if '"message": "act refused"' not in line]
        assert (each.returncode, unexpected) == (0, [])
        said += [line.split() for line in out.splitlines()]
    return said


def test_eight_processes_lose_nothing_and_double_nothing(installation: Installation) -> None:
    begun = {line.split()[2] for line in installation.runs(ACTS, "begin", 3).splitlines()}
    running = [installation.begins(ACTS, "work", f"writer-{number}", EACH) for number in range(PROCESSES)]
    said = said_by(running)
    assert len(said) == PROCESSES * EACH
    done = {command: (case, digest) for word, command, case, digest in said if word == "done"}
    assert len(done) > PROCESSES * EACH / 3
    kept = json.loads(installation.runs(ACTS, "kept"))
    written = {each["command"]: (each["case"], each["digest"]) for each in kept["events"]}
    assert {command: written.get(command) for command in done} == done
    assert len(kept["events"]) == len(written) == len(done) + 3
    versions = Counter(each["case"] for each in kept["events"])
    assert kept["versions"] == {case: versions[case] for case in sorted(begun)}
    assert (kept["wrong"], kept["differences"], kept["orphans"]) == ("", [], [])


def test_fifty_identical_posts_have_one_effect(installation: Installation) -> None:
    installation.runs(ACTS, "begin", 1)
    running = [installation.begins(ACTS, "same", "the-same", 10) for _ in range(5)]
    said = said_by(running)
    assert Counter(word for word, *_ in said) == {"done": 1, "repeated": 49}
    assert len({(case, digest) for _, _, case, digest in said}) == 1
    kept = json.loads(installation.runs(ACTS, "kept"))
    assert len(kept["events"]) == 2
    assert (kept["wrong"], kept["differences"], kept["orphans"]) == ("", [], [])


def test_twenty_kills_in_mid_act_lose_nothing_and_leave_nothing_half_done(
    installation: Installation, repository: Path
) -> None:
    done = subprocess.run(
        [sys.executable, repository / "bench" / "kills.py", "--rounds", "20"],
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["rounds"] == 20
    assert told["in_mid_act"] >= 5
    assert told["acknowledged"] >= 5
    assert (told["lost"], told["half_done"], told["wrong"]) == (0, 0, "")
