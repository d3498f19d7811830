"""A criterion looked at while it is typed: for editors only, and no longer than is looked at in a moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.unit.analysis.rule_editor.conftest import client_of
from tests.unit.analysis.rule_editor.test_drafts import RULE

from speccom.analysis.rule_editor import item_views
from speccom.analysis.rule_editor.checking import Checked
from speccom.analysis.rule_editor.drafts import open_draft
from speccom.analysis.rule_editor.entries import LONGEST_CRITERION
from speccom.analysis.rule_editor.models import Draft
from speccom.directory.models import Person

ASKS = {"X-Speccom-Check": "yes"}
TOO_LONG = "age = 1 OR " * (LONGEST_CRITERION // 11) + "age = 1 OR age = 2"


@pytest.fixture
def nothing_is_parsed(monkeypatch: pytest.MonkeyPatch, draft: Draft) -> None:
    """Fails where a criterion is parsed or checked."""

    def fails(*_: object) -> None:
        pytest.fail("it was parsed")

    monkeypatch.setattr(item_views, "check", fails)
    monkeypatch.setattr(Checked, "criterion", fails)


def page_of(draft: Draft) -> str:
    return f"/rule-editor/drafts/{draft.pk}/rules/{RULE.key}"


@pytest.mark.parametrize("role", ["analyst", "rule_approver", "auditor"])
def test_who_may_only_see_a_draft_has_nothing_looked_at(
    person: Callable[..., Person], lucy: Person, draft: Draft, role: str
) -> None:
    somebody = client_of(person("Sam", role))
    assert somebody.get(page_of(draft)).status_code == 200
    for headers in (ASKS, {}):
        answer = somebody.post(page_of(draft), {"q-criterion": "age > 2"}, headers=headers)
        assert answer.status_code == 403


def test_an_editor_sees_what_is_wrong_with_what_is_typed(lucy: Person, draft: Draft) -> None:
    answer = client_of(lucy).post(page_of(draft), {"q-criterion": "agee > 2"}, headers=ASKS)
    assert answer.status_code == 200
    assert "Did you mean age?" in answer.content.decode()
    assert open_draft(draft.pk).number == 0


@pytest.mark.usefixtures("nothing_is_parsed")
@pytest.mark.parametrize(
    ("headers", "status"), [(ASKS, 200), ({}, 422), ({"X-Speccom-Autosave": "yes"}, 422)]
)
def test_a_criterion_that_is_too_long_is_neither_parsed_nor_kept_nor_lost(
    lucy: Person, draft: Draft, headers: dict[str, str], status: int
) -> None:
    answer = client_of(lucy).post(page_of(draft), {"q-criterion": TOO_LONG}, headers=headers)
    said = answer.content.decode()
    assert answer.status_code == status
    assert f"has {len(TOO_LONG):,} characters, and a page takes no more than {LONGEST_CRITERION:,}" in said
    assert TOO_LONG in said
    assert open_draft(draft.pk).number == 0


def test_the_longest_that_a_page_takes_is_kept(lucy: Person, draft: Draft) -> None:
    longest = TOO_LONG[: LONGEST_CRITERION - 1] + "x"
    assert client_of(lucy).post(page_of(draft), {"q-criterion": longest}).status_code == 302
    assert open_draft(draft.pk).content.last(RULE)["criterion"] == longest
