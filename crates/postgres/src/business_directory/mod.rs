//! The register of `communes-business-directory`, in a schema of its own, of no tenant.

mod import;
mod open;
mod read;

use std::fmt;

use async_trait::async_trait;
use communes_business_directory::{
    kbo::Checkpoint,
    register::{CodeTable, EntityKey, RegisterRecord},
    store::{ImportMode, RegisterImport, RegisterStore},
};
use communes_civil::EnterpriseNumber;
use communes_ledger::{Cursor, Page, StoreError, code};

use crate::{Database, Options};

/// A register on PostgreSQL, in the schema `communes_register`. A clone is another handle on the same register.
///
/// An import is one transaction on a connection of its own; readers see the state before it until its end. Of all processes on a
/// database, one at a time imports: another waits two seconds, then is refused.
#[derive(Clone)]
pub struct PostgresRegister {
    database: Database,
}

impl PostgresRegister {
    /// The register of a database. With [`Options::migrate`], its tables are made.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub async fn open(database: &Database, options: &Options) -> Result<Self, StoreError> {
        open::migrate(database, options.migrate).await?;
        Ok(Self { database: database.clone() })
    }
}

impl fmt::Debug for PostgresRegister {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresRegister").finish_non_exhaustive()
    }
}

#[async_trait]
impl RegisterStore for PostgresRegister {
    async fn begin(&self, mode: ImportMode) -> Result<Box<dyn RegisterImport>, StoreError> {
        Ok(Box::new(import::Import::begin(&self.database, mode).await?))
    }

    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        Ok(read::checkpoint(&self.database).await?)
    }

    async fn records(&self, keys: &[EntityKey]) -> Result<Vec<Option<RegisterRecord>>, StoreError> {
        Ok(read::records(&self.database, keys).await?)
    }

    async fn scan(&self, after: Option<&Cursor>, limit: usize) -> Result<Page<RegisterRecord>, StoreError> {
        Ok(read::scan(&self.database, after_key(after)?, limit).await?)
    }

    async fn establishments(
        &self,
        enterprise: EnterpriseNumber,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<EntityKey>, StoreError> {
        Ok(read::establishments(&self.database, enterprise, after_key(after)?, limit).await?)
    }

    async fn codes(&self) -> Result<CodeTable, StoreError> {
        Ok(read::codes(&self.database).await?)
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
