ALTER TABLE run_listings ADD COLUMN expected INTEGER CHECK (expected >= 0);

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
