"""Lists of cases: every way in which they are read gives what going through all of the cases gives."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.casework.work.onlookers import NOW, make_cases, onlookers
from tests.unit.casework.work.test_waiting import plainly

from speccom.casework.models import CaseRow
from speccom.casework.procedures import pinned
from speccom.casework.sight import VISITOR, Viewer, classes_of
from speccom.casework.work import listing
from speccom.casework.work.search import find_cases
from speccom.criteria.vocabulary import Confidentiality


@pytest.mark.django_db
def test_a_list_is_what_going_through_all_gives(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_cases(20261124)
    rows = list(CaseRow.objects.order_by("-changed_at", "reference"))
    examples = 1500 if request.config.getoption("--full") else 100
    totals: set[int] = set()

    @settings(max_examples=examples)
    @given(looking=onlookers(), asked=questions(rows), ceiling=st.integers(0, len(rows)))
    def agree(looking: Viewer, asked: dict[str, str], ceiling: int) -> None:
        monkeypatch.setattr(listing, "CEILING", ceiling)
        wanted = [row for row in rows if is_asked_for(looking, asked, row)]
        found = find_cases(looking, asked)
        assert found.total == min(len(wanted), ceiling + 1)
        for offset, size in ((0, 2), (1, 5)):
            assert found.part(offset, size) == wanted[offset : offset + size]
        totals.add(len(wanted))

    agree()
    assert len(totals) > 4, "they ask for lists of many lengths"


def questions(rows: list[CaseRow]) -> st.SearchStrategy[dict[str, Any]]:
    texts = sorted({part for row in rows for part in f"{row.subject} {row.reference}".casefold().split()})
    pieces = sorted({piece for text in texts for piece in (text, *re.split(r"\W+", text)) if piece})
    beginnings = st.builds(lambda piece, length: piece[:length], st.sampled_from(pieces), st.integers(1, 12))
    words = st.lists(beginnings.filter(str.isalnum) | st.just("xylophone"), min_size=1, max_size=2)
    return st.fixed_dictionaries(
        {},
        optional={
            "q": words.map(" ".join) | st.sampled_from([row.reference for row in rows]),
            "kind": st.sampled_from(sorted({row.procedure for row in rows})),
            "standing": st.sampled_from(["open", "closed"]),
            "whose": st.sampled_from(["me", "roles"]),
        },
    )


def is_asked_for(looking: Viewer, asked: dict[str, str], row: CaseRow) -> bool:
    classes = classes_of(looking, row)
    if not classes or asked.get("kind", row.procedure) != row.procedure:
        return False
    if "standing" in asked and (asked["standing"] == "closed") != row.is_closed:
        return False
    if asked.get("whose") == "me" and row.given_to != looking.id:
        return False
    if asked.get("whose") == "roles" and (row.is_closed or not plainly(looking, row)):
        return False
    procedure = pinned(row.process)
    shows_subject = procedure.vocabulary[procedure.subject].confidentiality in classes
    text = f"{row.reference} {row.subject if shows_subject else ''}".casefold()
    return all(
        re.search(rf"(?<![^\W_]){re.escape(word)}", text) for word in asked.get("q", "").casefold().split()
    )


@pytest.mark.parametrize(
    ("text", "is_found"), [("rarity", False), ("rar", False), ("r", False), ("***", False), ("", True)]
)
def test_who_sees_what_is_public_finds_nothing_by_a_subject_that_is_not(
    answered: CaseRow, text: str, is_found: bool
) -> None:
    assert answered.subject == "rarity"
    visitor = Viewer(VISITOR, NOW)
    assert classes_of(visitor, answered) == {Confidentiality.PUBLIC}
    assert find_cases(visitor, {"q": text}).part(0, 9) == ([answered] if is_found else [])
    assert find_cases(visitor, {"q": answered.reference[-6:]}).part(0, 9) == [answered]


def test_a_list_does_not_show_what_is_not_public_to_a_visitor(answered: CaseRow) -> None:
    page = Client().get("/cases", headers={"host": "localhost"}).content.decode()
    assert answered.reference in page
    assert answered.subject not in page
