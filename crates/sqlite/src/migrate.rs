use communes_ledger::StoreError;
use rusqlite::{Connection, OptionalExtension};

use crate::{
    crash_points,
    fault::Fault,
    projection::{self, CAPABILITIES, Capability},
};

/// The database was written by a newer program than this one.
pub const SCHEMA_NEWER: &str = "schema-newer";
/// Migrations wait, and this program was told not to run them.
pub const SCHEMA_OLDER: &str = "schema-older";

/// One step of a capability's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// Whose tables: `ledger`, `workflow`. They begin with `communes_` and this name.
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
    /// The whole step as SQL: its statements, and the mark that it was run.
    #[must_use]
    pub fn script(&self) -> String {
        format!(
            "{}\n{}\nINSERT INTO {} (number, name) VALUES ({}, '{}');\n",
            create_table(self.capability),
            self.sql.trim_end(),
            table(self.capability),
            self.number,
            self.name,
        )
    }
}

/// Runs what has not been run, under the one lock of the database; returns it.
pub(crate) fn migrate(connection: &Connection) -> Result<Vec<Migration>, Fault> {
    if pending(connection)?.is_empty() {
        return Ok(Vec::new());
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    match apply(connection) {
        Ok(applied) => {
            crash_points::pass("migration-applied");
            connection.execute_batch("COMMIT")?;
            crash_points::pass("migration-done");
            Ok(applied)
        }
        Err(fault) => {
            if !connection.is_autocommit() {
                connection.execute_batch("ROLLBACK")?;
            }
            Err(fault)
        }
    }
}

/// Refuses a database whose migrations have not all been run.
pub(crate) fn require_current(connection: &Connection) -> Result<(), Fault> {
    match pending(connection)?.first() {
        None => Ok(()),
        Some(step) => Err(StoreError::unsupported(
            SCHEMA_OLDER,
            format!("migration {} {} ({}) has not been run", step.capability, step.number, step.name),
        )
        .into()),
    }
}

fn apply(connection: &Connection) -> Result<Vec<Migration>, Fault> {
    // Again, now that nobody else can: another process may have been here first.
    let pending = pending(connection)?;
    for step in &pending {
        connection.execute_batch(&step.script())?;
    }
    for capability in CAPABILITIES {
        if pending.iter().any(|step| step.capability == capability.name) {
            projection::rebuild(connection, capability)?;
        }
    }
    Ok(pending)
}

fn pending(connection: &Connection) -> Result<Vec<Migration>, Fault> {
    let mut pending = Vec::new();
    for capability in CAPABILITIES {
        let run = last_run(connection, capability.name)?;
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

fn last_run(connection: &Connection, capability: &str) -> Result<u32, Fault> {
    let exists = connection
        .query_row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1", [table(capability)], |_| Ok(()))
        .optional()?;
    if exists.is_none() {
        return Ok(0);
    }
    let last = format!("SELECT coalesce(max(number), 0) FROM {}", table(capability));
    Ok(connection.query_row(&last, [], |row| row.get(0))?)
}

fn table(capability: &str) -> String {
    format!("communes_{}_migration", capability.replace('-', "_"))
}

fn create_table(capability: &str) -> String {
    format!("CREATE TABLE IF NOT EXISTS {} (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;", table(capability))
}
