"""The archive of a backup: a tar of a home's files; its last member, the manifest, has each one's digest."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from speccom.problem import Problem

MANIFEST = "manifest.json"
FORMAT = "speccom backup 1"
KEYS_FORMAT = "speccom keys 1"
DATABASE_FOLDER = "database"
_PIECE = 1 << 20


class ArchiveWriter:
    """An archive on its way; until `close` has written the manifest it is none."""

    def __init__(self, file: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.files: list[dict[str, Any]] = []

    def add(self, path: Path, name: str) -> bool:
        """Add a file; whether it was still there."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return False
        with file:
            status = os.fstat(file.fileno())
            hashed = _Hashed(file)
            self._tar.addfile(_member(name, status.st_size, int(status.st_mtime)), hashed)
        self.files.append({"name": name, "size": status.st_size, "sha256": hashed.digest})
        return True

    def close(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, which makes it whole."""
        text = json.dumps(manifest, indent=1, sort_keys=True).encode()
        self._tar.addfile(_member(MANIFEST, len(text), 0), io.BytesIO(text))
        self._tar.close()


def unpack(archive: Path, folder: Path) -> dict[str, Any]:
    """Unpack an archive and return its manifest. Raises Problem unless every byte is as it was written."""
    found: dict[str, tuple[int, str]] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(archive, mode="r:") as tar:
            for member, file in _members(tar):
                if member.name == MANIFEST:
                    manifest = json.loads(file.read())
                else:
                    found[member.name] = _write(file, folder / _safe(member.name))
    except FileNotFoundError:
        raise Problem("there is no such file", where=str(archive), mend="Name the backup's archive") from None
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise _damaged(archive, str(error)) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _damaged(archive, "it has no manifest, so it was not written to its end")
    written = {each["name"]: (each["size"], each["sha256"]) for each in manifest["files"]}
    for name in sorted(written.keys() | found.keys()):
        if written.get(name) != found.get(name):
            raise _damaged(archive, f"{name} is not as it was written")
    return manifest


@contextmanager
def new_private_file(path: Path) -> Iterator[IO[bytes]]:
    """Make a file that only its owner may read, and have it on the disk before going on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


class _Hashed(io.RawIOBase):
    """A file whose digest is taken while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._hash.update(piece)
        return piece

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def _member(name: str, size: int, changed: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, changed, stat.S_IRUSR | stat.S_IWUSR
    return member


def _members(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for member in tar:
        file = tar.extractfile(member) if member.isreg() else None
        if file is None:
            raise ValueError(f"{member.name} is no plain file")
        yield member, file


def _safe(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts:
        raise ValueError(f"{name} would lie outside of the home")
    return path


def _write(file: IO[bytes], path: Path) -> tuple[int, str]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    size, hashed = 0, hashlib.sha256()
    with new_private_file(path) as out:
        while piece := file.read(_PIECE):
            out.write(piece)
            hashed.update(piece)
            size += len(piece)
    return size, hashed.hexdigest()


def _damaged(archive: Path, why: str) -> Problem:
    return Problem(f"this is no whole backup: {why}", where=str(archive), mend="Restore from another one")
