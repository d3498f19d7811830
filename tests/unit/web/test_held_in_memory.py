"""A document on its way in or out is never written to the disk in the clear by the server itself."""

from __future__ import annotations

from io import BytesIO

from waitress.adjustments import Adjustments
from waitress.buffers import OverflowableBuffer

from speccom.web.server import held_in_memory

DOCUMENT = 3_000_000


def test_what_may_be_taken_stays_in_memory() -> None:
    kept = Adjustments(**held_in_memory(DOCUMENT))
    for overflow in (kept.inbuf_overflow, kept.outbuf_overflow):
        buffer = OverflowableBuffer(overflow)
        buffer.append(b"x" * DOCUMENT)
        buffer.append(b"the form around it")
        assert isinstance(buffer.getfile(), BytesIO)
        assert not buffer.overflowed


def test_a_request_without_end_is_cut_off() -> None:
    kept = Adjustments(**held_in_memory(DOCUMENT))
    assert DOCUMENT < kept.max_request_body_size < 10 * DOCUMENT
