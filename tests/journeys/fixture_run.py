"""Small runs for tests, made by the product itself from a rulebook of five services and a dozen records."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import suppress
from pathlib import Path
from threading import Event

from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.assign.run import assign
from speccom.activity.at_work import begin_work
from speccom.activity.identify import identify, leave_identification
from speccom.activity.order import Order
from speccom.activity.resume import resume
from speccom.activity.run_folder import RunStopped
from speccom.problem import Problem

TOML = """
id = "{id}"
version = "{version}"
title = "Small rules {version}"
valid_from = "{first}"
valid_to = "{last}"
source = "Written for tests"
status = "illustrative"
scope = "Everything"
"""

FILES = {
    "codesets.csv": """codeset,classification,code,match
kidney_transplant,opcs4,M01,prefix
kidney_disease,icd10,N18,prefix
chemotherapy,opcs4,X72,prefix
heart_surgery,opcs4,K26,prefix
transplant_centres,provider,RAA,exact
""",
    "codeset_titles.csv": """codeset,title
kidney_transplant,kidney transplantation
kidney_disease,long-term kidney disease
chemotherapy,delivery of chemotherapy
heart_surgery,surgery of the aortic valve
transplant_centres,the transplant centres
""",
    "programmes.csv": """programme_of_care,title
A,Internal medicine
A06,Renal services
B,Cancer
B02,Chemotherapy
""",
    "services.csv": """service_code,title,programme_of_care,rank,spell_excluded,delegation,reach
NCBPS11T,Renal transplantation (adults),A06,10,false,green,spell
NCBPS11B,Renal dialysis,A06,20,false,green,spell
NCBPS01C,Chemotherapy,B02,30,false,red,episode
NCBPS13X,Adult heart surgery,A,40,false,red,spell
NCBPS99Z,A very rare service that only a registry knows about,A06,50,false,red,spell
""",
    "rules.csv": """rule_id,service_code,dataset,criterion,reasoning
11T-1,NCBPS11T,apc,"any_procedure('kidney_transplant') AND age >= 19",A kidney transplant in an adult.
11B-1,NCBPS11B,apc,primary_diagnosis('kidney_disease'),Admitted for kidney disease.
11B-2,NCBPS11B,op,"treatment_function = '361' AND in_codeset(provider, 'transplant_centres')",Renal clinics.
01C-1,NCBPS01C,apc,any_procedure('chemotherapy'),Chemotherapy is counted on its own episode.
13X-1,NCBPS13X,apc,"any_procedure('heart_surgery') AND age >= 19 AND NOT any_diagnosis('kidney_disease')",A.
""",
    "routes.csv": """service_code,route,source
NCBPS11T,rules,test
NCBPS11B,rules,test
NCBPS01C,rules,test
NCBPS13X,rules,test
NCBPS99Z,registry,A registry
""",
}

COLUMNS = (
    "record_id,dataset,spell_id,activity_date,provider,age,sex,treatment_function,diagnoses,procedures,total_cost,"
    "official_service_line"
)
APC = """a1,apc,s1,2025-04-10,RAA,45,1,361,N180;I10,M012,20000.00,NCBPS11T
a2,apc,s1,2025-04-10,RAA,45,1,361,I10,,1000.50,NCBPS11T
a3,apc,s2,2025-05-02,RAA,12,2,361,N179,M012,18000.00,
a4,apc,s3,2025-05-03,RBB,60,2,300,N185,,750.25,NCBPS13X
a5,apc,s4,2025-06-01,RBB,70,1,170,I350,K262,15000.00,
a6,apc,s5,2025-06-02,RBB,71,1,170,I350;N180,K262,14000.00,
a7,apc,s6,2025-06-03,RBB,55,2,370,C509,X721,900.00,NCBPS01C
a8,apc,s6,2025-06-03,RBB,55,2,370,C509,,100.00,
a9,apc,,2025-07-01,,,9,300,R54X,,,
"""
OP = """o1,op,,2025-07-02,RAA,50,1,361,,,120.00,
o2,op,,2025-07-03,RBB,51,2,361,,,110.00,
"""
UNPRICED = re.sub(r"[0-9]+[.][0-9]{2},", ",", APC)
DIRTY = """d1,apc,,2025-04-01,RAA,45,1,361,N18.0;ZZ99999,M012,1000.00,
d1,apc,,2025-04-02,RAA,45,1,361,N180,,5.00,
,apc,,2025-04-02,RAA,45,1,361,N180,,5.00,
d2,apc,,2019-01-01,RAA,forty,1,361,N180,=cmd(),7.00,
"""


def write_rulebook(
    folder: Path,
    version: str = "2025-26",
    first: str = "2025-04-01",
    last: str = "2026-03-31",
    **changed: str,
) -> Path:
    """Write the small rulebook; ``changed`` replaces whole files, by name with _ for the dot."""
    folder.mkdir(parents=True, exist_ok=True)
    toml = TOML.format(id="small", version=version, first=first, last=last)
    (folder / "rulebook.toml").write_text(toml, encoding="utf-8")
    for name, text in FILES.items():
        (folder / name).write_text(changed.get(name.replace(".", "_"), text), encoding="utf-8")
    return folder


def write_activity(path: Path, *rows: str) -> Path:
    """Write records as canonical CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "\n".join([COLUMNS, *(text.strip() for text in rows if text.strip())]) + "\n", encoding="utf-8"
    )
    return path


def make_run(home: Path, name: str, *rows: str, rulebook: Path | None = None, title: str = "") -> Path:
    """Make a sealed run in a home from rows of activity, by the small rulebook; return its folder."""
    work = home / "made-for-tests"
    folder = home / "runs" / name
    identify(
        Order(
            rulebook=rulebook or write_rulebook(work / "rulebook"),
            activity=[write_activity(work / f"{name}.csv", *rows)],
            out=folder / "labels.parquet",
            run=folder,
            title=title or f"The run {name}",
            synthetic=True,
            threads=1,
        )
    )
    return folder


def leave_open(home: Path, name: str, *, progress: bool = True) -> Path:
    """Leave a run that has not finished; with progress, this very process is at work on it."""
    folder = home / "runs" / name
    folder.mkdir(parents=True)
    if progress:
        note = {"stage": "labelling", "done": 120_000, "total": 300_000, "message": "", "updated": ""}
        (folder / "progress.json").write_text(json.dumps(note), encoding="utf-8")
        begin_work(folder, Event())
    return folder


def leave_order(home: Path, name: str, text: str = "") -> Path:
    """Leave an order that no process has taken up; return its run's folder."""
    work, folder = home / "made-for-tests", home / "runs" / name
    activity = write_activity(work / f"{name}.csv", APC)
    if text:
        activity.write_text(text, encoding="utf-8")
    order = Order(
        rulebook=write_rulebook(work / "rulebook"),
        activity=[activity],
        out=folder / "labels.parquet",
        run=folder,
        threads=1,
    )
    leave_identification(order, "Ben Carter")
    return folder


def leave_stopped(home: Path, name: str) -> Path:
    """Leave a run that was stopped half way; return its folder."""
    folder, asked = leave_order(home, name), Event()

    def tell(stage: str, done: int, total: int) -> None:
        if stage == "writing":
            asked.set()

    with suppress(RunStopped):
        resume(folder, tell, asked)
    return folder


def leave_refused(home: Path, name: str) -> Path:
    """Leave a run that cannot go on because its activity has changed; return its folder."""
    folder = leave_order(home, name)
    write_activity(home / "made-for-tests" / f"{name}.csv", APC, OP)
    with suppress(Problem):
        resume(folder)
    return folder


def leave_failed(home: Path, name: str) -> Path:
    """Leave a run that could not be done at all; return its folder."""
    folder = leave_order(home, name, "no activity\nat all\n")
    with suppress(Problem):
        resume(folder)
    return folder


def assign_run(run: Path, reference: Path) -> Path:
    """Assign what a run identified; return the folder of the assignment."""
    folder = run.with_name(f"{run.name}-payers")
    manifest = json.loads((run / "manifest.json").read_bytes())
    assign(
        AssignmentOrder(
            reference=reference,
            activity=[Path(each["original"]) for each in manifest["inputs"]],
            out=folder / "answers.parquet",
            run=folder,
            labels=run / "labels.parquet",
            title=manifest["title"],
            threads=1,
        )
    )
    return folder


def break_copy(home: Path, source: Path, name: str, broken: str) -> Path:
    """Copy a run and break one of its files: "manifest.json", "summary.parquet", "activity", "rulebook"."""
    folder = home / "runs" / name
    shutil.copytree(source, folder)
    target = folder / broken
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.write_bytes(target.read_bytes()[:40])
    return folder
