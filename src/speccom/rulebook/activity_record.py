"""The canonical activity record: one episode or attendance, and what each of its fields means.

Titles are noun phrases that fit into a sentence ("the treatment function is …"). Words for single codes
are given where the list is short and the NHS Data Dictionary settles it.
"""

from __future__ import annotations

from speccom.criteria.vocabulary import Field, FieldType, Vocabulary

_SEX = {
    "0": "not known",
    "1": "male",
    "2": "female",
    "9": "not specified or indeterminate",
    "X": "not known",
}

_ADMISSION_METHOD = {
    "11": "elective, from the waiting list",
    "12": "elective, booked",
    "13": "elective, planned",
    "21": "emergency, through an emergency department",
    "22": "emergency, by a general practitioner",
    "23": "emergency, through a bed bureau",
    "24": "emergency, from a consultant clinic",
    "25": "emergency, through a mental health crisis team",
    "2A": "emergency, through another provider's emergency department",
    "2B": "emergency, by transfer from another hospital",
    "2C": "emergency, by a baby born at home as intended",
    "2D": "emergency, by other means",
    "28": "emergency, by other means",
    "31": "maternity, before the birth",
    "32": "maternity, after the birth",
    "81": "by transfer from another hospital, not an emergency",
    "82": "birth in this hospital",
    "83": "birth outside this hospital",
}

_PATIENT_CLASSIFICATION = {
    "1": "ordinary admission",
    "2": "day case",
    "3": "regular day attender",
    "4": "regular night attender",
    "5": "mother and baby using delivery facilities only",
}

_DATASET = {"apc": "admitted patient care", "op": "outpatients"}


def _text(name: str, title: str, meaning: str, *, confidentiality: str = "official") -> Field:
    return Field(name, FieldType.TEXT, title, meaning, confidentiality)


def _coded(name: str, title: str, meaning: str, classification: str) -> Field:
    return Field(name, FieldType.TEXT, title, meaning, classification=classification)


ACTIVITY = Vocabulary(
    (
        _text(
            "record_id",
            "the record's identifier",
            "Unique among the records of a run.",
            confidentiality="identity",
        ),
        Field(
            "dataset",
            FieldType.TEXT,
            "the kind of record",
            "An admitted episode or an outpatient attendance.",
            values=_DATASET,
        ),
        _text(
            "spell_id",
            "the spell's identifier",
            "Episodes with one identifier form a spell; outpatient records have none.",
            confidentiality="identity",
        ),
        Field(
            "activity_date",
            FieldType.DATE,
            "the date of the activity",
            "Discharge, the start of an unfinished admission, or the appointment.",
        ),
        _coded(
            "provider", "the provider", "The organisation that gave the care, as its ODS code.", "provider"
        ),
        _coded("site", "the hospital site", "The site where the care was given, as its ODS code.", "site"),
        Field(
            "age",
            FieldType.WHOLE_NUMBER,
            "the patient's age at the start of care",
            "In whole years; missing where it is not known.",
        ),
        Field("sex", FieldType.TEXT, "the patient's sex", "As recorded by the provider.", values=_SEX),
        _coded(
            "treatment_function",
            "the treatment function",
            "The service within which the patient was treated, three characters.",
            "treatment_function",
        ),
        _coded(
            "main_specialty",
            "the consultant's main specialty",
            "The specialty of the consultant in charge, three characters.",
            "main_specialty",
        ),
        Field(
            "admission_method",
            FieldType.TEXT,
            "the method of admission",
            "How the patient came to be admitted.",
            values=_ADMISSION_METHOD,
        ),
        Field(
            "patient_classification",
            FieldType.TEXT,
            "the kind of admission",
            "Whether the patient stayed overnight, and on what footing.",
            values=_PATIENT_CLASSIFICATION,
        ),
        _coded(
            "hrg",
            "the healthcare resource group",
            "The group of the episode or attendance, imported and never derived here.",
            "hrg",
        ),
        _text(
            "spell_hrg",
            "the spell's healthcare resource group",
            "The core group of the whole spell, imported and never derived here.",
        ),
        _text("gp_practice", "the patient's general practice", "As its ODS code."),
        _text(
            "gp_responsibility",
            "the organisation responsible for the patient's general practice",
            "As its ODS code.",
        ),
        _text(
            "residence_responsibility",
            "the organisation responsible for where the patient lives",
            "As its ODS code.",
        ),
        _text("host_sub_icb", "the sub-ICB location that hosts the provider", "As its ODS code."),
        _text(
            "commissioned_service_category",
            "the commissioned service category",
            "As submitted in contract monitoring.",
        ),
        _text("service_code", "the submitted service code", "As submitted in contract monitoring."),
        _text("point_of_delivery", "the point of delivery", "As submitted in contract monitoring."),
        Field(
            "diagnoses",
            FieldType.CODES,
            "the diagnoses",
            "ICD-10 codes in order; the first is the primary diagnosis.",
            classification="icd10",
            singular="diagnosis",
        ),
        Field(
            "procedures",
            FieldType.CODES,
            "the procedures",
            "OPCS-4 codes in order; the first is the dominant procedure.",
            classification="opcs4",
            singular="procedure",
        ),
        Field(
            "unbundled_hrgs",
            FieldType.CODES,
            "the unbundled healthcare resource groups",
            "Parts of the care that are paid for apart, such as chemotherapy.",
            classification="hrg",
            singular="unbundled_hrg",
            singular_title="unbundled healthcare resource group",
            positions=("any",),
        ),
        _text("charging_category", "the charging category", "Whether an overseas visitor pays, and who."),
        _text(
            "administrative_category",
            "the administrative category",
            "Whether the patient is treated by the NHS or pays privately.",
        ),
        _text("source_of_admission", "the place the patient came from", "The source of the admission."),
        _text(
            "home_postcode",
            "the patient's home postcode",
            "Where the patient lives.",
            confidentiality="identity",
        ),
        _text("home_country", "the patient's home country", "The country where the patient lives."),
        _text(
            "practice_geography",
            "the place of the patient's general practice",
            "The country or area in which the practice stands.",
        ),
        _text("referral_service", "the referring service", "The service that referred the patient."),
        _text("contracted_hub", "the contracted hub", "The commissioning hub that holds the contract."),
        _text(
            "submitted_service_line",
            "the service line stated by the provider",
            "As submitted; a layer of its own beside the rules.",
        ),
        _text(
            "official_service_line",
            "the service line in the national extract",
            "An official answer, imported to be compared with ours.",
        ),
        _text(
            "official_assignment",
            "the commissioner assignment in the national extract",
            "An official answer, imported to be compared with ours.",
        ),
        Field(
            "activity_count",
            FieldType.DECIMAL,
            "the activity count",
            "How much activity the record counts for.",
        ),
        Field("total_cost", FieldType.DECIMAL, "the total cost", "In pounds."),
    )
)
