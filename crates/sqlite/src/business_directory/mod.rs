//! The register of `communes-business-directory`, in a database file of its own, so that a national import never holds up the
//! commune's.

mod import;
mod open;
mod read;

use std::{fmt, path::Path, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use communes_business_directory::{
    kbo::Checkpoint,
    register::{CodeTable, EntityKey, RegisterRecord},
    store::{ImportMode, RegisterImport, RegisterStore},
};
use communes_civil::EnterpriseNumber;
use communes_ledger::{Cursor, Page, StoreError, code};

use crate::{Options, fault::Fault, reader::Readers};

/// A register on SQLite, of no tenant. A clone is another handle on the same file.
///
/// An import has a thread and a connection of its own, one transaction, and leaves readers alone. Several processes may open the
/// same file; one of them at a time imports.
#[derive(Clone)]
pub struct SqliteRegister {
    path: Arc<PathBuf>,
    readers: Arc<Readers>,
}

impl SqliteRegister {
    /// Opens the file of a register, which is made if it is not there; its folder must be. Blocks while it opens and migrates.
    /// Of the options, `queue` is for reads and `busy_timeout` for opening only.
    ///
    /// # Errors
    /// As [`Database::open`](crate::Database::open).
    pub fn open(path: impl AsRef<Path>, options: &Options) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let readers = open::readers(path, options).map_err(StoreError::from)?;
        Ok(Self { path: Arc::new(path.to_owned()), readers: Arc::new(readers) })
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    async fn read<T, R>(&self, read: R) -> Result<T, StoreError>
    where
        T: Send + 'static,
        R: FnOnce(&rusqlite::Connection) -> Result<T, Fault> + Send + 'static,
    {
        self.readers
            .run(move |connection| {
                // All statements of a read see one state.
                let transaction = connection.unchecked_transaction()?;
                read(&transaction)
            })
            .await
    }
}

impl fmt::Debug for SqliteRegister {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteRegister").field("path", &self.path).finish_non_exhaustive()
    }
}

#[async_trait]
impl RegisterStore for SqliteRegister {
    async fn begin(&self, mode: ImportMode) -> Result<Box<dyn RegisterImport>, StoreError> {
        Ok(Box::new(import::Import::begin(&self.path, mode).await?))
    }

    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        self.read(read::checkpoint).await
    }

    async fn records(&self, keys: &[EntityKey]) -> Result<Vec<Option<RegisterRecord>>, StoreError> {
        let keys = keys.to_vec();
        self.read(move |connection| read::records(connection, &keys)).await
    }

    async fn scan(&self, after: Option<&Cursor>, limit: usize) -> Result<Page<RegisterRecord>, StoreError> {
        let after = after_key(after)?;
        self.read(move |connection| read::scan(connection, after, limit)).await
    }

    async fn establishments(
        &self,
        enterprise: EnterpriseNumber,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<EntityKey>, StoreError> {
        let after = after_key(after)?;
        self.read(move |connection| read::establishments(connection, enterprise, after, limit)).await
    }

    async fn codes(&self) -> Result<CodeTable, StoreError> {
        self.read(read::codes).await
    }
}

/// A cursor is the last key of the page before.
fn after_key(cursor: Option<&Cursor>) -> Result<i64, StoreError> {
    match cursor.map(|cursor| cursor.as_str().parse::<EntityKey>()) {
        None => Ok(-1),
        Some(Ok(key)) => Ok(key.to_integer()),
        Some(Err(_)) => Err(StoreError::unsupported(code::CURSOR_UNKNOWN, "the cursor is not of this register")),
    }
}
