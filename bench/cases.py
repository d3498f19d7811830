"""Case pages, lists and my work with 100,000 cases and a million events, against the same with 1,000.

    python bench/cases.py [--cases 1000 100000] [--home DIR] [--verify]

Homes of each size are made in DIR (a new folder where none is named, removed afterwards; kept and used again
where it is) by a loader that writes the rows that the door writes: individual funding requests of ten events
each, one in ten still open. The loader is checked, at the smallest size, by folding every case again. Then
each page is asked for as each of four people, through the whole of Django, after two goes to warm it up. The
figures are medians of processor time, of which the database in the home is a part; other work on the machine
is not. `--verify` reads the whole ledger of every home again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

ROOT = Path(__file__).parents[1]
PROCESS, EVENTS, OPEN_ONE_IN, TRUSTS = "individual-funding-request", 10, 10, 150
START = datetime(2024, 1, 2, 9, tzinfo=UTC)
BATCH, GOES, WARM = 1000, 15, 2
MOST_CLINICIANS, CASES_OF_A_CLINICIAN = 600, 25
OVER_ALL = {
    "officer": ("funding_request_officer",),
    "screener": ("screener",),
    "auditor": ("auditor",),
    "officer and screener": ("funding_request_officer", "screener"),
}
SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu"]
LISTS = {
    "my work": "/work",
    "list of all": "/cases",
    "list of open ones": "/cases?standing=open",
    "list of closed ones": "/cases?standing=closed",
    "list of a kind": f"/cases?kind={PROCESS}",
    "list of what waits for the roles": "/cases?whose=roles",
    "search by a common word": "/cases?q=lymph",
    "list of the API": "/api/v1/cases",
}
CONDITIONS = [
    "asthma",
    "lymphoma",
    "sarcoma",
    "psoriasis",
    "uveitis",
    "nephritis",
    "vasculitis",
    "epilepsy",
    "anaemia",
]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--verify", action="store_true")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one is not None:
        return measure_one(asked.home, asked.one, asked.verify)
    if asked.home:
        return compare(asked.home, asked.cases, asked.verify)
    with tempfile.TemporaryDirectory() as folder:
        return compare(Path(folder), asked.cases, asked.verify)


def compare(folder: Path, sizes: list[int], verify: bool) -> int:
    """Measure each size in a process of its own, and set the largest against the smallest."""
    found: dict[int, dict[str, float]] = {}
    for size in sizes:
        command = [sys.executable, __file__, "--one", str(size), "--home", str(folder)]
        done = subprocess.run(command + ["--verify"] * verify, stdout=subprocess.PIPE, text=True, check=True)
        found[size] = json.loads(done.stdout)
    small, large = found[sizes[0]], found[sizes[-1]]
    print(f"{'':42}" + "".join(f"{size:>14,}" for size in sizes) + f"{'ratio':>8}")
    for name in small:
        values = "".join(f"{found[size][name]:>14.4f}" for size in sizes)
        print(f"{name:42}{values}{large[name] / small[name] if small[name] else 0:>8.2f}")
    return 0


def measure_one(folder: Path, size: int, verify: bool) -> int:
    home = folder / f"cases-{size}"
    is_new = not (home / "done").exists()
    home.mkdir(parents=True, exist_ok=True)
    shelf = folder / "shelf"
    if not shelf.exists():
        shutil.copytree(ROOT / "rulebooks", shelf)
    os.environ["SPECCOM_RULEBOOKS"] = str(shelf)
    from speccom.web.start import start

    start(home, demonstration=False)
    from django.conf import settings

    settings.DEMONSTRATION = True  # in which nobody owes a second factor
    settings.REQUESTS_A_MINUTE = 0
    told: dict[str, float] = {}
    if is_new:
        began = time.perf_counter()
        load(size)
        told["loading, seconds"] = time.perf_counter() - began
        (home / "done").touch()
    if size <= 1000:
        check()
    told |= pages()
    if verify:
        told |= verified()
    print(json.dumps(told))
    return 0


def load(size: int) -> None:
    """Write cases as the door does, many at once."""
    from django.db import connection, transaction

    from speccom.casework import ledger, models
    from speccom.casework.procedures import in_force

    clinicians = min(MOST_CLINICIANS, size // CASES_OF_A_CLINICIAN)
    people(clinicians)
    loader = Loader(in_force(PROCESS, START.date()), Random(20261123), clinicians)
    for first in range(0, size, BATCH):
        for number in range(first, min(first + BATCH, size)):
            loader.add_case(number)
        with transaction.atomic(), connection.cursor() as cursor:
            of_cases = (models.CaseRow, models.CaseKey, models.Submission)
            for model in (*of_cases, models.Due, models.Waiting, models.CaseWord):
                model._default_manager.bulk_create(loader.rows.pop(model, []))
            for model in (models.LedgerEvent, models.Receipt):
                names = [each.column for each in model._meta.fields]
                places = ", ".join(["%s"] * len(names))
                into = f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) VALUES ({places})"
                cursor.executemany(into, loader.rows.pop(model, []))
    seal = ledger._seal(loader.sequence, loader.digest)
    models.LedgerTail.objects.create(id=1, sequence=loader.sequence, digest=loader.digest, seal=seal)


def people(clinicians: int) -> None:
    """Make the trusts, their clinicians, and those who look at every trust's requests."""
    from speccom.directory.models import Grant, Organisation, Person

    Organisation.objects.bulk_create(Organisation(code=trust(n)) for n in range(TRUSTS))
    Person.objects.bulk_create(
        Person(pk=clinician(n), email=f"c{n}@bench.example", name=f"Clinician {n}") for n in range(clinicians)
    )
    for name, roles in OVER_ALL.items():
        person = Person.objects.create(email=f"{name.replace(' ', '-')}@bench.example", name=name)
        for role in roles:
            give(Grant, person, role, trust(0))
    for number in range(clinicians):
        give(Grant, Person.objects.get(pk=clinician(number)), "clinician", trust(number % TRUSTS))


def give(grant: Any, person: Any, role: str, code: str) -> None:
    grant.objects.create(person=person, role=role, organisation_id=code, starts=START, why="bench")


def trust(number: int) -> str:
    return f"R{number:03}"


def clinician(number: int) -> UUID:
    return UUID(int=number + 1)


def treatment(number: int) -> str:
    """Return the name of a treatment, which one case in a few thousand is about."""
    return "".join(SYLLABLES[number // step % len(SYLLABLES)] for step in (1, 17, 289)) + "mab"


class Loader:
    """Makes the rows of one case after another."""

    def __init__(self, procedure: Any, drawn: Random, clinicians: int) -> None:
        from speccom.process.event import BEFORE_ALL

        self.procedure, self.drawn, self.clinicians = procedure, drawn, clinicians
        self.sequence, self.digest = 0, BEFORE_ALL
        self.rows: dict[type, list[Any]] = {}

    def add_case(self, number: int) -> None:
        """Add the rows of a case whose events follow those that there are."""
        from speccom.casework import case_words, keys, models, read_model
        from speccom.process.case import fold
        from speccom.process.event import from_json
        from speccom.process.reference import reference, series_of

        began = START + timedelta(minutes=7 * number)
        name = reference(series_of(PROCESS, began.year), number + 1)
        who = number % self.clinicians
        key, wrapped = keys.new_case_key()
        row = models.CaseRow(reference=name, procedure=PROCESS, organisation=trust(who % TRUSTS))
        row.subject = f"{treatment(number)} for {CONDITIONS[number % len(CONDITIONS)]}"
        submission, kept = self._submission(row, key)
        envelopes = list(self._envelopes(number, name, str(clinician(who)), began, kept))
        for data in envelopes:
            self._add_event(data)
        last = envelopes[-1]
        row.process, row.version, row.state = last["process"], EVENTS, last["to"]
        row.is_closed, row.opened_by = last["to"].startswith("closed"), last["actor_id"]
        row.opened_at, row.changed_at = began + timedelta(days=1), began + timedelta(days=EVENTS)
        self._add(row)
        self._add(models.CaseKey(case=row, wrapped=wrapped))
        self._add(submission)
        if row.is_closed:
            beside = case_words.words_of(row, self.procedure)
        else:
            case = fold(name, [from_json({**each, "sequence": 0}) for each in envelopes])
            beside = chain.from_iterable(read_model.beside(row, self.procedure, case).values())
        for each in beside:
            self._add(each)

    def _add_event(self, data: dict[str, Any]) -> None:
        from speccom.casework import models

        self.sequence += 1
        data |= {"sequence": self.sequence, "previous_digest": self.digest}
        self.digest = hashlib.sha256(text_of(data).encode()).hexdigest()
        envelope = text_of({**data, "digest": self.digest})
        found = [data[name] for name in ("sequence", "event_id", "command_id", "case_id", "case_version")]
        self.rows.setdefault(models.LedgerEvent, []).append((*found, envelope, self.digest))
        receipt = (data["command_id"], data["case_id"], self.digest)
        self.rows.setdefault(models.Receipt, []).append(receipt)

    def _add(self, row: Any) -> None:
        self.rows.setdefault(type(row), []).append(row)

    def _submission(self, row: Any, key: bytes) -> tuple[Any, Any]:
        from speccom.casework import keys, models
        from speccom.casework.submissions import SUBMISSION, Content
        from speccom.process.event import Reference, canonical

        plain = canonical(Content({"treatment": row.subject}, {}).as_json())
        name, salt = UUID(int=self.drawn.getrandbits(128)), self.drawn.randbytes(16)
        digest = hashlib.sha256(salt + plain).hexdigest()
        submission = models.Submission(
            id=name,
            case=row,
            form="request",
            case_version=1,
            content=keys.encrypt(key, plain, str(name)),
            salt=salt,
            digest=digest,
        )
        return submission, Reference(SUBMISSION, str(name), digest)

    def _envelopes(
        self, number: int, name: str, who: str, began: datetime, kept: Any
    ) -> Iterator[dict[str, Any]]:
        """Yield what happened, as envelopes without their place: a way to the end, or to where it waits."""
        if number % OPEN_ONE_IN:
            way = ["start", "submit", "accept", "screen", "pass", "check_pack", "list", "withdraw"]
        else:
            way = ["start", "submit", "accept", "screen", "pass"][: (2, 3, 5)[number // OPEN_ONE_IN % 3]]
        steps = [*way[:2], *[""] * (EVENTS - len(way)), *way[2:]]
        state = ""
        for version, act in enumerate(steps, start=1):
            transition = self.procedure.transition(state, act) if act else None
            target = transition.target if transition else state
            is_closed = target.startswith("closed")
            at = stamp(began + timedelta(days=version))
            yield {
                "event_id": f"{name}-{version}.1",
                "command_id": f"{name}-{version}",
                "case_id": name,
                "case_version": version,
                "kind": "document_added.1"
                if not act
                else "closed.1"
                if is_closed
                else "moved.1"
                if state
                else "started.1",
                "act": act,
                "at": at,
                "effective_at": at,
                "actor_id": who,
                "role": transition.role if transition else "clinician",
                "on_behalf_of": "",
                "process": self.procedure.identity,
                "from": state,
                "to": target,
                "clock": transition.clock.value if transition and transition.clock else "",
                "findings": [],
                "references": [{"kind": kept.kind, "id": kept.id, "digest": kept.digest}]
                if version == 1
                else [],
            }
            state = target


def text_of(data: dict[str, Any]) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def check() -> None:
    """Hold the loader to the door: its chain and its rows must be what the kernel makes of its events."""
    from speccom.casework.ledger import verify
    from speccom.casework.read_model import differences

    wrong, other = verify().wrong, list(differences())
    assert not wrong, wrong
    assert not other, other[:3]


def verified() -> dict[str, float]:
    from speccom.casework.ledger import verify

    began = time.perf_counter()
    verdict = verify()
    assert not verdict.wrong, verdict.wrong
    return {"events": verdict.events, "verify-ledger, seconds": time.perf_counter() - began}


def pages() -> dict[str, float]:
    """Return the median seconds of each page, and its queries."""
    from speccom.casework.models import CaseRow

    first = CaseRow.objects.filter(is_closed=False).order_by("reference").first()
    closed = CaseRow.objects.filter(is_closed=True).order_by("-reference").first()
    assert first is not None
    assert closed is not None
    found: dict[str, float] = {}
    for who in (*OVER_ALL, "c0"):
        visit = visitor(who)
        for name, address in LISTS.items():
            found |= timed(f"{name}, {who}", lambda visit=visit, address=address: visit(address))
        word = first.subject.split()[0]
        found |= timed(
            f"search by a rare word, {who}", lambda visit=visit, word=word: visit(f"/cases?q={word}")
        )
    visit = visitor("officer")
    found |= timed("an open case", lambda: visit(f"/cases/{first.reference}"))
    found |= timed("a closed case", lambda: visit(f"/cases/{closed.reference}"))
    found |= timed("search by reference", lambda: visit(f"/cases?q={closed.reference}"))
    found |= timed("search by a part of it", lambda: visit(f"/cases?q={closed.reference[9:13]}"))
    return found


def visitor(name: str) -> Callable[[str], None]:
    from django.test import Client

    from speccom.directory.models import Person

    client = Client(HTTP_HOST="localhost")
    client.force_login(
        Person.objects.get(email=f"{name.replace(' ', '-')}@bench.example"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )

    def visit(address: str) -> None:
        answer = client.get(address, secure=True)
        assert answer.status_code == 200, (address, answer.status_code)

    return visit


def timed(name: str, go: Callable[[], None]) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(WARM):
        go()
    taken = []
    for _ in range(GOES):
        began = time.process_time()
        go()
        taken.append(time.process_time() - began)
    with CaptureQueriesContext(connection) as asked:
        go()
    if os.environ.get("SHOW_QUERIES"):
        for each in asked.captured_queries:
            if float(each["time"]) > 0.005:
                print(name, each["time"], each["sql"][:1500], file=sys.stderr)
    return {name: statistics.median(taken), f"{name}, queries": len(asked)}


if __name__ == "__main__":
    sys.exit(main())
