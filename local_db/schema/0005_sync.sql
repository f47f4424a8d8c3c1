-- Central endpoints, what is to be sent to them and what they said, and what has left this laptop.
-- Moments are UTC, ISO 8601. Tokens and keys are never in here: they are in the operating system's keyring.

CREATE TABLE endpoint (
    id            INTEGER PRIMARY KEY,
    uuid          TEXT NOT NULL UNIQUE,       -- what it says its id is; never changes
    name          TEXT NOT NULL,
    address       TEXT NOT NULL DEFAULT '',   -- https://...; '' = reached by bundles only
    participant   TEXT NOT NULL DEFAULT '',   -- how it calls us; '' = not signed in yet
    recipients    TEXT NOT NULL DEFAULT '[]', -- JSON list: ids of the recipients that it receives for
    device_uuid   TEXT NOT NULL,              -- this laptop, at this endpoint
    device_name   TEXT NOT NULL DEFAULT '',
    signed_in_at  TEXT NOT NULL DEFAULT '',   -- '' = not
    jwks          TEXT NOT NULL DEFAULT '{}', -- JSON: keys that its receipts are checked with, as pinned
    info          TEXT NOT NULL DEFAULT '{}', -- JSON: what it last said of itself (wire/protocol.py Info)
    connection    TEXT NOT NULL DEFAULT '{}', -- JSON: model.Connection without secrets
    paused        INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    metered       INTEGER NOT NULL DEFAULT 0 CHECK (metered IN (0, 1)),  -- small items only
    cap_kib       INTEGER NOT NULL DEFAULT 0, -- KiB a second at most; 0 = no cap
    contacts      INTEGER NOT NULL DEFAULT 0 CHECK (contacts IN (0, 1)), -- a person agreed that contacts go there
    epoch         TEXT NOT NULL DEFAULT '',
    cursor        TEXT NOT NULL DEFAULT '',
    last_ok_at    TEXT NOT NULL DEFAULT '',   -- last contact
    last_try_at   TEXT NOT NULL DEFAULT '',
    next_try_at   TEXT NOT NULL DEFAULT '',   -- of the endpoint as a whole; '' = at once
    tries         INTEGER NOT NULL DEFAULT 0, -- in vain since the last contact
    clock_ms      INTEGER,                    -- its clock minus ours; for show only
    problem       TEXT NOT NULL DEFAULT '{}', -- JSON: model.Trouble; '{}' = none
    removed       TEXT NOT NULL DEFAULT '',   -- why; '' = in use. Never deleted: receipts name it
    added_at      TEXT NOT NULL,
    added_by      TEXT NOT NULL
) STRICT;

CREATE TABLE envelope (                       -- what was queued, as it is sent by every channel; append-only
    uuid          TEXT PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    endpoint_id   INTEGER NOT NULL REFERENCES endpoint (id),
    act           TEXT NOT NULL CHECK (act IN ('submit', 'withdraw')),
    bytes         BLOB NOT NULL,              -- canonical JSON (wire/envelope.py)
    sha256        TEXT NOT NULL,
    size          INTEGER NOT NULL,           -- of all its files together
    title         TEXT NOT NULL,              -- this and the next two as in `bytes`, for lists
    here          TEXT NOT NULL,              -- JSON list: ids of the recipients that the endpoint receives for
    base          TEXT NOT NULL DEFAULT '',   -- uuid of the envelope that it replaces or withdraws; '' = none
    made_at       TEXT NOT NULL,
    made_by       TEXT NOT NULL
) STRICT;
CREATE INDEX envelope_of ON envelope (submission_id, endpoint_id, act); -- the newest counts; older ones were left out
CREATE TRIGGER an_envelope_stays BEFORE UPDATE ON envelope
BEGIN SELECT RAISE(ABORT, 'what was queued is never edited'); END;
CREATE TRIGGER an_envelope_is_kept BEFORE DELETE ON envelope
BEGIN SELECT RAISE(ABORT, 'what was queued is never deleted'); END;

CREATE TABLE delivery (                       -- how it goes with each envelope
    uuid          TEXT PRIMARY KEY REFERENCES envelope (uuid),
    state         TEXT NOT NULL DEFAULT 'queued'
                  CHECK (state IN ('queued', 'uploading', 'sending', 'received', 'needs you', 'left out')),
    paused        INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    tries         INTEGER NOT NULL DEFAULT 0,
    next_try_at   TEXT NOT NULL DEFAULT '',
    problem       TEXT NOT NULL DEFAULT '{}', -- JSON: model.Trouble
    sent          INTEGER NOT NULL DEFAULT 0, -- bytes that the endpoint has; for show, it is asked each time
    signature     TEXT NOT NULL DEFAULT '',   -- detached JWS of the device key; '' = not signed yet
    receipt       TEXT NOT NULL DEFAULT '',   -- JWS, checked before it was kept
    received_at   TEXT NOT NULL DEFAULT '',   -- by the endpoint's clock, from the receipt
    bundled       TEXT NOT NULL DEFAULT '',   -- moment of the newest bundle with it; '' = in none
    tried         TEXT NOT NULL DEFAULT '',   -- moment when the envelope itself was first sent; '' = never
    their_base    TEXT NOT NULL DEFAULT '',   -- which one stands at the endpoint, as it said when it refused this one
    changed_at    TEXT NOT NULL
) STRICT;
CREATE TRIGGER a_received_one_keeps_its_receipt BEFORE UPDATE ON delivery WHEN OLD.receipt <> '' AND NEW.receipt = ''
BEGIN SELECT RAISE(ABORT, 'a receipt is never thrown away'); END;

CREATE TABLE feed_item (                      -- what an endpoint said, newest version of each thing; unknown types too
    endpoint_id   INTEGER NOT NULL REFERENCES endpoint (id),
    type          TEXT NOT NULL,
    item          TEXT NOT NULL,
    version       INTEGER NOT NULL,
    seq           INTEGER NOT NULL,
    data          TEXT NOT NULL,              -- JSON
    taken_at      TEXT NOT NULL,
    applied       TEXT NOT NULL DEFAULT '',   -- '' = not understood by the version that took it; else what was done
    epoch         TEXT NOT NULL DEFAULT '',   -- in which the version was given; another one counts anew
    PRIMARY KEY (endpoint_id, type, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE offered_pack (                   -- programme content that an endpoint published
    endpoint_id   INTEGER NOT NULL REFERENCES endpoint (id),
    sha256        TEXT NOT NULL,
    kind          TEXT NOT NULL,
    version       TEXT NOT NULL,
    title         TEXT NOT NULL DEFAULT '',
    source        TEXT NOT NULL DEFAULT '',
    published_at  TEXT NOT NULL DEFAULT '',
    withdrawn     TEXT NOT NULL DEFAULT '',   -- why; '' = it stands
    size          INTEGER NOT NULL DEFAULT 0,
    bytes         BLOB,                       -- NULL = not fetched yet
    state         TEXT NOT NULL DEFAULT 'offered' CHECK (state IN ('offered', 'taken', 'not wanted')),
    decided_at    TEXT NOT NULL DEFAULT '',
    decided_by    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (endpoint_id, sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE shared_record (                  -- the few things that both sides may edit
    endpoint_id   INTEGER NOT NULL REFERENCES endpoint (id),
    record        TEXT NOT NULL,              -- contacts
    version       INTEGER NOT NULL,           -- of `base` at the endpoint; 0 = not there yet
    base          TEXT NOT NULL DEFAULT '{}', -- JSON: as both had it last
    theirs        TEXT NOT NULL DEFAULT '',   -- JSON: what stands there now, while there is a conflict
    theirs_version INTEGER NOT NULL DEFAULT 0,
    state         TEXT NOT NULL DEFAULT 'same' CHECK (state IN ('same', 'to send', 'conflict')),
    choices       TEXT NOT NULL DEFAULT '{}', -- JSON: field and side, as far as chosen
    problem       TEXT NOT NULL DEFAULT '{}',
    changed_at    TEXT NOT NULL,
    PRIMARY KEY (endpoint_id, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE sent_answer (                    -- answers in reviews that an endpoint has; append-only
    uuid          TEXT PRIMARY KEY,           -- follows from the comment and the answer
    endpoint_id   INTEGER NOT NULL REFERENCES endpoint (id),
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    fingerprint   TEXT NOT NULL,              -- of the comment that it answers; no reference, for Undo may take that away
    sent_at       TEXT NOT NULL
) STRICT;

CREATE TABLE departure (                      -- what has left this laptop by sync or bundle; append-only
    id            INTEGER PRIMARY KEY,
    at            TEXT NOT NULL,
    channel       TEXT NOT NULL CHECK (channel IN ('sync', 'bundle')),
    endpoint_id   INTEGER NOT NULL REFERENCES endpoint (id),
    envelope      TEXT NOT NULL DEFAULT '',   -- uuid; '' = of no submission (contacts, an answer in a review)
    what          TEXT NOT NULL,              -- file, envelope, contacts, comment
    name          TEXT NOT NULL,
    sha256        TEXT NOT NULL DEFAULT '',
    size          INTEGER NOT NULL DEFAULT 0,
    file_name     TEXT NOT NULL DEFAULT ''    -- of the bundle
) STRICT;
CREATE INDEX departure_of ON departure (envelope);
CREATE TRIGGER a_departure_stays BEFORE UPDATE ON departure
BEGIN SELECT RAISE(ABORT, 'what has left is never edited'); END;
CREATE TRIGGER a_departure_is_kept BEFORE DELETE ON departure
BEGIN SELECT RAISE(ABORT, 'what has left is never deleted'); END;

CREATE TABLE sync_log (                       -- what sync did, for the person and for support; no tokens, no names of people
    id            INTEGER PRIMARY KEY,
    at            TEXT NOT NULL,
    endpoint_id   INTEGER NOT NULL REFERENCES endpoint (id),
    item          TEXT NOT NULL DEFAULT '',   -- envelope uuid, record, hash
    event         TEXT NOT NULL,
    detail        TEXT NOT NULL DEFAULT '',
    request_id    TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX sync_log_of ON sync_log (endpoint_id, id);
