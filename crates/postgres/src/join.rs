use std::pin::Pin;

use communes_ledger::{Batch, Change, CommandStamp, Committed, StoreError};
use tokio_postgres::Transaction;

use crate::{
    PostgresLedger,
    commit::{Member, effect_exists, locked},
    fault::Fault,
    statement::pipeline,
};

/// An error that an application's own code may end a commit with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What an application does inside a commit.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>;

/// The work of an application inside a commit ended it; its error is the source.
pub const WORK_REFUSED: &str = "work-refused";

impl PostgresLedger {
    /// Commits, and writes an application's own tables in the same transaction.
    ///
    /// `work` runs after the ledger has written, on the transaction of the commit, and holds every row that was locked for as long as it takes.
    /// What it returns comes back; `None` when the command was committed before, as `work` does not run then. A command that draws
    /// numbers joins no group this way: use it where an application's own tables have to be exact.
    ///
    /// # Errors
    /// As [`Ledger::commit`](communes_ledger::Ledger::commit), and [`WORK_REFUSED`] when `work` fails: nothing is written then. When
    /// another transaction is in the way the error is retryable: `work` is not run a second time by itself.
    pub async fn commit_with<T, W>(
        &self,
        stamp: CommandStamp,
        changes: Vec<Change>,
        work: W,
    ) -> Result<(Committed, Option<T>), StoreError>
    where
        T: Send,
        W: for<'a> FnOnce(&'a Transaction<'_>, &'a Committed) -> Work<'a, T> + Send,
    {
        let member = Member { tenant: self.tenant.clone(), batch: Batch::new(stamp, changes)? };
        let mut client = self.database.client().await?;
        let start = client.build_transaction().isolation_level(tokio_postgres::IsolationLevel::ReadCommitted);
        let transaction = start.start().await.map_err(Fault::from)?;
        let committed = write(&transaction, &member).await?;
        if committed.replayed {
            return Ok((committed, None));
        }
        let result = work(&transaction, &committed).await.map_err(|cause| {
            StoreError::conflict(WORK_REFUSED, "the application's own work failed").caused_by(cause)
        })?;
        transaction.commit().await.map_err(Fault::from)?;
        Ok((committed, Some(result)))
    }
}

async fn write(transaction: &Transaction<'_>, member: &Member) -> Result<Committed, StoreError> {
    let client = transaction.client();
    let (mut outcomes, statements) = locked(client, None, std::slice::from_ref(member)).await?;
    let committed = outcomes.pop().unwrap_or_else(|| Err(effect_exists()))?;
    if !committed.replayed {
        match pipeline(client, &statements).await.map_err(Fault::from) {
            Ok(_) => {}
            Err(fault) if fault.is_effect_key() => return Err(effect_exists()),
            Err(fault) if fault.is_contention() => {
                let message = "another transaction was in the way: try again";
                return Err(StoreError::unavailable(crate::CONTENDED, message).caused_by(StoreError::from(fault)));
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(committed)
}
