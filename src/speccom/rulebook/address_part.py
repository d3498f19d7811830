"""Which names a web address can hold: everything that has a name in a rulebook has a page of that name."""

from __future__ import annotations


def fits_an_address(name: str) -> bool:
    """Whether a name can be one part of an address: no slash, no dots alone, all of it to be seen."""
    return bool(name) and "/" not in name and name not in (".", "..") and name.isprintable()


def fits_with_slashes(name: str) -> bool:
    """Whether a name, in which slashes may stand, can be the end of an address."""
    return all(fits_an_address(part) for part in name.split("/"))
