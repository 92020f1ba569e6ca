-- Accents kept, so that a query with accents finds these and no others; article_search is for the rest.
CREATE VIRTUAL TABLE accent_search USING fts5 (
  title, summary, body, content='article_versions', content_rowid='id', tokenize='unicode61 remove_diacritics 0'
);

INSERT INTO accent_search (accent_search) VALUES ('rebuild');

CREATE TRIGGER accent_search_add AFTER INSERT ON article_versions BEGIN
  INSERT INTO accent_search (rowid, title, summary, body) VALUES (new.id, new.title, new.summary, new.body);
END;

CREATE TRIGGER accent_search_remove BEFORE DELETE ON article_versions BEGIN
  INSERT INTO accent_search (accent_search, rowid, title, summary, body)
  VALUES ('delete', old.id, old.title, old.summary, old.body);
END;

CREATE INDEX articles_by_version ON articles (current_version_id);

CREATE VIEW index_claims AS
SELECT r.id, r.version_id, r."index", r.component, r.subject AS province, r.subject_code AS province_code,
       CASE WHEN r.rank_of IS NOT NULL THEN iif(r.rank_of <= 34, 34, 63)
            ELSE iif(r.year >= 2025 AND substr(a.published_at, 1, 10) >= '2025-07-01', 34, 63) END AS era,
       r.year, r.score, r.score_max, r.unit, r.score_bound,
       CASE WHEN r.score IS NULL THEN NULL WHEN round(r.score) = r.score THEN 1.0 WHEN round(r.score, 1) = r.score THEN 0.1
            WHEN round(r.score, 2) = r.score THEN 0.01 WHEN round(r.score, 3) = r.score THEN 0.001 ELSE 0.0001
            END AS score_step,
       iif(coalesce(r.rank_scope, 'national') = 'national', r.rank, NULL) AS rank, r.rank_of, r.rank_group,
       r.evidence_text AS evidence, r.evidence_start, r.evidence_end, r.rule, r.confidence,
       a.portal, a.published_at, a.url
FROM index_results AS r JOIN current_articles AS a ON a.version_id = r.version_id
WHERE r.status = 'result' AND r.subject_level = 'province' AND r.subject IS NOT NULL AND r.year IS NOT NULL
  AND (r.score IS NOT NULL OR coalesce(r.rank_scope, 'national') = 'national');

CREATE VIEW index_panel AS
WITH ordered AS (
  SELECT *,
    row_number() OVER (cell ORDER BY score IS NULL, score_bound IS NOT NULL, confidence DESC, published_at DESC, id DESC) AS nth_score,
    row_number() OVER (cell ORDER BY rank IS NULL, confidence DESC, published_at DESC, id DESC) AS nth_rank
  FROM index_claims WINDOW cell AS (PARTITION BY "index", component, coalesce(province_code, province), era, year)
)
SELECT "index", component, max(iif(nth_score = 1, province, NULL)) AS province, max(province_code) AS province_code, era, year,
       max(iif(nth_score = 1, score, NULL)) AS score, max(iif(nth_score = 1, score_max, NULL)) AS score_max,
       max(iif(nth_score = 1, unit, NULL)) AS unit, max(iif(nth_score = 1, score_bound, NULL)) AS score_bound,
       max(iif(nth_rank = 1, rank, NULL)) AS rank, max(iif(nth_rank = 1, rank_of, NULL)) AS rank_of,
       max(iif(nth_rank = 1, rank_group, NULL)) AS rank_group,
       count(*) AS claims, count(DISTINCT url) AS articles, count(DISTINCT score) AS scores, count(DISTINCT rank) AS ranks,
       max(iif(nth_score = 1, evidence, NULL)) AS evidence, max(iif(nth_score = 1, confidence, NULL)) AS confidence,
       max(iif(nth_score = 1, published_at, NULL)) AS published_at, max(iif(nth_score = 1, url, NULL)) AS url,
       max(iif(nth_rank = 1, evidence, NULL)) AS rank_evidence, max(iif(nth_rank = 1, url, NULL)) AS rank_url
FROM ordered GROUP BY "index", component, coalesce(province_code, province), era, year;

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

-- A score that is another one rounded or cut off is no disagreement. The cell is one text so that SQLite can index it.
CREATE VIEW index_disagreements AS
WITH claims AS MATERIALIZED (
  SELECT *, "index" || '|' || coalesce(component, '') || '|' || coalesce(province_code, province) || '|' || era || '|' || year AS cell
  FROM index_claims
), pairs AS (
  SELECT 'score' AS measure, a.id AS a_id, b.id AS b_id, a.score AS value_a, b.score AS value_b
  FROM claims AS a JOIN claims AS b ON b.cell = a.cell
  WHERE b.id > a.id AND a.score_bound IS NULL AND b.score_bound IS NULL
    AND abs(a.score - b.score) >= max(a.score_step, b.score_step) - 0.000001
  UNION ALL
  SELECT 'rank', a.id, b.id, a.rank, b.rank
  FROM claims AS a JOIN claims AS b ON b.cell = a.cell
  WHERE b.id > a.id AND a.rank <> b.rank
)
SELECT a."index", a.component, a.province, a.province_code, a.era, a.year, p.measure, p.value_a, p.value_b,
       a.evidence AS evidence_a, a.confidence AS confidence_a, a.published_at AS published_at_a, a.url AS url_a,
       b.evidence AS evidence_b, b.confidence AS confidence_b, b.published_at AS published_at_b, b.url AS url_b
FROM pairs AS p JOIN claims AS a ON a.id = p.a_id JOIN claims AS b ON b.id = p.b_id;

CREATE VIEW official_posts AS
WITH seen AS (
  SELECT r.name, t.value AS title, r.organisation, r.acting, a.province, a.published_at, a.url,
         r.evidence_text AS evidence, r.confidence,
         row_number() OVER (post ORDER BY a.published_at DESC, r.id DESC) AS nth,
         min(a.published_at) OVER post AS first_seen, max(a.published_at) OVER post AS last_seen, count(*) OVER post AS articles
  FROM officials AS r JOIN current_articles AS a ON a.version_id = r.version_id, json_each(r.titles) AS t
  WHERE r.name IS NOT NULL
  WINDOW post AS (PARTITION BY r.name, a.province, t.value, r.acting)
)
SELECT name, title, organisation, acting, province, substr(first_seen, 1, 10) AS first_seen,
       substr(last_seen, 1, 10) AS last_seen, articles, evidence, confidence, published_at, url
FROM seen WHERE nth = 1;

CREATE VIEW directive_calendar AS
SELECT r.deadline, r.recurring, r.deadline_text, r.issuer_name, r.issuer_title, r.verb, r.verb_class, r.action, r.addressees,
       r.coordinating, r.legal_refs, a.province, r.evidence_text AS evidence, r.evidence_start, r.evidence_end, r.rule,
       r.confidence, a.published_at, a.url
FROM directives AS r JOIN current_articles AS a ON a.version_id = r.version_id
WHERE r.deadline IS NOT NULL OR r.recurring IS NOT NULL;

CREATE VIEW portal_health AS
WITH portals AS (
  SELECT portal FROM articles WHERE portal IS NOT NULL UNION SELECT portal FROM runs
), last_runs AS (
  SELECT *, row_number() OVER (PARTITION BY portal ORDER BY started_at DESC, id DESC) AS nth FROM runs
), kept AS (
  SELECT portal, max(province) AS province, count(*) AS articles, count(withdrawn_at) AS withdrawn,
         min(published_at) AS first_published, max(published_at) AS newest_published, max(fetched_at) AS newest_fetched
  FROM current_articles GROUP BY portal
)
SELECT p.portal, k.province, coalesce(k.articles, 0) AS articles, coalesce(k.withdrawn, 0) AS withdrawn,
       substr(k.first_published, 1, 10) AS first_published, substr(k.newest_published, 1, 10) AS newest_published,
       k.newest_fetched, l.started_at AS last_run, l.status AS last_status, l.reason AS last_reason,
       (SELECT count(*) FROM run_listings AS x WHERE x.run_id = l.id AND NOT x.closed) AS open_listings,
       (SELECT count(*) FROM issues AS i WHERE i.portal = p.portal) AS issues
FROM portals AS p LEFT JOIN kept AS k ON k.portal = p.portal LEFT JOIN last_runs AS l ON l.portal = p.portal AND l.nth = 1;
