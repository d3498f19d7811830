"""Signing in by an identity provider: the right answer signs in, and every wrong one is refused."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from joserfc.jwk import ECKey, RSAKey
from tests.unit.directory.conftest import Giver
from tests.unit.directory.fake_provider import CLIENT, STRONG, SUBJECT, Provider, providing

from speccom.directory.models import Person, ProviderIdentity
from speccom.directory.provider.registration import registration
from speccom.directory.security_log import Happened
from speccom.problem import Problem

OURS = ECKey.generate_key("P-384")
BACK = "/sign-in/provider/back"
Change = Callable[[Provider], object]


@pytest.fixture
def provider(speccom_home: Path) -> Iterator[Provider]:
    with providing(OURS) as found:
        register(speccom_home, found.address)
        yield found


@pytest.fixture
def ada(new_person: Giver, provider: Provider) -> Person:
    person = new_person("Ada Marsh", "administrator")
    ProviderIdentity.objects.create(person=person, issuer=provider.address, subject=SUBJECT)
    return person


def register(
    home: Path,
    issuer: str = "https://id.example",
    key: RSAKey | ECKey = OURS,
    *,
    older: bool = False,
    **more: str,
) -> None:
    written = {"title": "Care Identity", "issuer": issuer, "client_id": CLIENT, "key_id": "ours"} | more
    lines = [f'{name} = "{value}"' for name, value in written.items()]
    lines += ["older_signatures = true"] if older else []
    (home / "provider.toml").write_text("\n".join([*lines, f'assurances = ["{STRONG}"]']), encoding="utf-8")
    (home / "keys").mkdir(exist_ok=True)
    (home / "keys" / "provider.pem").write_bytes(key.as_pem(private=True))


def back_from(client: Client, provider: Provider, onward: str = "") -> str:
    """Go to the provider and sign in there; the address to come back to."""
    answer = client.post("/sign-in/provider", {"next": onward})
    _, _, onward = answer["Refresh"].partition("0; url=")
    return provider.authorise(onward)


def is_signed_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def test_the_right_answer_signs_in_and_leads_on(client: Client, provider: Provider, ada: Person) -> None:
    answer = client.get(back_from(client, provider, "/services"))
    assert (answer.status_code, answer["Location"]) == (302, "/services")
    assert provider.asked["code_challenge_method"] == "S256"
    assert provider.asked["acr_values"] == STRONG
    assert is_signed_in(client)
    assert client.get("/").status_code == 200, "the provider's assurance is the second factor"


def test_a_link_elsewhere_cannot_begin_it(client: Client, provider: Provider, ada: Person) -> None:
    assert client.get("/sign-in/provider").status_code == 405
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    assert strict.post("/sign-in/provider").status_code == 403
    assert provider.asked == {}


def test_the_sign_in_page_offers_it(client: Client, provider: Provider) -> None:
    assert b"Sign in with Care Identity" in client.get("/sign-in").content


def test_the_session_is_another_once_signed_in(client: Client, provider: Provider, ada: Person) -> None:
    url = back_from(client, provider)
    before = client.session.session_key
    client.get(url)
    assert client.session.session_key != before


WRONG: dict[str, Change] = {
    "another issuer": lambda it: it.claims.update(iss="https://elsewhere.example"),
    "another audience": lambda it: it.claims.update(aud="another-client"),
    "ours among other audiences, for another party": lambda it: it.claims.update(aud=[CLIENT, "b"], azp="b"),
    "too old": lambda it: it.claims.update(exp=int(time.time()) - 120),
    "not yet": lambda it: it.claims.update(nbf=int(time.time()) + 600),
    "another nonce": lambda it: it.claims.update(nonce="another"),
    "too weak": lambda it: it.claims.update(acr="AAL1_USERPASS"),
    "without an issuer": lambda it: setattr(it, "left_out", ("iss",)),
    "without an audience": lambda it: setattr(it, "left_out", ("aud",)),
    "without an expiry": lambda it: setattr(it, "left_out", ("exp",)),
    "without a nonce": lambda it: setattr(it, "left_out", ("nonce",)),
    "without a subject": lambda it: setattr(it, "left_out", ("sub",)),
    "without an assurance": lambda it: setattr(it, "left_out", ("acr",)),
    "not signed": lambda it: setattr(it, "algorithm", "none"),
    "signed with the public key as a secret": lambda it: setattr(it, "algorithm", "HS256"),
    "signed with another key": lambda it: setattr(
        it, "signed_with", ECKey.generate_key("P-256", {"kid": "theirs"})
    ),
    "by a provider that calls itself something else": lambda it: setattr(
        it, "calls_itself", "https://b.example"
    ),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_a_wrong_token_is_refused(client: Client, provider: Provider, ada: Person, change: Change) -> None:
    url = back_from(client, provider)
    change(provider)
    answer = client.get(url)
    assert answer.status_code == 403
    assert b"did not work" in answer.content
    assert not is_signed_in(client)


def test_another_state_is_refused(client: Client, provider: Provider, ada: Person) -> None:
    back_from(client, provider)
    assert client.get(f"{BACK}?code=a-code&state=another").status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("error", "why"),
    [("access_denied", "access_denied"), ("nobody%20was%20here", "it did not say why")],
)
def test_what_the_provider_refuses_is_told_and_nothing_that_somebody_typed(
    client: Client, provider: Provider, ada: Person, caplog: pytest.LogCaptureFixture, error: str, why: str
) -> None:
    state = parse_qs(urlsplit(back_from(client, provider)).query)["state"][0]
    assert client.get(f"{BACK}?error={error}&state={state}").status_code == 403
    (told,) = [each for each in caplog.records if each.getMessage() == Happened.PROVIDER_FAILED]
    assert told.__dict__["told"] == {"why": f"the provider gave no code: {why}"}


def test_an_answer_is_taken_once(client: Client, provider: Provider, ada: Person) -> None:
    url = back_from(client, provider)
    client.get(url)
    client.post("/sign-out")
    assert client.get(url).status_code == 403


def test_an_answer_that_nobody_asked_for_is_refused(client: Client, provider: Provider, ada: Person) -> None:
    url = back_from(client, provider)
    other = Client(HTTP_HOST="localhost")
    assert other.get(url).status_code == 403
    assert not is_signed_in(other)


def test_a_stolen_code_is_worth_nothing_without_its_verifier(
    client: Client, provider: Provider, ada: Person
) -> None:
    url = back_from(client, provider)
    session = client.session
    session["asked_of_provider"] = {**session["asked_of_provider"], "verifier": "x" * 64}
    session.save()
    assert client.get(url).status_code == 403
    assert provider.refused == ["the verifier is not the one asked with"]


def test_somebody_whom_nobody_added_is_not_signed_in(client: Client, provider: Provider, db: None) -> None:
    answer = client.get(back_from(client, provider))
    assert answer.status_code == 403
    assert SUBJECT.encode() in answer.content
    assert not is_signed_in(client)


def test_somebody_whose_account_has_ended_is_not_signed_in(
    client: Client, provider: Provider, ada: Person
) -> None:
    Person.objects.update(ended=ada.added)
    assert client.get(back_from(client, provider)).status_code == 403


def test_where_there_is_no_provider_there_is_no_such_page(client: Client) -> None:
    assert client.post("/sign-in/provider").status_code == 404
    assert client.get(BACK).status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"issuer": "http://elsewhere.example"}, "not reached by https"),
        ({"algorithm": "HS256"}, "no algorithm"),
    ],
)
def test_a_wrong_registration_is_told(speccom_home: Path, change: dict[str, str], said: str) -> None:
    register(speccom_home, **change)
    with pytest.raises(Problem, match=said):
        registration(speccom_home)


SMALL, LARGE = RSAKey.generate_key(2048), RSAKey.generate_key(3072)


def test_a_key_of_ours_that_is_too_small_is_refused(speccom_home: Path) -> None:
    register(speccom_home, key=SMALL)
    with pytest.raises(Problem, match="it has 2,048 bits, and 3,072 are needed"):
        registration(speccom_home)
    (speccom_home / "keys" / "provider.pem").write_text("no key", encoding="ascii")
    with pytest.raises(Problem, match="no private key in PEM"):
        registration(speccom_home)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(LARGE, "PS512"), (OURS, "ES384"), (ECKey.generate_key("P-256"), "ES256")],
    ids=["RSA", "P-384", "P-256"],
)
def test_we_sign_with_the_best_that_the_key_can(
    speccom_home: Path, key: RSAKey | ECKey, algorithm: str
) -> None:
    register(speccom_home, key=key)
    found = registration(speccom_home)
    assert found
    assert found.algorithm == algorithm


def test_an_older_padding_is_used_only_where_the_registration_says_so(speccom_home: Path) -> None:
    register(speccom_home, key=LARGE, algorithm="RS512")
    with pytest.raises(Problem, match="no algorithm"):
        registration(speccom_home)
    register(speccom_home, key=LARGE, algorithm="RS512", older=True)
    found = registration(speccom_home)
    assert found
    assert found.algorithm == "RS512"
    register(speccom_home, algorithm="RS512", older=True)
    with pytest.raises(Problem, match="no algorithm"):
        registration(speccom_home)


@pytest.mark.parametrize(
    ("size", "algorithm", "older", "status"),
    [
        (3072, "PS256", False, 302),
        (2048, "PS256", False, 403),
        (3072, "RS256", False, 403),
        (2048, "RS256", True, 302),
        (1024, "RS256", True, 403),
    ],
)
def test_an_older_signature_or_a_small_key_of_theirs_is_believed_only_where_the_registration_says_so(
    client: Client,
    provider: Provider,
    ada: Person,
    speccom_home: Path,
    size: int,
    algorithm: str,
    older: bool,
    status: int,
) -> None:
    provider.key, provider.algorithm = RSAKey.generate_key(size, {"kid": "theirs"}), algorithm
    register(speccom_home, provider.address, older=older)
    assert client.get(back_from(client, provider)).status_code == status
    assert is_signed_in(client) is (status == 302)
