-- The writer gives a cell all that it shows at once (store/facts.py); the triggers wrote each a second time.
DROP TRIGGER index_cells_changed;
DROP TRIGGER index_cells_new;

-- What most say of a document is found without reading what all say.
CREATE INDEX document_forms_by_times ON document_forms (document_id, times DESC);

-- A merge of four parts of the index at a time writes every word more often than one of sixteen; a question finds it as fast.
INSERT INTO article_search (article_search, rank) VALUES ('automerge', 16);
INSERT INTO accent_search (accent_search, rank) VALUES ('automerge', 16);
