"""Contents of documents on disk: by digest, encrypted under the key of their case, never overwritten.

A content's address is a keyed digest, so that whoever lacks the key cannot even confirm a guess at what
a file holds. Destroying the key of a case makes its documents unreadable.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from speccom.casework.keys import decrypt, encrypt
from speccom.problem import Problem

DOCUMENTS_FOLDER = "documents"

_FORM = b"speccom document 1\n"
_ADDRESS = re.compile(r"[0-9a-f]{64}")
_PURPOSE = b"speccom document address"


@dataclass(frozen=True)
class DocumentStore:
    """The folder of an installation's documents."""

    folder: Path

    def put(self, content: bytes, key: bytes) -> str:
        """Keep content under a key and return its address; what is there already is verified, not written."""
        address = _address_of(content, key)
        path = self._path(address)
        if path.exists():
            self.get(address, key)
            return address
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_beside_and_rename(path, _FORM + encrypt(key, content, address))
        return address

    def get(self, address: str, key: bytes) -> bytes:
        """Return content. Raises Problem where it is not there, was changed, or is under another key."""
        path = self._path(address)
        try:
            stored = path.read_bytes()
        except FileNotFoundError:
            raise Problem(
                "the content of this document is not there",
                where=address,
                mend="Bring the folder of documents back from the last backup",
            ) from None
        if not stored.startswith(_FORM):
            raise _changed(address)
        content = decrypt(key, stored[len(_FORM) :], address)
        if not hmac.compare_digest(_address_of(content, key), address):
            raise _changed(address)
        return content

    def remove(self, address: str) -> None:
        """Remove content for good, as a lawful destruction asks; what is gone already stays gone."""
        self._path(address).unlink(missing_ok=True)

    def _path(self, address: str) -> Path:
        if not _ADDRESS.fullmatch(address):
            raise ValueError(f"{address!r} is no address of a document")
        return self.folder / address[:2] / address


def _address_of(content: bytes, key: bytes) -> str:
    own = hmac.digest(key, _PURPOSE, hashlib.sha256)
    return hmac.digest(own, content, hashlib.sha256).hex()


def _write_beside_and_rename(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a renaming, never takes the place of what another has just put there.
        with suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)
    _sync_folder(path.parent.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _changed(address: str) -> Problem:
    return Problem(
        "the content of this document was changed since it was written",
        where=address,
        mend="Bring the folder of documents back from the last backup",
    )
