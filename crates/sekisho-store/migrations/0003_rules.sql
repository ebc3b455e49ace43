-- What an organisation notes of its people for rules (`{"department":"…"}`), and how often rules matched.
ALTER TABLE account ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}';

CREATE TABLE rule_use (
    tenant   INTEGER NOT NULL,
    rule     TEXT NOT NULL,
    hits     INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant, rule)
) WITHOUT ROWID;

-- ── DMARC aggregate reports ──

-- Ours: at most one a policy domain and day (days since 1970, UTC). The row without a domain ends the day.
CREATE TABLE dmarc_sent (
    tenant  INTEGER NOT NULL,
    day     INTEGER NOT NULL,
    domain  TEXT NOT NULL,
    outcome TEXT NOT NULL,
    mails   INTEGER NOT NULL,
    records INTEGER NOT NULL,
    mail    INTEGER, -- that carries the report
    at      INTEGER NOT NULL,
    PRIMARY KEY (tenant, day, domain)
) WITHOUT ROWID;

-- Those of others. One that could not be read has the reason in fault, and no records.
CREATE TABLE dmarc_report (
    id          INTEGER PRIMARY KEY,
    tenant      INTEGER NOT NULL,
    mail        INTEGER NOT NULL, -- that brought it
    received_at INTEGER NOT NULL,
    sender      TEXT NOT NULL,
    proved      INTEGER NOT NULL, -- the sender passed DMARC
    org         TEXT NOT NULL,
    report_id   TEXT NOT NULL,
    domain      TEXT NOT NULL,
    policy      TEXT NOT NULL,
    begin_s     INTEGER NOT NULL,
    end_s       INTEGER NOT NULL,
    fault       TEXT
);
-- The same report by two ways, or sent again, counts once.
CREATE UNIQUE INDEX dmarc_report_once ON dmarc_report (tenant, org, report_id, domain) WHERE fault IS NULL;
CREATE INDEX dmarc_report_received ON dmarc_report (received_at);
CREATE INDEX dmarc_report_mail ON dmarc_report (mail);

CREATE TABLE dmarc_record (
    report        INTEGER NOT NULL,
    nr            INTEGER NOT NULL,
    source_ip     TEXT NOT NULL,
    count         INTEGER NOT NULL,
    disposition   TEXT NOT NULL,
    dkim          TEXT NOT NULL,
    spf           TEXT NOT NULL,
    header_from   TEXT NOT NULL,
    envelope_from TEXT NOT NULL,
    PRIMARY KEY (report, nr)
) WITHOUT ROWID;
