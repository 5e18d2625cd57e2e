use chrono::{DateTime, Utc};
use communes_ledger::{
    AggregateKey, CommandStamp, Effect, Record, SeriesKey, Settled, SettledRow, StoreError, TenantId, TimerChange,
    Version, code,
};
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::{codec, fault::Fault, projection, statement::Statement};

/// All rows that a transaction writes: one statement a table, however many commands there are.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    made: Aggregates,
    changed: Aggregates,
    records: Records,
    effects: Effects,
    timers_gone: Keys,
    timers_set: Timers,
    series: Series,
    commands: Commands,
    projections: Vec<Statement>,
}

/// Tenant, kind and id, column by column.
#[derive(Debug, Default)]
struct Keys {
    tenants: Vec<String>,
    kinds: Vec<String>,
    ids: Vec<Uuid>,
    names: Vec<String>,
}

#[derive(Debug, Default)]
struct Aggregates {
    keys: Keys,
    versions: Vec<i64>,
    records: Vec<i64>,
    hashes: Vec<Vec<u8>>,
    states: Vec<String>,
}

#[derive(Debug, Default)]
struct Records {
    keys: Keys,
    numbers: Vec<i64>,
    payloads: Vec<String>,
    times: Vec<DateTime<Utc>>,
    actors: Vec<String>,
    commands: Vec<Uuid>,
    hashes: Vec<Vec<u8>>,
}

#[derive(Debug, Default)]
struct Effects {
    keys: Keys,
    effect_keys: Vec<String>,
    payloads: Vec<String>,
    not_before: Vec<Option<DateTime<Utc>>>,
}

#[derive(Debug, Default)]
struct Timers {
    keys: Keys,
    due: Vec<DateTime<Utc>>,
    payloads: Vec<String>,
    set_at: Vec<i64>,
}

#[derive(Debug, Default)]
struct Series {
    tenants: Vec<String>,
    series: Vec<String>,
    last: Vec<i64>,
}

#[derive(Debug, Default)]
struct Commands {
    tenants: Vec<String>,
    ids: Vec<Uuid>,
    fingerprints: Vec<Vec<u8>>,
    outcomes: Vec<String>,
}

impl Writes {
    /// Adds what a command writes.
    pub(crate) fn add(&mut self, tenant: &TenantId, stamp: &CommandStamp, settled: &Settled) -> Result<(), Fault> {
        for row in &settled.rows {
            let table = if row.head.version == Version::FIRST { &mut self.made } else { &mut self.changed };
            table.push(tenant, row)?;
            self.projections.extend(projection::project(tenant, row)?);
        }
        for record in &settled.records {
            self.records.push(tenant, record)?;
        }
        for effect in &settled.effects {
            self.effects.push(tenant, effect)?;
        }
        for (change, version) in &settled.timers {
            self.change_timer(tenant, change, *version)?;
        }
        self.commands.tenants.push(tenant.to_string());
        self.commands.ids.push(stamp.id.as_uuid());
        self.commands.fingerprints.push(stamp.fingerprint.as_bytes().to_vec());
        self.commands.outcomes.push(codec::json(&settled.outcome)?);
        Ok(())
    }

    /// Adds the last number of each series that was drawn from.
    pub(crate) fn numbers<'a>(&mut self, drawn: impl Iterator<Item = (&'a TenantId, &'a SeriesKey, u64)>) {
        for (tenant, series, last) in drawn {
            self.series.tenants.push(tenant.to_string());
            self.series.series.push(series.to_string());
            self.series.last.push(codec::signed(last));
        }
    }

    fn change_timer(&mut self, tenant: &TenantId, change: &TimerChange, version: Version) -> Result<(), Fault> {
        match change {
            TimerChange::Set(timer) => {
                self.timers_set.keys.push(tenant, &timer.aggregate, timer.name.as_str());
                self.timers_set.due.push(timer.due);
                self.timers_set.payloads.push(codec::json(&timer.payload)?);
                self.timers_set.set_at.push(codec::signed(version.number()));
            }
            TimerChange::Cancel { aggregate, name } | TimerChange::Fire { aggregate, name, .. } => {
                self.timers_gone.push(tenant, aggregate, name.as_str());
            }
            _ => {
                let message = "a change to a timer that this store does not know";
                return Err(StoreError::unsupported(code::CHANGE_MALFORMED, message).into());
            }
        }
        Ok(())
    }

    /// The statements, for one pipeline.
    pub(crate) fn into_statements(self) -> Vec<Statement> {
        let mut statements = Vec::new();
        push(&mut statements, self.commands.tenants.len(), || self.commands.insert());
        push(&mut statements, self.made.versions.len(), || self.made.insert());
        push(&mut statements, self.changed.versions.len(), || self.changed.update());
        push(&mut statements, self.records.numbers.len(), || self.records.insert());
        push(&mut statements, self.effects.payloads.len(), || self.effects.insert());
        push(&mut statements, self.timers_gone.ids.len(), || delete_timers(self.timers_gone));
        push(&mut statements, self.timers_set.due.len(), || self.timers_set.upsert());
        push(&mut statements, self.series.last.len(), || self.series.update());
        statements.extend(self.projections);
        statements
    }
}

fn push(statements: &mut Vec<Statement>, rows: usize, make: impl FnOnce() -> Statement) {
    if rows > 0 {
        statements.push(make());
    }
}

fn array<T: ToSql + Send + Sync + 'static>(statement: Statement, values: Vec<T>, of: Type) -> Statement {
    statement.with(values, of)
}

impl Keys {
    fn push(&mut self, tenant: &TenantId, key: &AggregateKey, name: &str) {
        self.tenants.push(tenant.to_string());
        self.kinds.push(key.kind().to_string());
        self.ids.push(key.id());
        self.names.push(name.to_owned());
    }

    /// `$1` to `$3`: tenant, kind, id.
    fn start(self, sql: &'static str) -> Statement {
        self.start_named(sql).0
    }

    /// `$1` to `$3`: tenant, kind, id; and the names, for where they come.
    fn start_named(self, sql: &'static str) -> (Statement, Vec<String>) {
        let statement = array(Statement::new(sql), self.tenants, Type::TEXT_ARRAY);
        let statement = array(statement, self.kinds, Type::TEXT_ARRAY);
        (array(statement, self.ids, Type::UUID_ARRAY), self.names)
    }
}

impl Aggregates {
    fn push(&mut self, tenant: &TenantId, row: &SettledRow) -> Result<(), Fault> {
        self.keys.push(tenant, &row.key, "");
        self.versions.push(codec::signed(row.head.version.number()));
        self.records.push(codec::signed(row.head.records));
        self.hashes.push(row.head.hash.as_bytes().to_vec());
        self.states.push(codec::json(&row.state)?);
        Ok(())
    }

    fn insert(self) -> Statement {
        self.fill(
            "INSERT INTO communes_ledger.aggregate (tenant, kind, id, version, records, hash, state)
             SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) AS new (tenant, kind, id) ORDER BY tenant, kind, id",
        )
    }

    fn update(self) -> Statement {
        self.fill(
            "UPDATE communes_ledger.aggregate AS a
             SET version = new.version, records = new.records, hash = new.hash, state = new.state
             FROM unnest($1, $2, $3, $4, $5, $6, $7) AS new (tenant, kind, id, version, records, hash, state)
             WHERE a.tenant = new.tenant AND a.kind = new.kind AND a.id = new.id",
        )
    }

    fn fill(self, sql: &'static str) -> Statement {
        let statement = array(self.keys.start(sql), self.versions, Type::INT8_ARRAY);
        let statement = array(statement, self.records, Type::INT8_ARRAY);
        let statement = array(statement, self.hashes, Type::BYTEA_ARRAY);
        array(statement, self.states, Type::TEXT_ARRAY)
    }
}

impl Records {
    fn push(&mut self, tenant: &TenantId, record: &Record) -> Result<(), Fault> {
        self.keys.push(tenant, &record.aggregate, record.name.as_str());
        self.numbers.push(codec::signed(record.number));
        self.payloads.push(codec::json(&record.payload)?);
        self.times.push(record.at);
        self.actors.push(codec::json(&record.actor)?);
        self.commands.push(record.command.as_uuid());
        self.hashes.push(record.hash.as_bytes().to_vec());
        Ok(())
    }

    fn insert(self) -> Statement {
        let (statement, names) = self.keys.start_named(
            "INSERT INTO communes_ledger.record (epoch, transaction, tenant, kind, aggregate_id, name, number, payload,
                 at, actor, command, hash)
             SELECT (SELECT epoch FROM communes_ledger.epoch), pg_current_xact_id()::text::bigint,
                 tenant, kind, id, name, number, payload, at, actor, command, hash
             FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) WITH ORDINALITY
                 AS new (tenant, kind, id, name, number, payload, at, actor, command, hash, place)
             ORDER BY place",
        );
        let statement = array(statement, names, Type::TEXT_ARRAY);
        let statement = array(statement, self.numbers, Type::INT8_ARRAY);
        let statement = array(statement, self.payloads, Type::TEXT_ARRAY);
        let statement = array(statement, self.times, Type::TIMESTAMPTZ_ARRAY);
        let statement = array(statement, self.actors, Type::TEXT_ARRAY);
        let statement = array(statement, self.commands, Type::UUID_ARRAY);
        array(statement, self.hashes, Type::BYTEA_ARRAY)
    }
}

impl Effects {
    fn push(&mut self, tenant: &TenantId, effect: &Effect) -> Result<(), Fault> {
        self.keys.push(tenant, &effect.aggregate, effect.kind.as_str());
        self.effect_keys.push(effect.key.to_string());
        self.payloads.push(codec::json(&effect.payload)?);
        self.not_before.push(effect.not_before);
        Ok(())
    }

    fn insert(self) -> Statement {
        let (statement, kinds) = self.keys.start_named(
            "INSERT INTO communes_ledger.effect (tenant, aggregate_kind, aggregate_id, kind, key, payload, not_before, due)
             SELECT tenant, aggregate_kind, aggregate_id, kind, key, payload, not_before, not_before
             FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY
                 AS new (tenant, aggregate_kind, aggregate_id, kind, key, payload, not_before, place)
             ORDER BY place",
        );
        let statement = array(statement, kinds, Type::TEXT_ARRAY);
        let statement = array(statement, self.effect_keys, Type::TEXT_ARRAY);
        let statement = array(statement, self.payloads, Type::TEXT_ARRAY);
        array(statement, self.not_before, Type::TIMESTAMPTZ_ARRAY)
    }
}

fn delete_timers(keys: Keys) -> Statement {
    let (statement, names) = keys.start_named(
        "DELETE FROM communes_ledger.timer AS t
         USING unnest($1, $2, $3, $4) AS gone (tenant, kind, id, name)
         WHERE t.tenant = gone.tenant AND t.kind = gone.kind AND t.aggregate_id = gone.id AND t.name = gone.name",
    );
    array(statement, names, Type::TEXT_ARRAY)
}

impl Timers {
    // In place of the one before, and of the claim on it.
    fn upsert(self) -> Statement {
        let (statement, names) = self.keys.start_named(
            "INSERT INTO communes_ledger.timer (tenant, kind, aggregate_id, name, due, payload, set_at)
             SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant, kind, aggregate_id, name) DO UPDATE SET due = excluded.due,
                 payload = excluded.payload, set_at = excluded.set_at, claims = 0, worker = NULL, claimed_until = NULL",
        );
        let statement = array(statement, names, Type::TEXT_ARRAY);
        let statement = array(statement, self.due, Type::TIMESTAMPTZ_ARRAY);
        let statement = array(statement, self.payloads, Type::TEXT_ARRAY);
        array(statement, self.set_at, Type::INT8_ARRAY)
    }
}

impl Series {
    fn update(self) -> Statement {
        let statement = Statement::new(
            "UPDATE communes_ledger.series AS s SET last = new.last
             FROM unnest($1, $2, $3) AS new (tenant, series, last)
             WHERE s.tenant = new.tenant AND s.series = new.series",
        );
        let statement = array(statement, self.tenants, Type::TEXT_ARRAY);
        let statement = array(statement, self.series, Type::TEXT_ARRAY);
        array(statement, self.last, Type::INT8_ARRAY)
    }
}

impl Commands {
    fn insert(self) -> Statement {
        let statement = Statement::new(
            "INSERT INTO communes_ledger.command (tenant, id, fingerprint, outcome)
             SELECT * FROM unnest($1, $2, $3, $4) AS new (tenant, id) ORDER BY tenant, id",
        );
        let statement = array(statement, self.tenants, Type::TEXT_ARRAY);
        let statement = array(statement, self.ids, Type::UUID_ARRAY);
        let statement = array(statement, self.fingerprints, Type::BYTEA_ARRAY);
        array(statement, self.outcomes, Type::TEXT_ARRAY)
    }
}
