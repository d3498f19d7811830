"""Starting, stopping and going on with runs from pages: who may, from what, and what is said otherwise."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.journeys import fixture_run
from tests.spec.assignment.chapters import reference_folder

from speccom.activity.at_work import STOP
from speccom.analysis import start_run
from speccom.analysis.on_offer import activity_on_offer, payers_on_offer
from speccom.analysis.run_folders import RunFolder, find_run
from speccom.analysis.run_state import State, state_of
from speccom.directory.models import Grant, Organisation, Person

pytestmark = pytest.mark.django_db

RULEBOOK = "illustrative-identification@2025-26"


@pytest.fixture
def home(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.SPECCOM_HOME = tmp_path
    settings.DEMONSTRATION = True  # where nobody has to add a second factor
    monkeypatch.setenv("SPECCOM_HOME", str(tmp_path))
    fixture_run.write_activity(tmp_path / "activity" / "june.csv", fixture_run.APC)
    return tmp_path


def client_of(role: str) -> Client:
    person = Person.objects.create(email=f"{role}@example.org", name="Ada Marsh")
    trust = Organisation.objects.create(code="RAA")
    Grant.objects.create(
        person=person, role=role, organisation=trust, starts=datetime(2025, 4, 1, tzinfo=UTC)
    )
    client = Client(HTTP_HOST="localhost")
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def analyst() -> Client:
    return client_of("analyst")


@pytest.fixture
def taken_up(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders of runs that a process was to take up; none is started."""
    folders: list[Path] = []
    monkeypatch.setattr(start_run, "take_up", lambda folder, home: folders.append(folder))
    return folders


def run_of(home: Path, name: str) -> RunFolder:
    return find_run(home, name)


def wait_for(home: Path, name: str, wanted: State) -> None:
    until = time.monotonic() + 60
    while not (home / "runs" / name).is_dir() or state_of(run_of(home, name)) is not wanted:
        assert time.monotonic() < until, name
        time.sleep(0.1)


# --- who may ---


@pytest.mark.parametrize("act", ["stop", "resume", "payers/assign"])
def test_a_visitor_is_asked_to_sign_in_and_nothing_is_done(
    home: Path, taken_up: list[Path], act: str
) -> None:
    fixture_run.leave_stopped(home, "half")
    for path in ("/runs/new", f"/runs/half/{act}"):
        answer = Client(HTTP_HOST="localhost").post(path, {"activity": "june.csv", "rulebook": RULEBOOK})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in")
    assert taken_up == []


@pytest.mark.parametrize("role", ["respondent", "administrator", "auditor"])
def test_who_has_not_the_function_is_refused(home: Path, taken_up: list[Path], role: str) -> None:
    fixture_run.leave_stopped(home, "half")
    client = client_of(role)
    assert client.get("/runs/new").status_code == 403
    for path in ("/runs/new", "/runs/half/stop", "/runs/half/resume", "/runs/half/payers/assign"):
        assert client.post(path, {"activity": "june.csv", "rulebook": RULEBOOK}).status_code == 403
    assert "Start a run" not in client.get("/runs").content.decode()
    assert "Go on with the run" not in client.get("/runs/half").content.decode()
    assert taken_up == []


def test_a_form_of_another_site_is_refused(home: Path, taken_up: list[Path], analyst: Client) -> None:
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    strict.cookies = analyst.cookies
    given = {"activity": "june.csv", "rulebook": RULEBOOK}
    assert strict.post("/runs/new", given).status_code == 403
    assert taken_up == []


def test_stopping_and_going_on_are_no_links(home: Path, analyst: Client) -> None:
    fixture_run.leave_stopped(home, "half")
    for act in ("stop", "resume", "payers/assign"):
        assert analyst.get(f"/runs/half/{act}").status_code == 405


# --- from what ---


def test_what_is_on_offer(home: Path) -> None:
    fixture_run.write_activity(home / "activity" / "2025" / "april.csv", fixture_run.APC)
    fixture_run.write_activity(home / "activity" / "2025" / "may.csv", fixture_run.APC)
    fixture_run.write_activity(home / "elsewhere" / "secret.csv", fixture_run.APC)
    (home / "activity" / "link.csv").symlink_to(home / "elsewhere" / "secret.csv")
    (home / "activity" / "away").symlink_to(home / "elsewhere")
    (home / "activity" / ".hidden.csv").write_text("x")
    (home / "activity" / "notes.docx").write_text("x")
    Path(os.fsdecode(os.fsencode(home / "activity") + b"/\xff.csv")).write_text("x")
    offered = {each.key: [path.name for path in each.files] for each in activity_on_offer(home)}
    assert offered == {
        "june.csv": ["june.csv"],
        "2025/": ["april.csv", "may.csv"],
        "2025/april.csv": ["april.csv"],
        "2025/may.csv": ["may.csv"],
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"activity": "../elsewhere/secret.csv"},
        {"activity": "/etc/passwd"},
        {"activity": "2025/../june.csv"},
        {"activity": ""},
        {"rulebook": "../illustrative@2025-26"},
        {"rulebook": ""},
        {"payers": "by-guess/reference"},
        {"title": "t" * 121},
    ],
)
def test_nothing_but_what_is_on_offer_can_be_started(
    home: Path, taken_up: list[Path], analyst: Client, asked: dict[str, str]
) -> None:
    fixture_run.write_activity(home / "elsewhere" / "secret.csv", fixture_run.APC)
    answer = analyst.post("/runs/new", {"activity": "june.csv", "rulebook": RULEBOOK, **asked})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert taken_up == []
    assert not (home / "runs").exists()


def test_without_activity_the_page_says_where_to_put_some(home: Path, analyst: Client) -> None:
    (home / "activity" / "june.csv").unlink()
    said = analyst.get("/runs/new").content.decode()
    assert "There is no activity to start from." in said
    assert str(home / "activity") in said


# --- what is done ---


def test_a_run_is_started_and_ends_as_one_from_the_command_line(home: Path, analyst: Client) -> None:
    payers = next(each.key for each in payers_on_offer(home) if each.key.startswith("validation-tool"))
    given = {"activity": "june.csv", "rulebook": RULEBOOK, "payers": payers, "title": "June & July"}
    answer = analyst.post("/runs/new", given)
    assert answer.status_code == 302
    name = answer["Location"].removeprefix("/runs/")
    wait_for(home, name, State.FINISHED)
    wait_for(home, f"{name}-payers", State.FINISHED)
    manifest = run_of(home, name).manifest
    assert (manifest.title, manifest.by, manifest.resumed) == ("June & July", "Ada Marsh", ())
    said = analyst.get(f"/runs/{name}/payers").content.decode()
    assert "of 9 records" in said
    assert "As identified by the run" in said
    assert "Who pays: June &amp; July" in analyst.get("/runs").content.decode()


def test_an_order_is_left_with_what_was_chosen(home: Path, taken_up: list[Path], analyst: Client) -> None:
    for number in (1, 2):
        answer = analyst.post("/runs/new", {"activity": "june.csv", "rulebook": RULEBOOK})
        name = answer["Location"].removeprefix("/runs/")
        assert name.endswith(f"-{number}")
        assert state_of(run_of(home, name)) is State.WAITING
    assert taken_up == [home / "runs" / name[:-1].__add__(str(number)) for number in (1, 2)]


def test_no_more_than_two_runs_go_on_at_once(home: Path, taken_up: list[Path], analyst: Client) -> None:
    for name in ("one", "two"):
        fixture_run.leave_open(home, name)
    fixture_run.leave_stopped(home, "half")
    answer = analyst.post("/runs/new", {"activity": "june.csv", "rulebook": RULEBOOK})
    assert answer.status_code == 422
    assert "2 runs are going on already" in answer.content.decode()
    assert analyst.post("/runs/half/resume").status_code == 422
    assert taken_up == []


def test_a_run_is_stopped_and_gone_on_with(home: Path, taken_up: list[Path], analyst: Client) -> None:
    folder = fixture_run.leave_open(home, "going")
    assert "Stop the run" in analyst.get("/runs/going").content.decode()
    assert analyst.post("/runs/going/stop")["Location"] == "/runs/going"
    assert (folder / STOP).exists()
    assert "This run is stopping" in analyst.get("/runs/going").content.decode()
    half = fixture_run.leave_stopped(home, "half")
    assert "Go on with the run" in analyst.get("/runs/half").content.decode()
    assert analyst.post("/runs/half/resume")["Location"] == "/runs/half"
    assert taken_up == [half]


@pytest.mark.parametrize("name", ["going", "finished", "lost"])
def test_what_cannot_go_on_is_left_as_it_is(
    home: Path, taken_up: list[Path], analyst: Client, name: str
) -> None:
    if name == "finished":
        fixture_run.make_run(home, name, fixture_run.APC)
    else:
        fixture_run.leave_open(home, name, progress=name == "going")
    assert analyst.post(f"/runs/{name}/resume").status_code == 302
    assert analyst.post("/runs/never/resume").status_code == 404
    assert taken_up == []


def test_a_finished_run_is_not_asked_to_stop(home: Path, analyst: Client) -> None:
    folder = fixture_run.make_run(home, "finished", fixture_run.APC)
    assert analyst.post("/runs/finished/stop").status_code == 302
    assert not (folder / STOP).exists()


@pytest.mark.parametrize(
    ("leave", "state", "said"),
    [
        (fixture_run.leave_order, State.WAITING, "This run is about to start"),
        (fixture_run.leave_stopped, State.STOPPED, "Nothing that was done is lost"),
        (fixture_run.leave_refused, State.REFUSED, "this file has changed since the run began"),
        (fixture_run.leave_failed, State.FAILED, "This run could not be done"),
    ],
)
def test_each_state_is_told(home: Path, analyst: Client, leave: object, state: State, said: str) -> None:
    assert callable(leave)
    leave(home, "one")
    assert state_of(run_of(home, "one")) is state
    assert said in analyst.get("/runs/one").content.decode()
    for part in ("services", "providers", "faults", "manifest", "rows", "rows/1", "payers", "beside"):
        shown = analyst.get(f"/runs/one/{part}").content.decode()
        assert said in shown  # nothing half made is shown as whole
    assert analyst.get("/runs/one/tables/lines.csv").headers["Content-Type"].startswith("text/html")


# --- who pays, and two runs side by side ---


def test_a_finished_run_can_be_assigned_later(home: Path, taken_up: list[Path], analyst: Client) -> None:
    fixture_run.make_run(home, "small", fixture_run.APC)
    reference_folder(home / "reference" / "mine")
    assert "was not given its commissioners yet" in analyst.get("/runs/small/payers").content.decode()
    key = next(each.key for each in payers_on_offer(home) if each.key.endswith("/mine"))
    assert analyst.post("/runs/small/payers/assign", {"payers": key})["Location"] == "/runs/small-payers"
    assert taken_up == [home / "runs" / "small-payers"]
    assert analyst.post("/runs/small/payers/assign", {"payers": "by-guess"}).status_code == 422
    said = analyst.get("/runs/small/payers").content.decode()
    assert "small-payers" in said
    assert "This run is about to start." in said


def test_the_assignment_of_another_run_is_not_taken_for_its_own(home: Path, analyst: Client) -> None:
    first = fixture_run.make_run(home, "first", fixture_run.APC)
    fixture_run.make_run(home, "second", fixture_run.APC, fixture_run.OP)
    fixture_run.assign_run(first, reference_folder(home / "reference"))
    assert "Records by commissioner" in analyst.get("/runs/first/payers").content.decode() or (
        "Records and cost by commissioner" in analyst.get("/runs/first/payers").content.decode()
    )
    assert "was not given its commissioners yet" in analyst.get("/runs/second/payers").content.decode()
    assert analyst.get("/runs/first-payers").status_code == 200


def test_two_runs_differ_by_what_was_added(home: Path, analyst: Client) -> None:
    fixture_run.make_run(home, "first", fixture_run.APC)
    fixture_run.make_run(home, "second", fixture_run.APC, fixture_run.OP)
    fixture_run.make_run(home, "third", fixture_run.APC)
    said = analyst.get("/runs/first/beside?other=second").content.decode()
    assert "The first run finds 5 specialised records, the second 6" in said
    assert "£120.00" in said  # the one clinic of a transplant centre
    assert "They read different activity" in said
    same = analyst.get("/runs/first/beside?other=third").content.decode()
    assert "Both runs say the same." in same
    assert "They read different activity" not in same
    assert analyst.get("/runs/first/beside?other=never").status_code == 404
    assert analyst.get("/runs/first/beside?other=first").status_code == 404
