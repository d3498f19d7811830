"""Random criteria over the activity record, and random records that they can tell apart."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from speccom.criteria.codesets import CodeSet

SETS = {
    each.name: each
    for each in (
        CodeSet("c", "icd10", frozenset({"C"})),
        CodeSet("c3", "icd10", frozenset({"C3"})),
        CodeSet("c34", "icd10", exact=frozenset({"C34", "C341"})),
        CodeSet("e8", "icd10", frozenset({"E84", "E85"})),
        CodeSet("j0", "opcs4", frozenset({"J01", "J02"})),
        CodeSet("j01", "opcs4", frozenset({"J01"})),
        CodeSet("heart", "treatment_function", exact=frozenset({"170", "320"})),
        CodeSet("ones", "treatment_function", frozenset({"1"})),
        CodeSet("sb", "hrg", frozenset({"SB"})),
    )
}

_numbers = st.sampled_from(["0", "17", "18", "18.5", "19", "40"])
_texts = st.sampled_from(["'150'", "'170'", "'320'", "'100'"])
_operators = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
_not = st.sampled_from(["", "NOT "])
_patterns = st.sampled_from(["'1%'", "'15%'", "'32_'", "'%0'", "'170'"])

LEAVES = st.one_of(
    st.builds("age {} {}".format, _operators, _numbers),
    st.builds("age {}BETWEEN {} AND {}".format, _not, _numbers, _numbers),
    st.builds("age {}IN ({}, {})".format, _not, _numbers, _numbers),
    st.builds("total_cost {} {}".format, _operators, _numbers),
    st.builds("activity_date {} DATE '2025-0{}-01'".format, _operators, st.integers(4, 6)),
    st.builds("treatment_function {} {}".format, _operators, _texts),
    st.builds("treatment_function {}IN ({}, {})".format, _not, _texts, _texts),
    st.builds("treatment_function {}LIKE {}".format, _not, _patterns),
    st.builds(
        "{} IS {}NULL".format, st.sampled_from(["age", "treatment_function", "total_cost"]), _not
    ),
    st.builds("in_codeset(treatment_function, '{}')".format, st.sampled_from(["heart", "ones"])),
    st.builds(
        "{}_diagnosis('{}')".format,
        st.sampled_from(["any", "primary", "secondary"]),
        st.sampled_from(["c", "c3", "c34", "e8"]),
    ),
    st.builds(
        "{}_procedure('{}')".format, st.sampled_from(["any", "primary"]), st.sampled_from(["j0", "j01"])
    ),
)  # fmt: skip

CRITERIA = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} AND {} AND {})".format, inner, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("(NOT {})".format, inner),
    ),
    max_leaves=7,
)

_diagnoses = st.sampled_from([None, "C10", "C34", "C341", "C349", "E84", "E850", "R54"])
_procedures = st.sampled_from([None, "J011", "J021", "J03"])

RECORDS = st.fixed_dictionaries(
    {
        "age": st.sampled_from([None, 0, 1, 16, 17, 18, 19, 20, 40, 41]),
        "total_cost": st.sampled_from([None, *map(Decimal, ("-1", "0", "9", "18", "18.25", "18.5", "50"))]),
        "activity_date": st.sampled_from([None, *(date(2025, month, 1) for month in (3, 4, 5, 6, 7))]),
        "treatment_function": st.sampled_from([None, "100", "150", "15A", "170", "171", "320", "321", "9"]),
        "diagnoses": st.one_of(st.none(), st.lists(_diagnoses, max_size=3)),
        "procedures": st.one_of(st.none(), st.lists(_procedures, max_size=3)),
    }
)
