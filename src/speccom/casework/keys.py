"""Keys: the installation's own, in a file outside the database, and one a case, wrapped by it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from django.conf import settings

from speccom.directory.secret_file import read_or_make
from speccom.problem import Problem

INSTALLATION_KEY = "installation.key"
_SIZE, _NONCE = 32, 12


def installation_key() -> bytes:
    """Return the installation's key, made at the first need. Raises Problem where the file is no key."""
    return read_or_make(Path(settings.SPECCOM_HOME), INSTALLATION_KEY)


def seal_of(purpose: str, text: str) -> str:
    """Return a digest of text that only this installation can make, for one purpose."""
    key = hmac.digest(installation_key(), f"speccom {purpose}".encode(), hashlib.sha256)
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()


def new_case_key() -> tuple[bytes, bytes]:
    """Return a new key, and the same wrapped for storage."""
    key = secrets.token_bytes(_SIZE)
    return key, aes_key_wrap(installation_key(), key)


def unwrap(wrapped: bytes) -> bytes:
    """Return a case's key. Raises Problem where it was wrapped by another installation."""
    try:
        return aes_key_unwrap(installation_key(), bytes(wrapped))
    except InvalidUnwrap:
        raise Problem(
            "this case was encrypted by another installation",
            mend="Bring back the key that belongs to this database; it is kept outside of it",
        ) from None


def encrypt(key: bytes, content: bytes, context: str) -> bytes:
    """Return content encrypted; `context` (what and whose it is) must be the same to read it again."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, context.encode())


def decrypt(key: bytes, content: bytes, context: str) -> bytes:
    """Return what was encrypted. Raises Problem where it was changed, or belongs to something else."""
    stored = bytes(content)
    try:
        return AESGCM(key).decrypt(stored[:_NONCE], stored[_NONCE:], context.encode())
    except InvalidTag:
        raise Problem("what is stored here has been changed since it was written", where=context) from None
