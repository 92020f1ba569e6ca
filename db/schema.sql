-- Generated from src/govscrape/store/sql, do not edit; tests/unit/test_store_schema.py says how.
PRAGMA application_id = 1735358067;
PRAGMA user_version = 1;

CREATE TABLE articles (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  portal TEXT,
  province TEXT,
  current_version_id INTEGER REFERENCES article_versions (id) DEFERRABLE INITIALLY DEFERRED,
  first_seen_at TEXT NOT NULL,
  withdrawn_at TEXT
) STRICT;

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
  code_version TEXT NOT NULL,
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
  code_version TEXT NOT NULL,
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
  code_version TEXT NOT NULL,
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
  code_version TEXT NOT NULL,
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
  reason TEXT,
  PRIMARY KEY (run_id, listing)
) STRICT, WITHOUT ROWID;

CREATE INDEX pages_of_article ON pages (article_id, fetched_at);

CREATE INDEX articles_by_province ON articles (province);

CREATE INDEX article_urls_of_article ON article_urls (article_id);

CREATE INDEX versions_by_page ON article_versions (page_id);

CREATE INDEX index_results_by_index ON index_results ("index", year, subject);

CREATE INDEX officials_by_name ON officials (name);

CREATE INDEX directives_by_issuer ON directives (issuer_name);

CREATE INDEX legal_refs_by_number ON legal_refs (number);

CREATE UNIQUE INDEX issues_once ON issues (coalesce(portal, ''), code, coalesce("where", ''), message);

CREATE INDEX issues_by_run ON issues (run_id);

CREATE INDEX runs_by_portal ON runs (portal, started_at);

CREATE VIEW current_articles AS
SELECT a.id AS article_id, v.id AS version_id, a.url, a.portal, a.province, v.version, v.title, v.summary, v.body,
       v.author, v.section, v.published_at, v.updated_at, v.views, v.language, v.fetched_at, a.first_seen_at, a.withdrawn_at
FROM articles AS a JOIN article_versions AS v ON v.id = a.current_version_id;

CREATE VIEW searchable_text AS
SELECT id, replace(replace(title, 'đ', 'd'), 'Đ', 'D') AS title,
       replace(replace(summary, 'đ', 'd'), 'Đ', 'D') AS summary,
       replace(replace(body, 'đ', 'd'), 'Đ', 'D') AS body
FROM article_versions;

CREATE VIRTUAL TABLE article_search USING fts5 (
  title, summary, body, content='searchable_text', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);

CREATE TRIGGER article_search_add AFTER INSERT ON article_versions BEGIN
  INSERT INTO article_search (rowid, title, summary, body)
  SELECT id, title, summary, body FROM searchable_text WHERE id = new.id;
END;

CREATE TRIGGER article_search_remove BEFORE DELETE ON article_versions BEGIN
  INSERT INTO article_search (article_search, rowid, title, summary, body)
  SELECT 'delete', id, title, summary, body FROM searchable_text WHERE id = old.id;
END;

CREATE TRIGGER article_text_is_fixed BEFORE UPDATE OF title, summary, body, text_hash ON article_versions BEGIN
  SELECT RAISE(ABORT, 'the text of an article version never changes');
END;
