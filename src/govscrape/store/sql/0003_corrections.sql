-- What people found wrong, kept apart from what the rules give so that every new extraction meets it again.
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

-- What the rules state, where an audit or a correction says otherwise; NULL: confidence is as stated.
ALTER TABLE index_results ADD COLUMN stated_confidence REAL CHECK (stated_confidence > 0 AND stated_confidence <= 1);
ALTER TABLE officials ADD COLUMN stated_confidence REAL CHECK (stated_confidence > 0 AND stated_confidence <= 1);
ALTER TABLE directives ADD COLUMN stated_confidence REAL CHECK (stated_confidence > 0 AND stated_confidence <= 1);
ALTER TABLE legal_refs ADD COLUMN stated_confidence REAL CHECK (stated_confidence > 0 AND stated_confidence <= 1);

CREATE INDEX corrections_of_article ON corrections (url, status);
CREATE INDEX corrections_by_article ON corrections (article_id);
CREATE INDEX applied_by_correction ON applied_corrections (correction_id);
