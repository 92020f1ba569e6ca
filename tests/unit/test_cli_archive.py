"""``govscrape archive verify``: whole, damaged, absent. Each test names the mistake it guards."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from govscrape.archive import Archive
from govscrape.cli import main
from govscrape.models.page import Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Archive(tmp_path / "warc") as archive:
        for number in range(3):
            url = f"https://tinh.example/{number}"
            archive.write(Page(url=url, final_url=url, status=200, body=b"<p>" + b"x" * 500, fetched_at=NOW))
    return tmp_path / "warc"


def test_a_whole_archive(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A schedule asks by exit code."""
    assert main.run(["archive", "verify", str(folder)]) == 0
    assert capsys.readouterr().out.endswith("bytes, no faults\n")


def test_a_flipped_bit_is_named_by_file_and_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A disk that decays must not be found out years later."""
    path = next(folder.glob("*.warc.gz"))
    damaged = bytearray(path.read_bytes())
    damaged[-30] ^= 1
    path.write_bytes(damaged)
    assert main.run(["archive", "verify", str(folder)]) == 1
    assert f"{path}@" in capsys.readouterr().out
    assert path.read_bytes() == bytes(damaged)


def test_the_folder_of_the_settings(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without DIR it is the archive that crawls write."""
    monkeypatch.setenv("GOVSCRAPE_ARCHIVE", str(folder))
    assert main.run(["archive", "verify"]) == 0
    assert capsys.readouterr().out.startswith("1 files")


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong path must not look like a sound archive."""
    assert main.run(["archive", "verify", str(tmp_path / "nowhere")]) == 1
    assert "no such folder" in capsys.readouterr().err
