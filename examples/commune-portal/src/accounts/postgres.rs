use async_trait::async_trait;
use chrono::{DateTime, Utc};
use communes_ledger::{StoreError, TenantId};
use communes_postgres::Database;
use tokio_postgres::{Client, Row, types::ToSql};
use uuid::Uuid;

use super::{
    FileAccess, Invitation, Person, PortalStore, Session, Staff, StaffId,
    sqlite::merged,
    staff::{roles_of, roles_text},
};
use crate::security::{Secret, SecretHash};

const MIGRATIONS: &[&str] = &[include_str!("migrations/postgres_0001.sql")];
/// The advisory lock under which the tables are brought up to date: `portal` in ASCII.
const LOCK: i64 = 0x706f_7274_616c;

/// The portal's tables in a schema of their own, for one commune.
#[derive(Debug, Clone)]
pub(crate) struct PostgresAccounts {
    database: Database,
    tenant: String,
}

type Arguments<'a> = &'a [&'a (dyn ToSql + Sync)];

impl PostgresAccounts {
    /// Brings the tables up to date; several processes may do it at once.
    pub(crate) async fn open(database: Database, tenant: &TenantId) -> Result<Self, StoreError> {
        let accounts = Self { database, tenant: tenant.as_str().to_owned() };
        let mut client = accounts.database.connection().await?;
        migrate(&mut client).await.map_err(fault)?;
        drop(client);
        Ok(accounts)
    }

    async fn execute(&self, sql: &str, arguments: Arguments<'_>) -> Result<u64, StoreError> {
        self.database.connection().await?.execute(sql, arguments).await.map_err(fault)
    }

    async fn query(&self, sql: &str, arguments: Arguments<'_>) -> Result<Vec<Row>, StoreError> {
        self.database.connection().await?.query(sql, arguments).await.map_err(fault)
    }
}

async fn migrate(client: &mut Client) -> Result<(), tokio_postgres::Error> {
    let transaction = client.transaction().await?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    transaction
        .batch_execute(
            "CREATE SCHEMA IF NOT EXISTS commune_portal;
             CREATE TABLE IF NOT EXISTS commune_portal.migration (number integer PRIMARY KEY);",
        )
        .await?;
    let done: i64 = transaction.query_one("SELECT count(*) FROM commune_portal.migration", &[]).await?.get(0);
    for (number, sql) in (1_i32..).zip(MIGRATIONS).skip(usize::try_from(done).unwrap_or_default()) {
        transaction.batch_execute(sql).await?;
        transaction.execute("INSERT INTO commune_portal.migration (number) VALUES ($1)", &[&number]).await?;
    }
    transaction.commit().await
}

/// What the server says of values stays in the server: the source is its code and place only.
fn fault(error: tokio_postgres::Error) -> StoreError {
    let refused =
        error.as_db_error().map(|error| format!("the server refuses the portal's tables: {}", error.code().code()));
    match refused {
        Some(message) => StoreError::corrupt("accounts-refused", message),
        None => {
            StoreError::unavailable("accounts-unreachable", "the connection to the database was lost").caused_by(error)
        }
    }
}

fn staff_row(row: &Row) -> Staff {
    let roles: &str = row.get("roles");
    Staff { id: StaffId(row.get("id")), name: row.get("name"), roles: roles_of(roles) }
}

fn moment(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

fn digest(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::corrupt("session-unreadable", "a session's token has not 32 bytes"))
}

#[async_trait]
impl PortalStore for PostgresAccounts {
    async fn begin_session(
        &self,
        session: &Session,
        replaces: Option<SecretHash>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut client = self.database.connection().await?;
        let person = session.person.as_ref();
        let run = async {
            let transaction = client.transaction().await?;
            let ended = now.timestamp_micros();
            let sql = "DELETE FROM commune_portal.session WHERE tenant = $1 AND ends_at <= $2";
            transaction.execute(sql, &[&self.tenant, &ended]).await?;
            if let Some(old) = replaces {
                let sql = "DELETE FROM commune_portal.session WHERE tenant = $1 AND id = $2";
                transaction.execute(sql, &[&self.tenant, &old.0.as_slice()]).await?;
            }
            let sql = "INSERT INTO commune_portal.session (tenant, id, form_token, ends_at, person, name, staff)
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
            let arguments: Arguments<'_> = &[
                &self.tenant,
                &session.id.0.as_slice(),
                &session.form_token.as_bytes().as_slice(),
                &session.ends_at.timestamp_micros(),
                &person.map(|person| person.key.as_str()),
                &person.map(|person| person.name.as_str()),
                &person.and_then(|person| person.staff).map(|staff| staff.0),
            ];
            transaction.execute(sql, arguments).await?;
            transaction.commit().await
        };
        run.await.map_err(fault)
    }

    async fn session(&self, id: SecretHash, now: DateTime<Utc>) -> Result<Option<Session>, StoreError> {
        let sql = "SELECT * FROM commune_portal.session WHERE tenant = $1 AND id = $2 AND ends_at > $3";
        let rows = self.query(sql, &[&self.tenant, &id.0.as_slice(), &now.timestamp_micros()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (key, name): (Option<String>, Option<String>) = (row.get("person"), row.get("name"));
        let staff: Option<Uuid> = row.get("staff");
        Ok(Some(Session {
            id,
            form_token: Secret::from_bytes(digest(row.get("form_token"))?),
            ends_at: moment(row.get("ends_at")),
            person: key.map(|key| Person { key, name: name.unwrap_or_default(), staff: staff.map(StaffId) }),
        }))
    }

    async fn prolong_session(&self, id: SecretHash, ends_at: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "UPDATE commune_portal.session SET ends_at = $3 WHERE tenant = $1 AND id = $2";
        self.execute(sql, &[&self.tenant, &id.0.as_slice(), &ends_at.timestamp_micros()]).await.map(drop)
    }

    async fn end_session(&self, id: SecretHash) -> Result<(), StoreError> {
        let sql = "DELETE FROM commune_portal.session WHERE tenant = $1 AND id = $2";
        self.execute(sql, &[&self.tenant, &id.0.as_slice()]).await.map(drop)
    }

    async fn staff(&self, id: StaffId) -> Result<Option<Staff>, StoreError> {
        let sql = "SELECT * FROM commune_portal.staff WHERE tenant = $1 AND id = $2";
        Ok(self.query(sql, &[&self.tenant, &id.0]).await?.first().map(staff_row))
    }

    async fn staff_of(&self, person: &str) -> Result<Option<Staff>, StoreError> {
        let sql = "SELECT * FROM commune_portal.staff WHERE tenant = $1 AND person = $2";
        Ok(self.query(sql, &[&self.tenant, &person]).await?.first().map(staff_row))
    }

    async fn all_staff(&self) -> Result<Vec<Staff>, StoreError> {
        let sql = "SELECT * FROM commune_portal.staff WHERE tenant = $1 ORDER BY name, id";
        Ok(self.query(sql, &[&self.tenant]).await?.iter().map(staff_row).collect())
    }

    async fn invite(&self, invitation: &Invitation) -> Result<(), StoreError> {
        let sql = "INSERT INTO commune_portal.invitation (tenant, code, roles, is_first, ends_at) VALUES ($1, $2, $3, $4, $5)";
        let arguments: Arguments<'_> = &[
            &self.tenant,
            &invitation.code.0.as_slice(),
            &roles_text(&invitation.roles),
            &invitation.is_first,
            &invitation.ends_at.timestamp_micros(),
        ];
        self.execute(sql, arguments).await.map(drop)
    }

    async fn claim(
        &self,
        code: SecretHash,
        new: StaffId,
        person: &str,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Staff>, StoreError> {
        let mut client = self.database.connection().await?;
        let run = async {
            let transaction = client.transaction().await?;
            // Of two first codes claimed at once, the second waits here, and then finds an account.
            transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
            let sql = "DELETE FROM commune_portal.invitation WHERE tenant = $1 AND code = $2 AND ends_at > $3
                       AND (NOT is_first OR NOT EXISTS (SELECT 1 FROM commune_portal.staff WHERE tenant = $1)) RETURNING roles";
            let arguments: Arguments<'_> = &[&self.tenant, &code.0.as_slice(), &now.timestamp_micros()];
            let Some(found) = transaction.query_opt(sql, arguments).await? else {
                return Ok(None);
            };
            let sql = "SELECT * FROM commune_portal.staff WHERE tenant = $1 AND person = $2";
            let before = transaction.query_opt(sql, &[&self.tenant, &person]).await?;
            let staff = merged(before.as_ref().map(staff_row), new, name, found.get("roles"));
            let sql = "INSERT INTO commune_portal.staff (tenant, id, person, name, roles) VALUES ($1, $2, $3, $4, $5)
                       ON CONFLICT (tenant, id) DO UPDATE SET roles = excluded.roles";
            let arguments: Arguments<'_> =
                &[&self.tenant, &staff.id.0, &person, &staff.name, &roles_text(&staff.roles)];
            transaction.execute(sql, arguments).await?;
            transaction.commit().await?;
            Ok(Some(staff))
        };
        run.await.map_err(fault)
    }

    async fn record_access(&self, access: &FileAccess) -> Result<(), StoreError> {
        let sql = "INSERT INTO commune_portal.file_access (tenant, staff, subject, at) VALUES ($1, $2, $3, $4)";
        let at = access.at.timestamp_micros();
        self.execute(sql, &[&self.tenant, &access.staff.0, &access.order, &at]).await.map(drop)
    }

    async fn accesses(&self, order: Uuid) -> Result<Vec<FileAccess>, StoreError> {
        let sql = "SELECT staff, at FROM commune_portal.file_access WHERE tenant = $1 AND subject = $2
                   ORDER BY at DESC, id DESC LIMIT 100";
        let rows = self.query(sql, &[&self.tenant, &order]).await?;
        let access = |row: &Row| FileAccess { staff: StaffId(row.get("staff")), order, at: moment(row.get("at")) };
        Ok(rows.iter().map(access).collect())
    }
}
