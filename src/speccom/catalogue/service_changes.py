"""What changed for a service from one version of the rulebook to the next."""

from __future__ import annotations

from collections.abc import Sequence

from speccom.catalogue import shelved
from speccom.catalogue.service_page import ChangesShown
from speccom.interface.pages import address
from speccom.problem import Problem
from speccom.rulebook.find import ShelvedRulebook


def changes_of(service_code: str, versions: Sequence[ShelvedRulebook]) -> ChangesShown | None:
    """Return what changed between the two latest versions; None where there are not two that can be read."""
    if len(versions) < 2:
        return None
    before, after = versions[-2:]
    try:
        comparison = shelved.compare(before, after)
    except Problem:
        return None
    return ChangesShown(
        heading=f"What changed from version {before.version} to {after.version}",
        sentences=tuple(dict.fromkeys(each.sentence for each in comparison.touching(service_code))),
        href=address("rulebook-comparison", rulebook=before.id, version=after.version, other=before.version),
    )
