"""What waits for approval, or was sent back, is among the work of whose turn it is, and mailed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from tests.unit.analysis.rule_editor.conftest import NOW, acting, client_of

from speccom.analysis.rule_editor.drafts import open_draft, save
from speccom.analysis.rule_editor.items import Item, Kind
from speccom.analysis.rule_editor.models import Draft, Proposal
from speccom.analysis.rule_editor.proposing import Outcome, Wish, decide, propose
from speccom.analysis.rule_editor.setting_aside import set_aside
from speccom.analysis.rule_editor.waiting_work import approvals_waiting, drafts_sent_back
from speccom.casework.work.daily_message import message_for
from speccom.directory.models import Person

RULE = Item(Kind.RULE, "11T-1")
SITE = "https://speccom.example"


@pytest.fixture
def proposal(lucy: Person, draft: Draft) -> Proposal:
    cells = {**open_draft(draft.pk).content.last(RULE), "criterion": "age >= 18"}
    save(acting(lucy), draft.pk, RULE, cells, None)
    wish = Wish("2025-26b", date(2025, 10, 1), date(2026, 3, 31), "Adults begin at 18.")
    return propose(acting(lucy), draft.pk, wish, 1)


def test_it_is_among_the_work_of_whoever_may_approve_it(nina: Person, proposal: Proposal) -> None:
    shown = client_of(nina).get("/work").content.decode()
    assert "1 version of a rulebook waits for your approval." in shown
    assert f'href="/rule-editor/proposed/{proposal.pk}"' in shown
    assert "Younger kidneys, proposed by Lucy" in shown
    assert "Nothing waits for you" not in shown


def test_it_is_nobody_elses_work(
    lucy: Person, person: Callable[..., Person], proposal: Proposal, draft: Draft
) -> None:
    both = person("Both", "rule_editor", "rule_approver")
    assert approvals_waiting(both, NOW) is not None
    decide(acting(lucy), proposal.pk, Outcome.TAKEN_BACK, "Not yet.")
    cells = {**open_draft(draft.pk).content.last(RULE), "criterion": "age >= 17"}
    save(acting(both), draft.pk, RULE, cells, None)
    wish = Wish("2025-26c", date(2025, 10, 1), date(2026, 3, 31), "Adults begin at 17.")
    propose(acting(lucy), draft.pk, wish, 2)
    for each in (lucy, both, person("Ben", "analyst")):
        assert approvals_waiting(each, NOW) is None
        assert "Nothing waits for you." in client_of(each).get("/work").content.decode()


def test_it_is_gone_once_it_is_decided(nina: Person, proposal: Proposal) -> None:
    decide(acting(nina), proposal.pk, Outcome.SENT_BACK, "Say more.")
    assert approvals_waiting(nina, NOW) is None


def test_it_is_in_the_message_of_the_day_without_the_words_of_the_draft(
    nina: Person, proposal: Proposal
) -> None:
    message = message_for(nina, NOW, SITE)
    assert message is not None
    assert "1 version of a rulebook waits for your approval" in message.subject
    assert f"* Version 2025-26b of small\n  {SITE}/rule-editor/proposed/{proposal.pk}" in str(message.body)
    assert "kidneys" not in f"{message.subject}{message.body}"


def test_what_is_sent_back_waits_for_who_began_it_until_it_is_proposed_anew(
    lucy: Person, nina: Person, person: Callable[..., Person], proposal: Proposal, draft: Draft
) -> None:
    assert drafts_sent_back(lucy, NOW) is None
    decide(acting(nina), proposal.pk, Outcome.SENT_BACK, "Say more.")
    shown = client_of(lucy).get("/work").content.decode()
    assert "1 draft of yours was sent back." in shown
    assert f'href="/rule-editor/drafts/{draft.pk}"' in shown
    assert "sent back by Nina" in shown
    assert "“Say more.”" in shown
    message = message_for(lucy, NOW, SITE)
    assert message is not None
    assert "Say more" not in str(message.body)
    for each in (nina, person("Omar", "rule_editor")):
        assert drafts_sent_back(each, NOW) is None
    wish = Wish("2025-26c", date(2025, 10, 1), date(2026, 3, 31), "Adults begin at 18, as they do elsewhere.")
    again = propose(acting(lucy), draft.pk, wish, 1)
    assert drafts_sent_back(lucy, NOW) is None
    decide(acting(lucy), again.pk, Outcome.TAKEN_BACK, "Not now.")
    assert drafts_sent_back(lucy, NOW) is None


def test_what_was_sent_back_and_given_up_waits_for_nobody(
    lucy: Person, nina: Person, proposal: Proposal, draft: Draft
) -> None:
    decide(acting(nina), proposal.pk, Outcome.SENT_BACK, "Say more.")
    set_aside(acting(lucy), draft.pk, "There is no more to say.")
    assert drafts_sent_back(lucy, NOW) is None
