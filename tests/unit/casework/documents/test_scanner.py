"""The scanner's socket, against a stand-in for clamd on this machine that keeps to its protocol."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from speccom.casework.documents.scanner import Clamd, NoScanner, Outcome, Scan, scanner_from
from speccom.problem import Problem

VIRUS = b"a stand-in for a virus"


@dataclass
class Daemon:
    """Reads one INSTREAM after another and answers as told; a large one is refused in mid-stream."""

    listener: socket.socket
    answer: bytes = b""
    limit: int = 1 << 30
    heard: list[bytes] = field(default_factory=list)

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self._hear(connection)

    def _hear(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        if stream.read(10) != b"zINSTREAM\0":
            connection.sendall(b"UNKNOWN COMMAND\0")
            return
        heard = b""
        while size := struct.unpack(">I", stream.read(4))[0]:
            heard += stream.read(size)
            if len(heard) > self.limit:
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.heard.append(heard)
        found = b"stream: Test.Signature FOUND\0" if VIRUS in heard else b"stream: OK\0"
        connection.sendall(self.answer or found)


def _started(listener: socket.socket) -> Iterator[Daemon]:
    listener.listen()
    daemon = Daemon(listener)
    thread = threading.Thread(target=daemon.serve, daemon=True)
    thread.start()
    yield daemon
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    yield from _started(listener)


def _scanner(daemon: Daemon) -> Clamd:
    return Clamd(host="127.0.0.1", port=daemon.listener.getsockname()[1], seconds=5)


def test_clean(daemon: Daemon) -> None:
    content = bytes(range(256)) * 2000
    assert _scanner(daemon).scan(content) == Scan(Outcome.CLEAN)
    assert daemon.heard == [content]


def test_infected_is_named(daemon: Daemon) -> None:
    assert _scanner(daemon).scan(b"before" + VIRUS) == Scan(Outcome.INFECTED, "Test.Signature")


@pytest.mark.parametrize(
    "answer",
    [b"stream: OK", b"\0", b"OK\0", b"stream: Something ERROR\0", b"stream: \xff\0", b"x" * 9000],
    ids=["cut off", "nothing", "another form", "error", "no letters", "without end"],
)
def test_what_is_no_verdict_is_a_failure(daemon: Daemon, answer: bytes) -> None:
    daemon.answer = answer
    assert _scanner(daemon).scan(b"a").outcome is Outcome.FAILED


def test_too_large_for_the_scanner_is_a_failure(daemon: Daemon) -> None:
    daemon.limit = 1000
    scan = _scanner(daemon).scan(bytes(5_000_000))
    assert scan.outcome is Outcome.FAILED


def test_a_scanner_that_is_not_there_is_a_failure() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    scan = Clamd(host="127.0.0.1", port=port, seconds=2).scan(b"a")
    assert scan.outcome is Outcome.FAILED
    assert "cannot be reached" in scan.said


def test_a_scanner_that_does_not_answer_is_a_failure() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        scan = Clamd(host="127.0.0.1", port=silent.getsockname()[1], seconds=0.2).scan(b"a")
    assert scan.outcome is Outcome.FAILED


@pytest.mark.usefixtures("socket_enabled")
def test_a_socket_of_this_machine(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "clamd"))
    for _ in _started(listener):
        assert Clamd(path=str(tmp_path / "clamd"), seconds=5).scan(b"a").outcome is Outcome.CLEAN
    assert Clamd(path=str(tmp_path / "none"), seconds=5).scan(b"a").outcome is Outcome.FAILED


def test_setting() -> None:
    assert isinstance(scanner_from(""), NoScanner)
    assert NoScanner().scan(b"a") == Scan(Outcome.NOT_SCANNED)
    assert scanner_from("clamd://127.0.0.1:3310") == Clamd(host="127.0.0.1", port=3310)
    assert scanner_from("clamd:///run/clamav/clamd.ctl") == Clamd(path="/run/clamav/clamd.ctl")
    for written in ("clamd", "http://127.0.0.1:1", "clamd://localhost", "clamd://localhost:port", "clamd://"):
        with pytest.raises(Problem, match="names no virus scanner"):
            scanner_from(written)


def test_a_scanner_on_another_computer_is_refused() -> None:
    with pytest.raises(Problem, match="in the clear"):
        scanner_from("clamd://scanner.example:3310")
