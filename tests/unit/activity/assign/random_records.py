"""Records drawn so that every box of both methods is met, with missing and unknown values among them."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

_ORGANISATIONS = ["72Q", "01F", "18C", "11M", "QKK", "QYG", "QGH", "???", "A91901", "A91902", "13Q", "7A1"]
_VALUES: dict[str, list[str]] = {
    "dataset": ["apc", "op"],
    "gp_practice": ["A81001", "V81999", "Y99901", "Y99902", "A91901", "A91902", "A91903"],
    "gp_responsibility": _ORGANISATIONS,
    "residence_responsibility": [*_ORGANISATIONS, "W06000005"],
    "host_sub_icb": ["72Q", "01F", "18C", "QKK"],
    "commissioned_service_category": ["12", "21", "25", "31", "41", "51", "55", "61", "71", "75", "81", "85"],
    "service_code": [
        *("GREEN1", "RED1", "HIGH1", "BLUE1", "AMBER1", "NONE1", "MIND1", "MIND2", "NCBPSXXX", "TEETH1"),
        *("SCREEN1", "PLAIN1", "99999999", "UNLISTED", "NCBPS01C", "NCBPSNIC", "NCBPSACC"),
    ],
    "point_of_delivery": ["EL", "AE", "DRUG", "DEVICE"],
    "treatment_function": ["100", "140", "143", "451"],
    "charging_category": ["A", "B", "C", "D", "F"],
    "administrative_category": ["01", "02"],
    "source_of_admission": ["19", "39", "40"],
    "home_postcode": ["ZZ2 1AA", "zz21ab", "ZZ99 3VZ", "ZZ99 4GZ", "ZZ996GZ", "SW1A 1AA"],
    "home_country": ["E92000001", "W92000004", "S92000003", "N92000002", "M83000003"],
    "practice_geography": ["Y56", "YAC", "W00"],
    "referral_service": ["RAS", "GP"],
    "contracted_hub": ["14F"],
    "provider": ["RLON", "RNOR", "ROTHER"],
    "spell_hrg": ["SB97Z", "LB35D"],
}
_RARE = ("contracted_hub", "home_country", "charging_category", "administrative_category", "home_postcode")
_DAYS = (date(2024, 3, 31), date(2024, 4, 1), date(2025, 3, 31), date(2025, 4, 1), date(2026, 3, 31))


def records() -> st.SearchStrategy[dict[str, object]]:
    """A record without its identifier; any field may be missing."""
    fields: dict[str, st.SearchStrategy[object]] = {
        name: st.sampled_from([*values, *([None] * (4 * len(values) if name in _RARE else 1))])
        for name, values in _VALUES.items()
    }
    fields["activity_date"] = st.sampled_from(
        [*_DAYS, date(2025, 6, 1), date(2026, 4, 1), date(2051, 1, 1), None]
    )
    fields["diagnoses"] = st.lists(st.sampled_from(["N970", "I10", "Z350", "Z351"]), max_size=3)
    fields["procedures"] = st.lists(st.sampled_from(["Q131", "Q212", "K262"]), max_size=2)
    fields["unbundled_hrgs"] = st.lists(
        st.sampled_from(["SB12Z", "SC10Z", "XA02Z", "XB05Z", "XC03Z"]), max_size=2
    )
    return st.fixed_dictionaries(fields)
