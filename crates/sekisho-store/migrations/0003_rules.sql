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
