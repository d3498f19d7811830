"""The content of a draft: its base with what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from speccom.analysis.rule_editor import set_text
from speccom.analysis.rule_editor.items import (
    CLASSIFICATION,
    CODES,
    RULES_OF_BOTH_LAYERS,
    TITLE,
    Cells,
    Changes,
    Item,
    Kind,
)
from speccom.rulebook.shape import CODESET_TITLES, CODESETS, ROUTES, TABLES
from speccom.rulebook.written import Row, Table, WrittenRulebook

_FIRST_LINE = 2
_BY_RULES = "rules"


@dataclass(frozen=True)
class Content:
    """A base, and changes to it; each kind's things stand in the order of the base, new ones after them."""

    base: WrittenRulebook
    changes: Changes

    def of(self, item: Item) -> Cells | None:
        """Return a thing's cells as the draft has it; None where it has not."""
        return self.changes[item] if item in self.changes else self.in_base(item)

    def last(self, item: Item) -> Cells:
        """Return a thing's cells; of one that was taken out, what the base has, or else blanks."""
        return self.of(item) or self.in_base(item) or dict.fromkeys(item.kind.columns, "")

    def in_base(self, item: Item) -> Cells | None:
        """Return a thing's cells as the base has it; None where it has not."""
        return self._base.get(item.kind, {}).get(item.key)

    def keys(self, kind: Kind) -> list[str]:
        """Return what there is of a kind in the draft."""
        known = dict.fromkeys(self._base.get(kind, {}))
        new = dict.fromkeys(each.key for each in self.changes if each.kind is kind)
        return [key for key in {**known, **new} if self.of(Item(kind, key)) is not None]

    def rule(self, rule_id: str) -> Item | None:
        """Return the rule of an id, in whichever layer it is or was; None where there is none."""
        items = [Item(kind, rule_id) for kind in RULES_OF_BOTH_LAYERS]
        here = [each for each in items if self.of(each) is not None]
        known = [each for each in items if each in self.changes or self.in_base(each) is not None]
        return next(iter(here or known), None)

    def changed(self) -> tuple[Item, ...]:
        """Return what is not as in the base."""
        return tuple(sorted(each for each in self.changes if self.changes[each] != self.in_base(each)))

    @cached_property
    def written(self) -> WrittenRulebook:
        """The draft as a whole rulebook."""
        rows = {shape.name: list(self._rows_of(shape.name)) for shape in TABLES}
        tables = {
            shape.name: Table(shape, _numbered(rows[shape.name]))
            for shape in TABLES
            if shape.name in self.base.tables or rows[shape.name]
        }
        return WrittenRulebook(self.base.name, self.base.metadata, tables)

    @cached_property
    def places(self) -> Mapping[str, Item]:
        """What stands in each line of the rulebook's files, as messages about it say."""
        return {
            table.where(row): Item(kind, row.cells[kind.shape.required[0]])
            for kind in Kind
            for table in [self.written.tables.get(kind.value)]
            if table is not None
            for row in table.rows
        }

    def _rows_of(self, table: str) -> Iterator[Cells]:
        if table == CODESETS.name:
            for key in self.keys(Kind.CODE_SET):
                yield from self._rows_of_set(key)
        elif table == CODESET_TITLES.name:
            yield from self._titles()
        elif table == ROUTES.name:
            yield from self._routes()
        elif table in list(Kind):
            for key in self.keys(Kind(table)):
                cells = self.of(Item(Kind(table), key))
                assert cells is not None
                yield cells
        elif table in self.base.tables:
            yield from (row.cells for row in self.base.tables[table].rows)

    def _rows_of_set(self, name: str) -> Iterator[Cells]:
        cells = self.of(Item(Kind.CODE_SET, name))
        assert cells is not None
        rows = set_text.as_cells(name, cells[CLASSIFICATION], cells[CODES])
        yield from (row for _, row in rows)

    def _routes(self) -> Iterator[Cells]:
        """Yield the routes to lines; rules are one to a line that had no rule in the base and now has."""
        routes = [row.cells for row in self.base.rows(ROUTES)]
        yield from routes
        before = {cells["service_code"] for cells in self._base[Kind.RULE].values()}
        said = {each["service_code"] for each in routes if each["route"] == _BY_RULES}
        rules = (self.last(Item(Kind.RULE, key)) for key in self.keys(Kind.RULE))
        for code in dict.fromkeys(rule["service_code"] for rule in rules):
            is_line = self.of(Item(Kind.LINE, code)) is not None
            if routes and is_line and code not in before | said:
                yield {"service_code": code, "route": _BY_RULES, "source": "rules of this rulebook"}

    def _titles(self) -> Iterator[Cells]:
        """Yield the titles of sets; a title without a set stays, and a set without codes has one."""
        for key in self.keys(Kind.CODE_SET):
            cells = self.last(Item(Kind.CODE_SET, key))
            title = cells[TITLE] or ("" if cells[CODES].strip() else key)
            if title:
                yield {"codeset": key, "title": title}
        named = {each.key for each in self.changes if each.kind is Kind.CODE_SET}
        named |= set(self._base[Kind.CODE_SET])
        for row in self.base.rows(CODESET_TITLES):
            if row.cells["codeset"] not in named:
                yield row.cells

    @cached_property
    def _base(self) -> Mapping[Kind, Mapping[str, Cells]]:
        plain: dict[Kind, Mapping[str, Cells]] = {
            kind: {row.cells[kind.shape.required[0]]: row.cells for row in self.base.rows(kind.shape)}
            for kind in Kind
            if kind is not Kind.CODE_SET
        }
        return {**plain, Kind.CODE_SET: _sets(self.base)}


def called(written: WrittenRulebook, **metadata: str) -> WrittenRulebook:
    """Return a rulebook with some of its metadata given anew."""
    return replace(written, metadata={**written.metadata, **metadata})


def _sets(base: WrittenRulebook) -> dict[str, Cells]:
    titles = {row.cells["codeset"]: row.cells["title"] for row in base.rows(CODESET_TITLES)}
    rows: dict[str, list[Row]] = {}
    for row in base.rows(CODESETS):
        rows.setdefault(row.cells["codeset"], []).append(row)
    return {
        name: {
            TITLE: titles.get(name, ""),
            CLASSIFICATION: some[0].cells["classification"],
            CODES: set_text.as_text(some),
        }
        for name, some in rows.items()
    }


def _numbered(rows: Iterable[Cells]) -> tuple[Row, ...]:
    return tuple(Row(number, cells) for number, cells in enumerate(rows, start=_FIRST_LINE))
