"""Which sets of codes the rules of a service look at."""

from __future__ import annotations

from speccom.criteria.codesets import CodeSet
from speccom.criteria.expression import CodeMatch, Expression, InCodeSet, leaves
from speccom.rulebook.identification import IdentificationRulebook

CLASSIFICATION_TITLES = {
    "icd10": "diagnosis codes (ICD-10)",
    "opcs4": "procedure codes (OPCS-4)",
    "treatment_function": "treatment function codes",
    "main_specialty": "main specialty codes",
    "hrg": "healthcare resource groups",
    "provider": "providers",
    "site": "hospital sites",
}


def codesets_of(expression: Expression) -> tuple[CodeSet, ...]:
    """Return the sets that a criterion names, each once, in the order of the text."""
    named = (leaf.codeset for leaf in leaves(expression) if isinstance(leaf, CodeMatch | InCodeSet))
    return tuple({codeset.name: codeset for codeset in named}.values())


def codesets_of_service(rulebook: IdentificationRulebook, service_code: str) -> tuple[CodeSet, ...]:
    """Return the sets that the rules of a service name, each once."""
    found: dict[str, CodeSet] = {}
    for rule in (*rulebook.rules_of(service_code), *rulebook.local_rules_of(service_code)):
        for codeset in codesets_of(rule.criterion.expression):
            found.setdefault(codeset.name, codeset)
    return tuple(found.values())


def codeset_title(codeset: CodeSet) -> str:
    """Return a set's title; its name with spaces where it has none."""
    return codeset.title or codeset.name.replace("_", " ")


def classification_words(codeset: CodeSet) -> str:
    """Return what kind of codes a set holds."""
    return CLASSIFICATION_TITLES.get(codeset.classification, codeset.classification)
