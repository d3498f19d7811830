"""Check how each fact is found: which rows it counts, where it is looked up, between what it measures."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from speccom.criteria.vocabulary import Field, FieldType, Vocabulary
from speccom.process.facts import NOW
from speccom.process.faults import Faults
from speccom.process.form import Form
from speccom.process.offered import BY_KEY, COLLECTIONS, TABLES
from speccom.process.procedure import Fact, FactKind, Setting
from speccom.process.read_calculated import check_calculated
from speccom.process.read_forms import row_vocabulary

_DAYS = ("working days", "days")


def collections_of(forms: Mapping[str, Form], faults: Faults) -> dict[str, Vocabulary]:
    """Return the columns of every collection: the kernel's, and those of the forms' repeating sections.

    Several forms may bring the same collection, each with some of its columns.
    """
    columns: dict[str, dict[str, Field]] = {}
    for form in forms.values():
        for name, section in form.collections.items():
            where = f"forms/{form.id}.toml, {section.id}"
            if name in COLLECTIONS:
                faults.add(where, f"the kernel keeps a collection `{name}`", "Give this one another name")
            known = columns.setdefault(name, {})
            for field in row_vocabulary(section).values():
                if known.setdefault(field.name, field).type is not field.type:
                    faults.add(where, f"`{field.name}` is of another type in another form's `{name}`")
    return {**COLLECTIONS, **{name: Vocabulary(known.values()) for name, known in columns.items()}}


def settled_facts(
    facts: Mapping[str, Fact],
    vocabulary: Vocabulary,
    collections: Mapping[str, Vocabulary],
    settings: Mapping[str, Setting],
    acts: Collection[str],
    faults: Faults,
) -> dict[str, Fact]:
    """Return the facts, each checked, and those that count with their criterion."""
    found = {}
    for name, fact in facts.items():
        where = f"rulebook.toml, facts.{name}"
        match fact.kind:
            case FactKind.COUNT:
                found[name] = _counted(fact, collections, where, faults)
            case FactKind.LOOKUP:
                found[name] = _looked_up(fact, vocabulary, where, faults)
            case FactKind.ELAPSED:
                found[name] = _measured(fact, vocabulary, settings, acts, where, faults)
            case FactKind.CALCULATED:
                brought = collections.keys() - COLLECTIONS.keys()
                asked = {each for each in vocabulary if each not in facts}
                check_calculated(fact, {*asked, *brought}, settings, where, faults)
                found[name] = fact
    return found


def _counted(fact: Fact, collections: Mapping[str, Vocabulary], where: str, faults: Faults) -> Fact:
    name = faults.text(fact.definition, "collection", where)
    text = faults.text(fact.definition, "criterion", where)
    if not name or not faults.known(name, collections, where, "collection") or not text:
        return fact
    return replace(fact, criterion=faults.criterion(text, collections[name], where))


def _looked_up(fact: Fact, vocabulary: Vocabulary, where: str, faults: Faults) -> Fact:
    table = faults.text(fact.definition, "table", where)
    if table and faults.known(table, TABLES, where, "table"):
        faults.known(fact.name, TABLES[table], where, f"the table `{table}`")
    if table in BY_KEY:
        faults.text(fact.definition, "key", where)
    key = fact.definition.get("key")
    if key is not None:
        faults.known(key, set(vocabulary), where, "key")
    return fact


def _measured(
    fact: Fact,
    vocabulary: Vocabulary,
    settings: Mapping[str, Setting],
    acts: Collection[str],
    where: str,
    faults: Faults,
) -> Fact:
    days = {name for name, each in vocabulary.items() if each.type is FieldType.DATE}
    for key in ("from", "to"):
        name, _, plus = (part.strip() for part in fact.definition.get(key, NOW).partition("+"))
        faults.known(name, {NOW, *days, *acts}, where, key)
        if plus and faults.known(plus, settings, where, key) and settings[plus].unit not in _DAYS:
            faults.add(
                where, f"the setting `{plus}` is no number of days", f"Its unit is one of {', '.join(_DAYS)}"
            )
    return fact
