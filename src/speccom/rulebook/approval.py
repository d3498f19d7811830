"""The note beside a version that was approved: by whom, why, and the hash of what was approved."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from speccom.problem import Problem

APPROVAL_FILE = "approved.json"


@dataclass(frozen=True)
class Approval:
    """What was approved, by its content's hash, and the acts of it.

    `replaces` are the versions whose place it takes on the days that both are valid: the one it was made
    from, and those which that one replaced. `recorded` is the command that the ledger has the approval under.
    """

    digest: str
    replaces: tuple[str, ...]
    proposed_by: str
    reason: str
    approved_by: str
    approved_at: str
    recorded: str

    def as_text(self) -> str:
        """Return it as it is written."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def read_approval(folder: Path) -> Approval | None:
    """Return the note of a rulebook's folder; None where there is none. Raises Problem."""
    path = folder / APPROVAL_FILE
    try:
        data = json.loads(path.read_bytes())
        return Approval(**{**data, "replaces": tuple(data["replaces"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        raise Problem(
            "the note of this rulebook's approval cannot be read", where=str(path), mend=_PUT_BACK
        ) from None


def refuse_other_content(folder: Path, digest: str) -> None:
    """Raise Problem where a rulebook is not what was approved."""
    approval = read_approval(folder)
    if approval is not None and approval.digest != digest:
        raise Problem(
            "this rulebook was changed after it was approved, so it is not used",
            where=str(folder),
            mend=_PUT_BACK,
        )


_PUT_BACK = "Remove the folder and start speccom again: it is written anew from what was approved"
