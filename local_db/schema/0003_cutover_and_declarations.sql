-- Milestones of the participant's own, cutover plans with their activities, and declarations.
-- Days are ISO texts (2026-10-28); moments are days or UK civil times to the minute (2026-10-24T22:30); '' = none.
-- Signed declarations are frozen by triggers: nothing here can change or remove what was signed.

CREATE TABLE milestone_day (              -- what this participant says of a milestone of the pack, or one of its own
    id        INTEGER PRIMARY KEY,
    milestone TEXT NOT NULL UNIQUE,       -- id of the milestones pack (M14), or 'own/...' for the participant's own
    title     TEXT NOT NULL DEFAULT '',   -- of its own ones
    baseline  TEXT NOT NULL DEFAULT '',   -- of its own ones: what was planned first; set once
    current   TEXT NOT NULL DEFAULT '',   -- the day to work to; '' = the pack's
    actual    TEXT NOT NULL DEFAULT '',
    note      TEXT NOT NULL DEFAULT ''    -- why, and who says so
) STRICT;

-- A gate of the PIT plan may hang on a milestone: its current day is then so many working days after it.
ALTER TABLE pit_gate ADD COLUMN milestone TEXT NOT NULL DEFAULT '';
ALTER TABLE pit_gate ADD COLUMN milestone_days INTEGER NOT NULL DEFAULT 0;

-- Cutover -----------------------------------------------------------------------------------------------------------

CREATE TABLE cutover_plan (               -- a plan: activities that hang together
    id           INTEGER PRIMARY KEY,
    ref          TEXT NOT NULL UNIQUE,    -- ACME-CUT-0001
    key          TEXT NOT NULL DEFAULT '',-- id of the plan in the cutover_plans pack; '' = the person's own
    title        TEXT NOT NULL,
    milestone    TEXT NOT NULL DEFAULT '',-- the milestone that it leads to
    rehearsal_of INTEGER REFERENCES cutover_plan (id),  -- not NULL = a rehearsal of that plan, for ever (trigger)
    source       TEXT NOT NULL DEFAULT '',-- document and version that it was last taken from
    note         TEXT NOT NULL DEFAULT '',
    closed       TEXT NOT NULL DEFAULT '',-- day on which it was closed; '' = open
    review       TEXT NOT NULL DEFAULT '',-- afterwards: what went well, what to change
    created_at   TEXT NOT NULL,
    created_by   TEXT NOT NULL
) STRICT;
CREATE TRIGGER a_rehearsal_stays_one BEFORE UPDATE ON cutover_plan WHEN OLD.rehearsal_of IS NOT NEW.rehearsal_of
BEGIN SELECT RAISE(ABORT, 'a rehearsal stays a rehearsal'); END;

CREATE TABLE cutover_activity (
    id             INTEGER PRIMARY KEY,
    plan_id        INTEGER NOT NULL REFERENCES cutover_plan (id),
    key            TEXT NOT NULL,         -- stable id within the plan, as the document has it: T-014
    title          TEXT NOT NULL,
    description    TEXT NOT NULL DEFAULT '',
    phase          TEXT NOT NULL DEFAULT '', -- stream: by M10, at M10, M10 to M11 ...
    type           TEXT NOT NULL DEFAULT 'task'
                   CHECK (type IN ('task', 'milestone', 'validation', 'declaration', 'go/no-go', 'communication')),
    responsible    TEXT NOT NULL DEFAULT '', -- responsible party: role as the document has it
    external       INTEGER NOT NULL DEFAULT 0 CHECK (external IN (0, 1)),  -- 1 = others do it, we wait for it
    owner          TEXT NOT NULL DEFAULT '', -- who does it here
    stand_in       TEXT NOT NULL DEFAULT '', -- who does it in the owner's absence
    start_at       TEXT NOT NULL DEFAULT '', -- moment: begins not before this
    due_at         TEXT NOT NULL DEFAULT '', -- moment: to be finished by this; '' = see milestone
    milestone      TEXT NOT NULL DEFAULT '', -- its due day hangs on this milestone ...
    milestone_days INTEGER NOT NULL DEFAULT 0, -- ... so many working days after it (negative: before)
    duration       TEXT NOT NULL DEFAULT '', -- 2 wd, 3 d, 4 h, 90 min; '' = the type's own (0, or 1 wd)
    evidence_needed TEXT NOT NULL DEFAULT '', -- what proves it; '' = nothing is needed
    declaration_needed TEXT NOT NULL DEFAULT '', -- id of the wording that has to be signed for it, or words; '' = none
    base_start     TEXT NOT NULL DEFAULT '', -- the planned window as it was when the baseline was set
    base_finish    TEXT NOT NULL DEFAULT '',
    started        TEXT NOT NULL DEFAULT '', -- what really happened: moments, and who says so
    started_by     TEXT NOT NULL DEFAULT '',
    finished       TEXT NOT NULL DEFAULT '',
    finished_by    TEXT NOT NULL DEFAULT '',
    outcome        TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'pass', 'fail', 'not tested', 'go', 'no-go')),
    remark         TEXT NOT NULL DEFAULT '', -- of the outcome
    despite        TEXT NOT NULL DEFAULT '', -- why it was done though something was not ready
    not_needed     TEXT NOT NULL DEFAULT '', -- why it is not to be done; '' = it is
    rag            TEXT NOT NULL DEFAULT '' CHECK (rag IN ('', 'red', 'amber', 'green')),  -- said over the computed one
    rag_reason     TEXT NOT NULL DEFAULT '',
    rag_by         TEXT NOT NULL DEFAULT '',
    note           TEXT NOT NULL DEFAULT '',
    extra          TEXT NOT NULL DEFAULT '{}', -- JSON: columns of the document that were mapped to nothing
    source         TEXT NOT NULL DEFAULT '', -- document and version that it was last seen in
    text_hash      TEXT NOT NULL,         -- of what it asks (title, description, type, responsible, evidence, declaration)
    looked_hash    TEXT NOT NULL,         -- of the same when it was last looked at; another one = look again
    missing        INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1)),  -- not in the newest version of the plan
    position       INTEGER NOT NULL DEFAULT 0,
    UNIQUE (plan_id, key)
) STRICT;

CREATE TABLE activity_link (              -- finish to start: the activity begins `lag` after its predecessor's end
    id             INTEGER PRIMARY KEY,
    activity_id    INTEGER NOT NULL REFERENCES cutover_activity (id),
    predecessor_id INTEGER NOT NULL REFERENCES cutover_activity (id),
    lag            TEXT NOT NULL DEFAULT '', -- 2 wd, 4 h; '' = none
    position       INTEGER NOT NULL DEFAULT 0, -- place among what the activity waits for, as it was said
    UNIQUE (activity_id, predecessor_id)
) STRICT;
CREATE INDEX activity_link_predecessor ON activity_link (predecessor_id);

-- Declarations --------------------------------------------------------------------------------------------------------

CREATE TABLE signing_key (                -- public halves only; the private half is in the keyring or in a key file
    id          INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,     -- SHA-256 of the raw public key, hex
    public_key  TEXT NOT NULL,            -- raw 32 bytes, base64
    person      TEXT NOT NULL,            -- whose it is, full name
    kept        TEXT NOT NULL CHECK (kept IN ('keyring', 'file')),
    created_at  TEXT NOT NULL,
    created_by  TEXT NOT NULL,
    retired     TEXT NOT NULL DEFAULT ''  -- why it is not used any more; old signatures stay verifiable
) STRICT;

CREATE TABLE declaration (                -- one version of a declaration; a newer version is another row
    id           INTEGER PRIMARY KEY,
    ref          TEXT NOT NULL,           -- ACME-DEC-0003
    version      INTEGER NOT NULL,        -- from 1
    wording      TEXT NOT NULL,           -- id in the declarations pack
    title        TEXT NOT NULL,
    rehearsal    INTEGER NOT NULL DEFAULT 0 CHECK (rehearsal IN (0, 1)),
    plan_id      INTEGER REFERENCES cutover_plan (id),
    activity_id  INTEGER REFERENCES cutover_activity (id),  -- the activity that needs it
    milestone    TEXT NOT NULL DEFAULT '',
    recipients   TEXT NOT NULL DEFAULT '[]', -- JSON list of ids of the recipients pack
    roles        TEXT NOT NULL DEFAULT '[]', -- JSON list of role ids that it is made for
    due          TEXT NOT NULL DEFAULT '',
    answers      TEXT NOT NULL DEFAULT '{}', -- JSON: {question id: answer}
    note         TEXT NOT NULL DEFAULT '',
    prepared_by  TEXT NOT NULL DEFAULT '',
    supersedes   INTEGER REFERENCES declaration (id),   -- the version before, when this is a newer one
    reason       TEXT NOT NULL DEFAULT '',   -- why a newer version is made
    state        TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'ready', 'signed', 'submitted',
                 'acknowledged', 'returned', 'withdrawn', 'superseded')),
    created_at   TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    UNIQUE (ref, version)
) STRICT;

CREATE TRIGGER a_signed_declaration_stays BEFORE UPDATE ON declaration
WHEN OLD.state NOT IN ('draft', 'ready') AND (OLD.ref, OLD.version, OLD.wording, OLD.title, OLD.rehearsal, OLD.plan_id,
    OLD.activity_id, OLD.milestone, OLD.recipients, OLD.roles, OLD.due, OLD.answers, OLD.note, OLD.prepared_by,
    OLD.supersedes, OLD.reason, OLD.created_at, OLD.created_by) IS NOT (NEW.ref, NEW.version, NEW.wording, NEW.title,
    NEW.rehearsal, NEW.plan_id, NEW.activity_id, NEW.milestone, NEW.recipients, NEW.roles, NEW.due, NEW.answers,
    NEW.note, NEW.prepared_by, NEW.supersedes, NEW.reason, NEW.created_at, NEW.created_by)
BEGIN SELECT RAISE(ABORT, 'a signed declaration is never edited'); END;
CREATE TRIGGER a_declaration_is_not_unsigned BEFORE UPDATE ON declaration
WHEN OLD.state NOT IN ('draft', 'ready') AND NEW.state IN ('draft', 'ready')
BEGIN SELECT RAISE(ABORT, 'a signed declaration is never a draft again'); END;
CREATE TRIGGER a_signed_declaration_is_kept BEFORE DELETE ON declaration WHEN OLD.state NOT IN ('draft', 'ready')
BEGIN SELECT RAISE(ABORT, 'a signed declaration is never deleted'); END;
CREATE TRIGGER a_rehearsal_is_not_submitted BEFORE UPDATE ON declaration
WHEN NEW.rehearsal = 1 AND NEW.state IN ('submitted', 'acknowledged', 'returned')
BEGIN SELECT RAISE(ABORT, 'a rehearsal is never submitted'); END;
CREATE TRIGGER a_rehearsal_is_never_there_as_submitted BEFORE INSERT ON declaration
WHEN NEW.rehearsal = 1 AND NEW.state IN ('submitted', 'acknowledged', 'returned')
BEGIN SELECT RAISE(ABORT, 'a rehearsal is never submitted'); END;
CREATE TRIGGER a_rehearsed_declaration_stays_one BEFORE UPDATE ON declaration WHEN OLD.rehearsal IS NOT NEW.rehearsal
BEGIN SELECT RAISE(ABORT, 'a rehearsal stays a rehearsal'); END;

CREATE TABLE declaration_record (         -- what was signed: the declaration, and its withdrawal; append-only
    id             INTEGER PRIMARY KEY,
    declaration_id INTEGER NOT NULL REFERENCES declaration (id),
    kind           TEXT NOT NULL CHECK (kind IN ('declaration', 'withdrawal', 'scan')),
    body           TEXT NOT NULL,         -- the canonical JSON that was signed, byte for byte
    sha256         TEXT NOT NULL,         -- of the body
    signature      TEXT NOT NULL,         -- Ed25519, base64; '' when a scanned or otherwise signed file stands for it
    key_id         INTEGER REFERENCES signing_key (id),
    files          TEXT NOT NULL DEFAULT '{}', -- JSON: file name to SHA-256 of the kept copies (HTML, PDF, the scan)
    signed_at      TEXT NOT NULL,
    UNIQUE (declaration_id, kind)
) STRICT;
CREATE TRIGGER a_signed_record_stays BEFORE UPDATE ON declaration_record
BEGIN SELECT RAISE(ABORT, 'what was signed is never edited'); END;
CREATE TRIGGER a_signed_record_is_kept BEFORE DELETE ON declaration_record
BEGIN SELECT RAISE(ABORT, 'what was signed is never deleted'); END;

CREATE TABLE declaration_event (          -- what became of it: submitted, acknowledged, returned ...; append-only
    id             INTEGER PRIMARY KEY,
    declaration_id INTEGER NOT NULL REFERENCES declaration (id),
    state          TEXT NOT NULL,
    at             TEXT NOT NULL,
    by             TEXT NOT NULL,
    recipient      TEXT NOT NULL DEFAULT '',
    note           TEXT NOT NULL DEFAULT '' -- reference of the recipient, reason of a return or of a withdrawal
) STRICT;
CREATE INDEX declaration_event_of ON declaration_event (declaration_id);
CREATE TRIGGER a_rehearsal_has_no_event_of_a_submission BEFORE INSERT ON declaration_event
WHEN NEW.state IN ('submitted', 'acknowledged', 'returned')
    AND (SELECT rehearsal FROM declaration WHERE id = NEW.declaration_id) = 1
BEGIN SELECT RAISE(ABORT, 'a rehearsal is never submitted'); END;
CREATE TRIGGER a_declaration_event_stays BEFORE UPDATE ON declaration_event
BEGIN SELECT RAISE(ABORT, 'what happened to a declaration is never edited'); END;
CREATE TRIGGER a_declaration_event_is_kept BEFORE DELETE ON declaration_event
BEGIN SELECT RAISE(ABORT, 'what happened to a declaration is never deleted'); END;
