"""How this installation is registered with its identity provider: a file in the home, and a key."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from speccom.directory.provider.signatures import LEAST_RSA, OLDER, algorithms_of
from speccom.directory.secret_file import FOLDER
from speccom.problem import Problem
from speccom.this_computer import is_this_computer

FILE, KEY_FILE = "provider.toml", "provider.pem"
_NEEDED = ("title", "issuer", "client_id", "key_id")


@dataclass(frozen=True)
class Registration:
    """Who the provider is, who we are to it, and what is asked of how strongly it knows a person.

    `assurances` are the values of `acr` that count as a second factor; where there are none, ours is asked.
    `older` says that the provider needs an older padding of signatures, or has smaller keys.
    """

    title: str
    issuer: str
    client_id: str
    key_id: str
    key: str
    algorithm: str
    scope: str
    assurances: tuple[str, ...]
    older: bool


def registration(home: Path) -> Registration | None:
    """Return how we are registered; None where there is no provider. Raises Problem for a wrong file."""
    path = home / FILE
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as fault:
        raise Problem(f"the identity provider cannot be read: {fault}", where=str(path)) from None
    missing = [name for name in _NEEDED if not isinstance(written.get(name), str)]
    if missing:
        raise Problem(f"the identity provider lacks {', '.join(missing)}", where=str(path))
    key, older = _key(home / FOLDER / KEY_FILE), written.get("older_signatures") is True
    return Registration(
        title=written["title"],
        issuer=_issuer(written["issuer"], path),
        client_id=written["client_id"],
        key_id=written["key_id"],
        key=key,
        algorithm=_algorithm(written.get("algorithm"), key, older, path),
        scope=str(written.get("scope", "openid")),
        assurances=tuple(written.get("assurances", ())),
        older=older,
    )


def _issuer(issuer: str, path: Path) -> str:
    parts = urlsplit(issuer)
    if parts.scheme == "https" or (parts.scheme == "http" and is_this_computer(parts.hostname)):
        return issuer
    raise Problem(
        "the identity provider is not reached by https", where=str(path), mend="Give its https address"
    )


def _algorithm(named: object, key: str, older: bool, path: Path) -> str:
    """Return with what we sign: what is named, else the best that the key can."""
    able = [each for each in algorithms_of(key) if older or each not in OLDER]
    if named is None or named in able:
        return str(named or able[0])
    raise Problem(
        f"{named!r} is no algorithm to sign with",
        where=str(path),
        mend=f"Use {' or '.join(able)}; older_signatures = true allows {', '.join(OLDER)} with a key of RSA",
    )


def _key(path: Path) -> str:
    try:
        found = path.read_text(encoding="ascii")
    except (OSError, ValueError):
        raise Problem(
            "the key for the identity provider cannot be read",
            where=str(path),
            mend="Put the private key there",
        ) from None
    try:
        algorithms_of(found)
    except ValueError as why:
        raise Problem(
            f"the key for the identity provider is not good enough: {why}",
            where=str(path),
            mend=f"Make another, of RSA with {LEAST_RSA:,} bits or of the curve P-384, and register it",
        ) from None
    return found
