"""How this installation is registered with its identity provider: a file in the home, and a key."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from speccom.directory.secret_file import FOLDER
from speccom.problem import Problem

FILE, KEY_FILE = "provider.toml", "provider.pem"
_SIGNED_WITH = ("RS256", "PS256", "ES256", "RS512", "PS512", "ES384")
_NEEDED = ("title", "issuer", "client_id", "key_id")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Registration:
    """Who the provider is, who we are to it, and what is asked of how strongly it knows a person.

    `assurances` are the values of `acr` that count as a second factor; where there are none, ours is asked.
    """

    title: str
    issuer: str
    client_id: str
    key_id: str
    key: str
    algorithm: str
    scope: str
    assurances: tuple[str, ...]


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
    algorithm = written.get("algorithm", "RS512")
    if missing:
        raise Problem(f"the identity provider lacks {', '.join(missing)}", where=str(path))
    if algorithm not in _SIGNED_WITH:
        raise Problem(
            f"{algorithm!r} is no algorithm to sign with",
            where=str(path),
            mend=f"Use {' or '.join(_SIGNED_WITH)}",
        )
    return Registration(
        title=written["title"],
        issuer=_issuer(written["issuer"], path),
        client_id=written["client_id"],
        key_id=written["key_id"],
        key=_key(home / FOLDER / KEY_FILE),
        algorithm=algorithm,
        scope=str(written.get("scope", "openid")),
        assurances=tuple(written.get("assurances", ())),
    )


def _issuer(issuer: str, path: Path) -> str:
    parts = urlsplit(issuer)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return issuer
    raise Problem(
        "the identity provider is not reached by https", where=str(path), mend="Give its https address"
    )


def _key(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, ValueError):
        raise Problem(
            "the key for the identity provider cannot be read",
            where=str(path),
            mend="Put the private key there",
        ) from None
