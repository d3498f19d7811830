"""Filling in a section of a form: which is whose to fill in, from where the case stands."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404

from speccom.casework.open_case import Opened
from speccom.casework.prospects import is_mine
from speccom.casework.sight import Viewer, actor, classes_of
from speccom.process.form import Form, Section
from speccom.process.procedure import Transition


@dataclass(frozen=True)
class FillingIn:
    """A section of a form, and the act of the person's that brings it."""

    form: Form
    section: Section
    transition: Transition


class MovedOn(Exception):
    """The section is of a form that the person may bring at other times: the case stands elsewhere now."""

    def __init__(self, section: Section) -> None:
        super().__init__(section.title)
        self.section = section


def filling_in(opened: Opened, looking: Viewer, form_id: str, section_id: str) -> FillingIn:
    """Return a section that this person may fill in now: it belongs to an act that is theirs from here.

    Raises Http404 where there is none such in the process, MovedOn, and PermissionDenied.
    """
    form = opened.procedure.forms.get(form_id)
    section = next((each for each in form.sections if each.id == section_id), None) if form else None
    if form is None or section is None:
        raise Http404
    acts = (opened.procedure.transition(opened.row.state, name) for name in form.acts)
    mine = [each for each in acts if each is not None and is_mine(opened, each, looking)]
    seen = classes_of(looking, opened.row)
    if mine and all(each.confidentiality in seen for each in section.questions):
        return FillingIn(form, section, mine[0])
    if any(
        _is_ever_theirs(opened, each, looking)
        for each in opened.procedure.transitions
        if each.act in form.acts
    ):
        raise MovedOn(section)
    raise PermissionDenied


def _is_ever_theirs(opened: Opened, transition: Transition, looking: Viewer) -> bool:
    return transition.role in actor(looking, opened.procedure, transition.act, opened.row).roles
