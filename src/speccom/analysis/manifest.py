"""A run's manifest: what went in, by which rulebook, what came out. Written last, it seals the folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from speccom.problem import Problem

_MOST_DIGITS = 18
_LONGEST_PATH = 4096

IDENTIFICATION = "identification"
"""The kind of run that these pages show; a manifest that names no kind is of this one."""


@dataclass(frozen=True)
class RunRulebook:
    """The rulebook of a run, as its manifest names it."""

    id: str
    version: str
    title: str
    status: str
    identity: str
    digest: str
    valid_from: date | None
    valid_to: date | None

    @property
    def illustrative(self) -> bool:
        """Whether its rules are made up for illustration."""
        return self.status == "illustrative"


@dataclass(frozen=True)
class RunInput:
    """A file that went in; ``prepared`` is its canonical Parquet."""

    file: str
    original: str
    sha256: str
    rows: int
    layout: str
    dataset: str
    prepared: Path


@dataclass(frozen=True)
class Warned:
    """Something the run was unsure of, and how many rows it touches."""

    kind: str
    message: str
    count: int


@dataclass(frozen=True)
class Output:
    """A file that came out."""

    name: str
    file: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Counts:
    """Rows by fate; all of them together are ``rows``."""

    rows: int
    labelled: int
    not_specialised: int
    not_attended: int
    rejected: int


@dataclass(frozen=True)
class Manifest:
    """The whole manifest."""

    run: str
    title: str
    started: datetime | None
    finished: datetime | None
    synthetic: bool
    engine: str
    code_version: str
    rulebook: RunRulebook
    inputs: tuple[RunInput, ...]
    counts: Counts
    cost_total: Decimal
    cost_specialised: Decimal
    warnings: tuple[Warned, ...]
    unseen_lines: tuple[str, ...]
    outputs: tuple[Output, ...]
    timings: tuple[tuple[str, str], ...]
    resumed: tuple[datetime, ...] = ()
    by: str = ""

    @property
    def priced(self) -> bool:
        """Whether the activity gives a cost at all; extracts without prices are usual."""
        return bool(self.cost_total)

    @property
    def records(self) -> int:
        """How many rows are records of the run: all but those that could not be used."""
        return self.counts.rows - self.counts.rejected


def parse_manifest(text: bytes, folder: Path) -> Manifest:
    """Read a manifest. Raises Problem where it is not one."""
    try:
        data = json.loads(text)
        json.dumps(data, ensure_ascii=False).encode()  # what no page could show is no text
        if data.get("kind", IDENTIFICATION) != IDENTIFICATION:
            raise _of_another_kind(folder)
        return _manifest(data, folder)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise Problem(
            "The run’s manifest cannot be read, so nothing can be shown of it",
            where=str(folder / "manifest.json"),
            mend="Run the identification again; the folder can then be deleted",
        ) from error


def _of_another_kind(folder: Path) -> Problem:
    return Problem(
        "This run is no identification, and these pages show nothing else yet",
        where=str(folder),
        mend="Open the files in its folder; manifest.json says what each of them is",
    )


def _manifest(data: dict[str, Any], folder: Path) -> Manifest:
    rulebook, counts = data["rulebook"], data["counts"]
    return Manifest(
        run=str(data["run"]),
        title=str(data.get("title") or data["run"]),
        started=_moment(data.get("started")),
        finished=_moment(data.get("finished")),
        synthetic=bool(data.get("synthetic")),
        engine=str(data.get("engine", "")),
        code_version=str(data.get("code_version", "")),
        rulebook=RunRulebook(
            id=str(rulebook["id"]),
            version=str(rulebook["version"]),
            title=str(rulebook.get("title") or rulebook["id"]),
            status=str(rulebook.get("status", "")),
            identity=str(rulebook.get("identity", "")),
            digest=str(rulebook.get("digest", "")),
            valid_from=_day(rulebook.get("valid_from")),
            valid_to=_day(rulebook.get("valid_to")),
        ),
        inputs=tuple(_input(each, folder) for each in data.get("inputs", ())),
        counts=Counts(
            rows=int(counts["rows"]),
            labelled=int(counts["labelled"]),
            not_specialised=int(counts["not_specialised"]),
            not_attended=int(counts.get("not_attended", 0)),
            rejected=int(counts.get("rejected", 0)),
        ),
        cost_total=_pounds(data["cost"]["total"]),
        cost_specialised=_pounds(data["cost"]["specialised"]),
        warnings=tuple(
            Warned(str(each["kind"]), str(each["message"]), int(each.get("count") or 0))
            for each in data.get("warnings", ())
        ),
        unseen_lines=tuple(str(each) for each in data.get("unseen_lines", ())),
        outputs=tuple(_output(name, each) for name, each in sorted(data.get("outputs", {}).items())),
        timings=tuple((str(name), str(value)) for name, value in data.get("timings", {}).items()),
        resumed=tuple(datetime.fromisoformat(each) for each in data.get("resumed", ())),
        by=str(data.get("by", "")),
    )


def _input(data: dict[str, Any], folder: Path) -> RunInput:
    return RunInput(
        file=str(data["file"]),
        original=str(data.get("original", data["file"])),
        sha256=str(data.get("sha256", "")),
        rows=int(data["rows"]),
        layout=str(data.get("layout", "")),
        dataset=str(data.get("dataset") or ""),
        prepared=folder / _path(data["prepared"]),
    )


def _output(name: str, data: dict[str, Any]) -> Output:
    return Output(name, _path(data["file"]), str(data.get("sha256", "")), int(data.get("rows") or 0))


def _path(text: object) -> str:
    path = str(text)
    if len(path) > _LONGEST_PATH:
        raise ValueError("no file has so long a path")
    return path


def _pounds(text: object) -> Decimal:
    pounds = Decimal(str(text or 0))
    if not pounds.is_finite() or pounds.adjusted() > _MOST_DIGITS:
        raise ValueError(f"{text} is no sum of money")
    return pounds


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None
