-- A cell carries all that its panel's row shows, so that no question about the panel looks up a hundred articles to find
-- out which of their results it wants. The database itself keeps it so, whenever a cell is written.
DROP VIEW index_disagreements;
DROP VIEW index_panel_wide;
DROP VIEW index_panel;
DROP VIEW official_posts;

ALTER TABLE index_cells ADD COLUMN province TEXT;
ALTER TABLE index_cells ADD COLUMN province_code TEXT;
ALTER TABLE index_cells ADD COLUMN score REAL;
ALTER TABLE index_cells ADD COLUMN score_max REAL;
ALTER TABLE index_cells ADD COLUMN unit TEXT;
ALTER TABLE index_cells ADD COLUMN score_bound TEXT;
ALTER TABLE index_cells ADD COLUMN rank INTEGER;
ALTER TABLE index_cells ADD COLUMN rank_of INTEGER;
ALTER TABLE index_cells ADD COLUMN rank_group TEXT;
ALTER TABLE index_cells ADD COLUMN confidence REAL;
ALTER TABLE index_cells ADD COLUMN published_at TEXT;
ALTER TABLE index_cells ADD COLUMN evidence TEXT;
ALTER TABLE index_cells ADD COLUMN url TEXT;
ALTER TABLE index_cells ADD COLUMN rank_evidence TEXT;
ALTER TABLE index_cells ADD COLUMN rank_url TEXT;

DROP INDEX index_cells_once;
DROP INDEX index_cells_of_place;
CREATE UNIQUE INDEX index_cells_once ON index_cells ("index", year DESC, place, coalesce(component, ''), era);

CREATE TRIGGER index_cells_changed AFTER UPDATE OF score_id, rank_id ON index_cells BEGIN
  UPDATE index_cells SET (province, province_code, score, score_max, unit, score_bound, rank, rank_of, rank_group, confidence,
    published_at, evidence, url, rank_evidence, rank_url) = (
    SELECT s.subject, s.subject_code, s.score, s.score_max, s.unit, s.score_bound,
           iif(coalesce(r.rank_scope, 'national') = 'national', r.rank, NULL), r.rank_of, r.rank_group, s.confidence,
           a.published_at, s.evidence_text, a.url,
           iif(r.id = s.id, NULL, r.evidence_text), iif(r.id = s.id, NULL, b.url)
    FROM index_results AS s CROSS JOIN articles AS a ON a.current_version_id = s.version_id
    CROSS JOIN index_results AS r ON r.id = new.rank_id CROSS JOIN articles AS b ON b.current_version_id = r.version_id
    WHERE s.id = new.score_id
  ) WHERE id = new.id;
END;

-- The same once more: by way of the other a new cell would be written three times.
CREATE TRIGGER index_cells_new AFTER INSERT ON index_cells BEGIN
  UPDATE index_cells SET (province, province_code, score, score_max, unit, score_bound, rank, rank_of, rank_group, confidence,
    published_at, evidence, url, rank_evidence, rank_url) = (
    SELECT s.subject, s.subject_code, s.score, s.score_max, s.unit, s.score_bound,
           iif(coalesce(r.rank_scope, 'national') = 'national', r.rank, NULL), r.rank_of, r.rank_group, s.confidence,
           a.published_at, s.evidence_text, a.url,
           iif(r.id = s.id, NULL, r.evidence_text), iif(r.id = s.id, NULL, b.url)
    FROM index_results AS s CROSS JOIN articles AS a ON a.current_version_id = s.version_id
    CROSS JOIN index_results AS r ON r.id = new.rank_id CROSS JOIN articles AS b ON b.current_version_id = r.version_id
    WHERE s.id = new.score_id
  ) WHERE id = new.id;
END;

UPDATE index_cells SET score_id = score_id;

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

-- Cells first, in their order: the newest disagreements of a thousand are found without reading the others.
CREATE VIEW index_disagreements AS
SELECT c."index", c.component, c.province, c.province_code, c.era, c.year, x.measure,
       iif(x.measure = 'score', ra.score, ra.rank) AS value_a, iif(x.measure = 'score', rb.score, rb.rank) AS value_b,
       ra.evidence_text AS evidence_a, ra.confidence AS confidence_a, a.published_at AS published_at_a, a.url AS url_a,
       rb.evidence_text AS evidence_b, rb.confidence AS confidence_b, b.published_at AS published_at_b, b.url AS url_b
FROM index_cells AS c CROSS JOIN index_conflicts AS x ON x.cell_id = c.id
CROSS JOIN index_results AS ra ON ra.id = x.a_id CROSS JOIN articles AS a ON a.current_version_id = ra.version_id
CROSS JOIN index_results AS rb ON rb.id = x.b_id CROSS JOIN articles AS b ON b.current_version_id = rb.version_id;

-- Grouped by what is asked for, so that SQLite looks at the people who are asked for and at no others.
CREATE VIEW official_posts AS
SELECT g.name, g.title, g.organisation, g.acting, g.province, g.person, g.identity, g.first_seen, g.last_seen, g.articles,
       r.evidence_text AS evidence, r.confidence, a.published_at, a.url
FROM (
  SELECT q.name, q.province, q.number AS person, q.identity, t.value AS title, p.organisation, p.acting,
         min(p.first_seen) AS first_seen, max(p.last_seen) AS last_seen, sum(p.articles) AS articles, p.record_id
  FROM people AS q CROSS JOIN posts AS p ON p.person_id = q.id CROSS JOIN json_each(p.titles) AS t
  GROUP BY q.name, q.province, q.number, t.value, p.organisation, p.acting
) AS g CROSS JOIN officials AS r ON r.id = g.record_id CROSS JOIN articles AS a ON a.current_version_id = r.version_id;
