use communes_ledger::{
    AggregateKey, Batch, Change, CommandStamp, Committed, Ledger, Record, StoreError, Stored, TenantId, async_trait,
};
use tokio_postgres::types::Type;

use crate::{
    Database, codec,
    commit::{Member, replay},
    fault::Fault,
    statement::Statement,
};

/// The ledger of one tenant in a [`Database`], with its outbox, timers and feed, and the reads of every capability whose feature is on.
///
/// Clones are handles on the same database. Its futures run on the runtime of tokio that the database was opened in.
#[derive(Debug, Clone)]
pub struct PostgresLedger {
    pub(crate) database: Database,
    pub(crate) tenant: TenantId,
}

impl PostgresLedger {
    /// The database of this handle.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }
}

#[async_trait]
impl Ledger for PostgresLedger {
    async fn commit(&self, stamp: CommandStamp, changes: Vec<Change>) -> Result<Committed, StoreError> {
        let batch = Batch::new(stamp, changes)?;
        self.database.commit(Box::new(Member { tenant: self.tenant.clone(), batch })).await
    }

    async fn outcome(&self, stamp: &CommandStamp) -> Result<Option<Committed>, StoreError> {
        let find =
            Statement::new("SELECT fingerprint, outcome FROM communes_ledger.command WHERE tenant = $1 AND id = $2")
                .text(self.tenant.as_str())
                .with(stamp.id.as_uuid(), Type::UUID);
        let rows = self.database.query(find).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let outcome = serde_json::from_str(codec::text(row, 1)?).map_err(|_| Fault::unreadable("outcome"))?;
        replay(stamp, codec::fingerprint(row, 0)?, outcome).map(Some)
    }

    async fn load(&self, key: &AggregateKey) -> Result<Option<Stored>, StoreError> {
        let load = Statement::new(
            "SELECT version, records, hash, state FROM communes_ledger.aggregate
             WHERE tenant = $1 AND kind = $2 AND id = $3",
        )
        .text(self.tenant.as_str())
        .text(key.kind().as_str())
        .with(key.id(), Type::UUID);
        let rows = self.database.query(load).await?;
        Ok(rows.first().map(|row| codec::stored(row, 0)).transpose()?)
    }

    async fn history(&self, key: &AggregateKey, after: u64, limit: u32) -> Result<Vec<Record>, StoreError> {
        let read = Statement::new(
            "SELECT kind, aggregate_id, number, name, payload, at, actor, command, hash FROM communes_ledger.record
             WHERE tenant = $1 AND kind = $2 AND aggregate_id = $3 AND number > $4 ORDER BY number LIMIT $5",
        )
        .text(self.tenant.as_str())
        .text(key.kind().as_str())
        .with(key.id(), Type::UUID)
        .with(codec::signed(after), Type::INT8)
        .with(i64::from(limit), Type::INT8);
        let rows = self.database.query(read).await?;
        Ok(rows.iter().map(codec::record).collect::<Result<_, _>>()?)
    }
}
