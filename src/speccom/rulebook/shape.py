"""The shape of an identification rulebook: its files, their columns, and the sheets of its spreadsheet.

The folder and the spreadsheet are two ways of writing the same tables; both are read with this shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TableShape:
    """One table: its file, its sheet, the columns that it must have and those with a default.

    `needed` tables must be there; a required column is filled in every row, but for `may_be_blank`.
    """

    name: str
    file: str
    sheet: str
    required: tuple[str, ...]
    defaults: Mapping[str, str] = field(default_factory=dict)
    needed: bool = True
    may_be_blank: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read, in order; others are left alone."""
        return (*self.required, *self.defaults)


METADATA_FILE = "rulebook.toml"
METADATA_SHEET = "Rulebook"
METADATA_REQUIRED = ("id", "version", "title", "valid_from", "valid_to", "source", "status")
METADATA_OPTIONAL = ("scope",)
METADATA = METADATA_REQUIRED + METADATA_OPTIONAL

_RULE_COLUMNS = ("rule_id", "service_code", "dataset", "criterion")

SERVICES = TableShape(
    "services",
    "services.csv",
    "Services",
    ("service_code", "title", "programme_of_care", "rank"),
    {"spell_excluded": "false", "delegation": "", "reach": "spell"},
    may_be_blank=("programme_of_care",),
)
ROUTES = TableShape("routes", "routes.csv", "Routes", ("service_code", "route"), {"source": ""}, needed=False)
CODESETS = TableShape(
    "codesets", "codesets.csv", "Code sets", ("codeset", "classification", "code"), {"match": "prefix"}
)
CODESET_TITLES = TableShape(
    "codeset_titles", "codeset_titles.csv", "Set titles", ("codeset", "title"), needed=False
)
RULES = TableShape("rules", "rules.csv", "Rules", _RULE_COLUMNS, {"reasoning": ""})
LOCAL_RULES = TableShape(
    "local_rules", "local_rules.csv", "Local rules", _RULE_COLUMNS, {"reasoning": ""}, needed=False
)
PROGRAMMES = TableShape(
    "programmes", "programmes.csv", "Programmes", ("programme_of_care", "title"), needed=False
)

TABLES = (SERVICES, ROUTES, CODESETS, CODESET_TITLES, RULES, LOCAL_RULES, PROGRAMMES)
