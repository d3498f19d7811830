"""`speccom add-person`: add somebody who may sign in, with a role. The first administrator is made so."""

from __future__ import annotations

import argparse

SUMMARY = "add somebody who may sign in, and give them a role"
_WHY = "Given by a command at the terminal"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("email", help="the person's email address, with which they sign in")
    parser.add_argument("name", help="the name that colleagues know them by")
    parser.add_argument("--role", required=True, help="a role of rulebooks/roles.toml")
    parser.add_argument("--organisation", required=True, metavar="CODE", help="where they hold it")
    parser.add_argument(
        "--organisation-name", metavar="NAME", help="what it is called, where it is not known here yet"
    )
    parser.add_argument(
        "--address",
        default="http://127.0.0.1:8000",
        metavar="URL",
        help="where the pages are served (default http://127.0.0.1:8000)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Add the person, and print the link with which they choose a password."""
    from speccom.web.home_folder import make_home, product_home  # deferred: it brings Django in
    from speccom.web.start import start

    home = make_home(product_home())
    start(home, demonstration=False)
    link = _add(arguments)
    print(f"{arguments.name} may sign in. They choose a password at this address, within a day:")
    print(f"{arguments.address.rstrip('/')}{link}")
    return 0


def _add(arguments: argparse.Namespace) -> str:
    from django.db import transaction
    from django.utils import timezone

    from speccom.directory import grants, organisation_changes, people
    from speccom.directory.grants import Place
    from speccom.directory.sign_in.letters import password_link

    now = timezone.now()
    with transaction.atomic():
        if arguments.organisation_name:
            organisation_changes.add_if_unknown(
                arguments.organisation,
                arguments.organisation_name,
                starts=timezone.localdate(now),
                by=None,
                at=now,
            )
        person = people.add(arguments.email, arguments.name, by=None, at=now)
        grants.give(
            person,
            arguments.role,
            Place(organisation=arguments.organisation),
            starts=now,
            ends=None,
            by=None,
            why=_WHY,
            at=now,
        )
    return password_link(person)
