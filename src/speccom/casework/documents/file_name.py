"""A document's name: for people and for the copy that they save. It is never part of a path here."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from speccom.casework.documents.kinds import DocumentKind

_LONGEST = 120
_UNSAFE = re.compile(r'[<>:"|?*\\/]')
_SPACES = re.compile(r"\s+")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)$")
_ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")
_NAMELESS = "document"


def ending_of(name: str) -> str:
    """Return the ending of a name in small letters, without its dot; blank where it has none."""
    found = _ENDING.search(_plain(name))
    return found[1].lower() if found else ""


def clean_name(name: str, kind: DocumentKind) -> str:
    """Return a name that is safe to show and to save: no folders, no signs that are not seen, one ending."""
    plain = _plain(name)
    found = _ENDING.search(plain)
    ending = found[1].lower() if found and found[1].lower() in kind.endings else kind.value
    stem = plain[: found.start()] if found and found[1].lower() in kind.endings else plain
    stem = stem.strip(" .-")[: _LONGEST - len(ending) - 1].rstrip(" .-")
    if not stem or _DEVICES.match(stem.split(".")[0]):
        stem = f"{_NAMELESS}-{stem}" if stem else _NAMELESS
    return f"{stem}.{ending}"


def as_attachment(name: str) -> str:
    """Return the Content-Disposition of a copy to save, by RFC 6266: a plain name, and the full one."""
    decomposed = unicodedata.normalize("NFKD", name)
    plain = re.sub(r"[^A-Za-z0-9._ ()-]", "", decomposed).strip()
    if not plain or plain.startswith("."):
        plain = _NAMELESS + plain
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _plain(name: str) -> str:
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    # Signs that are not seen could turn a name round or hide its ending.
    seen = "".join(
        sign if sign.isspace() or unicodedata.category(sign)[0] not in "CZ" else "" for sign in last
    )
    return _SPACES.sub(" ", _UNSAFE.sub("-", seen)).strip()
