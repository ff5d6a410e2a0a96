import {
  dispositions,
  entities,
  entityNames,
  singleReferences,
  type EntityName,
  type Kind,
} from "@cutover/model";

/** Marks an SQLite file as a ledger of ours: "CutO" in SQLite's header. */
export const applicationId = 0x4375744f;

/** Raised whenever a table below changes its meaning; a ledger of another version is refused. */
export const ledgerVersion = 5;

const storage = (kind: Kind): string => (kind === "integer" || kind === "boolean" ? "INTEGER" : "TEXT");

/**
 * SQL: whether a column holds one of these, or nothing. Told by `IN`, SQLite makes a table of the list and asks
 * it for every row, also of what is null: that is half of what it takes to write a record.
 */
const oneOf = (column: string, values: readonly string[]): string =>
  [`${column} IS NULL`, ...values.map((value) => `${column} = '${value}'`)].join(" OR ");

/** Columns of an entity's staging table: one a field, and for each single reference the record it resolves to. */
function fieldColumns(entity: EntityName, resolved: boolean): string {
  return Object.entries(entities[entity].fields)
    .flatMap(([name, field]) => [
      `"${name}" ${storage(field.kind)}`,
      ...(resolved && field.kind === "ref" ? [`"${name}Id" INTEGER`] : []),
    ])
    .join(",\n  ");
}

/** What a record is in the target depends on where its references lead, too. */
function leads(entity: EntityName): string {
  const ids = singleReferences(entity).map(({ field }) => `"${field}Id"`);
  if (ids.length === 0) return "";
  return `
CREATE TRIGGER "${entity}_leads" AFTER UPDATE OF ${ids.join(", ")} ON "${entity}"
WHEN ${ids.map((id) => `OLD.${id} IS NOT NEW.${id}`).join(" OR ")}
BEGIN UPDATE record SET settled = NULL WHERE id = NEW.id AND settled IS NOT NULL; END;
`;
}

const staging = entityNames.map(
  (entity) => `
-- What was read from the sources, in canonical form; a row for every record that was mapped, flagged ones too.
CREATE TABLE "${entity}" (
  id INTEGER PRIMARY KEY REFERENCES record (id),
  ${fieldColumns(entity, true)}
) STRICT;
${leads(entity)}
-- What the target held when the plan was made.
CREATE TABLE "before_${entity}" (
  key TEXT PRIMARY KEY,
  mapping INTEGER NOT NULL REFERENCES mapping (id),
  hash BLOB NOT NULL,
  ${fieldColumns(entity, false)}
) STRICT, WITHOUT ROWID;

-- What was read back at the last reconciliation though nobody expected it; before a load, what the
-- target has of the records that it would change.
CREATE TABLE "after_${entity}" (
  key TEXT PRIMARY KEY,
  mapping INTEGER NOT NULL REFERENCES mapping (id),
  hash BLOB NOT NULL,
  ${fieldColumns(entity, false)}
) STRICT, WITHOUT ROWID;
`,
);

/** The ledger's tables. Anyone may read them with any SQLite tool; the names are those of the design. */
export const schema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- The process that writes this ledger now. The lock itself is the operating system's, on the file
-- beside the ledger, and falls with the process: a row here without that lock is stale.
CREATE TABLE holder (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  since TEXT NOT NULL,
  command TEXT NOT NULL
) STRICT;

-- A system taking part: each source by its name in migration.yaml, and the target.
CREATE TABLE side (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('source', 'target')),
  system TEXT NOT NULL
) STRICT;

-- An inbound or outbound mapping of a side.
CREATE TABLE mapping (
  id INTEGER PRIMARY KEY,
  side INTEGER NOT NULL REFERENCES side (id),
  name TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),
  entity TEXT NOT NULL,
  UNIQUE (side, direction, name)
) STRICT;

-- One pair of source record and mapping; law 1 gives it exactly one disposition.
-- A record whose source row had no readable key has the key '@<at>'.
-- What is 'gone' is no longer in the source. It keeps its id and its crosswalk, and has neither a staged
-- row nor a disposition.
CREATE TABLE record (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mapping INTEGER NOT NULL REFERENCES mapping (id),
  key TEXT NOT NULL,
  occurrence INTEGER NOT NULL DEFAULT 1,  -- 2, 3 ... where a key came more than once
  at INTEGER NOT NULL,                    -- number in the extract; see 'place' for the one in its file
  hash BLOB,                              -- content of the canonical form; null where it was not mapped
  disposition TEXT CHECK (${oneOf("disposition", dispositions)}),
  reason TEXT,                            -- rule that excluded it, or why it was merged or flagged
  settled INTEGER,                        -- run after which the target held it as it is staged; null: not known
  applied INTEGER,                        -- run that brought 'created' or 'updated' about; null while only planned
  gone INTEGER,                           -- the extraction that missed it; null while it is in the source
  canonical INTEGER,                      -- the record it lives on in, once merged; null: in itself
  targetKey TEXT,                         -- the key the target's inbound mapping gives it; null until a batch intends it
  outbound INTEGER REFERENCES mapping (id),
  matched INTEGER CHECK (matched = 1),    -- the target had it before; null: a run created it, or it is not there yet
  run INTEGER,                            -- run that created it in the target
  UNIQUE (mapping, key, occurrence)
) STRICT;
CREATE INDEX record_repeated ON record (mapping, key) WHERE occurrence > 1;
CREATE INDEX record_merged ON record (canonical) WHERE canonical IS NOT NULL;
CREATE INDEX record_gone ON record (mapping) WHERE gone IS NOT NULL;
CREATE INDEX record_held ON record (mapping) WHERE disposition IN ('flagged', 'excluded');

-- Rows of an extract that were read together, as a mapping staged them. Where the very rows come again, read by
-- the same definition, their records are as they were; a page whose records are not is forgotten.
CREATE TABLE page (
  mapping INTEGER NOT NULL REFERENCES mapping (id),
  n INTEGER NOT NULL,                     -- 1, 2 ... in the order of reading
  definition TEXT NOT NULL,
  digest TEXT NOT NULL,                   -- of the rows and their numbers, before any mapping
  first INTEGER NOT NULL,                 -- its records are among those from this id
  last INTEGER NOT NULL,                  -- to this one
  records TEXT NOT NULL,                  -- JSON: their ids, in stretches without a gap
  counts TEXT NOT NULL,                   -- JSON: how they ended when they were mapped
  PRIMARY KEY (mapping, n)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER page_changed AFTER UPDATE OF hash, at ON record
WHEN OLD.hash IS NOT NEW.hash OR NEW.hash IS NULL OR OLD.at <> NEW.at
BEGIN DELETE FROM page WHERE mapping = NEW.mapping AND NEW.id BETWEEN first AND last; END;

-- The files that a mapping's records are from, where they are from files: their numbers are counted on from
-- one file to the next.
CREATE TABLE record_file (
  mapping INTEGER NOT NULL REFERENCES mapping (id),
  before INTEGER NOT NULL,                -- what the files before it took: record.at - before is a number in the file
  file TEXT NOT NULL,                     -- path below the source's folder
  PRIMARY KEY (mapping, before)
) STRICT, WITHOUT ROWID;

-- Where a record stands: in which file, if any, and its number there. Of what left the source only the
-- number in the extract is known, as it was last seen.
CREATE VIEW place AS
SELECT r.id AS record,
  (SELECT file FROM record_file f WHERE f.mapping = r.mapping AND f.before < r.at
     AND r.gone IS NULL ORDER BY f.before DESC LIMIT 1) AS file,
  r.at - coalesce((SELECT max(before) FROM record_file f WHERE f.mapping = r.mapping AND f.before < r.at
     AND r.gone IS NULL), 0) AS at
FROM record r;

-- How far the rows of an extract were seen that says what changed; by which definition they were staged.
CREATE TABLE high_water (
  side INTEGER NOT NULL REFERENCES side (id),
  extract TEXT NOT NULL,
  value TEXT NOT NULL,                    -- JSON: a number or a text
  definition TEXT NOT NULL,
  PRIMARY KEY (side, extract)
) STRICT;
CREATE VIEW extraction AS SELECT CAST(value AS INTEGER) AS id FROM meta WHERE name = 'extraction';

-- Fields that any staged record of an entity ever had a value of; of the others all columns are null.
CREATE TABLE filled_field (
  entity TEXT NOT NULL,
  field TEXT NOT NULL,
  PRIMARY KEY (entity, field)
) STRICT, WITHOUT ROWID;

-- source record -> canonical id -> target key. Many to one: a merge redirects.
-- The target key of a canonical id stands in the row of the record with that id.
CREATE VIEW crosswalk AS
SELECT id AS record, coalesce(canonical, id) AS canonical, targetKey, outbound,
  CASE WHEN targetKey IS NOT NULL THEN CASE WHEN matched IS NOT NULL THEN 'matched' ELSE 'created' END END AS origin, run
FROM record;

-- What is wrong with a record; severity 'flag' needs a person. Never a value.
CREATE TABLE issue (
  id INTEGER PRIMARY KEY,
  record INTEGER NOT NULL REFERENCES record (id),
  code TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('flag', 'warning')),
  stage TEXT NOT NULL CHECK (stage IN ('extract', 'map', 'check', 'match', 'plan', 'load')),
  field TEXT,
  note TEXT,
  raw TEXT,                               -- what the source had in the columns the field comes from; never a credential
  root INTEGER REFERENCES record (id)     -- for 'dependent': the record whose flag it hangs on
) STRICT;
CREATE INDEX issue_record ON issue (record);
CREATE VIEW flag AS SELECT * FROM issue WHERE severity = 'flag';

CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  record INTEGER NOT NULL REFERENCES record (id),
  code TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('override', 'match', 'merge', 'exclude', 'accept')),
  field TEXT,
  value TEXT,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  because TEXT NOT NULL
) STRICT;

-- Flags that still wait: of a record that is to be loaded, neither accepted nor answered by overriding
-- the value that could not be read.
CREATE INDEX decision_record ON decision (record);
CREATE VIEW open_flag AS
SELECT flag.* FROM flag JOIN record r ON r.id = flag.record
WHERE coalesce(r.disposition, 'flagged') NOT IN ('excluded', 'merged') AND NOT EXISTS (
  SELECT 1 FROM decision d
  WHERE d.record = flag.record AND d.code = flag.code AND d.field IS flag.field
    AND (d.action = 'accept' OR (d.action = 'override' AND flag.stage IN ('extract', 'map')))
);

-- The books of law 1, an entity a row, over the records that are in the source.
CREATE VIEW balance AS
SELECT m.entity, SUM(r.records) AS read,
  ${dispositions.map((disposition) => `coalesce(SUM(r.records) FILTER (WHERE r.disposition = '${disposition}'), 0) AS ${disposition}`).join(",\n  ")}
FROM (SELECT mapping, disposition, COUNT(*) AS records FROM record WHERE gone IS NULL GROUP BY mapping, disposition) r
  CROSS JOIN mapping m ON m.id = r.mapping
GROUP BY m.entity;

CREATE TABLE plan (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL,                   -- seals the four below
  definition TEXT NOT NULL,
  staged TEXT NOT NULL,
  target TEXT NOT NULL,
  tool TEXT NOT NULL,
  scope TEXT NOT NULL,                    -- JSON
  extraction INTEGER NOT NULL,
  held TEXT,                              -- JSON: the target's rows as they were read, extract by extract; null: not all were
  createdAt TEXT NOT NULL
) STRICT;

CREATE TABLE approval (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (answer IN ('yes', 'no')),
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  because TEXT
) STRICT;

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('rehearsal', 'production')),
  plan INTEGER NOT NULL REFERENCES plan (id),
  state TEXT NOT NULL CHECK (state IN ('running', 'interrupted', 'finished', 'undone')),
  startedAt TEXT NOT NULL,
  finishedAt TEXT
) STRICT;

-- Intent is recorded before a batch is applied to the target, the outcome after it.
CREATE TABLE batch (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES run (id),
  entity TEXT NOT NULL,
  pass INTEGER NOT NULL DEFAULT 1,        -- 2 fills references that had to wait
  state TEXT NOT NULL CHECK (state IN ('intent', 'done', 'refused', 'undone')),
  records INTEGER NOT NULL
) STRICT;

-- Records whose row waits for a reference that had no target key yet; the second pass fills it.
CREATE TABLE deferred (
  record INTEGER PRIMARY KEY REFERENCES record (id),
  batch INTEGER NOT NULL REFERENCES batch (id),
  fields TEXT NOT NULL                    -- JSON list of the references' fields
) STRICT;

-- What written rows have in common, kept once.
CREATE TABLE shape (
  id INTEGER PRIMARY KEY,
  "table" TEXT NOT NULL,                  -- the name mappings use
  operation TEXT NOT NULL CHECK (operation IN ('insert', 'update')),
  columns TEXT NOT NULL,                  -- JSON list of the written columns, in the order they are hashed
  key TEXT NOT NULL,                      -- JSON list of the columns that find a row: its id, or a natural key
  UNIQUE ("table", operation, columns, key)
) STRICT;

-- Every target row a batch writes, in the order of writing. For an insert 'hash' is that of the written
-- columns; for an update 'before' and 'after' hold the changed columns as JSON.
CREATE TABLE written (
  batch INTEGER NOT NULL REFERENCES batch (id),
  n INTEGER NOT NULL,                     -- 1, 2 ... within the batch
  record INTEGER NOT NULL REFERENCES record (id),
  shape INTEGER NOT NULL REFERENCES shape (id),
  rowKey ANY NOT NULL,                    -- a key that is one number is that number; others are a JSON list
  hash BLOB,
  before TEXT,
  after TEXT,
  PRIMARY KEY (batch, n)
) STRICT, WITHOUT ROWID;

-- Control totals by plain queries, past the mappings.
CREATE TABLE total (
  id INTEGER PRIMARY KEY,
  side INTEGER NOT NULL REFERENCES side (id),
  moment TEXT NOT NULL CHECK (moment IN ('source', 'before', 'after')),
  entity TEXT NOT NULL,
  measure TEXT NOT NULL,                  -- count, sum of score, first completedAt ...
  grouping TEXT NOT NULL,                 -- JSON: {"status": "completed", "year": "2024"}
  value TEXT
) STRICT;

CREATE TABLE reconciliation (
  id INTEGER PRIMARY KEY,
  run INTEGER REFERENCES run (id),
  verdict TEXT CHECK (verdict IN ('match', 'mismatch')),
  held TEXT,                              -- the target's rows as they were read back, as in 'plan'
  startedAt TEXT NOT NULL,
  finishedAt TEXT
) STRICT;

-- What differences have in common, kept once.
CREATE TABLE difference_kind (
  id INTEGER PRIMARY KEY,
  entity TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('explained', 'different', 'missing', 'unexpected')),
  field TEXT,
  rule TEXT                               -- the step or declaration that explains it
) STRICT;

-- One row a record and field that is not equal; 'missing' and 'unexpected' have no field.
CREATE TABLE difference_row (
  id INTEGER PRIMARY KEY,
  reconciliation INTEGER NOT NULL REFERENCES reconciliation (id),
  kind INTEGER NOT NULL REFERENCES difference_kind (id),
  record INTEGER REFERENCES record (id),
  targetKey TEXT,                         -- where there is no record that has it
  source TEXT,
  projected TEXT,
  target TEXT
) STRICT;
CREATE INDEX difference_of ON difference_row (reconciliation, kind);
CREATE VIEW difference AS
SELECT d.id, d.reconciliation, k.entity, d.record, coalesce(d.targetKey, r.targetKey) AS targetKey,
  k.verdict, k.field, k.rule, d.source, d.projected, d.target
FROM difference_row d JOIN difference_kind k ON k.id = d.kind LEFT JOIN record r ON r.id = d.record;

-- Append-only chain: each entry carries the digest of the one before.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  run INTEGER,
  body TEXT NOT NULL,
  previous TEXT NOT NULL,
  digest TEXT NOT NULL
) STRICT;
CREATE TRIGGER event_keep BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_hold BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
${staging.join("")}
`;
