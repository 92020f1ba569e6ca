"""The questions that can be asked: where each is answered from, its columns, its order, and what narrows it down.

A column is the name of one of the source, or SQL. In conditions ``r`` is the source's record, ``a`` its article.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

RECORDS = "{table} AS r JOIN articles AS a ON a.current_version_id = r.version_id"
_FROM_ARTICLE = {"province": "a.province", "published_at": "a.published_at", "url": "a.url"}
_SHOWN_WORDS = {"evidence": "r.evidence_text", "evidence_start": "", "evidence_end": "", "rule": "", "confidence": ""}
RECORD_KINDS: Mapping[str, str] = {
    "index_results": "index",
    "officials": "official",
    "directives": "directive",
    "legal_refs": "legal_ref",
}
"""What corrections call the records of each table."""
_CORRECTED = """(
    SELECT json_group_array(slot) FROM (
      SELECT c.slot FROM applied_corrections AS c
      WHERE c.version_id = r.version_id AND c.kind = '{kind}' AND c.position = r.position ORDER BY c.slot
    )
)"""
_WIDE = ("par_index", "sipas", "papi", "pci", "pgi", "dti", "pii")
_TOLD = ("evidence", "confidence", "published_at", "url")
_CELL = ("index", "component", "province", "province_code", "era", "year")
_TASK = ("issuer_name", "issuer_title", "verb", "verb_class", "action", "addressees", "coordinating", "legal_refs")


@dataclass(frozen=True)
class Question:
    """``source`` is what stands after FROM, ``columns`` the SQL of each column ("" when it is the column's own name).

    ``index``, ``province``, ``year``, ``status`` and ``day`` are the SQL of what the filters of that name are about,
    ``words`` that of filters for words: each may stand in any of several, and first ``folded`` must let the filter for
    names pass, a condition about words without accents. ``to`` says that bodies are told, ``issuer`` that bodies or
    people tell them, ``cites`` is a condition about a list of documents that are cited. ``subject`` says that an
    index's province is that of who was measured. ``titles`` is a list to look for words in, ``version`` the article's
    version, for its text. ``on`` are a first and a last day. ``ties`` orders rows that are alike in all they are
    sorted by.
    """

    source: str
    columns: Mapping[str, str]
    order: str
    index: str | None = None
    province: str | None = None
    subject: bool = False
    year: str | None = None
    status: str | None = None
    day: str | None = None
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: str | None = None
    version: str | None = None
    on: tuple[str, str] | None = None
    ties: str = ""
    folded: str | None = None
    to: bool = False
    issuer: bool = False
    cites: str | None = None

    def sql(self, column: str) -> str:
        """The SQL of a column."""
        return self.columns[column] or f'r."{column}"'


_IS_TOLD = "x.role IN ('addressee', 'coordinating') AND x.organisation_id IN (SELECT value FROM json_each(?))"
TELLS_FEW = f"r.id IN (SELECT x.record_id FROM organisation_links AS x WHERE {_IS_TOLD})"  # noqa: S608 (ours)
"""The directives that tell bodies, found by the bodies; TELLS_MANY finds them among the directives in their order."""
TELLS_MANY = f"""
    EXISTS (SELECT 1 FROM organisation_links AS x
            WHERE x.version_id = r.version_id AND x.record_id = r.id AND +{_IS_TOLD})
"""  # noqa: S608 (ours)
_GIVES = """
    SELECT x.record_id FROM organisation_links AS x
    WHERE x.role = 'issuer' AND x.organisation_id IN (SELECT value FROM json_each(?))
"""
GIVEN_FEW = f"""
    r.id IN ({_GIVES} UNION ALL
      SELECT x.id FROM directives AS x WHERE x.issuer_name IN (SELECT value FROM json_each(?)))
"""  # noqa: S608 (ours)
"""The directives that bodies or people give, found by these; GIVEN_MANY finds them among all in their order."""
GIVEN_MANY = f"""
    EXISTS ({_GIVES.replace("x.role", "x.version_id = r.version_id AND x.record_id = r.id AND +x.role")})
    OR r.issuer_name IN (SELECT value FROM json_each(?))
"""  # noqa: S608 (ours)
_RESTS_ON = """
    r.id IN (SELECT x.record_id FROM document_links AS x
             WHERE x.document_id IN (SELECT value FROM json_each(?)) AND x.role = 'basis')
"""
_CITES = """
    r.version_id IN (SELECT x.version_id FROM document_links AS x
                     WHERE x.document_id IN (SELECT value FROM json_each(?)))
"""
BODIES = """
    SELECT x.id, x.addressed + x.coordinated, x.issued FROM organisations AS x WHERE {among} AND (
      {has}(x.name, {wanted}) OR {has}(x.name_en, {wanted}) OR EXISTS (
        SELECT 1 FROM organisation_names AS n WHERE n.organisation_id = x.id AND {has}(n.name, {wanted})))
"""
"""Number, and how often each is told and tells, of the bodies of which a spelling ``{has}`` the words.

``{among}`` is what their folded spellings must be like.
"""
DOCUMENTS = """
    SELECT x.id, x.citations FROM legal_documents AS x WHERE {among} AND EXISTS (
      SELECT 1 FROM document_forms AS f WHERE f.document_id = x.id AND (
        has_words(unpadded(f.number), {wanted}) OR has_words(f.title, {wanted})
        OR has_words(f.kind || ' ' || unpadded(f.number), {wanted}) OR has_words(f.kind || ' ' || f.title, {wanted})))
"""
"""The documents that an article describes with these words: number, and how often each is cited."""
_SPELLINGS = "(SELECT group_concat(n.name, ' / ') FROM organisation_names AS n WHERE n.organisation_id = r.id)"


def _own(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "")


def _of_records(kind: str, *names: str) -> dict[str, str]:
    return {**_own(*names), **_SHOWN_WORDS, "corrected": corrected(kind), **_FROM_ARTICLE}


def corrected(kind: str) -> str:
    """The SQL of the slots that people corrected in the record ``r``, as a JSON list."""
    return _CORRECTED.replace("{kind}", kind)


def _count(table: str) -> str:
    return f"(SELECT count(*) FROM {table} AS x WHERE x.version_id = r.version_id)"  # noqa: S608 (our tables)


QUESTIONS: Mapping[str, Question] = {
    "indices": Question(
        source=RECORDS.format(table="index_results"),
        columns=_of_records(
            "index",
            *("index", "component", "component_text", "subject", "subject_level", "year", "status"),
            *("score", "score_max", "unit", "score_bound", "rank", "rank_of", "rank_scope", "rank_group"),
            *("score_delta", "rank_delta", "prev_score", "prev_rank", "baseline_year", "checks"),
        ),
        order="index,-year,subject,component",
        index='r."index"',
        province="a.province",
        subject=True,
        year="r.year",
        status="r.status",
        day="a.published_at",
        words={"component": ("r.component", "r.component_text"), "title": ("a.title",)},
        version="r.version_id",
        ties="a.url, r.position",
    ),
    "officials": Question(
        source=RECORDS.format(table="officials"),
        columns=_of_records("official", "name", "honorific", "titles", "organisation", "role", "acting"),
        order="name,-published_at",
        province="a.province",
        day="a.published_at",
        words={"name": ("r.name",)},
        titles="r.titles",
        version="r.version_id",
        ties="a.url, r.position",
    ),
    "directives": Question(
        source=RECORDS.format(table="directives"),
        columns=_of_records(
            "directive",
            *("issuer_name", "issuer_title", "verb", "verb_class", "addressees", "coordinating", "action"),
            *("deadline_text", "deadline", "recurring", "legal_refs"),
        ),
        order="-published_at,url,evidence_start",
        province="a.province",
        day="a.published_at",
        words={"name": ("r.issuer_name",), "title": ("r.issuer_title",)},
        to=True,
        issuer=True,
        cites=_RESTS_ON,
        version="r.version_id",
        ties="a.url, r.position",
    ),
    "articles": Question(
        source="current_articles AS r",
        columns={
            **_own("title", "portal", "province", "section", "author", "published_at", "version", "withdrawn_at"),
            "indices": _count("index_results"),
            "officials": _count("officials"),
            "directives": _count("directives"),
            "evidence": "coalesce(r.summary, substr(r.body, 1, 200))",
            "url": "",
        },
        order="-published_at,url",
        province="r.province",
        day="r.published_at",
        words={"title": ("r.title",)},
        cites=_CITES,
        version="r.version_id",
        ties="r.url",
    ),
    "issues": Question(
        source="issues AS r",
        columns=_own("portal", "code", "message", "where", "times", "first_seen_at", "last_seen_at"),
        order="-last_seen_at",
        ties="r.id",
    ),
    "panel": Question(
        source="index_panel AS r",
        columns=_own(
            *(*_CELL, "score", "score_max", "unit", "score_bound", "rank", "rank_of", "rank_group"),
            *("claims", "articles", "scores", "ranks", *_TOLD, "rank_evidence", "rank_url"),
        ),
        order="index,-year,component,province",
        index='r."index"',
        province="r.province",
        year="r.year",
        day="r.published_at",
        words={"component": ("r.component",)},
        ties="r.era",
    ),
    "wide": Question(
        source="index_panel_wide AS r",
        columns=_own(*_CELL[2:], *(f"{index}_{value}" for index in _WIDE for value in ("score", "rank"))),
        order="province,year",
        province="r.province",
        year="r.year",
        ties="r.era",
    ),
    "disagreements": Question(
        source="index_disagreements AS r",
        columns=_own(
            *(*_CELL, "measure", "value_a", "value_b"), *(f"{name}_{side}" for side in "ab" for name in _TOLD)
        ),
        order="index,-year,province",
        index='r."index"',
        province="r.province",
        year="r.year",
        words={"component": ("r.component",)},
        ties="r.component, r.era, r.measure, r.value_b, r.url_b",
    ),
    "posts": Question(
        source="official_posts AS r",
        columns=_own(
            *("name", "title", "organisation", "acting", "province", "person", "identity"),
            *("first_seen", "last_seen", "articles", *_TOLD),
        ),
        order="name,-last_seen,title",
        province="r.province",
        day="r.last_seen",
        words={"name": ("r.name",), "title": ("r.title",)},
        on=("r.first_seen", "r.last_seen"),
        ties="r.province, r.person, r.organisation, r.acting",
    ),
    "calendar": Question(
        source="directive_calendar AS r",
        columns=_own("deadline", "recurring", "deadline_text", *_TASK, "province", "rule", *_TOLD),
        order="deadline,recurring,province",
        province="r.province",
        day="r.deadline",
        words={"name": ("r.issuer_name",), "title": ("r.issuer_title",)},
        ties="r.url, r.evidence_start",
    ),
    "organisations": Question(
        source="organisations AS r",
        columns=_own(
            *("name", "name_en", "province", "kind", "level", "articles", "addressed", "coordinated", "issued"),
            *("officials", "first_seen", "last_seen", "valid_from", "valid_to", "successor", "known", "key"),
        ),
        order="-articles,province,name",
        province="r.province",
        day="r.last_seen",
        words={"name": ("r.name", "r.name_en", _SPELLINGS), "kind": ("r.kind",), "level": ("r.level",)},
        folded="r.folded LIKE ?",
        ties='r."key"',
    ),
    "documents": Question(
        source="legal_documents AS r",
        columns=_own(
            *("kind", "number", "title", "issuer", "issued_on", "year", "province", "articles", "citations"),
            *("directives", "first_cited", "last_cited", "issuer_key", "key"),
        ),
        order="-articles,-last_cited",
        province="r.province",
        year="r.year",
        day="r.last_cited",
        words={"name": ("r.number", "r.title", "r.kind || ' ' || r.number"), "kind": ("r.kind",)},
        folded="r.folded LIKE ?",
        ties='r."key"',
    ),
    "health": Question(
        source="portal_health AS r",
        columns=_own(
            *("portal", "province", "articles", "withdrawn", "first_published", "newest_published", "newest_fetched"),
            *("last_run", "last_status", "last_reason", "open_listings", "issues"),
        ),
        order="portal",
        province="r.province",
        day="r.newest_published",
    ),
}
"""Every question by its name."""

LISTS = frozenset({"checks", "corrected", "titles", "addressees", "coordinating", "legal_refs"})
"""Columns that hold a list."""

AS_WORDS = frozenset("subject name title province portal organisation issuer_name issuer_title component_text".split())
"""Columns that are sorted as a dictionary would, whatever their case and accents."""
