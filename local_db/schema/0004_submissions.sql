-- Information requests, submissions, recipients' own templates, reviews that came back, sealed packs.
-- JSON columns are canonical where a hash is taken of them. Days are ISO dates, moments are UTC, ISO 8601.

-- Information requests (PPIR) -------------------------------------------------------------------------------------------

CREATE TABLE info_request (               -- a request for information that somebody sent
    id         INTEGER PRIMARY KEY,
    ref        TEXT NOT NULL UNIQUE,      -- ACME-IRQ-0001: ours
    their_ref  TEXT NOT NULL DEFAULT '',  -- how the sender calls it: PPIR 31
    title      TEXT NOT NULL,
    sender     TEXT NOT NULL DEFAULT '',  -- id of the recipients pack, who gets the answers; '' = not said
    received   TEXT NOT NULL DEFAULT '',
    due        TEXT NOT NULL DEFAULT '',
    note       TEXT NOT NULL DEFAULT '',
    source     TEXT NOT NULL DEFAULT '',  -- document and version that its questions were last taken from
    closed     TEXT NOT NULL DEFAULT '',  -- day on which it was closed; '' = open
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL
) STRICT;

CREATE TABLE info_question (
    id          INTEGER PRIMARY KEY,
    request_id  INTEGER NOT NULL REFERENCES info_request (id),
    key         TEXT NOT NULL,            -- the question's number, as the document has it: 3.2
    section     TEXT NOT NULL DEFAULT '',
    text        TEXT NOT NULL,
    guidance    TEXT NOT NULL DEFAULT '', -- what the sender says of how to answer
    answer      TEXT NOT NULL DEFAULT '',
    owner       TEXT NOT NULL DEFAULT '',
    not_for_us  TEXT NOT NULL DEFAULT '', -- why it does not apply here; '' = it does
    note        TEXT NOT NULL DEFAULT '', -- for us: never leaves
    text_hash   TEXT NOT NULL,            -- of what it asks
    looked_hash TEXT NOT NULL,            -- of the same when the answer was last looked at; another one = look again
    missing     INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1)),  -- not in the newest version of the document
    extra       TEXT NOT NULL DEFAULT '{}', -- JSON: columns of the document that were mapped to nothing
    position    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (request_id, key)
) STRICT;

-- Recipients' own templates ---------------------------------------------------------------------------------------------

CREATE TABLE recipient_template (         -- an official workbook as it was loaded; its bytes are a kept file
    id         INTEGER PRIMARY KEY,
    recipient  TEXT NOT NULL,             -- id of the recipients pack
    kind       TEXT NOT NULL,             -- which kind of submission it is for
    title      TEXT NOT NULL,
    document   TEXT NOT NULL DEFAULT '',  -- document number and version, as the recipient says them
    file_name  TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    size       INTEGER NOT NULL,
    added_at   TEXT NOT NULL,
    added_by   TEXT NOT NULL,
    retired    TEXT NOT NULL DEFAULT '',  -- why it is not used any more; '' = in use
    UNIQUE (recipient, kind, sha256)
) STRICT;

CREATE TABLE template_mapping (           -- which of our items go where in it; every version is kept
    id          INTEGER PRIMARY KEY,
    template_id INTEGER NOT NULL REFERENCES recipient_template (id),
    version     INTEGER NOT NULL,         -- from 1; the highest counts
    mapping     TEXT NOT NULL,            -- JSON (desktop/submissions/filling/mapping.py)
    made_at     TEXT NOT NULL,
    made_by     TEXT NOT NULL,
    UNIQUE (template_id, version)
) STRICT;

-- Submissions -----------------------------------------------------------------------------------------------------------

CREATE TABLE submission (                 -- one version of a submission; a newer version is another row
    id          INTEGER PRIMARY KEY,
    ref         TEXT NOT NULL,            -- ACME-RTTM-0004
    version     INTEGER NOT NULL,         -- from 1
    kind        TEXT NOT NULL,            -- id of the submissions pack
    title       TEXT NOT NULL,
    scope       TEXT NOT NULL DEFAULT '{}', -- JSON: what it is over (gate, plan, request, evidence; model.Scope)
    recipients  TEXT NOT NULL DEFAULT '[]', -- JSON list of ids of the recipients pack
    milestone   TEXT NOT NULL DEFAULT '', -- its deadline hangs on this milestone ...
    due         TEXT NOT NULL DEFAULT '', -- ... or is this day
    mpan_choice TEXT NOT NULL DEFAULT 'last-four' CHECK (mpan_choice IN ('full', 'last-four', 'counts')),
    covering    TEXT NOT NULL DEFAULT '', -- covering note: goes with it
    note        TEXT NOT NULL DEFAULT '', -- for us: never leaves
    supersedes  INTEGER REFERENCES submission (id),
    reason      TEXT NOT NULL DEFAULT '', -- why a newer version is made
    state       TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'frozen', 'superseded', 'withdrawn')),
    created_at  TEXT NOT NULL,
    created_by  TEXT NOT NULL,
    UNIQUE (ref, version)
) STRICT;
CREATE TRIGGER a_frozen_submission_stays BEFORE UPDATE ON submission
WHEN OLD.state <> 'draft' AND (OLD.ref, OLD.version, OLD.kind, OLD.title, OLD.scope, OLD.recipients, OLD.milestone,
    OLD.due, OLD.mpan_choice, OLD.covering, OLD.supersedes, OLD.reason, OLD.created_at, OLD.created_by)
    IS NOT (NEW.ref, NEW.version, NEW.kind, NEW.title, NEW.scope, NEW.recipients, NEW.milestone, NEW.due,
    NEW.mpan_choice, NEW.covering, NEW.supersedes, NEW.reason, NEW.created_at, NEW.created_by)
BEGIN SELECT RAISE(ABORT, 'a frozen submission is never edited'); END;
CREATE TRIGGER a_submission_is_not_thawed BEFORE UPDATE ON submission WHEN OLD.state <> 'draft' AND NEW.state = 'draft'
BEGIN SELECT RAISE(ABORT, 'a frozen submission is never a draft again'); END;
CREATE TRIGGER a_frozen_submission_is_kept BEFORE DELETE ON submission WHEN OLD.state <> 'draft'
BEGIN SELECT RAISE(ABORT, 'a frozen submission is never deleted'); END;

CREATE TABLE frozen_submission (          -- what was frozen; append-only
    submission_id INTEGER PRIMARY KEY REFERENCES submission (id),
    sha256        TEXT NOT NULL UNIQUE,   -- of the canonical JSON (RFC 8785), which is a kept file of that hash
    content       TEXT NOT NULL,          -- SHA-256 of what it says, as printed on its workbook (body.content_sha256)
    size          INTEGER NOT NULL,       -- bytes of the canonical JSON
    frozen_at     TEXT NOT NULL,
    frozen_by     TEXT NOT NULL
) STRICT;
CREATE TRIGGER what_was_frozen_stays BEFORE UPDATE ON frozen_submission
BEGIN SELECT RAISE(ABORT, 'what was frozen is never edited'); END;
CREATE TRIGGER what_was_frozen_is_kept BEFORE DELETE ON frozen_submission
BEGIN SELECT RAISE(ABORT, 'what was frozen is never deleted'); END;

CREATE TABLE submission_file (            -- the kept files of a frozen one, bound into its canonical JSON; append-only
    id            INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    role          TEXT NOT NULL CHECK (role IN ('workbook', 'template', 'rows')),
    recipient     TEXT NOT NULL DEFAULT '', -- whose template it fills; '' = for everybody
    name          TEXT NOT NULL,            -- a table's id for 'rows', else the file's name
    sha256        TEXT NOT NULL,
    size          INTEGER NOT NULL,
    UNIQUE (submission_id, role, recipient, name)
) STRICT;
CREATE TRIGGER a_frozen_file_stays BEFORE UPDATE ON submission_file
BEGIN SELECT RAISE(ABORT, 'what was frozen is never edited'); END;
CREATE TRIGGER a_frozen_file_is_kept BEFORE DELETE ON submission_file
BEGIN SELECT RAISE(ABORT, 'what was frozen is never deleted'); END;

CREATE TABLE submission_event (           -- what became of it, recipient by recipient; append-only
    id            INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    recipient     TEXT NOT NULL DEFAULT '', -- '' = all of them
    kind          TEXT NOT NULL CHECK (kind IN ('frozen', 'exported', 'packed', 'handed over', 'queued', 'received',
                  'in review', 'changes requested', 'accepted', 'taken back', 'superseded', 'withdrawn')),
    at            TEXT NOT NULL,            -- when it was noted
    by            TEXT NOT NULL,
    day           TEXT NOT NULL DEFAULT '', -- on which it happened, as the person says
    their_ref     TEXT NOT NULL DEFAULT '', -- how the recipient calls it
    note          TEXT NOT NULL DEFAULT '', -- channel, reason, words of the recipient
    file_name     TEXT NOT NULL DEFAULT '', -- of what was exported or packed
    sha256        TEXT NOT NULL DEFAULT '', -- of that file
    takes_back    INTEGER REFERENCES submission_event (id)
) STRICT;
CREATE INDEX submission_event_of ON submission_event (submission_id);
CREATE TRIGGER a_submission_event_stays BEFORE UPDATE ON submission_event
BEGIN SELECT RAISE(ABORT, 'what happened to a submission is never edited'); END;
CREATE TRIGGER a_submission_event_is_kept BEFORE DELETE ON submission_event
BEGIN SELECT RAISE(ABORT, 'what happened to a submission is never deleted'); END;

-- Reviews that came back --------------------------------------------------------------------------------------------------

CREATE TABLE review_file (                -- a reviewer's copy that was taken in; its bytes are a kept file
    id            INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    recipient     TEXT NOT NULL,
    file_name     TEXT NOT NULL,
    sha256        TEXT NOT NULL,
    size          INTEGER NOT NULL,
    differences   TEXT NOT NULL DEFAULT '[]', -- JSON: cells that are not as they were sent
    taken_at      TEXT NOT NULL,
    taken_by      TEXT NOT NULL,
    UNIQUE (submission_id, recipient, sha256)
) STRICT;

CREATE TABLE review_comment (             -- something that a reviewer said, and what we made of it
    id            INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    recipient     TEXT NOT NULL,
    fingerprint   TEXT NOT NULL,          -- of where it stands and what it says: taken once, whatever file brings it again
    source        TEXT NOT NULL CHECK (source IN ('log', 'note', 'thread', 'entered', 'sync')),
    author        TEXT NOT NULL DEFAULT '',
    said_at       TEXT NOT NULL DEFAULT '', -- as the file says; '' = not said
    kind          TEXT NOT NULL DEFAULT '', -- as the reviewer says: general, technical, editorial ...
    text          TEXT NOT NULL,
    proposed      TEXT NOT NULL DEFAULT '', -- change that the reviewer proposes
    table_id      TEXT NOT NULL DEFAULT '', -- which table and row it is about; '' = the submission as a whole
    row_key       TEXT NOT NULL DEFAULT '',
    column_id     TEXT NOT NULL DEFAULT '',
    place         TEXT NOT NULL DEFAULT '', -- where it stood in the file: sheet and cell
    in_reply_to   TEXT NOT NULL DEFAULT '', -- fingerprint of the comment that it answers
    state         TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'answered', 'closed')),
    answer        TEXT NOT NULL DEFAULT '',
    answered_at   TEXT NOT NULL DEFAULT '',
    answered_by   TEXT NOT NULL DEFAULT '',
    owner         TEXT NOT NULL DEFAULT '',
    taken_at      TEXT NOT NULL,
    taken_by      TEXT NOT NULL,
    UNIQUE (submission_id, recipient, fingerprint)
) STRICT;
CREATE INDEX review_comment_row ON review_comment (submission_id, table_id, row_key);

-- Sealed packs --------------------------------------------------------------------------------------------------------------

CREATE TABLE sealed_pack (                -- a pack that was written; append-only
    id            INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    number        INTEGER NOT NULL,       -- of this submission, from 1
    recipient     TEXT NOT NULL DEFAULT '', -- for whom it was made; '' = for all
    name          TEXT NOT NULL,          -- of the folder or of the ZIP, without its ending
    form          TEXT NOT NULL CHECK (form IN ('folder', 'zip')),
    parts         TEXT NOT NULL DEFAULT '[]', -- JSON list of {name, sha256, size} of each written ZIP
    files         INTEGER NOT NULL,
    bytes         INTEGER NOT NULL,       -- of the payload
    tag_manifest  TEXT NOT NULL,          -- SHA-256 of tagmanifest-sha256.txt: what was signed
    signature     TEXT NOT NULL,          -- Ed25519 over its bytes, base64
    key_id        INTEGER NOT NULL REFERENCES signing_key (id),
    audit_head    TEXT NOT NULL,
    sealed_at     TEXT NOT NULL,
    sealed_by     TEXT NOT NULL,
    UNIQUE (submission_id, number)
) STRICT;
CREATE TRIGGER a_sealed_pack_stays BEFORE UPDATE ON sealed_pack
BEGIN SELECT RAISE(ABORT, 'what was sealed is never edited'); END;
CREATE TRIGGER a_sealed_pack_is_kept BEFORE DELETE ON sealed_pack
BEGIN SELECT RAISE(ABORT, 'what was sealed is never deleted'); END;
