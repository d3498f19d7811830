"""Pictures: PNG and JPEG walked from their first byte to their last, without being drawn."""

from __future__ import annotations

import re
import struct
import zlib

from speccom.casework.documents.kinds import DocumentKind
from speccom.casework.documents.limits import Limits
from speccom.casework.documents.refusal import NotTaken, damaged, two_in_one
from speccom.interface.formats import number

PNG_SIGN = b"\x89PNG\r\n\x1a\n"
JPEG_SIGN = b"\xff\xd8\xff"

_PACKED_TEXT = (b"zTXt", b"iTXt", b"iCCP")
_PACKED_TEXT_LIMIT = 5_000_000
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_PADDING = b"\x00\r\n\t "


def check_png(content: bytes, limits: Limits) -> None:
    """Raise NotTaken for a PNG that is damaged, moves, is too large to draw, or holds more than a picture."""
    what, place, seen = DocumentKind.PNG.words, len(PNG_SIGN), 0
    while True:
        if place + 12 > len(content):
            raise damaged(what, "its end is missing")
        length, name = struct.unpack_from(">I4s", content, place)
        data = content[place + 8 : place + 8 + length]
        if place + 12 + length > len(content):
            raise damaged(what, "its end is missing")
        if zlib.crc32(name + data) != struct.unpack_from(">I", content, place + 8 + length)[0]:
            raise damaged(what, "its content does not agree with its own check sums")
        if (seen == 0) != (name == b"IHDR"):
            raise damaged(what, "its parts are not in order")
        if name == b"IHDR":
            if length != 13:
                raise damaged(what, "its size is not given")
            width, height = struct.unpack_from(">II", data)
            _check_size(what, width, height, limits)
        elif name == b"acTL":
            raise _moving(what)
        elif name in _PACKED_TEXT:
            _check_packed_text(what, data)
        place, seen = place + 12 + length, seen + 1
        if name == b"IEND":
            break
    if content[place:].strip(_PADDING):
        raise two_in_one(what, "something else after its end")


def check_jpeg(content: bytes, limits: Limits) -> None:
    """Raise NotTaken for a JPEG that is damaged, too large to draw, or followed by what is no picture."""
    place = 0
    while True:
        place = _jpeg_end(content, place, limits)
        # Cameras put a second picture, for depth or brightness, after the first.
        if not content.startswith(JPEG_SIGN, place):
            break
    if content[place:].strip(_PADDING):
        raise two_in_one(DocumentKind.JPEG.words, "something else after its end")


def _jpeg_end(content: bytes, start: int, limits: Limits) -> int:
    what, place, sized = DocumentKind.JPEG.words, start + 2, False
    while True:
        if place + 4 > len(content) and content[place : place + 2] != b"\xff\xd9":
            raise damaged(what, "its end is missing")
        if content[place] != 0xFF:
            raise damaged(what, "its parts are not in order")
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == 0xD9:
            if not sized:
                raise damaged(what, "it holds no picture")
            return place + 2
        if marker in _ALONE:
            place += 2
            continue
        (length,) = struct.unpack_from(">H", content, place + 2)
        if length < 2 or place + 2 + length > len(content):
            raise damaged(what, "its end is missing")
        if marker in _FRAMES:
            if length < 8:
                raise damaged(what, "its size is not given")
            height, width = struct.unpack_from(">HH", content, place + 5)
            _check_size(what, width, height, limits)
            sized = True
        place += 2 + length
        if marker == 0xDA:
            following = _AFTER_SCAN.search(content, place)
            if following is None:
                raise damaged(what, "its end is missing")
            place = following.end() - 2


def _check_size(what: str, width: int, height: int, limits: Limits) -> None:
    if not width or not height:
        raise damaged(what, "it has no width or no height")
    if width > limits.side or height > limits.side or width * height > limits.pixels:
        raise NotTaken(
            f"This is {what} of {number(width)} by {number(height)} points",
            why=f"Pictures of up to {number(limits.pixels)} points, {number(limits.side)} to a side, are "
            "taken: a larger one could take the memory of the machine that opens it",
            mend="Save it smaller and send the new file",
        )


def _check_packed_text(what: str, data: bytes) -> None:
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data[:512]):
        try:
            unpacker = zlib.decompressobj()
            unpacker.decompress(data[start.start() :], _PACKED_TEXT_LIMIT)
        except zlib.error:
            continue
        if unpacker.unconsumed_tail:
            raise two_in_one(what, "a large text that is not shown")


def _moving(what: str) -> NotTaken:
    return NotTaken(
        f"This is {what} that moves",
        why="A moving picture cannot be printed or described as one document",
        mend="Save the one picture that matters and send that",
    )
