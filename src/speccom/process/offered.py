"""What the kernel offers every process by name, beside the process's own fields and repeated questions."""

from __future__ import annotations

from collections.abc import Mapping

from speccom.criteria.vocabulary import Field, FieldType, Vocabulary
from speccom.process.form import YES_OR_NO

_TEXT, _DATE = FieldType.TEXT, FieldType.DATE

COLLECTIONS: Mapping[str, Vocabulary] = {
    "answers": Vocabulary(
        [
            Field("question", _TEXT, "the question"),
            Field("answer", _TEXT, "the answer", "Nothing where the question is asked and left blank"),
            Field("required", _TEXT, "whether it must be answered", values=YES_OR_NO),
            Field(
                "names_patient",
                _TEXT,
                "whether it names the patient",
                "Yes where an answer of a class other than identity holds an answer of the class identity",
                values=YES_OR_NO,
            ),
        ]
    ),
    "interests": Vocabulary(
        [
            Field("member", _TEXT, "the member of the body that has the case on its agenda"),
            Field("settled", _TEXT, "how their interest in it was settled", "Nothing until it is"),
        ]
    ),
}
"""Rows that a fact may count."""

TABLES: Mapping[str, frozenset[str]] = {
    "meetings": frozenset({"quorate", "same_members"}),
    "bodies": frozenset({"has_power"}),
    "policies": frozenset({"newer_policy", "number_taken"}),
}
"""Tables in which a fact of such a name is looked up.

- `meetings`, of the one with the case on its agenda now: whether it is `quorate` for it (yes or no), and how
  many of the `same_members` were at the meetings that dealt with the case before.
- `bodies`, of the body of that meeting: whether it `has_power` for the act (yes or no).
- `policies`, of the register: the identifier of the `newer_policy` in force about what the field that is the
  fact's `key` holds; whether another case's policy has that for its number (`number_taken`, yes or no).
"""

BY_KEY = frozenset({"policies"})
"""Tables that are asked by what a field of the case holds."""

OF_A_MEETING = ("meetings", "bodies", "interests")
"""What is there only when a body has the case on its agenda."""

LETTER_FIELDS = Vocabulary(
    [
        Field("case_reference", _TEXT, "the reference of the case", confidentiality="public"),
        Field("letter_date", _DATE, "the date of the letter", confidentiality="public"),
    ]
)
"""What every letter may fill in beside the record."""
