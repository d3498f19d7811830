"""An identification rulebook: which services a hospital record can count as, in order, and by which rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from speccom.criteria.codesets import CodeSet
from speccom.rulebook.approval import refuse_other_content
from speccom.rulebook.content_hash import content_hash
from speccom.rulebook.entries import Reach, Route, Rule, Service
from speccom.rulebook.errors import RulebookError, RulebookErrors
from speccom.rulebook.read_folder import read_folder
from speccom.rulebook.validation import check_contents
from speccom.rulebook.written import WrittenRulebook

__all__ = [
    "IdentificationRulebook",
    "Reach",
    "Route",
    "Rule",
    "Service",
    "load_identification",
    "validate_identification",
]


@dataclass(frozen=True)
class IdentificationRulebook:
    """A rulebook that has been checked whole.

    `services` stand in order of precedence (rank, then code); `rules` and `local_rules` in the order of
    their services and then by rule_id, whatever the order of the files, so that two rulebooks of one
    `digest` are the same in everything. `local_rules` are the locally fixed lines, a layer of their own.
    `empty_sets` are sets that have a title and no codes, which no rule can use; `programmes` gives the
    titles of programmes of care. `folder` is None for a rulebook that was never in one.
    """

    id: str
    version: str
    title: str
    valid_from: date
    valid_to: date
    source: str
    status: str
    scope: str
    folder: Path | None
    digest: str
    services: Mapping[str, Service]
    rules: tuple[Rule, ...]
    local_rules: tuple[Rule, ...]
    codesets: Mapping[str, CodeSet]
    empty_sets: Mapping[str, str]
    routes: tuple[Route, ...]
    programmes: Mapping[str, str]

    @property
    def identity(self) -> str:
        """`id@version#hash`, with the first twelve characters of the hash."""
        return f"{self.id}@{self.version}#{self.digest[:12]}"

    @property
    def illustrative(self) -> bool:
        """Whether the rules are made up for illustration and not to be used for payment."""
        return self.status == "illustrative"

    @property
    def rules_of_both_layers(self) -> tuple[Rule, ...]:
        """The rules, and then the locally fixed ones."""
        return self.rules + self.local_rules

    def rules_of(self, service_code: str) -> tuple[Rule, ...]:
        """Return the rules of one line, without the locally fixed ones."""
        return tuple(rule for rule in self.rules if rule.service_code == service_code)

    def local_rules_of(self, service_code: str) -> tuple[Rule, ...]:
        """Return the locally fixed rules of one line."""
        return tuple(rule for rule in self.local_rules if rule.service_code == service_code)

    def routes_of(self, service_code: str) -> tuple[Route, ...]:
        """Return the ways in which one line can be identified."""
        return tuple(route for route in self.routes if route.service_code == service_code)

    def programme_title(self, programme_of_care: str) -> str:
        """Return the words for a programme of care; its code where there are none."""
        return self.programmes.get(programme_of_care, "") or programme_of_care


def load_identification(folder: Path | str) -> IdentificationRulebook:
    """Read a rulebook from its folder and check it whole.

    Raises RulebookErrors with every error at once; Problem where there is no such folder, and where it holds
    another content than was approved.
    """
    path = Path(folder)
    written, errors = read_folder(path)
    rulebook = validate_identification(written, errors, folder=path)
    refuse_other_content(path, rulebook.digest)
    return rulebook


def validate_identification(
    written: WrittenRulebook, reading: Iterable[RulebookError] = (), *, folder: Path | None = None
) -> IdentificationRulebook:
    """Check a rulebook as it was written; `reading` are the errors already found in reading it.

    Raises RulebookErrors with those and all others.
    """
    errors = list(reading)
    found = check_contents(written, errors)
    if errors:
        raise RulebookErrors(errors, rulebook=written.name)
    services = dict(sorted(found.services.items(), key=lambda item: item[1].order))
    place = {code: position for position, code in enumerate(services)}

    def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
        return tuple(sorted(rules, key=lambda rule: (place[rule.service_code], rule.rule_id)))

    rules, local_rules = in_order(found.rules), in_order(found.local_rules)
    routes = tuple(sorted(set(found.routes), key=lambda each: (each.service_code, each.route, each.source)))
    metadata = found.metadata
    return IdentificationRulebook(
        id=metadata["id"],
        version=metadata["version"],
        title=metadata["title"],
        valid_from=date.fromisoformat(metadata["valid_from"]),
        valid_to=date.fromisoformat(metadata["valid_to"]),
        source=metadata["source"],
        status=metadata["status"],
        scope=metadata["scope"],
        folder=folder,
        digest=content_hash(
            metadata, services.values(), routes, found.codesets.values(), rules, local_rules, found.programmes
        ),
        services=services,
        rules=rules,
        local_rules=local_rules,
        codesets=dict(sorted(found.codesets.items())),
        empty_sets=dict(sorted(found.empty_sets.items())),
        routes=routes,
        programmes=dict(sorted(found.programmes.items())),
    )
