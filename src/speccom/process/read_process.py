"""Read a process rulebook: its folder as a procedure, or every error in it at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from speccom.criteria.codes import CLASSIFICATIONS
from speccom.criteria.vocabulary import Confidentiality, Field, FieldType, Vocabulary
from speccom.process.event import canonical
from speccom.process.faults import Faults
from speccom.process.form import Form, QuestionKind
from speccom.process.offered import LETTER_FIELDS
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
from speccom.process.read_access import read_access
from speccom.process.read_bodies import read_bodies
from speccom.process.read_facts import collections_of, settled_facts
from speccom.process.read_forms import read_forms
from speccom.process.read_letters import read_letters
from speccom.process.read_policies import read_policies
from speccom.rulebook.errors import RulebookErrors
from speccom.rulebook.metadata_file import read_metadata, read_toml
from speccom.rulebook.shape import METADATA_FILE
from speccom.rulebook.table_file import FileRow, read_table_file

STATUSES = ("official", "illustrative")
MARKS = ("read", "recall", "design")

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
_FORM = "speccom process rulebook, form 2"


def load_process(folder: Path) -> Procedure:
    """Return the procedure of a folder. Raises RulebookErrors with every error found in it."""
    return _Reader(folder).read()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults = Faults()

    def read(self) -> Procedure:
        metadata = read_metadata(self.folder, STATUSES, self.faults.errors)
        self.settings = self._settings(metadata)
        self.facts, self.vocabulary = self._vocabulary(metadata)
        state_rows = read_table_file(self.folder / _STATES, _STATE_COLUMNS, self.faults.errors)
        self.states = self._states(state_rows)
        written = read_toml(self.folder / _REQUIREMENTS, self.faults.errors)
        self.requirements = self._requirements(written)
        transition_rows = read_table_file(self.folder / _TRANSITIONS, _TRANSITION_COLUMNS, self.faults.errors)
        transitions = self._transitions(transition_rows)
        acts = {each.act for each in transitions}
        forms, form_files = read_forms(self.folder, self.vocabulary, acts, self.faults)
        self._refuse_documents_at_the_start(forms, transitions)
        groups = {each.group for each in self.states.values() if each.group}
        access, access_rows = read_access(self.folder, {*self.states, *groups}, self.faults)
        bodies, body_file = read_bodies(self.folder, acts, MARKS, self.faults)
        collections = collections_of(forms, self.faults)
        self.facts = settled_facts(self.facts, self.vocabulary, collections, self.settings, acts, self.faults)
        in_letters = Vocabulary([*self.vocabulary.values(), *LETTER_FIELDS.values()])
        letters, letter_texts = read_letters(self.folder, in_letters, collections, acts, self.faults)
        policies, policy_file = read_policies(self.folder, acts, self.vocabulary, self.faults)
        subject = self._subject(metadata)
        if self.faults.errors:
            raise RulebookErrors(self.faults.errors, rulebook=str(self.folder))
        content = {
            "form": _FORM,
            "metadata": _plain(metadata),
            "states": [dict(row.cells) for row in state_rows],
            "transitions": [dict(row.cells) for row in transition_rows],
            "requirements": _plain(written),
            "forms": _plain(form_files),
            "access": access_rows,
            "bodies": _plain(body_file),
            "letters": letter_texts,
            **({"policies": _plain(policy_file)} if policy_file else {}),
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
            forms=forms,
            access=access,
            bodies=bodies,
            letters=letters,
            policies=policies,
            subject=subject,
            called=str(metadata.get("called", metadata["title"])),
        )

    def _subject(self, metadata: Mapping[str, object]) -> str:
        """Return the field that lists show of each case: one that is neither commercial nor of a person."""
        name = str(metadata.get("subject", ""))
        if not name:
            return ""
        where = f"{METADATA_FILE}, subject"
        self.faults.known(name, set(self.vocabulary), where, "subject")
        described = self.vocabulary.get(name)
        if described and described.confidentiality not in (Confidentiality.PUBLIC, Confidentiality.OFFICIAL):
            self.faults.add(where, f"`{name}` is {described.confidentiality}, and lists show it to many")
        return name

    def _settings(self, metadata: Mapping[str, object]) -> dict[str, Setting]:
        found = {}
        for name, written in self.faults.tables(metadata, "settings", METADATA_FILE):
            where = f"{METADATA_FILE}, settings.{name}"
            value, unit, sentence = (
                self.faults.text(written, key, where) for key in ("value", "unit", "sentence")
            )
            mark = self.faults.one_of(str(written.get("mark", "")), MARKS, where, "mark")
            found[name] = Setting(name, value, unit, mark, sentence)
        return found

    def _vocabulary(self, metadata: Mapping[str, object]) -> tuple[dict[str, Fact], Vocabulary]:
        fields: list[Field] = []
        facts: dict[str, Fact] = {}
        for name, written in self.faults.tables(metadata, "fields", METADATA_FILE):
            fields.append(self._field(name, written, f"{METADATA_FILE}, fields.{name}", "record"))
        for name, written in self.faults.tables(metadata, "facts", METADATA_FILE):
            where = f"{METADATA_FILE}, facts.{name}"
            fields.append(self._field(name, written, where, "fact"))
            kind = self.faults.word(FactKind, str(written.get("kind", "")), where, "kind")
            definition = {
                key: str(value)
                for key, value in written.items()
                if key not in ("kind", "type", "title", "inputs")
            }
            inputs = self.faults.options(written, "inputs", where)
            facts[name] = Fact(name, kind or FactKind.LOOKUP, definition, inputs=inputs)
            if any(each.name == name for each in fields[:-1]):
                self.faults.add(where, "a field has this name too", "Give the fact a name of its own")
        return facts, Vocabulary(fields)

    def _field(self, name: str, written: Mapping[str, object], where: str, origin: str) -> Field:
        kind = self.faults.word(FieldType, str(written.get("type", "")), where, "type") or FieldType.TEXT
        written_class = str(written.get("confidentiality", Confidentiality.OFFICIAL.value))
        confidentiality = self.faults.word(Confidentiality, written_class, where, "confidentiality")
        classification = str(written.get("classification", ""))
        if classification:
            self.faults.one_of(classification, CLASSIFICATIONS, where, "classification")
        return Field(
            name=name,
            type=kind,
            title=self.faults.text(written, "title", where),
            meaning=str(written.get("meaning", "")),
            confidentiality=confidentiality or Confidentiality.IDENTITY,
            classification=classification or None,
            values=self.faults.options(written, "values", where),
            origin=origin,
        )

    def _states(self, rows: tuple[FileRow, ...]) -> dict[str, State]:
        found: dict[str, State] = {}
        for row in rows:
            where, name = f"{_STATES}, line {row.line}", row.cells["state"]
            if not name or name == PREVIOUS:
                self.faults.add(where, f"“{name}” cannot be the name of a state")
            if name in found:
                self.faults.add(where, f"the state `{name}` is there twice", "Keep one of them")
            if not row.cells["label"]:
                self.faults.add(where, f"the state `{name}` has no label", "Write what people call it")
            kind = self.faults.word(StateKind, row.cells["kind"], where, "kind") or StateKind.OPEN
            found[name] = State(name, row.cells["label"], row.cells["group"], kind)
        for name in found.keys() & {each.group for each in found.values()}:
            self.faults.add(_STATES, f"`{name}` is a state and a group", "Give the group a name of its own")
        return found

    def _requirements(self, written: Mapping[str, object]) -> dict[str, Requirement]:
        found = {}
        for name, body in written.items():
            where = f"{_REQUIREMENTS}, {name}"
            if not isinstance(body, dict):
                self.faults.add(where, "this is no requirement", f"Write it under [{name}]")
                continue
            sentence, text, message = (
                self.faults.text(body, key, where) for key in ("sentence", "criterion", "message")
            )
            criterion = self.faults.criterion(text, self.vocabulary, where)
            if criterion is None:
                continue
            found[name] = Requirement(name, sentence, criterion, message, str(body.get("where", "")))
        return found

    def _transitions(self, rows: tuple[FileRow, ...]) -> tuple[Transition, ...]:
        sources = {"", *self.states, *(each.group for each in self.states.values())}
        acts = {row.cells["act"] for row in rows}
        found: dict[tuple[str, str], Transition] = {}
        for row in rows:
            where, cells = f"{_TRANSITIONS}, line {row.line}", row.cells
            self.faults.known(cells["from"], sources, where, "from")
            self.faults.known(cells["to"], {*self.states, PREVIOUS}, where, "to")
            for column in ("act", "label", "role"):
                if not cells[column]:
                    self.faults.add(where, f"`{column}` is blank")
            if (cells["from"], cells["act"]) in found:
                self.faults.add(
                    where, f"`{cells['act']}` leads from `{cells['from']}` twice", "Keep one of them"
                )
            target = self.states.get(cells["to"])
            if not cells["from"] and target is not None and target.kind is not StateKind.INITIAL:
                self.faults.add(where, f"a case begins in `{cells['to']}`, whose kind is not initial")
            transition = Transition(
                cells["from"],
                cells["act"],
                cells["label"],
                cells["to"],
                cells["role"],
                self.faults.names(cells["requires"], self.requirements, where),
                self.faults.names(cells["records"], self.requirements, where),
                self._limit(cells["deadline"], where),
                self.faults.word(ClockEffect, cells["clock"], where, "clock") if cells["clock"] else None,
                self.faults.names(cells["not_by"], acts, where),
            )
            found[transition.source, transition.act] = transition
        return tuple(found.values())

    def _refuse_documents_at_the_start(
        self, forms: Mapping[str, Form], transitions: Iterable[Transition]
    ) -> None:
        starts = {each.act for each in transitions if not each.source}
        for form in forms.values():
            for section in form.sections if starts & set(form.acts) else ():
                for question in section.questions:
                    if question.kind is QuestionKind.DOCUMENT:
                        self.faults.add(
                            f"forms/{form.id}.toml, {section.id}, {question.id}",
                            "it asks for a document before there is a case that could have one",
                            "Ask for it in the form of a later act",
                        )

    def _limit(self, written: str, where: str) -> TimeLimit | None:
        if not written:
            return None
        setting = self.settings.get(written.removeprefix("@")) if written.startswith("@") else None
        text = (
            setting.value + {"working days": "wd", "days": "d"}.get(setting.unit, "?") if setting else written
        )
        limit = _LIMIT.fullmatch(text)
        if limit is None:
            self.faults.add(
                where, f"“{written}” is no time limit", "Write 10wd, 42d, or @ and the name of a setting"
            )
            return None
        return TimeLimit(int(limit[1]), limit[2] == "wd", setting.name if setting else "")


def _plain(value: object) -> object:
    """Return data of TOML as canonical JSON can hold it: dates and floats as text."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int) else str(value)
