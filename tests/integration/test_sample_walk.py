"""The walk of docs/operate.md on the sample portals, by its own commands: one process serves, others crawl and look."""

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "operate.md").read_text(encoding="utf-8")
WALK = PAGE.split("## Trying it on the sample portals")[1].split("\n## ")[0]
PATIENCE_S = 60
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("GOVSCRAPE_")}


@contextmanager
def serving(port: int, folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "govscrape", "demo", "--serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stdout is not None
        try:
            process.stdout.readline()
            assert "until Ctrl-C" in process.stdout.readline()
            yield
        finally:
            process.kill()


def shell(line: str, folder: Path) -> tuple[int, str]:
    """Exit code and all that was printed."""
    call = f'govscrape() {{ {shlex.quote(sys.executable)} -m govscrape "$@"; }}\n{line}'
    done = subprocess.run(
        ["bash", "-c", call],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.slow
def test_the_walk_of_the_page(tmp_path: Path) -> None:
    """An operator's first hour: what the page says is typed as it stands and must come out as it says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served, blocks = re.findall(r"```sh\n(.*?)```", WALK, flags=re.DOTALL)
    assert served == "govscrape demo --serve\n"
    lines = blocks.replace(":8763/", f":{port}/").splitlines()
    exports, crawl = lines[0], "govscrape crawl --portals try/portals --loopback"
    told = []
    with serving(port, tmp_path):
        told = [shell(f"{exports}\n{line}", tmp_path) for line in lines]
        codes = [code for code, _ in told]
        assert codes == [0, 0, 0, 0, 0, 0, 3, 0, 3, 3], told
        assert "province: Gia Lai, by what the page calls itself" in told[2][1]
        assert re.search(r"gialai\W+5\W+10\W+10\b", told[5][1])
        assert "gialai: silent: newest article" in told[6][1]
        assert "no issues" in told[7][1]
        code, again = shell(f"{exports}\n{crawl}", tmp_path)
        assert (code, bool(re.search(r"gialai\W+1\W+5\W+0\b", again))) == (0, True), again
        code, refused = shell(
            f"{exports}\nGOVSCRAPE_CONTACT=a@example.org {crawl.removesuffix(' --loopback')}", tmp_path
        )
        assert (code, "127.0.0.1, not a public address" in refused) == (3, True), refused
    code, down = shell(f"{exports}\n{crawl}", tmp_path)
    assert (code, "partial: gialai: news: " in down) == (3, True), down
    code, status = shell(f"{exports}\ngovscrape status --portals try/portals", tmp_path)
    assert (code, "gialai: partial: news: " in status) == (3, True), status
    assert "described in no file here (--portals DIR): gialai" in shell(f"{exports}\ngovscrape status", tmp_path)[1]
    with serving(port, tmp_path):
        code, mended = shell(f"{exports}\n{crawl}", tmp_path)
        assert code == 0, mended
        code, ready = shell("govscrape crawl quangninh --portals db/portals-demo --loopback", tmp_path)
        assert (code, bool(re.search(r"quangninh\W+\d+\W+\d+\W+14\b", ready))) == (0, True), ready
