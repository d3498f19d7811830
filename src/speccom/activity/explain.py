"""Why a record has its answer: every rule that could apply, part by part, by the reference evaluator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from speccom.activity.lines import PROVIDER_STATEMENT
from speccom.criteria.evaluate import Finding, Record, evaluate
from speccom.criteria.expression import And, CodeMatch, InCodeSet, Or
from speccom.criteria.words import Explanation, describe, explain
from speccom.problem import Problem
from speccom.rulebook.entries import DATASETS, Rule, Service
from speccom.rulebook.identification import IdentificationRulebook

STATED = "submitted_service_line"


@dataclass(frozen=True)
class RuleFinding:
    """One rule on one record. `layer` is `rules` or `local`; `met` and `asked` count the parts of it.

    For a rule whose criterion asks for several things together, `met` of `asked` says how near it came;
    `telling` of those met are of the patient's own conditions, treatments or specialty, and not only of
    age or of what the record does not hold.
    """

    rule: Rule
    service: Service
    layer: str
    finding: Finding
    met: int
    asked: int
    telling: int = 0

    @property
    def holds(self) -> bool:
        """Whether the record qualifies by this rule."""
        return self.finding.value is True

    @property
    def in_words(self) -> str:
        """The rule as one line of plain English."""
        return describe(self.rule.criterion.expression)

    @property
    def explanation(self) -> Explanation:
        """The rule part by part, with what the record says."""
        return explain(self.finding)


@dataclass(frozen=True)
class RecordExplanation:
    """Every rule of a record's dataset, those that hold first, then the nearest.

    `lines` are the record's lines in rank order by the deciding `layer`, before its spell is considered;
    `stated` is a provider's statement, and `stated_counts` whether it decided.
    """

    rulebook: IdentificationRulebook
    dataset: str
    record: Record
    lines: tuple[str, ...]
    layer: str | None
    findings: tuple[RuleFinding, ...]
    stated: str | None
    stated_counts: bool

    @property
    def fired(self) -> tuple[RuleFinding, ...]:
        """The rules that hold."""
        return tuple(each for each in self.findings if each.holds)

    def nearest(self, most: int = 5) -> tuple[RuleFinding, ...]:
        """Return the rules that came nearest without holding.

        At least half of what they ask was met, something of it by the patient's own codes.
        """
        near = [
            each
            for each in self.findings
            if not each.holds and each.asked > 1 and each.met * 2 >= each.asked and each.telling
        ]
        return tuple(near[:most])


def explain_record(
    rulebook: IdentificationRulebook, record: Record, dataset: str | None, *, service: str = ""
) -> RecordExplanation:
    """Explain a record (in normal form, as `records` gives it) under a rulebook.

    `dataset` stands for a record that does not say; `service` leaves only one line's rules. Raises
    Problem for an unknown service, and for a record of neither dataset.
    """
    which = str(record.get("dataset") or dataset or "")
    if which not in DATASETS:
        raise Problem(
            "nothing says whether this record is an episode or an attendance",
            mend="Say it with --dataset apc or op",
        )
    if service and service not in rulebook.services:
        raise Problem(f"the rulebook has no service line {service}", mend="Check the code")
    findings = _findings(rulebook, record, which)
    lines, layer = _decided(rulebook, findings, record)
    shown = [each for each in findings if not service or each.service.code == service]
    shown.sort(key=_nearest_first)
    stated = record.get(STATED)
    return RecordExplanation(
        rulebook,
        which,
        record,
        lines,
        layer,
        tuple(shown),
        str(stated) if stated else None,
        layer == "provider",
    )


def lines_by_explanation(
    rulebook: IdentificationRulebook, record: Record, dataset: str | None
) -> tuple[str, ...]:
    """Return a record's lines by the reference evaluator alone, in rank order."""
    return explain_record(rulebook, record, dataset).lines


def as_json(explained: RecordExplanation) -> dict[str, object]:
    """Return an explanation as plain data: answers, rules and every part of them with its values."""
    return {
        "rulebook": explained.rulebook.identity,
        "status": explained.rulebook.status,
        "dataset": explained.dataset,
        "service_lines": list(explained.lines),
        "layer": explained.layer,
        "stated_by_provider": explained.stated,
        "rules": [
            {
                "rule_id": each.rule.rule_id,
                "service_code": each.service.code,
                "service": each.service.title,
                "layer": each.layer,
                "holds": {True: "yes", False: "no", None: "not known"}[each.finding.value],
                "criterion": each.rule.criterion.text,
                "in_words": each.in_words,
                "reasoning": each.rule.reasoning,
                "parts": _parts_as_json(each.explanation),
            }
            for each in explained.findings
        ],
    }


def _findings(rulebook: IdentificationRulebook, record: Record, dataset: str) -> list[RuleFinding]:
    layers = ((rulebook.rules, "rules"), (rulebook.local_rules, "local"))
    found = []
    for rules, layer in layers:
        for rule in rules:
            if rule.dataset == dataset:
                finding = evaluate(rule.criterion.expression, record)
                service = rulebook.services[rule.service_code]
                found.append(RuleFinding(rule, service, layer, finding, *_nearness(finding)))
    return found


def _decided(
    rulebook: IdentificationRulebook, findings: list[RuleFinding], record: Record
) -> tuple[tuple[str, ...], str | None]:
    for layer in ("rules", "local"):
        services = {each.service for each in findings if each.holds and each.layer == layer}
        if services:
            return tuple(each.code for each in sorted(services, key=lambda one: one.order)), layer
    stated = str(record.get(STATED) or "")
    accepted = any(route.route == PROVIDER_STATEMENT for route in rulebook.routes_of(stated))
    if stated in rulebook.services and accepted:
        return (stated,), "provider"
    return (), None


def _nearest_first(each: RuleFinding) -> tuple[object, ...]:
    return (not each.holds, not each.telling, each.asked - each.met, -each.telling, each.service.order)


def _nearness(finding: Finding) -> tuple[int, int, int]:
    """Return how many of the things that a rule asks for together are met, how many it asks for, and how
    many of those met are telling.
    """
    parts = finding.parts if isinstance(finding.expression, And) else (finding,)
    met = [part for part in parts if part.value is True]
    return len(met), len(parts), sum(_is_telling(part) for part in met)


def _is_telling(finding: Finding) -> bool:
    """Whether a part holds because of a code that the patient has, rather than one that is not there."""
    part = finding.expression
    if isinstance(part, And | Or):
        return any(_is_telling(each) for each in finding.parts if each.value is True)
    if isinstance(part, InCodeSet):
        return part.codeset.classification not in ("provider", "site")
    return isinstance(part, CodeMatch)


def _parts_as_json(explanation: Explanation) -> Mapping[str, object]:
    return {
        "statement": explanation.statement,
        "holds": explanation.verdict,
        "seen": explanation.seen,
        "sentence": explanation.sentence,
        "parts": [_parts_as_json(part) for part in explanation.parts],
    }
