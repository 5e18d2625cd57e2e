use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use communes_ledger::{StoreError, StoreErrorKind, TenantId};
use rusqlite::{Connection, OpenFlags};

use crate::{
    Migration, SqliteLedger,
    fault::{DATABASE_IO, Fault},
    migrate,
    reader::Readers,
    writer::Writer,
};

/// How a database is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether waiting migrations are run; without, a database that has some is refused with [`SCHEMA_OLDER`](crate::SCHEMA_OLDER).
    pub migrate: bool,
    /// How many commands, and how many reads, may wait before the next gets [`QUEUE_FULL`](communes_ledger::code::QUEUE_FULL).
    pub queue: usize,
    /// How many threads read.
    pub readers: usize,
    /// How long a command waits for another process that writes.
    pub busy_timeout: Duration,
}

impl Default for Options {
    /// Migrates; 1024 may wait; 4 readers; 10 seconds.
    fn default() -> Self {
        Self { migrate: true, queue: 1024, readers: 4, busy_timeout: Duration::from_secs(10) }
    }
}

impl Options {
    /// The same, with or without running migrations.
    #[must_use]
    pub fn migrate(self, migrate: bool) -> Self {
        Self { migrate, ..self }
    }

    /// The same, with a queue of this length.
    #[must_use]
    pub fn queue(self, queue: usize) -> Self {
        Self { queue, ..self }
    }

    /// The same, with so many readers; at least one.
    #[must_use]
    pub fn readers(self, readers: usize) -> Self {
        Self { readers, ..self }
    }

    /// The same, with this patience for another process.
    #[must_use]
    pub fn busy_timeout(self, busy_timeout: Duration) -> Self {
        Self { busy_timeout, ..self }
    }
}

/// A database file: one thread that writes, some that read.
///
/// Several processes may open the same file, on one machine and not over a network file system. The last handle that is dropped
/// waits until what was accepted is committed.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
}

impl Database {
    /// Opens a database file, which is made if it is not there; its folder must be. Blocks while it opens and migrates.
    ///
    /// # Errors
    /// `Unavailable`: the file can't be opened, or is busy for longer than it may; `Corrupt`: it is no database;
    /// [`SCHEMA_NEWER`](crate::SCHEMA_NEWER), [`SCHEMA_OLDER`](crate::SCHEMA_OLDER).
    pub fn open(path: impl AsRef<Path>, options: &Options) -> Result<Self, StoreError> {
        let path = path.as_ref();
        open(path, options).map_err(|fault| at_path(path, fault))
    }

    /// The ledger of a tenant.
    #[must_use]
    pub fn tenant(&self, tenant: &TenantId) -> SqliteLedger {
        SqliteLedger { database: self.clone(), tenant: tenant.clone() }
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Runs the migrations that wait, and opens nothing; returns those that it ran.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn migrate(path: impl AsRef<Path>, options: &Options) -> Result<Vec<Migration>, StoreError> {
        let path = path.as_ref();
        let run = || migrate::migrate(&connect(path, options)?);
        run().map_err(|fault| at_path(path, fault))
    }

    /// Takes no more commands, commits those that wait, and blocks until that is done. Whoever calls afterwards gets
    /// [`CLOSED`](crate::CLOSED).
    pub fn close(&self) {
        self.inner.close();
    }

    /// Runs `work` on the writer's thread, in a savepoint of a transaction, and answers after its commit.
    pub(crate) async fn write<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        self.inner.writer.run(work).await
    }

    /// Runs `read` on a reader's thread.
    pub(crate) async fn read<T, R>(&self, read: R) -> Result<T, StoreError>
    where
        T: Send + 'static,
        R: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        self.inner.readers.run(read).await
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("path", &self.inner.path).finish_non_exhaustive()
    }
}

impl Inner {
    fn close(&self) {
        self.readers.close();
        self.writer.close();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

fn open(path: &Path, options: &Options) -> Result<Database, Fault> {
    let writer = connect(path, options)?;
    if options.migrate {
        migrate::migrate(&writer)?;
    } else {
        migrate::require_current(&writer)?;
    }
    let readers = (0..options.readers.max(1)).map(|_| {
        let reader = connect(path, options)?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(reader)
    });
    let readers = readers.collect::<Result<Vec<_>, Fault>>()?;
    let no_thread = |cause| StoreError::unavailable(DATABASE_IO, "no thread could be started").caused_by(cause);
    let inner = Inner {
        path: path.to_owned(),
        writer: Writer::start(writer, options.queue).map_err(|cause: std::io::Error| no_thread(cause))?,
        readers: Readers::start(readers, options.queue).map_err(no_thread)?,
    };
    Ok(Database { inner: Arc::new(inner) })
}

// The switch to WAL and the recovery after a crash do not wait for each other as statements do: they are tried again.
fn connect(path: &Path, options: &Options) -> Result<Connection, Fault> {
    const PAUSE: Duration = Duration::from_millis(10);
    let mut patience = options.busy_timeout.as_millis() / PAUSE.as_millis();
    loop {
        match try_connect(path, options).map_err(StoreError::from) {
            Err(error) if error.kind() == StoreErrorKind::Unavailable && patience > 0 && path.exists() => {
                patience -= 1;
                thread::sleep(PAUSE);
            }
            result => return result.map_err(Fault::from),
        }
    }
}

// 32 MB of log: a page that many groups change is copied into the database once for all of them.
const CHECKPOINT_PAGES: u32 = 8_000;

fn try_connect(path: &Path, options: &Options) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(options.busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode != "wal" {
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    }
    connection.pragma_update(None, "synchronous", "full")?;
    // A savepoint keeps the pages that it changes, on disk if it may; and a group of commands changes many.
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    Ok(connection)
}

fn at_path(path: &Path, fault: Fault) -> StoreError {
    let inner = StoreError::from(fault);
    StoreError::new(inner.kind(), inner.code(), format!("{}: {inner}", path.display()))
        .retryable(inner.is_retryable())
        .caused_by(inner)
}
