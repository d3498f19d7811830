"""Zip archives, which Word and Excel files are: names, sizes and content of all entries before one counts."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from speccom.casework.documents.limits import Limits
from speccom.casework.documents.refusal import NotTaken, damaged, too_large_inside, two_in_one
from speccom.interface.formats import number

ZIP_SIGN = b"PK\x03\x04"
_END_SIGN, _END_SIZE = b"PK\x05\x06", 22
_LOCAL_SIZE = 30
_ENCRYPTED = 0x1
_CHUNK = 1 << 16
_BAD_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|\\|(^|/)\.\.?(/|$)|//|[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Entry:
    """A file inside an archive, unpacked."""

    name: str
    content: bytes


def holds_archive_at_end(content: bytes) -> bool:
    """Tell whether a reader of archives, which begins at the end, would find one here."""
    tail = content[-(_END_SIZE + 0xFFFF) :]
    place = tail.rfind(_END_SIGN)
    while place >= 0:
        if len(tail) - place >= _END_SIZE:
            (comment,) = struct.unpack_from("<H", tail, place + _END_SIZE - 2)
            if place + _END_SIZE + comment == len(tail):
                return True
        place = tail.rfind(_END_SIGN, 0, place)
    return False


def unpacked(content: bytes, what: str, limits: Limits) -> Iterator[Entry]:
    """Return the entries of an archive one after another. Raises NotTaken for one that cannot be trusted.

    Nothing is written anywhere, and no more is unpacked than the limits allow, whatever the archive says.
    """
    if not content.startswith(ZIP_SIGN) or content[-_END_SIZE:][:4] != _END_SIGN:
        raise two_in_one(what, "something else before or after it")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_list(entries, what, limits)
            _check_places(entries, archive.start_dir, what)
            left = limits.unpacked
            for entry in entries:
                if entry.is_dir():
                    continue
                found = _read(archive, entry, what, left)
                left -= len(found)
                yield Entry(entry.filename, found)
    # zipfile raises NotImplementedError for a compression that it does not know.
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OSError):
        raise damaged(what, "its parts do not agree with its list of contents") from None


def _check_list(entries: list[zipfile.ZipInfo], what: str, limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise too_large_inside(
            what, f"it has {number(len(entries))} parts, and {number(limits.entries)} are allowed"
        )
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) != len(names):
        raise two_in_one(what, "two parts of one name")
    for entry in entries:
        if _BAD_NAME.search(entry.orig_filename) or stat.S_ISLNK(entry.external_attr >> 16):
            raise NotTaken(
                f"This is {what} with a part whose name leads out of it",
                why="Unpacking it could write over other files",
                mend="Open it where it was made, save it again, and send the new file",
            )
        if entry.flag_bits & _ENCRYPTED:
            raise protected(what)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged(what, "a part is packed in a way that such files do not use")
        if (
            entry.file_size > limits.ratio_counts_from
            and entry.file_size > limits.ratio * entry.compress_size
        ):
            raise too_large_inside(what, f"a part grows more than {number(limits.ratio)} times")
    whole = sum(entry.file_size for entry in entries)
    if whole > limits.unpacked:
        raise too_large_inside(what, f"{number(whole)} bytes, and {number(limits.unpacked)} are allowed")


def _check_places(entries: list[zipfile.ZipInfo], list_starts: int, what: str) -> None:
    """Refuse parts that share bytes, by which a small archive unpacks to an endless one."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    starts = [entry.header_offset for entry in ordered]
    if not starts or starts[0] != 0:
        raise two_in_one(what, "something else before it")
    for entry, following in zip(ordered, [*starts[1:], list_starts], strict=True):
        if entry.header_offset + _LOCAL_SIZE + len(entry.orig_filename) + entry.compress_size > following:
            raise damaged(what, "its parts overlap")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, what: str, left: int) -> bytes:
    taken = bytearray()
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK):
            taken += chunk
            if len(taken) > min(entry.file_size, left):
                raise too_large_inside(what, "a part is larger than its list of contents says")
    return bytes(taken)


def protected(what: str) -> NotTaken:
    """Refuse a file that a password protects."""
    return NotTaken(
        f"This is {what} that a password protects",
        why="It can be neither checked nor read by those who must decide on it",
        mend="Take the password off where it was made, save it, and send that; it is encrypted here",
    )
