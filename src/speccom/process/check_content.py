"""What is odd about forms, access, bodies and letters: what nobody can reach, see, give or do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import chain

from speccom.criteria.vocabulary import Confidentiality
from speccom.process.access import EVERYONE, Scope, classes_seen
from speccom.process.bodies import BodyKind
from speccom.process.calculated import SETTING
from speccom.process.form import Form, fields_read
from speccom.process.oddity import Oddity
from speccom.process.offered import COLLECTIONS, OF_A_MEETING
from speccom.process.procedure import CLOCK, FactKind, Procedure, Requirement, Transition
from speccom.process.reachable_questions import unreachable
from speccom.process.ways import Ways


def content_oddities(procedure: Procedure, roles: Collection[str]) -> Iterator[Oddity]:
    """Yield what is odd about what the acts bring, and about who sees and does it."""
    given = _Given(procedure)
    yield from chain(
        _questions(procedure),
        _unasked(procedure, given),
        _read_too_early(procedure, given),
        _unseen(procedure, roles),
        _bodies(procedure),
        _letters(procedure, given),
    )


class _Given:
    """Which fields and collections the acts bring, and by when."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self.ways = Ways(procedure)

    @cached_property
    def fields(self) -> frozenset[str]:
        """Every field that some form asks for."""
        return frozenset(name for form in self.procedure.forms.values() for name in form.fields)

    def by(self, act: str) -> frozenset[str]:
        """Return the fields and collections that an act brings."""
        forms = self.procedure.forms_of(act)
        return frozenset(name for form in forms for name in (*form.fields, *form.collections))

    def until(self, transition: Transition) -> frozenset[str]:
        """Return what an act and all that can come before it bring."""
        acts = {transition.act, *self.ways.before(transition)}
        return frozenset(name for act in acts for name in self.by(act))

    def sources(self, requirement: Requirement) -> frozenset[str]:
        """Return the fields that a requirement reads, and what its counts and calculations are made from."""
        return frozenset(
            source for name in fields_read(requirement.criterion) for source in self._source(name)
        )

    def _source(self, name: str) -> tuple[str, ...]:
        fact = self.procedure.facts.get(name)
        if fact is None:
            return (name,)
        if fact.kind is FactKind.CALCULATED:
            return tuple(each for each in fact.inputs.values() if not each.startswith(SETTING))
        return (fact.definition["collection"],) if fact.kind is FactKind.COUNT else ()


def _questions(procedure: Procedure) -> Iterator[Oddity]:
    for form in procedure.forms.values():
        for section, question in unreachable(form, procedure.vocabulary):
            where = f"forms/{form.id}.toml, {section.id}, {question.id}"
            yield Oddity(where, "nobody is ever asked this: its condition is never true")


def _unasked(procedure: Procedure, given: _Given) -> Iterator[Oddity]:
    for name in procedure.vocabulary:
        if name not in procedure.facts and name not in given.fields:
            yield Oddity(f"rulebook.toml, fields.{name}", "no form asks for this field")


def _read_too_early(procedure: Procedure, given: _Given) -> Iterator[Oddity]:
    """Yield what is read and nothing brings by then, and what an act records without bringing it."""
    for transition in procedure.transitions:
        where = f"transitions.csv, {transition.act}"
        known = given.until(transition) | set(COLLECTIONS)
        brought = given.by(transition.act) | ({"answers"} if procedure.forms_of(transition.act) else set())
        for name in (*transition.requires, *transition.records):
            sources = given.sources(procedure.requirements[name])
            for source in sorted((sources - known) & (given.fields | set(procedure.columns))):
                yield Oddity(where, f"`{name}` looks at `{source}`, which nothing has brought by then")
            if name in transition.records and not sources & brought:
                yield Oddity(where, f"the act brings nothing of what `{name}` looks at")


def _unseen(procedure: Procedure, roles: Collection[str]) -> Iterator[Oddity]:
    if not procedure.access:
        yield Oddity("access.csv", "nobody sees anything of a case")
        return
    for role in sorted({each.role for each in procedure.access} - {EVERYONE, *roles}):
        yield Oddity(f"access.csv, {role}", f"nobody can hold the role “{role}”")
    told = set()
    for transition in procedure.transitions:
        for state in _from(procedure, transition):
            seen = classes_seen(procedure, dict.fromkeys(Scope, (transition.role,)), state)
            label = procedure.states[state].label
            if transition.role == CLOCK:
                continue
            if not seen and (transition.role, state) not in told:
                told.add((transition.role, state))
                yield Oddity(
                    f"access.csv, {transition.role}", f"they must act at “{label}” and see nothing there"
                )
            for form in procedure.forms_of(transition.act) if seen else ():
                for name in sorted(_classes(form) - seen):
                    said = f"at “{label}” they fill in “{form.title}” and may not see what is {name.value}"
                    yield Oddity(f"access.csv, {transition.role}", said)


def _from(procedure: Procedure, transition: Transition) -> list[str]:
    """Return the states in which an act is done; for one that begins a case, the state that it leads to."""
    if not transition.source:
        return [transition.target]
    return [name for name in procedure.states if transition in procedure.acts_from(name)]


def _classes(form: Form) -> frozenset[Confidentiality]:
    return frozenset(each.confidentiality for section in form.sections for each in section.questions)


def _bodies(procedure: Procedure) -> Iterator[Oddity]:
    powers = {act for body in procedure.bodies.values() for act in body.powers}
    meets = {each.act for each in procedure.transitions if _reads(procedure, each, OF_A_MEETING)}
    decides = {each.act for each in procedure.transitions if _reads(procedure, each, ("bodies",))}
    for act in sorted(meets - powers):
        yield Oddity(f"transitions.csv, {act}", "a meeting does this, and no body has the power to")
    for body in procedure.bodies.values():
        where = f"bodies.toml, {body.id}"
        if not body.powers:
            yield Oddity(where, "the body has no power to do anything")
        if body.kind is BodyKind.ADVISORY:
            for act in sorted(decides & set(body.powers)):
                yield Oddity(where, f"the body advises, and “{procedure.acts[act]}” is a decision")
        if sum(need.at_least for need in body.quorum.needs) > body.quorum.members:
            yield Oddity(where, "those who must be there are more than the members who must")


def _reads(procedure: Procedure, transition: Transition, sources: Collection[str]) -> bool:
    for name in (*transition.requires, *transition.records):
        for field in fields_read(procedure.requirements[name].criterion):
            fact = procedure.facts.get(field)
            if fact and (
                fact.definition.get("table") in sources or fact.definition.get("collection") in sources
            ):
                return True
    return False


def _letters(procedure: Procedure, given: _Given) -> Iterator[Oddity]:
    for letter in procedure.letters.values():
        where = f"letters/{letter.id}.md"
        if not letter.acts:
            yield Oddity(where, "no act sends this letter")
        sent = [each for each in procedure.transitions if each.act in letter.acts]
        known = frozenset(name for each in sent for name in given.until(each))
        for name in sorted(letter.reads & (given.fields | set(procedure.columns)) - known):
            yield Oddity(where, f"it holds `{name}`, which nothing has brought by then")
