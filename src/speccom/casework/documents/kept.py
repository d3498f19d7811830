"""Documents as they are kept: what each is called, what it holds, and where contents lie."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from speccom.casework.documents.store import DOCUMENTS_FOLDER, DocumentStore
from speccom.casework.keys import decrypt, encrypt
from speccom.casework.models import CaseRow, Document, DocumentVersion, HeldDocument, Withdrawal
from speccom.casework.open_case import Opened
from speccom.casework.submissions import Destroyed
from speccom.criteria.vocabulary import Confidentiality


@dataclass(frozen=True)
class About:
    """What a document or its file is called, and what else is confidential about it."""

    title: str = ""
    name: str = ""

    def sealed(self, key: bytes, row: UUID) -> bytes:
        """Return it encrypted, for the row of this id and no other."""
        plain = json.dumps({"title": self.title, "name": self.name}).encode()
        return encrypt(key, plain, str(row))


def about(row: Document | DocumentVersion | HeldDocument, key: bytes) -> About:
    """Return what something is called. Raises Destroyed where that was destroyed."""
    if row.about is None:
        raise Destroyed
    return About(**json.loads(decrypt(key, bytes(row.about), str(row.id))))


def store() -> DocumentStore:
    """Return where this installation keeps contents."""
    return DocumentStore(Path(settings.SPECCOM_HOME) / DOCUMENTS_FOLDER)


def documents_seen(opened: Opened, classes: Collection[Confidentiality]) -> QuerySet[Document]:
    """Return the documents of a case of which somebody may see these classes."""
    return Document.objects.filter(case=opened.row, confidentiality__in=list(classes))


def held_seen(opened: Opened, classes: Collection[Confidentiality]) -> QuerySet[HeldDocument]:
    """Return the documents that wait for a scan, of these classes."""
    return HeldDocument.objects.filter(case=opened.row, confidentiality__in=list(classes))


def content_of(version: DocumentVersion, key: bytes) -> bytes:
    """Return what a version holds. Raises Problem where it is not there or was changed."""
    return store().get(version.address, key)


def remove_unless_used(case: CaseRow, address: str) -> None:
    """Remove content that no row of its case speaks of."""
    used = DocumentVersion.objects.filter(document__case=case, address=address).exists()
    if not used and not HeldDocument.objects.filter(case=case, address=address).exists():
        store().remove(address)


def destroy_documents(case: CaseRow) -> None:
    """Destroy what a case's documents hold and are called; their addresses stay, so the chain verifies."""
    versions = DocumentVersion.objects.filter(document__case=case)
    held = HeldDocument.objects.filter(case=case)
    addresses = {
        *versions.values_list("address", flat=True),
        *held.values_list("address", flat=True),
    }
    held.delete()
    versions.update(about=None)
    Withdrawal.objects.filter(version__document__case=case).update(reason=None)
    Document.objects.filter(case=case).update(about=None)
    # Only once it is sure that the key is gone too: what is removed from the disk does not come back.
    transaction.on_commit(lambda: _remove(addresses))


def _remove(addresses: Collection[str]) -> None:
    for address in addresses:
        store().remove(address)
