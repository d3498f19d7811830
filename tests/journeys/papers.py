"""A case with documents and a letter, made in its pages as people of the demonstration would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page
from tests.journeys.people import People
from tests.journeys.serving import environment
from tests.unit.casework.documents import files

LEAD, CLINICAL_LEAD, READER = "policy-lead", "clinical-lead", "finance"
NOBODY_LISTENS = "clamd://127.0.0.1:1"

# Sends a document while no scanner answers, which no page of a running product can bring about.
_HOLD = """
import sys
import django
django.setup()
from django.utils.timezone import now
from speccom.casework.documents.check import check_document
from speccom.casework.documents.limits import Limits
from speccom.casework.documents.taking import Held, Offer, offer
from speccom.casework.models import CaseRow
from speccom.casework.open_case import open_case
from speccom.criteria.vocabulary import Confidentiality
from speccom.process.decide import Actor

row = CaseRow.objects.get(reference=sys.argv[1])
checked = check_document("Letter from the company.txt", b"Dear all", Limits())
by, what = Actor(row.opened_by, frozenset({"policy_lead"})), Confidentiality.OFFICIAL
offered = Offer(row.reference, "Letter from the company", what, checked, by, "policy_lead", now())
assert isinstance(offer(open_case(row), offered), Held)
"""


def begin(page: Page, address: str, title: str) -> str:
    """Ask for a policy statement; the path of the case."""
    page.goto(f"{address}/cases/begin/urgent-policy-statement/request")
    page.get_by_label("What is the statement to be called?").fill(title)
    page.get_by_label("What is the condition?").fill("an invented condition")
    page.get_by_label("What is the treatment?").fill("inventimab")
    page.get_by_role("radio").first.check()
    page.locator("main form button").last.click()
    page.get_by_role("heading", name="What happened").wait_for()
    return page.url.removeprefix(address).split("?")[0]


def send(page: Page, name: str, content: bytes, title: str = "", readers: str = "Official") -> None:
    """Fill in the form to add a document, and send it."""
    page.get_by_label("File", exact=True).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    if title:
        page.get_by_label("Title").fill(title)
    if readers:
        page.get_by_role("radio", name=readers).check()
    page.locator("main form button").last.click()


def bring_papers(address: str, everybody: People, home: Path) -> dict[str, str]:
    """Make a case with documents of each sort, and one without; the paths of each."""
    context = everybody.context(address, LEAD)
    page = context.new_page()
    without = begin(page, address, "Inventimab for children")
    case = begin(page, address, "Inventimab for adults")
    documents = f"{address}{case}/documents"
    page.goto(documents)
    send(page, "longing" * 16 + ".txt", "Ünïcode\n".encode() * 40, "pneumonoultramicroscopic" * 5, "Public")
    page.get_by_text("The document was added").wait_for()
    send(page, "Prices.csv", b"year,price\n2026,10\n", readers="Commercial")
    page.get_by_text("The document was added").wait_for()
    send(page, "Clinical case.docx", files.word(), "The clinical case")
    page.get_by_text("The document was added").wait_for()
    page.get_by_role("link", name="The clinical case", exact=True).click()
    send(page, "Clinical case, corrected.pdf", files.pdf(), readers="")
    page.get_by_text("The document was added").wait_for()
    document = page.url.removeprefix(address).split("?")[0]
    withdraw = page.get_by_role("link", name="Withdraw version 1").get_attribute("href")
    assert withdraw
    page.goto(documents)
    send(page, "About another case.txt", b"Not for here", "About another case")
    page.get_by_role("link", name="About another case", exact=True).click()
    page.get_by_role("link", name="Withdraw version 1").click()
    page.get_by_label("Why is it withdrawn?").fill("It is about another case.")
    page.get_by_role("button", name="Withdraw it").click()
    page.get_by_text("The version was withdrawn").wait_for()
    withdrawn = page.url.removeprefix(address).split("?")[0]
    context.close()
    hold(home, case.rsplit("/", 1)[1])
    return {
        "papers": case,
        "document": document,
        "withdraw": withdraw,
        "withdrawn": withdrawn,
        "without-papers": without,
    }


def hold(home: Path, reference: str) -> None:
    """Have a document held, as where the scanner does not answer."""
    values = {
        **environment(home),
        "DJANGO_SETTINGS_MODULE": "speccom.web.settings",
        "SPECCOM_SCANNER": NOBODY_LISTENS,
    }
    subprocess.run([sys.executable, "-P", "-c", _HOLD, reference], env=values, check=True)
