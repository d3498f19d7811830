"""The server: one a home, on this computer only, listening while the demonstration is made beside it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

from speccom import demonstration
from speccom.casework.documents.limits import limits_from
from speccom.interface.charts import get_ready
from speccom.one_at_a_time import Held, hold
from speccom.problem import Problem
from speccom.web.home_folder import demonstration_home, make_home, product_home
from speccom.web.start import make_cases, start

_LOCK = "serving.lock"
_LOG = "demonstration.log"
_THREADS = 4
_FORM_AROUND = 1_000_000
_SAID_BY_PROXY = frozenset({"x-forwarded-for", "x-forwarded-proto"})


@dataclass(frozen=True)
class Service:
    """What to serve and where."""

    host: str
    port: int
    demonstration: bool
    records: int
    reset: bool

    @property
    def address(self) -> str:
        """The address to open in a browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


def serve(service: Service) -> int:
    """Serve until stopped; the exit code. Raises Problem where the port or the home is in use."""
    home = make_home(demonstration_home() if service.demonstration else product_home())
    if os.environ.get("SPECCOM_HTTPS") != "1":
        os.environ.setdefault("SPECCOM_ADDRESS", service.address)
    try:
        with hold(home / _LOCK, service.address), closing(_listen(service)) as listening:
            if service.demonstration:
                _begin_demonstration(service, home)
            _answer(service, home, listening)
    except Held as held:
        raise Problem(
            f"speccom is already running at {held.note or 'another port'}",
            where=str(home),
            mend="Open that address, or stop it first; SPECCOM_HOME names another home for a second one",
        ) from None
    return 0


def _listen(service: Service) -> socket.socket:
    family = socket.AF_INET6 if ":" in service.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((service.host, service.port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise Problem(
            f"port {service.port} cannot be used: {_why(error)}",
            mend=f"Choose another, for example `--port {service.port + 1 if service.port < 65535 else 8000}`",
        ) from None
    return listening


def _why(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "ports below 1024 are kept for the system"
    return "another program is listening on it" if error.errno == 98 else str(error.strerror or error).lower()


def _begin_demonstration(service: Service, home: Path) -> None:
    """Start the making in a process of its own, which goes on when the server stops."""
    if service.reset:
        demonstration.remove(home)
    if demonstration.is_ready(home) or demonstration.is_being_made(home):
        return
    with (home / _LOG).open("wb") as log:
        subprocess.Popen(
            [sys.executable, "-m", "speccom", "demonstration", "--records", str(service.records)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "SPECCOM_HOME": str(home)},
        )


def _answer(service: Service, home: Path, listening: socket.socket) -> None:
    start(home, demonstration=service.demonstration)
    from django.conf import settings
    from waitress.server import create_server

    from speccom.web.wsgi import application  # deferred: Django reads its settings when it is imported

    proxy = believed(service.host) if settings.HTTPS else {}
    sizes = held_in_memory(limits_from(settings.DOCUMENT_LIMITS).size)
    server = create_server(application, sockets=[listening], threads=_THREADS, ident=None, **proxy, **sizes)
    signal.signal(signal.SIGTERM, _stop)
    Thread(target=get_ready, daemon=True).start()
    if service.demonstration:
        Thread(target=make_cases, daemon=True).start()
    print(f"speccom is running at {service.address}", flush=True)
    print("Press Ctrl and C to stop it.", flush=True)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.close()


def believed(host: str) -> dict[str, Any]:
    """Return what waitress is to believe a proxy on this computer: for whom it asks, and over TLS or not."""
    return {
        "trusted_proxy": "::1" if ":" in host else "127.0.0.1",
        "trusted_proxy_headers": _SAID_BY_PROXY,
    }


def held_in_memory(document: int) -> dict[str, int]:
    """Return waitress's sizes, in bytes: what holds a document that may be taken never touches the disk.

    Of more than that it takes some, so that a page can say that it is too much, and then no more.
    """
    whole = document + _FORM_AROUND
    return {"inbuf_overflow": whole, "outbuf_overflow": whole, "max_request_body_size": 4 * whole}


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
