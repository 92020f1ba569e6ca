"""Claims of articles beside published results: what agrees, what only rounds, what differs, what nobody published.

The tolerances, and why:

- A rank is whole: it agrees or differs.
- A score *agrees* when it is the published number. It *rounds* when it is that number with fewer decimals, rounded or
  cut off (newspapers do both), or when the published one is the claim rounded. Decimals count as the article wrote
  them: "90,10" has two.
- Published values that were computed from a printed difference (`derived-from-press`) are themselves good to ±0.01,
  so that a claim within 0.01 of them rounds.
- "Nearly 40" rounds when it is within one unit of its last digit; "above 80" when the published score is not below.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from govscrape.dataset.geography import Crosswalk, load_crosswalk
from govscrape.dataset.meant import distinct
from govscrape.dataset.names import index_vocabulary, province_vocabulary
from govscrape.dataset.published import FIRST_DAY_OF_34, Published, Truth, load_truth, who
from govscrape.store import Database, explained, open_readonly

Row = dict[str, Any]
_Told = tuple[str, int, int, str]
_Telling = tuple[str | None, int, str]  # a portal's province, how many articles, day and URL of the first one
Verdict = Literal["agrees", "rounds", "differs", "unpublished"]
Silence = Literal["reported", "told_elsewhere", "silent", "not_covered"]

RECONCILED = (
    *("verdict", "index", "component", "subject", "subject_level", "year", "measure", "claimed", "published"),
    *("certainty", "source", "source_url", "note"),
    *("evidence", "evidence_start", "evidence_end", "rule", "confidence", "province", "published_at", "url"),
)
SILENCE = (
    *("state", "province", "index", "year", "published_score", "published_rank", "certainty", "source", "source_url"),
    *("articles_then", "told_by", "url"),
)

_CLAIM = "r.status = 'result' AND r.subject IS NOT NULL AND r.subject_level NOT IN ('region', 'national_average')"
_CLAIMS = """
    SELECT r.*, a.province, a.published_at, a.url
    FROM index_results AS r JOIN articles AS a ON a.current_version_id = r.version_id
    WHERE {which} ORDER BY +r."index", r.component, r.year, r.subject, a.published_at, r.id
"""
# All that era_of needs of an article and a rank, so that what is alike to it is alike here.
_ERA = f"""
    CASE WHEN r.rank_of IS NULL THEN NULL WHEN r.rank_of <= 34 THEN 34 ELSE 63 END AS rank_of,
    iif(a.published_at >= '{FIRST_DAY_OF_34}', '{FIRST_DAY_OF_34}', NULL) AS published_at
"""
_BY_ARTICLE = "articles AS a CROSS JOIN index_results AS r ON r.version_id = a.current_version_id"
_ALIKE = f"""
    SELECT r."index", r.component, r.year, r.subject, r.subject_level, r.subject_code, r.score, r.score_bound, r.rank,
           r.prev_score, r.prev_rank, r.baseline_year,
           iif(coalesce(r.rank_scope, 'national') = 'national', NULL, 'other') AS rank_scope, {_ERA},
           '' AS evidence_text, group_concat(r.id) AS ids
    FROM {_BY_ARTICLE} WHERE {_CLAIM} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
"""  # noqa: S608 (ours)
_OVERALL = f"""
    SELECT r."index", r.year, r.subject, r.subject_code, {_ERA}, a.province, count(DISTINCT a.id),
           min(coalesce(a.published_at, '') || ' ' || a.url)
    FROM {_BY_ARTICLE}
    WHERE r.status = 'result' AND r.subject IS NOT NULL AND +r.subject_level = 'province' AND r.component IS NULL
      AND r.year IS NOT NULL AND (r.score IS NOT NULL OR r.rank IS NOT NULL OR r.rank_group IS NOT NULL)
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608 (ours)
_MEASURED = ("province", "ministry", "department", "district", "commune")
_VALUE = ("measure", "year", "claimed")
_EXACT_TO = {"derived-from-press": Decimal("0.01")}
_NEWS_FOR_YEARS = 2  # results come out in the year after the measured one, and are talked about for another
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Verdicts:
    """How many claimed values have which verdict, by index; of each verdict the first that are not alike."""

    counts: dict[str, Counter[str]]
    rows: dict[str, list[Row]]


@dataclass(frozen=True)
class Scope:
    """What to compare; names as a user types them. Empty means all."""

    index: tuple[str, ...] = ()
    province: tuple[str, ...] = ()
    years: tuple[int, int] | None = None


def reconcile(path: str | Path, scope: Scope | None = None, *, truth: Truth | None = None) -> list[Row]:
    """Each measured value that a visible article claims, also the earlier ones it recalls, with what was published.

    Raises InputError on an unknown index or province, StoreError on an unusable database, RuleError on broken files.
    """
    wanted = _Wanted(scope or Scope())
    known = truth or load_truth()
    rows = [row for claim in _claims(Path(path), wanted) for row in _compared(claim, known)]
    return [row for row in rows if wanted.takes(row["index"], row["subject"], row["year"])]


def verdicts(path: str | Path, most: int, *, truth: Truth | None = None) -> Verdicts:
    """``reconcile`` counted, with ``most`` rows of each verdict, in a fraction of its time.

    Claims of one value are compared once, unless the verdict depends on how each article writes it. Raises as
    ``reconcile`` does.
    """
    known = truth or load_truth()
    counts: dict[str, Counter[str]] = {}
    first: dict[str, list[tuple[int, Row]]] = {}
    file = Path(path)
    db = open_readonly(file)
    try:
        with explained(file):
            for alike in db.query(_ALIKE):
                ids = [int(number) for number in alike["ids"].split(",")]
                compared = [(max(ids), len(ids), row) for row in _compared(alike, known)]
                # With the zeros that an article may have written at the end a score is meant more exactly, never less.
                if any(row["verdict"] == "rounds" for _, _, row in compared):
                    compared = [(claim["id"], 1, row) for claim in _of_ids(db, ids) for row in _compared(claim, known)]
                for number, claims, row in compared:
                    counts.setdefault(row["index"], Counter())[row["verdict"]] += claims
                    rows = first.setdefault(row["verdict"], [])
                    rows += [(number, row)] * (len(rows) < most)
            return Verdicts(counts, {verdict: _with_words(db, rows, known) for verdict, rows in first.items()})
    finally:
        db.close()


def _of_ids(db: Database, ids: Iterable[int]) -> Iterator[Row]:
    which = f"r.id IN ({', '.join(map(str, ids))})"
    return db.query(_CLAIMS.format(which=which))


def _with_words(db: Database, rows: Sequence[tuple[int, Row]], truth: Truth) -> list[Row]:
    """The rows with what their articles say."""
    claims = {claim["id"]: claim for claim in _of_ids(db, {number for number, _ in rows})}
    return [
        next(full for full in _compared(claims[number], truth) if all(full[key] == row[key] for key in _VALUE))
        for number, row in rows
    ]


def silence(path: str | Path, scope: Scope | None = None, *, truth: Truth | None = None) -> list[Row]:
    """Each published overall result of a province, and whether the province told its readers.

    ``reported``: an article of its own portal has it. ``told_elsewhere``: only others' articles. ``silent``: nobody,
    although articles of that portal from the two years after the measured one are stored. ``not_covered``: no such
    articles, so that nothing can be said. Raises as ``reconcile`` does.
    """
    wanted = _Wanted(scope or Scope())
    known = truth or load_truth()
    file = Path(path)
    told, articles, find = _told(file), _articles_by_year(file), cache(province_vocabulary(()).find)
    crosswalk = load_crosswalk()
    return [
        _silence(result, told.get(_told_key(result), []), articles, find, crosswalk)
        for result in known.results
        if result.level == "province"
        and result.component is None
        and (result.score or result.rank)
        and wanted.takes(result.index, result.subject, result.year)
    ]


def _told_key(result: Published) -> _Told:
    name = who(result.level, result.subject, result.code, result.era)
    return (result.index, result.year, result.era, name)


class _Wanted:
    def __init__(self, scope: Scope) -> None:
        self._provinces = province_vocabulary(())
        vocabulary = index_vocabulary({})
        self._indices = set().union(*(vocabulary.resolve(text) for text in scope.index))
        named = set().union(*(self._provinces.resolve(text) for text in scope.province))
        self._names = load_crosswalk().same_place(named) if named else named
        self._years = scope.years

    def takes(self, index: str, subject: str, year: int | None) -> bool:
        if self._indices and index not in self._indices:
            return False
        if self._years and (year is None or not self._years[0] <= year <= self._years[1]):
            return False
        return not self._names or bool(self._provinces.find(subject) & self._names)

    def in_sql(self, db: Database) -> tuple[str, dict[str, Any]]:
        """Conditions that few claims meet which are not taken, so that the others need not be read."""
        conditions, values = "", dict[str, Any]()
        if self._indices:
            conditions += ' AND r."index" IN (SELECT value FROM json_each(:indices))'
            values["indices"] = json.dumps(sorted(self._indices))
        if self._names:
            measured = (f"subject_level = '{level}'" for level in _MEASURED)
            subjects = {name for level in measured for name in distinct(db, "index_results", "subject", level)}
            conditions += " AND r.subject IN (SELECT value FROM json_each(:subjects))"
            values["subjects"] = json.dumps(
                sorted(name for name in subjects if self._provinces.find(name) & self._names)
            )
        if self._years:
            conditions += " AND (r.year BETWEEN :first AND :last OR r.baseline_year BETWEEN :first AND :last)"
            values |= {"first": self._years[0], "last": self._years[1]}
        return conditions, values


def _claims(path: Path, wanted: _Wanted) -> Iterator[Row]:
    db = open_readonly(path)
    try:
        with explained(path):
            conditions, values = wanted.in_sql(db)
            db.conn.row_factory = sqlite3.Row
            for row in db.conn.execute(_CLAIMS.format(which=_CLAIM + conditions), values):
                yield dict(row)
    finally:
        db.close()


def _compared(claim: Row, truth: Truth) -> Iterator[Row]:
    national = claim["rank_scope"] in (None, "national")
    said: tuple[tuple[str, Any, int | None, Callable[[Row, Any, Published], Verdict]], ...] = (
        ("score", claim["score"], claim["year"], _score_verdict),
        ("rank", claim["rank"] if national else None, claim["year"], _rank_verdict),
        ("score", claim["prev_score"], claim["baseline_year"], _score_verdict),
        ("rank", claim["prev_rank"] if national else None, claim["baseline_year"], _rank_verdict),
    )
    for measure, value, year, verdict in said:
        if value is not None:
            result = _published(truth, claim, year)
            printed = None if result is None else getattr(result, measure)
            answer: Verdict = "unpublished" if result is None or printed is None else verdict(claim, value, result)
            number = float(printed) if measure == "score" and printed is not None else printed
            own = {"verdict": answer, "year": year, "measure": measure, "claimed": value, "published": number}
            yield _row(claim, result) | own


def _published(truth: Truth, claim: Row, year: int | None) -> Published | None:
    if year is None:
        return None
    return truth.find(
        claim["index"],
        claim["component"],
        year,
        level=claim["subject_level"],
        subject=claim["subject"],
        code=claim["subject_code"],
        era=era_of(claim["rank_of"], year, claim["published_at"]),
    )


def era_of(rank_of: int | None, year: int | None, published_at: str | None) -> int:
    """Whether a claim is of the 63 provinces or of the 34: told by how many were ranked, else by the times."""
    if rank_of is not None:
        return 34 if rank_of <= 34 else 63
    late = published_at is not None and published_at[:10] >= FIRST_DAY_OF_34
    return 34 if late and year is not None and year >= 2025 else 63


def _rank_verdict(_claim: Row, value: Any, result: Published) -> Verdict:
    return "agrees" if value == result.rank else "differs"


def _score_verdict(claim: Row, value: Any, result: Published) -> Verdict:
    claimed, printed = Decimal(repr(float(value))), Decimal(result.score or "0")
    if claimed == printed:
        return "agrees"
    places = _decimals(claim["evidence_text"], claimed)
    if _bound_holds(claim["score_bound"], claimed, printed, places):
        return "rounds"
    apart = abs(claimed - printed)
    if apart <= _EXACT_TO.get(result.status, Decimal(0)) or _is_shorter(claimed, printed, places):
        return "rounds"
    return "differs"


def _is_shorter(claimed: Decimal, printed: Decimal, places: int) -> bool:
    its_places = max(0, -int(printed.as_tuple().exponent))
    long, short, to = (printed, claimed, places) if places <= its_places else (claimed, printed, its_places)
    step = Decimal(1).scaleb(-to)
    return short in (long.quantize(step, ROUND_HALF_UP), long.quantize(step, ROUND_DOWN))


def _bound_holds(bound: str | None, claimed: Decimal, printed: Decimal, places: int) -> bool:
    if bound == "approx":
        return abs(claimed - printed) <= Decimal(1).scaleb(-places)
    return (bound == "min" and printed >= claimed) or (bound == "max" and printed <= claimed)


def _decimals(evidence: str, claimed: Decimal) -> int:
    """How many decimals the article gave the number; a REAL has lost its last zeros."""
    exponent = claimed.normalize().as_tuple().exponent
    own = max(0, -exponent) if isinstance(exponent, int) else 0
    written = [text.replace(",", ".") for text in _NUMBER.findall(evidence)]
    return max([own, *(len(text.partition(".")[2]) for text in written if Decimal(text) == claimed)])


def _row(claim: Row, result: Published | None) -> Row:
    row: Row = {name: claim.get(name) for name in RECONCILED} | {"evidence": claim["evidence_text"]}
    if result is None:
        return row
    return row | {
        "certainty": result.status,
        "source": result.source,
        "source_url": result.source_url,
        "note": result.note,
    }


def _told(path: Path) -> Mapping[_Told, list[_Telling]]:
    told: dict[_Told, list[_Telling]] = {}
    db = open_readonly(path)
    try:
        with explained(path):
            for index, year, subject, code, rank_of, published_at, *telling in db.conn.execute(_OVERALL):
                era = era_of(rank_of, year, published_at)
                key = (index, year, era, who("province", subject, code, era))
                told.setdefault(key, []).append((telling[0], telling[1], telling[2]))
    finally:
        db.close()
    return told


def _articles_by_year(path: Path) -> list[tuple[str, int, int]]:
    """Province, year of publication, and how many visible articles."""
    db = open_readonly(path)
    try:
        with explained(path):
            return db.conn.execute(
                "SELECT province, CAST(substr(published_at, 1, 4) AS INTEGER), count(*) FROM articles"
                " WHERE province IS NOT NULL AND published_at IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
            ).fetchall()
    finally:
        db.close()


def _silence(
    result: Published,
    told: list[_Telling],
    articles: list[tuple[str, int, int]],
    find: Callable[[str], set[str]],
    crosswalk: Crosswalk,
) -> Row:
    names = crosswalk.same_place(find(result.subject))
    own = [each for each in told if each[0] is not None and find(each[0]) & names]
    first = min((each[2] for each in own or told), default=None)
    when = range(result.year + 1, result.year + _NEWS_FOR_YEARS + 1)
    then = sum(count for name, year, count in articles if year in when and find(name) & names)
    state = "reported" if own else "told_elsewhere" if told else "silent" if then else "not_covered"
    return {
        "state": state,
        "province": result.subject,
        "index": result.index,
        "year": result.year,
        "published_score": None if result.score is None else float(result.score),
        "published_rank": result.rank,
        "certainty": result.status,
        "source": result.source,
        "source_url": result.source_url,
        "articles_then": then,
        "told_by": sum(articles for _, articles, _ in told),
        "url": None if first is None else first.rpartition(" ")[2],
    }
