"""Where each state shows: what lies in its address is known only once the product runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.journeys import people
from tests.journeys.case_states import find_cases
from tests.journeys.directory_states import find_somebody
from tests.journeys.papers import bring_papers
from tests.journeys.people import ADA, ADA_HALF_WAY, People
from tests.journeys.rule_states import find_drafts
from tests.journeys.states import BARE, WORLD, State

WITH_FACTORS = "auditor"


@dataclass(frozen=True)
class Places:
    """The addresses of the homes, and what stands for the names in a state's path."""

    addresses: dict[str, str]
    named: dict[str, str]
    home: Path

    def address(self, state: State) -> str:
        return self.addresses[state.home]

    def of(self, state: State) -> str:
        path = state.path
        for name, value in self.named.items():
            path = path.replace(f"{{{name}}}", value)
        return self.addresses[state.home] + path


def prepare(
    addresses: dict[str, str], unseen_service: str, everybody: People, bare: Path, world: Path
) -> Places:
    """Have Ada choose a password and add factors, others of the demonstration too, and cases begun."""
    _bring_ada_in(addresses[BARE], everybody, bare)
    named = {
        "unseen": unseen_service,
        "key": _add_factors(addresses[WORLD], everybody),
        "password": people.add(bare, "ben@trust.example", "Ben Hill"),
        **bring_papers(addresses[WORLD], everybody, world),
        **find_somebody(addresses[WORLD], everybody),
        **find_cases(addresses[WORLD], everybody),
        **find_drafts(addresses[WORLD], everybody),
    }
    return Places(addresses, named, world)


def _bring_ada_in(address: str, everybody: People, home: Path) -> None:
    context = everybody.context(address, "")
    page = context.new_page()
    named = people.by_name(address)
    people.choose_password(page, named + people.add(home))
    people.give_password(page, named)
    codes = people.add_app(page, named)
    page.get_by_role("button", name="Sign out").click()
    people.give_password(page, address)
    people.give_code(page, codes[0])
    everybody.keep(address, ADA, context)
    context.close()
    half_way = everybody.context(address, "")
    page = half_way.new_page()
    people.give_password(page, address)
    page.get_by_role("heading", name="Confirm that it is you").wait_for()
    everybody.keep(address, ADA_HALF_WAY, half_way)
    half_way.close()


def _add_factors(address: str, everybody: People) -> str:
    """Add a key and an app; the number by which the key is removed."""
    named = people.by_name(address)
    context = everybody.context(named, WITH_FACTORS)
    page = context.new_page()
    codes = people.add_app(page, named)
    people.add_key(context, page, named)
    page.goto(f"{named}/account")
    href = page.get_by_role("link", name="Remove Security key").get_attribute("href")
    context.close()
    everybody.keep_confirmed(address, WITH_FACTORS, codes)
    assert href
    return href.split("/")[-2]
