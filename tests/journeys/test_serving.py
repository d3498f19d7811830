"""Starting, starting again, a taken port, being killed, starting anew."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from tests.journeys.serving import command, environment, free_port, served

from speccom import demonstration

SMALL = ("--records", "3000")


def start(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("serve", *words),
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(home),
        check=False,
    )


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return str(answer.read().decode())


def wait_until_ready(home: Path) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        if demonstration.is_ready(home):
            return
        time.sleep(0.2)
    raise AssertionError((home / "demonstration.log").read_text(encoding="utf-8"))


def test_it_serves_at_once_and_makes_the_demonstration_beside(tmp_path: Path) -> None:
    with served(tmp_path, *SMALL) as running:
        assert "demonstration" in read(running.address)
        wait_until_ready(tmp_path)
        assert "A synthetic year, 2025/26" in read(running.address)
        assert "of 3,000 records" in read(f"{running.address}/runs/demonstration")
    made = (tmp_path / "runs" / "demonstration" / "manifest.json").stat().st_mtime_ns
    with served(tmp_path, *SMALL):
        time.sleep(1)
    assert (tmp_path / "runs" / "demonstration" / "manifest.json").stat().st_mtime_ns == made


def test_a_taken_port_is_told_with_the_way_to_choose_another(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        found = start(tmp_path, "--port", str(port), "--no-demonstration")
    assert found.returncode == 2
    assert f"port {port} cannot be used" in found.stderr
    assert f"--port {port + 1}" in found.stderr
    assert "Traceback" not in found.stderr


def test_a_second_start_names_the_first(tmp_path: Path) -> None:
    with served(tmp_path, "--no-demonstration") as running:
        found = start(tmp_path, "--port", str(free_port()), "--no-demonstration")
        assert found.returncode == 2
        assert f"already running at {running.address}" in found.stderr
        running.process.send_signal(signal.SIGKILL)
        running.process.wait()
    with served(tmp_path, "--no-demonstration"):
        pass


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_it_listens_on_this_computer_only(tmp_path: Path, host: str) -> None:
    found = start(tmp_path, "--host", host)
    assert found.returncode == 2
    assert "this computer only" in found.stderr


def test_it_answers_to_no_other_name(tmp_path: Path) -> None:
    with served(tmp_path, "--no-demonstration") as running:
        asked = urllib.request.Request(running.address, headers={"Host": "elsewhere.example"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked, timeout=30)
        assert refused.value.code == 400
        assert "This address cannot be understood" in refused.value.read().decode()


def test_a_killed_making_is_made_again(tmp_path: Path) -> None:
    making = subprocess.Popen(
        command("demonstration", "--records", "2000000"), env=environment(tmp_path), start_new_session=True
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and not (
        demonstration.standing(tmp_path) and (tmp_path / "demonstration").exists()
    ):
        time.sleep(0.05)
    os.killpg(making.pid, signal.SIGKILL)
    making.wait()
    assert not demonstration.is_ready(tmp_path)
    assert not demonstration.is_being_made(tmp_path)
    with served(tmp_path, *SMALL):
        wait_until_ready(tmp_path)


def test_reset_removes_what_the_demonstration_made_and_nothing_else(tmp_path: Path) -> None:
    demonstration.make(tmp_path, 2000)
    own = tmp_path / "runs" / "mine"
    own.mkdir()
    (own / "note.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    before = (tmp_path / "runs" / "demonstration" / "manifest.json").stat().st_ino
    with served(tmp_path, "--reset", *SMALL):
        wait_until_ready(tmp_path)
    assert (own / "note.txt").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "kept.txt").exists()
    assert (tmp_path / "runs" / "demonstration" / "manifest.json").stat().st_ino != before
