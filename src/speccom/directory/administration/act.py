"""A page with a form that does one thing: it shows it, does the thing, or says why it cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from speccom.directory.form_shown import Words, show_form
from speccom.directory.sign_in.in_house import FormPage
from speccom.interface.frame import Crumb, Frame, Link, show
from speccom.interface.message import in_one_line
from speccom.problem import Problem


@dataclass(frozen=True)
class Act:
    """What the page says: its title, its fields, what comes before them, and the words on its button."""

    title: str
    button: str
    words: Mapping[str, Words]
    crumbs: tuple[Crumb, ...]
    caption: str = ""
    section: str = ""
    paragraphs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    warning: bool = False


def answer_act(
    request: HttpRequest, act: Act, form: forms.Form, do: Callable[[dict[str, Any]], object], then: str
) -> HttpResponse:
    """Show the form; where it was sent and can be done, do it and go on to `then`."""
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except Problem as problem:
            form.add_error(None, in_one_line(problem))
        else:
            return HttpResponseRedirect(then)
    shown = show_form(form, act.words, act.button)
    page = FormPage(shown, act.paragraphs, links=act.links, warning=act.warning)
    frame = Frame(act.title, act.section, crumbs=act.crumbs, caption=act.caption, wrong=bool(shown.errors))
    return show(request, "directory/form.jinja", frame, page)


def sent(request: HttpRequest) -> Any:
    """Return what a form was sent with; None where it is only looked at."""
    return request.POST if request.method == "POST" else None
