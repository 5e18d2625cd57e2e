use communes_ledger::{
    AggregateKey, Batch, Change, CommandStamp, Committed, Ledger, Record, StoreError, Stored, TenantId, async_trait,
};
use rusqlite::params;

use crate::{Database, codec, commit};

/// The ledger of one tenant in a [`Database`], with its outbox, timers and feed, and the reads of every capability whose feature is on.
///
/// Clones are handles on the same database.
#[derive(Debug, Clone)]
pub struct SqliteLedger {
    pub(crate) database: Database,
    pub(crate) tenant: TenantId,
}

impl SqliteLedger {
    /// The database of this handle.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }
}

/// An error that an application's own code may end a commit with.
#[cfg(feature = "transaction")]
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The work of an application inside a commit ended it; its error is the source.
#[cfg(feature = "transaction")]
pub const WORK_REFUSED: &str = "work-refused";

#[cfg(feature = "transaction")]
impl SqliteLedger {
    /// Commits, and writes an application's own tables in the same transaction.
    ///
    /// `work` runs after the ledger has written, on the thread that writes, inside a savepoint: it is quick, waits for nothing, and leaves
    /// the transaction open. What it returns comes back; `None` when the command was committed before, as `work` does not run then.
    ///
    /// # Errors
    /// As [`Ledger::commit`], and [`WORK_REFUSED`] when `work` fails: nothing is written then.
    pub async fn commit_with<T: Send + 'static>(
        &self,
        stamp: CommandStamp,
        changes: Vec<Change>,
        work: impl FnOnce(&rusqlite::Connection, &Committed) -> Result<T, BoxError> + Send + 'static,
    ) -> Result<(Committed, Option<T>), StoreError> {
        let batch = Batch::new(stamp, changes)?;
        let tenant = self.tenant.clone();
        self.database
            .write(move |connection| {
                let committed = commit::commit(connection, &tenant, &batch)?;
                if committed.replayed {
                    return Ok((committed, None));
                }
                let result = work(connection, &committed).map_err(|cause| {
                    StoreError::conflict(WORK_REFUSED, "the application's own work failed").caused_by(cause)
                })?;
                Ok((committed, Some(result)))
            })
            .await
    }
}

#[async_trait]
impl Ledger for SqliteLedger {
    async fn commit(&self, stamp: CommandStamp, changes: Vec<Change>) -> Result<Committed, StoreError> {
        let batch = Batch::new(stamp, changes)?;
        let tenant = self.tenant.clone();
        self.database.write(move |connection| commit::commit(connection, &tenant, &batch)).await
    }

    async fn outcome(&self, stamp: &CommandStamp) -> Result<Option<Committed>, StoreError> {
        let (tenant, stamp) = (self.tenant.clone(), stamp.clone());
        self.database.read(move |connection| commit::outcome(connection, &tenant, &stamp)).await
    }

    async fn load(&self, key: &AggregateKey) -> Result<Option<Stored>, StoreError> {
        let (tenant, key) = (self.tenant.clone(), key.clone());
        self.database
            .read(move |connection| {
                codec::first(
                    &mut connection.prepare_cached(
                        "SELECT version, records, hash, state FROM communes_ledger_aggregate
                         WHERE tenant = ?1 AND kind = ?2 AND id = ?3",
                    )?,
                    params![tenant.as_str(), key.kind().as_str(), key.id().as_bytes()],
                    codec::stored,
                )
            })
            .await
    }

    async fn history(&self, key: &AggregateKey, after: u64, limit: u32) -> Result<Vec<Record>, StoreError> {
        let (tenant, key) = (self.tenant.clone(), key.clone());
        self.database
            .read(move |connection| {
                let sql = format!(
                    "SELECT {} FROM communes_ledger_record
                     WHERE tenant = ?1 AND kind = ?2 AND aggregate_id = ?3 AND number > ?4 ORDER BY number LIMIT ?5",
                    codec::RECORD
                );
                codec::collect(
                    &mut connection.prepare_cached(&sql)?,
                    params![tenant.as_str(), key.kind().as_str(), key.id().as_bytes(), codec::signed(after), limit],
                    codec::record,
                )
            })
            .await
    }
}
