-- One challenge a browser session waits for its answer; `expires_at` is milliseconds since 1970.
CREATE TABLE communes_eid_verify_challenge (
    tenant     TEXT NOT NULL,
    session    TEXT NOT NULL,
    random     BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX communes_eid_verify_challenge_end ON communes_eid_verify_challenge (tenant, expires_at);
