-- Times are milliseconds since 1970. Words for states are numbers: see src/code.rs.
-- Tables on the path of a new mail have no foreign keys: the typed commands are the only writers. Nor have they lists
-- in a CHECK: SQLite builds a table for each list of three and more at every insert.

CREATE TABLE counter (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

-- ── directory ──

CREATE TABLE organisation (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE domain (
    id        INTEGER PRIMARY KEY,
    tenant    INTEGER NOT NULL REFERENCES organisation (id),
    name      TEXT NOT NULL UNIQUE,
    catch_all TEXT
);

CREATE TABLE account (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: the audit log and old mails name it
    tenant      INTEGER NOT NULL REFERENCES organisation (id),
    kind        INTEGER NOT NULL CHECK (kind IN (1, 2)),
    address     TEXT NOT NULL,
    name        TEXT NOT NULL,
    language    TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    roles       INTEGER NOT NULL,
    manager     INTEGER REFERENCES account (id) ON DELETE SET NULL,
    deputy      INTEGER REFERENCES account (id) ON DELETE SET NULL,
    quota_bytes INTEGER CHECK (quota_bytes >= 0),
    enabled     INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX account_tenant ON account (tenant);
CREATE INDEX account_manager ON account (manager) WHERE manager IS NOT NULL;
CREATE INDEX account_deputy ON account (deputy) WHERE deputy IS NOT NULL;

CREATE TABLE credential (
    account      INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    password_phc TEXT NOT NULL,
    scram        TEXT NOT NULL
);

CREATE TABLE mail_group (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant INTEGER NOT NULL REFERENCES organisation (id),
    name   TEXT NOT NULL
);

CREATE TABLE group_member (
    mail_group INTEGER NOT NULL REFERENCES mail_group (id) ON DELETE CASCADE,
    nr         INTEGER NOT NULL,
    address    TEXT NOT NULL,
    PRIMARY KEY (mail_group, nr)
) WITHOUT ROWID;

-- Every address of ours, once: primary, alias or group.
CREATE TABLE address (
    key        TEXT PRIMARY KEY,
    tenant     INTEGER NOT NULL REFERENCES organisation (id),
    domain     TEXT NOT NULL REFERENCES domain (name),
    address    TEXT NOT NULL,
    kind       INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),
    account    INTEGER REFERENCES account (id) ON DELETE CASCADE,
    mail_group INTEGER REFERENCES mail_group (id) ON DELETE CASCADE,
    CHECK ((account IS NULL) <> (mail_group IS NULL))
) WITHOUT ROWID;
CREATE INDEX address_account ON address (account) WHERE account IS NOT NULL;
CREATE INDEX address_group ON address (mail_group) WHERE mail_group IS NOT NULL;
CREATE INDEX address_domain ON address (domain);

CREATE TABLE delegation (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    key     TEXT NOT NULL,
    tenant  INTEGER NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (account, key)
) WITHOUT ROWID;

CREATE TABLE shared_member (
    shared INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    member INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    tenant INTEGER NOT NULL,
    PRIMARY KEY (shared, member)
) WITHOUT ROWID;
CREATE INDEX shared_member_member ON shared_member (member);

-- ── contents ──

-- In the log (segment, offset) or in a file of its own (file). refs counts waiting mails and mailbox messages.
-- sha_head is only set where the same content is looked for (large ones, see limits.rs).
-- The second half is what lists show: made once at delivery, NULL where no mailbox ever had it.
CREATE TABLE blob (
    id             INTEGER PRIMARY KEY,
    tenant         INTEGER NOT NULL,
    sha_head       INTEGER,
    sha            BLOB NOT NULL,
    length         INTEGER NOT NULL,
    refs           INTEGER NOT NULL CHECK (refs >= 0),
    segment        INTEGER,
    offset         INTEGER NOT NULL,
    file           TEXT,
    subject        TEXT,
    from_text      TEXT,
    to_text        TEXT,
    message_id     TEXT,
    date_at        INTEGER,
    envelope       TEXT,
    body_structure TEXT,
    list_header    BLOB, -- NULL too where it is longer than a list can afford
    CHECK ((segment IS NULL) <> (file IS NULL))
);
-- Eight bytes of the hash find it; the whole hash is compared after that.
CREATE INDEX blob_sha ON blob (sha_head) WHERE sha_head IS NOT NULL;
-- What lies in a segment, or in which file: for opening and compaction.
CREATE INDEX blob_place ON blob (segment, file);

-- ── mail ──

CREATE TABLE mail (
    id            INTEGER PRIMARY KEY,
    tenant        INTEGER NOT NULL,
    received_at   INTEGER NOT NULL,
    direction     INTEGER NOT NULL CHECK (direction BETWEEN 1 AND 3),
    sender        TEXT, -- NULL is the null reverse-path
    sender_key    TEXT,
    return_full   INTEGER NOT NULL,
    envelope_id   TEXT,
    body_kind     INTEGER NOT NULL CHECK (body_kind BETWEEN 1 AND 3),
    smtputf8      INTEGER NOT NULL,
    helo          TEXT,
    client_ip     TEXT,
    signed_in     INTEGER,
    tls           TEXT,
    with_protocol TEXT NOT NULL,
    subject       TEXT NOT NULL,
    subject_key   TEXT, -- folded for search, where it differs from subject
    from_text     TEXT NOT NULL,
    to_text       TEXT NOT NULL,
    message_id    TEXT NOT NULL,
    date_at       INTEGER,
    size          INTEGER NOT NULL,
    blob          INTEGER -- while a recipient waits
);
CREATE INDEX mail_sender ON mail (tenant, sender_key);
CREATE INDEX mail_message_id ON mail (tenant, message_id);

-- What was found and decided at the door, and the steps up to there: one row, written once. Later steps: table step.
CREATE TABLE story (
    mail    INTEGER PRIMARY KEY,
    facts   TEXT NOT NULL,
    verdict TEXT NOT NULL,
    steps   TEXT NOT NULL -- JSON: see src/commands/steps.rs
);

CREATE TABLE recipient (
    mail        INTEGER NOT NULL,
    nr          INTEGER NOT NULL,
    tenant      INTEGER NOT NULL,
    address     TEXT NOT NULL,
    address_key TEXT NOT NULL,
    given       TEXT,
    given_key   TEXT,
    original    TEXT,
    notify      INTEGER NOT NULL,
    state       INTEGER NOT NULL CHECK (state BETWEEN 1 AND 14),
    state_at    INTEGER NOT NULL,
    reply       TEXT,
    -- where it goes when nothing stops it: a mailbox (account, folder) or the queue (destination, lifetime_s)
    account     INTEGER,
    folder      TEXT,
    destination TEXT,
    lifetime_s  INTEGER,
    -- where it was delivered
    mailbox     INTEGER,
    uid         INTEGER,
    PRIMARY KEY (mail, nr),
    CHECK (account IS NULL OR destination IS NULL)
) WITHOUT ROWID;
CREATE INDEX recipient_address ON recipient (tenant, address_key, mail);
CREATE INDEX recipient_given ON recipient (tenant, given_key, mail) WHERE given_key IS NOT NULL;
CREATE INDEX recipient_quarantined ON recipient (tenant, mail, nr) WHERE state = 4;

-- A mail goes at most once to an account, whatever happens.
CREATE UNIQUE INDEX recipient_delivered ON recipient (mail, account) WHERE uid IS NOT NULL;

-- Steps since the door.
CREATE TABLE step (
    mail  INTEGER NOT NULL,
    seq   INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    key   TEXT NOT NULL,
    args  TEXT NOT NULL,
    nr    INTEGER,
    reply TEXT,
    PRIMARY KEY (mail, seq)
) WITHOUT ROWID;

CREATE TABLE queue (
    mail          INTEGER NOT NULL,
    nr            INTEGER NOT NULL,
    tenant        INTEGER NOT NULL,
    destination   TEXT NOT NULL,
    queued_at     INTEGER NOT NULL,
    next_at       INTEGER NOT NULL, -- while leased: the end of the lease
    expires_at    INTEGER NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0,
    delay_noticed INTEGER NOT NULL DEFAULT 0,
    last_reply    TEXT,
    lease         INTEGER,
    PRIMARY KEY (mail, nr)
) WITHOUT ROWID;
CREATE INDEX queue_due ON queue (next_at);
CREATE INDEX queue_destination ON queue (destination, next_at);

CREATE TABLE delay (
    mail     INTEGER NOT NULL,
    nr       INTEGER NOT NULL,
    tenant   INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    PRIMARY KEY (mail, nr)
) WITHOUT ROWID;
CREATE INDEX delay_until ON delay (until_at);

CREATE TABLE hold (
    id          INTEGER PRIMARY KEY,
    mail        INTEGER NOT NULL UNIQUE,
    tenant      INTEGER NOT NULL,
    approver    INTEGER NOT NULL,
    deputy      INTEGER,
    deputy_from INTEGER,
    deputised   INTEGER NOT NULL DEFAULT 0,
    remind_at   INTEGER,
    deadline    INTEGER NOT NULL,
    at_deadline INTEGER NOT NULL CHECK (at_deadline IN (1, 2)),
    token_hash  BLOB NOT NULL UNIQUE,
    reason      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    state       INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),
    decided_by  TEXT,
    decided_at  INTEGER,
    comment     TEXT,
    CHECK ((state = 1) = (decided_at IS NULL))
);
CREATE INDEX hold_open ON hold (deadline) WHERE state = 1;
CREATE INDEX hold_approver ON hold (approver);

-- ── mailboxes ──

CREATE TABLE mailbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant       INTEGER NOT NULL,
    account      INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    special_use  TEXT NOT NULL,
    subscribed   INTEGER NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid_next     INTEGER NOT NULL DEFAULT 1,
    modseq       INTEGER NOT NULL DEFAULT 1,
    messages     INTEGER NOT NULL DEFAULT 0 CHECK (messages >= 0),
    unseen       INTEGER NOT NULL DEFAULT 0 CHECK (unseen >= 0),
    bytes        INTEGER NOT NULL DEFAULT 0 CHECK (bytes >= 0),
    deleted      INTEGER NOT NULL DEFAULT 0 CHECK (deleted >= 0), -- messages with \Deleted
    UNIQUE (account, name)
);

CREATE TABLE message (
    mailbox     INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    blob        INTEGER NOT NULL,
    mail        INTEGER,
    flags       INTEGER NOT NULL,
    keywords    TEXT NOT NULL, -- sorted, one blank between
    modseq      INTEGER NOT NULL,
    internal_at INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    PRIMARY KEY (mailbox, uid)
) WITHOUT ROWID;

CREATE TABLE expunged (
    mailbox INTEGER NOT NULL,
    modseq  INTEGER NOT NULL,
    uid     INTEGER NOT NULL,
    PRIMARY KEY (mailbox, modseq, uid)
) WITHOUT ROWID;

-- ── the rest ──

CREATE TABLE audit (
    tenant  INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL,
    hash    BLOB NOT NULL,
    PRIMARY KEY (tenant, seq)
) WITHOUT ROWID;

-- The end of each chain: shows when rows at the end were cut off.
CREATE TABLE audit_head (
    tenant INTEGER PRIMARY KEY,
    seq    INTEGER NOT NULL,
    hash   BLOB NOT NULL
);

CREATE TABLE setting (
    tenant     INTEGER NOT NULL, -- 0: the installation
    key        TEXT NOT NULL,
    value      BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
) WITHOUT ROWID;

CREATE TABLE web_session (
    token_hash BLOB PRIMARY KEY,
    tenant     INTEGER NOT NULL,
    account    INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    client_ip  TEXT,
    user_agent TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX web_session_account ON web_session (account);

-- ── lists that people keep, greylisting ──

CREATE TABLE list_entry (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: the audit log names it
    tenant        INTEGER NOT NULL,
    account       INTEGER REFERENCES account (id) ON DELETE CASCADE, -- NULL: the whole organisation
    verb          TEXT NOT NULL CHECK (verb IN ('block', 'allow')),
    action        TEXT,
    kind          TEXT NOT NULL,
    value         TEXT NOT NULL,
    authenticated TEXT,
    comment       TEXT NOT NULL,
    added_by      TEXT NOT NULL,
    added_at      INTEGER NOT NULL,
    expires_at    INTEGER
);
CREATE UNIQUE INDEX list_entry_value ON list_entry (tenant, kind, value, verb, coalesce(account, 0));
CREATE INDEX list_entry_account ON list_entry (account) WHERE account IS NOT NULL;
CREATE INDEX list_entry_expires ON list_entry (expires_at) WHERE expires_at IS NOT NULL;

-- Who was told to come again: network of the client, sender, recipient.
CREATE TABLE greylist (
    tenant     INTEGER NOT NULL,
    client     TEXT NOT NULL,
    sender     TEXT NOT NULL,
    recipient  TEXT NOT NULL,
    first_at   INTEGER NOT NULL,
    passed     INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, client, sender, recipient)
) WITHOUT ROWID;
CREATE INDEX greylist_expires ON greylist (expires_at);
