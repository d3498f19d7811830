"""The people who use the running product: somebody of the demonstration, or Ada, who has an account."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import subprocess
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, StorageState
from tests.journeys.serving import command, environment

ADA, ADA_HALF_WAY = "Ada", "Ada, before the second step"
CONFIRMED_FOR = 200  # seconds, of the 300 for which the product remembers it
EMAIL, PASSWORD = "ada@trust.example", "correct horse battery staple"


class People:
    """Opens pages as somebody; how each is signed in is kept, so that it is done once."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._kept: dict[tuple[str, str], StorageState] = {}
        self._confirmed: dict[tuple[str, str], tuple[float, list[str]]] = {}

    def page(self, address: str, person: str = "", **options: Any) -> Page:
        """Return a page of somebody's; of a visitor's where `person` is blank."""
        return self.context(address, person, **options).new_page()

    def context(self, address: str, person: str, **options: Any) -> BrowserContext:
        """Return a browser of somebody's."""
        if not person:
            return self._browser.new_context(**options)
        key = (address, person)
        if key not in self._kept:
            self._kept[key] = self._sign_in(address, person)
        if key in self._confirmed:
            self._confirm_again(*key)
        return self._browser.new_context(storage_state=self._kept[key], **options)

    def keep(self, address: str, person: str, context: BrowserContext) -> None:
        """Keep how somebody is signed in."""
        self._kept[(address, person)] = context.storage_state()

    def keep_confirmed(self, address: str, person: str, codes: list[str]) -> None:
        """Have somebody's pages always open as if they had just given a second factor."""
        self._confirmed[(address, person)] = (float("-inf"), codes)

    def _confirm_again(self, address: str, person: str) -> None:
        at, codes = self._confirmed[(address, person)]
        if time.monotonic() - at < CONFIRMED_FOR:
            return
        context = self._browser.new_context(storage_state=self._kept[(address, person)])
        page = context.new_page()
        page.goto(f"{address}/sign-in/again/code?next=/account")
        give_code(page, codes.pop())
        self.keep(address, person, context)
        self._confirmed[(address, person)] = (time.monotonic(), codes)
        context.close()

    def _sign_in(self, address: str, key: str) -> StorageState:
        context = self._browser.new_context()
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.locator(f"button[name=person][value={key}]").click()
        page.get_by_role("button", name="Sign out").wait_for()
        kept = context.storage_state()
        context.close()
        return kept


def add(home: Path, email: str = EMAIL, name: str = "Ada Marsh") -> str:
    """Add somebody who administers people; the path of the link by which they choose a password."""
    words = ("add-person", email, name, "--role", "administrator", "--organisation", "D1NE")
    done = subprocess.run(
        command(*words, "--organisation-name", "The commissioner"),
        env=environment(home),
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"/sign-in/password/\S+", done.stdout)
    assert found, done.stdout
    return found.group()


def choose_password(page: Page, link: str) -> None:
    """Choose a password by the link of a letter."""
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Save the password").click()
    page.get_by_role("heading", name="Your password is saved").wait_for()


def give_password(page: Page, address: str) -> None:
    """Sign in as Ada, as far as a password goes."""
    page.goto(f"{address}/sign-in")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))


def add_app(page: Page, address: str) -> list[str]:
    """Add an authenticator app, and return the recovery codes that are shown then."""
    page.goto(f"{address}/account/app")
    secret = page.locator("main .speccom-code").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Add the app").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    return page.locator("main .speccom-codes li").all_inner_texts()


def give_code(page: Page, code: str) -> None:
    """Give the second factor."""
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def add_key(context: BrowserContext, page: Page, address: str) -> None:
    """Add a security key, which the browser plays."""
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.goto(f"{address}/account/keys/add")
    page.get_by_role("button", name="Use the key now").click()
    page.get_by_role("heading", name="How you sign in").or_(
        page.get_by_role("heading", name="Your recovery codes")
    ).wait_for()


def by_name(address: str) -> str:
    """Return an address by the computer's name: a security key belongs to a name, never to a number."""
    return address.replace("127.0.0.1", "localhost")


def code_of(secret: str, at: float | None = None) -> str:
    """Return the code that an authenticator app shows (RFC 6238: SHA-1, 30 seconds, six figures)."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, hashlib.sha1)
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
