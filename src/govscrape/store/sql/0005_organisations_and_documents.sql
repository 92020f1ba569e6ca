-- Bodies and legal documents across articles, kept up to date with the articles as people are (store/organisations.py,
-- store/documents.py). known: rules/gazetteer/organisation.csv has the body; folded has no accents and no case.
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

-- How articles write a body.
CREATE TABLE organisation_names (
  organisation_id INTEGER NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  PRIMARY KEY (organisation_id, name)
) STRICT, WITHOUT ROWID;

-- What a visible article shows a body as: record_id is a directive, for an office the official who is the person.
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

-- base is the key without the year of issue; dated counts the citations that tell it.
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

-- How articles describe a document, and how often: what most say stands in legal_documents.
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

-- record_id is what cites: a legal reference, or a directive whose basis the document is.
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
