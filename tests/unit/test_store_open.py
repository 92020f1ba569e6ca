"""Opening: every file that is no database of ours is refused in one line that names it, and stays as it was."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govscrape.errors import StoreError
from govscrape.models.records import Issue
from govscrape.store import Store, open_readonly
from govscrape.store.migrations import APPLICATION_ID, steps

NOW = datetime(2025, 1, 2, tzinfo=UTC)


def refusal(path: Path, **options: bool) -> str:
    with pytest.raises(StoreError) as caught:
        Store.open(path, **options).close()
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def test_makes_file_and_folders(tmp_path: Path) -> None:
    """A first crawl in a fresh clone has no db folder."""
    path = tmp_path / "new" / "deep" / "g.db"
    with Store.open(path) as store:
        assert store.db.journal_mode == "wal"
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert db.execute("PRAGMA user_version").fetchone() == (len(steps()),)


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    """Migrations must not run twice."""
    path = tmp_path / "g.db"
    Store.open(path).close()
    before = path.read_bytes()
    Store.open(path).close()
    assert path.read_bytes() == before


def test_empty_file_becomes_a_database(tmp_path: Path) -> None:
    """A kill between making the file and its schema leaves zero bytes behind."""
    path = tmp_path / "g.db"
    path.touch()
    with Store.open(path) as store:
        assert store.counts()["articles"] == 0


def test_foreign_database_is_refused_untouched(tmp_path: Path) -> None:
    """--db pointed at a browser's history must not get our tables."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE urls (id)")
        db.commit()
    before = path.read_bytes()
    assert "not a govscrape database" in refusal(path)
    assert "not a govscrape database" in refusal(path, readonly=True)
    assert path.read_bytes() == before


def test_other_application_without_tables_is_refused(tmp_path: Path) -> None:
    """An application_id is a claim even before the first table."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA application_id = 42")
        db.execute("VACUUM")
    assert "0x2a" in refusal(path)


@pytest.mark.parametrize("readonly", [False, True])
def test_text_file_is_refused(tmp_path: Path, readonly: bool) -> None:
    """SQLite notices only at the first read; the user must not see its traceback."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database " * 100)
    assert "not an SQLite database" in refusal(path, readonly=readonly)


@pytest.mark.parametrize("readonly", [False, True])
def test_newer_schema_is_refused(tmp_path: Path, readonly: bool) -> None:
    """An old program writing into a newer schema loses columns silently."""
    path = tmp_path / "g.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    assert "newer" in refusal(path, readonly=readonly)


def test_missing_file_is_not_made_by_reading(tmp_path: Path) -> None:
    """A typo in --db must not answer "no rows" from a file it has just made."""
    path = tmp_path / "typo.db"
    assert "no such database" in refusal(path, readonly=True)
    assert "no such database" in refusal(path, create=False)
    assert not path.exists()


def test_folder_and_file_in_the_way(tmp_path: Path) -> None:
    """A folder given as database, and a file where the folder should be."""
    assert "folder" in refusal(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        Store.open(tmp_path / "file" / "g.db")


def test_locked_database_says_so_and_keeps_what_it_had(tmp_path: Path) -> None:
    """Two crawls at once: the second waits, then gives up in words."""
    path = tmp_path / "g.db"
    with Store.open(path, timeout_s=0.05) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"g\.db: locked"):
            store.save_issue(Issue(code="c", message="m"), seen_at=NOW)
        other.execute("ROLLBACK")
        store.save_issue(Issue(code="c", message="m"), seen_at=NOW)
        assert store.counts()["issues"] == 1


def test_readonly_store_refuses_to_write(tmp_path: Path) -> None:
    """Readers share the file with a running crawl."""
    path = tmp_path / "g.db"
    Store.open(path).close()
    with Store.open(path, readonly=True) as store, pytest.raises(StoreError, match=r"g\.db: read-only"):
        store.save_issue(Issue(code="c", message="m"), seen_at=NOW)


def test_file_without_write_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told at the start, not after an hour of crawling; root is never refused by the system, hence the patch."""
    path = tmp_path / "g.db"
    Store.open(path).close()
    monkeypatch.setattr("os.access", lambda *_: False)
    assert "read-only" in refusal(path)


def test_empty_database_is_named_by_the_reader(tmp_path: Path) -> None:
    """Reading never migrates, so it must say what is missing instead of "no such table"."""
    path = tmp_path / "g.db"
    path.touch()
    with pytest.raises(StoreError, match="empty database"):
        open_readonly(path)


def test_awkward_names(tmp_path: Path) -> None:
    """A path goes into a URI: "?", "#" and "%" must not cut it."""
    path = tmp_path / "a b?mode=memory#%41 đ.db"
    Store.open(path).close()
    assert path.exists()
    open_readonly(path).close()


def test_damaged_file(tmp_path: Path) -> None:
    """A disk's fault is told as one, with the way out."""
    path = tmp_path / "g.db"
    Store.open(path).close()
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * (4096 - 100)
    path.write_bytes(data)
    assert "damaged" in refusal(path)
