"""The exchange with an identity provider: asked with state, nonce and PKCE, and held to them."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7523 import private_key_jwt_sign
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from speccom.directory.provider import calls
from speccom.directory.provider.calls import CallFailed
from speccom.directory.provider.registration import Registration
from speccom.directory.provider.signatures import believed, large_enough

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LEEWAY = 60
_ERRORS = frozenset(
    {
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
    }
)
"""What the standards let a provider say. Anything else was typed by whoever came, and so is not told."""


class NotBelieved(Exception):
    """The provider's answer is not believed; what is wrong with it is for the log, not for the page."""


@dataclass(frozen=True)
class Asked:
    """What we asked with, kept in the session until the answer comes."""

    state: str
    nonce: str
    verifier: str
    onward: str

    def as_note(self) -> dict[str, str]:
        """Return it as it is kept."""
        return asdict(self)


@dataclass(frozen=True)
class Known:
    """Who somebody is to the provider, and whether it knows them strongly."""

    issuer: str
    subject: str
    strongly: bool


def ask(registered: Registration, back: str, onward: str) -> tuple[str, Asked]:
    """Return the provider's address to go to, and what to keep meanwhile."""
    asked = Asked(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), onward)
    extra = {"acr_values": " ".join(registered.assurances)} if registered.assurances else {}
    url = prepare_grant_uri(
        _metadata(registered)["authorization_endpoint"],
        client_id=registered.client_id,
        response_type="code",
        redirect_uri=back,
        scope=registered.scope,
        state=asked.state,
        nonce=asked.nonce,
        code_challenge=create_s256_code_challenge(asked.verifier),
        code_challenge_method="S256",
        **extra,
    )
    return str(url), asked


def hear(registered: Registration, back: str, asked: Asked, answer: Mapping[str, str]) -> Known:
    """Return who the provider says somebody is. Raises NotBelieved for every reason to doubt it."""
    if not hmac.compare_digest(answer.get("state", "").encode(), asked.state.encode()):
        raise NotBelieved("the state is not the one that was sent")
    if answer.get("iss", registered.issuer) != registered.issuer:
        raise NotBelieved("another provider answered")
    if "code" not in answer:
        error = answer.get("error", "")
        raise NotBelieved(f"the provider gave no code: {error if error in _ERRORS else 'it did not say why'}")
    try:
        metadata = _metadata(registered)
        token = calls.post(
            metadata["token_endpoint"],
            {
                "grant_type": "authorization_code",
                "code": answer["code"],
                "redirect_uri": back,
                "code_verifier": asked.verifier,
                "client_id": registered.client_id,
                "client_assertion_type": _ASSERTION,
                "client_assertion": _assertion(registered, metadata["token_endpoint"]),
            },
        )
        return _believe(registered, asked, token, calls.get(metadata["jwks_uri"]))
    except (CallFailed, JoseError, AuthlibBaseError, ValueError, KeyError, TypeError) as fault:
        raise NotBelieved(f"{type(fault).__name__}: {fault}") from fault


def _believe(
    registered: Registration, asked: Asked, token: Mapping[str, Any], keys: Mapping[str, Any]
) -> Known:
    """Check the identity token: signature, issuer, audience, expiry, nonce, and the assurance it gives."""
    theirs = KeySet.import_key_set(keys)  # type: ignore[arg-type]
    decoded = jwt.decode(
        token["id_token"],
        key=large_enough(theirs, older=registered.older),
        registry=JWSRegistry(algorithms=believed(older=registered.older), strict_check_header=False),
    )
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {
            "iss": {"essential": True, "value": registered.issuer},
            "aud": {"essential": True, "value": registered.client_id},
        },
        {
            "nonce": asked.nonce,
            "client_id": registered.client_id,
            "access_token": token.get("access_token"),
        },
    )
    claims.validate(leeway=_LEEWAY)
    strongly = bool(registered.assurances) and claims.get("acr") in registered.assurances
    if registered.assurances and not strongly:
        raise NotBelieved(f"the assurance {claims.get('acr')!r} is not enough")
    return Known(registered.issuer, str(claims["sub"]), strongly)


def _assertion(registered: Registration, endpoint: str) -> str:
    """Return the token by which we show, with our private key, who asks."""
    key_type = ECKey if registered.algorithm.startswith("ES") else RSAKey
    signed = private_key_jwt_sign(
        key_type.import_key(registered.key),
        registered.client_id,
        endpoint,
        alg=registered.algorithm,
        header={"kid": registered.key_id},
    )
    return str(signed)


def _metadata(registered: Registration) -> Mapping[str, str]:
    try:
        found = calls.get(f"{registered.issuer.rstrip('/')}/.well-known/openid-configuration")
    except CallFailed as fault:
        raise NotBelieved(f"the provider cannot be reached: {fault}") from fault
    if found.get("issuer") != registered.issuer:
        raise NotBelieved("the provider calls itself by another name")
    return found
