"""Make the demonstration's drafts: begun, changed and proposed by its people; what is there is left alone."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from speccom.analysis.rule_editor.acting import APPROVE_RULES, EDIT_RULES, Acting
from speccom.analysis.rule_editor.drafts import listed, open_draft, save, start
from speccom.analysis.rule_editor.drafts import waiting as waiting_proposals
from speccom.analysis.rule_editor.items import Item, Kind
from speccom.analysis.rule_editor.models import Draft
from speccom.analysis.rule_editor.proposing import Wish, propose
from speccom.directory.demonstration.read import players
from speccom.directory.models import Person
from speccom.directory.permission import may
from speccom.interface import formats
from speccom.rulebook.find import find

_WRITTEN = Path(__file__).with_name("drafts.toml")
_HOURS_BETWEEN = 2


def load(now: datetime) -> None:
    """Make the drafts that are not there yet, each whole."""
    written = tomllib.loads(_WRITTEN.read_text(encoding="utf-8"))
    for number, each in enumerate(written["draft"]):
        with transaction.atomic():
            if not Draft.objects.filter(recorded=_command(number, 0)).exists():
                _make(number, each, now - timedelta(days=each["began"]))


def drafting(person: Person) -> str:
    """Return in a sentence what somebody is in the middle of; blank where nothing is theirs."""
    parts, now = [], timezone.now()
    if may(person, EDIT_RULES, now):
        own = listed().filter(started_by=person).count()
        parts += [f"{formats.counted(own, 'draft')} of a rulebook under way"] if own else []
    if may(person, APPROVE_RULES, now) and (count := waiting_proposals()):
        parts.append(f"{formats.counted(count, 'version waits', 'versions wait')} for approval")
    return formats.sentence(", ".join(parts))


def _make(number: int, written: Mapping[str, Any], at: datetime) -> None:
    person = Person.objects.prefetch_related("grants").get(email=players()[written["by"]].email)

    def acting(step: int) -> Acting:
        return Acting(person, at + timedelta(hours=_HOURS_BETWEEN * step), _command(number, step))

    shelved = find("identification", written["rulebook"], on=written["on"])
    draft = start(acting(0), shelved, written["title"])
    steps = list(enumerate(written["change"], start=1))
    for step, change in steps:
        item = Item(Kind(change["kind"]), change["key"])
        cells = {**open_draft(draft.pk).content.last(item), **change["cells"]}
        save(acting(step), draft.pk, item, cells, None)
    if "proposal" in written:
        propose(acting(len(steps) + 1), draft.pk, Wish(**written["proposal"]), len(steps))


def _command(number: int, step: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"speccom demonstration draft {number} {step}"))
