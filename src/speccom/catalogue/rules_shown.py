"""Rules as pages show them: in plain words, with reasoning, as criteria, and with their codes."""

from __future__ import annotations

from dataclasses import dataclass

from speccom.catalogue.rule_sets import classification_words, codeset_title, codesets_of
from speccom.criteria.codesets import CodeSet
from speccom.criteria.words import Statement, outline
from speccom.interface.formats import counted, sentence
from speccom.interface.pages import address
from speccom.rulebook.identification import IdentificationRulebook, Rule

_DATASET_WORDS = {
    "apc": "An admitted episode counts when",
    "op": "An outpatient attendance counts when",
}
_SHOWN_CODES = 60


@dataclass(frozen=True)
class CodesShown:
    """A set of codes: what it is, its first codes, and where the whole set is."""

    title: str
    what: str
    codes: tuple[str, ...]
    more: str
    href: str


@dataclass(frozen=True)
class RuleShown:
    """One rule."""

    id: str
    anchor: str
    heading: str
    words: str
    parts: tuple[Statement, ...]
    reasoning: str
    criterion: str
    codesets: tuple[CodesShown, ...]


def show_rules(rulebook: IdentificationRulebook, rules: tuple[Rule, ...]) -> tuple[RuleShown, ...]:
    """Return the rules, ready to be shown."""
    return tuple(_rule(rulebook, rule, place, len(rules)) for place, rule in enumerate(rules, start=1))


def in_words(rule: Rule) -> tuple[str, tuple[Statement, ...]]:
    """Return what a rule asks: a sentence, or the beginning of one and the conditions that end it."""
    start = _DATASET_WORDS.get(rule.dataset, "A record counts when")
    statement = outline(rule.criterion.expression)
    if statement.parts:
        return f"{start} {statement.text}:", statement.parts
    return sentence(f"{start} {statement.text}"), ()


def _rule(rulebook: IdentificationRulebook, rule: Rule, place: int, count: int) -> RuleShown:
    words, parts = in_words(rule)
    return RuleShown(
        id=rule.rule_id,
        anchor=f"rule-{rule.rule_id}",
        heading=_heading(rule, place, count),
        words=words,
        parts=parts,
        reasoning=sentence(rule.reasoning) or "No reasoning is given.",
        criterion=rule.criterion.text.strip(),
        codesets=tuple(show_codes(rulebook, each) for each in codesets_of(rule.criterion.expression)),
    )


def show_codes(rulebook: IdentificationRulebook, codeset: CodeSet) -> CodesShown:
    """Return a set's first codes; a code that stands for all below it ends in an ellipsis."""
    codes = written_codes(codeset)
    return CodesShown(
        title=codeset_title(codeset),
        what=f"{counted(len(codes), 'entry', 'entries')} of {classification_words(codeset)}",
        codes=codes[:_SHOWN_CODES],
        more=f"and {counted(len(codes) - _SHOWN_CODES, 'more')}" if len(codes) > _SHOWN_CODES else "",
        href=address("rulebook-codes", rulebook=rulebook.id, version=rulebook.version, codeset=codeset.name),
    )


def written_codes(codeset: CodeSet) -> tuple[str, ...]:
    """Return the entries of a set in order: "E84…" stands for E84 and every code below it."""
    entries = {f"{prefix}…" for prefix in codeset.prefixes} | set(codeset.exact)
    return tuple(sorted(entries))


def _heading(rule: Rule, place: int, count: int) -> str:
    kind = {"apc": "admitted care", "op": "outpatient care"}.get(rule.dataset, rule.dataset)
    return f"Rule for {kind}" if count == 1 else f"Rule {place} of {count}, for {kind}"
