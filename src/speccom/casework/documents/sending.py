"""Sending a document, from a page or by a program: checked and offered, or in words what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile

from speccom.casework.documents.check import Checked, check_document, check_size
from speccom.casework.documents.file_name import ending_of
from speccom.casework.documents.limits import Limits, limits_from
from speccom.casework.documents.refusal import NotTaken
from speccom.casework.documents.taking import (
    Held,
    Infected,
    Offer,
    Outcomes,
    offer,
    role_to_add,
    scan_again,
)
from speccom.casework.door import Done
from speccom.casework.models import Document, HeldDocument
from speccom.casework.open_case import Opened
from speccom.casework.sight import Viewer, actor, classes_of
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.security_log import Happened, tell
from speccom.interface.formats import sentence
from speccom.process.decide import Refused

TITLE_AT_MOST = 150
_INFECTED = "Ask whoever made it for a clean copy, and have the computer that it lay on looked at."


@dataclass(frozen=True)
class Sent:
    """What somebody sent: a file, and of a new document its title and its class, as they were written."""

    file: object = None
    title: str = ""
    confidentiality: str = ""


@dataclass(frozen=True)
class Slip:
    """What is wrong with a field of what was sent; `more` says why, and how to mend it."""

    text: str
    field: str
    more: str = ""


@dataclass(frozen=True)
class NotAdded:
    """Nothing was added."""

    slips: tuple[Slip, ...]


def add_document(opened: Opened, looking: Viewer, command: str, sent: Sent) -> Done | Held | NotAdded:
    """Add a document to a case. Raises PermissionDenied where that is not the person's to do."""
    role, classes = _role(opened, looking), classes_of(looking, opened.row)
    checked, slips = _checked(opened, looking, sent.file)
    title = sent.title.strip()
    if sent.confidentiality not in classes:
        slips += (Slip("Choose who may read the document", "class"),)
    if len(title) > TITLE_AT_MOST:
        slips += (Slip(f"The title has more than {TITLE_AT_MOST} letters; shorten it", "title"),)
    if checked is None or slips:
        return NotAdded(slips)
    title = title or checked.name.removesuffix(f".{ending_of(checked.name)}")
    confidentiality = Confidentiality(sent.confidentiality)
    offered = _offer(opened, looking, command, role, checked, title, confidentiality)
    return _told(opened, looking, offer(opened, offered))


def add_version(
    opened: Opened, looking: Viewer, command: str, document: Document, sent: Sent
) -> Done | Held | NotAdded:
    """Add a version of a document. Raises PermissionDenied where that is not the person's to do."""
    role = _role(opened, looking)
    checked, slips = _checked(opened, looking, sent.file)
    if checked is None:
        return NotAdded(slips)
    confidentiality = Confidentiality(document.confidentiality)
    offered = _offer(opened, looking, command, role, checked, "", confidentiality, document)
    return _told(opened, looking, offer(opened, offered))


def scan_held(opened: Opened, looking: Viewer, held: HeldDocument) -> Done | Held | NotAdded:
    """Have a held document scanned again. Raises PermissionDenied where that is not the person's to do."""
    role = _role(opened, looking)
    by = actor(looking, opened.procedure, "", opened.row)
    return _told(opened, looking, scan_again(opened, held, by, role, looking.at))


def limits() -> Limits:
    """Return the limits of this installation."""
    return limits_from(settings.DOCUMENT_LIMITS)


def _role(opened: Opened, looking: Viewer) -> str:
    role = role_to_add(opened, looking)
    if not role:
        raise PermissionDenied
    return role


def _checked(opened: Opened, looking: Viewer, file: object) -> tuple[Checked | None, tuple[Slip, ...]]:
    """Return the file that was sent, checked; or what is wrong with it."""
    if not isinstance(file, UploadedFile) or not file.name:
        return None, (Slip("Choose a file", "file"),)
    try:
        check_size(file.size or 0, limits())
        return check_document(file.name, file.read(), limits()), ()
    except NotTaken as refused:
        _tell(opened, looking, refused.why)
        more = f"{sentence(refused.why)} {sentence(refused.mend)}"
        return None, (Slip(sentence(refused.finding), "file", more),)


def _tell(opened: Opened, looking: Viewer, why: str) -> None:
    tell(Happened.DOCUMENT_REFUSED, person=looking.id, case=opened.row.reference, why=why)


def _offer(
    opened: Opened,
    looking: Viewer,
    command: str,
    role: str,
    checked: Checked,
    title: str,
    confidentiality: Confidentiality,
    document: Document | None = None,
) -> Offer:
    return Offer(
        id=command,
        title=title,
        confidentiality=confidentiality,
        checked=checked,
        actor=actor(looking, opened.procedure, "", opened.row),
        role=role,
        at=looking.at,
        document=document,
    )


def _told(opened: Opened, looking: Viewer, outcome: Outcomes) -> Done | Held | NotAdded:
    match outcome:
        case Infected(virus):
            _tell(opened, looking, "the virus scanner found something in it")
            what = f"The file was refused: the virus scanner found {virus} in it."
            return NotAdded((Slip(what, "file", _INFECTED),))
        case Refused():
            return NotAdded((Slip(sentence(outcome.message), "file"),))
        case _:
            return outcome
