"""`speccom serve`: serve the pages on this computer, with a demonstration in them unless told otherwise."""

from __future__ import annotations

import argparse

from speccom import demonstration
from speccom.problem import Problem
from speccom.this_computer import is_this_computer

SUMMARY = "serve the pages on this computer, with a demonstration in them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="the port (default 8000)")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="this computer's own address (default 127.0.0.1)",
    )
    parser.add_argument("--reset", action="store_true", help="remove the demonstration and make it anew")
    parser.add_argument(
        "--records",
        type=int,
        default=demonstration.RECORDS,
        metavar="N",
        help=f"records of the demonstration (default {demonstration.RECORDS:,})",
    )
    parser.add_argument(
        "--no-demonstration", action="store_true", help="show a person's own runs and no demonstration"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    from speccom.web.server import Service, serve  # deferred: it brings Django in

    if not is_this_computer(arguments.host):
        raise Problem(
            f"speccom listens on this computer only, and {arguments.host} is reached from others",
            mend="Leave --host out, and put a proxy with TLS before it where others are to reach it",
        )
    if not 1 <= arguments.port <= 65535:
        raise Problem(f"{arguments.port} is no port", mend="Choose a number from 1 to 65535 with --port")
    service = Service(
        host=arguments.host,
        port=arguments.port,
        demonstration=not arguments.no_demonstration,
        records=arguments.records,
        reset=arguments.reset,
    )
    return serve(service)
