"""One record: what it is, what it was labelled and why, and the rules that nearly held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from speccom.activity.explain import RecordExplanation, RuleFinding, explain_record
from speccom.analysis.record_explained import conditions_of, near_rules
from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_tables import service_address
from speccom.analysis.run_words import dataset_words, fate_words, layer_words, line_title
from speccom.criteria.vocabulary import FieldType
from speccom.criteria.words import Explanation
from speccom.interface import formats
from speccom.interface.addresses import with_query
from speccom.interface.figures import Fact
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.interface.tables import Column, Table, cell, make_table
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.identification import IdentificationRulebook, Reach

_NOT_ATTENDED = (
    "The patient did not attend, or the appointment was cancelled. Such records are kept and not labelled."
)
_CODE_LISTS = ("diagnoses", "procedures", "unbundled_hrgs")


@dataclass(frozen=True)
class RuleTold:
    """A rule told of one record: what it asked and what the record says."""

    service: str
    href: str
    rule_id: str
    held: tuple[str, ...]
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    reasoning: str
    tree: Explanation


@dataclass(frozen=True)
class CodeList:
    """The codes of a record in order; the first is the main one."""

    title: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class RecordPage:
    """What the page of one record shows."""

    standing: str
    why: tuple[str, ...]
    disagreement: str
    fired: tuple[RuleTold, ...]
    near: tuple[RuleTold, ...]
    others: str
    label: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    codes: tuple[CodeList, ...]
    stay: Table | None
    absent: str
    rulebook: Link
    illustrative: bool
    official: str


@dataclass(frozen=True)
class RecordFound:
    """One row of a run: its record in normal form, its label, its stay, and where it came from."""

    position: int
    normal: Mapping[str, object]
    label: Mapping[str, object]
    dataset: str | None
    file: str
    row: int
    stay: Sequence[Mapping[str, object]]


def present_record(run: RunFolder, found: RecordFound) -> RecordPage:
    """Return what the page of one record shows."""
    rulebook = run.rulebook
    explained = explain_record(rulebook, found.normal, found.dataset)
    near = near_rules(explained)
    others = len(explained.findings) - len(explained.fired) - len(near)
    manifest = run.manifest
    return RecordPage(
        standing=_standing(rulebook, found),
        why=_why(run, found, explained),
        disagreement=_disagreement(rulebook, found, explained),
        fired=tuple(_told(rulebook, each) for each in explained.fired),
        near=tuple(_told(rulebook, each) for each in near),
        others=(
            f"The other {formats.counted(others, 'rule')} for {dataset_words(explained.dataset).lower()} "
            "did not come near: nothing that they look for is in the record, or more than two of their "
            "conditions do not hold."
        ),
        label=_label(run, found),
        facts=_facts(found),
        codes=_codes(found),
        stay=_stay(run, found),
        absent=_absent(found),
        rulebook=Link(
            f"{manifest.rulebook.title}, version {manifest.rulebook.version}",
            address("run-manifest", run=run.id),
            note=manifest.rulebook.identity,
        ),
        illustrative=manifest.rulebook.illustrative,
        official=_official(rulebook, found),
    )


def _standing(rulebook: IdentificationRulebook, found: RecordFound) -> str:
    kind = "outpatient attendance" if found.normal.get("dataset") == "op" else "admitted episode"
    line = _text(found.label, "spell_service_line")
    if line:
        return f"This {kind} is specialised. It is counted under {line_title(rulebook, line)}."
    if found.label.get("fate") == "not_attended":
        return f"This {kind} was missed or cancelled, so it was not given a service."
    return f"This {kind} is not specialised."


def _why(run: RunFolder, found: RecordFound, explained: RecordExplanation) -> tuple[str, ...]:
    rulebook = run.rulebook
    own, counted = _text(found.label, "service_line"), _text(found.label, "spell_service_line")
    layer = _text(found.label, "layer")
    told = []
    if found.label.get("fate") == "not_attended":
        return (_NOT_ATTENDED,)
    if layer == "provider":
        told.append(
            "No rule decided: the provider stated this service, and the statement was taken as it stands."
        )
    elif layer == "local":
        told.append("None of the national rules is true of it; a locally fixed line, told below, decided.")
    elif own:
        count = len(explained.lines)
        told.append(
            f"{formats.counted(len(explained.fired), 'rule')} of the rulebook "
            f"{'is' if len(explained.fired) == 1 else 'are'} true of this record, told below."
        )
        if count > 1:
            told.append(
                f"The record qualifies for {formats.number(count)} services. {line_title(rulebook, own)} "
                "comes first in the rulebook’s order, so it wins."
            )
    elif explained.lines:
        told.append(
            f"It qualifies for {line_title(rulebook, explained.lines[0])}, which counts only where another "
            "service makes the hospital stay specialised. None does."
        )
    elif not counted:
        told.append("No rule of the rulebook is true of this record.")
    of_stay = _why_of_stay(rulebook, own, counted, len(found.stay))
    return (*told, of_stay) if of_stay else tuple(told)


def _why_of_stay(rulebook: IdentificationRulebook, own: str | None, counted: str | None, records: int) -> str:
    if counted and not own:
        return (
            "No rule is true of this record itself. It is part of a hospital stay in which another "
            f"record qualifies for {line_title(rulebook, counted)}, and the whole stay is counted there."
        )
    if counted and counted != own:
        return (
            f"On its own it would be counted under {line_title(rulebook, own)}. In its hospital stay "
            f"{line_title(rulebook, counted)} comes first, and the whole stay is counted there."
        )
    if not counted and records > 1:
        return "Nor does another record of its hospital stay make the stay specialised."
    return ""


def _disagreement(rulebook: IdentificationRulebook, found: RecordFound, explained: RecordExplanation) -> str:
    if found.label.get("fate") == "not_attended":
        return ""
    stored = {str(each) for each in _sequence(found.label.get("service_lines"))}
    expected = set(explained.lines)
    if not found.label.get("spell_service_line"):
        expected = {
            code for code in expected if rulebook.services[code].reach is not Reach.IF_SPELL_SPECIALISED
        }
    if stored == expected:
        return ""
    return (
        "The reasons below and the label that the run stored do not agree. This is a fault of the "
        "software or of the run’s files: run the identification again, and report it if it stays so."
    )


def _told(rulebook: IdentificationRulebook, finding: RuleFinding) -> RuleTold:
    conditions = conditions_of(finding)
    code, rule_id = finding.service.code, finding.rule.rule_id
    href = with_query(address("service", code=code), {}, rulebook=rulebook.version)
    return RuleTold(
        service=finding.service.title,
        href=f"{href}#rule-{rule_id}",
        rule_id=rule_id,
        held=tuple(formats.sentence(each) for each in conditions.held),
        failed=tuple(formats.sentence(each) for each in conditions.failed),
        unknown=tuple(formats.sentence(each) for each in conditions.unknown),
        reasoning=formats.sentence(finding.rule.reasoning),
        tree=finding.explanation,
    )


def _label(run: RunFolder, found: RecordFound) -> tuple[Fact, ...]:
    rulebook = run.rulebook
    counted = _text(found.label, "spell_service_line")
    lines = [line_title(rulebook, str(each)) for each in _sequence(found.label.get("service_lines"))]
    facts = [
        Fact("What became of it", fate_words(_text(found.label, "fate"))),
        Fact(
            "Service counted under",
            line_title(rulebook, counted),
            service_address(run, counted) if counted in rulebook.services else None,
        ),
        Fact("Services it qualifies for itself", formats.listed(lines) or "None"),
        Fact(
            "What decided",
            layer_words(_text(found.label, "layer")) if found.label.get("layer") else "Nothing",
        ),
    ]
    return tuple(facts)


def _facts(found: RecordFound) -> tuple[Fact, ...]:
    facts = []
    for name, field in ACTIVITY.items():
        value = found.normal.get(name)
        if value is None or field.type is FieldType.CODES:
            continue
        words = _value_words(value, name)
        meaning = field.values.get(str(value), "")
        title = field.title.removeprefix("the ")
        facts.append(
            Fact(title[0].upper() + title[1:], f"{_capital(meaning)} ({words})" if meaning else words)
        )
    facts.append(
        Fact("Where it was read", f"{found.file.rsplit('/', 1)[-1]}, row {formats.number(found.row + 1)}")
    )
    return tuple(facts)


def _codes(found: RecordFound) -> tuple[CodeList, ...]:
    made = []
    for name in _CODE_LISTS:
        codes = [str(each) if each is not None else "none" for each in _sequence(found.normal.get(name))]
        if codes:
            title = ACTIVITY[name].title.removeprefix("the ")
            made.append(CodeList(f"{title[0].upper()}{title[1:]}, in order", tuple(codes)))
    return tuple(made)


def _stay(run: RunFolder, found: RecordFound) -> Table | None:
    if len(found.stay) < 2:
        return None
    columns = (
        Column("record", "Record", sortable=False, code=True),
        Column("own", "Service by itself", sortable=False),
        Column("counted", "Counted under", sortable=False),
    )
    rows = [
        (
            cell(
                columns[0],
                str(each["record_id"]),
                address("run-row", run=run.id, row=int(str(each["position"])) + 1)
                if each["position"] != found.position
                else None,
                text=f"{each['record_id']}{' (this record)' if each['position'] == found.position else ''}",
            ),
            cell(columns[1], _line_or_none(run, _text(each, "service_line"))),
            cell(columns[2], _line_or_none(run, _text(each, "spell_service_line"))),
        )
        for each in found.stay
    ]
    return make_table("stay", "Records of the same hospital stay", columns, rows)


def _line_or_none(run: RunFolder, line: str | None) -> str:
    return line_title(run.rulebook, line) if line else "None"


def _absent(found: RecordFound) -> str:
    missing = [
        field.title
        for name, field in ACTIVITY.items()
        if found.normal.get(name) in (None, []) and field.confidentiality != "identity"
    ]
    return f"Not recorded: {formats.listed(missing)}." if missing else ""


def _official(rulebook: IdentificationRulebook, found: RecordFound) -> str:
    official = _text(found.normal, "official_service_line")
    if not official:
        return ""
    same = official == _text(found.label, "spell_service_line")
    verdict = "which is also what this run gives" if same else "which differs from what this run gives"
    return f"The extract already gave this record to {line_title(rulebook, official)}, {verdict}."


def _value_words(value: object, name: str) -> str:
    if isinstance(value, date):
        return formats.day(value)
    if name == "total_cost" and isinstance(value, Decimal | float | int):
        return formats.money(Decimal(str(value)))
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    return str(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _text(values: Mapping[str, object], name: str) -> str | None:
    value = values.get(name)
    return None if value is None else str(value)


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()
