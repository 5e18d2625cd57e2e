use communes_ledger::StoreError;

use crate::{Database, SCHEMA_NEWER, SCHEMA_OLDER, fault::Fault};

/// Name and statements of each step of a register's tables. A step is never edited after a release.
const MIGRATIONS: &[(&str, &str)] = &[("register", include_str!("0001_register.sql"))];

/// The lock of migrations and imports; any number that nobody else takes.
pub(super) const LOCK: i64 = 0x636f_6d72_6567;

pub(super) async fn migrate(database: &Database, may: bool) -> Result<(), Fault> {
    let mut client = database.client().await?;
    if last_run(&**client).await? == MIGRATIONS.len() {
        return Ok(());
    }
    if !may {
        return Err(StoreError::unsupported(SCHEMA_OLDER, "migrations of the register wait").into());
    }
    let transaction = client.transaction().await?;
    transaction.batch_execute(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    transaction
        .batch_execute(
            "CREATE SCHEMA IF NOT EXISTS communes_register;
             CREATE TABLE IF NOT EXISTS communes_register._migrations (number integer PRIMARY KEY, name text NOT NULL);",
        )
        .await?;
    // Again, now that nobody else can: another process may have been here first.
    let run = last_run(&*transaction).await?;
    for (number, (name, sql)) in (1..).zip(MIGRATIONS).skip(run) {
        transaction.batch_execute(sql).await?;
        let done = format!("INSERT INTO communes_register._migrations (number, name) VALUES ({number}, '{name}')");
        transaction.batch_execute(&done).await?;
    }
    Ok(transaction.commit().await?)
}

async fn last_run(client: &impl tokio_postgres::GenericClient) -> Result<usize, Fault> {
    let exists = client
        .query_typed("SELECT to_regclass('communes_register._migrations') IS NOT NULL", &[])
        .await?
        .first()
        .is_some_and(|row| row.get(0));
    if !exists {
        return Ok(0);
    }
    let rows = client.query_typed("SELECT coalesce(max(number), 0) FROM communes_register._migrations", &[]).await?;
    let last: i32 = rows.first().map_or(Ok(0), |row| row.try_get(0))?;
    match usize::try_from(last) {
        Ok(last) if last <= MIGRATIONS.len() => Ok(last),
        _ => Err(StoreError::unsupported(
            SCHEMA_NEWER,
            format!("the tables of the register are at {last}, this program knows {}", MIGRATIONS.len()),
        )
        .into()),
    }
}
