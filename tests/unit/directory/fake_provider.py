"""An identity provider on this computer, which can be told to answer wrongly."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT, SUBJECT, STRONG = "our-client", "555036634105", "AAL3_ANY"


@dataclass
class Provider:
    """What the provider knows and how it answers; a test changes what it wants wrong."""

    address: str
    client_key: RSAKey | ECKey
    key: RSAKey | ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "theirs"}))
    claims: dict[str, Any] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    algorithm: str = "ES256"
    signed_with: Any = None
    by_client: str = "ES384"
    calls_itself: str = ""
    asked: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.calls_itself or self.address,
            "authorization_endpoint": f"{self.address}/authorise",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
        }

    def authorise(self, url: str) -> str:
        """Play the person who signs in there; the address to come back to."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        return f"{self.asked['redirect_uri']}?code=a-code&state={self.asked['state']}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Answer a code with tokens, where the client shows who it is and that it asked; else say why not."""
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.asked["code_challenge"]:
            return self._refuse("the verifier is not the one asked with")
        assertion = jwt.decode(form["client_assertion"], self.client_key, algorithms=[self.by_client])
        said = assertion.claims
        if (said["iss"], said["sub"], said["aud"]) != (CLIENT, CLIENT, f"{self.address}/token"):
            return self._refuse("the assertion is for somebody else")
        if said["exp"] < time.time() or said["jti"] in self.used or assertion.header["kid"] != "ours":
            return self._refuse("the assertion is old, used, or of no known key")
        self.used.add(said["jti"])
        return {"access_token": "an-access-token", "token_type": "Bearer", "id_token": self._id_token()}

    def _refuse(self, why: str) -> None:
        self.refused.append(why)

    def _id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": SUBJECT,
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked["nonce"],
            "acr": STRONG,
        } | self.claims
        told = {name: value for name, value in claims.items() if name not in self.left_out}
        if self.algorithm in ("none", "HS256"):
            return self._forged(told)
        header = {"alg": self.algorithm, "kid": "theirs"}
        return jwt.encode(header, told, self.signed_with or self.key, algorithms=[self.algorithm])

    def _forged(self, claims: dict[str, Any]) -> str:
        """Sign with nothing, or with the public key as if it were a shared secret."""
        parts = ({"alg": self.algorithm, "kid": "theirs"}, claims)
        text = ".".join(_encoded(json.dumps(each).encode()) for each in parts)
        known = self.key.as_pem(private=False)
        seal = hmac.digest(known, text.encode(), hashlib.sha256) if self.algorithm == "HS256" else b""
        return f"{text}.{_encoded(seal)}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def providing(client_key: RSAKey | ECKey) -> Iterator[Provider]:
    """Run a provider while the block runs."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            keys = KeySet([provider.key]).as_dict(private=False)
            self._say(keys if path == "/keys" else provider.metadata())

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            found = provider.token({name: values[0] for name, values in form.items()})
            self._say(found or {"error": "invalid_grant"}, 200 if found else 400)

        def _say(self, body: object, status: int = 200) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider = Provider(f"http://127.0.0.1:{server.server_port}", client_key)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
