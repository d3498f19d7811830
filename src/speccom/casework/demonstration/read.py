"""Read the demonstration's cases: their ways through the processes, with each case's own words put in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_DAY, _DOCUMENT = "@", "document:"


@dataclass(frozen=True)
class StoryDocument:
    """A document that is added for a step: what it is called, who may read it, and what it says."""

    title: str
    name: str
    confidentiality: str
    content: str


@dataclass(frozen=True)
class Step:
    """One step of a case: who does which act, how many days after the one before, with what in its forms.

    `documents` are those that its forms speak of, by the key by which they do.
    """

    by: str
    act: str
    days: int
    forms: Mapping[str, Mapping[str, str]]
    meeting: str = ""
    documents: Mapping[str, StoryDocument] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseStory:
    """One case: on which day it began, counted back from today, and its steps."""

    began: int
    steps: tuple[Step, ...]


def stories() -> tuple[CaseStory, ...]:
    """Return the cases, the one that began first first, so that references follow the order of days."""
    found = (CaseStory(int(each["began"]), tuple(_steps(each))) for each in _read("cases.toml")["case"])
    return tuple(sorted(found, key=lambda each: -each.began))


def members() -> Mapping[str, Mapping[str, str]]:
    """Return the seat of each member, by body and by their key."""
    return _read("members.toml")


def on_the_day(step: Step, day: date, documents: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return what a step answers, as a browser would post it on a day; `documents` are answers by key."""
    return {form: dict(_posted(texts, day, documents)) for form, texts in step.forms.items()}


def _steps(story: Mapping[str, Any]) -> Iterator[Step]:
    for way in story["way"]:
        name, _, count = way.partition("/")
        for written in _read("ways.toml")[name][: int(count)]:
            yield Step(
                by=written["by"],
                act=written["act"].format_map(story["words"]),
                days=int(written["days"]),
                forms={
                    form: {control: text.format_map(story["words"]) for control, text in texts.items()}
                    for form, texts in written.get("forms", {}).items()
                },
                meeting=written.get("meeting", ""),
                documents={
                    key: StoryDocument(
                        **{name: text.format_map(story["words"]) for name, text in each.items()}
                    )
                    for key, each in written.get("documents", {}).items()
                },
            )


def _posted(texts: Mapping[str, str], day: date, documents: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for control, text in texts.items():
        if text.startswith(_DOCUMENT):
            yield control, documents[text.removeprefix(_DOCUMENT)]
        elif text.startswith(_DAY):
            on = day + timedelta(days=int(text.removeprefix(_DAY)))
            yield from ((f"{control}-{part}", str(getattr(on, part))) for part in ("day", "month", "year"))
        else:
            yield control, text


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
