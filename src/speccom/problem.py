"""What goes wrong in a way that a person must put right."""


class Problem(Exception):
    """Something a person must put right: what it is, where, and how to mend it.

    Each part is a phrase or a sentence for people; `str()` joins them as sentences. Every exception
    that is meant for people derives from this one, and `speccom` shows it without a traceback.
    """

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        """`<where>: <what>. <mend>.`, leaving out what is empty."""
        first = f"{self.where}: {self.what}" if self.where else self.what
        return " ".join(_sentence(part) for part in (first, self.mend) if part.strip())


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "?", ":")) else f"{text}."
