"""Processes of one service count together how often somebody asks."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest
from tests.installation import Installation, database_beside

ASKS, LIMIT, PART = "tests.unit.web.asks", 200, 10


def test_two_processes_give_no_more_than_one_but_a_part(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECCOM_REQUESTS_A_MINUTE", str(LIMIT))
    with database_beside(os.environ.get("DATABASE_URL", ""), f"speccom_{uuid4().hex}") as address:
        service = Installation(tmp_path / "home", repository / "rulebooks", address)
        assert service.runs(ASKS, 0).split() == ["0"]
        beside = [service.begins(ASKS, LIMIT) for _ in range(2)]
        answered = [int(each.communicate(timeout=150)[0]) for each in beside]
        assert LIMIT - PART <= sum(answered) <= LIMIT + PART
        assert service.runs(ASKS, 3 * PART).split() == [str(PART)]
