"""What a run was begun with: its folder keeps it before work starts, and needs no more to go on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from speccom import __version__
from speccom.problem import Problem
from speccom.rulebook import find

BEGUN = "order.json"
_ANEW = "Begin a new run"


@dataclass(frozen=True)
class InputSeen:
    """A file that goes in, as it was when the run began: its bytes, and when it last changed."""

    path: str
    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> InputSeen:
        """Look at a file. Raises OSError."""
        now = path.stat()
        return cls(str(path.resolve()), now.st_size, now.st_mtime_ns)


@dataclass(frozen=True)
class Begun:
    """A run's order as its folder keeps it.

    `kind` is the kind of run; `rulebooks` gives the digest of each rulebook and folder of tables by what it
    is; `settings` are the kind's own. `begun` and `resumed` are moments; `by` is who began it, where that is
    known; `then` are the settings of an assignment that is to follow an identification.
    """

    kind: str
    code_version: str
    layouts: str
    rulebooks: Mapping[str, str]
    inputs: tuple[InputSeen, ...]
    settings: Mapping[str, Any]
    begun: str
    resumed: tuple[str, ...] = ()
    by: str = ""
    then: Mapping[str, Any] | None = None

    @classmethod
    def now(
        cls, kind: str, rulebooks: Mapping[str, str], inputs: Iterable[Path], settings: Mapping[str, Any]
    ) -> Begun:
        """Return what a run that begins now is begun with. Raises Problem where a file cannot be seen."""
        return cls(kind, __version__, _layouts(), rulebooks, tuple(map(_seen, inputs)), settings, _moment())

    @property
    def started(self) -> datetime:
        """When it was begun."""
        return datetime.fromisoformat(self.begun)

    def wished(self, by: str, then: Mapping[str, Any] | None = None) -> Begun:
        """Return the same, begun by somebody, and with what is to follow."""
        return replace(self, by=by, then=then)

    def gone_on_with(self) -> Begun:
        """Return the same, gone on with at this moment."""
        return replace(self, resumed=(*self.resumed, _moment()))

    def as_text(self) -> str:
        """Return it as it is written."""
        return json.dumps(asdict(self), indent=2)

    def refuse_other_software(self) -> None:
        """Raise Problem where this software would not do what the one that began would have done."""
        if self.code_version != __version__:
            raise Problem(
                f"the run was begun by speccom {self.code_version}, and this is {__version__}",
                mend=f"{_ANEW}, or go on with the version that began it",
            )
        if self.layouts != _layouts():
            raise Problem("the layouts of activity files have changed since the run began", mend=_ANEW)

    def refuse_other_rulebook(self, what: str, digest: str, folder: Path) -> None:
        """Raise Problem where a rulebook, or a folder of tables, is not what it was."""
        if self.rulebooks.get(what) != digest:
            raise Problem(
                f"the {what} has changed since the run began",
                where=str(folder),
                mend=f"Put it back as it was, or b{_ANEW[1:]}",
            )


def read_begun(folder: Path) -> Begun | None:
    """Return what a run's folder keeps; None where it keeps nothing that can be read."""
    try:
        data = json.loads((folder / BEGUN).read_bytes())
        inputs = tuple(InputSeen(**each) for each in data.pop("inputs"))
        begun = Begun(inputs=inputs, **{**data, "resumed": tuple(data["resumed"])})
        _ = begun.started
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return begun


def has_changed(seen: InputSeen) -> bool:
    """Whether a file may be another than it was: its size or its time of change differs."""
    return _seen(Path(seen.path)) != seen


def changed_since(path: str) -> Problem:
    """Return what to say of a file that is another than it was."""
    return Problem(
        "this file has changed since the run began",
        where=path,
        mend=f"Put it back as it was, or b{_ANEW[1:]}",
    )


def _seen(path: Path) -> InputSeen:
    try:
        return InputSeen.of(path)
    except FileNotFoundError:
        raise Problem("there is no such file", where=str(path), mend="Check the path") from None
    except OSError as error:
        raise Problem(f"the file cannot be looked at ({error.strerror})", where=str(path)) from error


def _layouts() -> str:
    """Return a digest of all layouts: by another, a file would be read otherwise."""
    texts = [path.read_bytes() for path in sorted((find.shelf() / "layouts").glob("*.toml"))]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
