"""Two rulebooks compared in words: what was added, taken out and changed, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from speccom.criteria.codesets import CodeSet
from speccom.criteria.expression import And, CodeMatch, Expression, InCodeSet, leaves
from speccom.criteria.words import describe
from speccom.rulebook.entries import Reach, Rule, Service
from speccom.rulebook.identification import IdentificationRulebook
from speccom.rulebook.sameness import asks_the_same

_CODES_NAMED = 12
_REACH_WORDS = {
    Reach.SPELL: "makes the whole spell specialised",
    Reach.EPISODE: "stays on its own episode",
    Reach.IF_SPELL_SPECIALISED: "counts only where another line makes the spell specialised",
}


@dataclass(frozen=True)
class Aspect:
    """One thing that changed, before and after, in words; `clause` where it can be said more shortly."""

    what: str
    before: str
    after: str
    clause: str = ""

    def __str__(self) -> str:
        """A clause: "the rank was 10 and is now 20"."""
        if self.clause:
            return self.clause
        if not self.before:
            return f"{self.what} was blank and is now {self.after}"
        if not self.after:
            return f"{self.what} was {self.before} and is now blank"
        return f"{self.what} was {self.before} and is now {self.after}"


@dataclass(frozen=True)
class Change:
    """One difference between two rulebooks.

    `subject` is rulebook, service, rule, local_rule, set, route or programme; `kind` is added, removed,
    changed or renamed; `services` are the lines that it touches. `sentence` says it all.
    """

    subject: str
    kind: str
    name: str
    sentence: str
    services: tuple[str, ...] = ()
    aspects: tuple[Aspect, ...] = ()


@dataclass(frozen=True)
class RulebookComparison:
    """All differences. `rewritten` are rules that are written differently and ask the same."""

    before: IdentificationRulebook
    after: IdentificationRulebook
    changes: tuple[Change, ...]
    rewritten: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every change as a sentence."""
        return tuple(each.sentence for each in self.changes)

    def touching(self, service_code: str) -> tuple[Change, ...]:
        """Return the changes that touch one line."""
        return tuple(each for each in self.changes if service_code in each.services)


def compare_identification(
    before: IdentificationRulebook, after: IdentificationRulebook
) -> RulebookComparison:
    """Compare two rulebooks, usually two versions of one."""
    rewritten: list[str] = []
    changes = [
        *_metadata(before, after),
        *_services(before, after),
        *_routes(before, after),
        *_rules("rule", before, before.rules, after, after.rules, rewritten),
        *_rules("local_rule", before, before.local_rules, after, after.local_rules, rewritten),
        *_sets(before, after),
        *_programmes(before.programmes, after.programmes),
    ]
    return RulebookComparison(before, after, tuple(changes), tuple(rewritten))


def _metadata(before: IdentificationRulebook, after: IdentificationRulebook) -> Iterator[Change]:
    pairs = (
        ("identifier", before.id, after.id),
        ("version", before.version, after.version),
        ("title", _quoted(before.title), _quoted(after.title)),
        ("first day", _day(before.valid_from), _day(after.valid_from)),
        ("last day", _day(before.valid_to), _day(after.valid_to)),
        ("source", _quoted(before.source), _quoted(after.source)),
        ("status", before.status, after.status),
        ("scope", _quoted(before.scope), _quoted(after.scope)),
    )
    for what, old, new in pairs:
        if old != new:
            aspect = Aspect(f"its {what}", old, new)
            yield Change("rulebook", "changed", what, f"The rulebook: {aspect}.", aspects=(aspect,))


def _services(before: IdentificationRulebook, after: IdentificationRulebook) -> Iterator[Change]:
    for code, service in after.services.items():
        old = before.services.get(code)
        if old is None:
            sentence = f"{_named(service)} is new, with rank {service.rank:,}."
            yield Change("service", "added", code, sentence, (code,))
        elif aspects := tuple(_service_aspects(old, service)):
            sentence = f"{_named(service)}: {_listed(aspects)}."
            yield Change("service", "changed", code, sentence, (code,), aspects)
    for code, service in before.services.items():
        if code not in after.services:
            yield Change("service", "removed", code, f"{_named(service)} is no longer a line.", (code,))


def _service_aspects(old: Service, new: Service) -> Iterator[Aspect]:
    pairs = (
        ("its title", f"“{old.title}”", f"“{new.title}”"),
        ("its programme of care", old.programme_of_care, new.programme_of_care),
        ("its rank", f"{old.rank:,}", f"{new.rank:,}"),
        ("its delegation", old.delegation, new.delegation),
    )
    yield from (Aspect(what, first, second) for what, first, second in pairs if first != second)
    if old.reach != new.reach:
        yield Aspect("its reach", f"“{_REACH_WORDS[old.reach]}”", f"“{_REACH_WORDS[new.reach]}”")
    if old.spell_excluded != new.spell_excluded:
        words = {True: "left out", False: "considered"}
        yield Aspect(
            "its place in choosing the spell's line",
            f"“{words[old.spell_excluded]}”",
            f"“{words[new.spell_excluded]}”",
        )


def _routes(before: IdentificationRulebook, after: IdentificationRulebook) -> Iterator[Change]:
    for code in dict.fromkeys((*after.services, *before.services)):
        if code not in before.services or code not in after.services:
            continue  # that the line is new or gone was said
        old = {each.route: each.source for each in before.routes_of(code)}
        new = {each.route: each.source for each in after.routes_of(code)}
        named = _named(after.services[code])
        for kind, there, here in (("added", new, old), ("removed", old, new)):
            for route in sorted(set(there) - set(here)):
                words = "can now be" if kind == "added" else "is no longer"
                sentence = f"{named} {words} identified by {route.replace('_', ' ')}."
                yield Change("route", kind, route, sentence, (code,))
        for route in sorted(set(old) & set(new)):
            if old[route] != new[route]:
                aspect = Aspect(
                    f"the source for identifying it by {route.replace('_', ' ')}", old[route], new[route]
                )
                yield Change("route", "changed", route, f"{named}: {aspect}.", (code,), (aspect,))


def _rules(
    subject: str,
    before: IdentificationRulebook,
    old_rules: tuple[Rule, ...],
    after: IdentificationRulebook,
    new_rules: tuple[Rule, ...],
    rewritten: list[str],
) -> Iterator[Change]:
    old = {each.rule_id: each for each in old_rules}
    new = {each.rule_id: each for each in new_rules}
    gone = {name: rule for name, rule in old.items() if name not in new}
    for name, rule in new.items():
        known = old.get(name)
        service = after.services[rule.service_code]
        if known is None:
            yield _new_rule(subject, rule, service, gone)
            continue
        aspects = tuple(_rule_aspects(known, rule))
        if aspects:
            codes = tuple(dict.fromkeys((rule.service_code, known.service_code)))
            sentence = f"{_named(service)}, rule {name}: {_listed(aspects)}."
            yield Change(subject, "changed", name, sentence, codes, aspects)
        elif known.criterion.text != rule.criterion.text:
            rewritten.append(name)
    for name, rule in gone.items():
        service = before.services[rule.service_code]
        sentence = f"{_named(service)} loses rule {name}, which asked that {_asked(rule)}."
        yield Change(subject, "removed", name, sentence, (rule.service_code,))


def _new_rule(subject: str, rule: Rule, service: Service, gone: dict[str, Rule]) -> Change:
    """Return the change for a rule with a new id; one that only took a new id is taken out of `gone`."""
    for name, known in gone.items():
        if (known.service_code, known.dataset) == (rule.service_code, rule.dataset) and asks_the_same(
            known.criterion.expression, rule.criterion.expression
        ):
            del gone[name]
            sentence = f"{_named(service)}: rule {name} is now called {rule.rule_id} and asks the same."
            return Change(subject, "renamed", rule.rule_id, sentence, (service.code,))
    sentence = f"{_named(service)} gains rule {rule.rule_id}: {_kind(rule)} counts when {_asked(rule)}."
    return Change(subject, "added", rule.rule_id, sentence, (service.code,))


def _rule_aspects(old: Rule, new: Rule) -> Iterator[Aspect]:
    if old.service_code != new.service_code:
        yield Aspect("its line", old.service_code, new.service_code)
    if old.dataset != new.dataset:
        yield Aspect("what it looks at", _kind(old), _kind(new))
    if not asks_the_same(old.criterion.expression, new.criterion.expression):
        clause = _conditions_changed(old.criterion.expression, new.criterion.expression)
        yield Aspect("what it asks", f"“{_asked(old)}”", f"“{_asked(new)}”", clause)
    if old.reasoning != new.reasoning:
        yield Aspect("its reason", _quoted(old.reasoning), _quoted(new.reasoning))


def _conditions_changed(old: Expression, new: Expression) -> str:
    """Say which conditions came and went, where others of the same rule stayed; else nothing."""
    before = old.parts if isinstance(old, And) else (old,)
    after = new.parts if isinstance(new, And) else (new,)
    gone = [each for each in before if not any(asks_the_same(each, other) for other in after)]
    come = [each for each in after if not any(asks_the_same(each, other) for other in before)]
    if len(gone) == len(before):
        return ""
    left_out, put_in = (", and ".join(describe(each) for each in parts) for parts in (gone, come))
    if not gone:
        return f"it now also asks that {put_in}"
    if not come:
        return f"it no longer asks that {left_out}"
    return f"it no longer asks that {left_out}, but that {put_in}"


def _sets(before: IdentificationRulebook, after: IdentificationRulebook) -> Iterator[Change]:
    users = _users(before, after)
    for name, codeset in after.codesets.items():
        old = before.codesets.get(name)
        codes = users.get(name, ())
        if old is None:
            sentence = f"The set {_set_words(codeset)} is new: {_codes(codeset)}."
            yield Change("set", "added", name, sentence, codes)
        elif aspects := tuple(_set_aspects(old, codeset)):
            used = f" It is used by {_and(codes)}." if codes else ""
            sentence = f"The set {_set_words(codeset)} {_and(aspects)}.{used}"
            yield Change("set", "changed", name, sentence, codes)
    for name, codeset in before.codesets.items():
        if name not in after.codesets:
            sentence = f"The set {_set_words(codeset)} is gone; it was {_codes(codeset)}."
            yield Change("set", "removed", name, sentence, users.get(name, ()))


def _set_aspects(old: CodeSet, new: CodeSet) -> Iterator[str]:
    if old.classification != new.classification:
        yield f"holds {new.classification} codes where it held {old.classification} codes"
    gained = CodeSet("", "", new.prefixes - old.prefixes, new.exact - old.exact)
    lost = CodeSet("", "", old.prefixes - new.prefixes, old.exact - new.exact)
    if not gained.is_empty:
        yield f"gains {_codes(gained)}"
    if not lost.is_empty:
        yield f"loses {_codes(lost)}"
    if old.title != new.title:
        yield f"was called “{old.title}”"


def _users(*rulebooks: IdentificationRulebook) -> dict[str, tuple[str, ...]]:
    """Return the lines whose rules use each set, in either rulebook."""
    found: dict[str, dict[str, None]] = {}
    for rulebook in rulebooks:
        for rule in rulebook.rules_of_both_layers:
            for leaf in leaves(rule.criterion.expression):
                if isinstance(leaf, CodeMatch | InCodeSet):
                    found.setdefault(leaf.codeset.name, {})[rule.service_code] = None
    return {name: tuple(sorted(codes)) for name, codes in found.items()}


def _programmes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for code in sorted(set(old) | set(new)):
        before, after = old.get(code, ""), new.get(code, "")
        if before == after:
            continue
        kind = "added" if code not in old else "removed" if code not in new else "changed"
        aspect = Aspect("its title", before, after)
        yield Change("programme", kind, code, f"The programme of care {code}: {aspect}.", aspects=(aspect,))


def _named(service: Service) -> str:
    return f"{service.code} ({service.title})"


def _set_words(codeset: CodeSet) -> str:
    return f"“{codeset.title or codeset.name}”"


def _codes(codeset: CodeSet) -> str:
    parts = []
    if codeset.exact:
        parts.append(_some(codeset.exact))
    if codeset.prefixes:
        parts.append(f"every code that begins with {_some(codeset.prefixes, last='or')}")
    return _and(parts)


def _some(codes: Iterable[str], last: str = "and") -> str:
    found = sorted(codes)
    if len(found) > _CODES_NAMED:
        found = [*found[: _CODES_NAMED - 1], f"{len(found) - _CODES_NAMED + 1:,} others"]
    return _and(found, last)


def _asked(rule: Rule) -> str:
    return describe(rule.criterion.expression)


def _kind(rule: Rule) -> str:
    return "an admitted episode" if rule.dataset == "apc" else "an outpatient attendance"


def _quoted(text: str) -> str:
    return f"“{text}”" if text else ""


def _and(parts: Iterable[str], last: str = "and") -> str:
    found = list(parts)
    return f"{', '.join(found[:-1])} {last} {found[-1]}" if len(found) > 1 else "".join(found)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _listed(aspects: Iterable[Aspect]) -> str:
    return "; ".join(str(each) for each in aspects)
