import html
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver, path
from pytest_django.fixtures import Settings
from tests.journeys.fixture_run import write_rulebook

from speccom.directory.models import Person
from speccom.interface.pages import Audience, Page, PageRegistry
from speccom.process.roles import load_roles
from speccom.web import gate, views
from speccom.web.gate import Gate
from speccom.web.rooms import REGISTRY

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def client() -> Client:
    return Client(HTTP_HOST="localhost", raise_request_exception=False)


def test_every_address_comes_from_the_registry_with_its_audience() -> None:
    patterns = get_resolver().url_patterns
    assert {each.name for each in patterns} == {page.name for page in REGISTRY}
    assert all(isinstance(each, URLPattern) for each in patterns), (
        "a group of addresses would slip past the registry"
    )
    functions = {each for role in load_roles().values() for each in role.functions}
    assert all(isinstance(page.audience, Audience) or page.audience in functions for page in REGISTRY)


def test_an_address_that_is_not_registered_is_refused() -> None:
    request = RequestFactory().get("/", HTTP_HOST="localhost")
    pattern = path("", views.home, name="not-in-the-registry")
    request.resolver_match = pattern.resolve("")
    ours = Gate(lambda request: HttpResponse())
    with pytest.raises(PermissionDenied):
        ours.process_view(request, views.home, (), {})


def test_two_pages_of_one_name_or_address_are_a_mistake() -> None:
    page = Page("a", "a", views.home, Audience.EVERYONE)
    for other in (
        Page("a", "b", views.home, Audience.EVERYONE),
        Page("b", "a", views.home, Audience.EVERYONE),
    ):
        with pytest.raises(ValueError, match="registered twice"):
            PageRegistry([page, other])


def test_what_the_database_cannot_take_is_no_fault_of_ours(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: object) -> None:
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")

    monkeypatch.setattr("speccom.casework.views.find_visible", refused)
    answer = client.get("/cases/CASE-1")
    assert answer.status_code == 400
    assert b"holds a sign that no text has" in answer.content
    assert b"NUL" not in answer.content


@pytest.mark.parametrize("where", ["/cases/a%00b", "/policies/%00", "/organisations/a%00", "/policies?q=%00"])
def test_no_sign_in_an_address_finds_a_fault_of_ours(client: Client, db: None, where: str) -> None:
    assert client.get(where).status_code in (200, 400, 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pages_can_only_be_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/").status_code == 405
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    assert getattr(strict, method)("/").status_code == 405


def test_another_site_cannot_fetch_behind_the_visitors_back(client: Client) -> None:
    fetched = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert client.get("/", headers=fetched).status_code == 403
    assert client.get("/", headers=fetched | {"Sec-Fetch-Mode": "navigate"}).status_code == 200
    assert client.get("/", headers=fetched | {"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_every_answer_carries_the_headers_that_protect_it(client: Client) -> None:
    for where in ("/", "/nothing", "/services"):
        answer = client.get(where)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "camera=()" in answer["Permissions-Policy"]
        assert answer["Cache-Control"] == "no-cache, private"


def test_what_is_known_of_a_person_is_never_stored_by_a_browser(client: Client, db: None) -> None:
    person = Person.objects.create(email="ada@trust.example", name="Ada")
    client.force_login(person, BACKEND)
    for where in ("/account", "/account/app", "/account/sessions", "/account/tokens", "/people"):
        assert client.get(where)["Cache-Control"] == "no-store", where
    assert Client(HTTP_HOST="localhost").get("/sign-in/password/2x/a-key")["Cache-Control"] == "no-store"


def test_our_own_fault_shows_a_page_and_no_traceback(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(views, "present_home", fail)
    answer = client.get("/")
    assert answer.status_code == 500
    text = html.unescape(answer.content.decode())
    assert "Sorry, there is a problem with speccom" in text
    assert "secret detail" not in text


@pytest.mark.parametrize("where", ["/services", "/services/NCBPS11T", "/rulebooks/small/2025-26"])
def test_a_broken_rulebook_is_told_with_its_place(
    client: Client, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_rulebook(tmp_path / "identification" / "small", rules_csv="rule_id,service_code\n1,2\n")
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(tmp_path))
    answer = client.get(where)
    text = html.unescape(answer.content.decode())
    assert answer.status_code == 500
    assert "rules.csv" in text
    assert "Traceback" not in text
    assert folder.name in text


def test_a_shelf_that_is_not_there_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECCOM_RULEBOOKS", "/no/such/shelf")
    answer = client.get("/services")
    assert answer.status_code == 500
    assert b"there is no such folder" in answer.content


def test_a_visitor_who_may_not_see_a_page_is_led_to_sign_in_and_back(client: Client) -> None:
    for where, onward in (("/account", "%2Faccount"), ("/account?a=1&b=2", "%2Faccount%3Fa%3D1%26b%3D2")):
        answer = client.get(where)
        assert (answer.status_code, answer["Location"]) == (302, f"/sign-in?next={onward}")


def test_a_person_who_may_not_see_a_page_is_told_so(client: Client, db: None) -> None:
    client.force_login(Person.objects.create(email="a@b.example", name="Ada"), BACKEND)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate, "may_see", lambda page, person, at: False)
        answer = client.get("/about")
    assert answer.status_code == 403
    assert b"You cannot see this page" in answer.content


@pytest.mark.parametrize(
    "where", ["/services?q={}&programme={}", "/runs/{}", "/services/{}", "/rulebooks/{}/{}"]
)
def test_what_an_address_says_is_never_taken_for_markup(
    client: Client, where: str, settings: Settings
) -> None:
    settings.DEMONSTRATION = True  # where runs are open to a visitor
    asked = where.replace("{}", "%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert b"<script>alert" not in client.get(asked).content


def test_a_stranger_s_host_name_is_refused(client: Client) -> None:
    answer = client.get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert b"This address cannot be understood" in answer.content


def test_behind_tls_cookies_are_bound_to_this_host() -> None:
    said = (
        "import speccom.web.settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.KNOWN_BROWSER_COOKIE_NAME)"
    )
    for https, names in (
        ("1", "__Host-sessionid __Host-csrftoken __Host-known"),
        ("0", "sessionid csrftoken known"),
    ):
        found = subprocess.run(
            [sys.executable, "-c", said],
            capture_output=True,
            text=True,
            env={**os.environ, "SPECCOM_HTTPS": https},
            check=True,
        )
        assert found.stdout.strip() == names, "a browser takes such a name with Secure, no domain and / only"


def test_behind_tls_a_program_without_it_is_refused_and_never_led_over(
    client: Client, settings: Settings, db: None
) -> None:
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    assert client.get("/about")["Location"] == "https://localhost/about"
    answer = client.get("/api/v1/cases")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert client.get("/api/v1/cases", secure=True).status_code == 200


def test_settings_for_a_service_behind_tls_pass_django_s_own_check() -> None:
    environment = {**os.environ, "SPECCOM_HTTPS": "1", "SPECCOM_HOSTS": "speccom.example"}
    environment["DJANGO_SETTINGS_MODULE"] = "speccom.web.settings"
    found = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert "no issues" in found.stdout
