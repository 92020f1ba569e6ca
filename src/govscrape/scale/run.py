"""A run over many pieces: in this process, or by dask on as many machines as its scheduler has."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Literal

import dask
import pyarrow.parquet as pq
from distributed import Client, LocalCluster, as_completed
from fsspec.core import url_to_fs

from govscrape.errors import GovscrapeError, InputError
from govscrape.scale.partition import MANIFEST, Entry, Job, do, portal_hosts, ruleset_version
from govscrape.scale.plan import PIECE_BYTES, Piece, pieces
from govscrape.scale.tables import TABLES, schema

Engine = Literal["local", "dask"]
SUMMARY = "manifest.json"
EMPTY = "no-rows.parquet"
_RETRIES = 3


def run(
    job: Job,
    pieces: Iterable[Piece],
    *,
    engine: Engine = "local",
    scheduler: str | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Entry:
    """Does every piece that the manifest does not have yet, then sums the manifest up in ``manifest.json``.

    With ``dask`` the pieces go to the ``scheduler`` at that address, or to ``workers`` processes of this machine; a
    piece whose worker is lost is given to another. Raises InputError when the folder holds what other rules, code or
    hosts gave; GovscrapeError of a piece that could not be done.
    """
    wanted = {job.file_of(piece): piece for piece in pieces}
    done = entries(job.output)
    _same_job(job, done.values())
    missing = [piece for name, piece in wanted.items() if name not in done]
    total = len(wanted)
    with _engine(engine, scheduler, workers) as go:
        for number, _ in enumerate(go(job, missing), total - len(missing) + 1):
            progress(number, total)
    return _sum_up(job)


def extract_archives(
    paths: Iterable[str],
    output: str,
    *,
    hosts: Iterable[str] = (),
    sample: float = 1.0,
    piece_bytes: int = PIECE_BYTES,
    engine: Engine = "local",
    scheduler: str | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Entry:
    """The records of WARC files as Parquet below ``output``, by today's rules; the sum of the manifest.

    ``hosts``: only pages of hosts that end so; ``portals`` stands for those of all portals. The rest as in :func:`run`
    and :func:`~govscrape.scale.plan.pieces`.
    """
    named = {name for host in hosts for name in (portal_hosts() if host == "portals" else (host.lower().lstrip("."),))}
    job = Job(output=output, ruleset_version=ruleset_version(), hosts=tuple(sorted(named)))
    found = pieces(paths, piece_bytes=piece_bytes, sample=sample)
    return run(job, found, engine=engine, scheduler=scheduler, workers=workers, progress=progress)


def entries(output: str) -> dict[str, Entry]:
    """The manifest so far: the entry of each finished piece by the name of its files."""
    storage, root = url_to_fs(output)
    folder = f"{root}/{MANIFEST}"
    if not storage.exists(folder):
        return {}
    found = (path for path in storage.ls(folder, detail=False) if path.endswith(".json"))
    return {path.rpartition("/")[2].removesuffix(".json"): json.loads(storage.cat_file(path)) for path in found}


def _same_job(job: Job, done: Iterable[Entry]) -> None:
    mine = json.loads(json.dumps({key: value for key, value in asdict(job).items() if key != "output"}))
    for entry in done:
        differs = [f"{key} {entry['job'].get(key)}" for key in mine if entry["job"].get(key) != mine[key]]
        if differs:
            raise InputError(f"{job.output}: holds records of {', '.join(differs)}; name a new folder")


Go = Callable[[Job, list[Piece]], Iterator[Entry]]


@contextmanager
def _engine(engine: Engine, scheduler: str | None, workers: int) -> Iterator[Go]:
    if engine == "local":
        yield lambda job, pieces: (do(job, piece) for piece in pieces)
        return
    # At its own choice it tells every step; what goes wrong is still told.
    logging.getLogger("distributed").setLevel(logging.WARNING)
    if scheduler:
        try:
            client = Client(scheduler, timeout="10s")
        except (OSError, ValueError) as error:
            raise InputError(f"{scheduler}: no dask scheduler answers there") from error
        with client:
            yield lambda job, pieces: _by_dask(client, job, pieces)
        return
    with (
        # Workers would look at their own stack a hundred times a second, for a page of statistics that nobody opens.
        dask.config.set({"distributed.worker.profile.enabled": False}),
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs="ERROR") as cluster,
        Client(cluster) as client,
    ):
        yield lambda job, pieces: _by_dask(client, job, pieces)


def _by_dask(client: Any, job: Job, pieces: list[Piece]) -> Iterator[Entry]:
    futures = [client.submit(do, job, piece, key=f"piece-{job.file_of(piece)}", retries=_RETRIES) for piece in pieces]
    for future in as_completed(futures):
        error = future.exception()
        if isinstance(error, GovscrapeError):
            raise error
        yield future.result()
        future.release()


def _sum_up(job: Job) -> Entry:
    counts: dict[str, int] = {}
    rows: dict[str, int] = {}
    found = entries(job.output)
    for entry in found.values():
        for total, part in ((counts, entry["counts"]), (rows, entry["rows"])):
            for name, number in part.items():
                total[name] = total.get(name, 0) + number
    broken = sorted(entry["broken"] for entry in found.values() if entry["broken"])
    summary = {"pieces": len(found), "counts": counts, "rows": rows, "broken": broken, "job": asdict(job)}
    summary["cpu_s"] = round(sum(entry["cpu_s"] for entry in found.values()), 3)
    storage, root = url_to_fs(job.output)
    for table in TABLES:
        folder = f"{root}/{table}"
        storage.makedirs(folder, exist_ok=True)
        # A table without a row is still a table to whoever reads the folder.
        if not storage.glob(f"{folder}/*.parquet"):
            pq.write_table(schema(table).empty_table(), f"{folder}/{EMPTY}", filesystem=storage)
        elif storage.exists(f"{folder}/{EMPTY}") and rows.get(table):
            storage.rm(f"{folder}/{EMPTY}")
    with storage.open(f"{root}/{SUMMARY}.part", "w", encoding="utf-8") as file:
        json.dump(summary, file, ensure_ascii=False, indent=2, sort_keys=True)
    storage.mv(f"{root}/{SUMMARY}.part", f"{root}/{SUMMARY}")
    return summary
