-- Texts are compared byte by byte; JSON is text as it was written; hashes are 32 bytes.

CREATE TABLE communes_ledger.aggregate (
    tenant  text COLLATE "C" NOT NULL,
    kind    text COLLATE "C" NOT NULL,
    id      uuid NOT NULL,
    version bigint NOT NULL,
    records bigint NOT NULL,
    hash    bytea NOT NULL,
    state   text NOT NULL,
    PRIMARY KEY (tenant, kind, id)
) WITH (fillfactor = 80);

CREATE TABLE communes_ledger.command (
    tenant      text COLLATE "C" NOT NULL,
    id          uuid NOT NULL,
    fingerprint bytea NOT NULL,
    outcome     text NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE communes_ledger.series (
    tenant text COLLATE "C" NOT NULL,
    series text COLLATE "C" NOT NULL,
    last   bigint NOT NULL,
    PRIMARY KEY (tenant, series)
) WITH (fillfactor = 50);

-- Transaction numbers begin anew when a dump is restored into another cluster: then an epoch begins.
CREATE TABLE communes_ledger.epoch (
    epoch integer NOT NULL
);
INSERT INTO communes_ledger.epoch (epoch) VALUES (1);

-- Transactions commit in another order than their numbers: the feed reads below the oldest that is still open.
CREATE TABLE communes_ledger.record (
    tenant       text COLLATE "C" NOT NULL,
    epoch        integer NOT NULL,
    transaction  bigint NOT NULL,
    position     bigint GENERATED ALWAYS AS IDENTITY,
    kind         text COLLATE "C" NOT NULL,
    aggregate_id uuid NOT NULL,
    number       bigint NOT NULL,
    name         text NOT NULL,
    payload      text NOT NULL,
    at           timestamptz NOT NULL,
    actor        text NOT NULL,
    command      uuid NOT NULL,
    hash         bytea NOT NULL,
    PRIMARY KEY (tenant, epoch, transaction, position),
    UNIQUE (tenant, kind, aggregate_id, number)
);

-- `position` is drawn under the lock of the aggregate, so that within one it is the order of commits.
-- A delivered effect keeps its key, so that it is not written again, and loses its payload.
CREATE TABLE communes_ledger.effect (
    tenant         text COLLATE "C" NOT NULL,
    key            text COLLATE "C" NOT NULL,
    position       bigint GENERATED ALWAYS AS IDENTITY,
    kind           text NOT NULL,
    aggregate_kind text COLLATE "C" NOT NULL,
    aggregate_id   uuid NOT NULL,
    payload        text,
    not_before     timestamptz,
    due            timestamptz,
    state          text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'dead', 'delivered', 'skipped')),
    claims         bigint NOT NULL DEFAULT 0,
    worker         text COLLATE "C",
    claimed_until  timestamptz,
    reason         text,
    skipped_by     text,
    skipped_at     timestamptz,
    skip_reason    text,
    CONSTRAINT effect_key PRIMARY KEY (tenant, key)
);
CREATE INDEX effect_waiting ON communes_ledger.effect (tenant, position) WHERE state = 'waiting';
CREATE INDEX effect_order ON communes_ledger.effect (tenant, aggregate_kind, aggregate_id, position)
    WHERE state IN ('waiting', 'dead');
CREATE INDEX effect_dead ON communes_ledger.effect (tenant, position) WHERE state = 'dead';
CREATE INDEX effect_worker ON communes_ledger.effect (tenant, worker) WHERE worker IS NOT NULL;

CREATE TABLE communes_ledger.timer (
    tenant        text COLLATE "C" NOT NULL,
    kind          text COLLATE "C" NOT NULL,
    aggregate_id  uuid NOT NULL,
    name          text COLLATE "C" NOT NULL,
    due           timestamptz NOT NULL,
    payload       text NOT NULL,
    set_at        bigint NOT NULL,
    claims        bigint NOT NULL DEFAULT 0,
    worker        text COLLATE "C",
    claimed_until timestamptz,
    PRIMARY KEY (tenant, kind, aggregate_id, name)
);
CREATE INDEX timer_due ON communes_ledger.timer (tenant, due);
