"""Play the demonstration's cases: every step is a command through the door, at the time when it happened."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from speccom.casework import acting
from speccom.casework.acting import Unfinished
from speccom.casework.clock import tick
from speccom.casework.demonstration.read import CaseStory, Step, members, on_the_day, stories
from speccom.casework.documents.answer import answer_of
from speccom.casework.documents.as_answers import open_for
from speccom.casework.documents.sending import Sent, add_document
from speccom.casework.documents.taking import version_added
from speccom.casework.door import Done
from speccom.casework.meetings import conduct
from speccom.casework.meetings.bodies import APPROVE, RUN, bodies_on
from speccom.casework.meetings.minutes import minutes_of
from speccom.casework.meetings.steps import as_whom
from speccom.casework.models import CaseRow, Interest, Meeting, Membership, Receipt
from speccom.casework.open_case import Opened
from speccom.casework.procedures import all_in_force
from speccom.casework.sight import Viewer, viewer
from speccom.directory.demonstration.read import players
from speccom.directory.models import Person
from speccom.problem import Problem
from speccom.process.deadlines import HERE
from speccom.process.decide import Refused

_SECRETARY, _CHAIR = "body-secretary", "body-chair"
_MORNING = time(9, 30)
_MEMBERS_SINCE = timedelta(days=700)
_ITEM_MINUTES = 25


def load(now: datetime) -> int:
    """Make the cases that are not there yet, each whole, and let time act in them; return how many."""
    _seat_members(now)
    made = 0
    for number, story in enumerate(stories()):
        play = _Play(number, story, now)
        with transaction.atomic():
            if not play.was_played:
                play.play()
                made += 1
    for _ in tick(now):
        pass
    return made


def _seat_members(now: datetime) -> None:
    since = (now - _MEMBERS_SINCE).date()
    for body, seats in members().items():
        for key, seat in seats.items():
            person = str(_person(key).pk)
            Membership.objects.get_or_create(
                body=body, person=person, defaults={"seat": seat, "starts": since}
            )


class _Play:
    """One case on its way."""

    def __init__(self, number: int, story: CaseStory, now: datetime) -> None:
        self.number, self.story, self.now = number, story, now
        self.day = (now - timedelta(days=story.began)).astimezone(HERE).date()
        self.reference = ""
        self.commands = 0

    @property
    def was_played(self) -> bool:
        """Whether the case is there from an earlier time."""
        return Receipt.objects.filter(command_id=self._command_of(1)).exists()

    def play(self) -> None:
        """Take every step that has come by now."""
        for step in self.story.steps:
            self.day += timedelta(days=step.days)
            at = datetime.combine(self.day, _MORNING, HERE)
            if at > self.now:
                return
            if step.meeting:
                self._meet(step, at)
            else:
                self._do(step, at)

    def _do(self, step: Step, at: datetime) -> None:
        looking = _looking(step.by, at)
        posted = on_the_day(step, self.day, self._add_documents(looking, step))
        if self.reference:
            outcome = acting.do(looking, self._opened(looking), step.act, self._command(), None, posted)
        else:
            outcome = self._begin(looking, step, posted)
        if not isinstance(outcome, Done):
            raise Problem(f"the demonstration's step “{step.act}” was not done: {_why(outcome)}")
        self.reference = outcome.case

    def _add_documents(self, looking: Viewer, step: Step) -> dict[str, str]:
        """Add the documents of a step; return the answer that each is, by its key."""
        found = {}
        for key, each in step.documents.items():
            file = SimpleUploadedFile(each.name, each.content.encode())
            sent = Sent(file, each.title, each.confidentiality)
            outcome = add_document(self._opened(looking), looking, self._command(), sent)
            if not isinstance(outcome, Done):
                raise Problem(f"the demonstration's document “{each.title}” was not added")
            found[key] = answer_of(version_added(outcome))
        return found

    def _opened(self, looking: Viewer) -> Opened:
        return open_for(looking, CaseRow.objects.get(pk=self.reference))

    def _begin(
        self, looking: Viewer, step: Step, posted: dict[str, dict[str, str]]
    ) -> Done | Refused | Unfinished:
        for procedure in all_in_force(self.day):
            transition = procedure.transition("", step.act)
            if transition is not None:
                organisation = acting.organisations_for(looking, transition)[0]
                return acting.begin(looking, procedure, transition, organisation, posted, self._command())
        raise Problem(f"no process begins with the demonstration's step “{step.act}”")

    def _meet(self, step: Step, at: datetime) -> None:
        """Hold a meeting for the step: the papers a week before, the minutes approved and published after."""
        secretary, body = _looking(_SECRETARY, at), step.meeting
        acts_as = as_whom(secretary, body, RUN)
        row = CaseRow.objects.get(pk=self.reference)
        before = at - timedelta(days=1)
        meeting = conduct.plan(self._command(), acts_as, body, at, "Online", before)
        conduct.put_on_agenda(self._command(), acts_as, meeting, row, _ITEM_MINUTES, before)
        conduct.send_papers(self._command(), acts_as, meeting, before)
        conduct.open_meeting(self._command(), acts_as, meeting, at)
        seats = {str(_person(key).pk): seat for key, seat in members()[body].items()}
        conduct.record_attendance(self._command(), acts_as, meeting, seats, at)
        item = meeting.items.select_related("meeting").get(case=row)
        for person in seats:
            conduct.settle_interest(self._command(), acts_as, item, person, Interest.Settled.NONE, "", at)
        self._do(step, at)
        self._end(meeting, at)

    def _end(self, meeting: Meeting, at: datetime) -> None:
        over, later = at + timedelta(hours=1), at + timedelta(days=2)
        secretary = as_whom(_looking(_SECRETARY, at), meeting.body, RUN)
        chair = as_whom(_looking(_CHAIR, at), meeting.body, APPROVE)
        conduct.close(self._command(), secretary, meeting, over)
        if later > self.now:
            return
        digest = minutes_of(meeting, bodies_on(at.date())[meeting.body]).digest
        conduct.approve_minutes(self._command(), chair, meeting, digest, later)
        conduct.publish_minutes(self._command(), secretary, meeting, digest, later)

    def _command(self) -> str:
        self.commands += 1
        return self._command_of(self.commands)

    def _command_of(self, count: int) -> str:
        return str(uuid5(NAMESPACE_URL, f"speccom demonstration {self.number} {count}"))


def _why(outcome: Refused | Unfinished) -> str:
    if isinstance(outcome, Refused):
        return outcome.message
    found = ({**each.missing, **each.problems} for each in outcome.answers.values())
    return " ".join(message for each in found for message in each.values())


def _looking(key: str, at: datetime) -> Viewer:
    return viewer(_person(key), at)


def _person(key: str) -> Person:
    return Person.objects.prefetch_related("grants").get(email=players()[key].email)
