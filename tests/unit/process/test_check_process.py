"""What a check of a process tells: parts that nobody can reach, see, give or do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from speccom.process.check_process import oddities
from speccom.process.read_process import load_process
from speccom.rulebook.errors import RulebookErrors

FOLDER = Path(__file__).parents[2] / "spec" / "processes" / "three-states"
ROLES = {"clinician", "officer"}
REQUEST, DECISION, LETTER = "forms/request.toml", "forms/decision.toml", "letters/answer.md"


def changed(tmp_path: Path, *changes: tuple[str, str, str]) -> Path:
    """Copy the three-state process with some texts replaced."""
    copy = tmp_path / "changed"
    shutil.copytree(FOLDER, copy)
    for file, old, new in changes:
        text = (copy / file).read_text()
        assert old in text, (file, old)
        (copy / file).write_text(text.replace(old, new, 1))
    return copy


def test_the_manual_is_not_odd() -> None:
    assert oddities(load_process(FOLDER), ROLES) == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "said"),
    [
        (
            REQUEST,
            "condition = \"urgent = 'no'\"",
            "condition = \"urgent = 'perhaps'\"",
            "forms/request.toml, why, harm",
            "nobody is ever asked this: its condition is never true",
        ),
        (
            REQUEST,
            "condition = \"urgent = 'no'\"",
            "condition = \"urgent = 'no' AND urgent = 'yes'\"",
            "forms/request.toml, why, harm",
            "nobody is ever asked this: its condition is never true",
        ),
        (
            "rulebook.toml",
            "[fields.finding]",
            '[fields.forgotten]\ntype = "text"\ntitle = "what is forgotten"\n\n[fields.finding]',
            "rulebook.toml, fields.forgotten",
            "no form asks for this field",
        ),
        (
            "transitions.csv",
            "asked,pause,Ask for more,paused,officer,,",
            "asked,pause,Ask for more,paused,officer,finding_recorded,",
            "transitions.csv, pause",
            "`finding_recorded` looks at `finding`, which nothing has brought by then",
        ),
        (
            "transitions.csv",
            "asked,pause,Ask for more,paused,officer,,",
            "asked,pause,Ask for more,paused,officer,,reason_given",
            "transitions.csv, pause",
            "the act brings nothing of what `reason_given` looks at",
        ),
        (
            "access.csv",
            "officer,every,open,public; official\nofficer,organisation,,public; official\n",
            "",
            "access.csv, officer",
            "they must act at “Asked” and see nothing there",
        ),
        (
            "access.csv",
            "officer,every,open,public; official\nofficer,organisation,,public; official\n",
            "officer,every,open,public\n",
            "access.csv, officer",
            "at “Asked” they fill in “The decision” and may not see what is official",
        ),
        (
            "access.csv",
            "everyone,every",
            "stranger,every",
            "access.csv, stranger",
            "nobody can hold the role",
        ),
        (
            "bodies.toml",
            'powers = ["pause", "go_on"]',
            "powers = []",
            "bodies.toml, reading_group",
            "the body has no power to do anything",
        ),
        (
            "bodies.toml",
            "{ members = 3,",
            "{ members = 1,",
            "bodies.toml, reading_group",
            "those who must be there are more than the members who must",
        ),
        (LETTER, 'acts = ["answer"]', "acts = []", "letters/answer.md", "no act sends this letter"),
        (
            LETTER,
            'acts = ["answer"]',
            'acts = ["ask"]',
            "letters/answer.md",
            "it holds `finding`, which nothing has brought by then",
        ),
    ],
)
def test_each_odd_thing_is_told(tmp_path: Path, file: str, old: str, new: str, where: str, said: str) -> None:
    found = oddities(load_process(changed(tmp_path, (file, old, new))), ROLES)
    assert [each for each in found if each.where == where and said in each.message], found


def test_a_meeting_needs_a_body_with_the_power_and_an_advisory_one_never_decides(tmp_path: Path) -> None:
    facts = (
        '[facts.quorate]\nkind = "lookup"\ntype = "text"\ntitle = "quorate"\ntable = "meetings"\n'
        '[facts.has_power]\nkind = "lookup"\ntype = "text"\ntitle = "power"\ntable = "bodies"\n'
    )
    requirement = (
        '[empowered]\nsentence = "A body with the power decided."\n'
        "criterion = \"quorate = 'yes' AND has_power = 'yes'\"\n"
        'message = "No."\nwhere = "the meeting"\n\n[reason_given]'
    )
    folder = changed(
        tmp_path,
        ("rulebook.toml", "[fields.finding]", f"{facts}\n[fields.finding]"),
        ("requirements.toml", "[reason_given]", requirement),
        (
            "transitions.csv",
            "reason_given; questions_answered",
            "reason_given; questions_answered; empowered",
        ),
    )
    found = {(each.where, each.message) for each in oddities(load_process(folder), ROLES)}
    assert found == {("transitions.csv, answer", "a meeting does this, and no body has the power to")}
    (folder / "bodies.toml").write_text(
        (folder / "bodies.toml").read_text().replace('"go_on"]', '"go_on", "answer"]')
    )
    found = {(each.where, each.message) for each in oddities(load_process(folder), ROLES)}
    assert found == {("bodies.toml, reading_group", "the body advises, and “Answer” is a decision")}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (REQUEST, 'acts = ["ask"]', "acts = []", "no act brings this form"),
        (REQUEST, 'acts = ["ask"]', 'acts = ["asks"]', "Did you mean `ask`?"),
        (
            REQUEST,
            'kind = "long_text"\nbind',
            'kind = "money"\nbind',
            "`money` is the wrong kind for `reason`",
        ),
        (REQUEST, 'kind = "long_text"\nbind', 'kind = "longtext"\nbind', "`kind` is one of text, long_text"),
        (REQUEST, 'bind = "reason"', 'bind = "raison"', "Did you mean `reason`?"),
        (REQUEST, 'bind = "reason"', 'bind = "unanswered_questions"', "it is found and not asked"),
        (REQUEST, 'bind = "reason"', 'confidentiality = "public"', "`reason` is the name of a field"),
        (
            REQUEST,
            'kind = "yes_no"\nconfidentiality = "official"',
            'kind = "yes_no"',
            "`confidentiality` is missing",
        ),
        (REQUEST, 'kind = "yes_no"', 'kind = "one_of"', "a question of the kind `one_of` must bind"),
        (REQUEST, 'kind = "yes_no"', 'kind = "any_of"', "there is nothing to choose from"),
        (REQUEST, 'kind = "yes_no"', 'kind = "yes_no"\nlimits = { lowest = 1 }', "no lowest or highest"),
        (
            REQUEST,
            'kind = "yes_no"',
            'kind = "yes_no"\nlimits = { least = 1 }',
            "`limits` holds only longest",
        ),
        (REQUEST, 'kind = "yes_no"', 'kind = "yes_no"\nlimits = 1', "`limits` holds only longest"),
        (REQUEST, 'kind = "yes_no"', 'kind = "yes_no"\nrequired = "often"', "`required` is true or false"),
        (REQUEST, "urgent = 'no'", "urgently = 'no'", "urgently"),
        (REQUEST, "urgent = 'no'", "harm = 'no'", "harm"),
        (REQUEST, 'collection = "questions"', 'collection = "answers"', "the kernel keeps a collection"),
        (REQUEST, 'id = "urgent"', 'id = "Urgent-1"', "cannot be the name of a question"),
        (REQUEST, 'id = "harm"', 'id = "urgent"', "the question `urgent` is there twice"),
        (REQUEST, 'label = "Question"', "", "`label` is missing"),
        (
            DECISION,
            'bind = "finding"',
            'bind = "finding"\ncondition = "finding = \'x\'"',
            "is not asked before",
        ),
        (
            "access.csv",
            "officer,every,open",
            "officer,all,open",
            "`scope` is one of own, organisation, every",
        ),
        ("access.csv", "officer,every,open", "officer,every,opened", "Did you mean `open`?"),
        ("access.csv", "everyone,every", "everyone,own", "everyone has no cases of their own"),
        ("access.csv", "answered,public", "answered,", "the row gives nothing to be seen"),
        ("access.csv", "answered,public", "answered,publick", "Did you mean `public`?"),
        ("bodies.toml", '"go_on"', '"goes_on"', "Did you mean `go_on`?"),
        ("bodies.toml", 'kind = "advisory"', 'kind = "wise"', "`kind` is one of advisory, deciding"),
        ("bodies.toml", '["lay"]', '["clergy"]', "there is no `clergy`"),
        ("bodies.toml", "members = 3", "members = 0", "nobody needs to be there"),
        ("bodies.toml", "2026-03-31", "2024-03-31", "the body ends before it begins"),
        ("bodies.toml", 'mark = "design"', "", "`mark` is one of read, recall, design"),
        (LETTER, "{{reason}}", "{{raison}}", "Did you mean `reason`?"),
        (LETTER, "- {{question}}", "- {{quest}}", "Did you mean `question`?"),
        (LETTER, "{{each questions}}", "{{each question}}", "Did you mean `questions`?"),
        (LETTER, "{{when finding IS NOT NULL}}", "{{when findings IS NOT NULL}}", "finding"),
        (LETTER, "{{finding}}\n{{end}}", "{{finding}}", "parts do not nest"),
        (LETTER, "{{reason}}", "{{reason", "a placeholder is not a name"),
        (LETTER, 'to = "the clinician"', 'to = "the clinician"\npublic = true', "`reason` is official"),
        (LETTER, "+++\ntitle", "title", "between two lines of +++"),
        ("rulebook.toml", 'collection = "questions"', 'collection = "question"', "Did you mean `questions`?"),
        ("rulebook.toml", "answer IS NULL", "answers IS NULL", "answer"),
        ("rulebook.toml", 'kind = "count"', 'kind = "lookup"', "`table` is missing"),
        ("rulebook.toml", 'kind = "count"', 'kind = "elapsed"\nfrom = "then"', "there is no `then`"),
        ("rulebook.toml", 'kind = "count"', 'kind = "elapsed"\nto = "ask + soon"', "there is no `soon`"),
    ],
)
def test_each_error_in_a_part_is_named(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    with pytest.raises(RulebookErrors) as problem:
        load_process(changed(tmp_path, (file, old, new)))
    assert said in str(problem.value)
    assert file in str(problem.value)


def test_a_field_is_money_everywhere_or_nowhere(tmp_path: Path) -> None:
    asks = '[[sections.questions]]\nid = "{0}"\nlabel = "{0}"\nbind = "cost"\nkind = "{0}"\n'
    folder = changed(
        tmp_path,
        (
            "rulebook.toml",
            "[fields.finding]",
            '[fields.cost]\ntype = "whole number"\ntitle = "c"\n[fields.finding]',
        ),
        (DECISION, "[[sections.questions]]", asks.format("money") + "[[sections.questions]]"),
    )
    load_process(folder)
    other = folder / "forms" / "other.toml"
    section = 'title = "Other"\nacts = ["pause"]\n[[sections]]\nid = "cost"\ntitle = "Cost"\n'
    other.write_text(section + asks.format("whole_number"))
    with pytest.raises(RulebookErrors, match="`cost` is money in one form and not in another"):
        load_process(folder)


def test_a_document_is_not_asked_for_before_there_is_a_case(tmp_path: Path) -> None:
    asks = '[[sections.questions]]\nid = "a"\nlabel = "A"\nkind = "document"\nconfidentiality = "public"\n'
    load_process(
        changed(tmp_path / "later", (DECISION, "[[sections.questions]]", asks + "[[sections.questions]]"))
    )
    with pytest.raises(RulebookErrors, match="before there is a case that could have one"):
        load_process(
            changed(tmp_path / "first", (REQUEST, "[[sections.questions]]", asks + "[[sections.questions]]"))
        )
