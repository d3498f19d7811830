"""Approved versions on the shelf of the product's home: whole, read-only, and nothing else."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path
from tempfile import mkdtemp

from speccom.analysis.rule_editor import base_text
from speccom.analysis.rule_editor.models import Decision, Proposal
from speccom.problem import Problem
from speccom.rulebook.approval import APPROVAL_FILE, Approval
from speccom.rulebook.find import approved_shelf
from speccom.rulebook.write_folder import write_folder

KIND = "identification"
_STAGING = ".staging"


def folder_of(proposal: Proposal) -> Path:
    """Return where a version lies once it is approved."""
    return approved_shelf() / KIND / proposal.draft.base.rulebook / proposal.version


def shelve(proposal: Proposal) -> None:
    """Put an approved version in its place; does nothing where it is there.

    It is made elsewhere and moved, so that nobody finds half of it. Raises Problem where it cannot be
    written, and ValueError for what was not approved.
    """
    decision = Decision.objects.select_related("by").get(proposal=proposal)
    if decision.outcome != Decision.Outcome.APPROVED:
        raise ValueError(f"{proposal} was not approved")
    folder = folder_of(proposal)
    if folder.exists():
        return
    staging = approved_shelf() / _STAGING
    try:
        staging.mkdir(parents=True, exist_ok=True)
        place = Path(mkdtemp(dir=staging))
        try:
            made = place / proposal.version
            write_folder(base_text.from_text(proposal.text, proposal.version), made)
            (made / APPROVAL_FILE).write_text(_approval(proposal, decision).as_text(), encoding="utf-8")
            folder.parent.mkdir(parents=True, exist_ok=True)
            made.rename(folder)
        finally:
            shutil.rmtree(place, ignore_errors=True)
        _make_read_only(folder)
    except OSError as fault:
        raise Problem(
            f"the version was approved, and cannot be put on the shelf ({fault.strerror})",
            where=str(folder),
            mend="Mend that, and start speccom again: it is put there then",
        ) from None


def shelve_all() -> None:
    """Put every approved version in its place that is not there, as after a restart in between."""
    approved = Proposal.objects.filter(decision__outcome=Decision.Outcome.APPROVED)
    for proposal in approved.select_related("draft__base", "by"):
        shelve(proposal)


def _approval(proposal: Proposal, decision: Decision) -> Approval:
    return Approval(
        digest=proposal.digest,
        replaces=tuple(proposal.draft.base.replaces),
        proposed_by=proposal.by.name,
        reason=proposal.reason,
        approved_by=decision.by.name,
        approved_at=decision.at.isoformat(),
        recorded=decision.recorded,
    )


def _make_read_only(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
