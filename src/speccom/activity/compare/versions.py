"""The rules of several rulebooks compiled together, each criterion once however many rulebooks share it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from speccom.activity.lines import LineBook, LineSet
from speccom.criteria.bit_tables import compile_rules
from speccom.criteria.codesets import CodeSet
from speccom.criteria.expression import And, CodeMatch, Expression, InCodeSet, Not, Or, fold
from speccom.rulebook.entries import DATASETS
from speccom.rulebook.identification import IdentificationRulebook


@dataclass(frozen=True)
class Finding:
    """What was found of a record: the shared criteria that hold, and the line that its provider stated."""

    dataset: str
    held: tuple[int, ...]
    stated: str


class VersionsBook(LineBook):
    """Labels records for several rulebooks at once: a label stands for a `Finding`, and 0 for none.

    What a finding comes to under a version follows from that version's own book, without asking its rules.
    """

    def __init__(self, rulebooks: Sequence[IdentificationRulebook]) -> None:
        shared = {name: SharedCriteria() for name in DATASETS}
        self.versions = [LineBook(each, NO_TABLES) for each in rulebooks]
        self._criteria = [
            {
                name: [shared[name].number(rule.criterion.expression) for rule, _ in book.rules[name]]
                for name in DATASETS
            }
            for book in self.versions
        ]
        tables = {name: compile_rules(shared[name].listed) for name in DATASETS}
        super().__init__(rulebooks[0], tables)
        self.stated = set().union(*(book.stated for book in self.versions))
        self._findings: dict[Finding, int] = {Finding(DATASETS[0], (), ""): 0}

    def findings(self) -> list[Finding]:
        """Return what each label so far stands for."""
        return list(self._findings)

    def line_sets_under(self, version: int) -> list[LineSet]:
        """Return the set of lines behind each label so far, under one version."""
        book = self.versions[version]
        return [
            book.line_set_of(
                each.dataset,
                self._rules_held(version, each),
                each.stated if each.stated in book.stated else "",
            )
            for each in self._findings
        ]

    def rules_under(self, version: int) -> list[tuple[str, ...]]:
        """Return the identifiers of the rules of one version that hold, for each label so far."""
        rules = self.versions[version].rules
        return [
            tuple(rules[each.dataset][number][0].rule_id for number in self._rules_held(version, each))
            for each in self._findings
        ]

    def _rules_held(self, version: int, finding: Finding) -> list[int]:
        """Return the numbers of a version's own rules that hold."""
        held = frozenset(finding.held)
        criteria = self._criteria[version][finding.dataset]
        return [number for number, criterion in enumerate(criteria) if criterion in held]

    def _label(self, dataset: str, bits: int, stated: str) -> int:
        key = (dataset, bits, stated)
        with self._lock:
            label = self._known.get(key)
            if label is None:
                held = self.tables[dataset].rules_of(bits)
                found = Finding(dataset, held, stated)
                label = self._findings.setdefault(found, len(self._findings)) if held or stated else 0
                self._known[key] = label
            return label


class SharedCriteria:
    """Numbers criteria, the same number for those with the same parts, whatever their sets are called."""

    def __init__(self) -> None:
        self.listed: list[Expression] = []
        self._numbers: dict[int, int] = {}
        self._parts: dict[Hashable, tuple[int, Expression]] = {}

    def number(self, criterion: Expression) -> int:
        """Return the criterion's place in `listed`."""
        part, shared = fold(criterion, self._shared)
        if part not in self._numbers:
            self._numbers[part] = len(self.listed)
            self.listed.append(shared)
        return self._numbers[part]

    def _shared(self, part: Expression, inner: tuple[tuple[int, Expression], ...]) -> tuple[int, Expression]:
        """Return the number of a part and the first that was met with that number."""
        if isinstance(part, CodeMatch | InCodeSet):
            codeset = part.codeset
            bare = CodeSet("", codeset.classification, codeset.prefixes, codeset.exact)
            part = replace(part, codeset=bare)
        key: Hashable = (type(part), tuple(number for number, _ in inner)) if inner else part
        if key not in self._parts:
            parts = tuple(each for _, each in inner)
            if isinstance(part, And | Or):
                part = replace(part, parts=parts)
            elif isinstance(part, Not):
                part = replace(part, part=parts[0])
            self._parts[key] = (len(self._parts), part)
        return self._parts[key]


NO_TABLES = {name: compile_rules([]) for name in DATASETS}
"""What a version's own book holds: its rules are asked in the tables that all versions share."""
