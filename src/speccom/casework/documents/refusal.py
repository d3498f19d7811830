"""Why a document was not taken, in words for the person who sent it."""

from __future__ import annotations

from speccom.problem import Problem


class NotTaken(Problem):
    """A document that is refused: what it is, why that is not taken, and how to mend it."""

    def __init__(self, what: str, *, why: str, mend: str) -> None:
        super().__init__(f"{what}. {why}", mend=mend)
        self.finding = what
        self.why = why


def damaged(what: str, detail: str) -> NotTaken:
    """Refuse a file that says what it is and then does not hold to it."""
    return NotTaken(
        f"This is {what} that cannot be read: {detail}",
        why="A damaged file could not be opened by those who must read it",
        mend="Open it where it was made, save it again, and send the new file",
    )


def two_in_one(what: str, other: str) -> NotTaken:
    """Refuse a file that is two things at once, which is how a harmful one passes for a harmless one."""
    return NotTaken(
        f"This is {what} that also holds {other}",
        why="A file that can be read as two kinds cannot be checked as one",
        mend="Open it where it was made, save it again, and send the new file",
    )


def too_large_inside(what: str, detail: str) -> NotTaken:
    """Refuse a file that grows beyond measure when it is opened."""
    return NotTaken(
        f"This is {what} that is too large once unpacked: {detail}",
        why="It would take the memory of the machine that opens it",
        mend="Divide it into several documents, or send it as a PDF",
    )


def active(what: str, detail: str, mend: str) -> NotTaken:
    """Refuse a file that does something when it is opened."""
    return NotTaken(
        f"This is {what} that holds {detail}",
        why="A document of a case may only be read: it may not act or fetch anything on the reader’s machine",
        mend=mend,
    )
