"""Schemes as a dated rulebook writes them: definitions, triggers, tables of steps, and packages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from speccom.methods.dated_rules import DatedRules
from speccom.methods.method import Figures
from speccom.methods.periods import financial_year


class RuleKind(StrEnum):
    """A way of finding the sum for a year."""

    FIXED = "fixed"
    PER_UNIT = "per_unit"
    SHARE = "share_of_base"
    COST_PLUS = "cost_plus_margin"
    TABLE = "table"


class TriggerKind(StrEnum):
    """How it is judged whether a trigger is met."""

    EVIDENCE = "evidence"
    COUNT = "count"
    RATIO = "ratio"
    SAVING = "saving"


class Mark(StrEnum):
    """How far a source settles a row: it was read, is remembered, or is assumed."""

    READ = "read"
    RECALL = "recall"
    DESIGN = "design"


class Unit(StrEnum):
    """What a figure is."""

    COUNT = "count"
    PENCE = "pence"
    SHARE = "share"
    EVIDENCE = "evidence"


class AbovePackage(StrEnum):
    """What may happen where schemes are worth more than the package."""

    SCALED = "scaled"
    PAID = "paid"


def _words_apart(given: object) -> object:
    return tuple(given.split()) if isinstance(given, str) else given


Quarter = Annotated[int, Field(ge=1, le=4)]
# A table's cell is text: `2`, or several words in one cell.
_CELL = WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]})
_CELL_OF_SEVERAL = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array"}]})
AtLeastOne = Annotated[int, Field(ge=1), _CELL]
Pounds = Annotated[int, Field(ge=0), _CELL]
Quarters = Annotated[tuple[Quarter, ...], BeforeValidator(_words_apart), _CELL_OF_SEVERAL]
Names = Annotated[tuple[str, ...], BeforeValidator(_words_apart), _CELL_OF_SEVERAL]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Ratio = Annotated[Decimal, Field(ge=0)]


class Package(Figures):
    """How large a provider's package is, by its role and the value of its contract."""

    role: str
    """The provider's role."""
    role_title: str
    """The role, in words for people."""
    contract_at_least_pounds: Pounds
    """The least yearly contract value for this row, in pounds."""
    rate: Share
    """The package as a share of contract value."""
    most_schemes: AtLeastOne
    """The most schemes that a package of this size holds."""


class Scheme(Figures):
    """One scheme."""

    scheme: str
    """Its code."""
    title: str
    """Its title, in words for people."""
    providers: Names
    """The kinds of provider that may take it."""


class Definition(Figures):
    """How one version of a scheme pays: the sum for a whole year."""

    scheme: str
    """The scheme's code."""
    version: AtLeastOne
    """The version; the first is 1."""
    issued_on: date
    """The day on which it was issued."""
    rule: RuleKind
    """How the sum for a year is found."""
    base: str = ""
    """The figure that is counted, taken a share of, or looked up."""
    term: Decimal | None = Field(default=None, ge=0)
    """The sum (pence) or rate that the scheme itself sets."""
    agreed_term: str = ""
    """The figure that the contract agrees instead of `term`."""
    table: str = ""
    """The table of steps, for a rule that looks up."""
    change: str = ""
    """What it changes in the version before it, in words for people."""
    mark: Mark
    """How far a source settles it."""

    @model_validator(mode="after")
    def _complete(self) -> Definition:
        where = f"{self.scheme}, version {self.version}"
        if (self.rule is RuleKind.FIXED) == bool(self.base):
            raise ValueError(f"{where}: every rule but a fixed sum needs a base, and a fixed sum has none")
        if (self.rule is RuleKind.TABLE) != bool(self.table):
            raise ValueError(f"{where}: a table is named by a rule that looks up, and by no other")
        terms = (self.term is not None) + bool(self.agreed_term)
        if terms != 1 and not (self.rule is RuleKind.TABLE and terms == 0):
            raise ValueError(f"{where}: either the scheme sets a term or the contract agrees one")
        return self


class Trigger(Figures):
    """What one version of a scheme pays for, in which quarters, and when it counts as met."""

    scheme: str
    """The scheme's code."""
    version: AtLeastOne
    """The version of the scheme."""
    trigger: str
    """The trigger's name within the scheme."""
    title: str
    """What is paid for, in words for people."""
    year: str = ""
    """The financial year in which it applies (`2017-18`); empty where it applies in each."""
    quarters: Quarters
    """The quarters at whose end it is due."""
    weight: Share
    """Its part of the year's sum, in each of these quarters."""
    kind: TriggerKind
    """How it is judged."""
    measure: str
    """The evidence, or the figure that is achieved."""
    against: str = ""
    """The plan, the denominator, or the planned saving."""
    against_at_most: Ratio | None = None
    """The most that `against` counts for; nothing where it counts in full."""
    baseline: str = ""
    """For a saving: the cost before."""
    zero_at: Ratio | None = None
    """The ratio at which nothing is paid; from it to `full_at` the part paid grows evenly. Where it is the
    greater, less is better. Left out, the trigger is met or not."""
    full_at: Ratio | None = None
    """The ratio from which all is paid."""
    ceiling: Ratio | None = None
    """The ratio above which nothing is paid; nothing where there is none."""
    steps: str = ""
    """The table that gives the part paid, instead of `zero_at` and `full_at`."""
    mark: Mark
    """How far a source settles its threshold."""

    @model_validator(mode="after")
    def _complete(self) -> Trigger:
        where = f"{self.scheme}, version {self.version}, {self.trigger}"
        if (self.kind is TriggerKind.EVIDENCE) == bool(self.against):
            raise ValueError(f"{where}: evidence is measured against nothing, and every other kind is")
        if (self.kind is TriggerKind.SAVING) != bool(self.baseline):
            raise ValueError(f"{where}: a baseline belongs to a saving, and to nothing else")
        judged = (self.full_at is not None) + bool(self.steps)
        if judged != (self.kind is not TriggerKind.EVIDENCE):
            raise ValueError(f"{where}: a ratio is judged by `full_at` or by steps, and evidence by neither")
        if self.zero_at is not None and (self.full_at is None or self.zero_at == self.full_at):
            raise ValueError(f"{where}: `zero_at` needs a `full_at` that differs from it")
        if not self.quarters or len(set(self.quarters)) < len(self.quarters):
            raise ValueError(f"{where}: the quarters are none, or one is named twice")
        return self

    def applies_in(self, year: str) -> bool:
        """Whether it applies in a financial year."""
        return self.year in ("", year)


class Step(Figures):
    """One row of a table: from a value on, it gives another."""

    table: str
    """The table's name."""
    at_least: Ratio
    """The least value for this row."""
    gives: Ratio
    """What the table gives: a part to pay, a sum in pence, or a factor of the contract's term."""


class Figure(Figures):
    """A figure or a piece of evidence that schemes speak of."""

    figure: str
    """Its name."""
    words: str
    """What it is, in words for people."""
    unit: Unit
    """What it is counted in."""


class IncentiveRules(DatedRules):
    """All schemes of a programme, with each version of their definitions."""

    above_package: AbovePackage
    """What happens where the agreed schemes are worth more than the package."""
    packages: tuple[Package, ...]
    """The packages, by role and contract value."""
    schemes: tuple[Scheme, ...]
    """The schemes."""
    definitions: tuple[Definition, ...]
    """Each version of each scheme."""
    triggers: tuple[Trigger, ...]
    """What each version pays for."""
    steps: tuple[Step, ...] = ()
    """The tables of steps."""
    figures: tuple[Figure, ...]
    """The figures and evidence that the schemes speak of."""

    @model_validator(mode="after")
    def _consistent(self) -> IncentiveRules:
        for fault in _faults(self):
            raise ValueError(fault)
        return self

    def definitions_of(self, scheme: str) -> tuple[Definition, ...]:
        """Return a scheme's versions, the first first."""
        return tuple(each for each in self.definitions if each.scheme == scheme)

    def triggers_of(self, definition: Definition, year: str) -> tuple[Trigger, ...]:
        """Return what a version pays for in a financial year."""
        return tuple(
            each
            for each in self.triggers
            if (each.scheme, each.version) == (definition.scheme, definition.version)
            and each.applies_in(year)
        )

    def names_of(self, scheme: str) -> frozenset[str]:
        """Return the figures and evidence that a scheme uses, in any of its versions."""
        found = [name for each in self.definitions_of(scheme) for name in (each.base, each.agreed_term)]
        for each in self.triggers:
            if each.scheme == scheme:
                found += [each.measure, each.against, each.baseline]
        return frozenset(found)

    def step(self, table: str, value: Fraction) -> Decimal | None:
        """Return what a table gives for a value; None below its first row."""
        rows = [each for each in self.steps if each.table == table and each.at_least <= value]
        return max(rows, key=lambda each: each.at_least).gives if rows else None

    def words(self, figure: str) -> str:
        """Return what a figure is, in words for people."""
        return next(each.words for each in self.figures if each.figure == figure)

    def unit(self, figure: str) -> Unit:
        """Return what a figure is counted in."""
        return next(each.unit for each in self.figures if each.figure == figure)


def year_label(begins: int) -> str:
    """Return a financial year as it is written: `2017-18`."""
    return f"{begins}-{(begins + 1) % 100:02d}"


def _faults(rules: IncentiveRules) -> Iterator[str]:
    yield from _repeated([each.scheme for each in rules.schemes], "the scheme")
    yield from _repeated([each.figure for each in rules.figures], "the figure")
    for scheme in rules.schemes:
        yield from _version_faults(scheme.scheme, rules.definitions_of(scheme.scheme))
    known = {each.scheme for each in rules.schemes}
    for definition in rules.definitions:
        if definition.scheme not in known:
            yield f"there is a definition of {definition.scheme}, which is no scheme"
        yield from _weight_faults(rules, definition)
    defined = {(each.scheme, each.version) for each in rules.definitions}
    for trigger in rules.triggers:
        if (trigger.scheme, trigger.version) not in defined:
            where = f"{trigger.scheme}, version {trigger.version}"
            yield f"{trigger.trigger} belongs to {where}, which is not defined"
    yield from _name_faults(rules)


def _repeated(names: Sequence[str], what: str) -> Iterator[str]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield f"{what} {name} is there twice"


def _version_faults(scheme: str, versions: Sequence[Definition]) -> Iterator[str]:
    if [each.version for each in versions] != list(range(1, len(versions) + 1)) or not versions:
        yield f"the versions of {scheme} are not 1, 2 and so on, in this order"
    for before, after in pairwise(versions):
        if after.issued_on <= before.issued_on:
            yield f"version {after.version} of {scheme} was not issued after the version before it"


def _weight_faults(rules: IncentiveRules, definition: Definition) -> Iterator[str]:
    first, last = financial_year(rules.valid_from), financial_year(rules.valid_to)
    for year in map(year_label, range(first, last + 1)):
        triggers = rules.triggers_of(definition, year)
        total = sum((each.weight * len(each.quarters) for each in triggers), Decimal(0))
        if total != 1:
            yield (
                f"the weights of {definition.scheme}, version {definition.version}, "
                f"sum to {total} in {year}, not to 1"
            )


def _name_faults(rules: IncentiveRules) -> Iterator[str]:
    figures = {each.figure for each in rules.figures}
    tables = {each.table for each in rules.steps}
    for definition in rules.definitions:
        for name in filter(None, (definition.base, definition.agreed_term)):
            if name not in figures:
                yield f"{definition.scheme}, version {definition.version}: {name} is no figure of these rules"
        if definition.table and definition.table not in tables:
            yield f"{definition.scheme}, version {definition.version}: there is no table {definition.table}"
    for trigger in rules.triggers:
        for name in filter(None, (trigger.measure, trigger.against, trigger.baseline)):
            if name not in figures:
                yield f"{trigger.scheme}, {trigger.trigger}: {name} is no figure of these rules"
        if trigger.steps and trigger.steps not in tables:
            yield f"{trigger.scheme}, {trigger.trigger}: there is no table {trigger.steps}"
