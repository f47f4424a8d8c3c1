-- The first schema. A released migration is never edited; a change is a new numbered file.
-- Every table is STRICT and declared by hand: sqlite-utils would guess TEXT identifiers into numbers.

CREATE TABLE meta (                       -- facts about this file: workspace_id, created_at, created_by_version ...
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE setting (                    -- choices that differ from the default; value is JSON
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Participant ---------------------------------------------------------------------------------------------------

CREATE TABLE participant (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    name       TEXT NOT NULL,             -- legal name
    short_name TEXT NOT NULL,             -- for file names and references: ACME
    pathway    TEXT NOT NULL DEFAULT '',  -- SIT, non-SIT LDSO, non-SIT supplier & agent, new entrant
    notes      TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE scope (                      -- MPID x market role x market segment x pathway, with reliance
    id       INTEGER PRIMARY KEY,
    mpid     TEXT NOT NULL,
    role     TEXT NOT NULL,               -- role id of the recipients pack: supplier, ldso, mem, data_service ...
    segment  TEXT NOT NULL DEFAULT '',    -- S, A, U or '' for all
    pathway  TEXT NOT NULL DEFAULT '',
    reliance TEXT NOT NULL DEFAULT 'none' CHECK (reliance IN ('none', 'partial', 'full')),
    UNIQUE (mpid, role, segment)
) STRICT;

CREATE TABLE contact (
    id       INTEGER PRIMARY KEY,
    hat      TEXT NOT NULL,               -- data_owner, test_manager, cutover_lead, signatory, migration_contact
    name     TEXT NOT NULL,
    position TEXT NOT NULL DEFAULT '',
    email    TEXT NOT NULL DEFAULT '',
    phone    TEXT NOT NULL DEFAULT ''
) STRICT;

-- Content packs ---------------------------------------------------------------------------------------------------

CREATE TABLE content_pack (               -- packs the person brought; the shipped ones stay in resources/
    id       INTEGER PRIMARY KEY,
    kind     TEXT NOT NULL,               -- cleanse_checks, code_lists, recipients, milestones ...
    version  TEXT NOT NULL,
    status   TEXT NOT NULL CHECK (status IN ('official', 'suggested', 'sample')),
    source   TEXT NOT NULL,
    sha256   TEXT NOT NULL,
    body     TEXT NOT NULL,               -- JSON as taken
    taken_at TEXT NOT NULL,
    in_use   INTEGER NOT NULL DEFAULT 1 CHECK (in_use IN (0, 1))
) STRICT;

-- Files kept --------------------------------------------------------------------------------------------------------

CREATE TABLE blob (                       -- every file the workspace keeps, by content
    sha256   TEXT PRIMARY KEY,
    area     TEXT NOT NULL CHECK (area IN ('snapshots', 'evidence')),
    size     INTEGER NOT NULL,
    added_at TEXT NOT NULL
) STRICT;

-- Portfolio -----------------------------------------------------------------------------------------------------------

CREATE TABLE heading_map (                -- a confirmed mapping, remembered by its set of headings
    heading_set TEXT PRIMARY KEY,         -- SHA-256 of the sorted, folded headings
    mapping     TEXT NOT NULL,            -- JSON: {item: heading}
    used_at     TEXT NOT NULL
) STRICT;

CREATE TABLE snapshot (                   -- one import; immutable (triggers below)
    id           INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL DEFAULT 'portfolio',
    file_name    TEXT NOT NULL,
    file_size    INTEGER NOT NULL,
    file_sha256  TEXT NOT NULL,           -- of the file as the person gave it
    mapping_hash TEXT NOT NULL,           -- of the mapping it was read with
    blob_sha256  TEXT NOT NULL REFERENCES blob (sha256),   -- the Parquet with every cell as text
    row_count    INTEGER NOT NULL,
    headings     TEXT NOT NULL,           -- JSON list, in file order
    mapping      TEXT NOT NULL,           -- JSON: {item: heading}
    reading      TEXT NOT NULL,           -- JSON: format, encoding, delimiter, sheet, BOM, faults found while reading
    extract_date TEXT,                    -- ISO date the person or the file gave, or NULL
    imported_at  TEXT NOT NULL,
    imported_by  TEXT NOT NULL,
    UNIQUE (kind, file_sha256, mapping_hash)
) STRICT;

CREATE TRIGGER snapshot_is_immutable BEFORE UPDATE ON snapshot
BEGIN SELECT RAISE(ABORT, 'a snapshot is immutable'); END;

-- Cleanse ---------------------------------------------------------------------------------------------------------------

CREATE TABLE check_run (
    id            INTEGER PRIMARY KEY,
    snapshot_id   INTEGER NOT NULL REFERENCES snapshot (id),
    previous_run  INTEGER REFERENCES check_run (id),  -- the newest run before this one, whatever snapshot it was of
    as_of         TEXT NOT NULL,          -- ISO date that counts as today for the rules
    started_at    TEXT NOT NULL,
    finished_at   TEXT NOT NULL,
    app_version   TEXT NOT NULL,
    packs         TEXT NOT NULL,          -- JSON: {kind: {version, status, sha256}}
    actor         TEXT NOT NULL,
    mpans_found   INTEGER NOT NULL,       -- different MPANs with a finding that is there after this run
    mpans_blocked INTEGER NOT NULL,       -- of these, with a finding of severity Block
    rows_found    INTEGER NOT NULL        -- data rows with a finding
) STRICT;

CREATE TABLE check_outcome (              -- one per check and run; what was not checked is in here too
    run_id   INTEGER NOT NULL REFERENCES check_run (id),
    check_id TEXT NOT NULL,
    outcome  TEXT NOT NULL CHECK (outcome IN ('passed', 'failed', 'could not run', 'skipped')),
    count    INTEGER NOT NULL,            -- findings of this run
    reason   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, check_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_count (                  -- small summary kept per run: trend, report, overview never group the findings
    run_id    INTEGER NOT NULL REFERENCES check_run (id),
    check_id  TEXT NOT NULL,
    item      TEXT NOT NULL,
    severity  TEXT NOT NULL,
    party     TEXT NOT NULL,
    new       INTEGER NOT NULL,
    still     INTEGER NOT NULL,           -- with those of checks that did not run this time
    changed   INTEGER NOT NULL,
    gone      INTEGER NOT NULL,
    PRIMARY KEY (run_id, check_id, item, severity, party)
) STRICT, WITHOUT ROWID;

-- The findings themselves, by columns: Parquet of up to 131,072 findings a part (columns: desktop/cleanse/history.py).
-- Measured: 300,000 findings stored in 0.12 s and read in 0.03 s, as rows in 1.9 s and 1.3 s. What people add to a
-- finding is in rows (finding_work), where it can be undone.
--   gone = 0: every finding that is there after the newest run; written anew by each run, in the order people read it.
--   gone = 1: the findings that this run no longer showed; never rewritten. A later part holds good over an earlier one.
CREATE TABLE finding_part (
    run_id    INTEGER NOT NULL REFERENCES check_run (id),
    gone      INTEGER NOT NULL CHECK (gone IN (0, 1)),
    part      INTEGER NOT NULL,           -- from 0
    row_count INTEGER NOT NULL,
    crc32     INTEGER NOT NULL,           -- of data, so that damage is noticed and never shown as a finding
    data      BLOB NOT NULL,
    PRIMARY KEY (run_id, gone, part)
) STRICT;

CREATE TABLE exception (
    id          INTEGER PRIMARY KEY,
    check_id    TEXT NOT NULL,
    item        TEXT NOT NULL DEFAULT '', -- '' = any item
    reason      TEXT NOT NULL,
    approver    TEXT NOT NULL,
    approved_at TEXT NOT NULL,            -- ISO date
    expires     TEXT NOT NULL,            -- ISO date; there is no exception without an end
    population  INTEGER NOT NULL,         -- how many findings it was given for
    covers      TEXT NOT NULL CHECK (covers IN ('listed', 'all')),  -- the listed findings, or all of the check (and item)
    state       TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'expired', 'outgrown', 'withdrawn')),
    created_at  TEXT NOT NULL,
    created_by  TEXT NOT NULL
) STRICT;

CREATE TABLE finding_work (               -- what people add to a finding; a re-run never touches it
    fingerprint  INTEGER PRIMARY KEY,
    status       TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'in progress', 'sent to owner', 'fixed at source')),
    owner        TEXT NOT NULL DEFAULT '',
    due          TEXT,                    -- ISO date
    note         TEXT NOT NULL DEFAULT '',
    exception_id INTEGER REFERENCES exception (id)
) STRICT;

CREATE INDEX finding_work_by_exception ON finding_work (exception_id) WHERE exception_id IS NOT NULL;

-- Reports, views, remembered choices ----------------------------------------------------------------------------------------

CREATE TABLE report (                     -- what was exported, so that the next one can say what changed since
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    run_id      INTEGER REFERENCES check_run (id),
    recipient   TEXT NOT NULL DEFAULT '',
    mpan_choice TEXT NOT NULL,            -- full, last-four, counts
    file_name   TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    made_at     TEXT NOT NULL,
    made_by     TEXT NOT NULL
) STRICT;

CREATE TABLE saved_view (
    id         INTEGER PRIMARY KEY,
    table_name TEXT NOT NULL,             -- findings, portfolio, imports, history
    name       TEXT NOT NULL,
    spec       TEXT NOT NULL,             -- JSON of desktop.browse.view.View
    UNIQUE (table_name, name)
) STRICT;

-- Audit and undo --------------------------------------------------------------------------------------------------------------

CREATE TABLE audit (                      -- append-only, hash-chained (local_db/audit.py)
    seq    INTEGER PRIMARY KEY,
    at     TEXT NOT NULL,                 -- UTC, ISO 8601
    actor  TEXT NOT NULL,
    action TEXT NOT NULL,                 -- participant.edit, portfolio.import, cleanse.run, findings.edit ...
    title  TEXT NOT NULL,                 -- in words: Accept 312 findings
    body   TEXT NOT NULL,                 -- canonical JSON: before and after; may be erased lawfully, the hash stays
    body_hash TEXT NOT NULL,
    prev   TEXT NOT NULL,
    h      TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_only_next BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
  OR NEW.prev IS NOT coalesce((SELECT h FROM audit ORDER BY seq DESC LIMIT 1), '')
BEGIN SELECT RAISE(ABORT, 'an audit entry must follow the last one'); END;

CREATE TABLE undo_step (
    id        INTEGER PRIMARY KEY,
    at        TEXT NOT NULL,
    actor     TEXT NOT NULL,
    title     TEXT NOT NULL,
    subjects  TEXT NOT NULL,              -- JSON list of desktop.changes.Subject values
    undone_at TEXT
) STRICT;

CREATE TABLE undo_table (                 -- the tables a step touched, with the columns its images hold, in order
    id         INTEGER PRIMARY KEY,
    step_id    INTEGER NOT NULL REFERENCES undo_step (id) ON DELETE CASCADE,
    table_name TEXT NOT NULL,
    columns    TEXT NOT NULL,             -- JSON list of names; the column that is the rowid itself is left out
    UNIQUE (step_id, table_name)
) STRICT;

CREATE TABLE undo_image (                 -- rows before and after the step; NULL = was not there
    table_id INTEGER NOT NULL REFERENCES undo_table (id) ON DELETE CASCADE,
    row_id   INTEGER NOT NULL,            -- rowid of the row
    before   TEXT,                        -- JSON list of the values
    after    TEXT,
    PRIMARY KEY (table_id, row_id)
) STRICT, WITHOUT ROWID;
