"""The archive: what goes in comes out, and a killed writer costs at most the record it was writing."""

import asyncio
import gzip
import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from govscrape.archive import Archive, GroupCommit, pack_revisit
from govscrape.archive.warc import mend
from govscrape.errors import ArchiveError
from govscrape.models.page import ArchiveRef, Page, Send

NOW = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


def a_page(body: bytes = b"<p>xin ch\xc3\xa0o</p>", *, at: datetime = NOW, status: int = 200) -> Page:
    headers = (
        ("content-type", "text/html"),
        ("content-encoding", "gzip"),
        ("content-length", "7"),
        ("set-cookie", "a=1"),
    )
    url = "https://tinh.example/tin?id=1"
    return Page(url=url, final_url=url + "&x=2", status=status, headers=headers, body=body, fetched_at=at)


@given(body=st.binary(max_size=2000), status=st.sampled_from([200, 404, 500]))
def test_what_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, body: bytes, status: int) -> None:
    """Any bytes, with the headers that told their coding on the wire."""
    with Archive(tmp_path_factory.mktemp("archive")) as archive:
        page = a_page(body, status=status)
        assert archive.read(archive.write(page)) == page


def test_any_warc_reader_understands_it(tmp_path: Path) -> None:
    """The archive outlives this program."""
    with Archive(tmp_path) as archive:
        ref = archive.write(a_page())
    with (tmp_path / ref.file).open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers.protocol, record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [(kind, version) for kind, version, _ in records] == [("warcinfo", "WARC/1.1"), ("response", "WARC/1.1")]
    assert records[1][2] == a_page().body


def test_pages_lists_every_response_where_it_lies(tmp_path: Path) -> None:
    """An archive without its database can be read again."""
    with Archive(tmp_path) as archive:
        written = [(archive.write(page), page) for page in (a_page(b"a"), a_page(b"b"))]
        assert list(archive.pages()) == written
        assert archive.verify() == ()


def test_a_new_file_each_day_and_at_the_size_cap(tmp_path: Path) -> None:
    """Files stay of a size that can be copied; the next run goes on in the last one."""
    for _ in range(2):
        with Archive(tmp_path, file_bytes_max=1) as archive:
            archive.write(a_page())
    with Archive(tmp_path) as archive:
        archive.write(a_page())
        archive.write(a_page(at=NOW + timedelta(days=1)))
    names = sorted(path.name for path in tmp_path.glob("*.warc.gz"))
    assert names == ["20260304-001.warc.gz", "20260304-002.warc.gz", "20260305-001.warc.gz"]


@pytest.mark.parametrize("kept", [1, 5, 40, 200, -1], ids=lambda n: f"{n} bytes of the record")
def test_a_torn_tail_is_cut_at_the_next_write(tmp_path: Path, kept: int) -> None:
    """A kill -9 in the middle of a write."""
    with Archive(tmp_path) as archive:
        first, torn = archive.write(a_page(b"first")), archive.write(a_page(os.urandom(500)))
    path = tmp_path / first.file
    whole = path.read_bytes()
    path.write_bytes(whole[: torn.offset + kept] if kept > 0 else whole[:kept])
    with Archive(tmp_path) as archive:
        assert [fault.offset for fault in archive.verify()] == [torn.offset]
        again = archive.write(a_page(b"again"))
        assert again == ArchiveRef(file=first.file, offset=torn.offset, sha256=again.sha256)
        assert archive.verify() == ()
        assert [archive.read(ref).body for ref in (first, again)] == [b"first", b"again"]


def test_damage_inside_a_file_is_told_and_never_cut(tmp_path: Path) -> None:
    """A bad sector amid good records is no torn tail: cutting there would lose them."""
    with Archive(tmp_path) as archive:
        refs = [archive.write(a_page(os.urandom(300))) for _ in range(3)]
    path = tmp_path / refs[0].file
    damaged = bytearray(path.read_bytes())
    damaged[refs[1].offset + 100] ^= 0xFF
    path.write_bytes(damaged)
    assert mend(path) == 0
    with Archive(tmp_path) as archive:
        assert [fault.offset for fault in archive.verify()] == [refs[1].offset]
        assert archive.write(a_page()).file != refs[0].file
        assert archive.read(refs[2]).status == 200
        with pytest.raises(ArchiveError, match=refs[1].file):
            archive.read(refs[1])


@pytest.mark.parametrize("name", ["20990101-001.warc.gz", "../outside.warc.gz", "/etc/passwd"])
def test_a_reference_to_nothing_is_one_clear_error(tmp_path: Path, name: str) -> None:
    """A database may be handed to us with an archive that is not its own, or with paths made to read other files."""
    with pytest.raises(ArchiveError, match=name.rpartition("/")[2]):
        Archive(tmp_path).read(ArchiveRef(file=name, offset=0, sha256="0"))


def test_another_body_at_the_place_is_noticed(tmp_path: Path) -> None:
    """The digest in the database is what makes a record evidence."""
    with Archive(tmp_path) as archive:
        ref = archive.write(a_page())
        with pytest.raises(ArchiveError, match="not the one"):
            archive.read(ref.model_copy(update={"sha256": "0" * 64}))


def test_changed_bytes_with_a_whole_gzip_member_are_a_fault(tmp_path: Path) -> None:
    """Somebody edited the archive and packed it again."""
    with Archive(tmp_path) as archive:
        ref = archive.write(a_page(b"82,17 diem"))
    path = tmp_path / ref.file
    packed = path.read_bytes()
    record = gzip.decompress(packed[ref.offset :]).replace(b"82,17", b"92,17")
    path.write_bytes(packed[: ref.offset] + gzip.compress(record))
    assert [fault.offset for fault in Archive(tmp_path).verify()] == [ref.offset]


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    """Two crawls at once would write into each other's records."""
    with Archive(tmp_path) as archive:
        archive.write(a_page())
        with pytest.raises(ArchiveError, match="another run"):
            Archive(tmp_path).write(a_page())
        assert archive.verify() == ()
    with Archive(tmp_path) as archive:
        archive.write(a_page())


def test_a_disk_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the disk did not take must not be stored as if it had, be it waited for alone or together."""

    async def go() -> None:
        disk = GroupCommit(archive)
        await disk.write(a_page())
        await disk.durable()
        with monkeypatch.context() as full:
            full.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
            await disk.write(a_page())
            for _ in range(2):
                with pytest.raises(ArchiveError, match=r"20260304-001\.warc\.gz: No space left"):
                    await disk.durable()
        await disk.durable()

    with Archive(tmp_path) as archive:
        asyncio.run(go())


def test_the_disk_is_waited_for_once_for_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wait takes longer than a page; and durable must not come back before the last byte was waited for."""
    fsync, waits = os.fsync, []

    def slow(handle: int) -> None:
        size = os.fstat(handle).st_size
        time.sleep(0.02)
        fsync(handle)
        waits.append(size)

    async def one(disk: GroupCommit) -> None:
        end = (await disk.write(a_page(os.urandom(500)))).offset
        await disk.durable()
        assert waits[-1] > end

    async def go() -> None:
        disk = GroupCommit(archive)
        await asyncio.gather(*(one(disk) for _ in range(50)))

    monkeypatch.setattr(os, "fsync", slow)
    with Archive(tmp_path) as archive:
        asyncio.run(go())
        assert 0 < len(waits) < 10


def test_a_full_disk_leaves_no_half_record(tmp_path: Path) -> None:
    """The write that failed is told, and the next one lies where it would have lain."""
    with Archive(tmp_path) as archive:
        archive.write(a_page())
        size = (tmp_path / "20260304-001.warc.gz").stat().st_size
        usual = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, usual[1]))
        try:
            with pytest.raises(ArchiveError, match=r"20260304-001\.warc\.gz: File too large"):
                archive.write(a_page())
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        assert archive.write(a_page()).offset == size
        assert archive.verify() == ()


def test_a_writer_that_is_killed_leaves_an_archive_that_reads(tmp_path: Path) -> None:
    """A kill -9 at a moment nobody chose; every record that was told to be written is there."""
    program = f"""
import os, sys, datetime, pathlib
from govscrape.archive import Archive, GroupCommit
from govscrape.models.page import Page
archive = Archive(pathlib.Path({str(tmp_path)!r}))
while True:
    now = datetime.datetime.now(datetime.UTC)
    url, body = "http://a.example/", os.urandom(20000)
    ref = archive.write(Page(url=url, final_url=url, status=200, body=body, fetched_at=now))
    sys.stdout.write(f"{{ref.file}} {{ref.offset}} {{ref.sha256}}\\n")
    sys.stdout.flush()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        told = [writer.stdout.readline() for _ in range(20)]
        writer.kill()
        told += writer.stdout.readlines()
    with Archive(tmp_path) as archive:
        archive.write(a_page(at=datetime.now(UTC)))
        assert archive.verify() == ()
        for line in told:
            if line.endswith("\n"):
                file, offset, sha256 = line.split()
                assert archive.read(ArchiveRef(file=file, offset=int(offset), sha256=sha256)).status == 200


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    """The archive's path is a file."""
    (tmp_path / "archive").write_text("")
    with pytest.raises(ArchiveError, match="archive"):
        Archive(tmp_path / "archive").write(a_page())


def records(folder: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """Type, headers and content of every record, as any reader of the format sees them."""
    found = []
    for path in sorted(folder.glob("*.warc.gz")):
        with path.open("rb") as file:
            found += [
                (record.rec_type, dict(record.rec_headers.headers), record.content_stream().read())
                for record in ArchiveIterator(file, check_digests="raise")
            ]
    return found


def test_a_form_lies_beside_its_answer(tmp_path: Path) -> None:
    """The pages of a list that is asked for by POST have one address; the form alone tells them apart."""
    with Archive(tmp_path) as archive:
        ref = archive.write(a_page(), Send(form=(("trang", "2"), ("tên", "Đà Nẵng"))))
        assert archive.read(ref) == a_page()
        assert [page for _, page in archive.pages()] == [a_page()]
        assert archive.verify() == ()
    _, (_, response, _), (kind, request, body) = records(tmp_path)
    assert (kind, request["WARC-Concurrent-To"]) == ("request", response["WARC-Record-ID"])
    assert body == b"trang=2&t%C3%AAn=%C4%90%C3%A0+N%E1%BA%B5ng"


@pytest.mark.parametrize(
    ("status", "profile"), [(304, "server-not-modified"), (200, "identical-payload-digest")], ids=["told", "seen"]
)
def test_what_has_not_changed_refers_to_what_was_kept(tmp_path: Path, status: int, profile: str) -> None:
    """A visit that found nothing new is evidence too, and costs no second copy of the body."""
    kept = a_page(b"x" * 5000)
    again = a_page(b"" if status == 304 else kept.body, at=NOW + timedelta(days=1), status=status)
    with Archive(tmp_path) as archive:
        archive.write(kept)
        archive.append(pack_revisit(again, kept))
        assert [page for _, page in archive.pages()] == [kept]
        assert archive.verify() == ()
    response, revisit = records(tmp_path)[1][1], records(tmp_path)[-1][1]
    assert revisit["WARC-Type"] == "revisit"
    assert revisit["WARC-Profile"].endswith(f"/revisit/{profile}")
    assert revisit["WARC-Payload-Digest"] == response["WARC-Payload-Digest"]
    assert (revisit["WARC-Refers-To-Date"], revisit["WARC-Refers-To-Target-URI"]) == (
        response["WARC-Date"],
        response["WARC-Target-URI"],
    )
