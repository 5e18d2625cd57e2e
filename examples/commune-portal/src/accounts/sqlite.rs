use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use communes_ledger::StoreError;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use uuid::Uuid;

use super::{
    FileAccess, Invitation, Person, PortalStore, Session, Staff, StaffId,
    staff::{roles_of, roles_text},
};
use crate::security::{Secret, SecretHash};

const MIGRATIONS: &[&str] = &[include_str!("migrations/sqlite_0001.sql")];

/// The portal's tables in an SQLite file of their own.
#[derive(Debug, Clone)]
pub(crate) struct SqliteAccounts {
    connection: Arc<Mutex<Connection>>,
}

impl SqliteAccounts {
    /// Opens the file, which is made if it is not there, and brings it up to date.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let open = || {
            let mut connection = Connection::open(path)?;
            connection.busy_timeout(Duration::from_secs(10))?;
            connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
            connection.pragma_update(None, "synchronous", "full")?;
            migrate(&mut connection)?;
            Ok(connection)
        };
        let connection = open().map_err(fault)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    /// Runs `work` in a transaction, on a thread that may block.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let connection = Arc::clone(&self.connection);
        let done = tokio::task::spawn_blocking(move || {
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            Ok(result)
        });
        let done = done
            .await
            .map_err(|error| StoreError::unavailable("accounts-stopped", "the work was stopped").caused_by(error))?;
        done.map_err(fault)
    }
}

/// Brings the tables up to date; several processes may do it at once.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch("CREATE TABLE IF NOT EXISTS portal_migration (number INTEGER PRIMARY KEY) STRICT")?;
    let done: u32 = transaction.query_row("SELECT count(*) FROM portal_migration", [], |row| row.get(0))?;
    for (number, sql) in (1_u32..).zip(MIGRATIONS).skip(done as usize) {
        transaction.execute_batch(sql)?;
        transaction.execute("INSERT INTO portal_migration (number) VALUES (?1)", [number])?;
    }
    transaction.commit()
}

fn fault(error: rusqlite::Error) -> StoreError {
    let busy = matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked | rusqlite::ErrorCode::DiskFull)
    );
    if busy || matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::CannotOpen)) {
        StoreError::unavailable("accounts-busy", "the tables of the portal can't be used now").caused_by(error)
    } else {
        StoreError::corrupt("accounts-refused", "the tables of the portal refuse").caused_by(error)
    }
}

fn staff_row(row: &Row<'_>) -> rusqlite::Result<Staff> {
    let roles: String = row.get("roles")?;
    Ok(Staff { id: StaffId(uuid_of(row, "id")?), name: row.get("name")?, roles: roles_of(&roles) })
}

fn uuid_of(row: &Row<'_>, column: &str) -> rusqlite::Result<Uuid> {
    Ok(Uuid::from_bytes(row.get(column)?))
}

fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

fn moment(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

#[async_trait]
impl PortalStore for SqliteAccounts {
    async fn begin_session(
        &self,
        session: &Session,
        replaces: Option<SecretHash>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let session = session.clone();
        self.run(move |connection| {
            connection.execute("DELETE FROM portal_session WHERE ends_at <= ?1", [micros(now)])?;
            if let Some(old) = replaces {
                connection.execute("DELETE FROM portal_session WHERE id = ?1", [&old.0])?;
            }
            let person = session.person.as_ref();
            connection.execute(
                "INSERT INTO portal_session (id, form_token, ends_at, person, name, staff) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    session.id.0,
                    session.form_token.as_bytes(),
                    micros(session.ends_at),
                    person.map(|person| person.key.as_str()),
                    person.map(|person| person.name.as_str()),
                    person.and_then(|person| person.staff).map(|staff| *staff.0.as_bytes()),
                ],
            )?;
            Ok(())
        })
        .await
    }

    async fn session(&self, id: SecretHash, now: DateTime<Utc>) -> Result<Option<Session>, StoreError> {
        self.run(move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT * FROM portal_session WHERE id = ?1 AND ends_at > ?2")?;
            let session = statement.query_row(params![id.0, micros(now)], |row| {
                let key: Option<String> = row.get("person")?;
                let name: Option<String> = row.get("name")?;
                let staff: Option<[u8; 16]> = row.get("staff")?;
                Ok(Session {
                    id,
                    form_token: Secret::from_bytes(row.get("form_token")?),
                    ends_at: moment(row.get("ends_at")?),
                    person: key.map(|key| Person {
                        key,
                        name: name.unwrap_or_default(),
                        staff: staff.map(|staff| StaffId(Uuid::from_bytes(staff))),
                    }),
                })
            });
            session.optional()
        })
        .await
    }

    async fn prolong_session(&self, id: SecretHash, ends_at: DateTime<Utc>) -> Result<(), StoreError> {
        self.run(move |connection| {
            connection
                .execute("UPDATE portal_session SET ends_at = ?2 WHERE id = ?1", params![id.0, micros(ends_at)])?;
            Ok(())
        })
        .await
    }

    async fn end_session(&self, id: SecretHash) -> Result<(), StoreError> {
        self.run(move |connection| {
            connection.execute("DELETE FROM portal_session WHERE id = ?1", [&id.0])?;
            Ok(())
        })
        .await
    }

    async fn staff(&self, id: StaffId) -> Result<Option<Staff>, StoreError> {
        self.run(move |connection| {
            connection.query_row("SELECT * FROM portal_staff WHERE id = ?1", [id.0.as_bytes()], staff_row).optional()
        })
        .await
    }

    async fn staff_of(&self, person: &str) -> Result<Option<Staff>, StoreError> {
        let person = person.to_owned();
        self.run(move |connection| {
            connection.query_row("SELECT * FROM portal_staff WHERE person = ?1", [&person], staff_row).optional()
        })
        .await
    }

    async fn all_staff(&self) -> Result<Vec<Staff>, StoreError> {
        self.run(|connection| {
            connection.prepare("SELECT * FROM portal_staff ORDER BY name, id")?.query_map([], staff_row)?.collect()
        })
        .await
    }

    async fn invite(&self, invitation: &Invitation) -> Result<(), StoreError> {
        let invitation = invitation.clone();
        self.run(move |connection| {
            connection.execute(
                "INSERT INTO portal_invitation (code, roles, is_first, ends_at) VALUES (?1, ?2, ?3, ?4)",
                params![
                    invitation.code.0,
                    roles_text(&invitation.roles),
                    invitation.is_first,
                    micros(invitation.ends_at)
                ],
            )?;
            Ok(())
        })
        .await
    }

    async fn claim(
        &self,
        code: SecretHash,
        new: StaffId,
        person: &str,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Staff>, StoreError> {
        let (person, name) = (person.to_owned(), name.to_owned());
        self.run(move |connection| {
            let found: Option<String> = connection
                .query_row(
                    "DELETE FROM portal_invitation WHERE code = ?1 AND ends_at > ?2
                     AND (NOT is_first OR NOT EXISTS (SELECT 1 FROM portal_staff)) RETURNING roles",
                    params![code.0, micros(now)],
                    |row| row.get(0),
                )
                .optional()?;
            let Some(roles) = found else { return Ok(None) };
            let before = connection
                .query_row("SELECT * FROM portal_staff WHERE person = ?1", [&person], staff_row)
                .optional()?;
            let staff = merged(before, new, &name, &roles);
            connection.execute(
                "INSERT INTO portal_staff (id, person, name, roles) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET roles = excluded.roles",
                params![staff.id.0.as_bytes(), person, staff.name, roles_text(&staff.roles)],
            )?;
            Ok(Some(staff))
        })
        .await
    }

    async fn record_access(&self, access: &FileAccess) -> Result<(), StoreError> {
        let access = *access;
        self.run(move |connection| {
            connection.execute(
                "INSERT INTO portal_file_access (staff, subject, at) VALUES (?1, ?2, ?3)",
                params![access.staff.0.as_bytes(), access.order.as_bytes(), micros(access.at)],
            )?;
            Ok(())
        })
        .await
    }

    async fn accesses(&self, order: Uuid) -> Result<Vec<FileAccess>, StoreError> {
        self.run(move |connection| {
            let sql = "SELECT staff, at FROM portal_file_access WHERE subject = ?1 ORDER BY at DESC, id DESC LIMIT 100";
            let mut statement = connection.prepare(sql)?;
            let rows = statement.query_map([order.as_bytes()], |row| {
                Ok(FileAccess { staff: StaffId(uuid_of(row, "staff")?), order, at: moment(row.get("at")?) })
            })?;
            rows.collect()
        })
        .await
    }
}

/// The account after a claim: the one that was there with more roles, or a new one.
pub(super) fn merged(before: Option<Staff>, new: StaffId, name: &str, roles: &str) -> Staff {
    let mut staff = before.unwrap_or_else(|| Staff { id: new, name: name.to_owned(), roles: Vec::new() });
    staff.roles.extend(roles_of(roles));
    staff.roles.sort();
    staff.roles.dedup();
    staff
}
