"""With what tokens may be signed, by us and by the provider, and with how large a key."""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.jwk import ECKey, KeySet, RSAKey

BY_RSA, BY_CURVES = ("PS256", "PS384", "PS512"), ("ES256", "ES384", "ES512")
OLDER = ("RS256", "RS384", "RS512")
"""An older padding, used and believed only where the registration says that the provider needs it."""

LEAST_RSA, LEAST_CURVE = 3072, 256  # bits, for the strength of 128 that is asked for
_LEAST_OLDER_RSA = 2048
_OF_CURVES = {256: "ES256", 384: "ES384", 521: "ES512"}


def believed(*, older: bool) -> list[str]:
    """Return with what a token of the provider's may be signed: a public key of its own, and nothing else."""
    return [*BY_RSA, *BY_CURVES, *(OLDER if older else ())]


def large_enough(keys: KeySet, *, older: bool) -> KeySet:
    """Return the provider's keys without those that are too small to be believed."""
    least = _LEAST_OLDER_RSA if older else LEAST_RSA
    return KeySet([each for each in keys.keys if _size_of(each) >= (least if _is_rsa(each) else LEAST_CURVE)])


@lru_cache(maxsize=4)
def algorithms_of(key: str) -> tuple[str, ...]:
    """Return with what a private key of ours can sign, the first by default. Raises ValueError: why none."""
    try:
        found = load_pem_private_key(key.encode(), password=None)
    except (ValueError, TypeError):
        raise ValueError("it is no private key in PEM, or is locked by a password") from None
    if isinstance(found, RSAPrivateKey):
        if found.key_size < LEAST_RSA:
            raise ValueError(f"it has {found.key_size:,} bits, and {LEAST_RSA:,} are needed")
        return (*reversed(BY_RSA), *reversed(OLDER))
    if isinstance(found, EllipticCurvePrivateKey) and found.key_size in _OF_CURVES:
        return (_OF_CURVES[found.key_size],)
    raise ValueError("it is neither of RSA nor of the curves P-256, P-384 or P-521")


def _is_rsa(key: object) -> bool:
    return isinstance(key, RSAKey)


def _size_of(key: object) -> int:
    return int(key.public_key.key_size) if isinstance(key, RSAKey | ECKey) else 0
