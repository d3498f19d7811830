"""Values in Thrift's compact protocol: the form of all that Parquet says of its pages and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_LONGEST_SHORT_LIST = 14
_WIDEST_STEP = 15
_STOP = b"\0"


@dataclass(frozen=True)
class Value:
    """A value as it is written, and the number of its kind."""

    kind: int
    data: bytes


def int32(number: int) -> Value:
    """Return a whole number of 32 bits."""
    return Value(5, varint(zigzag(number)))


def int64(number: int) -> Value:
    """Return a whole number of 64 bits."""
    return Value(6, varint(zigzag(number)))


def text(string: str) -> Value:
    """Return a text."""
    data = string.encode()
    return Value(8, varint(len(data)) + data)


def array(elements: Sequence[Value]) -> Value:
    """Return a list of values of one kind, at least one."""
    count, kind = len(elements), elements[0].kind
    if count <= _LONGEST_SHORT_LIST:
        head = bytes([count << 4 | kind])
    else:
        head = bytes([0xF0 | kind]) + varint(count)
    return Value(9, head + b"".join(element.data for element in elements))


def struct(fields: Mapping[int, Value]) -> Value:
    """Return a structure of fields by their number, in rising order, each at most 15 after the one before."""
    parts, before = [], 0
    for number, value in fields.items():
        assert 0 < number - before <= _WIDEST_STEP
        parts += [bytes([number - before << 4 | value.kind]), value.data]
        before = number
    return Value(12, b"".join(parts) + _STOP)


def varint(number: int) -> bytes:
    """Return a number from nought on, seven bits a byte, the lowest first."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def zigzag(number: int) -> int:
    """Return the number that stands for another of either sign."""
    return number << 1 if number >= 0 else (-number << 1) - 1
