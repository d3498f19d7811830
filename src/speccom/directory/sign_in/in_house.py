"""allauth's views shown as the house's pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from speccom.directory.form_shown import FormShown, Words, show_form
from speccom.directory.sign_in.onward import asked_for
from speccom.interface.frame import Crumb, Frame, Link, show
from speccom.interface.pages import address


@dataclass(frozen=True)
class FormPage:
    """A page with one form: what comes before it, and where else to go."""

    form: FormShown
    paragraphs: tuple[str, ...] = ()
    carried: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    warning: bool = False
    username: str = ""


class InHouse:
    """Shows a view's form under a title; to be put before the view that it is mixed into."""

    request: HttpRequest
    title = ""
    button = "Continue"
    paragraphs: tuple[str, ...] = ()
    words: ClassVar[Mapping[str, Words]] = {}
    template = "directory/form.jinja"
    of_account = False
    warning = False

    def render_to_response(self, context: Mapping[str, Any], **more: Any) -> HttpResponse:
        """Answer with the house's page instead of the view's template."""
        form = show_form(context["form"], self.words, self.button) if "form" in context else None
        page = self.present(context, form)
        return show(self.request, self.template, self.frame(bool(form and form.errors)), page)

    def present(self, context: Mapping[str, Any], form: FormShown | None) -> object:
        """Return what the template shows."""
        assert form
        return FormPage(
            form=form,
            paragraphs=self.paragraphs,
            carried=self.carried(),
            links=self.links(),
            warning=self.warning,
            username=self.whose(),
        )

    def frame(self, wrong: bool) -> Frame:
        """Return what stands around the page."""
        crumbs = (Crumb("Home", address("home")), Crumb("Your account", address("mfa_index")))
        return Frame(self.title, crumbs=crumbs if self.of_account else (), wrong=wrong)

    def carried(self) -> tuple[tuple[str, str], ...]:
        """Return the names and values that the form carries along: where to go on afterwards."""
        onward = asked_for(self.request)
        return (("next", onward),) if onward else ()

    def whose(self) -> str:
        """Return whose account a password is for, which the browser's own store of passwords asks."""
        return ""

    def links(self) -> tuple[Link, ...]:
        """Return where else to go."""
        return ()
