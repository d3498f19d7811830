"""Every page in every state in which a person can meet it. A page without a state fails the build."""

from __future__ import annotations

from dataclasses import dataclass

from tests.journeys.people import ADA, ADA_HALF_WAY

WORLD, BARE, MAKING, BROKEN = "world", "bare", "making", "broken"
RULEBOOK = "/rulebooks/illustrative-identification/2025-26"
LATER = "/rulebooks/illustrative-identification/2026-27"
RUN = "/runs/demonstration"


@dataclass(frozen=True)
class State:
    """A page by its registered name, what its state is, where it shows, and to whom (blank: to a visitor)."""

    page: str
    state: str
    path: str
    status: int = 200
    home: str = WORLD
    picture: str = ""
    person: str = ""

    def __str__(self) -> str:
        return f"{self.page}, {self.state}"


STATES = (
    State("home", "with a run", "/", picture="home"),
    State("home", "empty", "/", home=BARE),
    State("home", "while the demonstration is made", "/", home=MAKING, picture="making"),
    State("about", "as it is", "/about"),
    State("accessibility", "as it is", "/accessibility"),
    State("services", "many", "/services", picture="services"),
    State("services", "found by words", "/services?q=kidney"),
    State("services", "one, found by code", "/services?q=NCBPS10Z"),
    State("services", "misspelt", "/services?q=kidny"),
    State("services", "none", "/services?q=xylophone&programme=B"),
    State("services", "filtered, a later page", "/services?programme=B&rules=yes&page=2"),
    State("services", "filters that are no choices", "/services?programme=nonsense&page=-4"),
    State("services", "long text", "/services?q=" + "longing" * 25),
    State("services", "a rulebook that is not there", "/services?rulebook=1999", 404),
    State("services", "a rulebook with mistakes", "/services", 500, BROKEN),
    State("service", "with rules and activity", "/services/NCBPS10Z", picture="service"),
    State("service", "in an earlier rulebook", "/services/NCBPS10Z?rulebook=2025-26&months-sort=-cost"),
    State("service", "that no rule can see", "/services/{unseen}"),
    State("service", "without a run", "/services/NCBPS10Z", home=BARE),
    State("service", "missing", "/services/NCBPS00Q", 404),
    State("rulebooks", "two", "/rulebooks"),
    State("rulebooks", "to somebody who may see drafts", "/rulebooks", person="analyst"),
    State("rulebooks", "some that cannot be read", "/rulebooks", home=BROKEN),
    State("rulebook", "as it is", RULEBOOK, picture="rulebook"),
    State("rulebook", "sorted, a later page", f"{RULEBOOK}?codesets-sort=-entries&page=2"),
    State("rulebook", "missing", "/rulebooks/illustrative-identification/1999", 404),
    State("rulebook", "with mistakes", "/rulebooks/small/2025-26", 500, BROKEN),
    State("rulebook-codes", "as it is", f"{RULEBOOK}/codes/cystic_fibrosis"),
    State("rulebook-codes", "missing", f"{RULEBOOK}/codes/nothing", 404),
    State("rulebook-comparison", "two versions", f"{LATER}/changes-from/2025-26", picture="changes"),
    State("rulebook-comparison", "nothing differs", f"{LATER}/changes-from/2026-27"),
    State("rulebook-comparison", "missing", f"{LATER}/changes-from/1999", 404),
    State("runs", "many", "/runs"),
    State("runs", "empty", "/runs", home=MAKING),
    State("runs", "to somebody who may not see them", "/runs", 403, home=BARE, person=ADA),
    State("run", "as it is", RUN, picture="run"),
    State("run", "filtered", f"{RUN}?programme=B&dataset=apc&lines-sort=lines"),
    State("run", "filtered to nothing", f"{RUN}?provider=NOBODY"),
    State("run", "of no records", "/runs/empty"),
    State("run", "with long text", "/runs/long"),
    State("run", "without prices", "/runs/unpriced"),
    State("run", "still open", "/runs/open"),
    State("run", "still open, silent", "/runs/silent"),
    State("run", "about to start", "/runs/waiting", person="analyst"),
    State("run", "going on, to somebody who may stop it", "/runs/open", person="analyst"),
    State("run", "stopped", "/runs/stopped", person="analyst"),
    State("run", "stopped, to a visitor", "/runs/stopped"),
    State("run", "cannot go on", "/runs/refused", person="analyst"),
    State("run", "could not be done", "/runs/failed", person="analyst"),
    State("run", "an assignment", f"{RUN}-payers"),
    State("run-start", "much on offer", "/runs/new", person="analyst"),
    State("run-start", "nothing on offer", "/runs/new", home=MAKING, person="analyst"),
    State("run-start", "to somebody who may not", "/runs/new", 403, person="auditor"),
    State("run-payers", "assigned", f"{RUN}/payers"),
    State("run-payers", "assigned, a later page", f"{RUN}/payers?page=2&commissioners-sort=records"),
    State("run-payers", "not assigned", "/runs/small/payers"),
    State("run-payers", "not assigned, to somebody who may", "/runs/small/payers", person="analyst"),
    State("run-beside", "two that differ", f"{RUN}/beside?other=dirty"),
    State("run-beside", "all of one table", f"{RUN}/beside?other=dirty&all=lines"),
    State("run-beside", "two of no difference", "/runs/small/beside?other=small-again"),
    State("run-beside", "one with long text", "/runs/small/beside?other=long"),
    State("run-beside", "which to choose", "/runs/small/beside"),
    State("run-beside", "missing", "/runs/small/beside?other=never", 404),
    State("run", "broken manifest", "/runs/broken-manifest", 500),
    State("run", "broken summary", "/runs/broken-summary", 500),
    State("run", "without its rulebook", "/runs/no-rulebook", 500),
    State("run", "missing", "/runs/never", 404),
    State("run-lines", "many", f"{RUN}/services"),
    State("run-lines", "one", f"{RUN}/services?programme=G"),
    State("run-lines", "none", f"{RUN}/services?month=1999-01"),
    State("run-providers", "many", f"{RUN}/providers?page=2"),
    State("run-faults", "none", f"{RUN}/faults"),
    State("run-faults", "some, and rejected rows", "/runs/dirty/faults", picture="faults"),
    State("run-faults", "filtered to nothing", "/runs/dirty/faults?kind=None+such"),
    State("run-unseen", "many", f"{RUN}/unseen"),
    State("run-agreement", "with differences", "/runs/small/agreement"),
    State("run-agreement", "missing", f"{RUN}/agreement", 404),
    State("run-manifest", "as it is", f"{RUN}/manifest"),
    State("run-rows", "many, sorted", f"{RUN}/rows?fate=labelled&sort=-cost", picture="records"),
    State("run-rows", "one", "/runs/small/rows?line=NCBPS13X"),
    State("run-rows", "none", f"{RUN}/rows?line=NCBPS00Q"),
    State("run-rows", "filters that are no choices", f"{RUN}/rows?fate=nonsense&layer=nonsense"),
    State("run-rows", "without prices", "/runs/unpriced/rows?sort=-cost"),
    State("run-rows", "long text", "/runs/long/rows"),
    State("run-rows", "activity moved away", "/runs/moved/rows", 500),
    State("run-find", "not there", f"{RUN}/find?record=nobody", 404),
    State("run-find", "nothing asked", f"{RUN}/find", 404),
    State("run-row", "specialised", "/runs/small/rows/1"),
    State("run-row", "by its stay", "/runs/small/rows/2"),
    State("run-row", "nearly", "/runs/small/rows/6"),
    State("run-row", "not specialised", "/runs/small/rows/9"),
    State("run-row", "faulty values", "/runs/dirty/rows/2"),
    State("run-row", "long text", "/runs/long/rows/1"),
    State("run-row", "missing", "/runs/small/rows/12", 404),
    State("run-row", "activity moved away", "/runs/moved/rows/1", 500),
    State("account_login", "in the demonstration", "/sign-in", picture="sign-in"),
    State("account_login", "without a demonstration", "/sign-in", home=BARE),
    State("account_login", "after a pause", "/sign-in?over=idle&next=/account", home=BARE),
    State("account_reset_password", "as it is", "/sign-in/forgotten"),
    State("account_reset_password_done", "as it is", "/sign-in/forgotten/sent"),
    State("account_reset_password_from_key", "too old", "/sign-in/password/nobody/old-key", 410),
    State("account_reset_password_from_key", "as it is", "{password}", home=BARE),
    State("account_reset_password_from_key_done", "as it is", "/sign-in/password/saved"),
    State("mfa_authenticate", "as it is", "/sign-in/second-step", home=BARE, person=ADA_HALF_WAY),
    State("account_reauthenticate", "as it is", "/sign-in/again?next=/account/app", home=BARE, person=ADA),
    State("mfa_reauthenticate", "as it is", "/sign-in/again/code", home=BARE, person=ADA),
    State("mfa_reauthenticate_webauthn", "as it is", "/sign-in/again/key", person="auditor"),
    State("account_change_password", "as it is", "/account/password", home=BARE, person=ADA),
    State("account_change_password", "of somebody who has none", "/account/password", person="analyst"),
    State("mfa_index", "in the demonstration", "/account", person="analyst", picture="account"),
    State("mfa_index", "with second factors", "/account", home=BARE, person=ADA),
    State("mfa_activate_totp", "as it is", "/account/app", person="analyst"),
    State("mfa_deactivate_totp", "as it is", "/account/app/remove", person="auditor"),
    State("mfa_add_webauthn", "as it is", "/account/keys/add", person="analyst"),
    State("mfa_remove_webauthn", "as it is", "/account/keys/{key}/remove", person="auditor"),
    State("mfa_remove_webauthn", "missing", "/account/keys/0/remove", 404, person="auditor"),
    State("mfa_view_recovery_codes", "shown before", "/account/recovery-codes", person="auditor"),
    State("mfa_generate_recovery_codes", "as it is", "/account/recovery-codes/new", person="auditor"),
    State(
        "case-documents", "many, one held", "{papers}/documents", person="policy-lead", picture="documents"
    ),
    State("case-documents", "none", "{without-papers}/documents", person="policy-lead"),
    State("case-documents", "of somebody who may add none", "{papers}/documents", person="auditor"),
    State("case-documents", "of a case that is not there", "/cases/NONE-1/documents", 404),
    State("case-document", "with two versions", "{document}", person="policy-lead"),
    State("case-document", "of somebody who may add none", "{document}", person="auditor"),
    State("case-document", "withdrawn", "{withdrawn}", person="policy-lead"),
    State("case-document", "withdrawn, of somebody who may not", "{withdrawn}", person="auditor"),
    State("case-document", "missing", "{papers}/documents/nothing", 404, person="policy-lead"),
    State("case-document-withdraw", "as it is", "{withdraw}", person="policy-lead"),
    State("case-document-withdraw", "not theirs", "{withdraw}", 403, person="auditor"),
    State("case-letters", "one", "{papers}/letters", person="policy-lead"),
    State("case-letter", "as it was sent", "{papers}/letters/acknowledgement/1", person="policy-lead"),
    State("case-letter", "missing", "{papers}/letters/acknowledgement/7", 404, person="policy-lead"),
    State("not-found", "no such address", "/nothing/here", 404),
)
