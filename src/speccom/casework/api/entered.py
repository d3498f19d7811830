"""What was entered in a case, as far as somebody may see it: as it stands, and as each form last held it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from speccom.casework.open_case import Opened
from speccom.casework.submissions import Content
from speccom.criteria.vocabulary import Confidentiality
from speccom.process.form import Form, Question


def entered(opened: Opened, classes: frozenset[Confidentiality]) -> dict[str, Any]:
    """Return what was entered, as far as it may be seen: as it stands now, and by form."""
    forms = opened.procedure.forms.values()
    now = answers_seen(forms, Content(opened.answers, opened.rows), classes)
    by_form = {
        form.id: answers_seen((form,), opened.submitted[form.id], classes)
        for form in forms
        if form.id in opened.submitted
    }
    return {**now, "entered": by_form}


def answers_seen(
    forms: Iterable[Form], content: Content, classes: frozenset[Confidentiality]
) -> dict[str, Any]:
    """Return the answers to the questions of forms as plain data, where dates and decimals say what they are.

    Where several questions share a name, its answer is given where each of them may be seen.
    """
    questions: dict[str, list[Question]] = defaultdict(list)
    for form in forms:
        for section in form.sections:
            questions[section.collection] += section.questions
    seen = {name: _names_seen(asked, classes) for name, asked in questions.items()}
    rows = {
        name: tuple(_only(row, seen.get(name, frozenset())) for row in each)
        for name, each in content.rows.items()
    }
    return Content(_only(content.answers, seen.get("", frozenset())), rows).as_json()


def _names_seen(questions: Iterable[Question], classes: frozenset[Confidentiality]) -> frozenset[str]:
    hidden = {each.name for each in questions if each.confidentiality not in classes}
    return frozenset(each.name for each in questions) - hidden


def _only(answers: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name in names}
