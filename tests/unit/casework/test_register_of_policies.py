"""However cases publish, amend and end their policies, the register is what a plain reading of them says."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.utils.timezone import localdate
from hypothesis import example, given, settings
from hypothesis import strategies as st

from speccom.casework.door import Done, Order, carry_out
from speccom.casework.ledger import events_of
from speccom.casework.models import CaseRow, PolicyVersion
from speccom.casework.policies.in_force import in_force
from speccom.casework.policies.register import policies_of
from speccom.casework.read_model import differences, rebuild
from speccom.casework.submissions import Content
from speccom.interface import formats
from speccom.process.case import fold
from speccom.process.decide import Actor

LEAD = Actor("00000000-0000-0000-0000-00000000000a", frozenset({"policy_lead"}))
FIRST = date(2026, 3, 1)
LATER = timedelta(days=40)
"""How long after the day from which it counts an act is recorded."""
ENDS = {"expire": "expires", "withdraw": "withdraws", "replace": "supersedes"}
ABOUT = ("inventimab", "fictinib")
WRITTEN = {
    "rulebook.toml": """
id = "policies"
version = "1"
title = "A case that publishes as often as it likes"
valid_from = "2025-04-01"
valid_to = "2028-03-31"
source = "Written for this test"
status = "illustrative"
"""
    + "".join(
        f'[fields.{name}]\ntype = "{kind}"\ntitle = "the {name}"\nconfidentiality = "public"\n'
        for name, kind in (
            ("number", "text"),
            ("title", "text"),
            ("about", "text"),
            ("starts", "date"),
            ("expires", "date"),
            ("newer", "text"),
        )
    ),
    "states.csv": "state,label,group,kind\nstanding,Standing,,initial\nover,Over,,closed\n",
    "transitions.csv": "from,act,label,to,role,requires,records,deadline,clock,not_by\n"
    + "".join(
        f"{source},{act},{act.capitalize()},{target},policy_lead,,,,,\n"
        for source, act, target in (
            ("", "begin", "standing"),
            *(("standing", act, "standing") for act in ("publish", "note", *ENDS)),
            ("standing", "close", "over"),
        )
    ),
    "requirements.toml": "",
    "access.csv": "role,scope,states,classes\neveryone,every,,public\n",
    "policies.toml": """
[published]
acts = ["publish"]
does = "publishes"
identifier = "number"
title = "title"
about = "about"
starts = "starts"
expires = "expires"
[replaced]
acts = ["replace"]
does = "supersedes"
newer = "newer"
[expired]
acts = ["expire"]
does = "expires"
[withdrawn]
acts = ["withdraw"]
does = "withdraws"
""",
}
_numbers = count(1)


@dataclass(frozen=True)
class Happened:
    """One act: in which of two cases, effective on which day, and when what it publishes begins and ends."""

    case: int
    act: str
    day: int
    starts: int | None = None
    lasts: int | None = None

    @property
    def on(self) -> date:
        return FIRST + timedelta(days=self.day)

    @property
    def starts_on(self) -> date:
        return self.on if self.starts is None else FIRST + timedelta(days=self.starts)

    @property
    def expires_on(self) -> date | None:
        return None if self.lasts is None else self.starts_on + timedelta(days=self.lasts)


days = st.integers(0, 12)
happenings = st.lists(
    st.builds(
        Happened,
        st.integers(0, 1),
        st.sampled_from(["publish", "publish", "note", *ENDS]),
        days,
        st.none() | days,
        st.none() | days,
    ),
    max_size=8,
)


@pytest.fixture
def shelf(small_shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(small_shelf, tmp_path / "shelf")) / "processes" / "policies" / "1"
    folder.mkdir(parents=True)
    for name, text in WRITTEN.items():
        (folder / name).write_text(text)
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(tmp_path / "shelf"))


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
def test_the_register_is_what_a_plain_reading_says(request: pytest.FixtureRequest) -> None:
    examples = 600 if request.config.getoption("--full") else 60

    @settings(max_examples=examples, deadline=None)
    @given(happenings)
    @example([Happened(0, "publish", 1), Happened(0, "publish", 3)])
    @example([Happened(0, "publish", 1), Happened(0, "publish", 3, starts=9), Happened(0, "withdraw", 5)])
    @example([Happened(0, "publish", 1), Happened(0, "expire", 4), Happened(0, "withdraw", 8)])
    def agrees(history: list[Happened]) -> None:
        with transaction.atomic():
            _play_and_compare(history)
            transaction.set_rollback(True)

    agrees()


def _play_and_compare(history: Sequence[Happened]) -> None:
    cases = [_does("", "begin", FIRST, {}) for _ in ABOUT]
    snapshots: list[list[list[tuple[object, ...]]]] = [[_kept(each)] for each in cases]
    for number, each in enumerate(history):
        _does(cases[each.case], each.act, each.on, _brought(each, number))
        snapshots[each.case].append(_kept(cases[each.case]))
    for index, reference in enumerate(cases):
        own = [(number, each) for number, each in enumerate(history) if each.case == index]
        _one_at_a_time(index, own)
        _in_the_order_recorded(reference, own)
        _in_two_pieces_as_at_once(reference, snapshots[index])
    before = [_kept(each) for each in cases]
    PolicyVersion.objects.all().delete()
    rebuild()
    assert [_kept(each) for each in cases] == before
    assert list(differences()) == []


def _one_at_a_time(index: int, own: Sequence[tuple[int, Happened]]) -> None:
    """On every day at most one version holds about a subject, the one that a plain reading finds."""
    for offset in range(-1, 27):
        day = FIRST + timedelta(days=offset)
        holds = list(in_force(day).filter(about=ABOUT[index]).values_list("title", flat=True))
        assert holds == [_title(number) for number in _plainly(own, day)], day
        assert len(holds) <= 1, day


def _plainly(own: Sequence[tuple[int, Happened]], day: date) -> Iterator[int]:
    """Return which acts published what holds on a day: begun, not run out, and neither ended nor replaced."""
    for place, (number, each) in enumerate(own):
        if each.act != "publish" or each.starts_on > day:
            continue
        later = [one for _, one in own[place + 1 :]]
        is_over = each.expires_on is not None and each.expires_on < day
        is_ended = any(one.act in ENDS and one.on <= day for one in later)
        is_replaced = any(one.act == "publish" and one.starts_on <= day for one in later)
        if not (is_over or is_ended or is_replaced):
            yield number


def _in_the_order_recorded(reference: str, own: Sequence[tuple[int, Happened]]) -> None:
    """Versions stand in the order in which the ledger has their events, whatever days they speak of."""
    rows = list(PolicyVersion.objects.filter(case=reference).order_by("sequence"))
    published = [(number, each) for number, each in own if each.act == "publish"]
    assert [each.title for each in rows] == [_title(number) for number, _ in published]
    events = [each.sequence for each in events_of(reference) if each.act == "publish"]
    assert [each.sequence for each in rows] == events
    assert events == sorted(events)
    assert [(each.published_on, each.starts_on, each.expires_on) for each in rows] == [
        (each.on, each.starts_on, each.expires_on) for _, each in published
    ]


def _in_two_pieces_as_at_once(reference: str, snapshots: Sequence[list[tuple[object, ...]]]) -> None:
    """What stood after each event is what folding up to it gives, and later events end it or leave it."""
    row, events = CaseRow.objects.get(pk=reference), events_of(reference)
    assert len(snapshots) == len(events)
    for length, stood in enumerate(snapshots, start=1):
        assert _values(policies_of(row, fold(reference, events[:length]))) == stood
    for before, after in pairwise(snapshots):
        for earlier, later in zip(before, after, strict=False):
            (*said, ended, _, _), (*says, ends, _, _) = earlier, later
            assert said == says, "what was published is never changed"
            assert ended is None or (isinstance(ends, date) and ends <= ended), (
                "nothing that ended comes back"
            )  # type: ignore[operator]


def test_how_one_ended_and_what_it_gave_way_to(shelf: None, db: None) -> None:
    case = _does("", "begin", FIRST, {})
    said = {"title": "One", "about": "inventimab", "expires": None}
    _does(case, "publish", FIRST, {**said, "number": "P-1", "expires": FIRST + timedelta(days=4)})
    _does(case, "publish", FIRST, {**said, "number": "P-2", "starts": FIRST + timedelta(days=9)})
    _does(case, "publish", FIRST, {**said, "number": "P-2", "starts": FIRST + timedelta(days=20)})
    _does(case, "replace", FIRST + timedelta(days=30), {"newer": "P-9"})
    rows = PolicyVersion.objects.order_by("sequence")
    assert [(each.ended_on, each.ended_by, each.newer) for each in rows] == [
        (None, "", ""),
        (FIRST + timedelta(days=20), "supersedes", ""),
        (FIRST + timedelta(days=30), "supersedes", "P-9"),
    ]


def test_one_that_is_to_be_replaced_is_in_force_until_then(shelf: None, db: None) -> None:
    case, today = _does("", "begin", FIRST, {}), localdate()
    said = {"about": "inventimab", "number": "P-1", "expires": None}
    _does(case, "publish", FIRST, {**said, "title": "As it is", "starts": today})
    _does(case, "publish", FIRST, {**said, "title": "As it will be", "starts": today + timedelta(days=9)})
    visitor = Client(headers={"host": "localhost"})
    for standing, shown in (("now", ["As it is"]), ("later", ["As it will be"]), ("over", [])):
        page = visitor.get(f"/policies?standing={standing}").content.decode()
        assert [each for each in ("As it is", "As it will be") if f">{each}</a>" in page] == shown
    page = visitor.get("/policies/P-1").content.decode()
    assert f"Ends on {formats.day(today + timedelta(days=9))}." in page
    assert "gave way" not in page


def _does(case: str, act: str, on: date, answers: dict[str, object]) -> str:
    effective = datetime.combine(on, time(12), UTC)
    new = {} if case else {"procedure": "policies", "organisation": "RX1"}
    brings = {"form": Content(answers, {})} if answers else {}
    name, recorded = f"policy-{next(_numbers)}", effective + LATER
    order = Order(name, act, LEAD, recorded, case, brings=brings, effective_at=effective, **new)
    done = carry_out(order)
    assert isinstance(done, Done), done
    return done.case


def _brought(each: Happened, number: int) -> dict[str, object]:
    if each.act != "publish":
        return {"newer": "P-9"} if each.act == "replace" else {}
    starts = each.starts_on if each.starts is not None else None
    return {
        "number": f"P-{each.case}",
        "title": _title(number),
        "about": ABOUT[each.case],
        "starts": starts,
        "expires": each.expires_on,
    }


def _title(number: int) -> str:
    return f"As published by act {number}"


def _kept(reference: str) -> list[tuple[object, ...]]:
    return _values(PolicyVersion.objects.filter(case=reference).order_by("sequence"))


def _values(rows: Iterable[PolicyVersion]) -> list[tuple[object, ...]]:
    """Return what rows say; how each ended comes last."""
    return [
        (
            each.sequence,
            each.identifier,
            each.title,
            each.about,
            each.published_on,
            each.starts_on,
            each.expires_on,
            each.ended_on,
            each.ended_by,
            each.newer,
        )
        for each in rows
    ]
