"""One section of a form, to be filled in."""

from __future__ import annotations

from dataclasses import dataclass

from speccom.casework.question_parts import ErrorLink, PartSet, errors_of, section_parts
from speccom.process.answers import Answers
from speccom.process.form import Section


@dataclass(frozen=True)
class SectionPage:
    """What the page of a section shows; `version` is the draft's, so that nobody's words are overwritten."""

    hint: str
    sets: tuple[PartSet, ...]
    repeats: bool
    version: int
    errors: tuple[ErrorLink, ...]
    changed_by: str = ""
    done: str = ""


def present_section(
    section: Section,
    answers: Answers,
    version: int,
    *,
    with_errors: bool,
    changed_by: str = "",
    done: str = "",
) -> SectionPage:
    """Return what the page of a section shows."""
    return SectionPage(
        hint=section.hint,
        sets=section_parts(section, answers, with_errors=with_errors),
        repeats=section.repeats,
        version=version,
        errors=errors_of(section, answers) if with_errors else (),
        changed_by=changed_by,
        done=done,
    )
