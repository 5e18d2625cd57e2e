-- Instants are microseconds since 1970; JSON is text as it was written; ids are 16 bytes, hashes 32.

CREATE TABLE communes_ledger_aggregate (
    tenant  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    id      BLOB NOT NULL,
    version INTEGER NOT NULL,
    records INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    state   TEXT NOT NULL,
    UNIQUE (tenant, kind, id)
) STRICT;

CREATE TABLE communes_ledger_command (
    tenant      TEXT NOT NULL,
    id          BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    outcome     TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE communes_ledger_series (
    tenant TEXT NOT NULL,
    series TEXT NOT NULL,
    last   INTEGER NOT NULL,
    PRIMARY KEY (tenant, series)
) STRICT, WITHOUT ROWID;

-- `position` is the order of commits: writers take turns, and no record is ever deleted.
CREATE TABLE communes_ledger_record (
    position     INTEGER PRIMARY KEY,
    tenant       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    aggregate_id BLOB NOT NULL,
    number       INTEGER NOT NULL,
    name         TEXT NOT NULL,
    payload      TEXT NOT NULL,
    at           INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    command      BLOB NOT NULL,
    hash         BLOB NOT NULL,
    UNIQUE (tenant, kind, aggregate_id, number)
) STRICT;
CREATE INDEX communes_ledger_record_feed ON communes_ledger_record (tenant);

-- A delivered effect keeps its key, so that it is not written again, and loses its payload.
CREATE TABLE communes_ledger_effect (
    position       INTEGER PRIMARY KEY,
    tenant         TEXT NOT NULL,
    key            TEXT NOT NULL,
    kind           TEXT NOT NULL,
    aggregate_kind TEXT NOT NULL,
    aggregate_id   BLOB NOT NULL,
    payload        TEXT,
    not_before     INTEGER,
    due            INTEGER,
    state          TEXT NOT NULL CHECK (state IN ('waiting', 'dead', 'delivered', 'skipped')),
    claims         INTEGER NOT NULL DEFAULT 0,
    worker         TEXT,
    claimed_until  INTEGER,
    reason         TEXT,
    skipped_by     TEXT,
    skipped_at     INTEGER,
    skip_reason    TEXT,
    UNIQUE (tenant, key)
) STRICT;
CREATE INDEX communes_ledger_effect_waiting ON communes_ledger_effect (tenant, position) WHERE state = 'waiting';
CREATE INDEX communes_ledger_effect_order ON communes_ledger_effect (tenant, aggregate_kind, aggregate_id, position)
    WHERE state IN ('waiting', 'dead');
CREATE INDEX communes_ledger_effect_dead ON communes_ledger_effect (tenant, position) WHERE state = 'dead';
CREATE INDEX communes_ledger_effect_worker ON communes_ledger_effect (tenant, worker) WHERE worker IS NOT NULL;

CREATE TABLE communes_ledger_timer (
    tenant        TEXT NOT NULL,
    kind          TEXT NOT NULL,
    aggregate_id  BLOB NOT NULL,
    name          TEXT NOT NULL,
    due           INTEGER NOT NULL,
    payload       TEXT NOT NULL,
    set_at        INTEGER NOT NULL,
    claims        INTEGER NOT NULL DEFAULT 0,
    worker        TEXT,
    claimed_until INTEGER,
    PRIMARY KEY (tenant, kind, aggregate_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX communes_ledger_timer_due ON communes_ledger_timer (tenant, due);
