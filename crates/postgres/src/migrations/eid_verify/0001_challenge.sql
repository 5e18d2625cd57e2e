-- One challenge a browser session waits for its answer; `expires_at` is milliseconds since 1970.
CREATE TABLE communes_eid_verify.challenge (
    tenant     text COLLATE "C" NOT NULL,
    session    text COLLATE "C" NOT NULL,
    random     bytea NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (tenant, session)
);
CREATE INDEX challenge_end ON communes_eid_verify.challenge (tenant, expires_at);
