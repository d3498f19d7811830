from collections.abc import Callable
from pathlib import Path

import pytest

SMALL = {
    "rulebook.toml": (
        'id = "small"\nversion = "1"\ntitle = "A small rulebook"\n'
        'valid_from = "2025-04-01"\nvalid_to = "2026-03-31"\n'
        'source = "Written for tests"\nstatus = "illustrative"\nscope = "Tests"\n'
    ),
    "services.csv": (
        "service_code,title,programme_of_care,rank,spell_excluded,delegation,reach\n"
        "LUNG,Cystic fibrosis,A01,20,false,red,spell\n"
        "LIVER,Liver transplantation,A02,10,,green,\n"
        "CHEMO,Chemotherapy,B02,30,yes,,episode\n"
    ),
    "codesets.csv": (
        "codeset,classification,code,match\n"
        "cf,icd10,E84,prefix\n"
        "liver,opcs4,J01.1,exact\n"
        "liver,opcs4,J01.2,exact\n"
        "centres,provider,R1H,exact\n"
        "chemo,hrg,SB,\n"
    ),
    "rules.csv": (
        "rule_id,service_code,dataset,criterion\n"
        "R1,LUNG,apc,any_diagnosis('cf') AND age >= 19\n"
        "R2,LIVER,apc,any_procedure('liver')\n"
        "R3,CHEMO,apc,any_unbundled_hrg('chemo')\n"
        "R4,LUNG,op,\"treatment_function IN ('264', '343') AND in_codeset(provider, 'centres')\"\n"
    ),
}

MakeRulebook = Callable[..., Path]


@pytest.fixture
def make_rulebook(tmp_path: Path) -> MakeRulebook:
    """Write a small rulebook; a file may be replaced (text), added to (`+` and text) or left out (None)."""

    def make(name: str = "rulebook", **files: str | bytes | None) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        given = {key.replace("_csv", ".csv").replace("_toml", ".toml"): text for key, text in files.items()}
        for file in {**SMALL, **given}:
            text = given.get(file, SMALL.get(file))
            if text is None:
                continue
            if isinstance(text, str):
                text = (SMALL[file] + text[1:] if text.startswith("+") else text).encode()
            (folder / file).write_bytes(text)
        return folder

    return make
