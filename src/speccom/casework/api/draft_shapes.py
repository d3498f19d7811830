"""The shapes of drafts."""

from __future__ import annotations

from ninja import Field, Schema

from speccom.casework.api.case_shapes import Texts


class QuestionOut(Schema):
    """A question that is asked as the answers stand; `options` are words by answer, where there are some."""

    control: str = Field(
        description="the name under which its answer is sent; a date has three with a part each"
    )
    label: str
    kind: str
    required: bool
    options: dict[str, str]
    problem: str = Field(description="what is missing, or cannot be read; blank where nothing is")


class SectionOut(Schema):
    """A section of a form that the person may fill in, and what is in its draft."""

    section: str
    title: str
    repeats: bool
    texts: Texts
    questions: list[QuestionOut]


class DraftOut(Schema):
    """A form's draft; `version` counts its savings, 0 where nobody has saved one."""

    form: str
    version: int
    saved_by: str
    sections: list[SectionOut]


class DraftIn(Schema):
    """What is kept of a section: all of its answers, as a browser would post them."""

    version: int | None = Field(
        None, description="the version of the draft that was read; None keeps this whatever was saved since"
    )
    texts: Texts = Field(default_factory=dict)
