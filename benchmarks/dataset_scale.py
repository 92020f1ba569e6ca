"""How a large database answers: canned questions, search, pages, its size, and a release of everything.

usage: python benchmarks/dataset_scale.py DB [--no-export]    (make DB with benchmarks/make_dataset.py)

Prints, asserts nothing. Questions are asked over new connections, as users do, after one round to warm the disk's
cache; milliseconds are of the clock and, in brackets, of this process on a core. Pages are made as the server makes
them; what it counts once for all visitors is counted in the first round, whose slowest is told apart. The release is
written by a process of its own, whose peak of memory is told.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from govscrape.dataset import Filters, query, search
from govscrape.dataset.query import words_in_sql
from govscrape.dataset.release import FORMATS
from govscrape.explore.book import Book
from govscrape.explore.render import Press
from govscrape.rules.load import read_yaml, rules_dir
from govscrape.store import open_readonly

MIB = 1024 * 1024
ROUNDS = 5
PLACE = ("gia lai",)
SPRING = {"since": date(2025, 1, 1), "until": date(2025, 6, 30)}

QUESTIONS: Mapping[str, tuple[str, Filters]] = {
    "results of a province": ("indices", Filters(index=("papi",), province=PLACE)),
    "results of a year": ("indices", Filters(index=("pci",), years=(2024, 2024), limit=100)),
    "panel of an index": ("panel", Filters(index=("papi",))),
    "panel of a year": ("panel", Filters(index=("par index",), years=(2024, 2024))),
    "panel of a province": ("panel", Filters(province=PLACE)),
    "wide panel of a province": ("wide", Filters(province=PLACE)),
    "disagreements": ("disagreements", Filters(limit=100)),
    "disagreements of an index": ("disagreements", Filters(index=("pci",), limit=100)),
    "disagreements of a province": ("disagreements", Filters(province=PLACE, limit=100)),
    "posts of a name": ("posts", Filters(name="le minh quan")),
    "who held a post on a day": ("posts", Filters(title="chu tich ubnd tinh", province=PLACE, on=date(2024, 3, 1))),
    "posts of a province": ("posts", Filters(province=PLACE, limit=100)),
    "officials of a name": ("officials", Filters(name="Lê Minh Quân", limit=100)),
    "directives of a province": ("directives", Filters(province=PLACE, limit=100)),
    "directives of an issuer": ("directives", Filters(name="le minh quan", limit=100)),
    "due in a season": ("calendar", Filters(**SPRING, limit=100)),  # type: ignore[arg-type]
    "due in a province": ("calendar", Filters(province=PLACE, limit=100)),
    "newest articles": ("articles", Filters(limit=50)),
    "articles of a province": ("articles", Filters(province=PLACE, limit=50)),
    "articles with a phrase": ("articles", Filters(text="moi truong song", limit=50)),
    "bodies of a name": ("organisations", Filters(name="Sở KH-ĐT", province=PLACE)),
    "bodies told most": ("organisations", Filters(sort="-addressed", limit=100)),
    "told to bodies of a name": ("directives", Filters(to="so noi vu", limit=100)),
    "told by bodies of a name": ("directives", Filters(issuer="ubnd tinh", limit=100)),
    "told by a person": ("directives", Filters(issuer="tran thanh nam", limit=100)),
    "told to a body": ("directives", Filters(to="so noi vu", province=PLACE, limit=100)),
    "documents cited most": ("documents", Filters(limit=100)),
    "documents of a year": ("documents", Filters(kind="nghi dinh", years=(2021, 2021), limit=100)),
    "articles that cite a decree": ("articles", Filters(cites="60/2021/NĐ-CP", limit=50)),
    "portals": ("health", Filters()),
}
SEARCHES = (
    "da nang",
    "Đà Nẵng",
    "tphcm",
    "PAPI",
    '"cải cách hành chính"',
    "chuyen doi so",
    "hoà bình",
    "gia lai papi 2023",
    "chủ tịch ubnd tỉnh",
    "quy hoach*",
    '"thủ tục hành chính" dong thap',
    "tinh",
)
VISITS = (
    *("index", "provinces", "province/gia-lai", "province/ho-chi-minh", "measure/papi", "measure/pci", "officials"),
    *("organisations", "documents", "calendar", "calendar/2024", "article/1", "article/5000", "reconcile"),
)
PAGE = ("panel of a province", "wide panel of a province", "disagreements of a province", "posts of a province")
PAGE_TOO = ("due in a province", "articles of a province", "directives of a province")


def main() -> int:
    """Measure and print."""
    path = Path(sys.argv[1])
    articles, records = _counts(path)
    size = path.stat().st_size
    print(
        f"{path}: {articles} articles, {records} records, {size / MIB:.0f} MiB, {size / articles:.0f} bytes an article"
    )
    asked = {name: partial(query, kind, path, wanted) for name, (kind, wanted) in QUESTIONS.items()}
    _round("questions", asked)
    _round("searches", {words: partial(search, path, words) for words in SEARCHES})
    _round("the questions of a province's page", {"all": lambda: [asked[name]() for name in (*PAGE, *PAGE_TOO)]})
    _round("canned questions of explore", _canned(path))
    _visit(path)
    if "--no-export" not in sys.argv:
        _release(path)
    return 0


def _canned(path: Path) -> Mapping[str, Callable[[], Any]]:
    """The questions that visitors are offered, with what they might type."""
    typed = {"index_code": "papi", "year": "2023", "day": "2023-05-31", "title": "Chủ tịch"}
    typed |= {"first_day": "2024-01-01", "last_day": "2024-03-31", "number": "12/2024/NĐ-CP"}
    typed |= {"name": "Sở Nội vụ", "province": "Gia Lai", "issuer": "tran thanh nam"}
    queries = read_yaml(rules_dir() / "pages" / "queries.yaml")

    def ask(sql: str) -> list[Any]:
        db = open_readonly(path)
        try:
            words_in_sql(db.conn)
            return db.conn.execute(sql, typed).fetchmany(1000)
        finally:
            db.close()

    return {name: partial(ask, question["sql"]) for name, question in queries.items()}


def _visit(path: Path) -> None:
    """Each page as the server makes it, by Press; searches too."""
    press = Press(Book(path, date(2026, 6, 1), live=True))
    first = [(*_timed(partial(press.page, f"vi/{page}.html")), page) for page in VISITS]
    wall, core, page = max(first)
    print(f"pages, the first time after a start: slowest {wall:.0f} ({core:.0f}) ms, {page}")
    _round("pages", {page: partial(press.page, f"vi/{page}.html") for page in VISITS})
    _round("a province's page", {"gia-lai": partial(press.page, "vi/province/gia-lai.html")})
    _round("the search page", {words: partial(press.page, "vi/search.html", query=words) for words in SEARCHES})


def _counts(path: Path) -> tuple[int, int]:
    db = open_readonly(path)
    try:
        tables = ("articles", "index_results", "officials", "directives", "legal_refs")
        counted = [int(db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in tables]  # noqa: S608
    finally:
        db.close()
    return counted[0], sum(counted[1:])


def _round(what: str, asked: Mapping[str, Callable[[], Any]]) -> None:
    times: list[tuple[float, float, str]] = []
    for name, ask in asked.items():
        ask()
        times += [(*_timed(ask), name) for _ in range(ROUNDS)]
    walls = sorted(wall for wall, _, _ in times)
    cores = sorted(core for _, core, _ in times)
    half, most = len(walls) // 2, -(-len(walls) * 95 // 100) - 1
    for share, at in (("p50", half), ("p95", most)):
        print(f"{what}: {share} {walls[at]:.0f} ({cores[at]:.0f}) ms")
    for name, core in sorted(_worst(times), key=lambda pair: -pair[1])[:6]:
        print(f"  {core:6.0f} ms of a core: {name}")


def _worst(times: list[tuple[float, float, str]]) -> Iterator[tuple[str, float]]:
    for name in dict.fromkeys(name for _, _, name in times):
        yield name, max(core for _, core, each in times if each == name)


def _timed(ask: Callable[[], Any]) -> tuple[float, float]:
    wall, core = time.perf_counter(), time.process_time()
    ask()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - core) * 1000


def _release(path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        program = (
            "import resource, sys; from govscrape.dataset.release import FORMATS, export;"
            "export(sys.argv[1], sys.argv[2], formats=FORMATS);"
            "used = resource.getrusage(resource.RUSAGE_SELF); print(used.ru_maxrss, used.ru_utime + used.ru_stime)"
        )
        begin = time.perf_counter()
        asked = [sys.executable, "-c", program, str(path), f"{folder}/release"]
        done = subprocess.run(asked, check=True, capture_output=True, text=True)
        peak, core = done.stdout.split()
        files = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        print(
            f"release as {', '.join(FORMATS)}: {time.perf_counter() - begin:.0f} s, {float(core):.0f} s of a core, "
            f"peak {int(peak) * 1024 / MIB:.0f} MiB, {files / MIB:.0f} MiB of files"
        )


if __name__ == "__main__":
    sys.exit(main())
