use std::path::Path;

use communes_ledger::StoreError;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::{Options, SCHEMA_NEWER, SCHEMA_OLDER, fault::Fault, reader::Readers};

/// Name and statements of each step of a register's tables. A step is never edited after a release.
const MIGRATIONS: &[(&str, &str)] = &[("register", include_str!("0001_register.sql"))];

pub(super) fn readers(path: &Path, options: &Options) -> Result<Readers, Fault> {
    let connection = connect(path, options)?;
    migrate(&connection, options.migrate)?;
    let readers = (0..options.readers.max(1)).map(|_| {
        let reader = connect(path, options)?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(reader)
    });
    let readers = readers.collect::<Result<Vec<_>, Fault>>()?;
    Readers::start(readers, options.queue).map_err(|cause| no_thread(cause).into())
}

pub(super) fn no_thread(cause: std::io::Error) -> StoreError {
    StoreError::unavailable(crate::DATABASE_IO, "no thread could be started").caused_by(cause)
}

pub(super) fn connect(path: &Path, options: &Options) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(options.busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "trusted_schema", false)?;
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode != "wal" {
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    }
    connection.pragma_update(None, "synchronous", "full")?;
    Ok(connection)
}

fn migrate(connection: &Connection, may: bool) -> Result<(), Fault> {
    if last_run(connection)? == MIGRATIONS.len() {
        return Ok(());
    }
    if !may {
        return Err(StoreError::unsupported(SCHEMA_OLDER, "migrations of the register wait").into());
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let applied = apply(connection);
    connection.execute_batch(if applied.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    applied
}

fn apply(connection: &Connection) -> Result<(), Fault> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS communes_register_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT",
    )?;
    // Again, now that nobody else can: another process may have been here first.
    let run = last_run(connection)?;
    for (number, (name, sql)) in (1_i64..).zip(MIGRATIONS).skip(run) {
        connection.execute_batch(sql)?;
        connection.execute("INSERT INTO communes_register_migration (number, name) VALUES (?1, ?2)", (number, name))?;
    }
    Ok(())
}

fn last_run(connection: &Connection) -> Result<usize, Fault> {
    let exists = connection
        .query_row("SELECT 1 FROM sqlite_schema WHERE name = 'communes_register_migration'", [], |_| Ok(()))
        .optional()?;
    if exists.is_none() {
        return Ok(0);
    }
    let last: i64 =
        connection
            .query_row("SELECT coalesce(max(number), 0) FROM communes_register_migration", [], |row| row.get(0))?;
    match usize::try_from(last) {
        Ok(last) if last <= MIGRATIONS.len() => Ok(last),
        _ => Err(StoreError::unsupported(
            SCHEMA_NEWER,
            format!("the tables of the register are at {last}, this program knows {}", MIGRATIONS.len()),
        )
        .into()),
    }
}
