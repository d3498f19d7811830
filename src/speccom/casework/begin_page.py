"""Beginning a case: what somebody may begin, and the first form of it on one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from speccom.casework.question_parts import ErrorLink, PartSet, errors_of, section_parts
from speccom.interface.pages import address
from speccom.process.answers import Answers
from speccom.process.decide import Refused
from speccom.process.procedure import Procedure, Transition


@dataclass(frozen=True)
class Beginning:
    """One kind of case that somebody may begin."""

    label: str
    href: str
    process: str
    is_illustrative: bool


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


def beginnings(procedures: Sequence[Procedure], roles: frozenset[str]) -> Iterator[Beginning]:
    """Return what somebody who holds these roles may begin."""
    for procedure in procedures:
        for transition in procedure.acts_from(""):
            if transition.role in roles:
                yield Beginning(
                    transition.label,
                    address("case-begin", procedure=procedure.id, act=transition.act),
                    procedure.title,
                    procedure.status == "illustrative",
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
