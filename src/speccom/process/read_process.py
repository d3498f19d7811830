"""Read a process rulebook: its folder as a procedure, or every error in it at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from speccom.criteria.criterion_errors import CriterionErrors, nearest
from speccom.criteria.parse import parse
from speccom.criteria.vocabulary import Field, FieldType, Vocabulary
from speccom.process.event import canonical
from speccom.process.procedure import (
    PREVIOUS,
    ClockEffect,
    Fact,
    FactKind,
    Procedure,
    Requirement,
    Setting,
    State,
    StateKind,
    TimeLimit,
    Transition,
)
from speccom.rulebook.errors import RulebookError, RulebookErrors
from speccom.rulebook.metadata_file import read_metadata, read_toml
from speccom.rulebook.shape import METADATA_FILE
from speccom.rulebook.table_file import FileRow, read_table_file

STATUSES = ("official", "illustrative")
MARKS = ("read", "recall", "design")
CONFIDENTIALITY = ("public", "official", "commercial", "identity")

_STATES, _TRANSITIONS, _REQUIREMENTS = "states.csv", "transitions.csv", "requirements.toml"
_STATE_COLUMNS = ("state", "label", "group", "kind")
_TRANSITION_COLUMNS = (
    "from",
    "act",
    "label",
    "to",
    "role",
    "requires",
    "records",
    "deadline",
    "clock",
    "not_by",
)
_LIMIT = re.compile(r"(\d{1,4})(wd|d)")
_FORM = "speccom process rulebook, form 1"

Word = TypeVar("Word", bound=StrEnum)


def load_process(folder: Path) -> Procedure:
    """Return the procedure of a folder. Raises RulebookErrors with every error found in it."""
    return _Reader(folder).read()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors: list[RulebookError] = []

    def read(self) -> Procedure:
        metadata = read_metadata(self.folder, STATUSES, self.errors)
        self.settings = self._settings(metadata)
        self.facts, self.vocabulary = self._vocabulary(metadata)
        state_rows = read_table_file(self.folder / _STATES, _STATE_COLUMNS, self.errors)
        self.states = self._states(state_rows)
        written = read_toml(self.folder / _REQUIREMENTS, self.errors)
        self.requirements = self._requirements(written)
        transition_rows = read_table_file(self.folder / _TRANSITIONS, _TRANSITION_COLUMNS, self.errors)
        transitions = self._transitions(transition_rows)
        if self.errors:
            raise RulebookErrors(self.errors, rulebook=str(self.folder))
        content = {
            "form": _FORM,
            "metadata": _plain(metadata),
            "states": [dict(row.cells) for row in state_rows],
            "transitions": [dict(row.cells) for row in transition_rows],
            "requirements": _plain(written),
        }
        first, last = metadata["valid_from"], metadata["valid_to"]
        assert isinstance(first, date)
        assert isinstance(last, date)
        return Procedure(
            id=str(metadata["id"]),
            version=str(metadata["version"]),
            title=str(metadata["title"]),
            valid_from=first,
            valid_to=last,
            source=str(metadata["source"]),
            status=str(metadata["status"]),
            folder=self.folder,
            digest=hashlib.sha256(canonical(content)).hexdigest(),
            states=self.states,
            transitions=transitions,
            requirements=self.requirements,
            vocabulary=self.vocabulary,
            facts=self.facts,
            settings=self.settings,
        )

    def _settings(self, metadata: Mapping[str, object]) -> dict[str, Setting]:
        found = {}
        for name, written in self._tables(metadata, "settings", METADATA_FILE):
            where = f"{METADATA_FILE}, settings.{name}"
            value, unit, sentence = (self._text(written, key, where) for key in ("value", "unit", "sentence"))
            mark = self._one_of(str(written.get("mark", "")), MARKS, where, "mark")
            found[name] = Setting(name, value, unit, mark, sentence)
        return found

    def _vocabulary(self, metadata: Mapping[str, object]) -> tuple[dict[str, Fact], Vocabulary]:
        fields: list[Field] = []
        facts: dict[str, Fact] = {}
        for name, written in self._tables(metadata, "fields", METADATA_FILE):
            fields.append(self._field(name, written, f"{METADATA_FILE}, fields.{name}", "record"))
        for name, written in self._tables(metadata, "facts", METADATA_FILE):
            where = f"{METADATA_FILE}, facts.{name}"
            fields.append(self._field(name, written, where, "fact"))
            kind = self._word(FactKind, str(written.get("kind", "")), where, "kind")
            definition = {key: str(value) for key, value in written.items() if key not in ("kind", "type")}
            facts[name] = Fact(name, kind or FactKind.LOOKUP, definition)
            if any(each.name == name for each in fields[:-1]):
                self._error(where, "a field has this name too", "Give the fact a name of its own")
        return facts, Vocabulary(fields)

    def _field(self, name: str, written: Mapping[str, object], where: str, origin: str) -> Field:
        kind = self._word(FieldType, str(written.get("type", "")), where, "type") or FieldType.TEXT
        confidentiality = str(written.get("confidentiality", "official"))
        self._one_of(confidentiality, CONFIDENTIALITY, where, "confidentiality")
        values = written.get("values", {})
        return Field(
            name=name,
            type=kind,
            title=self._text(written, "title", where),
            meaning=str(written.get("meaning", "")),
            confidentiality=confidentiality,
            values={str(key): str(value) for key, value in values.items()}
            if isinstance(values, dict)
            else {},
            origin=origin,
        )

    def _states(self, rows: tuple[FileRow, ...]) -> dict[str, State]:
        found: dict[str, State] = {}
        for row in rows:
            where, name = f"{_STATES}, line {row.line}", row.cells["state"]
            if not name or name == PREVIOUS:
                self._error(where, f"“{name}” cannot be the name of a state")
            if name in found:
                self._error(where, f"the state `{name}` is there twice", "Keep one of them")
            if not row.cells["label"]:
                self._error(where, f"the state `{name}` has no label", "Write what people call it")
            kind = self._word(StateKind, row.cells["kind"], where, "kind") or StateKind.OPEN
            found[name] = State(name, row.cells["label"], row.cells["group"], kind)
        for name in found.keys() & {each.group for each in found.values()}:
            self._error(_STATES, f"`{name}` is a state and a group", "Give the group a name of its own")
        return found

    def _requirements(self, written: Mapping[str, object]) -> dict[str, Requirement]:
        found = {}
        for name, body in written.items():
            where = f"{_REQUIREMENTS}, {name}"
            if not isinstance(body, dict):
                self._error(where, "this is no requirement", f"Write it under [{name}]")
                continue
            sentence, text, message = (
                self._text(body, key, where) for key in ("sentence", "criterion", "message")
            )
            try:
                criterion = parse(text, self.vocabulary, {})
            except CriterionErrors as problem:
                self.errors += [
                    RulebookError(
                        where,
                        each.message,
                        suggestion=each.suggestion,
                        criterion=text,
                        start=each.start,
                        end=each.end,
                    )
                    for each in problem.errors
                ]
                continue
            found[name] = Requirement(name, sentence, criterion, message, str(body.get("where", "")))
        return found

    def _transitions(self, rows: tuple[FileRow, ...]) -> tuple[Transition, ...]:
        sources = {"", *self.states, *(each.group for each in self.states.values())}
        acts = {row.cells["act"] for row in rows}
        found: dict[tuple[str, str], Transition] = {}
        for row in rows:
            where, cells = f"{_TRANSITIONS}, line {row.line}", row.cells
            self._known(cells["from"], sources, where, "from")
            self._known(cells["to"], {*self.states, PREVIOUS}, where, "to")
            for column in ("act", "label", "role"):
                if not cells[column]:
                    self._error(where, f"`{column}` is blank")
            if (cells["from"], cells["act"]) in found:
                self._error(where, f"`{cells['act']}` leads from `{cells['from']}` twice", "Keep one of them")
            target = self.states.get(cells["to"])
            if not cells["from"] and target is not None and target.kind is not StateKind.INITIAL:
                self._error(where, f"a case begins in `{cells['to']}`, whose kind is not initial")
            transition = Transition(
                cells["from"],
                cells["act"],
                cells["label"],
                cells["to"],
                cells["role"],
                self._names(cells["requires"], self.requirements, where),
                self._names(cells["records"], self.requirements, where),
                self._limit(cells["deadline"], where),
                self._word(ClockEffect, cells["clock"], where, "clock") if cells["clock"] else None,
                self._names(cells["not_by"], acts, where),
            )
            found[transition.source, transition.act] = transition
        return tuple(found.values())

    def _limit(self, written: str, where: str) -> TimeLimit | None:
        if not written:
            return None
        setting = self.settings.get(written.removeprefix("@")) if written.startswith("@") else None
        text = (
            setting.value + {"working days": "wd", "days": "d"}.get(setting.unit, "?") if setting else written
        )
        limit = _LIMIT.fullmatch(text)
        if limit is None:
            self._error(
                where, f"“{written}” is no time limit", "Write 10wd, 42d, or @ and the name of a setting"
            )
            return None
        return TimeLimit(int(limit[1]), limit[2] == "wd", setting.name if setting else "")

    def _names(self, written: str, known: Mapping[str, object] | set[str], where: str) -> tuple[str, ...]:
        names = tuple(name.strip() for name in written.split(";") if name.strip())
        for name in names:
            self._known(name, set(known), where, "a name")
        return names

    def _known(self, name: str, known: set[str], where: str, what: str) -> None:
        if name not in known:
            near = nearest(name, sorted(known))
            self.errors.append(RulebookError(where, f"{what}: there is no `{name}`", suggestion=near))

    def _word(self, words: type[Word], written: str, where: str, key: str) -> Word | None:
        try:
            return words(written)
        except ValueError:
            self._error(where, f"`{key}` is one of {', '.join(words)}, not “{written}”")
            return None

    def _one_of(self, written: str, known: tuple[str, ...], where: str, key: str) -> str:
        if written not in known:
            self._error(where, f"`{key}` is one of {', '.join(known)}, not “{written}”")
        return written

    def _text(self, written: Mapping[str, object], key: str, where: str) -> str:
        value = written.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
            self._error(where, f"`{key}` is missing")
            return ""
        return str(value).strip()

    def _tables(
        self, metadata: Mapping[str, object], key: str, file: str
    ) -> list[tuple[str, Mapping[str, object]]]:
        tables = metadata.get(key, {})
        if not isinstance(tables, dict) or not all(isinstance(each, dict) for each in tables.values()):
            self._error(f"{file}, {key}", f"this is no table of {key}", f"Write each as [{key}.NAME]")
            return []
        return list(tables.items())

    def _error(self, where: str, message: str, mend: str = "") -> None:
        self.errors.append(RulebookError(where, message, mend))


def _plain(value: object) -> object:
    """Return data of TOML as canonical JSON can hold it: dates and floats as text."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int) else str(value)
