"""What somebody typed into a section that is not theirs to fill in any more, given back to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from speccom.casework.answers_shown import ShownAnswer
from speccom.process.answers import DATE_PARTS, Place, Posted, rows_posted
from speccom.process.form import Question, QuestionKind, Section

_TYPED = "What you typed"
_WHY = (
    "Nothing was saved: the case has gone on, or this step is somebody else’s now. What you typed is below, "
    "and nowhere else. Copy what you still need before you leave this page."
)
_NOTHING = "The case has gone on, or this step is somebody else’s now, so the section cannot be filled in."


@dataclass(frozen=True)
class NotKeptPage:
    """What the page shows; `typed` is none where nothing was sent."""

    words: str
    typed: tuple[ShownAnswer, ...]


def present_not_kept(typed: tuple[ShownAnswer, ...]) -> NotKeptPage:
    """Return what the page shows."""
    return NotKeptPage(_WHY if typed else _NOTHING, typed)


def typed_answers(section: Section, posted: Posted) -> tuple[ShownAnswer, ...]:
    """Return what was typed into a section, by question, as far as there is anything."""
    rows = range(1, rows_posted(section, posted) + 1) if section.repeats else (0,)
    typed = (
        ShownAnswer(f"{question.label} ({section.title}, {row})" if row else question.label, text)
        for row in rows
        for question in section.questions
        if (text := _typed(question, Place(section.id, question.id, row), posted))
    )
    return tuple(typed)


def texts_typed(posted: Posted) -> tuple[ShownAnswer, ...]:
    """Return what was typed where the questions are not known."""
    return tuple(ShownAnswer(_TYPED, text) for each in posted.values() if (text := "\n".join(_texts(each))))


def _typed(question: Question, place: Place, posted: Posted) -> str:
    if question.kind is QuestionKind.DATE:
        return " ".join(
            text for part in DATE_PARTS for text in _texts(posted.get(f"{place.control}-{part}", ""))
        )
    chosen = _texts(posted.get(place.control, ""))
    return "\n".join(question.options.get(each, each) for each in chosen)


def _texts(posted: str | Sequence[str]) -> tuple[str, ...]:
    texts = (posted,) if isinstance(posted, str) else tuple(posted)
    return tuple(each for each in texts if each.strip())
