use communes_ledger::StoreError;
use tokio_postgres::{Client, Transaction, types::Type};

use crate::{
    codec, crash_points,
    fault::Fault,
    projection::{self, CAPABILITIES, Capability},
    statement::Statement,
};

/// The database was written by a newer program than this one.
pub const SCHEMA_NEWER: &str = "schema-newer";
/// Migrations wait, and this program was told not to run them.
pub const SCHEMA_OLDER: &str = "schema-older";

// "communes" as eight bytes.
const LOCK: i64 = 0x636f_6d6d_756e_6573;

/// One step of a capability's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// Whose tables: `ledger`, `workflow`. Their schema is `communes_` and this name.
    pub capability: &'static str,
    /// Its place among the steps of its capability, from 1.
    pub number: u32,
    /// What it is about.
    pub name: &'static str,
    /// The statements.
    pub sql: &'static str,
}

/// Every migration that this build knows, in the order in which they run.
#[must_use]
pub fn migrations() -> Vec<Migration> {
    CAPABILITIES.iter().flat_map(steps).collect()
}

fn steps(capability: &'static Capability) -> impl Iterator<Item = Migration> {
    (1..).zip(capability.migrations).map(|(number, (name, sql))| Migration {
        capability: capability.name,
        number,
        name,
        sql,
    })
}

impl Migration {
    /// The whole step as SQL: its schema, its statements, and the mark that it was run.
    #[must_use]
    pub fn script(&self) -> String {
        let schema = schema(self.capability);
        format!(
            "CREATE SCHEMA IF NOT EXISTS {schema};\n\
             CREATE TABLE IF NOT EXISTS {schema}.migration (number integer PRIMARY KEY, name text NOT NULL);\n\
             {}\nINSERT INTO {schema}.migration (number, name) VALUES ({}, '{}');\n",
            self.sql.trim_end(),
            self.number,
            self.name,
        )
    }
}

/// Runs what has not been run, under one lock of the database; returns it.
pub(crate) async fn migrate(client: &mut Client) -> Result<Vec<Migration>, Fault> {
    // Without the lock first: a program that may only read and write rows gets no further.
    if pending(client).await?.is_empty() && !is_restored(client).await? {
        return Ok(Vec::new());
    }
    let transaction = client.transaction().await?;
    Statement::new("SELECT pg_advisory_xact_lock($1)").with(LOCK, Type::INT8).query(transaction.client()).await?;
    // Again, now that nobody else can: another process may have been here first.
    let pending = pending(transaction.client()).await?;
    apply(&transaction, &pending).await?;
    if is_restored(transaction.client()).await? {
        Statement::new("UPDATE communes_ledger.epoch SET epoch = epoch + 1").execute(transaction.client()).await?;
    }
    crash_points::pass("migration-applied");
    transaction.commit().await?;
    crash_points::pass("migration-done");
    Ok(pending)
}

/// Refuses a database whose migrations have not all been run.
pub(crate) async fn require_current(client: &Client) -> Result<(), Fault> {
    match pending(client).await?.first() {
        None => Ok(()),
        Some(step) => Err(StoreError::unsupported(
            SCHEMA_OLDER,
            format!("migration {} {} ({}) has not been run", step.capability, step.number, step.name),
        )
        .into()),
    }
}

async fn apply(transaction: &Transaction<'_>, pending: &[Migration]) -> Result<(), Fault> {
    for step in pending {
        transaction.batch_execute(&step.script()).await?;
    }
    for capability in CAPABILITIES {
        if pending.iter().any(|step| step.capability == capability.name) {
            projection::rebuild(transaction.client(), capability).await?;
        }
    }
    Ok(())
}

async fn pending(client: &Client) -> Result<Vec<Migration>, Fault> {
    let mut pending = Vec::new();
    for capability in CAPABILITIES {
        let run = last_run(client, capability.name).await?;
        let known = u32::try_from(capability.migrations.len()).unwrap_or(u32::MAX);
        if run > known {
            return Err(StoreError::unsupported(
                SCHEMA_NEWER,
                format!("the tables of {} are at {run}, this program knows {known}", capability.name),
            )
            .into());
        }
        pending.extend(steps(capability).filter(|step| step.number > run));
    }
    Ok(pending)
}

async fn last_run(client: &Client, capability: &str) -> Result<u32, Fault> {
    let schema = schema(capability);
    // Not to_regclass: it asks the session's own cache, which has not heard of what was committed while we waited for the lock.
    let exists = Statement::new(
        "SELECT 1 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND c.relname = 'migration'",
    )
    .with(schema.clone(), Type::NAME)
    .query(client)
    .await?;
    if exists.is_empty() {
        return Ok(0);
    }
    // The name is made of the capability's own, which the program knows.
    let rows = client.query_typed(&format!("SELECT coalesce(max(number), 0) FROM {schema}.migration"), &[]).await?;
    let last: i32 = rows.first().map(|row| codec::value(row, 0)).transpose()?.unwrap_or_default();
    u32::try_from(last).map_err(|_| Fault::unreadable("number"))
}

/// Whether the records tell of transactions that this cluster has not had: it is a dump, restored into another one.
///
/// Looks at the newest record of each tenant, hopping from one tenant to the next along the key.
async fn is_restored(client: &Client) -> Result<bool, Fault> {
    if last_run(client, "ledger").await? == 0 {
        return Ok(false);
    }
    let rows = Statement::new(
        "WITH RECURSIVE tenants (tenant) AS (
             (SELECT tenant FROM communes_ledger.record ORDER BY tenant LIMIT 1)
             UNION ALL
             SELECT (SELECT r.tenant FROM communes_ledger.record AS r
                     WHERE r.tenant > tenants.tenant ORDER BY r.tenant LIMIT 1)
             FROM tenants WHERE tenants.tenant IS NOT NULL)
         SELECT EXISTS (
             SELECT 1 FROM tenants, LATERAL (
                 SELECT r.transaction FROM communes_ledger.record AS r
                 WHERE r.tenant = tenants.tenant AND r.epoch = (SELECT epoch FROM communes_ledger.epoch)
                 ORDER BY r.transaction DESC LIMIT 1) AS newest
             WHERE newest.transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)",
    )
    .query(client)
    .await?;
    Ok(rows.first().map(|row| codec::value(row, 0)).transpose()?.unwrap_or_default())
}

fn schema(capability: &str) -> String {
    format!("communes_{}", capability.replace('-', "_"))
}
