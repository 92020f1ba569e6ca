"""Pages about places and indices: the start page, provinces, an index, a province."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from govscrape.dataset import bodies, pages
from govscrape.dataset.published import Published
from govscrape.explore.addresses import Address, slug
from govscrape.explore.book import Book, Page, Place
from govscrape.explore.words import Words

Row = dict[str, Any]

FOCUS = 5
ARTICLES_MAX = 12
BODIES_MAX = 15
POSTS_MAX = 60
DIRECTIVES_MAX = 40
DISAGREEMENTS_MAX = 100


def start(book: Book, _address: Address, words: Words) -> Page:
    """What is covered: numbers, a map of articles, claims by index and year, and how fresh each portal is."""
    found = book.coverage()
    counted: Counter[str] = Counter()
    for portal in found.portals:
        if portal["province"]:
            counted[book.name_in(portal["province"], 63)] += portal["articles"]
    newest = max((portal["newest_published"] or "" for portal in found.portals), default="")
    first = min((portal["first_published"] for portal in found.portals if portal["first_published"]), default="")
    return Page(
        "start.html",
        words("start.title"),
        {
            "rows": found.rows,
            "portals": found.portals,
            "provinces": len(counted),
            "first": first,
            "newest": newest,
            "fetched": max((portal["newest_fetched"] or "" for portal in found.portals), default=""),
            "matrix": _matrix(found.cells),
            "map": {
                "kind": "tiles",
                "grids": book.grids,
                "rows": [{"name": name, "era": 63, "value": count} for name, count in sorted(counted.items())],
                "labels": {"value": words("start.articles")},
            },
            "counted": counted.most_common(),
        },
    )


def _matrix(cells: Iterable[Row]) -> dict[str, Any]:
    """Claims by index and year, the newest year first, each with its step of five for the shade."""
    by_index: dict[str, dict[int, Row]] = {}
    for cell in cells:
        by_index.setdefault(cell["index"], {})[cell["year"]] = cell
    years = sorted({year for row in by_index.values() for year in row}, reverse=True)
    most = max((cell["claims"] for row in by_index.values() for cell in row.values()), default=1)
    steps = {
        count: min(5, 1 + int(5 * (count - 1) / most))
        for row in by_index.values()
        for count in (c["claims"] for c in row.values())
    }
    return {"years": years, "indices": by_index, "steps": steps}


def provinces(book: Book, _address: Address, words: Words) -> Page:
    """All provinces, by today's 34 units with those they were made of."""
    counted = {portal["province"]: portal["articles"] for portal in book.coverage().portals if portal["province"]}
    return Page(
        "provinces.html",
        words("provinces.title"),
        {"units": book.crosswalk.units, "counted": counted},
    )


def measure(book: Book, address: Address, words: Words) -> Page | None:
    """An index or a part of one: what was claimed of each province and year, beside what was published."""
    known = book.measures().get(address.key)
    if known is None:
        return None
    index, part = known
    rows = _beside(book, pages.panel_of_index(book.db, index, part), book.published.get(known, ()))
    claims = Counter(row["province"] for row in rows if row["claims"])
    return Page(
        "measure.html",
        words.code("index", part or index),
        {
            "code": index,
            "part": part,
            "parts": [] if part else [other for code, other in book.measures().values() if code == index and other],
            "about": book.titles.get(part or index, {}),
            "claimed": [row for row in rows if row["claims"]],
            "published": _published_table(rows),
            "provinces": len(claims),
            "ranked": any(row["rank"] or row.get("published_rank") for row in rows),
            "disagreements": _disagreements(book, index, part),
            "chart": {
                "focus": [name for name, _ in claims.most_common(FOCUS)],
                "grids": book.grids,
                "rows": [_mark(row) for row in rows],
                "measure": "score" if any(row["score"] is not None for row in rows) else "rank",
                "labels": _labels(words),
            },
        },
    )


def _published_table(rows: Iterable[Row]) -> dict[str, Any]:
    """Published values: by province, a row of years."""
    found: dict[str, dict[int, Row]] = {}
    for row in rows:
        if row.get("published_score") is not None or row.get("published_rank") is not None:
            found.setdefault(row["province"], {})[row["year"]] = row
    return {"years": sorted({year for cells in found.values() for year in cells}), "rows": found}


def _disagreements(book: Book, index: str, part: str | None) -> list[Row]:
    rows = pages.disagreements(book.db, index, part, DISAGREEMENTS_MAX)
    ids = pages.article_ids(book.db, (row[url] for row in rows for url in ("url_a", "url_b")))
    return [row | {"article_a": ids.get(row["url_a"]), "article_b": ids.get(row["url_b"])} for row in rows]


def province(book: Book, address: Address, words: Words) -> Page | None:
    """A province: its indices over time, its officials, its directives, its newest articles."""
    place = book.places.get(address.key)
    if place is None:
        return None
    names = sorted({place.name, *(place.old.names if place.old else ())})
    claimed = [row for row in pages.panel_of_province(book.db, names) if _is_of(place, row["province"], row["era"])]
    published = [
        result
        for (_, part), results in book.published.items()
        for result in results
        if part is None and _is_of(place, result.subject, result.era)
    ]
    rows = _beside(book, claimed, published)
    by_index: dict[str, list[Row]] = {}
    for row in rows:
        by_index.setdefault(row["index"], []).append(row)
    told = {code for code, found in by_index.items() if any(row["claims"] for row in found)}
    return Page(
        "province.html",
        place.name,
        {
            "place": place,
            "within": None if place.unit else book.crosswalk.unit_of(place.old.code if place.old else None, place.name),
            "indices": [
                {
                    "code": code,
                    "rows": found,
                    "chart": {
                        "focus": [found[0]["province"]],
                        "rows": [_mark(row) for row in found],
                        "labels": _labels(words),
                    },
                }
                for code, found in sorted(by_index.items(), key=lambda pair: (pair[0] not in told, pair[0]))
            ],
            "told": told,
            "posts": pages.posts_in(book.db, names, POSTS_MAX),
            "directives": {
                name: book.with_articles(found)
                for name, found in pages.deadlines_in(book.db, names, book.today, DIRECTIVES_MAX).items()
            },
            "bodies": bodies.organisations_in(book.db, names, BODIES_MAX),
            "laws": bodies.documents_in(book.db, names, BODIES_MAX),
            "articles": pages.newest_articles(book.db, names, ARTICLES_MAX),
        },
    )


def _is_of(place: Place, name: str, era: int) -> bool:
    """Whether a result of that era is the place's own: a name of the 34 may have meant another area before."""
    if era == 63:
        return place.old is not None and name in place.old.names
    return place.unit is not None and name == place.unit.name


def _beside(book: Book, claimed: Iterable[Row], published: Iterable[Published]) -> list[Row]:
    """Claimed and published values side by side, one row per index, province, era and year."""
    found: dict[tuple[Any, ...], Row] = {}
    empty = {"score": None, "rank": None, "rank_of": None, "claims": 0, "evidence": None, "url": None, "rank_url": None}
    for row in claimed:
        name = book.name_in(row["province"], row["era"])
        key = (row["index"], name, row["era"], row["year"])
        found[key] = {**empty, **row, "province": name, "published_score": None, "published_rank": None, "source": None}
    for result in published:
        name = book.name_in(result.subject, result.era)
        key = (result.index, name, result.era, result.year)
        row = found.setdefault(
            key, {**empty, "index": result.index, "province": name, "era": result.era, "year": result.year}
        )
        row["published_score"] = None if result.score is None else float(result.score)
        row["scale"] = result.scale_max
        row["published_rank"], row["source"], row["certainty"] = (
            result.rank,
            result.source_url or result.source,
            result.status,
        )
    rows = [row | {"url": row["url"] or row["rank_url"]} for row in found.values()]
    return sorted(
        book.with_articles(rows), key=lambda row: (row["index"], slug(row["province"]), row["era"], row["year"])
    )


def _mark(row: Mapping[str, Any]) -> Row:
    """What a chart needs of a row; absent values are left out."""
    names = (
        "index",
        "province",
        "era",
        "year",
        "score",
        "rank",
        "rank_of",
        "published_score",
        "published_rank",
        "scale",
    )
    return {name: row[name] for name in names if row.get(name) is not None}


def _labels(words: Words) -> dict[str, str]:
    keys = "score rank year claimed published value none legend_claimed legend_published".split()
    return {key: words(f"chart.{key}") for key in keys}
