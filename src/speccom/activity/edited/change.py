"""What an edit can touch: the criteria that are new, those that now mean another line, and the lines that
changed themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from speccom.activity.compare.versions import NO_TABLES, Finding, SharedCriteria
from speccom.activity.lines import LineBook, LineSet
from speccom.criteria.expression import Expression
from speccom.rulebook.entries import DATASETS
from speccom.rulebook.identification import IdentificationRulebook

Held = frozenset[int]
"""The numbers of the criteria that hold for a record."""


class Change:
    """A run's rulebook beside a draft of it, each criterion numbered as the labels of the run have it."""

    def __init__(self, old: IdentificationRulebook, new: IdentificationRulebook) -> None:
        self.versions = (LineBook(old, NO_TABLES), LineBook(new, NO_TABLES))
        shared = {name: SharedCriteria() for name in DATASETS}
        self._asked = []
        for number, book in enumerate(self.versions):
            self._asked.append({name: _asked(book, name, shared[name]) for name in DATASETS})
            if number == 0:
                known = {name: len(shared[name].listed) for name in DATASETS}
        self.new = {name: list(enumerate(shared[name].listed))[known[name] :] for name in DATASETS}
        self._moved = {name: self._with_other_lines(name) for name in DATASETS}
        self._stated = self.versions[0].stated ^ self.versions[1].stated
        self.lines_changed = _lines_changed(*(book.rulebook for book in self.versions))

    def new_criteria(self, dataset: str) -> tuple[Sequence[int], Sequence[Expression]]:
        """Return the criteria of a dataset that only the draft asks: their numbers, and what they are."""
        return [number for number, _ in self.new[dataset]], [criterion for _, criterion in self.new[dataset]]

    def may_touch(self, finding: Finding) -> bool:
        """Whether a record of which this was found may answer otherwise, if no new criterion holds."""
        return (
            (bool(self.lines_changed) and bool(finding.held or finding.stated))
            or not self._moved[finding.dataset].isdisjoint(finding.held)
            or finding.stated in self._stated
        )

    def line_sets(self, finding: Finding, new: Iterable[int]) -> tuple[LineSet, LineSet]:
        """Return the lines of a record under both, given what was found and which new criteria hold."""
        held = frozenset((*finding.held, *new))
        return self._line_set(0, finding, held), self._line_set(1, finding, held)

    def differs(self, old: LineSet, new: LineSet) -> bool:
        """Whether a record with these lines, or another one of its spell, may have another answer."""
        return (
            (old.lines, old.layer) != (new.lines, new.layer)
            or not self.lines_changed.isdisjoint(old.lines)
            or not self.lines_changed.isdisjoint(new.lines)
        )

    def _line_set(self, version: int, finding: Finding, held: Held) -> LineSet:
        book, asked = self.versions[version], self._asked[version][finding.dataset]
        rules = sorted(rule for criterion in held for rule in asked.get(criterion, ()))
        stated = finding.stated if finding.stated in book.stated else ""
        return book.line_set_of(finding.dataset, rules, stated)

    def _with_other_lines(self, dataset: str) -> Held:
        """Return the criteria that lead to other lines, or by another layer, under the draft."""
        leads = [
            {
                criterion: {
                    (book.rules[dataset][n][0].service_code, book.rules[dataset][n][1]) for n in rules
                }
                for criterion, rules in asked[dataset].items()
            }
            for book, asked in zip(self.versions, self._asked, strict=True)
        ]
        return frozenset(
            criterion
            for criterion in {*leads[0], *leads[1]}
            if leads[0].get(criterion) != leads[1].get(criterion)
        )


def _asked(book: LineBook, dataset: str, shared: SharedCriteria) -> dict[int, list[int]]:
    """Return by criterion the rules that ask it."""
    asked: dict[int, list[int]] = {}
    for rule, (written, _) in enumerate(book.rules[dataset]):
        asked.setdefault(shared.number(written.criterion.expression), []).append(rule)
    return asked


def _line_and_layer(book: LineBook, dataset: str, rule: int) -> tuple[str, str]:
    written, layer = book.rules[dataset][rule]
    return written.service_code, layer


def _lines_changed(old: IdentificationRulebook, new: IdentificationRulebook) -> frozenset[str]:
    """Return the lines whose place among the lines of both, or whose reach, is another.

    Of two lines that change places, one at least is here.
    """
    before = [code for code in old.services if code in new.services]
    after = [code for code in new.services if code in old.services]
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    kept = {code for block in blocks for code in before[block.a : block.a + block.size]}
    return frozenset(
        code
        for code in before
        if code not in kept
        or (old.services[code].reach, old.services[code].spell_excluded)
        != (new.services[code].reach, new.services[code].spell_excluded)
    )
