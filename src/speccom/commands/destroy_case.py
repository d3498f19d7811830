"""`speccom destroy-case`: lawfully destroy what was entered in a closed case, for good."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from uuid import uuid4

from speccom.problem import Problem
from speccom.process.decide import Actor, Refused
from speccom.web.open_home import open_home

SUMMARY = "destroy what was entered in a closed case, where the law asks for it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("reference", metavar="REFERENCE", help="the case, such as IFR-2026-0042-7")
    parser.add_argument(
        "--why", required=True, metavar="GROUND", help="on what ground; kept, and names nobody"
    )
    parser.add_argument("--by", required=True, metavar="EMAIL", help="who answers for it")
    parser.add_argument(
        "--confirm", default="", metavar="REFERENCE", help="the same reference again: only then is it done"
    )


def run(arguments: argparse.Namespace) -> int:
    """Destroy the case's content, or say what would be destroyed."""
    open_home()
    from speccom.casework.destruction import Destruction, destroy_content
    from speccom.casework.door import NoSuchCase

    reference = arguments.reference.strip()
    asked = Destruction(str(uuid4()), reference, actor_of(arguments.by), datetime.now(UTC), arguments.why)
    if arguments.confirm.strip() != reference:
        print(
            f"Everything that was entered in {reference} would be destroyed, and nobody could bring it back "
            "from here. What happened in it, and when, would stay in the ledger. Backups made before keep "
            "their copy until they are destroyed too.\n"
            f"Nothing was done. To do it, add: --confirm {reference}"
        )
        return 1
    try:
        outcome = destroy_content(asked)
    except NoSuchCase:
        raise Problem(f"there is no case {reference}", mend="Look the reference up in the list") from None
    if isinstance(outcome, Refused):
        raise Problem(outcome.message.rstrip("."), mend="Name somebody whose role it is with --by")
    print(
        f"What was entered in {reference} is destroyed. The ledger says so in event "
        f"{outcome.events[0].sequence:,}."
    )
    return 0


def actor_of(email: str) -> Actor:
    """Return the person of an email address with all their roles. Raises Problem where there is none."""
    from speccom.directory.models import Person
    from speccom.directory.permission import roles_of

    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise Problem(f"there is nobody with the address {email}", mend="Write it as in the list of people")
    return Actor(str(person.pk), roles_of(person, datetime.now(UTC)))
