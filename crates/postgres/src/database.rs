use std::{fmt, sync::Arc, time::Duration};

use communes_ledger::{Committed, StoreError, TenantId};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio_postgres::Row;

use crate::{
    Migration, PostgresLedger,
    commit::{Group, Member, commit_group},
    committer::{Committer, closed},
    fault::{Fault, SERVER_UNREACHABLE},
    migrate,
    statement::Statement,
    tls,
};

/// The database was closed, by its application.
pub const CLOSED: &str = "database-closed";
/// The URL of the database can't be read.
pub const URL_UNREADABLE: &str = "database-url-unreadable";

/// How a database is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether waiting migrations are run; without, a database that has some is refused with [`SCHEMA_OLDER`](crate::SCHEMA_OLDER).
    pub migrate: bool,
    /// How many connections at the most.
    pub connections: usize,
    /// How many commands that draw numbers may wait before the next gets [`QUEUE_FULL`](communes_ledger::code::QUEUE_FULL).
    pub queue: usize,
    /// How long anything waits for a connection.
    pub connection_timeout: Duration,
    /// Certificates of authorities in PEM, in place of the machine's own; only with the feature `tls`.
    pub root_certificates: Option<Vec<u8>>,
}

impl Default for Options {
    /// Migrates; 16 connections; 1024 may wait; 10 seconds; the machine's own authorities.
    fn default() -> Self {
        Self {
            migrate: true,
            connections: 16,
            queue: 1024,
            connection_timeout: Duration::from_secs(10),
            root_certificates: None,
        }
    }
}

impl Options {
    /// The same, with or without running migrations.
    #[must_use]
    pub fn migrate(self, migrate: bool) -> Self {
        Self { migrate, ..self }
    }

    /// The same, with so many connections; at least one.
    #[must_use]
    pub fn connections(self, connections: usize) -> Self {
        Self { connections, ..self }
    }

    /// The same, with a queue of this length.
    #[must_use]
    pub fn queue(self, queue: usize) -> Self {
        Self { queue, ..self }
    }

    /// The same, with this patience for a connection.
    #[must_use]
    pub fn connection_timeout(self, connection_timeout: Duration) -> Self {
        Self { connection_timeout, ..self }
    }

    /// The same, trusting these authorities alone.
    #[must_use]
    pub fn root_certificates(self, pem: Vec<u8>) -> Self {
        Self { root_certificates: Some(pem), ..self }
    }
}

/// A PostgreSQL database. Any number of processes on any number of machines may open it.
///
/// It keeps a pool of connections and one task, both on the runtime of tokio that it is opened in; no connection has any state between
/// transactions, so that a pooler in transaction mode may stand before the server.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Pool,
    committer: Committer,
}

impl Database {
    /// Opens a database by its URL, `postgres://user:password@host:port/name?sslmode=require`, or by `key=value` pairs, as
    /// libpq does.
    ///
    /// # Errors
    /// [`URL_UNREADABLE`]; `Unavailable`: the server can't be reached, or refuses the user; [`SCHEMA_NEWER`](crate::SCHEMA_NEWER),
    /// [`SCHEMA_OLDER`](crate::SCHEMA_OLDER).
    pub async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        let pool = pool(url, options)?;
        let mut client = pool.get().await.map_err(Fault::from)?;
        if options.migrate {
            migrate::migrate(&mut client).await?;
        } else {
            migrate::require_current(&client).await?;
        }
        drop(client);
        let committer = Committer::start(pool.clone(), options.queue);
        Ok(Self { inner: Arc::new(Inner { pool, committer }) })
    }

    /// The ledger of a tenant.
    #[must_use]
    pub fn tenant(&self, tenant: &TenantId) -> PostgresLedger {
        PostgresLedger { database: self.clone(), tenant: tenant.clone() }
    }

    /// Runs the migrations that wait, and opens nothing; returns those that it ran.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub async fn migrate(url: &str, options: &Options) -> Result<Vec<Migration>, StoreError> {
        let pool = pool(url, options)?;
        let mut client = pool.get().await.map_err(Fault::from)?;
        Ok(migrate::migrate(&mut client).await?)
    }

    /// Takes no more commands, and waits until those that wait are committed. Whoever calls afterwards gets [`CLOSED`].
    pub async fn close(&self) {
        self.inner.committer.close().await;
        self.inner.pool.close();
    }

    /// The rows of one statement, which is a transaction of its own.
    pub(crate) async fn query(&self, statement: Statement) -> Result<Vec<Row>, Fault> {
        let client = self.client().await?;
        Ok(statement.query(&client).await?)
    }

    /// How many rows one statement changed, which is a transaction of its own.
    pub(crate) async fn execute(&self, statement: Statement) -> Result<u64, Fault> {
        let client = self.client().await?;
        Ok(statement.execute(&client).await?)
    }

    /// Commits a command: in the next group when it draws numbers, else on a connection of its own.
    pub(crate) async fn commit(&self, member: Box<Member>) -> Result<Committed, StoreError> {
        if !member.batch.draws().is_empty() {
            return self.inner.committer.commit(member).await;
        }
        let client = self.client().await?;
        // On a task: the caller may stop waiting, and the transaction goes to its end all the same.
        let work = tokio::spawn(async move {
            let mut group = Group::default();
            // The first of a group touches what nobody else does.
            drop(group.admit(member));
            commit_group(&client, group.members()).await.pop()
        });
        work.await.ok().flatten().unwrap_or_else(|| Err(closed()))
    }

    /// A connection of the pool, for an application's own tables. It goes back when it is dropped; every transaction has to be ended
    /// before, as nothing may be left of one.
    ///
    /// # Errors
    /// [`POOL_EXHAUSTED`](crate::POOL_EXHAUSTED), [`CLOSED`]; the server can't be reached.
    #[cfg(feature = "transaction")]
    pub async fn connection(&self) -> Result<Object, StoreError> {
        Ok(self.client().await?)
    }

    pub(crate) async fn client(&self) -> Result<Object, Fault> {
        if self.inner.pool.is_closed() {
            return Err(closed().into());
        }
        Ok(self.inner.pool.get().await?)
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The pool knows the password.
        f.debug_struct("Database").field("connections", &self.inner.pool.status()).finish_non_exhaustive()
    }
}

fn pool(url: &str, options: &Options) -> Result<Pool, StoreError> {
    // The driver's message quotes nothing of the URL.
    let config: tokio_postgres::Config = url.parse().map_err(|cause: tokio_postgres::Error| {
        StoreError::unsupported(URL_UNREADABLE, "the URL of the database can't be read").caused_by(cause)
    })?;
    let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager: Manager = tls::manager(config, manager, options)?;
    Pool::builder(manager)
        .max_size(options.connections.max(1))
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(options.connection_timeout))
        .create_timeout(Some(options.connection_timeout))
        .build()
        .map_err(|cause| StoreError::unavailable(SERVER_UNREACHABLE, "no pool of connections").caused_by(cause))
}
