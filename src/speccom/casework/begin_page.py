"""Beginning a case: what somebody may begin, and the first form of it on one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from speccom.casework.acting import organisations_for
from speccom.casework.processes.process_links import process_address
from speccom.casework.question_parts import ErrorLink, PartSet, errors_of, section_parts
from speccom.casework.sight import Viewer
from speccom.interface.pages import address
from speccom.process.answers import Answers
from speccom.process.decide import Refused
from speccom.process.procedure import Procedure, Transition

ONLY_ON_A_BODY = (
    "A case belongs to an organisation, and you hold the role for this on a body only. Somebody who "
    "administers people can give you the role at your organisation."
)


@dataclass(frozen=True)
class Beginning:
    """One kind of case that somebody may begin; `barred` says why their roles do not let them."""

    label: str
    href: str
    process: str
    process_href: str
    is_illustrative: bool
    barred: str


@dataclass(frozen=True)
class FirstSection:
    """One section of the first form."""

    title: str
    hint: str
    sets: tuple[PartSet, ...]


@dataclass(frozen=True)
class BeginPage:
    """What the page that begins a case shows."""

    label: str
    process: str
    sections: tuple[FirstSection, ...]
    organisations: tuple[tuple[str, str], ...]
    chosen: str
    command: str
    errors: tuple[ErrorLink, ...]


def beginnings(procedures: Sequence[Procedure], looking: Viewer) -> Iterator[Beginning]:
    """Return what somebody's roles may begin."""
    for procedure in procedures:
        for transition in procedure.acts_from(""):
            if transition.role in looking.roles:
                yield Beginning(
                    transition.label,
                    address("case-begin", procedure=procedure.id, act=transition.act),
                    procedure.title,
                    process_address(procedure),
                    procedure.status == "illustrative",
                    "" if organisations_for(looking, transition) else ONLY_ON_A_BODY,
                )


def present_begin(
    procedure: Procedure,
    transition: Transition,
    answers: Sequence[Answers],
    organisations: Sequence[tuple[str, str]],
    chosen: str,
    command: str,
    *,
    with_errors: bool,
    refused: Refused | None = None,
) -> BeginPage:
    """Return what the page that begins a case shows."""
    pairs = [(section, each) for each in answers for section in each.form.sections]
    errors = [error for section, each in pairs for error in errors_of(section, each)] if with_errors else []
    if refused is not None and not errors:
        errors = [ErrorLink(refused.message, "#begin")]
    if with_errors and chosen not in dict(organisations):
        errors.append(ErrorLink("Choose the organisation for which you start this", "#begin"))
    return BeginPage(
        label=transition.label,
        process=procedure.title,
        sections=tuple(
            FirstSection(section.title, section.hint, section_parts(section, each, with_errors=with_errors))
            for section, each in pairs
        ),
        organisations=tuple(organisations) if len(organisations) > 1 else (),
        chosen=chosen,
        command=command,
        errors=tuple(errors),
    )
