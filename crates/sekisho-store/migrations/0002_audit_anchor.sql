-- Where each chain begins once its oldest rows have been pruned: number and hash of the last row that went.
-- The chain itself names the same in its last `audit.pruned` row, so that a cut by another hand shows.
CREATE TABLE audit_anchor (
    tenant INTEGER PRIMARY KEY,
    seq    INTEGER NOT NULL,
    hash   BLOB NOT NULL
);
