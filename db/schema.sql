-- Generated from src/govscrape/store/sql, do not edit; tests/unit/test_store_schema.py says how.
PRAGMA application_id = 1735358067;
PRAGMA user_version = 8;

CREATE TABLE articles (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  portal TEXT,
  province TEXT,
  current_version_id INTEGER REFERENCES article_versions (id) DEFERRABLE INITIALLY DEFERRED,
  first_seen_at TEXT NOT NULL,
  withdrawn_at TEXT
, title TEXT, published_at TEXT, fetched_at TEXT) STRICT;

CREATE TABLE article_urls (
  url TEXT PRIMARY KEY NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE pages (
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  archive_file TEXT NOT NULL,
  archive_offset INTEGER NOT NULL CHECK (archive_offset >= 0),
  sha256 TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  UNIQUE (archive_file, archive_offset)
) STRICT;

CREATE TABLE article_versions (
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  version INTEGER NOT NULL CHECK (version >= 1),
  text_hash TEXT NOT NULL,
  details_hash TEXT NOT NULL,
  records_hash TEXT NOT NULL,
  ruleset_version TEXT NOT NULL,
  code_version TEXT NOT NULL,
  page_id INTEGER REFERENCES pages (id) ON DELETE SET NULL,
  fetched_at TEXT NOT NULL,
  source_url TEXT,
  canonical_url TEXT,
  title TEXT,
  summary TEXT,
  body TEXT NOT NULL,
  paragraphs TEXT NOT NULL CHECK (json_valid(paragraphs)),
  tables TEXT NOT NULL CHECK (json_valid(tables)),
  author TEXT,
  section TEXT,
  published_at TEXT,
  updated_at TEXT,
  views INTEGER CHECK (views >= 0),
  images TEXT NOT NULL CHECK (json_valid(images)),
  attachments TEXT NOT NULL CHECK (json_valid(attachments)),
  language TEXT NOT NULL,
  UNIQUE (article_id, version)
) STRICT;

CREATE TABLE index_results (
  id INTEGER PRIMARY KEY,
  version_id INTEGER NOT NULL REFERENCES article_versions (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  "index" TEXT NOT NULL,
  index_text TEXT,
  component TEXT,
  component_text TEXT,
  subject TEXT,
  subject_text TEXT,
  subject_code TEXT,
  subject_level TEXT NOT NULL,
  status TEXT NOT NULL,
  year INTEGER,
  score REAL,
  score_max REAL,
  unit TEXT,
  score_bound TEXT,
  rank INTEGER CHECK (rank >= 1),
  rank_of INTEGER CHECK (rank_of >= 1),
  rank_scope TEXT,
  rank_group TEXT,
  score_delta REAL,
  rank_delta INTEGER,
  prev_score REAL,
  prev_rank INTEGER,
  baseline_year INTEGER,
  checks TEXT NOT NULL CHECK (json_valid(checks)),
  evidence_start INTEGER NOT NULL,
  evidence_end INTEGER NOT NULL CHECK (evidence_end >= evidence_start),
  evidence_text TEXT NOT NULL,
  rule TEXT NOT NULL,
  confidence REAL NOT NULL CHECK (confidence > 0 AND confidence <= 1),
  ruleset_version TEXT NOT NULL,
  code_version TEXT NOT NULL, stated_confidence REAL CHECK (stated_confidence > 0 AND stated_confidence <= 1),
  UNIQUE (version_id, position)
) STRICT;

CREATE TABLE officials (
  id INTEGER PRIMARY KEY,
  version_id INTEGER NOT NULL REFERENCES article_versions (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT,
  honorific TEXT,
  titles TEXT NOT NULL CHECK (json_valid(titles)),
  organisation TEXT,
  role TEXT NOT NULL,
  acting TEXT,
  evidence_start INTEGER NOT NULL,
  evidence_end INTEGER NOT NULL CHECK (evidence_end >= evidence_start),
  evidence_text TEXT NOT NULL,
  rule TEXT NOT NULL,
  confidence REAL NOT NULL CHECK (confidence > 0 AND confidence <= 1),
  ruleset_version TEXT NOT NULL,
  code_version TEXT NOT NULL, stated_confidence REAL CHECK (stated_confidence > 0 AND stated_confidence <= 1),
  UNIQUE (version_id, position)
) STRICT;

CREATE TABLE official_mentions (
  official_id INTEGER NOT NULL REFERENCES officials (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  "start" INTEGER NOT NULL,
  "end" INTEGER NOT NULL CHECK ("end" >= "start"),
  "text" TEXT NOT NULL,
  PRIMARY KEY (official_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE directives (
  id INTEGER PRIMARY KEY,
  version_id INTEGER NOT NULL REFERENCES article_versions (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  issuer_name TEXT,
  issuer_title TEXT,
  verb TEXT NOT NULL,
  verb_class TEXT NOT NULL,
  addressees TEXT NOT NULL CHECK (json_valid(addressees)),
  coordinating TEXT NOT NULL CHECK (json_valid(coordinating)),
  action TEXT NOT NULL,
  deadline_text TEXT,
  deadline TEXT,
  recurring TEXT,
  legal_refs TEXT NOT NULL CHECK (json_valid(legal_refs)),
  evidence_start INTEGER NOT NULL,
  evidence_end INTEGER NOT NULL CHECK (evidence_end >= evidence_start),
  evidence_text TEXT NOT NULL,
  rule TEXT NOT NULL,
  confidence REAL NOT NULL CHECK (confidence > 0 AND confidence <= 1),
  ruleset_version TEXT NOT NULL,
  code_version TEXT NOT NULL, stated_confidence REAL CHECK (stated_confidence > 0 AND stated_confidence <= 1),
  UNIQUE (version_id, position)
) STRICT;

CREATE TABLE legal_refs (
  id INTEGER PRIMARY KEY,
  version_id INTEGER NOT NULL REFERENCES article_versions (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  number TEXT,
  title TEXT,
  article TEXT,
  issued_on TEXT,
  issuer TEXT,
  evidence_start INTEGER NOT NULL,
  evidence_end INTEGER NOT NULL CHECK (evidence_end >= evidence_start),
  evidence_text TEXT NOT NULL,
  rule TEXT NOT NULL,
  confidence REAL NOT NULL CHECK (confidence > 0 AND confidence <= 1),
  ruleset_version TEXT NOT NULL,
  code_version TEXT NOT NULL, stated_confidence REAL CHECK (stated_confidence > 0 AND stated_confidence <= 1),
  UNIQUE (version_id, position)
) STRICT;

CREATE TABLE article_issues (
  id INTEGER PRIMARY KEY,
  version_id INTEGER NOT NULL REFERENCES article_versions (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  "where" TEXT,
  UNIQUE (version_id, position)
) STRICT;

CREATE TABLE issues (
  id INTEGER PRIMARY KEY,
  portal TEXT,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  "where" TEXT,
  run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  times INTEGER NOT NULL DEFAULT 1 CHECK (times >= 1)
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  status TEXT NOT NULL CHECK (status IN ('running', 'complete', 'partial')),
  reason TEXT,
  counts TEXT NOT NULL CHECK (json_valid(counts))
) STRICT;

CREATE TABLE run_listings (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  listing TEXT NOT NULL,
  pages INTEGER NOT NULL CHECK (pages >= 0),
  items INTEGER NOT NULL CHECK (items >= 0),
  overlap INTEGER NOT NULL CHECK (overlap >= 0),
  closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
  reason TEXT, expected INTEGER CHECK (expected >= 0),
  PRIMARY KEY (run_id, listing)
) STRICT, WITHOUT ROWID;

CREATE INDEX pages_of_article ON pages (article_id, fetched_at);

CREATE INDEX article_urls_of_article ON article_urls (article_id);

CREATE INDEX versions_by_page ON article_versions (page_id);

CREATE INDEX officials_by_name ON officials (name);

CREATE INDEX directives_by_issuer ON directives (issuer_name);

CREATE INDEX legal_refs_by_number ON legal_refs (number);

CREATE UNIQUE INDEX issues_once ON issues (coalesce(portal, ''), code, coalesce("where", ''), message);

CREATE INDEX issues_by_run ON issues (run_id);

CREATE INDEX runs_by_portal ON runs (portal, started_at);

CREATE VIEW searchable_text AS
SELECT id, replace(replace(title, 'đ', 'd'), 'Đ', 'D') AS title,
       replace(replace(summary, 'đ', 'd'), 'Đ', 'D') AS summary,
       replace(replace(body, 'đ', 'd'), 'Đ', 'D') AS body
FROM article_versions;

CREATE VIRTUAL TABLE article_search USING fts5 (
  title, summary, body, content='searchable_text', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);

CREATE TRIGGER article_search_remove BEFORE DELETE ON article_versions BEGIN
  INSERT INTO article_search (article_search, rowid, title, summary, body)
  SELECT 'delete', id, title, summary, body FROM searchable_text WHERE id = old.id;
END;

CREATE TRIGGER article_text_is_fixed BEFORE UPDATE OF title, summary, body, text_hash ON article_versions BEGIN
  SELECT RAISE(ABORT, 'the text of an article version never changes');
END;

CREATE INDEX articles_by_version ON articles (current_version_id);

CREATE TABLE corrections (
  id TEXT PRIMARY KEY NOT NULL,
  url TEXT NOT NULL,
  article_id INTEGER REFERENCES articles (id) ON DELETE SET NULL,
  kind TEXT NOT NULL CHECK (kind IN ('index', 'official', 'directive', 'legal_ref')),
  "key" TEXT NOT NULL CHECK (json_valid("key")),
  evidence TEXT NOT NULL,
  passage TEXT NOT NULL,
  slot TEXT,
  expected TEXT NOT NULL CHECK (json_valid(expected)),
  new TEXT NOT NULL CHECK (json_valid(new)),
  reason TEXT,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('waiting', 'applied', 'agreed', 'void', 'superseded', 'lifted')),
  status_reason TEXT,
  status_at TEXT NOT NULL
) STRICT;

CREATE TABLE applied_corrections (
  version_id INTEGER NOT NULL REFERENCES article_versions (id) ON DELETE CASCADE,
  correction_id TEXT NOT NULL REFERENCES corrections (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('index', 'official', 'directive', 'legal_ref')),
  position INTEGER,
  slot TEXT,
  PRIMARY KEY (version_id, correction_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE uncorrected (
  version_id INTEGER PRIMARY KEY NOT NULL REFERENCES article_versions (id) ON DELETE CASCADE,
  records TEXT NOT NULL CHECK (json_valid(records))
) STRICT;

CREATE TABLE audits (
  id TEXT PRIMARY KEY NOT NULL,
  made_at TEXT NOT NULL,
  sampled INTEGER NOT NULL CHECK (sampled IN (0, 1)),
  strata_by TEXT NOT NULL CHECK (json_valid(strata_by)),
  seed INTEGER NOT NULL,
  ruleset_version TEXT NOT NULL,
  code_version TEXT NOT NULL
) STRICT;

CREATE TABLE audit_strata (
  audit_id TEXT NOT NULL REFERENCES audits (id) ON DELETE CASCADE,
  stratum TEXT NOT NULL,
  population INTEGER NOT NULL CHECK (population >= 1),
  sampled INTEGER NOT NULL CHECK (sampled BETWEEN 1 AND population),
  PRIMARY KEY (audit_id, stratum)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_verdicts (
  audit_id TEXT NOT NULL REFERENCES audits (id) ON DELETE CASCADE,
  item TEXT NOT NULL,
  stratum TEXT NOT NULL,
  url TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('index', 'official', 'directive', 'legal_ref')),
  rule TEXT NOT NULL,
  portal TEXT,
  evidence TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('right', 'wrong', 'unsure')),
  note TEXT,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (audit_id, item),
  FOREIGN KEY (audit_id, stratum) REFERENCES audit_strata (audit_id, stratum) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE rule_precision (
  kind TEXT NOT NULL CHECK (kind IN ('index', 'official', 'directive', 'legal_ref')),
  rule TEXT NOT NULL,
  "right" INTEGER NOT NULL CHECK ("right" >= 0),
  wrong INTEGER NOT NULL CHECK (wrong >= 0),
  unsure INTEGER NOT NULL CHECK (unsure >= 0),
  "precision" REAL NOT NULL CHECK ("precision" BETWEEN 0 AND 1),
  low REAL NOT NULL CHECK (low BETWEEN 0 AND "precision"),
  high REAL NOT NULL CHECK (high BETWEEN "precision" AND 1),
  effective REAL NOT NULL CHECK (effective > 0),
  ruleset_version TEXT NOT NULL,
  judged_at TEXT NOT NULL,
  PRIMARY KEY (kind, rule)
) STRICT, WITHOUT ROWID;

CREATE INDEX corrections_of_article ON corrections (url, status);

CREATE INDEX corrections_by_article ON corrections (article_id);

CREATE INDEX applied_by_correction ON applied_corrections (correction_id);

CREATE VIRTUAL TABLE accent_search USING fts5 (
  title, summary, body, content='article_versions', content_rowid='id', tokenize='unicode61 remove_diacritics 0',
  detail='none', columnsize=0
);

CREATE TRIGGER accent_search_remove BEFORE DELETE ON article_versions BEGIN
  INSERT INTO accent_search (accent_search, rowid, title, summary, body)
  VALUES ('delete', old.id, old.title, old.summary, old.body);
END;

CREATE VIEW current_articles AS
SELECT a.id AS article_id, v.id AS version_id, a.url, a.portal, a.province, v.version, a.title, v.summary, v.body,
       v.author, v.section, a.published_at, v.updated_at, v.views, v.language, a.fetched_at, a.first_seen_at, a.withdrawn_at
FROM articles AS a JOIN article_versions AS v ON v.id = a.current_version_id;

CREATE INDEX index_results_by_cell ON index_results ("index", year, coalesce(subject_code, subject), component);

CREATE INDEX index_results_by_subject ON index_results (subject_level, subject, "index", year);

CREATE INDEX articles_by_province ON articles (province, published_at);

CREATE INDEX articles_by_day ON articles (published_at);

CREATE INDEX articles_by_portal ON articles (portal, published_at);

CREATE INDEX articles_by_fetch ON articles (portal, fetched_at);

CREATE INDEX articles_withdrawn ON articles (portal) WHERE withdrawn_at IS NOT NULL;

CREATE INDEX directives_by_deadline ON directives (deadline) WHERE deadline IS NOT NULL;

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

CREATE TABLE index_names (
  "index" TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY ("index", name)
) STRICT, WITHOUT ROWID;

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
, province TEXT, province_code TEXT, score REAL, score_max REAL, unit TEXT, score_bound TEXT, rank INTEGER, rank_of INTEGER, rank_group TEXT, confidence REAL, published_at TEXT, evidence TEXT, url TEXT, rank_evidence TEXT, rank_url TEXT) STRICT;

CREATE INDEX index_cells_by_score ON index_cells (score_id);

CREATE INDEX index_cells_by_rank ON index_cells (rank_id);

CREATE TABLE index_conflicts (
  cell_id INTEGER NOT NULL REFERENCES index_cells (id) ON DELETE CASCADE,
  measure TEXT NOT NULL CHECK (measure IN ('score', 'rank')),
  a_id INTEGER NOT NULL REFERENCES index_results (id) ON DELETE CASCADE,
  b_id INTEGER NOT NULL REFERENCES index_results (id) ON DELETE CASCADE,
  PRIMARY KEY (cell_id, measure, b_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX index_conflicts_by_a ON index_conflicts (a_id);

CREATE INDEX index_conflicts_by_b ON index_conflicts (b_id);

CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  province TEXT,
  number INTEGER NOT NULL CHECK (number >= 1),
  identity TEXT NOT NULL CHECK (identity IN ('one', 'moved', 'namesake', 'unclear'))
) STRICT;

CREATE UNIQUE INDEX people_once ON people (name, coalesce(province, ''), number);

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

CREATE TABLE organisations (
  id INTEGER PRIMARY KEY,
  "key" TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  name_en TEXT,
  province TEXT,
  kind TEXT,
  level TEXT CHECK (level IN ('central', 'province', 'district', 'commune')),
  known INTEGER NOT NULL CHECK (known IN (0, 1)),
  valid_from TEXT,
  valid_to TEXT,
  successor TEXT,
  first_seen TEXT,
  last_seen TEXT,
  articles INTEGER NOT NULL DEFAULT 0 CHECK (articles >= 0),
  addressed INTEGER NOT NULL DEFAULT 0 CHECK (addressed >= 0),
  coordinated INTEGER NOT NULL DEFAULT 0 CHECK (coordinated >= 0),
  issued INTEGER NOT NULL DEFAULT 0 CHECK (issued >= 0),
  officials INTEGER NOT NULL DEFAULT 0 CHECK (officials >= 0)
) STRICT;

CREATE INDEX organisations_by_province ON organisations (province, articles);

CREATE INDEX organisations_by_articles ON organisations (articles);

CREATE TABLE organisation_names (
  organisation_id INTEGER NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  PRIMARY KEY (organisation_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE organisation_links (
  id INTEGER PRIMARY KEY,
  organisation_id INTEGER NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('addressee', 'coordinating', 'issuer', 'office')),
  day TEXT,
  version_id INTEGER NOT NULL REFERENCES article_versions (id) ON DELETE CASCADE,
  record_id INTEGER NOT NULL,
  person TEXT
) STRICT;

CREATE INDEX organisation_links_by_day ON organisation_links (organisation_id, role, day);

CREATE INDEX organisation_links_of_version ON organisation_links (version_id);

CREATE INDEX organisation_links_by_person ON organisation_links (organisation_id, person) WHERE person IS NOT NULL;

CREATE TABLE legal_documents (
  id INTEGER PRIMARY KEY,
  "key" TEXT NOT NULL UNIQUE,
  base TEXT NOT NULL,
  year INTEGER,
  kind TEXT NOT NULL,
  number TEXT,
  title TEXT,
  issuer TEXT,
  issuer_key TEXT,
  province TEXT,
  issued_on TEXT,
  folded TEXT NOT NULL,
  first_cited TEXT,
  last_cited TEXT,
  articles INTEGER NOT NULL DEFAULT 0 CHECK (articles >= 0),
  citations INTEGER NOT NULL DEFAULT 0 CHECK (citations >= 0),
  directives INTEGER NOT NULL DEFAULT 0 CHECK (directives >= 0),
  dated INTEGER NOT NULL DEFAULT 0 CHECK (dated >= 0)
) STRICT;

CREATE INDEX legal_documents_by_base ON legal_documents (base);

CREATE INDEX legal_documents_by_articles ON legal_documents (articles);

CREATE INDEX legal_documents_by_issuer ON legal_documents (issuer_key, articles) WHERE issuer_key IS NOT NULL;

CREATE INDEX legal_documents_by_province ON legal_documents (province, articles);

CREATE TABLE document_forms (
  id INTEGER PRIMARY KEY,
  document_id INTEGER NOT NULL REFERENCES legal_documents (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  number TEXT,
  title TEXT,
  issuer TEXT,
  issued_on TEXT,
  times INTEGER NOT NULL DEFAULT 0 CHECK (times >= 0)
) STRICT;

CREATE UNIQUE INDEX document_forms_once ON document_forms (
  document_id, kind, coalesce(number, ''), coalesce(title, ''), coalesce(issuer, ''), coalesce(issued_on, '')
);

CREATE TABLE document_links (
  id INTEGER PRIMARY KEY,
  document_id INTEGER NOT NULL REFERENCES legal_documents (id) ON DELETE CASCADE,
  form_id INTEGER REFERENCES document_forms (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('citation', 'basis')),
  day TEXT,
  version_id INTEGER NOT NULL REFERENCES article_versions (id) ON DELETE CASCADE,
  record_id INTEGER NOT NULL,
  dated INTEGER NOT NULL CHECK (dated IN (0, 1))
) STRICT;

CREATE INDEX document_links_by_day ON document_links (document_id, role, day);

CREATE INDEX document_links_of_version ON document_links (version_id);

CREATE INDEX document_links_by_form ON document_links (form_id);

CREATE VIEW organisation_roles AS
SELECT o."key" AS organisation, o.name AS organisation_name, x.role, x.person, r.issuer_name, r.issuer_title, r.action,
       r.deadline, r.recurring, a.province, r.evidence_text AS evidence, r.evidence_start, r.evidence_end, r.rule, r.confidence,
       a.published_at, a.url
FROM organisation_links AS x JOIN organisations AS o ON o.id = x.organisation_id JOIN directives AS r ON r.id = x.record_id
JOIN articles AS a ON a.current_version_id = x.version_id WHERE x.role <> 'office'
UNION ALL
SELECT o."key", o.name, x.role, x.person, NULL, NULL, NULL, NULL, NULL, a.province, r.evidence_text, r.evidence_start,
       r.evidence_end, r.rule, r.confidence, a.published_at, a.url
FROM organisation_links AS x JOIN organisations AS o ON o.id = x.organisation_id JOIN officials AS r ON r.id = x.record_id
JOIN articles AS a ON a.current_version_id = x.version_id WHERE x.role = 'office';

CREATE VIEW document_citations AS
SELECT d."key" AS document, x.role, r.article, NULL AS action, a.province, r.evidence_text AS evidence, r.evidence_start,
       r.evidence_end, r.rule, r.confidence, a.published_at, a.url
FROM document_links AS x JOIN legal_documents AS d ON d.id = x.document_id JOIN legal_refs AS r ON r.id = x.record_id
JOIN articles AS a ON a.current_version_id = x.version_id WHERE x.role = 'citation'
UNION ALL
SELECT d."key", x.role, NULL, r.action, a.province, r.evidence_text, r.evidence_start, r.evidence_end, r.rule, r.confidence,
       a.published_at, a.url
FROM document_links AS x JOIN legal_documents AS d ON d.id = x.document_id JOIN directives AS r ON r.id = x.record_id
JOIN articles AS a ON a.current_version_id = x.version_id WHERE x.role = 'basis';

CREATE TABLE back_fills (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL,
  listing TEXT NOT NULL,
  since TEXT NOT NULL,
  until TEXT NOT NULL,
  started_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  finished_at TEXT,
  pages INTEGER NOT NULL CHECK (pages >= 0),
  items INTEGER NOT NULL CHECK (items >= 0),
  wanted INTEGER NOT NULL CHECK (wanted >= 0),
  undated INTEGER NOT NULL CHECK (undated >= 0),
  expected INTEGER CHECK (expected >= 0),
  oldest TEXT,
  ordered INTEGER NOT NULL CHECK (ordered IN (0, 1)),
  closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
  reason TEXT,
  place TEXT NOT NULL CHECK (json_valid(place)),
  UNIQUE (portal, listing, since, until)
) STRICT;

CREATE TABLE back_fill_items (
  back_fill_id INTEGER NOT NULL REFERENCES back_fills (id) ON DELETE CASCADE,
  url TEXT NOT NULL,
  wanted INTEGER NOT NULL CHECK (wanted IN (0, 1)),
  PRIMARY KEY (back_fill_id, url)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX index_cells_once ON index_cells ("index", year DESC, place, coalesce(component, ''), era);

CREATE INDEX index_cells_of_province ON index_cells (province, "index", year);

CREATE INDEX index_cells_overall ON index_cells (place, era, year, "index", component, province, province_code, score, rank)
WHERE component IS NULL;

CREATE VIEW index_panel AS
SELECT "index", component, province, province_code, era, year, score, score_max, unit, score_bound, rank, rank_of, rank_group,
       claims, articles, scores, ranks, evidence, confidence, published_at, url,
       coalesce(rank_evidence, evidence) AS rank_evidence, coalesce(rank_url, url) AS rank_url
FROM index_cells;

CREATE VIEW index_panel_wide AS
SELECT province, province_code, era, year,
       max(iif("index" = 'PAR_INDEX', score, NULL)) AS par_index_score, max(iif("index" = 'PAR_INDEX', rank, NULL)) AS par_index_rank,
       max(iif("index" = 'SIPAS', score, NULL)) AS sipas_score, max(iif("index" = 'SIPAS', rank, NULL)) AS sipas_rank,
       max(iif("index" = 'PAPI', score, NULL)) AS papi_score, max(iif("index" = 'PAPI', rank, NULL)) AS papi_rank,
       max(iif("index" = 'PCI', score, NULL)) AS pci_score, max(iif("index" = 'PCI', rank, NULL)) AS pci_rank,
       max(iif("index" = 'PGI', score, NULL)) AS pgi_score, max(iif("index" = 'PGI', rank, NULL)) AS pgi_rank,
       max(iif("index" = 'DTI', score, NULL)) AS dti_score, max(iif("index" = 'DTI', rank, NULL)) AS dti_rank,
       max(iif("index" = 'PII', score, NULL)) AS pii_score, max(iif("index" = 'PII', rank, NULL)) AS pii_rank
FROM index_cells WHERE component IS NULL GROUP BY place, era, year;

CREATE VIEW index_disagreements AS
SELECT c."index", c.component, c.province, c.province_code, c.era, c.year, x.measure,
       iif(x.measure = 'score', ra.score, ra.rank) AS value_a, iif(x.measure = 'score', rb.score, rb.rank) AS value_b,
       ra.evidence_text AS evidence_a, ra.confidence AS confidence_a, a.published_at AS published_at_a, a.url AS url_a,
       rb.evidence_text AS evidence_b, rb.confidence AS confidence_b, b.published_at AS published_at_b, b.url AS url_b
FROM index_cells AS c CROSS JOIN index_conflicts AS x ON x.cell_id = c.id
CROSS JOIN index_results AS ra ON ra.id = x.a_id CROSS JOIN articles AS a ON a.current_version_id = ra.version_id
CROSS JOIN index_results AS rb ON rb.id = x.b_id CROSS JOIN articles AS b ON b.current_version_id = rb.version_id;

CREATE VIEW official_posts AS
SELECT g.name, g.title, g.organisation, g.acting, g.province, g.person, g.identity, g.first_seen, g.last_seen, g.articles,
       r.evidence_text AS evidence, r.confidence, a.published_at, a.url
FROM (
  SELECT q.name, q.province, q.number AS person, q.identity, t.value AS title, p.organisation, p.acting,
         min(p.first_seen) AS first_seen, max(p.last_seen) AS last_seen, sum(p.articles) AS articles, p.record_id
  FROM people AS q CROSS JOIN posts AS p ON p.person_id = q.id CROSS JOIN json_each(p.titles) AS t
  GROUP BY q.name, q.province, q.number, t.value, p.organisation, p.acting
) AS g CROSS JOIN officials AS r ON r.id = g.record_id CROSS JOIN articles AS a ON a.current_version_id = r.version_id;

CREATE INDEX document_forms_by_times ON document_forms (document_id, times DESC);
