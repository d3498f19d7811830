"""`speccom resume`: go on with a run that was stopped."""

from __future__ import annotations

import argparse
from pathlib import Path
from threading import Event
from typing import Any

from speccom.activity.assign.run import KIND
from speccom.activity.resume import is_finished, resume
from speccom.commands import assign, identify
from speccom.commands.long_run import DONE, Tell, carry_out
from speccom.web.home_folder import demonstration_home, product_home

SUMMARY = "go on with a run that was stopped, from where it was"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run", metavar="RUN", help="the run's folder, or its name among your runs")


def run(arguments: argparse.Namespace) -> int:
    """Go on with the run, and say what came of it."""
    folder = _folder(arguments.run)
    if is_finished(folder):
        print(f"This run is finished already: {folder}")
        return DONE

    def work(tell: Tell, asked: Event) -> str:
        return _report(resume(folder, tell, asked), folder)

    return carry_out(work)


def _folder(named: str) -> Path:
    """Return the folder that was named, or the one of that name where the pages look for runs."""
    given = Path(named)
    homes = [home / "runs" / named for home in (product_home(), demonstration_home())]
    return next((folder for folder in (given, *homes) if folder.is_dir()), given)


def _report(manifest: dict[str, Any], folder: Path) -> str:
    outputs = manifest["outputs"]
    if manifest.get("kind") == KIND:
        return assign.report(manifest, folder / outputs["answers"]["file"], folder)
    return identify.report(manifest, folder / outputs["labels"]["file"], folder)
