-- What is asked most is kept beside the text, so that no question reads a body to learn a date.
ALTER TABLE articles ADD COLUMN title TEXT;
ALTER TABLE articles ADD COLUMN published_at TEXT;
ALTER TABLE articles ADD COLUMN fetched_at TEXT;

UPDATE articles SET (title, published_at, fetched_at) = (
  SELECT v.title, v.published_at, v.fetched_at FROM article_versions AS v WHERE v.id = articles.current_version_id
);

DROP VIEW portal_health;
DROP VIEW directive_calendar;
DROP VIEW official_posts;
DROP VIEW index_disagreements;
DROP VIEW index_panel_wide;
DROP VIEW index_panel;
DROP VIEW index_claims;
DROP VIEW current_articles;

-- New texts enter the search when their transaction ends (store/facts.py): triggers make FTS5 write each one out alone,
-- which takes four times as long. The accented index only says which texts have a word; article_search knows where.
DROP TRIGGER article_search_add;
DROP TRIGGER accent_search_add;
DROP TRIGGER accent_search_remove;
DROP TABLE accent_search;

CREATE VIRTUAL TABLE accent_search USING fts5 (
  title, summary, body, content='article_versions', content_rowid='id', tokenize='unicode61 remove_diacritics 0',
  detail='none', columnsize=0
);

INSERT INTO accent_search (accent_search) VALUES ('rebuild');

CREATE TRIGGER accent_search_remove BEFORE DELETE ON article_versions BEGIN
  INSERT INTO accent_search (accent_search, rowid, title, summary, body)
  VALUES ('delete', old.id, old.title, old.summary, old.body);
END;

CREATE VIEW current_articles AS
SELECT a.id AS article_id, v.id AS version_id, a.url, a.portal, a.province, v.version, a.title, v.summary, v.body,
       v.author, v.section, a.published_at, v.updated_at, v.views, v.language, a.fetched_at, a.first_seen_at, a.withdrawn_at
FROM articles AS a JOIN article_versions AS v ON v.id = a.current_version_id;

DROP INDEX index_results_by_index;
DROP INDEX articles_by_province;
CREATE INDEX index_results_by_cell ON index_results ("index", year, coalesce(subject_code, subject), component);
CREATE INDEX index_results_by_subject ON index_results (subject_level, subject, "index", year);
CREATE INDEX articles_by_province ON articles (province, published_at);
CREATE INDEX articles_by_day ON articles (published_at);
CREATE INDEX articles_by_portal ON articles (portal, published_at);
CREATE INDEX articles_by_fetch ON articles (portal, fetched_at);
CREATE INDEX articles_withdrawn ON articles (portal) WHERE withdrawn_at IS NOT NULL;
CREATE INDEX directives_by_deadline ON directives (deadline) WHERE deadline IS NOT NULL;

-- A claim: what a visible article says was measured. era tells the 63 provinces from the 34 units. The sign keeps SQLite
-- from reading all provinces' results where those of one article are asked for.
CREATE VIEW index_claims AS
SELECT r.id, r.version_id, r."index", r.component, r.subject AS province, r.subject_code AS province_code,
       coalesce(r.subject_code, r.subject) AS place,
       CASE WHEN r.rank_of IS NOT NULL THEN iif(r.rank_of <= 34, 34, 63)
            ELSE iif(r.year >= 2025 AND substr(a.published_at, 1, 10) >= '2025-07-01', 34, 63) END AS era,
       r.year, r.score, r.score_max, r.unit, r.score_bound,
       CASE WHEN r.score IS NULL THEN NULL WHEN round(r.score) = r.score THEN 1.0 WHEN round(r.score, 1) = r.score THEN 0.1
            WHEN round(r.score, 2) = r.score THEN 0.01 WHEN round(r.score, 3) = r.score THEN 0.001 ELSE 0.0001
            END AS score_step,
       iif(coalesce(r.rank_scope, 'national') = 'national', r.rank, NULL) AS rank, r.rank_of, r.rank_group,
       r.evidence_text AS evidence, r.evidence_start, r.evidence_end, r.rule, r.confidence,
       a.portal, a.published_at, a.url
FROM index_results AS r JOIN articles AS a ON a.current_version_id = r.version_id
WHERE r.status = 'result' AND +r.subject_level = 'province' AND r.subject IS NOT NULL AND r.year IS NOT NULL
  AND (r.score IS NOT NULL OR coalesce(r.rank_scope, 'national') = 'national');

-- The names that articles give to an index, so that people can ask by them.
CREATE TABLE index_names (
  "index" TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY ("index", name)
) STRICT, WITHOUT ROWID;

-- One (index, part, place, era, year): its claims counted, and the surest one for the score and for the rank.
CREATE TABLE index_cells (
  id INTEGER PRIMARY KEY,
  "index" TEXT NOT NULL,
  component TEXT,
  place TEXT NOT NULL,
  era INTEGER NOT NULL CHECK (era IN (34, 63)),
  year INTEGER NOT NULL,
  claims INTEGER NOT NULL CHECK (claims >= 1),
  articles INTEGER NOT NULL CHECK (articles >= 1),
  scores INTEGER NOT NULL CHECK (scores >= 0),
  ranks INTEGER NOT NULL CHECK (ranks >= 0),
  score_id INTEGER NOT NULL REFERENCES index_results (id) ON DELETE CASCADE,
  rank_id INTEGER NOT NULL REFERENCES index_results (id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX index_cells_once ON index_cells ("index", year, place, coalesce(component, ''), era);
CREATE INDEX index_cells_of_place ON index_cells (place, "index", year);
CREATE INDEX index_cells_by_score ON index_cells (score_id);
CREATE INDEX index_cells_by_rank ON index_cells (rank_id);

-- The surest claim of a cell and another one that cannot be the same number.
CREATE TABLE index_conflicts (
  cell_id INTEGER NOT NULL REFERENCES index_cells (id) ON DELETE CASCADE,
  measure TEXT NOT NULL CHECK (measure IN ('score', 'rank')),
  a_id INTEGER NOT NULL REFERENCES index_results (id) ON DELETE CASCADE,
  b_id INTEGER NOT NULL REFERENCES index_results (id) ON DELETE CASCADE,
  PRIMARY KEY (cell_id, measure, b_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX index_conflicts_by_a ON index_conflicts (a_id);
CREATE INDEX index_conflicts_by_b ON index_conflicts (b_id);

CREATE VIEW index_panel AS
SELECT c."index", c.component, s.subject AS province, s.subject_code AS province_code, c.era, c.year,
       s.score, s.score_max, s.unit, s.score_bound,
       iif(coalesce(r.rank_scope, 'national') = 'national', r.rank, NULL) AS rank, r.rank_of, r.rank_group,
       c.claims, c.articles, c.scores, c.ranks, s.evidence_text AS evidence, s.confidence, a.published_at, a.url,
       r.evidence_text AS rank_evidence, b.url AS rank_url
FROM index_cells AS c JOIN index_results AS s ON s.id = c.score_id JOIN index_results AS r ON r.id = c.rank_id
JOIN articles AS a ON a.current_version_id = s.version_id JOIN articles AS b ON b.current_version_id = r.version_id;

CREATE VIEW index_panel_wide AS
SELECT province, province_code, era, year,
       max(iif("index" = 'PAR_INDEX', score, NULL)) AS par_index_score, max(iif("index" = 'PAR_INDEX', rank, NULL)) AS par_index_rank,
       max(iif("index" = 'SIPAS', score, NULL)) AS sipas_score, max(iif("index" = 'SIPAS', rank, NULL)) AS sipas_rank,
       max(iif("index" = 'PAPI', score, NULL)) AS papi_score, max(iif("index" = 'PAPI', rank, NULL)) AS papi_rank,
       max(iif("index" = 'PCI', score, NULL)) AS pci_score, max(iif("index" = 'PCI', rank, NULL)) AS pci_rank,
       max(iif("index" = 'PGI', score, NULL)) AS pgi_score, max(iif("index" = 'PGI', rank, NULL)) AS pgi_rank,
       max(iif("index" = 'DTI', score, NULL)) AS dti_score, max(iif("index" = 'DTI', rank, NULL)) AS dti_rank,
       max(iif("index" = 'PII', score, NULL)) AS pii_score, max(iif("index" = 'PII', rank, NULL)) AS pii_rank
FROM index_panel WHERE component IS NULL GROUP BY coalesce(province_code, province), era, year;

CREATE VIEW index_disagreements AS
SELECT c."index", c.component, ra.subject AS province, ra.subject_code AS province_code, c.era, c.year, x.measure,
       iif(x.measure = 'score', ra.score, ra.rank) AS value_a, iif(x.measure = 'score', rb.score, rb.rank) AS value_b,
       ra.evidence_text AS evidence_a, ra.confidence AS confidence_a, a.published_at AS published_at_a, a.url AS url_a,
       rb.evidence_text AS evidence_b, rb.confidence AS confidence_b, b.published_at AS published_at_b, b.url AS url_b
FROM index_conflicts AS x JOIN index_cells AS c ON c.id = x.cell_id
JOIN index_results AS ra ON ra.id = x.a_id JOIN index_results AS rb ON rb.id = x.b_id
JOIN articles AS a ON a.current_version_id = ra.version_id JOIN articles AS b ON b.current_version_id = rb.version_id;

-- A person: a name in a province, and a number where several people have it. folded has no accents and no case.
CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  province TEXT,
  number INTEGER NOT NULL CHECK (number >= 1),
  identity TEXT NOT NULL CHECK (identity IN ('one', 'moved', 'namesake', 'unclear'))
) STRICT;

CREATE UNIQUE INDEX people_once ON people (name, coalesce(province, ''), number);

-- Titles that one record gives to a person, with the days of the first and the last article that has them so.
CREATE TABLE posts (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  titles TEXT NOT NULL CHECK (json_valid(titles)),
  organisation TEXT,
  acting TEXT,
  first_seen TEXT,
  last_seen TEXT,
  articles INTEGER NOT NULL CHECK (articles >= 1),
  record_id INTEGER NOT NULL REFERENCES officials (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX posts_of_person ON posts (person_id);
CREATE INDEX posts_by_record ON posts (record_id);
CREATE INDEX people_by_province ON people (province, name);

CREATE VIEW official_posts AS
SELECT q.name, t.value AS title, p.organisation, p.acting, q.province, q.number AS person, q.identity,
       min(p.first_seen) AS first_seen, max(p.last_seen) AS last_seen, sum(p.articles) AS articles,
       r.evidence_text AS evidence, r.confidence, a.published_at, a.url
FROM people AS q JOIN posts AS p ON p.person_id = q.id JOIN officials AS r ON r.id = p.record_id
JOIN articles AS a ON a.current_version_id = r.version_id, json_each(p.titles) AS t
GROUP BY q.id, t.value, p.organisation, p.acting;

CREATE VIEW directive_calendar AS
SELECT r.deadline, r.recurring, r.deadline_text, r.issuer_name, r.issuer_title, r.verb, r.verb_class, r.action, r.addressees,
       r.coordinating, r.legal_refs, a.province, r.evidence_text AS evidence, r.evidence_start, r.evidence_end, r.rule,
       r.confidence, a.published_at, a.url
FROM directives AS r JOIN articles AS a ON a.current_version_id = r.version_id
WHERE r.deadline IS NOT NULL OR r.recurring IS NOT NULL;

CREATE VIEW portal_health AS
WITH portals AS (
  SELECT portal FROM articles WHERE portal IS NOT NULL UNION SELECT portal FROM runs
), last_runs AS (
  SELECT *, row_number() OVER (PARTITION BY portal ORDER BY started_at DESC, id DESC) AS nth FROM runs
), troubles AS (
  SELECT portal, count(*) AS issues FROM issues GROUP BY portal
)
SELECT p.portal,
       (SELECT a.province FROM articles AS a WHERE a.portal = p.portal AND a.province IS NOT NULL LIMIT 1) AS province,
       (SELECT count(*) FROM articles AS a WHERE a.portal = p.portal) AS articles,
       (SELECT count(*) FROM articles AS a WHERE a.portal = p.portal AND a.withdrawn_at IS NOT NULL) AS withdrawn,
       (SELECT substr(min(a.published_at), 1, 10) FROM articles AS a WHERE a.portal = p.portal) AS first_published,
       (SELECT substr(max(a.published_at), 1, 10) FROM articles AS a WHERE a.portal = p.portal) AS newest_published,
       (SELECT max(a.fetched_at) FROM articles AS a WHERE a.portal = p.portal) AS newest_fetched,
       l.started_at AS last_run, l.status AS last_status, l.reason AS last_reason,
       (SELECT count(*) FROM run_listings AS x WHERE x.run_id = l.id AND NOT x.closed) AS open_listings,
       coalesce(i.issues, 0) AS issues
FROM portals AS p LEFT JOIN last_runs AS l ON l.portal = p.portal AND l.nth = 1 LEFT JOIN troubles AS i ON i.portal = p.portal;
