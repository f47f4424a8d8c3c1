-- Evidence, the PIT plan, and requirements traced to cases, results and defects.
-- Everything a person edits has an integer rowid, so that it can be undone (local_db/edit.py). Dates are ISO texts,
-- '' where there is none; what can be derived (late, awaiting confirmation, coverage) is never kept.

-- Evidence --------------------------------------------------------------------------------------------------------

CREATE TABLE evidence (                   -- one piece of evidence; its files are its revisions
    id              INTEGER PRIMARY KEY,
    ref             TEXT NOT NULL UNIQUE, -- ACME-EVD-0001: given once, never used again
    title           TEXT NOT NULL,
    description     TEXT NOT NULL DEFAULT '',
    author          TEXT NOT NULL DEFAULT '',   -- who wrote or made the content
    collector       TEXT NOT NULL DEFAULT '',   -- who here collected it
    collected       TEXT NOT NULL DEFAULT '',   -- the day it was collected
    period_from     TEXT NOT NULL DEFAULT '',   -- the period that it covers
    period_to       TEXT NOT NULL DEFAULT '',
    expires         TEXT NOT NULL DEFAULT '',   -- good through this day
    confidentiality TEXT NOT NULL DEFAULT 'internal'
                    CHECK (confidentiality IN ('public', 'internal', 'confidential')),
    redaction       TEXT NOT NULL DEFAULT 'none' CHECK (redaction IN ('none', 'needed', 'done')),
    tags            TEXT NOT NULL DEFAULT '[]', -- JSON list, sorted, without repeats
    withdrawn       TEXT NOT NULL DEFAULT '',   -- why it is not to be used any more; '' = in use
    revision        INTEGER NOT NULL DEFAULT 1, -- number of the newest revision
    created_at      TEXT NOT NULL,
    created_by      TEXT NOT NULL
) STRICT;

CREATE TABLE evidence_revision (          -- immutable (trigger below): another file is another revision
    id          INTEGER PRIMARY KEY,
    evidence_id INTEGER NOT NULL REFERENCES evidence (id),
    number      INTEGER NOT NULL,         -- from 1
    blob_sha256 TEXT NOT NULL REFERENCES blob (sha256),
    file_name   TEXT NOT NULL,            -- as the person's file was called, NFC
    size        INTEGER NOT NULL,         -- bytes
    media_type  TEXT NOT NULL,            -- by content: application/pdf; application/octet-stream = not known
    kind        TEXT NOT NULL,            -- the same for people: PDF document, PNG picture, program ...
    active      INTEGER NOT NULL CHECK (active IN (0, 1)),  -- can run or act when opened
    modified_at TEXT NOT NULL DEFAULT '', -- of the person's file, UTC
    origin      TEXT NOT NULL DEFAULT '', -- where it came from: a folder, the clipboard
    reason      TEXT NOT NULL DEFAULT '', -- why it replaced the one before
    added_at    TEXT NOT NULL,
    added_by    TEXT NOT NULL,
    UNIQUE (evidence_id, number)
) STRICT;
CREATE INDEX evidence_revision_blob ON evidence_revision (blob_sha256);

CREATE TRIGGER evidence_revision_is_immutable BEFORE UPDATE ON evidence_revision
BEGIN SELECT RAISE(ABORT, 'a revision is immutable'); END;

CREATE TABLE evidence_link (              -- what a piece of evidence proves; read both ways
    id                 INTEGER PRIMARY KEY,
    evidence_id        INTEGER NOT NULL REFERENCES evidence (id),
    target_kind        TEXT NOT NULL,     -- desktop.evidence.model.TargetKind: requirement, test_case, result, finding ...
    target_id          INTEGER NOT NULL,  -- the row of that kind; for a finding its fingerprint
    note               TEXT NOT NULL DEFAULT '',
    confirmed_revision INTEGER NOT NULL,  -- what was looked at when it was last said to prove this; lower than
                                          -- evidence.revision = awaiting confirmation
    created_at         TEXT NOT NULL,
    created_by         TEXT NOT NULL,
    UNIQUE (evidence_id, target_kind, target_id)
) STRICT;
CREATE INDEX evidence_link_target ON evidence_link (target_kind, target_id);

CREATE TABLE evidence_text (              -- derived: what could be read out of a file, for searching; made again at need
    blob_sha256 TEXT PRIMARY KEY REFERENCES blob (sha256),
    state       TEXT NOT NULL CHECK (state IN ('read', 'part', 'none', 'failed')),
    text        TEXT NOT NULL,
    made_at     TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE evidence_search USING fts5 (
    ref, title, description, tags, names, body, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);

-- The search follows the tables by triggers, so that undo and restore cannot leave it behind.
CREATE TRIGGER evidence_search_new AFTER INSERT ON evidence BEGIN
    INSERT INTO evidence_search (rowid, ref, title, description, tags, names, body)
    VALUES (NEW.id, NEW.ref, NEW.title, NEW.description, NEW.tags, '', '');
END;
CREATE TRIGGER evidence_search_change AFTER UPDATE OF ref, title, description, tags ON evidence BEGIN
    UPDATE evidence_search SET ref = NEW.ref, title = NEW.title, description = NEW.description, tags = NEW.tags
    WHERE rowid = NEW.id;
END;
CREATE TRIGGER evidence_search_gone AFTER DELETE ON evidence BEGIN
    DELETE FROM evidence_search WHERE rowid = OLD.id;
END;
CREATE TRIGGER evidence_search_revision AFTER INSERT ON evidence_revision BEGIN
    UPDATE evidence_search SET
        names = (SELECT group_concat(file_name, ' ') FROM evidence_revision WHERE evidence_id = NEW.evidence_id),
        body = coalesce((SELECT text FROM evidence_text WHERE blob_sha256 = NEW.blob_sha256), '')
    WHERE rowid = NEW.evidence_id;
END;
CREATE TRIGGER evidence_search_revision_gone AFTER DELETE ON evidence_revision BEGIN
    UPDATE evidence_search SET
        names = coalesce((SELECT group_concat(file_name, ' ') FROM evidence_revision
                          WHERE evidence_id = OLD.evidence_id), ''),
        body = coalesce((SELECT t.text FROM evidence_revision AS r JOIN evidence_text AS t USING (blob_sha256)
                         WHERE r.evidence_id = OLD.evidence_id ORDER BY r.number DESC LIMIT 1), '')
    WHERE rowid = OLD.evidence_id;
END;
CREATE TRIGGER evidence_search_text AFTER INSERT ON evidence_text BEGIN
    UPDATE evidence_search SET body = NEW.text WHERE rowid IN (
        SELECT e.id FROM evidence_revision AS r JOIN evidence AS e ON e.id = r.evidence_id AND e.revision = r.number
        WHERE r.blob_sha256 = NEW.blob_sha256);
END;

-- The PIT plan ------------------------------------------------------------------------------------------------------

CREATE TABLE pit_gate (                   -- a gate of the pack with this participant's dates; a row once one was given
    id       INTEGER PRIMARY KEY,
    gate     TEXT NOT NULL UNIQUE,        -- id of the pit_plan pack: pit_entry, pit_exit, qt_entry, qt_exit
    baseline TEXT NOT NULL DEFAULT '',
    current  TEXT NOT NULL DEFAULT '',
    actual   TEXT NOT NULL DEFAULT '',
    note     TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE deliverable (                -- one thing to hand over, for one party type
    id          INTEGER PRIMARY KEY,
    ref         TEXT NOT NULL UNIQUE,     -- ACME-PIT-0001
    key         TEXT NOT NULL UNIQUE,     -- party type / id in the pack: supplier/rttm@pit_exit; 'own/...' = the person's
    party_type  TEXT NOT NULL,            -- role id of the recipients pack
    title       TEXT NOT NULL,
    field_name  TEXT NOT NULL DEFAULT '', -- the field's standard name (ISO/IEC/IEEE 29119-3), printed beside
    gate        TEXT NOT NULL DEFAULT '', -- for which gate it is due
    offset_days INTEGER,                  -- due so many working days before its gate; NULL = not bound to it
    stage       TEXT NOT NULL DEFAULT '', -- stage of the pack, '' = all
    description TEXT NOT NULL DEFAULT '',
    good_evidence TEXT NOT NULL DEFAULT '', -- what good evidence of it is
    owner       TEXT NOT NULL DEFAULT '',
    baseline    TEXT NOT NULL DEFAULT '',
    current     TEXT NOT NULL DEFAULT '',
    actual      TEXT NOT NULL DEFAULT '',
    status      TEXT NOT NULL DEFAULT 'not started'
                CHECK (status IN ('not started', 'in progress', 'submitted', 'returned', 'accepted', 'not needed')),
    reviewer    TEXT NOT NULL DEFAULT '', -- who reviews it
    remarks     TEXT NOT NULL DEFAULT '', -- what the reviewer said
    note        TEXT NOT NULL DEFAULT '',
    source      TEXT NOT NULL DEFAULT '', -- pack version and standing that it was taken from
    pack_hash   TEXT NOT NULL DEFAULT '', -- of the pack's text when it was last looked at; another one = look again;
                                          -- 'gone' = it was seen that the pack has it no more
    position    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE reliance (                   -- a third party's testing that requirements rest on
    id          INTEGER PRIMARY KEY,
    ref         TEXT NOT NULL UNIQUE,     -- ACME-REL-0001
    third_party TEXT NOT NULL,
    product     TEXT NOT NULL DEFAULT '', -- system and version that was tested
    scope       TEXT NOT NULL DEFAULT '', -- what was tested and what was not
    status      TEXT NOT NULL DEFAULT 'proposed' CHECK (status IN ('proposed', 'agreed', 'declined', 'ended')),
    agreement   TEXT NOT NULL DEFAULT '', -- reference of the proposal form or letter
    agreed_by   TEXT NOT NULL DEFAULT '',
    agreed_on   TEXT NOT NULL DEFAULT '',
    expires     TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT ''
) STRICT;

-- Requirements, cases, results ----------------------------------------------------------------------------------------

CREATE TABLE record_import (              -- one file of requirements, cases or results that was taken; immutable
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,            -- desktop.records.model.RecordKind
    file_name   TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    format      TEXT NOT NULL,            -- csv, xlsx, junit
    sheet       TEXT NOT NULL DEFAULT '',
    mapping     TEXT NOT NULL,            -- JSON: {field: heading}
    source      TEXT NOT NULL DEFAULT '', -- document and number as the person gave them
    version     TEXT NOT NULL DEFAULT '', -- of that document
    added       INTEGER NOT NULL,
    changed     INTEGER NOT NULL,
    unchanged   INTEGER NOT NULL,
    missing     INTEGER NOT NULL,         -- known before, not in this file; kept
    refused     INTEGER NOT NULL,         -- rows that could not be taken
    imported_at TEXT NOT NULL,
    imported_by TEXT NOT NULL
) STRICT;

CREATE TABLE record_change (              -- what an import changed in one record: kept for ever, beside the audit log
    id        INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES record_import (id),
    kind      TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    change    TEXT NOT NULL CHECK (change IN ('added', 'changed', 'missing', 'back')),
    fields    TEXT NOT NULL               -- JSON: {field: [before, after]}
) STRICT;
CREATE INDEX record_change_record ON record_change (kind, record_id);

CREATE TABLE requirement (
    id          INTEGER PRIMARY KEY,
    key         TEXT NOT NULL UNIQUE,     -- the document's own id
    title       TEXT NOT NULL,
    text        TEXT NOT NULL DEFAULT '',
    family      TEXT NOT NULL DEFAULT '', -- functional, migration, non-functional, operational ... as in the document
    stage       TEXT NOT NULL DEFAULT '', -- PIT stage that proves it
    party       TEXT NOT NULL DEFAULT '', -- role(s) it is for, as in the document
    priority    TEXT NOT NULL DEFAULT '',
    applies     TEXT NOT NULL DEFAULT '', -- '' = yes; else why it does not apply to this participant
    owner       TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT '',
    reliance_id INTEGER REFERENCES reliance (id),
    source      TEXT NOT NULL DEFAULT '', -- document, number and version that it was last seen in
    extra       TEXT NOT NULL DEFAULT '{}',  -- JSON: the columns that were mapped to nothing, as they stood
    hash        TEXT NOT NULL,            -- of what it asks (title, text, family, stage, party)
    missing     INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1)),   -- not in the newest import
    position    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX requirement_reliance ON requirement (reliance_id);

CREATE TABLE test_case (
    id           INTEGER PRIMARY KEY,
    key          TEXT NOT NULL UNIQUE,
    title        TEXT NOT NULL,
    scenario     TEXT NOT NULL DEFAULT '',
    description  TEXT NOT NULL DEFAULT '',
    precondition TEXT NOT NULL DEFAULT '',
    expected     TEXT NOT NULL DEFAULT '',
    stage        TEXT NOT NULL DEFAULT '',
    priority     TEXT NOT NULL DEFAULT '',
    owner        TEXT NOT NULL DEFAULT '',
    note         TEXT NOT NULL DEFAULT '',
    source       TEXT NOT NULL DEFAULT '',
    extra        TEXT NOT NULL DEFAULT '{}',
    hash         TEXT NOT NULL,
    missing      INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1)),
    position     INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE test_step (                  -- the columns of the qualification test grid that are of the case
    id          INTEGER PRIMARY KEY,
    case_id     INTEGER NOT NULL REFERENCES test_case (id),
    position    INTEGER NOT NULL,         -- from 1
    step        TEXT NOT NULL,            -- as the grid numbers it
    description TEXT NOT NULL DEFAULT '',
    source      TEXT NOT NULL DEFAULT '',
    recipient   TEXT NOT NULL DEFAULT '',
    message     TEXT NOT NULL DEFAULT '',
    who         TEXT NOT NULL DEFAULT '',
    valid       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX test_step_case ON test_step (case_id, position);

CREATE TABLE requirement_case (           -- which case tests which requirement
    id               INTEGER PRIMARY KEY,
    requirement_id   INTEGER NOT NULL REFERENCES requirement (id),
    case_id          INTEGER NOT NULL REFERENCES test_case (id),
    requirement_hash TEXT NOT NULL,       -- of the requirement when this was last looked at; another one = look again
    UNIQUE (requirement_id, case_id)
) STRICT;
CREATE INDEX requirement_case_case ON requirement_case (case_id);

CREATE TABLE test_run (                   -- one execution of some cases, which are copied as they were
    id          INTEGER PRIMARY KEY,
    ref         TEXT NOT NULL UNIQUE,     -- ACME-RUN-0001
    title       TEXT NOT NULL,
    stage       TEXT NOT NULL DEFAULT '',
    gate        TEXT NOT NULL DEFAULT '',
    environment TEXT NOT NULL DEFAULT '', -- system, version and environment
    tester      TEXT NOT NULL DEFAULT '',
    started     TEXT NOT NULL DEFAULT '',
    finished    TEXT NOT NULL DEFAULT '', -- '' = open
    note        TEXT NOT NULL DEFAULT '',
    import_id   INTEGER REFERENCES record_import (id),   -- the file its results came from
    created_at  TEXT NOT NULL,
    created_by  TEXT NOT NULL
) STRICT;

CREATE TABLE result (                     -- one case of a run; what was tested is frozen (trigger below)
    id        INTEGER PRIMARY KEY,
    run_id    INTEGER NOT NULL REFERENCES test_run (id),
    case_id   INTEGER NOT NULL REFERENCES test_case (id),
    key       TEXT NOT NULL,
    title     TEXT NOT NULL,
    case_hash TEXT NOT NULL,
    status    TEXT NOT NULL DEFAULT 'Not run'
              CHECK (status IN ('Passed', 'Failed', 'Blocked', 'Not run', 'Not applicable')),
    reason    TEXT NOT NULL DEFAULT '',   -- needed for Blocked and Not applicable
    message   TEXT NOT NULL DEFAULT '',   -- what the test tool said
    tester    TEXT NOT NULL DEFAULT '',
    executed  TEXT NOT NULL DEFAULT '',   -- day or moment, ISO
    seconds   REAL,                       -- how long it took, where the tool told
    frozen    TEXT NOT NULL,              -- JSON: the case as it was, with its steps and the requirements it was for;
                                          -- last, so that nobody reads through it who does not ask for it
    UNIQUE (run_id, case_id)
) STRICT;
CREATE INDEX result_newest ON result (case_id, status, executed, run_id, case_hash);   -- the newest result from it alone

CREATE TRIGGER result_is_frozen BEFORE UPDATE OF run_id, case_id, key, title, frozen, case_hash ON result
WHEN NEW.run_id IS NOT OLD.run_id OR NEW.case_id IS NOT OLD.case_id OR NEW.key IS NOT OLD.key
  OR NEW.title IS NOT OLD.title OR NEW.frozen IS NOT OLD.frozen OR NEW.case_hash IS NOT OLD.case_hash
BEGIN SELECT RAISE(ABORT, 'what a run tested is frozen'); END;

CREATE TABLE step_result (                -- the columns of the grid that are of the execution
    id        INTEGER PRIMARY KEY,
    result_id INTEGER NOT NULL REFERENCES result (id),
    position  INTEGER NOT NULL,           -- of the frozen step
    status    TEXT NOT NULL DEFAULT 'Not run'
              CHECK (status IN ('Passed', 'Failed', 'Blocked', 'Not run', 'Not applicable')),
    evidence  TEXT NOT NULL DEFAULT '',   -- the grid's own column: None, Auto, a word
    files     TEXT NOT NULL DEFAULT '',   -- the grid's own column: names of files
    remark    TEXT NOT NULL DEFAULT '',
    UNIQUE (result_id, position)
) STRICT;

-- Defects and the work-off plan -----------------------------------------------------------------------------------------

CREATE TABLE defect (
    id          INTEGER PRIMARY KEY,
    ref         TEXT NOT NULL UNIQUE,     -- ACME-DEF-0001
    key         TEXT NOT NULL DEFAULT '', -- its number in the participant's own defect tool
    title       TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    severity    TEXT NOT NULL DEFAULT '', -- id of the pit_plan pack's scale
    status      TEXT NOT NULL DEFAULT 'open'
                CHECK (status IN ('open', 'in fix', 'ready to retest', 'closed', 'deferred', 'rejected')),
    owner       TEXT NOT NULL DEFAULT '',
    raised      TEXT NOT NULL DEFAULT '',
    due         TEXT NOT NULL DEFAULT '',
    closed      TEXT NOT NULL DEFAULT '',
    resolution  TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE defect_result (              -- where it was seen
    id        INTEGER PRIMARY KEY,
    defect_id INTEGER NOT NULL REFERENCES defect (id),
    result_id INTEGER NOT NULL REFERENCES result (id),
    UNIQUE (defect_id, result_id)
) STRICT;
CREATE INDEX defect_result_result ON defect_result (result_id);

CREATE TABLE work_off (                   -- what is still to be done, by whom, until when, and who agreed to that
    id          INTEGER PRIMARY KEY,
    ref         TEXT NOT NULL UNIQUE,     -- ACME-WOP-0001
    title       TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    defect_id   INTEGER REFERENCES defect (id),
    requirement_id INTEGER REFERENCES requirement (id),
    owner       TEXT NOT NULL DEFAULT '',
    due         TEXT NOT NULL DEFAULT '',
    status      TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'done', 'dropped')),
    agreed_by   TEXT NOT NULL DEFAULT '', -- who at the Code Body or the test manager agreed, '' = not agreed yet
    agreed_on   TEXT NOT NULL DEFAULT '',
    closed      TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT ''
) STRICT;

-- The last number of each kind of reference: a reference is given once, even if what had it was undone.
CREATE TABLE reference_number (
    kind TEXT PRIMARY KEY,                -- EVD, PIT, REL, RUN, DEF, WOP
    last INTEGER NOT NULL
) STRICT;
