"""What is odd about a rulebook that can be used: only what is proved, and what was left undecided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from speccom.criteria.expression import CodeMatch, InCodeSet, leaves
from speccom.rulebook.entries import Reach, Rule, Service
from speccom.rulebook.identification import IdentificationRulebook
from speccom.rulebook.proof import CanBeTrue, NeverTrue, NotDecided, Study, implies, study


@dataclass(frozen=True)
class RulebookWarning:
    """One odd thing, proved. `kind` is words with underscores; the rules and lines it is about are named."""

    kind: str
    message: str
    rules: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class Undecided:
    """A rule of which it was not decided whether it can ever be true, and why not."""

    rule_id: str
    reason: str


@dataclass(frozen=True)
class Overlap:
    """A rule that lies wholly within a rule of a line that comes later: usual, and settled by rank."""

    rule_id: str
    service_code: str
    within_rule_id: str
    within_service_code: str


@dataclass(frozen=True)
class CheckReport:
    """What a check found: warnings, overlaps that rank settles, what it did not decide, and by route how many
    lines no rule can find.
    """

    rulebook: IdentificationRulebook
    warnings: tuple[RulebookWarning, ...]
    overlaps: tuple[Overlap, ...]
    undecided: tuple[Undecided, ...]
    proved_possible: int
    lines_with_rules: int
    unseen_by_route: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Studied:
    """A rule with what was proved of it."""

    rule: Rule
    study: Study

    @property
    def never(self) -> bool:
        return isinstance(self.study.verdict, NeverTrue)


def check_identification(rulebook: IdentificationRulebook) -> CheckReport:
    """Look for everything odd that can be proved of a rulebook."""
    national = [_Studied(rule, study(rule.criterion)) for rule in rulebook.rules]
    local = [_Studied(rule, study(rule.criterion)) for rule in rulebook.local_rules]
    both = national + local
    within = _across_lines(national)
    warnings = [
        *_never_true(rulebook, both),
        *_adding_nothing(national),
        *_adding_nothing(local),
        *_between_lines(rulebook, national, within),
        *_sets(rulebook),
        *_lines(rulebook, both),
        *_routes(rulebook),
        *_programmes(rulebook),
    ]
    reasons = ((each.rule.rule_id, each.study.verdict) for each in both)
    with_rules = {each.rule.service_code for each in both}
    unseen = Counter(
        route
        for code in rulebook.services
        if code not in with_rules
        for route in ({each.route for each in rulebook.routes_of(code)} or {"no route"})
    )
    return CheckReport(
        rulebook,
        tuple(warnings),
        tuple(_overlaps(rulebook, within)),
        tuple(Undecided(rule, found.reason) for rule, found in reasons if isinstance(found, NotDecided)),
        sum(isinstance(each.study.verdict, CanBeTrue) for each in both),
        len(with_rules),
        tuple(sorted(unseen.items())),
    )


def _never_true(rulebook: IdentificationRulebook, studied: Sequence[_Studied]) -> Iterator[RulebookWarning]:
    for each in studied:
        verdict = each.study.verdict
        if isinstance(verdict, NeverTrue):
            rule = each.rule
            yield RulebookWarning(
                "rule_never_true",
                f"Rule {rule.rule_id} ({_title(rulebook, rule.service_code)}) can never be true: "
                f"{_clash_words(verdict)}.",
                (rule.rule_id,),
                (rule.service_code,),
            )


def _clash_words(verdict: NeverTrue) -> str:
    parts = " and ".join(f"`{part}`" for part in verdict.parts)
    fault = f"no value meets {parts}" if len(verdict.parts) == 1 else f"{parts} contradict each other"
    if verdict.ways == 1:
        return fault
    return f"each of the {verdict.ways:,} ways to meet it contradicts itself; in the first, {fault}"


def _adding_nothing(studied: Sequence[_Studied]) -> Iterator[RulebookWarning]:
    """Rules that find nothing that another rule of the same line does not find already."""
    for at, narrow in enumerate(studied):
        for other_at, wide in enumerate(studied):
            if at == other_at or not _comparable(narrow, wide):
                continue
            if narrow.rule.service_code != wide.rule.service_code:
                continue
            if not implies(narrow.study, wide.study):
                continue
            same = implies(wide.study, narrow.study)
            if same and at < other_at:
                continue  # of two that are the same, the second is the one too many
            how = "asks the same as" if same else "finds only what is already found by"
            yield RulebookWarning(
                "rule_adds_nothing",
                f"Rule {narrow.rule.rule_id} adds nothing: it {how} rule {wide.rule.rule_id} "
                "of the same line.",
                (narrow.rule.rule_id, wide.rule.rule_id),
                (narrow.rule.service_code,),
            )
            break


def _comparable(one: _Studied, other: _Studied) -> bool:
    return one.rule.dataset == other.rule.dataset and not one.never and not other.never


def _across_lines(studied: Sequence[_Studied]) -> dict[tuple[str, str], tuple[_Studied, _Studied]]:
    """Return each pair of rules of two lines of which the first is proved to lie within the second, by id."""
    return {
        (narrow.rule.rule_id, wide.rule.rule_id): (narrow, wide)
        for narrow in studied
        for wide in studied
        if narrow.rule.service_code != wide.rule.service_code
        and _comparable(narrow, wide)
        and implies(narrow.study, wide.study)
    }


_Within = Mapping[tuple[str, str], tuple[_Studied, _Studied]]


def _between_lines(
    rulebook: IdentificationRulebook, studied: Sequence[_Studied], within: _Within
) -> Iterator[RulebookWarning]:
    """Rules whose records all go to a line that comes first, and lines to which this leaves nothing."""
    beaten: dict[str, tuple[_Studied, bool]] = {}
    for (narrow_id, wide_id), (narrow, wide) in within.items():
        better = rulebook.services[wide.rule.service_code]
        worse = rulebook.services[narrow.rule.service_code]
        if better.order < worse.order:
            beaten.setdefault(narrow_id, (wide, (wide_id, narrow_id) in within))
    silent = tuple(_silent_lines(rulebook, studied, beaten))
    for code in silent:
        yield RulebookWarning(
            "line_never_first",
            f"{_title(rulebook, code)} can never be the first line of a record by its rules: each record "
            "that they find is also found by a line that comes before it.",
            services=(code,),
        )
    by_id = {each.rule.rule_id: each.rule for each in studied}
    for rule_id, (wide, same) in beaten.items():
        rule = by_id[rule_id]
        if same or rule.service_code not in silent:
            yield _beaten(rulebook, rule, wide.rule, same=same)


def _overlaps(rulebook: IdentificationRulebook, within: _Within) -> Iterator[Overlap]:
    for (narrow_id, wide_id), (narrow, wide) in within.items():
        first = rulebook.services[narrow.rule.service_code]
        later = rulebook.services[wide.rule.service_code]
        if first.order < later.order and (wide_id, narrow_id) not in within:
            yield Overlap(narrow_id, first.code, wide_id, later.code)


def _beaten(rulebook: IdentificationRulebook, rule: Rule, wide: Rule, *, same: bool) -> RulebookWarning:
    first, second = _title(rulebook, wide.service_code), _title(rulebook, rule.service_code)
    fault = (
        f"Rules {wide.rule_id} ({first}) and {rule.rule_id} ({second}) ask the same: such records "
        "qualify for both lines, and the first of them comes before the second."
        if same
        else f"Whatever rule {rule.rule_id} ({second}) finds, rule {wide.rule_id} ({first}) finds too, and "
        "that line comes before it."
    )
    return RulebookWarning(
        "same_criterion" if same else "rule_never_first",
        fault,
        (wide.rule_id, rule.rule_id),
        (wide.service_code, rule.service_code),
    )


def _silent_lines(
    rulebook: IdentificationRulebook,
    studied: Sequence[_Studied],
    beaten: dict[str, tuple[_Studied, bool]],
) -> Iterator[str]:
    for code in rulebook.services:
        rules = [each for each in studied if each.rule.service_code == code and not each.never]
        if rules and all(
            each.rule.rule_id in beaten
            and _decides(rulebook.services[beaten[each.rule.rule_id][0].rule.service_code])
            for each in rules
        ):
            yield code


def _decides(service: Service) -> bool:
    """Whether the line counts wherever its rules are true, whatever else the spell holds."""
    return service.reach == Reach.SPELL and not service.spell_excluded


def _sets(rulebook: IdentificationRulebook) -> Iterator[RulebookWarning]:
    for name in rulebook.empty_sets:
        yield RulebookWarning("set_empty", f"The set `{name}` has a title and no codes.")
    used = {
        leaf.codeset.name
        for rule in rulebook.rules_of_both_layers
        for leaf in leaves(rule.criterion.expression)
        if isinstance(leaf, CodeMatch | InCodeSet)
    }
    for name in rulebook.codesets:
        if name not in used:
            yield RulebookWarning("set_unused", f"No rule uses the set `{name}`.")


def _lines(rulebook: IdentificationRulebook, studied: Sequence[_Studied]) -> Iterator[RulebookWarning]:
    by_line: dict[str, list[_Studied]] = {}
    for each in studied:
        by_line.setdefault(each.rule.service_code, []).append(each)
    for code in rulebook.services:
        title = _title(rulebook, code)
        kinds = {each.route for each in rulebook.routes_of(code)}
        rules = by_line.get(code, [])
        if not rules and not kinds:
            fault = f"{title} cannot be reached: it has no rule and no route says how else it is identified."
        elif not rules and "rules" in kinds:
            fault = f"{title} is said to be identified by rules, and has none."
        elif rules and all(each.never for each in rules) and not kinds - {"rules"}:
            fault = f"{title} cannot be reached: none of its rules can ever be true."
        else:
            continue
        yield RulebookWarning("line_unreachable", fault, services=(code,))
    yield from _shared_ranks(rulebook, set(by_line))


def _shared_ranks(rulebook: IdentificationRulebook, with_rules: set[str]) -> Iterator[RulebookWarning]:
    by_rank: dict[int, list[str]] = {}
    for code in rulebook.services:
        if code in with_rules:
            by_rank.setdefault(rulebook.services[code].rank, []).append(code)
    for rank, codes in by_rank.items():
        if len(codes) > 1:
            yield RulebookWarning(
                "rank_shared",
                f"{len(codes)} lines with rules have the rank {rank}, so the order of their codes decides "
                f"between them: {', '.join(codes)}.",
                services=tuple(codes),
            )


def _routes(rulebook: IdentificationRulebook) -> Iterator[RulebookWarning]:
    for code in sorted({each.service_code for each in rulebook.routes} - set(rulebook.services)):
        yield RulebookWarning(
            "route_without_service",
            f"The routes speak of `{code}`, which is not among the services.",
            services=(code,),
        )
    if not rulebook.routes:
        return
    by_rules = {each.service_code for each in rulebook.routes if each.route == "rules"}
    by_list = {each.service_code for each in rulebook.routes if each.route == "local_list"}
    unsaid = {each.service_code for each in rulebook.rules} - by_rules
    unsaid |= {each.service_code for each in rulebook.local_rules} - by_rules - by_list
    for code in rulebook.services:
        if code in unsaid:
            yield RulebookWarning(
                "route_not_said",
                f"{_title(rulebook, code)} has rules, and its routes do not say so.",
                services=(code,),
            )


def _programmes(rulebook: IdentificationRulebook) -> Iterator[RulebookWarning]:
    if not rulebook.programmes:
        return
    used = {each.programme_of_care for each in rulebook.services.values()} - {""}
    for code in sorted(used - set(rulebook.programmes)):
        yield RulebookWarning("programme_without_title", f"The programme of care `{code}` has no title.")


def _title(rulebook: IdentificationRulebook, service_code: str) -> str:
    return f"{service_code}, {rulebook.services[service_code].title}"
